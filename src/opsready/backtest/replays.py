"""Rules over recorded samples: which can be evaluated here, from when on, and what came of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from opsready.alerting.groups import AlertingRule, Rule, RuleGroup
from opsready.alerting.history import AlertHistory
from opsready.alerting.reads import in_reading_order
from opsready.alerting.replay import Replay, replay
from opsready.alerting.templates import Refused as UnsupportedTemplate
from opsready.alerting.templates import TemplateError, check, expand
from opsready.backtest.replayed import Replayed
from opsready.backtest.ruleset import RuleSet
from opsready.backtest.severity import all_page, pages, severity_of
from opsready.promql import PromQLError, Refused
from opsready.promql.arrays import Grid
from opsready.promql.plan import LOOKBACK_MS, plan
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.series import Store
from opsready.promql.signatures import ValueType

STEPS_AT_MOST = 5_000_000
"""Nine years at one a minute: a clock that jumped, and no history."""


class BadSpan(ValueError):
    """A span of time over which nothing can be evaluated; it says why."""


@dataclass(frozen=True)
class LeftOut:
    """A rule that is not evaluated, and why."""

    rule: Rule
    why: str


@dataclass(frozen=True)
class Judged:
    """The rules that can be evaluated, in an order in which each finds what it reads."""

    groups: tuple[RuleGroup, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def rules(self) -> RuleSet:
        """By name."""
        return RuleSet(self.groups)


def judged(
    groups: Sequence[RuleGroup],
    semantics: Semantics = DEFAULT,
    *,
    beside: Sequence[str] = (),
    elsewhere: bool = False,
) -> Judged:
    """Which of the rules can be evaluated: a faulty one leaves the others as they are. What neither
    an alert nor an expression `beside` them reads is left out in silence. A rule that is evaluated
    `elsewhere` may have an expression that we do not know."""
    left_out: list[LeftOut] = []
    kept = []
    for group in groups:
        rules = []
        for rule in group.rules:
            why = _template_fault(rule) if elsewhere else why_not(rule, semantics)
            if why:
                left_out.append(LeftOut(rule, why))
            else:
                rules.append(rule)
        if rules:
            kept.append(replace(group, rules=tuple(rules)))
    return Judged(in_reading_order(RuleSet(kept).needed(beside)), tuple(left_out))


def why_not(rule: Rule, semantics: Semantics) -> str:
    """Why a rule cannot be evaluated here; '' where it can."""
    try:
        found = plan(rule.expr, semantics).expr.type
        if found not in (ValueType.VECTOR, ValueType.SCALAR):
            return f"its expression gives {found.phrase}, not a vector or scalar"
    except Refused as error:
        return f"its expression is not evaluated here: {error.message}"
    except PromQLError as error:
        return f"its expression is no PromQL: {error}"
    return _template_fault(rule)


def _template_fault(rule: Rule) -> str:
    """An annotation that is only not supported here changes nothing of when an alert fires."""
    of_labels = (why for why, _ in _template_faults(rule, rule.labels))
    faults = (why for why, refused in _template_faults(rule, _annotations(rule)) if not refused)
    return next(iter((*of_labels, *faults)), "")


def _annotations(rule: Rule) -> Mapping[str, str]:
    return rule.annotations if isinstance(rule, AlertingRule) else {}


def _template_faults(rule: Rule, texts: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """What is wrong with its texts, and whether they are only not supported here."""
    for name, text in texts.items() if isinstance(rule, AlertingRule) else ():
        try:
            check(text)
            expand(text, {}, 0.0, query=lambda _: [])  # some is refused when it is executed
        except TemplateError as error:
            refused = isinstance(error, UnsupportedTemplate)
            yield f"its template `{name}` is refused: {error}", refused


@dataclass(frozen=True)
class Window:
    """What is reported on: from one time to another, with an evaluation each step."""

    from_ms: int
    to_ms: int
    step_ms: int = 60_000

    def grid(self, warm_ms: int, first_ms: int) -> Grid:
        """The evaluations, those before that warm the rules up included; a multiple of the step,
        so that what is said does not hang on when a history begins. Raises BadSpan."""
        step = self.step_ms
        start = max(self.from_ms - warm_ms, first_ms)
        start = -(-min(start, self.from_ms) // step) * step
        if self.to_ms < start:
            raise BadSpan("the span ends before the first evaluation in it")
        count = (self.to_ms - start) // step + 1
        if count > STEPS_AT_MOST:
            days = (self.to_ms - start) / 86_400_000
            raise BadSpan(
                f"{days:,.0f} days are {count:,} evaluations of each rule, more than"
                f" {STEPS_AT_MOST:,}; did a clock jump? name the span (--from, --to), or a longer"
                " --interval"
            )
        return Grid(start, step, count)


def warm_ms(rules: RuleSet) -> int:
    """How long before the span evaluations must begin, so that all windows are full and each
    `for` has run."""
    return max(
        (rules.reach_of(alert) + alert.for_ms + alert.keep_firing_for_ms for alert in rules.alerts),
        default=0,
    )


def reads_from(rules: RuleSet, window: Window) -> int:
    """The first time whose samples matter."""
    return window.from_ms - 2 * warm_ms(rules) - LOOKBACK_MS


def replayed_over(
    rules: Judged, store: Store, window: Window, semantics: Semantics = DEFAULT
) -> tuple[Replay, tuple[Replayed, ...]]:
    """Evaluates the rules over a store. Raises BadSpan, BadRule and TemplateError."""
    first = min((int(one.times[0]) for one in store if one.times.size), default=window.from_ms)
    grid = window.grid(warm_ms(rules.rules), first)
    done = replay(rules.groups, store, grid, semantics)
    return done, tuple(as_replayed(done, rules.rules, store, window, first))


def without_refused(
    rules: Judged, store: Store, window: Window, semantics: Semantics
) -> tuple[Judged, tuple[str, ...]]:
    """The rules without those whose labels come, for some value, to what is not supported; and
    what is said of these. Found by evaluating each alert by itself: it is rare."""
    refused: dict[int, str] = {}
    for alert in rules.rules.alerts:
        try:
            replayed_over(Judged(_with(rules, {id(alert)})), store, window, semantics)
        except TemplateError as error:
            place = f"{alert.path}:{alert.line}: " if alert.path else ""
            refused[id(alert)] = (
                f"{place}{alert.name}: a template of its labels is refused: {error}"
            )
    left = _with(rules, {id(alert) for alert in rules.rules.alerts} - refused.keys())
    return replace(rules, groups=left), tuple(refused.values())


def _with(rules: Judged, alerts: set[int]) -> tuple[RuleGroup, ...]:
    """What is recorded, and of the alerts some."""
    kept = (
        replace(
            group,
            rules=tuple(
                rule
                for rule in group.rules
                if not isinstance(rule, AlertingRule) or id(rule) in alerts
            ),
        )
        for group in rules.groups
    )
    return tuple(group for group in kept if group.rules)


def failed_recordings(done: Replay) -> tuple[str, ...]:
    """Where recording rules failed, so that alerts saw nothing of them."""
    rules = {id(f.rule): f.rule for f in done.failures if not isinstance(f.rule, AlertingRule)}
    told = [(rule.name, *_failed(done, rule)) for rule in rules.values()]
    return tuple(f"{name} failed at {count:,} evaluations: {why}" for name, count, why in told)


def _failed(done: Replay, rule: Rule) -> tuple[int, str]:
    """At how many evaluations a rule failed, and why at the first of them."""
    failures = [one for one in done.failures if one.rule is rule]
    times = {at for one in failures for at in one.times_ms.tolist()}
    return len(times), failures[0].why if failures else ""


def as_replayed(
    done: Replay, rules: RuleSet, store: Store, window: Window, first_ms: int
) -> Iterator[Replayed]:
    """What came of each alert, with what is to be said of it."""
    names = {value for one in store for label, value in one.labels if label == "__name__"}
    everyone = all_page(history.rule.labels for history in done.alerts)
    for history in done.alerts:
        rule = history.rule
        failed, why = _failed(done, rule)
        unstable = [one for one in done.unstable if one.rule is rule]
        yield replace(
            plainly(history, window),
            pages=everyone or pages(rule.labels),
            cold_ms=max(first_ms + rules.reach_of(rule), window.from_ms),
            missing=tuple(sorted(missing(rules, rule, names))),
            failed=failed,
            why_failed=why,
            unstable=sum(int(one.times_ms.size) for one in unstable),
        )


def plainly(history: AlertHistory, window: Window) -> Replayed:
    """The alerts of one rule."""
    rule, times = history.rule, history.times_ms
    return Replayed(
        rule,
        history.given.labels,
        history.given.active,
        times,
        history.group.interval_ms or window.step_ms,
        severity=severity_of(rule.labels) or "",
        from_ms=window.from_ms,
        limit=history.group.limit,
    )


def missing(rules: RuleSet, rule: AlertingRule, there: Iterable[str]) -> set[str]:
    """The metrics of which a history has no sample; none where it has one of each selector."""
    names = set(there)
    absent: set[str] = set()
    for leaf in rules.leaves_of(rule):
        metrics = set(leaf.metrics or ())
        if metrics and not metrics & names:
            absent |= metrics
    return absent
