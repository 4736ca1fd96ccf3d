"""A rule test of an alert that does not exist."""

import difflib
import posixpath
from collections.abc import Iterator
from fnmatch import fnmatch

from opsready.documents.rule_tests import RuleTests
from opsready.documents.rules import RuleFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a tested name that none of the loaded rule files has."""
    files = case.pack.documents(RuleFile)
    for tests in case.pack.documents(RuleTests):
        loaded = [f for f in files if any(fnmatch(f.path, p) for p in tests.patterns)]
        found = {pattern for pattern in tests.patterns for f in files if fnmatch(f.path, pattern)}
        if not loaded or len(found) < len(set(tests.patterns)):
            continue
        names = {alert.name for file in loaded for alert in file.alerts}
        for asked in tests.asked:
            if asked.alert not in names:
                near = difflib.get_close_matches(asked.alert, sorted(names), 1)
                what = "expects nothing of" if not asked.fires else "expects"
                yield Finding(
                    tests.path,
                    asked.line,
                    f"the test {what} `{asked.alert}`, which {_listed(tests)} does not have"
                    + ("" if asked.fires else ": it passes, and shows nothing"),
                    f"Write `{near[0]}`." if near else "Correct the name, or delete the test.",
                )


def _listed(tests: RuleTests) -> str:
    return " and ".join(f"`{posixpath.basename(path)}`" for path in tests.patterns)


CHECK = Check(
    id="test-of-missing-alert",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="a rule test of an alert that does not exist",
    find=find,
)
