"""Pending, firing, kept, gone: all evaluations at once against one after the other."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from opsready.alerting.active import ActiveAlerts
from opsready.alerting.state import states
from tests.alerting.nouns import MINUTE, alert


def letters(active: str, *, for_min: float = 0, keep_min: float = 0, limit: int = 0) -> str:
    """Rows of `x` and `.`, one an alert, to their states."""
    rows = active.split()
    there = np.array([[letter == "x" for letter in row] for row in rows])
    times = MINUTE * np.arange(there.shape[1])
    runs, _ = states(
        there,
        times,
        for_ms=int(for_min * MINUTE),
        keep_firing_for_ms=int(keep_min * MINUTE),
        limit=limit,
    )
    firing, pending = runs.firing(there.shape), runs.pending(there.shape)
    shown = np.where(firing, "F", np.where(pending, "p", "."))
    return " ".join("".join(row) for row in shown.tolist())


@pytest.mark.parametrize(
    ("active", "more", "wanted"),
    [
        ("..xx.x", {}, "..FF.F"),
        ("..xxx.", {"for_min": 2}, "..ppF."),
        ("xx.xx.", {"for_min": 2}, "pp.pp."),
        ("xxx...", {"for_min": 0.5}, "pFF..."),
        ("xx....x", {"keep_min": 2}, "FFFF..F"),
        ("xx..x..", {"keep_min": 2}, "FFFFFFF"),
        ("xx...x.", {"keep_min": 2}, "FFFF.FF"),
        ("x...", {"keep_min": 0.5}, "FF.."),
        ("xx.xx", {"for_min": 1, "keep_min": 5}, "pFFFF"),
        ("x.x.x", {"for_min": 1, "keep_min": 5}, "p.p.p"),
        ("xxx.. .xxxx", {"limit": 1}, "F.... ...FF"),
        ("x.... .xx..", {"limit": 1, "keep_min": 3}, "F.... ..FFF"),
        ("..... .....", {"limit": 1}, "..... ....."),
    ],
)
def test_an_alert_moves_as_in_prometheus(active: str, more: dict, wanted: str) -> None:
    assert letters(active, **more) == wanted


@settings(max_examples=150, deadline=None)
@given(
    active=st.integers(1, 30).flatmap(
        lambda steps: st.lists(
            st.text("x.", min_size=steps, max_size=steps), min_size=1, max_size=4
        )
    ),
    for_min=st.sampled_from([0, 0.5, 1, 2, 3.5]),
    keep_min=st.sampled_from([0, 0.5, 1, 2, 4]),
    limit=st.sampled_from([0, 1, 2]),
)
def test_all_at_once_is_as_one_after_the_other(
    active: list[str], for_min: float, keep_min: float, limit: int
) -> None:
    machine = ActiveAlerts(alert("A", "x", for_min=for_min, keep_min=keep_min), limit)
    rows = [[] for _ in active]  # type: ignore[var-annotated]
    for step in range(len(active[0])):
        there = {(("row", str(row)),) for row, text in enumerate(active) if text[step] == "x"}
        machine.evaluate(step * MINUTE, there)
        for row, states_of in enumerate(rows):
            found = machine.alerts.get((("row", str(row)),))
            states_of.append("." if found is None else "F" if found.fires else "p")
    expected = " ".join("".join(row) for row in rows)
    assert letters(" ".join(active), for_min=for_min, keep_min=keep_min, limit=limit) == expected
