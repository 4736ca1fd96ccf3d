"""The alerts of a service: burn of each budget, errors, latency, traffic, saturation, dependencies,
missing data, and the one that always fires. Thresholds are figures of the spec wherever it has one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from opsready.facts.fact import Claim, Facts
from opsready.hats.pack import LeftOut
from opsready.hats.sre.alert import (
    OBJECTIVES,
    RUNBOOKS,
    WatchedAlert,
    service_dashboard,
    slo_dashboard,
)
from opsready.hats.sre.burn import DAY_S, HOUR_S, Tier, decimal, percent, span, window
from opsready.hats.sre.signals import Signals, calls_of, failures_of
from opsready.hats.sre.sli import FAILURES_AT_LEAST, Sli
from opsready.spec.sections.service import slug
from opsready.spec.spec import Dependency, OperationsSpec

# "Alerts fire when error rate exceeds 1% over 5 minutes": the operations stage's own sentence, for
# a service whose documents name no error rate.
ERRORS_PAGED = Fraction(1, 100)
# Four times as many slow requests as the objective allows is what users begin to notice; a burn
# alert waits for a share of the budget.
SLOW_TIMES = 4
# Traffic is held against the same time a week ago, which has the same hour and the same weekday.
# A tenth of it is no holiday: on those, half and more of the usual traffic comes.
TRAFFIC_LEFT = Fraction(1, 10)
# 60 requests in ten minutes: with fewer, a tenth of them is chance.
TRAFFIC_AT_LEAST = Fraction(1, 10)
# Above nine tenths of what was promised, or of a core, there is no room for the next peak.
FULL = Fraction(9, 10)
# A dependency of which every tenth call fails is in trouble; retries hide fewer.
CALLS_FAILED = Fraction(1, 10)
# A budget counts as spent once the objective was measured for a tenth of its window, or three days:
# in the first hour a single failed request would be all of it.
MEASURED_AT_LEAST = Fraction(1, 10)
MEASURED_AT_LEAST_S = 3 * DAY_S

Decided = Iterator[WatchedAlert | LeftOut]


def alerts_of(
    operations: OperationsSpec,
    signals: Signals,
    slis: Sequence[Sli],
    facts: Facts,
    *,
    has_runbooks: bool = True,
) -> Decided:
    """Every alert with a name of its own, and what is left out."""
    theirs = {str(fact["name"]): fact for fact in facts.of(Claim.ALERT)}
    taken: set[str] = set()
    if not has_runbooks:
        yield LeftOut("runbooks", f"they are written for ECS; alerts lead to {OBJECTIVES}")
    for each in _decided(operations, signals, slis, facts):
        if isinstance(each, LeftOut):
            yield each
            continue
        name = each.name
        while name in taken or name in theirs:
            name += "Too"
        taken.add(name)
        if each.name in theirs:
            other = theirs[each.name]
            why = f"{other.path}:{other.line} has an alert of this name; ours is `{name}`"
            yield LeftOut(f"the name `{each.name}`", why)
        runbook = each.runbook if has_runbooks else OBJECTIVES
        labels = _labels(each, operations.service.name)
        yield replace(each, name=name, runbook=runbook, labels=labels)


def _decided(
    operations: OperationsSpec, signals: Signals, slis: Sequence[Sli], facts: Facts
) -> Decided:
    service = operations.service.name
    for sli in slis:
        yield from _burns(sli)
    yield from _errors(service, signals, slis)
    yield from _slowness(service, slis)
    yield from _traffic_drop(service, signals)
    yield from _saturation(operations, signals, facts)
    for dependency in operations.dependencies:
        yield from _dependency(service, signals, dependency)
    yield from _no_data(service, signals, slis)
    yield _dead_man(service)


def _labels(alert: WatchedAlert, service: str) -> dict[str, str]:
    told = {
        "severity": alert.severity,
        "service": service,
        "slo": alert.slo,
        "tier": alert.tier,
        "dependency": alert.dependency,
    }
    return {name: value for name, value in told.items() if value is not None}


def _entry(name: str) -> str:
    return f"{RUNBOOKS}/{name}.md"


def camel(text: str) -> str:
    """Words as one name: `latency-post-orders` is `LatencyPostOrders`."""
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))


def _burns(sli: Sli) -> Decided:
    """One alert a tier, and one for the budget that is gone."""
    if sli.spent_after is not None:
        why = (
            f"`{sli.spent_after}` counts the same requests and has the smaller budget: its alerts "
            "fire first"
        )
        yield LeftOut(f"burn alerts of `{sli.name}`", why)
        return
    for unfit in sli.unfit:
        yield LeftOut(f"the tier `{unfit.tier.name}` of `{sli.name}`", unfit.why)
    for tier in sli.tiers:
        yield _burn(sli, tier)
    yield _spent(sli)


def _burn(sli: Sli, tier: Tier) -> WatchedAlert:
    long, short = window(tier.long_s), window(tier.short_s)
    threshold = f"{factor_text(tier)} * {sli.budget_text}"
    bad = "too slow" if sli.is_latency else "failing"
    share = percent(tier.factor * sli.budget)
    return WatchedAlert(
        f"{camel(sli.service)}{camel(sli.name)}Burn{camel(tier.name)}",
        "burn",
        f"{sli.recorded_ratio(long)} > {threshold}\n"
        f"and {sli.recorded_ratio(short)} > {threshold}\n"
        f"and {sli.recorded(f'slo:bad_events:increase{long}')} >= {FAILURES_AT_LEAST}",
        "",
        tier.severity,
        f"{sli.service}: {sli.name} spends its error budget {_pace(tier)}",
        f"More than {share} % of requests were {bad} over {long} and over {short}. The objective "
        f"is {sli.slo.objective_percent:g} % over {sli.slo.window_days} days: {percent(tier.share)}"
        f" % of its budget is gone, and at this pace all of it is in "
        f"{span(tier.exhausted_after_s())}.",
        _entry(f"{sli.name}-burn"),
        slo_dashboard(sli.service),
        sli.name,
        tier.name,
        bound=tier.factor * sli.budget,
    )


def factor_text(tier: Tier) -> str:
    """The burn rate in a rule: a decimal number, or a quotient where none is exact."""
    text = decimal(tier.factor)
    if Fraction(text) == tier.factor:
        return text
    return f"{tier.factor.numerator} / {tier.factor.denominator}"


def _pace(tier: Tier) -> str:
    """The burn rate in a sentence, to four digits."""
    times = decimal(Fraction(f"{float(tier.factor):.4g}"))
    return "as fast as it may" if times == "1" else f"{times} times as fast as it may"


def _spent(sli: Sli) -> WatchedAlert:
    since = window(measured_s(sli))
    remaining = sli.recorded("slo:error_budget:remaining_ratio")
    return WatchedAlert(
        f"{camel(sli.service)}{camel(sli.name)}BudgetSpent",
        "burn",
        f"{remaining} <= 0\nand {sli.recorded('slo:events:rate5m')} offset {since} >= 0",
        "15m",
        "ticket",
        f"{sli.service}: the error budget of {sli.name} is spent",
        f"More than {percent(sli.budget)} % of the requests of the last {sli.slo.window_days} days "
        f"were bad. What happens now is written in {OBJECTIVES}.",
        _entry("budget-spent"),
        slo_dashboard(sli.service),
        sli.name,
        "spent",
        bound=sli.budget,
    )


def measured_s(sli: Sli) -> int:
    """How long an objective must have been measured before its budget can count as spent."""
    tenth = int(sli.period_s * MEASURED_AT_LEAST) // HOUR_S * HOUR_S
    return min(max(tenth, HOUR_S), MEASURED_AT_LEAST_S)


def _errors(service: str, signals: Signals, slis: Sequence[Sli]) -> Decided:
    """The share of failures over five minutes, at the figure that the spec states."""
    of_requests = [sli for sli in slis if not sli.is_latency]
    stated = [sli for sli in of_requests if sli.slo.kind == "error_rate"]
    if not of_requests:
        if signals.requests is not None:
            why = "no objective says how many failed requests are too many"
            yield LeftOut("the alert on the error rate", why)
        return
    for sli in stated or of_requests[:1]:
        usual = max(ERRORS_PAGED, min(2 * sli.budget, (1 + sli.budget) / 2))
        bound = sli.budget if stated else usual
        yield WatchedAlert(
            f"{camel(service)}{camel(sli.name) if len(stated) > 1 else ''}ErrorRateHigh",
            "error_ratio",
            f"{sli.recorded_ratio('5m')} > {decimal(bound)}\n"
            f"and {sli.recorded('slo:bad_events:increase5m')} >= {FAILURES_AT_LEAST}",
            "",
            "page",
            f"{service}: more than {percent(bound)} % of requests fail",
            f"More than {percent(bound)} % of requests were answered with a failure of the service "
            "over 5 minutes.",
            _entry("error-rate-high"),
            service_dashboard(service),
            sli.name,
            bound=bound,
        )


def _slowness(service: str, slis: Sequence[Sli]) -> Decided:
    """More slow requests than an objective can bear for long."""
    slow = [sli for sli in slis if sli.is_latency]
    if not slow:
        why = (
            "no objective that can be measured says how slow is too slow: state one in `slos`, of "
            "the kind `latency`, with one of the histogram's buckets as `threshold_s`"
        )
        yield LeftOut("the alert on latency", why)
    for sli in slow:
        bound = min(SLOW_TIMES * sli.budget, (1 + sli.budget) / 2)
        yield WatchedAlert(
            f"{camel(service)}{camel(sli.name)}High",
            "latency",
            f"{sli.recorded_ratio('5m')} > {decimal(bound)}\n"
            f"and {sli.recorded('slo:bad_events:increase5m')} >= {FAILURES_AT_LEAST}",
            "10m",
            "ticket",
            f"{service}: more than {percent(bound)} % of requests are slower than "
            f"{sli.slo.threshold_s:g} s",
            f"Over 5 minutes, and for 10 minutes by now, more than {percent(bound)} % of requests"
            f"{_of(sli)} took longer than {sli.slo.threshold_s:g} s. The objective allows "
            f"{percent(sli.budget)} %.",
            _entry("latency-high"),
            service_dashboard(service),
            sli.name,
            bound=bound,
        )


def _of(sli: Sli) -> str:
    return f" to {sli.slo.where}" if sli.slo.where else ""


def _traffic_drop(service: str, signals: Signals) -> Decided:
    """Users who do not arrive are in no error ratio."""
    if signals.requests is None:
        yield LeftOut("the alert on a drop of traffic", "no metric counts requests by their status")
        return
    now = f"sum(rate({signals.requests.select()}[10m]))"
    before = f"sum(rate({signals.requests.select()}[10m] offset 1w))"
    yield WatchedAlert(
        f"{camel(service)}TrafficDropped",
        "traffic_drop",
        f"({now} or vector(0)) < {decimal(TRAFFIC_LEFT)} * {before}\n"
        f"and {before} > {decimal(TRAFFIC_AT_LEAST)}",
        "5m",
        "page",
        f"{service}: hardly any requests arrive",
        f"Fewer than {percent(TRAFFIC_LEFT)} % of the requests of the same time a week ago arrive. "
        "What does not arrive counts as no failure, so no other alert tells of it.",
        _entry("traffic-drop"),
        service_dashboard(service),
        bound=TRAFFIC_LEFT,
    )


def _saturation(operations: OperationsSpec, signals: Signals, facts: Facts) -> Decided:
    """Held against a figure that somebody promised or measured, or against a core."""
    service = operations.service.name
    stated = [f for f in facts.of(Claim.OBJECTIVE) if f["kind"] == "throughput" and f["per_second"]]
    name, entry = f"{camel(service)}Saturated", _entry("saturation")
    if stated and signals.requests is not None:
        most = Fraction(str(stated[0]["per_second"]))
        yield WatchedAlert(
            name,
            "saturation",
            f"sum(rate({signals.requests.select()}[5m])) > {decimal(FULL)} * {decimal(most)}",
            "10m",
            "ticket",
            f"{service}: nearly as many requests as it can take",
            f"More than {percent(FULL)} % of the {decimal(most)} requests a second that the "
            "service promises to sustain have been arriving for 10 minutes.",
            entry,
            service_dashboard(service),
            bound=FULL * most,
        )
    elif signals.cpu is not None:
        cores = Fraction(operations.target.cpu_units, 1024) if operations.target else Fraction(1)
        used = f"max(rate({signals.cpu.select()}[5m]))"
        yield WatchedAlert(
            name,
            "saturation",
            f"{used} > {decimal(FULL)} * {decimal(cores)}",
            "10m",
            "ticket",
            f"{service}: an instance has no processor time left",
            f"An instance has used more than {percent(FULL)} % of its {decimal(cores)} cores for "
            "10 minutes.",
            entry,
            service_dashboard(service),
            bound=FULL * cores,
        )
    else:
        why = (
            "no document states how many requests a second the service sustains, and no metric "
            "shows its processor time: state a throughput objective"
        )
        yield LeftOut("the alert on saturation", why)


def _dependency(service: str, signals: Signals, dependency: Dependency) -> Decided:
    """A critical dependency pages: it may be down while nobody calls. One whose loss users see is
    a ticket that names the cause; the budget's alerts page. Of others nobody is told."""
    seen = bool(re.search(r"\b5\d\d\b", dependency.when_down or ""))
    if not dependency.critical and not seen:
        told = dependency.when_down or "it is not critical"
        yield LeftOut(f"an alert on {dependency.name}", f"users hardly notice: {told}")
        return
    expr = _failing_share(signals, dependency)
    if expr is None:
        why = "no metric counts failed calls to it, nor the answers of the readiness route"
        yield LeftOut(f"an alert on {dependency.name}", why)
        return
    share = percent(CALLS_FAILED)
    yield WatchedAlert(
        f"{camel(service)}{camel(dependency.name)}Down",
        "dependency",
        expr,
        "2m",
        "page" if dependency.critical else "ticket",
        f"{service}: {dependency.name} does not answer",
        f"More than {share} % of the calls to {dependency.name} have failed over 5 minutes."
        + (f" What users see: {dependency.when_down.rstrip('.')}." if dependency.when_down else ""),
        _entry(f"{slug(dependency.name)}-down"),
        service_dashboard(service),
        dependency=dependency.name,
        bound=CALLS_FAILED,
    )


