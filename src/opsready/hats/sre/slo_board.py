"""The dashboard of objectives: what is left of each budget, and how fast it burns."""

from collections.abc import Iterator, Sequence

from opsready.hats.sre.burn import Tier, window
from opsready.hats.sre.grafana import Board, Panel, Query, Row, Step
from opsready.hats.sre.panels import (
    GREEN,
    ORANGE,
    RED,
    alerts_about,
    board_links,
    bounds,
    per_second,
    reading,
    told,
    uid,
)
from opsready.hats.sre.sli import Sli
from opsready.hats.sre.watch import Watch

_QUARTER = 6
_THIRD = 8
# A quarter of the budget is left: there is time to be careful before it is spent.
_CAREFUL = 0.25
_WITHIN = "suffix:×"


def slo_board(watch: Watch, others: Sequence[str]) -> Board:
    """A row for each objective that some metric measures."""
    rows = [Row(_title(sli), tuple(_panels(sli, watch))) for sli in watch.slis]
    rows.append(Row("What they are measured by", tuple(_measured(watch))))
    return Board(
        uid(watch.service, "slo"),
        f"{watch.service}: objectives and budgets",
        f"What is left of the error budgets of {watch.service}, and how fast they burn. All of it "
        "is recorded by monitoring/prometheus/recording.rules.yml.",
        tuple(row for row in rows if row.panels),
        (watch.service, "slo"),
        board_links(watch, others),
        "now-7d",
    )


def _title(sli: Sli) -> str:
    place = f" of {sli.slo.where}" if sli.slo.where else ""
    within = f" within {sli.slo.threshold_s:g} s" if sli.is_latency else ""
    return (
        f"{sli.name}: {sli.slo.objective_percent:g} %{place}{within} over {sli.slo.window_days} d"
    )


def _panels(sli: Sli, watch: Watch) -> Iterator[Panel]:
    own = [alert for alert in watch.alerts if alert.slo == sli.name]
    spent = [alert for alert in own if alert.tier == "spent"]
    burning = [alert for alert in own if alert.about == "burn" and alert not in spent]
    others = [alert for alert in own if alert.about != "burn"]
    remaining = Query(sli.recorded("slo:error_budget:remaining_ratio"), "left")
    left = "What is left of the budget of the window that ends now. Below 0 it is overspent."
    yield Panel(
        "Budget left",
        told(left, *spent),
        "percentunit",
        (remaining,),
        "stat",
        _QUARTER,
        (Step(0, ORANGE), Step(_CAREFUL, GREEN)),
        RED,
        None,
        reading(watch, *spent),
    )
    yield Panel(
        "Budget left, its course",
        told(left, *spent),
        "percentunit",
        (remaining,),
        width=24 - _QUARTER,
        steps=(Step(0, ORANGE), Step(_CAREFUL, GREEN)),
        base=RED,
        least=None,
        links=reading(watch, *spent),
    )
    if sli.tiers:
        yield _burn_rates(sli, watch, burning)
    yield Panel(
        "Too slow" if sli.is_latency else "Failing",
        told(f"The share of bad requests over 5 minutes: {sli.reason}.", *others),
        "percentunit",
        (Query(sli.recorded_ratio("5m"), "bad"),),
        width=_THIRD,
        steps=bounds(others) or (Step(float(sli.budget), ORANGE),),
        links=reading(watch, *others),
    )
    yield Panel(
        "Requests that count",
        "How many requests a second count for this objective, and how many of them are bad.",
        "reqps",
        (
            Query(sli.recorded("slo:events:rate5m"), "all"),
            Query(sli.recorded("slo:bad_events:rate5m"), "bad"),
        ),
        width=_THIRD,
    )


def _burn_rates(sli: Sli, watch: Watch, burning: Sequence[object]) -> Panel:
    """One line a tier, and its threshold; 1× spends exactly the budget within the window."""
    alerts = tuple(a for a in alerts_about(watch, "burn") if a in burning)
    steps = {
        float(tier.factor): RED if tier.severity == "page" else ORANGE
        for tier in sorted(sli.tiers, key=lambda tier: tier.severity == "page")
    }
    return Panel(
        "Burn rate",
        told("How many times as fast as the objective allows the budget is spent.", *alerts),
        _WITHIN,
        tuple(_burn_rate(sli, tier) for tier in sli.tiers),
        width=_THIRD,
        steps=tuple(Step(round(bound, 4), colour) for bound, colour in sorted(steps.items())),
        links=reading(watch, *alerts),
    )


def _burn_rate(sli: Sli, tier: Tier) -> Query:
    over = window(tier.long_s)
    pace = f"{float(tier.factor):.4g}×"
    return Query(
        f"{sli.recorded_ratio(over)} / {sli.budget_text}",
        f"{tier.name}: {over}, a {tier.severity} from {pace}",
    )


def _measured(watch: Watch) -> Iterator[Panel]:
    """Silence is not health: whether what is counted arrives at all."""
    gone = [a for a in alerts_about(watch, "no_data") if a.dashboard == watch.slo_dashboard]
    requests, duration = watch.signals.requests, watch.signals.duration
    queries = []
    if requests is not None:
        queries.append(Query(per_second(requests), requests.name))
    if duration is not None:
        queries.append(Query(per_second(duration, suffix="_count"), f"{duration.name}_count"))
    if queries:
        yield Panel(
            "Requests counted",
            told(
                "All that the objectives are measured by. A line that ends measures no more.", *gone
            ),
            "reqps",
            tuple(queries),
            width=24,
            links=reading(watch, *gone),
        )
