"""The page of what healthy is, of each objective with its budget, and of what was left out."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from opsready.facts.fact import Claim, Confidence, Fact, Facts
from opsready.hats.sre.alert import OBJECTIVES, WatchedAlert
from opsready.hats.sre.burn import Tier, decimal, percent, span, window
from opsready.hats.sre.sli import FAILURES_AT_LEAST, Sli, allowed
from opsready.hats.sre.watch import Watch
from opsready.spec.origin import Basis
from opsready.spec.spec import Spec

# The shares of bad requests of which the page says when each tier tells.
_SHARES = tuple(map(Fraction, ("0.005", "0.01", "0.02", "0.05", "0.15", "1")))
_NEVER = "not told"
# What Prometheus keeps by default, and the smallest quota that Amazon's ever had for a query.
_KEPT_DAYS = 15
_ASKED_DAYS = 32


def page(watch: Watch, spec: Spec, facts: Facts) -> str:
    """The whole page; the same spec and facts give the same bytes."""
    lines = [
        f"# What healthy is, and what is promised: {watch.service}",
        "",
        "Healthy comes first: every threshold below follows from it. The rules that measure it are "
        "in `monitoring/prometheus/`, the objectives for other tools in `monitoring/slo/`.",
        "",
        *_healthy(spec, facts),
        *_objectives(watch, spec),
        *_policy(watch),
        *_alerts(watch),
        *_left_out(watch),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of a table; nothing without rows."""
    known = list(rows)
    if known:
        yield f"| {' | '.join(header)} |"
        yield f"|{'---|' * len(header)}"
        for row in known:
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
        yield ""


def _healthy(spec: Spec, facts: Facts) -> Iterator[str]:
    yield "## Healthy"
    yield ""
    seen = list(_observed(facts))
    if seen:
        yield "What `opsready observe` measured of a service that nobody disturbed:"
        yield ""
        yield from table(("request", "answer", "took"), seen)
    else:
        yield (
            "Nothing was measured yet. `opsready observe`, then `opsready write`, puts figures "
            "here; until then these are promises, not measurements."
        )
        yield ""
    promised = [text for text in spec.operations.health.healthy if " answers " not in text]
    told = list(_usual(facts))
    if promised or told:
        yield "What the documents say of a good day:"
        yield ""
        yield from (f"- {text}" for text in (*promised, *told))
        yield ""


def _observed(facts: Facts) -> Iterator[tuple[str, str, str]]:
    for fact in facts.of(Claim.HEALTHY):
        yield f"`GET {fact['path']}`", str(fact["status"]), f"{fact['seconds']} s"
    for fact in facts.of(Claim.ROUTE):
        good = isinstance(fact["status"], int) and fact["status"] < 400
        if fact.confidence is Confidence.OBSERVED and good and fact["seconds"] is not None:
            request = f"`{fact['method']} {fact['path']}`"
            yield request, str(fact["status"]), f"{fact['seconds']} s"


def _usual(facts: Facts) -> Iterator[str]:
    """Traffic on average and at its peak, of all routes and of each."""
    by_place: dict[str, list[Fact]] = {}
    for fact in facts.of(Claim.TRAFFIC):
        by_place.setdefault(str(fact["where"] or ""), []).append(fact)
    for place, told in by_place.items():
        usual = ", ".join(str(f["written"]) for f in told if not f["peak"])
        peaks = ", ".join(str(f["written"]) for f in told if f["peak"])
        of = f" of `{place}`" if place else ""
        figures = " and ".join(
            text for text in (usual, f"at the peak {peaks}" if peaks else "") if text
        )
        yield f"traffic{of}: {figures}"


def _objectives(watch: Watch, spec: Spec) -> Iterator[str]:
    yield "## Objectives"
    yield ""
    if not watch.slis:
        yield "None that a known metric measures; see what was left out."
        yield ""
    for sli in watch.slis:
        yield from _objective(sli, spec)


def _objective(sli: Sli, spec: Spec) -> Iterator[str]:
    yield f"### {sli.name}"
    yield ""
    origin = spec.origin(f"slos.{sli.slo.name}.objective_percent")
    assumed = origin is not None and origin.basis is Basis.ASSUMED
    yield (
        f"- **Objective:** {sli.slo.objective_percent:g} % of {sli.what} {sli.good_is}, over a "
        f"rolling window of {sli.slo.window_days} days."
        + (f" Assumed: {origin.why}." if origin is not None and assumed else "")
    )
    yield f"- **Reason:** {sli.reason}."
    yield f"- **Budget:** {_budget(sli)}."
    yield f"- **Not counted:** {_not_counted(sli)}."
    yield f"- **Shown by:** `{sli.events.name}`, which {_shown_by(sli)}."
    if sli.slo.window_days > _KEPT_DAYS:
        yield f"- **History:** {_history(sli)}."
    yield ""
    yield "The share of bad requests, over five minutes:"
    yield ""
    yield "```promql"
    yield sli.ratio("5m")
    yield "```"
    yield ""
    if sli.spent_after is not None:
        yield (
            f"No burn alerts of its own: `{sli.spent_after}` counts the same requests and has the "
            "smaller budget, so its alerts fire first."
        )
        yield ""
        return
    yield from _tiers(sli)
    yield from _times(sli)


