"""Which rule reads what another writes, and the order that follows from it."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence

from opsready.alerting.groups import BadRule, Rule, RuleGroup, expression_of, selectors_of
from opsready.alerting.templates import queries_in
from opsready.promql import PromQLError, parse
from opsready.promql.nodes import METRIC_NAME, Expr, Matcher, Selector


class Writers:
    """Rules by the metrics that they write."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._by_name: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
        for place, rule in enumerate(rules):
            for written in rule.writes:
                self._by_name.setdefault(written[METRIC_NAME], []).append((place, written))

    def of_metric(self, name: str) -> Sequence[tuple[int, Mapping[str, str]]]:
        """The places of those that write a metric, each with the labels that are known of it."""
        return self._by_name.get(name, ())

    def read_by(self, selectors: Iterable[Selector]) -> set[int]:
        """The places of the rules that write something which one of these can mean."""
        return {place for one in selectors for place in self._meant(one)}

    def _meant(self, selector: Selector) -> Iterator[int]:
        names = self._by_name if selector.name is None else (selector.name,)
        for name in names:
            for place, written in self.of_metric(name):
                if all(_may_match(matcher, written) for matcher in selector.matchers):
                    yield place


def _may_match(matcher: Matcher, written: Mapping[str, str]) -> bool:
    """What is not known of a label may be anything."""
    value = written.get(matcher.label)
    return value is None or matcher.matches(value)


def selectors_read(rule: Rule, expr: Expr | None = None) -> list[Selector]:
    """All that a rule selects: in its expression, which is parsed where it is not given, and by
    `query` in its templates. Raises BadRule."""
    found = list(selectors_of(expression_of(rule) if expr is None else expr))
    for text in (*rule.labels.values(), *getattr(rule, "annotations", {}).values()):
        for query in queries_in(text):
            try:
                found += selectors_of(parse(query))
            except PromQLError:
                continue  # said where the template is expanded
    return found


def in_circles(groups: Sequence[RuleGroup]) -> list[Rule]:
    """The rules that read what they write themselves, at once or through others. A server sees
    there what was written one evaluation before."""
    rules = [rule for group in groups for rule in group.rules]
    writers = Writers(rules)
    read = [writers.read_by(_selectors_if_any(rule)) for rule in rules]
    # A circle goes back somewhere: most rules read only those before them, and are not followed.
    starts = {place for place, others in enumerate(read) if max(others, default=-1) >= place}
    found = {place for place in starts if place in _reached(place, read)}
    return [rules[place] for place in sorted(found.union(*(around(p, read) for p in found)))]


def _reached(place: int, read: Sequence[set[int]]) -> set[int]:
    """All that a rule reads, itself or through others."""
    found: set[int] = set()
    waiting = list(read[place])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += read[one]
    return found


def around(place: int, read: Sequence[set[int]]) -> set[int]:
    """Those that a rule reads and that read it."""
    return {one for one in _reached(place, read) if place in _reached(one, read)}


def in_reading_order(groups: Sequence[RuleGroup]) -> tuple[RuleGroup, ...]:
    """The groups so that each comes after those that it reads, else as they are given.

    A server starts its groups at times of their own: which of two comes first is by chance.
    """
    rules = [(place, rule) for place, group in enumerate(groups) for rule in group.rules]
    writers = Writers([rule for _, rule in rules])
    before: list[set[int]] = [set() for _ in groups]
    for place, rule in rules:
        written = (rules[writer][0] for writer in writers.read_by(_selectors_if_any(rule)))
        before[place] |= {group for group in written if group != place}
    return tuple(groups[place] for place in _sorted(before))


def _selectors_if_any(rule: Rule) -> list[Selector]:
    try:
        return selectors_read(rule)
    except BadRule:
        return []


def _sorted(before: Sequence[set[int]]) -> Iterator[int]:
    """Each place after those before it; where they go round in a circle, the first of them."""
    left = [set(places) for places in before]
    after: dict[int, list[int]] = {}
    for place, places in enumerate(left):
        for earlier in places:
            after.setdefault(earlier, []).append(place)
    ready = [place for place, places in enumerate(left) if not places]
    done: set[int] = set()
    for first in range(len(left)):
        heapq.heappush(ready, first) if not ready and first not in done else None
        while ready:
            place = heapq.heappop(ready)
            if place in done:
                continue
            done.add(place)
            yield place
            for later in after.get(place, ()):
                left[later].discard(place)
                if not left[later] and later not in done:
                    heapq.heappush(ready, later)