def _failing_share(signals: Signals, dependency: Dependency) -> str | None:
    """Failed calls among all calls; where calls are not counted, among the requests; where
    failures are not, the readiness route's, which fails with what is critical."""
    failed, calls = failures_of(signals, dependency), calls_of(signals, dependency)
    bound = decimal(CALLS_FAILED)
    if failed is not None and (calls or signals.requests):
        whole = calls.select(suffix="_count") if calls else ""
        whole = whole or (signals.requests.select() if signals.requests else "")
        return (
            f"sum(rate({failed.select()}[5m])) / sum(rate({whole}[5m])) > {bound}\n"
            f"and sum(increase({failed.select()}[5m])) >= {FAILURES_AT_LEAST}"
        )
    if signals.readiness is not None and dependency.critical:
        ready = signals.readiness
        return (
            f"sum(rate({ready.select(signals.bad)}[5m])) / sum(rate({ready.select()}[5m]))"
            f" > {bound}\n"
            f"and sum(increase({ready.select(signals.bad)}[5m])) >= {FAILURES_AT_LEAST}"
        )
    return None


def _no_data(service: str, signals: Signals, slis: Sequence[Sli]) -> Decided:
    """Silence is not health: nobody counts, or what is counted has another name now."""
    up = signals.up.select()
    yield WatchedAlert(
        f"{camel(service)}NotScraped",
        "no_data",
        f"absent({up} == 1)",
        "5m",
        "page",
        f"{service}: no instance gives metrics",
        "For 5 minutes no instance has answered the collector: either none runs, or nobody counts. "
        "Every other alert is blind meanwhile.",
        _entry("no-data"),
        service_dashboard(service),
    )
    used = {sli.events.name: sli.events for sli in slis}
    if not used:
        yield LeftOut("the alert on a metric that is gone", "no objective is measured by one")
        return
    absent = [
        f"absent_over_time({series.name}{'_count' if series.kind == 'histogram' else ''}"
        f"{{{series.matchers[0]}}}[1h])"
        for series in used.values()
    ]
    yield WatchedAlert(
        f"{camel(service)}MetricMissing",
        "no_data",
        f"({' or '.join(absent)})\nand on () max({up}) == 1",
        "5m",
        "ticket",
        f"{service}: a metric of its objectives is gone",
        f"The service answers the collector, and for an hour it has not shown "
        f"{' or '.join(used)}: a release may have renamed it. Its objectives are not measured.",
        _entry("no-data"),
        slo_dashboard(service),
        given={"job": service},
    )


def _dead_man(service: str) -> WatchedAlert:
    """Its silence tells that the alerting itself is broken."""
    return WatchedAlert(
        f"{camel(service)}DeadMansSwitch",
        "deadman",
        "vector(1)",
        "",
        "none",
        f"{service}: alerting works",
        "Fires always. Whoever receives it outside calls a person when it stops coming: then rules,"
        " routing or the network between them are broken, and no other alert arrives.",
        _entry("dead-mans-switch"),
        service_dashboard(service),
    )
