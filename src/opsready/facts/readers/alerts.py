"""The alerts that a tree has already: another of the same name would be taken for it."""

from collections.abc import Iterator

from opsready.documents.rules import RuleFile
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """Each alerting rule by its name."""
    for file in bundle.documents(RuleFile):
        for alert in file.alerts:
            quote = bundle.quote(alert.path, alert.line)
            yield Fact(Claim.ALERT, {"name": alert.name}, alert.path, alert.line, quote)


READER = Reader("alerts", read)
