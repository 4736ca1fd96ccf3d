"""Service level indicators: what counts as a bad request, of which requests, in PromQL."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from textwrap import indent

from opsready.facts.fact import Claim, Fact, Facts
from opsready.hats.pack import LeftOut
from opsready.hats.sre.burn import DAY_S, Tier, Unfit, decimal, share_of, span, tiers_for, window
from opsready.hats.sre.signals import Series, Signals, at_place
from opsready.promql.literals import quote
from opsready.spec.sections.service import slug
from opsready.spec.spec import OperationsSpec, Slo

# A pager that one unlucky request is enough for is switched off by whoever carries it.
FAILURES_AT_LEAST = 5


@dataclass(frozen=True)
class Sli:
    """One objective with its measure. `name` is that of its file, of its label `slo` and of its
    runbook entry; `reason` says why users care; `bucket` is the bound of a latency objective as
    the histogram has it. `events` are all requests that count; `tiers` burn alerts that can fire.
    `per_second` is the traffic that documents tell of, None where they tell of none. `spent_after`
    names the objective on the same requests whose smaller budget is spent before this one's."""

    name: str
    service: str
    slo: Slo
    reason: str
    events: Series
    bad_matcher: str
    bucket: float | None = None
    tiers: tuple[Tier, ...] = ()
    unfit: tuple[Unfit, ...] = ()
    per_second: float | None = None
    spent_after: str | None = None

    @property
    def budget(self) -> Fraction:
        """The share of requests that may be bad, exactly."""
        return share_of(self.slo.objective_percent)

    @property
    def period_s(self) -> int:
        """The objective's window."""
        return self.slo.window_days * DAY_S

    @property
    def labels(self) -> dict[str, str]:
        """The labels of every rule of this objective."""
        return {"service": self.service, "slo": self.name}

    @property
    def is_latency(self) -> bool:
        """Whether requests are bad by being slow."""
        return self.bucket is not None

    @property
    def what(self) -> str:
        """The requests that it is about, in words."""
        return f"requests to {self.slo.where}" if self.slo.where else "requests"

    @property
    def good_is(self) -> str:
        """What makes one of them good, in words."""
        if self.is_latency:
            return f"are answered within {self.slo.threshold_s:g} s"
        return "are answered without a failure of the service"

    def total(self, over: str) -> str:
        """How many requests a second, over a window such as `5m`."""
        suffix = "_count" if self.is_latency else ""
        return f"sum(rate({self.events.select(suffix=suffix)}[{over}]))"

    def good(self, over: str) -> str:
        """How many of them are good. No answer at all is no good one: `or vector(0)` is left out
        on purpose, so that no data is no figure."""
        if self.is_latency:
            return f"sum(rate({self.events.select(self.bad_matcher, suffix='_bucket')}[{over}]))"
        unless = self.bad_matcher.replace("=~", "!~", 1)
        return f"sum(rate({self.events.select(unless)}[{over}]))"

    def bad(self, over: str) -> str:
        """How many of them are bad; 0 where requests came and none was, though the series of
        failures may not exist before the first one."""
        if self.is_latency:
            return f"{self.total(over)} - {self.good(over)}"
        failed = f"sum(rate({self.events.select(self.bad_matcher)}[{over}]))"
        return f"{failed}\nor 0 * {self.total(over)}"

    def ratio(self, over: str) -> str:
        """The share of bad requests over a window."""
        if self.is_latency:
            return f"1 - {self.good(over)}\n/ {self.total(over)}"
        return f"(\n{indent(self.bad(over), '  ')}\n)\n/ {self.total(over)}"

    def recorded(self, operation: str) -> str:
        """The selector of what a recording rule of ours gives for this objective."""
        labels = ", ".join(f"{name}={quote(value)}" for name, value in self.labels.items())
        return f"{operation}{{{labels}}}"

    def recorded_ratio(self, over: str) -> str:
        """The recorded share of bad requests over a window."""
        return self.recorded(f"slo:errors:ratio_rate{over}")

    @property
    def windows(self) -> tuple[str, ...]:
        """Every window over which the share is recorded, shortest first; 5m and 30m always."""
        lengths = {300, 1800} | {s for tier in self.tiers for s in (tier.long_s, tier.short_s)}
        return tuple(window(length) for length in sorted(lengths))

    @property
    def period(self) -> str:
        """The objective's window, as PromQL writes it."""
        return window(self.period_s)

    @property
    def budget_text(self) -> str:
        """The budget as a decimal number, as it stands in every rule."""
        return decimal(self.budget)


def slis_of(operations: OperationsSpec, signals: Signals, facts: Facts) -> Iterator[Sli | LeftOut]:
    """A measure for each objective that some metric can measure, and what stays without one."""
    found = list(_each(operations, signals, facts))
    slis = [each for each in found if isinstance(each, Sli)]
    for each in found:
        first = _spent_before(each, slis) if isinstance(each, Sli) else None
        if isinstance(each, Sli) and first is not None:
            yield replace(each, spent_after=first.name, tiers=(), unfit=())
        else:
            yield each


