"""What is recorded of each objective: its requests, the share of bad ones, and the budget left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import indent

from opsready.hats.sre.burn import DAY_S, window
from opsready.hats.sre.sli import Sli
from opsready.hats.sre.watch import Watch

EVERY = "1m"
"""How often rules are evaluated: the default of Prometheus and of its managed service."""
# From here on a share is computed from what is recorded of every minute: the raw series of a day
# are read again for each evaluation, and there is one for each route, status and instance.
_FROM_RECORDED_S = DAY_S


@dataclass(frozen=True)
class Recorded:
    """One recording rule."""

    record: str
    expr: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class RecordedGroup:
    """The rules of one objective, in the order in which they need each other."""

    name: str
    why: str
    rules: tuple[Recorded, ...]


def recordings_of(watch: Watch) -> tuple[RecordedGroup, ...]:
    """A group for each objective."""
    return tuple(
        RecordedGroup(f"{watch.service}-slo-{sli.name}", _why(sli), tuple(_rules(sli)))
        for sli in watch.slis
    )


def _why(sli: Sli) -> str:
    objective = f"{sli.slo.objective_percent:g} % of {sli.what} {sli.good_is}"
    return f"{objective}, over {sli.slo.window_days} days"


def _rules(sli: Sli) -> Iterator[Recorded]:
    """Rates of five minutes first: what is longer than a day, and the budget, rest on them. Each
    request weighs the same there, at night as at noon."""
    events, bad = "slo:events:rate5m", "slo:bad_events:rate5m"
    yield Recorded(events, sli.total("5m"), sli.labels)
    yield Recorded(bad, sli.bad("5m"), sli.labels)
    for over in sli.windows:
        yield Recorded(f"slo:errors:ratio_rate{over}", _ratio(sli, over), sli.labels)
    for length in sorted({300, *(tier.long_s for tier in sli.tiers)}):
        yield Recorded(f"slo:bad_events:increase{window(length)}", _count(sli, length), sli.labels)
    whole = f"slo:errors:ratio_rate{sli.period}"
    if sli.period not in sli.windows:
        yield Recorded(whole, _share_of_recorded(sli, sli.period), sli.labels)
    remaining = f"1 - {sli.recorded(whole)} / {sli.budget_text}"
    yield Recorded("slo:error_budget:remaining_ratio", remaining, sli.labels)


def _ratio(sli: Sli, over: str) -> str:
    return _share_of_recorded(sli, over) if over.endswith("d") else sli.ratio(over)


def _share_of_recorded(sli: Sli, over: str) -> str:
    return (
        f"sum_over_time({sli.recorded('slo:bad_events:rate5m')}[{over}])\n"
        f"/ sum_over_time({sli.recorded('slo:events:rate5m')}[{over}])"
    )


def _count(sli: Sli, length_s: int) -> str:
    """How many requests were bad: few of them are no pace, whatever share they are."""
    if length_s < _FROM_RECORDED_S:
        return f"(\n{indent(sli.bad(window(length_s)), '  ')}\n)\n* {length_s}"
    recorded = sli.recorded("slo:bad_events:rate5m")
    return f"avg_over_time({recorded}[{window(length_s)}]) * {length_s}"
