"""What the rules count: events, and a part of them, found in the ratios that alerts are made of."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from opsready.alerting.groups import AlertingRule, BadRule, RuleGroup, expression_of
from opsready.backtest.ruleset import RuleSet
from opsready.promql.labels import Labels, labels_of, value_of
from opsready.promql.nodes import METRIC_NAME, Binary, Expr, Matcher, Number, Selector, walk
from opsready.promql.printer import print_expr
from opsready.promql.uses import selectors

_USUAL = ("200", "500", "GET", "/", "api", "x", "1", "")
"""Values of labels that a matcher says nothing of, but what they are not."""
_COUNTING = frozenset({"rate", "irate", "increase"})
_CLASS = re.compile(r"\[\^?(\\.|[^\]\\])[^\]]*\]")
_TURNED: Mapping[str, Literal["=", "!=", "=~", "!~"]] = {
    "=": "!=",
    "!=": "=",
    "=~": "!~",
    "!~": "=~",
}


@dataclass(frozen=True)
class Signal:
    """Events that a rule counts: `whole` are all of them, `part` some, by their labels.

    `apart`: the whole is counted by two series, of the part and of the rest, whose labels are
    `rest`; else by one series of its own.
    """

    part: Labels
    rest: Labels
    apart: bool
    alerts: tuple[AlertingRule, ...]
    written: str

    def named(self, alert: str) -> bool:
        """Whether an alert is made of it."""
        return any(one.name == alert for one in self.alerts)

    def has(self, selector: Selector) -> bool:
        """Whether one of its series is what is selected."""
        return any(
            selector.name in (None, value_of(labels, METRIC_NAME))
            and all(
                matcher.matches(value_of(labels, matcher.label)) for matcher in selector.matchers
            )
            for labels in (self.part, self.rest)
        )


@dataclass(frozen=True)
class Signals:
    """The signals of all rules, and the alerts that are made of none, with why."""

    found: tuple[Signal, ...]
    left_out: tuple[tuple[AlertingRule, str], ...]


def signals_of(groups: Sequence[RuleGroup]) -> Signals:
    """Every pair of events that alerts compare, each with its alerts."""
    rules = RuleSet(groups)
    found: dict[tuple[Labels, Labels, bool], list[AlertingRule]] = {}
    written: dict[tuple[Labels, Labels, bool], str] = {}
    left_out = []
    for alert in rules.alerts:
        try:
            pairs = [_signal(pair) for pair in _pairs(rules, expression_of(alert))]
        except BadRule as error:
            left_out.append((alert, error.why))
            continue
        key = next((one for one in pairs if one is not None), None)
        if key is None:
            why = "it compares no part of some events with all of them"
            left_out.append((alert, why if not pairs else "no labels pass its matchers"))
            continue
        found.setdefault(key[:3], []).append(alert)
        written.setdefault(key[:3], key[3])
    signals = [
        Signal(part, rest, apart, tuple(alerts), written[part, rest, apart])
        for (part, rest, apart), alerts in found.items()
    ]
    return Signals(tuple(signals), tuple(left_out))


def _pairs(rules: RuleSet, expr: Expr) -> Iterator[tuple[Selector, Selector]]:
    """Part and whole of each ratio of counted events in it, each once."""
    seen = set()
    counted = _counted(rules, expr)
    for inside in rules.below(expr):
        for node in walk(inside):
            if isinstance(node, Binary) and node.op == "/":
                wholes = [bare(one) for one in rules.leaves(node.right)]
                parts = [bare(one) for one in rules.leaves(node.left)]
                for whole in wholes:
                    for part in parts:
                        both_counted = {part, whole} <= counted
                        if part != whole and both_counted and (part, whole) not in seen:
                            seen.add((part, whole))
                            yield part, whole


def _counted(rules: RuleSet, expr: Expr) -> set[Selector]:
    """What is read as a number of events in a while; a sum of what they took is none."""
    return {
        bare(use.selector)
        for inside in rules.below(expr)
        for use in selectors(inside)
        if _COUNTING & set(use.functions) and not (use.selector.name or "").endswith("_sum")
    }


def bare(selector: Selector) -> Selector:
    """Without what moves it in time."""
    return Selector(selector.name, selector.matchers)


def _signal(pair: tuple[Selector, Selector]) -> tuple[Labels, Labels, bool, str] | None:
    part, whole = pair
    written = f"{print_expr(part)} of {print_expr(whole)}"
    if part.name == whole.name:
        inside = labels_passing(part.name, (*part.matchers, *whole.matchers))
        if inside is not None:
            rest = _outside(part, whole)
            return None if rest is None else (inside, rest, True, written)
    some, all_of_it = (
        labels_passing(part.name, part.matchers),
        labels_passing(whole.name, whole.matchers),
    )
    if some is None or all_of_it is None:
        return None
    return some, all_of_it, False, written


def _outside(part: Selector, whole: Selector) -> Labels | None:
    """Labels of an event that is of the whole and not of the part."""
    required = set(whole.matchers)
    for against in part.matchers:
        if against in required:
            continue
        turned = replace(against, op=_TURNED[against.op])
        found = labels_passing(whole.name, (*whole.matchers, turned))
        if found is not None:
            return found
    return None


def labels_passing(name: str | None, matchers: Iterable[Matcher]) -> Labels | None:
    """Labels that pass all matchers, or None where none was found."""
    by_label: dict[str, list[Matcher]] = {}
    for matcher in matchers:
        by_label.setdefault(matcher.label, []).append(matcher)
    pairs: dict[str, str] = {METRIC_NAME: name or ""}
    for label, asked in by_label.items():
        value = next((v for v in _values(asked) if all(m.matches(v) for m in asked)), None)
        if value is None:
            return None
        pairs[label] = value
    return labels_of(pairs) if pairs[METRIC_NAME] else None


def _values(matchers: Sequence[Matcher]) -> Iterator[str]:
    for matcher in matchers:
        if matcher.op == "=":
            yield matcher.value
        elif matcher.op == "=~":
            yield from _samples(matcher.value)
    yield from _USUAL
    for matcher in matchers:
        yield from _samples(matcher.value)


def _samples(pattern: str) -> Iterator[str]:
    """Texts that a simple pattern may match; whoever asks tries them."""
    flat = _CLASS.sub(r"\1", pattern.strip("^$")).replace(r"\d", "0").replace(r"\.", "\0")
    for text in re.split(r"\|", flat.replace("(?:", "").replace("(", "").replace(")", "")):
        short = re.sub(r"\.[*+]\??", "x", text).replace(".", "0")
        yield re.sub(r"[*+?]|\{[\d,]*\}", "", short).replace("\0", ".").replace("\\", "")


def budget_of(rules: RuleSet, alert: AlertingRule) -> float | None:
    """The error budget in a threshold such as `14.4 * 0.001`; None where none stands there."""
    nodes = (node for expr in rules.below(expression_of(alert)) for node in walk(expr))
    return next((found for node in nodes if (found := _budget(node)) is not None), None)


def _budget(node: Expr) -> float | None:
    match node:
        case Binary(op="*", left=Number(a), right=Number(b)) if 0 < min(a, b) < 1 <= max(a, b):
            return min(a, b)
        case Binary(op="*", left=Number(), right=Binary("-", Number(whole), Number(b))):
            return round(1 - b, 12) if whole == 1 and 0 < b < 1 else None
    return None