def _each(operations: OperationsSpec, signals: Signals, facts: Facts) -> Iterator[Sli | LeftOut]:
    taken: set[str] = set()
    for slo in operations.slos:
        measured = _measured(slo, operations, signals, facts)
        if isinstance(measured, str):
            yield LeftOut(f"the objective `{slo.name}`", measured)
            continue
        events, matcher, bucket = measured
        known = list(tiers_for(slo.window_days * DAY_S, share_of(slo.objective_percent)))
        yield Sli(
            _free(slug(slo.name) or "slo", taken),
            operations.service.name,
            slo,
            _REASONS[slo.kind],
            events,
            matcher,
            bucket,
            tuple(tier for tier in known if isinstance(tier, Tier)),
            tuple(unfit for unfit in known if isinstance(unfit, Unfit)),
            traffic(facts, slo.where),
        )


def _spent_before(sli: Sli, slis: list[Sli]) -> Sli | None:
    """Another objective on the same requests and window, with a smaller budget."""
    for other in slis:
        same_events = (other.events, other.bad_matcher) == (sli.events, sli.bad_matcher)
        if same_events and other.period_s == sli.period_s and other.budget < sli.budget:
            return other
    return None


def unheard_objectives(facts: Facts) -> Iterator[LeftOut]:
    """What sources promise and no budget can be made of: a target of 100 % or of nothing, a window
    that is not of whole days."""
    for fact in facts.of(Claim.OBJECTIVE):
        what = f"the objective `{fact['name'] or fact['target']}` of {fact.path}:{fact.line}"
        percent = fact["percent"]
        if isinstance(percent, int | float) and not 0 < percent < 100:
            why = "100 % leaves no budget" if percent >= 100 else "a target of 0 % promises nothing"
            yield LeftOut(what, f"{why}: state another target")
        elif fact["name"] and fact["window"] and fact["window_days"] is None:
            why = f"a budget is kept over whole days, and its window is {fact['window']}"
            yield LeftOut(f"the window of {what}", f"{why}: state window_days in `slos`")


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where another objective has it already."""
    names = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
    chosen = next(each for each in names if each not in taken)
    taken.add(chosen)
    return chosen


def _measured(
    slo: Slo, operations: OperationsSpec, signals: Signals, facts: Facts
) -> tuple[Series, str, float | None] | str:
    """The events, the matcher of the bad ones (of the good bucket for a latency), the bucket; or
    why there is none."""
    events = signals.duration if slo.kind == "latency" else signals.requests
    if events is None:
        what = "how long requests take" if slo.kind == "latency" else "requests by their status"
        return f"no metric that the code or a start shows counts {what}{_unseen(signals, facts)}"
    place = _place(slo.where, operations)
    if slo.where and (not place or at_place(events, place) is None):
        return f"`{events.name}` does not tell `{slo.where}` from other requests"
    picked = at_place(events, place) if place else events
    if picked is None or slo.kind != "latency":
        return picked or events, signals.bad, None
    if slo.threshold_s is None:
        return "it names no `threshold_s`: nothing says how slow is too slow"
    return _bucketed(slo, picked)


def _unseen(signals: Signals, facts: Facts) -> str:
    if facts.made_at_run_time(Claim.METRIC) and not signals.shown:
        return ": its metrics are made when it starts, so run `opsready observe` first"
    return ""


def _place(where: str | None, operations: OperationsSpec) -> str | None:
    """`where` as a method and a route: its own words, or the last request of the journey."""
    journey = next((j for j in operations.journeys if j.name == where and j.steps), None)
    if journey is not None:
        return f"{journey.steps[-1].method} {journey.steps[-1].path.partition('?')[0]}"
    return where


def _bucketed(slo: Slo, events: Series) -> tuple[Series, str, float | None] | str:
    """Only the bound of a bucket can be measured. One that is near would measure another
    promise."""
    wanted = (slo.threshold_s or 0) * events.per_second
    bound = next((b for b in events.buckets if abs(b - wanted) < 1e-9), None)
    if bound is None and events.buckets:
        known = ", ".join(f"{b / events.per_second:g}" for b in events.buckets)
        return (
            f"`{events.name}` has no bucket of {slo.threshold_s:g} s (it has {known}): add one in "
            "the code, or promise one of these"
        )
    if bound is None:
        return f"the buckets of `{events.name}` are not known: run `opsready observe` first"
    return events, f"le{_bound(bound)}", bound


def _bound(bound: float) -> str:
    """A whole number is written `1.0` by Python's client and by Prometheus 3, and `1` by Go's
    client and by the OpenTelemetry collector."""
    text = f"{bound:g}"
    return f'=~"{text}(\\\\.0)?"' if re.fullmatch(r"\d+", text) else f'="{text}"'


_REASONS = {
    "availability": "an answer that is the service's own failure is work that a user cannot do",
    "error_rate": "when many requests fail at once, users notice within minutes",
    "latency": "an answer that comes too late is a failure to whoever waits for it",
}


def traffic(facts: Facts, where: str | None) -> float | None:
    """Requests a second on average, as documents say: those of one route, else those of all."""
    told = [f for f in facts.of(Claim.TRAFFIC) if not f["peak"] and "request" in str(f["what"])]
    if where is not None:
        return next((float(f["per_second"]) for f in told if f["where"] == where), None)
    whole = [float(f["per_second"]) for f in told if f["where"] is None]
    return max(whole, default=None) or _sum_of_routes(told)


def _sum_of_routes(told: list[Fact]) -> float | None:
    by_route = {str(f["where"]): float(f["per_second"]) for f in reversed(told)}
    return round(sum(by_route.values()), 6) or None


def allowed(sli: Sli) -> str:
    """The budget in time: how long a total outage may last within the period."""
    return span(sli.budget * sli.period_s)
