"""A file of rule tests with the rules that it loads, ready to run."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opsready.alerting.groups import RuleGroup
from opsready.alerting.unit_tests import UnitTestResult, in_test_order, run_test
from opsready.documents.document import Unparsable
from opsready.documents.rule_groups import read_rule_groups
from opsready.documents.rule_tests import RuleTests
from opsready.promql.semantics import DEFAULT, Semantics

Find = Callable[[str], Iterable[tuple[str, str]]]
"""The paths and texts of the rule files that a pattern of a test file means."""


_PART = re.compile(r"\[\^?[^\]\\]+\]|\\.|.", re.DOTALL)


@dataclass(frozen=True)
class RuleSuite:
    """`faults` are why a server would refuse one of the rule files: no test is run then.
    `unmatched` are patterns that no file matches, and `rule_paths` what the others found."""

    file: RuleTests
    groups: tuple[RuleGroup, ...]
    faults: tuple[Unparsable, ...]
    unmatched: tuple[str, ...]
    rule_paths: tuple[str, ...]
    semantics: Semantics = DEFAULT

    def run(self, chosen: "re.Pattern[str] | None" = None) -> tuple[UnitTestResult, ...]:
        """What comes of each test, or of those whose name matches."""
        if self.faults:
            return ()
        tests = [test for test in self.file.tests if chosen is None or chosen.search(test.name)]
        return tuple(run_test(test, self.file, self.groups, self.semantics) for test in tests)


def read_rule_suite(path: str, text: str, find: Find, semantics: Semantics = DEFAULT) -> RuleSuite:
    """A test file and its rules. Raises `Unparsable` where the test file is none."""
    file = RuleTests.parse(path, text)
    for fault in file.refused_by(semantics):
        raise fault
    groups: list[RuleGroup] = []
    faults: list[Unparsable] = []
    unmatched: list[str] = []
    found: dict[str, str] = {}
    for pattern, line in zip(file.rule_files, file.rule_lines, strict=True):
        try:
            matches = dict(find(_as_python_has_it(pattern)))
        except ValueError as error:
            faults.append(Unparsable(path, line, f"`{pattern}` is no pattern of files: {error}"))
            continue
        if not matches:
            unmatched.append(pattern)
        found |= matches
    for rule_path, rules in found.items():
        try:
            read, wrong = read_rule_groups(rule_path, rules, semantics)
        except Unparsable as error:
            faults.append(error)
            continue
        groups += read
        faults += wrong
    return RuleSuite(
        file,
        in_test_order(file, groups),
        tuple(faults),
        tuple(unmatched),
        tuple(found),
        semantics,
    )


def _as_python_has_it(pattern: str) -> str:
    """A pattern of Go for `glob` and `fnmatch`. Raises ValueError."""
    written = []
    for part in _PART.findall(pattern):
        if part in ("[", "\\"):
            raise ValueError(f"nothing ends its `{part}`")
        if part.startswith("\\"):
            written.append(f"[{part[1]}]" if part[1] in "*?[" else part[1])
        elif part.startswith("[^"):
            written.append(f"[!{part[2:]}")
        elif part.startswith("[!") and len(part) > 3:  # in Go an exclamation mark is one of them
            written.append(f"[{part[2:-1]}!]")
        else:
            written.append(part)
    return "".join(written)
