"""Rules over a server's own history: it evaluates the expressions, and here is only the state
machine. What one of the rules records for another is kept here, and read from here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from opsready.alerting.alerts import Surroundings, given_by
from opsready.alerting.groups import AlertingRule, RecordingRule, Rule, RuleGroup
from opsready.alerting.reads import in_circles
from opsready.alerting.record import as_series
from opsready.alerting.seat import recorded_labels
from opsready.alerting.templates import Query as TemplateQuery
from opsready.alerting.templates import TemplateError, queries_in
from opsready.backtest.replayed import Replayed
from opsready.backtest.replays import Judged, LeftOut, Window, judged
from opsready.backtest.ruleset import RuleSet, parsed
from opsready.backtest.server.access import ServerFailed
from opsready.backtest.server.client import Client
from opsready.backtest.server.queries import ask
from opsready.backtest.server.query import Cost, Query, cost_of
from opsready.backtest.severity import all_page, pages, severity_of
from opsready.promql import PromQLError
from opsready.promql.arrays import Grid
from opsready.promql.evaluate import Engine
from opsready.promql.labels import Labels, labels_of
from opsready.promql.nodes import Selector
from opsready.promql.plan import LOOKBACK_MS, plan
from opsready.promql.printer import print_expr
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.series import Series, Store
from opsready.promql.uses import selectors
from opsready.promql.vector import Vector, united

_LOOKS = 1_000
"""At so many times it is looked whether a metric is there at all."""
_RAW_AT_ONCE_MS = 6 * 3_600_000
"""Samples of a selector are fetched by spans of six hours."""


_CIRCLE = (
    "it reads what it writes, at once or through others, and range queries do not follow that;"
    " --server-records reads what the server recorded"
)


@dataclass(frozen=True)
class Step:
    """One rule, and how it is evaluated: by the server, or here over what was recorded here."""

    rule: Rule
    group: RuleGroup
    query: Query
    here: bool
    raw: tuple[Selector, ...] = ()
    """Beside recorded metrics it reads these, whose samples are fetched."""


class Served:
    """A server of Prometheus's API as the past. `trusts`: what rules record is read from the
    server, which records it itself."""

    def __init__(
        self, client: Client, semantics: Semantics = DEFAULT, *, trusts: bool = False
    ) -> None:
        self._client = client
        self._semantics = semantics
        self._trusts = trusts
        self._warned: dict[str, None] = {}
        self._failed: dict[str, None] = {}
        self._answers: dict[tuple[str, Grid], Vector] = {}
        self._recorded: tuple[RuleSet, Store] = (RuleSet(()), Store())

    @property
    def partial(self) -> tuple[str, ...]:
        """What the server warned of, and what it could not answer."""
        return (*self._failed, *(f"the server warns: {said}" for said in self._warned))

    @property
    def notes(self) -> tuple[str, ...]:
        """Nothing is supposed of what a server answers."""
        return ()

    def judged(self, groups: Sequence[RuleGroup], beside: Sequence[str] = ()) -> Judged:
        """All, for the server may know what we do not, but those in a circle: each evaluation
        would have to be asked for after the one before."""
        circling = () if self._trusts else in_circles(groups)
        around = set(map(id, circling))
        straight = [
            replace(group, rules=tuple(rule for rule in group.rules if id(rule) not in around))
            for group in groups
        ]
        found = judged(straight, self._semantics, beside=beside, elsewhere=True)
        return replace(found, left_out=(*found.left_out, *(LeftOut(r, _CIRCLE) for r in circling)))

    def vector(self, expr: str, grid: Grid) -> Vector:
        """Asks the server, or evaluates here what reads what was recorded here. Raises
        ServerFailed, PromQLError."""
        rules, store = self._recorded
        rule = AlertingRule("", expr)
        query = Query(expr, grid, "", _own_reach(rule))
        if not rules.read_by(rule):
            return self._ask(query)
        return self._here(query, _raw(rules, rule), store)

    def costs(self, rules: Judged, window: Window) -> Iterator[Cost]:
        """What would be asked for some rules, one by one; nothing is."""
        for step in self._steps(rules, window):
            yield from _costs(step.query, step.here, step.raw)
            for asked in _asked_by_labels(step.rule):
                yield cost_of(Query(asked, step.query.grid, step.rule.name))
        for metric in self._metrics(rules.rules):
            yield Cost("(is it there)", _count_of(metric), 1, _LOOKS, _LOOKS)

    def costs_beside(self, rules: Judged, queries: Iterable[Query]) -> Iterator[Cost]:
        """What expressions beside some rules would cost."""
        for query in queries:
            rule = AlertingRule("", query.expr)
            here = not self._trusts and bool(rules.rules.read_by(rule))
            yield from _costs(query, here, _raw(rules.rules, rule) if here else ())

    def replayed(self, rules: Judged, window: Window) -> tuple[Replayed, ...]:
        """Asks for each rule. One that the server refuses is told as partial; where none is left
        ServerFailed is raised."""
        steps = list(self._steps(rules, window))
        found: list[Replayed] = []
        failures: list[ServerFailed] = []
        with ThreadPoolExecutor(max_workers=self._client.access.at_once) as pool:
            asked = [None if step.here else pool.submit(self._ask, step.query) for step in steps]
            store = Store()
            for step, answered in zip(steps, asked, strict=True):
                try:
                    vector = (
                        self._here(step.query, step.raw, store)
                        if answered is None
                        else answered.result()
                    )
                    if isinstance(step.rule, RecordingRule):
                        _record(step, step.rule, vector, store)
                    else:
                        found.append(self._alert(step, step.rule, vector, window))
                except (ServerFailed, PromQLError, TemplateError) as error:
                    failures.append(_as_failure(step, error))
                    self._failed[f"{step.rule.name}: {failures[-1]}"] = None
        if failures and not found:
            raise failures[0]
        if not self._recorded[0].groups and not self._trusts:
            self._recorded = (rules.rules, store)
        return tuple(self._with_begin(found, rules.rules, window))

    # Steps

    def _steps(self, rules: Judged, window: Window) -> Iterator[Step]:
        named = rules.rules
        before = _needed_before(named)
        for group in rules.groups:
            step_ms = group.interval_ms or window.step_ms
            for rule in group.rules:
                if self._trusts and isinstance(rule, RecordingRule):
                    continue
                warm = before.get(id(rule), 0)
                own = Window(window.from_ms, window.to_ms, step_ms)
                grid = _moved(own.grid(warm, window.from_ms - warm), -group.query_offset_ms)
                query = Query(rule.expr, grid, rule.name, _own_reach(rule))
                here = not self._trusts and bool(named.read_by(rule))
                yield Step(rule, group, query, here, _raw(named, rule) if here else ())

    def _here(self, query: Query, raw: Sequence[Selector], store: Store) -> Vector:
        for selector in raw:
            self._fetch(selector, query, store)
        return Engine(store).evaluate(plan(query.expr, self._semantics), query.grid).raised().vector

    def _ask(self, query: Query) -> Vector:
        """Once: other rules, other thresholds and a page ask much of it again."""
        key = (query.expr, query.grid)
        if key not in self._answers:
            answered = ask(self._client, query)
            self._warned |= dict.fromkeys(answered.warnings)
            self._answers[key] = answered.vector
        return self._answers[key]

    def _fetch(self, selector: Selector, query: Query, store: Store) -> None:
        """The samples of a selector as they are, into the store."""
        start = query.grid.start_ms - query.reach_ms - LOOKBACK_MS
        text = print_expr(selector)
        samples: dict[tuple[tuple[str, str], ...], dict[int, float]] = {}
        at = start
        while at < query.grid.end_ms:
            until = min(at + _RAW_AT_ONCE_MS, query.grid.end_ms)
            answer = self._client.instant(f"{text}[{until - at}ms]", until)
            self._warned |= dict.fromkeys(answer.warnings)
            for metric, pairs in answer.rows:
                of_series = samples.setdefault(labels_of(metric), {})
                of_series |= {round(when * 1000): value for when, value in pairs}
            at = until
        for labels, by_time in samples.items():
            times = sorted(by_time)
            store.put(Series.of(labels, times, [by_time[when] for when in times]))

    # What comes of it

    def _alert(self, step: Step, rule: AlertingRule, vector: Vector, window: Window) -> Replayed:
        times = step.query.grid.times + step.group.query_offset_ms
        given = given_by(rule, vector, times, Surroundings(asks=_Asking(self._ask, step).at))
        return Replayed(
            rule,
            given.labels,
            given.active,
            times,
            step.query.grid.step_ms,
            severity=severity_of(rule.labels) or "",
            from_ms=window.from_ms,
            limit=step.group.limit,
            failed=int(given.clash.sum()),
            why_failed="several alerts have the same labels" if given.clash.any() else "",
        )

    def _with_begin(
        self, found: Sequence[Replayed], rules: RuleSet, window: Window
    ) -> Iterator[Replayed]:
        """With what the server does not have, and until when windows are not full."""
        everyone = all_page(one.rule.labels for one in found)
        first = {metric: self._first(metric, rules, window) for metric in self._metrics(rules)}
        for one in found:
            metrics = [leaf.metrics or () for leaf in rules.leaves_of(one.rule)]
            begins = [at for names in metrics for m in names if (at := first.get(m)) is not None]
            absent = (names for names in metrics if all(first.get(m) is None for m in names))
            cold = max(begins, default=window.from_ms) + rules.reach_of(one.rule)
            yield replace(
                one,
                pages=everyone or pages(one.rule.labels),
                missing=tuple(sorted({m for names in absent for m in names})),
                cold_ms=max(cold, window.from_ms) if begins else 0,
            )

    def _metrics(self, rules: RuleSet) -> tuple[str, ...]:
        leaves = (leaf for alert in rules.alerts for leaf in rules.leaves_of(alert))
        return tuple(dict.fromkeys(m for leaf in leaves for m in leaf.metrics or ()))

    def _first(self, metric: str, rules: RuleSet, window: Window) -> int | None:
        """When a metric is first there, as far back as any window reaches; None for never."""
        reach = max((rules.reach_of(alert) for alert in rules.alerts), default=0)
        start = window.from_ms - reach
        step = max(window.step_ms, (window.to_ms - start) // _LOOKS)
        grid = Grid.between(start, max(window.to_ms, start), step)
        there = self._ask(Query(_count_of(metric), grid, metric)).anywhere
        return int(grid.times[int(there.argmax())]) if there.any() else None


def _moved(grid: Grid, ms: int) -> Grid:
    return Grid(grid.start_ms + ms, grid.step_ms, grid.count)


def _costs(query: Query, here: bool, raw: Sequence[Selector]) -> Iterator[Cost]:
    """Of an expression that the server evaluates, or of the samples that it reads here."""
    if not here:
        yield cost_of(query)
    span = query.grid.end_ms - query.grid.start_ms + query.reach_ms
    count = -(-span // _RAW_AT_ONCE_MS)
    for selector in raw:
        yield Cost(query.rule, print_expr(selector), count, count, span // 15_000)


class _Asking:
    """The query function of templates: each expression is asked for once, at all evaluations, of
    the server as it is."""

    def __init__(self, ask: Callable[[Query], Vector], step: Step) -> None:
        self._ask = ask
        self._step = step
        self._answers: dict[str, Vector] = {}

    def at(self, at_ms: int) -> TemplateQuery:
        """That of one time."""
        grid = self._step.query.grid
        place = (at_ms - self._step.group.query_offset_ms - grid.start_ms) // grid.step_ms

        def query(expr: str) -> list[tuple[Labels, float]]:
            if expr not in self._answers:
                self._answers[expr] = self._ask(Query(expr, grid, self._step.rule.name))
            vector = self._answers[expr]
            rows = zip(
                vector.labels, vector.values[:, place], vector.present[:, place], strict=True
            )
            return [(labels, float(value)) for labels, value, present in rows if present]

        return query


def _as_failure(step: Step, error: ServerFailed | PromQLError | TemplateError) -> ServerFailed:
    if isinstance(error, ServerFailed):
        return error
    return ServerFailed(f"`{step.rule.expr}`", str(error))


def _own_reach(rule: Rule) -> int:
    expr = parsed(rule)
    return 0 if expr is None else max((use.reach_ms for use in selectors(expr)), default=0)


def _asked_by_labels(rule: Rule) -> tuple[str, ...]:
    """What the templates of its labels ask for, as far as it is written out."""
    return tuple(dict.fromkeys(e for text in rule.labels.values() for e in queries_in(text)))


def _raw(rules: RuleSet, rule: Rule) -> tuple[Selector, ...]:
    """What a rule selects itself, and no rule records."""
    expr = parsed(rule)
    uses = () if expr is None else selectors(expr)
    bare = (use.selector for use in uses if not rules.meant(use.selector))
    return tuple(dict.fromkeys(Selector(one.name, one.matchers) for one in bare))


def _needed_before(rules: RuleSet) -> Mapping[int, int]:
    """How long before the span each rule must be evaluated, by its id: `for` and keep_firing_for of
    alerts, and the windows over what is recorded."""
    before: dict[int, int] = {}
    waiting: list[tuple[Rule, int, int]] = [
        (alert, alert.for_ms + alert.keep_firing_for_ms, 0) for alert in rules.alerts
    ]
    while waiting:
        rule, needed, depth = waiting.pop()
        known = before.get(id(rule))
        if depth > 8 or (known is not None and known >= needed):
            continue
        before[id(rule)] = needed
        expr = parsed(rule)
        for use in () if expr is None else selectors(expr):
            reach = needed + use.reach_ms + LOOKBACK_MS
            waiting += [(read, reach, depth + 1) for read in rules.meant(use.selector)]
    return before


def _record(step: Step, rule: RecordingRule, vector: Vector, store: Store) -> None:
    labels = tuple(recorded_labels(rule, each) for each in vector.labels)
    whole, clash = united(Vector(labels, vector.values, vector.present))
    if clash.any():
        raise ServerFailed(f"`{rule.expr}`", "several series have the same labels when recorded")
    for one in as_series(whole.labels, whole.values, whole.present, step.query.grid.times):
        store.put(one)


def _count_of(metric: str) -> str:
    return f"count({print_expr(Selector(metric))})"
