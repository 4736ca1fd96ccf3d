"""Every tier of every SLO's alerts fires under some share of errors, a page before its tickets."""

from typing import TYPE_CHECKING, Any

from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, Rung, broke, held, not_run

if TYPE_CHECKING:  # what evaluates loads NumPy, and to name a probe needs none
    from opsready.backtest.synthetic.tables import Synthetic, Table

_NAMED_AT_MOST = 5
# What makes an alert useless; a window beyond the retention is known only where the server is.
_BREAKING = ("unreachable", "for longer than window")


def run(rehearsal: Rehearsal) -> Outcome:
    """Plays a total outage, and smaller shares of errors, into each signal that alerts compare."""
    from opsready.backtest.synthetic.tables import synthetic
    from opsready.rehearsal.pack_rules import groups_in

    groups = groups_in(rehearsal.pack)
    found = synthetic(groups, with_levels=False)
    evidence = _evidence(found)
    wrong = [one for one in found.all_warned if one.kind in _BREAKING]
    if wrong:
        told = "; ".join(f"{one.alert.name} {one.why}" for one in wrong[:_NAMED_AT_MOST])
        return broke(told, evidence)
    if found.left_out:
        names = ", ".join(one.rule.name for one in found.left_out[:_NAMED_AT_MOST])
        return not_run(f"not evaluated here: {names}", evidence)
    if not found.tables:
        return not_run("no alert compares a part of some events with all of them", evidence)
    unnoticed = [
        table.signal.written
        for table in found.tables
        if table.budget is not None and table.outage.first_page is None
    ]
    if unnoticed:
        why = f"nobody is paged though all of {'; '.join(unnoticed)} are bad"
        return broke(why, evidence)
    return held(evidence)


def _evidence(found: "Synthetic") -> dict[str, Any]:
    return {
        "signals": [_table(table) for table in found.tables],
        "warned": [f"{one.kind}: {one.alert.name} {one.why}" for one in found.all_warned],
        "not_played": [alert.name for alert, _ in found.not_played],
    }


def _table(table: "Table") -> dict[str, Any]:
    from opsready.backtest.synthetic.tables import is_endless

    endless = [row for row in table.rows if is_endless(row.scenario)]
    return {
        "signal": table.signal.written,
        "error_budget": table.budget,
        "minutes_to_fire": {
            f"{row.scenario.bad_share:.1%} bad": {
                one.alert: None if one.after_ms is None else one.after_ms / 60_000
                for one in row.detected
            }
            for row in endless
        },
        "budget_burnt_at_first_page": table.outage.burnt,
    }


PROBE = Probe(
    "slo_tiers_reachable",
    "each burn alert fires under some share of errors, and an outage pages somebody",
    ("*.yml", "*.yaml", "*.rules"),
    (),
    run,
    beside=True,
    rung=Rung.SIMULATED,
)
