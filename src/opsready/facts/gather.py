"""Runs every reader over a bundle."""

from opsready.facts.catalog import READERS
from opsready.facts.fact import Fact, Facts
from opsready.sources.source import Bundle


def gather(bundle: Bundle) -> Facts:
    """All facts of the bundle, without repetition, in a stable order."""
    found = {_identity(fact): fact for reader in READERS for fact in reader.read(bundle)}
    facts = sorted(found.values(), key=lambda fact: (fact.claim, fact.path, fact.line))
    return Facts(tuple(facts), (*bundle.unread, *bundle.unparsable()), bundle.inputs)


def _identity(fact: Fact) -> tuple[str, str, str, int]:
    return fact.claim, repr(fact.value), fact.path, fact.line
