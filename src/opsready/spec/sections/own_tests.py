"""How the service's own tests are run."""

from collections.abc import Iterator

from opsready.facts.fact import Claim, Fact, Facts
from opsready.spec.draft import Suggestion, follows

# `pip install --group` came with pip 25.1 (PEP 735); the pip of a new environment may be older.
_PIP_WITH_GROUPS = "pip>=25.1"


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """What names a test runner is installed as the tree declares it, and run."""
    tests = facts.first(Claim.TESTS)
    if tests is None:
        return
    runner = str(tests["runner"])
    why = f"it names {runner}"
    yield follows(("tests", "install"), list(_install(tests, runner)), tests, why)
    yield follows(("tests", "command"), ["python", "-m", runner], tests, why)


def _install(tests: Fact, runner: str) -> Iterator[list[str]]:
    extras, groups = tests["extras"] or (), tests["groups"] or ()
    if groups:
        yield ["pip", "install", "--quiet", "--upgrade", _PIP_WITH_GROUPS]
    for group in groups:
        yield ["pip", "install", "--quiet", "--group", group]
    for path in tests["requirements"] or ():
        yield ["pip", "install", "--quiet", "-r", path]
    if extras:
        yield ["pip", "install", "--quiet", f".[{','.join(extras)}]"]
    if not (extras or groups or tests["requirements"]):
        yield ["pip", "install", "--quiet", runner]
