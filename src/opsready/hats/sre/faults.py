"""The faults under which each alert must fire, as made histories, and when it fires in them.

Three files, by how far the longest window looks back: steps of a minute for an hour, of four
minutes for days, of nine for a week. promtool evaluates every rule at every step: a day is dear.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from opsready.hats.sre.alert import WatchedAlert
from opsready.hats.sre.alerts import measured_s
from opsready.hats.sre.burn import DAY_S, HOUR_S, Tier
from opsready.hats.sre.made_history import Steps, accumulated, crossed, ended
from opsready.hats.sre.made_series import (
    PER_SECOND,
    calls,
    failing_probes,
    failures_of_others,
    requests,
    rising,
    statuses,
    up,
)
from opsready.hats.sre.signals import Series, calls_of, failures_of
from opsready.hats.sre.sli import Sli
from opsready.hats.sre.watch import Watch

MINUTE_S = 60
DAYS_STEP_S = 240
# A week has 1,120 steps of nine minutes, and a window of ten minutes holds two samples.
WEEK_STEP_S = 540
WEEK_S = 7 * DAY_S
# Shares of bad requests to choose from: the first that is clearly above what the alerts ask for.
_SHARES = ("0.02", "0.05", "0.1", "0.15", "0.25", "0.4", "0.5", "0.75", "0.9", "1")
_CLEARLY = Fraction(5, 4)
# Steps before and after what is of interest.
_MARGIN = 5
_HOUR = 60
_NONE = Fraction(0)


@dataclass(frozen=True)
class Asked:
    """Whether an alert fires at a step."""

    step: int
    alert: WatchedAlert
    fires: bool


@dataclass(frozen=True)
class RuleTest:
    """One history: series with their values, and what is asked of it."""

    name: str
    step_s: int
    series: Mapping[str, str]
    asked: tuple[Asked, ...] = field(default_factory=tuple)


def _fires(alert: WatchedAlert, begin: int, at: Steps) -> Iterator[Asked]:
    """Silent before the fault and until the step, firing from then on."""
    yield Asked(begin, alert, fires=False)
    if at.first > 1:
        yield Asked(begin + at.first - 1, alert, fires=False)
    yield Asked(begin + at.last, alert, fires=True)


def _waiting(alert: WatchedAlert, step_s: int) -> int:
    """Evaluations until `for` is over."""
    return -(-alert.for_s // step_s)


def minute_tests(watch: Watch) -> Iterator[RuleTest]:
    """What looks back an hour at most, and what health looks like."""
    yield _healthy(watch)
    for slis in _by_events(watch.slis):
        yield from _bad_requests(watch, slis)
    for alert in watch.alerts:
        if alert.about == "saturation":
            yield _saturated(watch, alert)
        elif alert.about == "dependency":
            yield _dependency_down(watch, alert)
        elif alert.about == "no_data":
            yield _silence(watch, alert)


def days_tests(watch: Watch) -> Iterator[RuleTest]:
    """What looks back longer: the slow tiers, and budgets that are spent. Objectives on different
    metrics burn in the same history."""
    together: list[_BadDays] = []
    for slis in _by_events(watch.slis):
        slow = [(sli, a) for sli, a in _alerts_on(watch, slis) if not _is_of_an_hour(sli, a)]
        if not slow:
            continue
        name = slis[0].events.name
        place = next((each for each in together if name not in each.metrics), None)
        if place is None:
            place = _BadDays([], set())
            together.append(place)
        place.burning.append(slow)
        place.metrics.add(name)
    for each in together:
        yield _bad_days(watch, each.burning)


def week_tests(watch: Watch) -> Iterator[RuleTest]:
    """What is held against the week before."""
    for alert in watch.alerts:
        if alert.about == "traffic_drop" and watch.signals.requests is not None:
            yield _users_stay_away(watch, alert, watch.signals.requests)


def _by_events(slis: Sequence[Sli]) -> list[list[Sli]]:
    """The objectives on the same requests together: one fault burns all of their budgets."""
    groups: dict[tuple[str, str], list[Sli]] = {}
    for sli in slis:
        groups.setdefault((sli.events.select(), sli.bad_matcher), []).append(sli)
    return list(groups.values())


def _alerts_on(watch: Watch, slis: Sequence[Sli]) -> list[tuple[Sli, WatchedAlert]]:
    by_name = {sli.name: sli for sli in slis}
    return [(by_name[a.slo], a) for a in watch.alerts if a.slo in by_name]


def _tier(sli: Sli, alert: WatchedAlert) -> Tier | None:
    return next((tier for tier in sli.tiers if tier.name == alert.tier), None)


def _is_of_an_hour(sli: Sli, alert: WatchedAlert) -> bool:
    tier = _tier(sli, alert)
    return alert.tier is None or (tier is not None and tier.long_s <= HOUR_S)


def _share_above(alerts: Sequence[WatchedAlert]) -> Fraction:
    """A share of bad requests at which all of them fire."""
    highest = max(alert.bound or _NONE for alert in alerts)
    above = [Fraction(share) for share in _SHARES if Fraction(share) > highest]
    return next((share for share in above if share >= highest * _CLEARLY), above[-1])


def _held(length_s: int, step_s: int) -> tuple[int, int]:
    """How many intervals between samples a window of this length can hold."""
    return length_s // step_s, length_s // step_s - 1


def _healthy(watch: Watch) -> RuleTest:
    """Users are served; probes fail, and what is not critical is down. Nobody is called."""
    steps = _HOUR + _MARGIN
    series = up(watch, (steps, 1))
    for slis in _by_events(watch.slis):
        series |= requests(watch, slis[0], _NONE, (steps, 0, 0), MINUTE_S)
    series |= failing_probes(watch, steps, MINUTE_S)
    series |= failures_of_others(watch, steps, MINUTE_S)
    asked = tuple(Asked(steps, alert, alert.about == "deadman") for alert in watch.alerts)
    name = "users are served, while probes fail and what is not critical is down"
    return RuleTest(name, MINUTE_S, series, asked)


def _bad_requests(watch: Watch, slis: Sequence[Sli]) -> Iterator[RuleTest]:
    """A share of requests is bad until every alert of an hour has fired, and then none is; and a
    night in which one of two requests fails."""
    own = [(sli, a) for sli, a in _alerts_on(watch, slis) if _is_of_an_hour(sli, a)]
    if not own:
        return
    share = _share_above([alert for _, alert in own])
    begin = _HOUR + _MARGIN
    fired = {alert.name: _crossed_in_an_hour(sli, alert, share) for sli, alert in own}
    shorts = [_windows(sli, alert)[1] for sli, alert in own]
    lasts = max(*(at.last for at in fired.values()), *(s // MINUTE_S + 1 for s in shorts), 1)
    asked: list[Asked] = []
    for sli, alert in own:
        bound = alert.bound or _NONE
        over = ended(share, bound, _held(_windows(sli, alert)[1], MINUTE_S))
        asked += _fires(alert, begin, fired[alert.name])
        asked.append(Asked(begin + lasts + over.first - 1, alert, fires=True))
        asked.append(Asked(begin + lasts + over.last, alert, fires=False))
    after = max(each.step for each in asked) - begin - lasts
    series = requests(watch, slis[0], share, (begin, lasts, after), MINUTE_S)
    what = "too slow" if slis[0].is_latency else "answered with a failure"
    name = f"{float(share * 100):g} % of requests are {what} for {lasts} minutes"
    yield RuleTest(name, MINUTE_S, series, tuple(asked))
    yield _quiet_night(watch, slis, [alert for _, alert in own])


def _windows(sli: Sli, alert: WatchedAlert) -> tuple[int, int]:
    """The long and the short window of an alert on a share, in seconds."""
    tier = _tier(sli, alert)
    return (tier.long_s, tier.short_s) if tier else (300, 300)


def _crossed_in_an_hour(sli: Sli, alert: WatchedAlert, share: Fraction) -> Steps:
    bound = alert.bound or _NONE
    long, short = (_held(each, MINUTE_S) for each in _windows(sli, alert))
    both = crossed(_NONE, share, bound, long).joined(crossed(_NONE, share, bound, short))
    return both.and_then(_waiting(alert, MINUTE_S))


def _quiet_night(watch: Watch, slis: Sequence[Sli], alerts: Sequence[WatchedAlert]) -> RuleTest:
    """Two requests an hour, and one of them is bad: no pace, and nobody is woken for it."""
    series = requests(watch, slis[0], _NONE, (0, 0, 0), MINUTE_S)
    before = _HOUR
    quiet = [f"{1000}+0x{before} 1001+0x10"] * len(series)
    asked = tuple(Asked(before + 2, alert, fires=False) for alert in alerts)
    name = f"one of two requests of a quiet night is {'slow' if slis[0].is_latency else 'failed'}"
    made = dict(zip(_one_bad(watch, slis[0]), quiet, strict=True))
    return RuleTest(name, MINUTE_S, made, asked)


def _one_bad(watch: Watch, sli: Sli) -> list[str]:
    return list(requests(watch, sli, _NONE, (1, 0, 0), MINUTE_S))


@dataclass
class _BadDays:
    """Objectives whose alerts are asked of one history, and the metrics that they take."""

    burning: list[list[tuple[Sli, WatchedAlert]]]
    metrics: set[str]


def _bad_days(watch: Watch, burning: Sequence[Sequence[tuple[Sli, WatchedAlert]]]) -> RuleTest:
    """Shares of requests are bad until the slow tiers have fired and the budgets are spent."""
    step_s = DAYS_STEP_S
    pairs = [pair for slow in burning for pair in slow]
    backs = [measured_s(sli) for sli, _ in pairs]
    backs += [tier.long_s for sli, alert in pairs if (tier := _tier(sli, alert))]
    begin = max(backs) // step_s + _MARGIN
    asked: list[Asked] = []
    said: list[str] = []
    series: dict[str, str] = {}
    for slow in burning:
        first, share = slow[0][0], _share_above([alert for _, alert in slow])
        fired = {alert.name: _crossed_in_days(sli, alert, share, begin) for sli, alert in slow}
        asked += [each for _, alert in slow for each in _fires(alert, begin, fired[alert.name])]
        lasts = max(at.last for at in fired.values())
        series |= requests(watch, first, share, (begin, lasts, 0), step_s)
        what = "too slow" if first.is_latency else "answered with a failure"
        said.append(f"{float(share * 100):g} % of requests are {what}")
    return RuleTest(f"for hours, {' and '.join(said)}", step_s, series, tuple(asked))


def _crossed_in_days(sli: Sli, alert: WatchedAlert, share: Fraction, begin: int) -> Steps:
    """Windows of days are computed from recorded samples: as many as steps, or one more."""
    bound, step_s = alert.bound or _NONE, DAYS_STEP_S
    tier = _tier(sli, alert)
    if tier is None:
        steps = sli.period_s // step_s
        spent = accumulated(share, bound, begin, (steps, steps + 1))
        return spent.and_then(_waiting(alert, step_s))
    steps = tier.long_s // step_s
    held = (steps, steps + 1) if tier.long_s >= DAY_S else _held(tier.long_s, step_s)
    long = crossed(_NONE, share, bound, held)
    return long.joined(crossed(_NONE, share, bound, _held(tier.short_s, step_s)))


def _users_stay_away(watch: Watch, alert: WatchedAlert, counted: Series) -> RuleTest:
    """A twentieth of the usual requests arrive."""
    usual = Fraction(PER_SECOND * WEEK_STEP_S)
    begin = WEEK_S // WEEK_STEP_S + _MARGIN
    at = Steps(1, 1).and_then(_waiting(alert, WEEK_STEP_S))
    parts = [(begin, usual), (at.last, usual / 20)]
    series = rising(counted, parts, watch.signals.status)
    name = "a twentieth of the requests of a week ago arrive"
    return RuleTest(name, WEEK_STEP_S, series, tuple(_fires(alert, begin, at)))


def _saturated(watch: Watch, alert: WatchedAlert) -> RuleTest:
    """A third more than the bound comes, after two thirds of it."""
    bound = alert.bound or Fraction(1)
    before, during = bound * Fraction(2, 3), bound * Fraction(4, 3)
    at = crossed(before, during, bound, _held(300, MINUTE_S)).and_then(_waiting(alert, MINUTE_S))
    begin = _MARGIN * 2
    parts = [(begin, before * MINUTE_S), (at.last, during * MINUTE_S)]
    by_requests = "process_cpu" not in alert.expr
    counted = watch.signals.requests if by_requests else watch.signals.cpu
    series = rising(counted, parts, watch.signals.status) if counted is not None else {}
    name = "more arrives than was promised" if by_requests else "an instance computes all the time"
    return RuleTest(name, MINUTE_S, series, tuple(_fires(alert, begin, at)))


def _dependency_down(watch: Watch, alert: WatchedAlert) -> RuleTest:
    """Three of ten calls fail."""
    bound, share = alert.bound or _NONE, Fraction(3, 10)
    at = crossed(_NONE, share, bound, _held(300, MINUTE_S))
    at = at.and_then(_waiting(alert, MINUTE_S))
    steps = (_MARGIN * 2, at.last)
    dependency = next(d for d in watch.dependencies if d.name == alert.dependency)
    failed, timed = failures_of(watch.signals, dependency), calls_of(watch.signals, dependency)
    whole = timed or watch.signals.requests
    series: dict[str, str] = {}
    if failed is not None and whole is not None:
        series = calls(failed, whole, share, steps, MINUTE_S)
    elif watch.signals.readiness is not None:
        status = watch.signals.status or "status"
        series = statuses(watch.signals.readiness, status, share, steps, MINUTE_S)
    asked = tuple(_fires(alert, steps[0], at))
    return RuleTest(f"three of ten calls to {dependency.name} fail", MINUTE_S, series, asked)


def _silence(watch: Watch, alert: WatchedAlert) -> RuleTest:
    """No instance answers; or one does, and no longer shows what its objectives need."""
    waiting = _waiting(alert, MINUTE_S)
    if not alert.given:
        at, begin = Steps(1, 1).and_then(waiting), _MARGIN * 2
        series = up(watch, (begin, 1), (at.last, 0))
        name = "no instance answers the collector"
        return RuleTest(name, MINUTE_S, series, tuple(_fires(alert, begin, at)))
    at, begin = Steps(_HOUR, _HOUR + 1).and_then(waiting), _MARGIN * 2
    series = up(watch, (begin + at.last, 1))
    for slis in _by_events(watch.slis):
        series |= requests(watch, slis[0], _NONE, (begin, 0, 0), MINUTE_S)
    name = "an instance answers, and shows none of its requests"
    return RuleTest(name, MINUTE_S, series, tuple(_fires(alert, begin, at)))