def _budget(sli: Sli) -> str:
    bad_time = "in which all are too slow" if sli.is_latency else "of total outage"
    whole = f"{percent(sli.budget)} % of requests: {allowed(sli)} {bad_time} in the window"
    if sli.per_second is None:
        return f"{whole}. No document says how many requests that is"
    requests = Fraction(str(sli.per_second)) * sli.period_s
    bad = int(requests * sli.budget)
    return (
        f"{whole}, or {bad:,} of {int(requests):,} requests at {sli.per_second:g} a second on "
        "average"
    )


def _not_counted(sli: Sli) -> str:
    left = [m for m in sli.events.matchers if "!~" in m]
    if not left:
        return f"nothing; `{sli.events.name}` does not tell the requests of machines apart"
    return f"what machines ask for ({', '.join(f'`{m}`' for m in left)})"


def _history(sli: Sli) -> str:
    """A window that is longer than what is kept shows the budget of a shorter one."""
    needed = f"its window needs {sli.slo.window_days} days. Prometheus keeps {_KEPT_DAYS} unless"
    needed += " told otherwise (`--storage.tsdb.retention.time`)"
    if sli.slo.window_days <= _ASKED_DAYS:
        return needed
    return (
        f"{needed}; Amazon's may refuse to look back over more than {_ASKED_DAYS} (its quota "
        "*Query time range in days*)"
    )


def _shown_by(sli: Sli) -> str:
    fact = sli.events.fact
    if fact is None:
        return "the collector gives"
    if fact.confidence is Confidence.OBSERVED:
        return "a start of the service showed"
    return f"`{fact.path}:{fact.line}` defines"


def _tiers(sli: Sli) -> Iterator[str]:
    yield (
        "Both windows must be above the threshold, and at least "
        f"{FAILURES_AT_LEAST} requests bad. *Told after* and *ends after* hold where every request "
        "is bad."
    )
    yield ""
    rows = (
        (
            f"{tier.name} ({tier.severity})",
            decimal(tier.factor, 4),
            f"{window(tier.long_s)} and {window(tier.short_s)}",
            f"{percent(tier.factor * sli.budget)} %",
            f"{percent(tier.share)} %",
            _told(tier, sli, Fraction(1)),
            _ends(tier, sli),
            span(tier.exhausted_after_s()),
        )
        for tier in sli.tiers
    )
    header = ("tier", "burn rate", "windows", "bad requests above", "budget gone", "told after")
    yield from table((*header, "ends after", "all gone in"), rows)
    for unfit in sli.unfit:
        yield f"Left out: the tier `{unfit.tier.name}`, since {unfit.why}."
        yield ""


def _times(sli: Sli) -> Iterator[str]:
    """When each tier tells, for shares of bad requests that can happen."""
    shares = [share for share in _SHARES if any(_reached(t, sli, share) for t in sli.tiers)]
    rows = (
        (f"{percent(share)} %", *(_told(tier, sli, share) for tier in sli.tiers))
        for share in shares
    )
    if sli.tiers and shares:
        yield "How long until each tier tells, after a time without bad requests:"
        yield ""
        yield from table(("bad requests", *(tier.name for tier in sli.tiers)), rows)


def _reached(tier: Tier, sli: Sli, share: Fraction) -> bool:
    return tier.detected_after_s(share, sli.budget) is not None


def _told(tier: Tier, sli: Sli, share: Fraction) -> str:
    after = tier.detected_after_s(share, sli.budget)
    return _NEVER if after is None else span(after)


def _ends(tier: Tier, sli: Sli) -> str:
    after = tier.reset_after_s(Fraction(1), sli.budget)
    return _NEVER if after is None else span(after)


def _policy(watch: Watch) -> Iterator[str]:
    """What is done when a budget is spent: the spec's words, once where all have the same."""
    said: dict[str, list[str]] = {}
    for sli in watch.slis:
        if sli.slo.policy:
            said.setdefault(sli.slo.policy, []).append(sli.name)
    if said:
        yield "## Error-budget policy"
        yield ""
        for policy, names in said.items():
            of = ", ".join(f"`{name}`" for name in names)
            yield f"- {policy.rstrip('.')}. Holds for {of}."
        yield "- What whoever is told does first: `docs/operations/runbooks/budget-spent.md`."
        yield ""


def _alerts(watch: Watch) -> Iterator[str]:
    yield "## Who is told what"
    yield ""
    rows = (
        (f"`{alert.name}`", alert.severity, alert.summary.partition(": ")[2], _entry(alert))
        for alert in watch.alerts
    )
    yield from table(("alert", "severity", "when", "runbook"), rows)


def _entry(alert: WatchedAlert) -> str:
    if alert.runbook == OBJECTIVES:
        return "this page"
    below = alert.runbook.removeprefix(OBJECTIVES.rpartition("/")[0] + "/")
    return f"[{alert.entry}]({below})"


def _left_out(watch: Watch) -> Iterator[str]:
    if watch.left_out:
        yield "## Left out, and why"
        yield ""
        yield from (f"- {left.what}: {left.why}." for left in watch.left_out)
        yield ""
