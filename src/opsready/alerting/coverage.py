"""Which rules the tests ask about, and which alerts they never make fire."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsready.alerting.cases import UnitTestFile
from opsready.alerting.groups import AlertingRule, BadRule, Rule, RuleGroup, selectors_of
from opsready.alerting.reads import Writers, selectors_read
from opsready.promql import PromQLError, parse
from opsready.promql.nodes import Selector
from opsready.promql.semantics import ANY


@dataclass(frozen=True)
class Coverage:
    """All rules that some test file loads; those that none asks about, itself or through a rule
    that reads it; and alerts that are only asked to be silent."""

    rules: tuple[Rule, ...] = ()
    untested: tuple[Rule, ...] = ()
    never_firing: tuple[Rule, ...] = ()

    @property
    def percent(self) -> float:
        """The share of rules that some test asks about."""
        asked = len(self.rules) - len(self.untested)
        return 100 * asked / len(self.rules) if self.rules else 100.0


def coverage_of(loaded: Iterable[tuple[UnitTestFile, Sequence[RuleGroup]]]) -> Coverage:
    """Over all test files together, each with the groups that it loads."""
    known: dict[tuple[str, int, str], Rule] = {}
    asked: set[tuple[str, int, str]] = set()
    fires: set[tuple[str, int, str]] = set()
    for file, groups in loaded:
        rules = [rule for group in groups for rule in group.rules]
        known |= {_key(rule): rule for rule in rules}
        asked |= {_key(rules[place]) for place in _asked(file, rules)}
        fired = {case.alert for test in file.tests for case in test.alerts if case.expected}
        fires |= {_key(rule) for rule in rules if _is_alert(rule) and rule.name in fired}
    untested = tuple(rule for key, rule in known.items() if key not in asked)
    silent = tuple(rule for key, rule in known.items() if _is_alert(rule) and key in asked - fires)
    return Coverage(tuple(known.values()), untested, silent)


def _key(rule: Rule) -> tuple[str, int, str]:
    return rule.path, rule.line, rule.name


def _is_alert(rule: Rule) -> bool:
    return isinstance(rule, AlertingRule)


def _asked(file: UnitTestFile, rules: Sequence[Rule]) -> set[int]:
    """The places of the rules that the tests of a file reach."""
    writers = Writers(rules)
    names = {case.alert for test in file.tests for case in test.alerts}
    waiting = [place for place, rule in enumerate(rules) if _is_alert(rule) and rule.name in names]
    for test in file.tests:
        for case in test.exprs:
            waiting += writers.read_by(_selectors(case.expr))
    found: set[int] = set()
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += writers.read_by(_read(rules[place]))
    return found


def _selectors(expr: str) -> list[Selector]:
    try:
        return list(selectors_of(parse(expr, ANY)))
    except PromQLError:
        return []


def _read(rule: Rule) -> list[Selector]:
    try:
        return selectors_read(rule)
    except BadRule:
        return []
