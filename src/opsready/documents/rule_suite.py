"""A file of rule tests with the rules that it loads, ready to run."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opsready.alerting.cases import UnitTestFile
from opsready.alerting.groups import RuleGroup
from opsready.alerting.unit_tests import UnitTestResult, in_test_order, run_test
from opsready.documents.document import Unparsable
from opsready.documents.rule_groups import read_rule_groups
from opsready.documents.rule_test_file import read_test_file
from opsready.promql.semantics import DEFAULT, Semantics

Find = Callable[[str], Iterable[tuple[str, str]]]
"""The paths and texts of the rule files that a pattern of a test file means."""


@dataclass(frozen=True)
class RuleSuite:
    """`faults` are why a server would refuse one of the rule files: no test is run then.
    `unmatched` are patterns that no file matches, and `rule_paths` what the others found."""

    file: UnitTestFile
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
    file = read_test_file(path, text)
    groups: list[RuleGroup] = []
    faults: list[Unparsable] = []
    unmatched: list[str] = []
    found: dict[str, str] = {}
    for pattern in file.rule_files:
        matches = dict(find(pattern))
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
