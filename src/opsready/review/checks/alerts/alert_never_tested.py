"""Pages that no rule test has ever seen fire."""

from collections.abc import Iterator

from opsready.documents.rule_tests import RuleTests
from opsready.documents.rules import Alert, RuleFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

_SHOWN = 3


def find(case: Case) -> Iterator[Finding]:
    """One finding a rule file with paging alerts that no test expects to fire."""
    tested = {
        asked.alert
        for tests in case.pack.documents(RuleTests)
        for asked in tests.asked
        if asked.fires
    }
    for file in case.pack.documents(RuleFile):
        untested = [alert for alert in file.alerts if alert.pages and alert.name not in tested]
        if untested:
            first = untested[0]
            yield Finding(
                first.path,
                first.line,
                f"no rule test expects {_named(untested)} to fire",
                "Write a test with series that make it fire and one in which it stays silent, and "
                "run it in CI: `opsready test-rules`.",
                related=tuple(Place(a.path, a.line, f"`{a.name}`") for a in untested[1:]),
            )


def _named(alerts: list[Alert]) -> str:
    names = list(dict.fromkeys(f"`{alert.name}`" for alert in alerts))
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


CHECK = Check(
    id="alert-never-tested",
    mandate="OPS-5",
    severity=Severity.ADVICE,
    title="pages that no rule test has seen fire",
    find=find,
)
