"""Pages held against incidents; promises held against figures; rules against other rules."""

import numpy as np
import pytest

from opsready.backtest.compare import changes, fidelity
from opsready.backtest.incidents import Budget, incidents_of_impact
from opsready.backtest.promise import BadPromise, kept, read_promises
from opsready.backtest.scores import Burn, score
from opsready.promql.arrays import Grid
from opsready.promql.labels import labels_of
from opsready.promql.vector import Vector
from tests.backtest.nouns import MINUTE_MS, make_incident, make_replayed


def vector(*rows: str, **labels: str) -> Vector:
    there = np.array([[step == "x" for step in row] for row in rows])
    named = [labels_of({**labels, "row": str(row)}) for row in range(len(rows))]
    return Vector(tuple(named), there.astype(float), there)


def test_pages_within_an_incident_are_right_and_others_are_not() -> None:
    scores = score([make_replayed("x....xxx............x")], [make_incident(4, 10)])
    assert [page.incident for page in scores.pages] == [None, "outage", None]
    assert (scores.precision, scores.recall) == (1 / 3, 1.0)
    caught = scores.caught[0]
    assert (caught.by, caught.detection_ms, caught.reset_ms) == ("Slow", MINUTE_MS, 0)


def test_an_alert_that_goes_on_after_the_incident_resets_late() -> None:
    caught = score([make_replayed("..xxxxxx..")], [make_incident(1, 4)]).caught[0]
    assert (caught.detection_ms, caught.reset_ms) == (MINUTE_MS, 4 * MINUTE_MS)


def test_a_page_just_after_the_end_still_catches_the_incident() -> None:
    steps = "." * 8 + "x..."
    assert score([make_replayed(steps)], [make_incident(2, 4)]).recall == 1
    assert score([make_replayed(steps)], [make_incident(2, 3)]).recall == 0


def test_only_the_alert_that_should_catch_it_does() -> None:
    alerts = [make_replayed(".x...", alert="Other"), make_replayed("..x..", alert="Named")]
    caught = score(alerts, [make_incident(0, 5, "Named")]).caught[0]
    assert (caught.by, caught.also) == ("Named", ("Other",))
    assert score(alerts[:1], [make_incident(0, 5, "Named")]).caught[0].by is None


def test_tickets_neither_catch_nor_count() -> None:
    scores = score([make_replayed("xx..", pages=False)], [make_incident(0, 2)])
    assert (scores.precision, scores.recall, scores.detection_ms) == (None, 0.0, None)


def test_the_budget_that_is_burnt_when_the_first_page_comes() -> None:
    """99 % of 10 events a second over 100 minutes allow 600 bad ones; 2 a second for 3 minutes
    are 360."""
    grid = Grid(0, MINUTE_MS, 100)
    bad = Vector(((),), np.full((1, 100), 2.0), np.ones((1, 100), dtype=bool))
    total = Vector(((),), np.full((1, 100), 10.0), np.ones((1, 100), dtype=bool))
    burn = Burn(Budget(99, 100 * MINUTE_MS, "bad", "total"), bad, total, grid)
    replayed = make_replayed("....xx" + 94 * ".")
    assert score([replayed], [make_incident(1, 50)], burn).caught[0].burnt == pytest.approx(0.6)


def test_impact_makes_incidents_of_stretches_not_far_apart() -> None:
    grid = Grid(0, MINUTE_MS, 20)
    found = incidents_of_impact(vector(".xx...x.............", "..x.............x..."), grid)
    spans = [(one.from_ms // MINUTE_MS, one.to_ms // MINUTE_MS) for one in found]
    assert spans == [(1, 7), (16, 17)]


def test_promises_are_held_against_what_was_found() -> None:
    promises = read_promises("pages/week<=2, detection<5m,recall>=90%")
    found = kept(promises, {"pages/week": 2.0, "detection": 300_000.0, "recall": None})
    assert [str(one.promise) for one in found] == [
        "pages/week<=2",
        "detection<5m",
        "recall>=90.0%",
    ]
    assert [one.holds for one in found] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "`` is no promise"),
        ("pages", "`pages` is no promise; write `pages/week<=2` or `detection<=5m`"),
        ("noise<=2", "`noise` is not measured; there are: budget, detection, duplicates"),
        ("detection<=5", "`5` is no bound of detection"),
        ("pages<=5m", "`5m` is no bound of pages"),
    ],
)
def test_what_promises_nothing_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadPromise) as caught:
        read_promises(text)
    assert str(caught.value).startswith(said)


def test_rules_are_compared_by_where_their_firings_begin() -> None:
    before = [make_replayed("x......xx.", alert="A"), make_replayed("x.........", alert="Old")]
    after = [make_replayed("..x.......", alert="A"), make_replayed("x.........", alert="New")]
    found = {one.alert: one for one in changes(before, after)}
    assert {name: one.state for name, one in found.items()} == {
        "A": "changed",
        "New": "new",
        "Old": "gone",
    }
    assert [span.start_ms // MINUTE_MS for span in found["A"].only_before] == [7]
    assert found["A"].only_after == ()


def test_fidelity_counts_firings_alike_and_the_time_that_both_fire() -> None:
    grid = Grid(0, MINUTE_MS, 12)
    ours = [make_replayed(".xxx.....x..")]
    recorded = vector("..xxx.x.....", alertname="Slow", alertstate="firing", __name__="ALERTS")
    found = fidelity(ours, recorded, grid)
    assert (found.alike, len(found.only_recorded), len(found.only_replayed)) == (1, 1, 1)
    assert found.share == 1 / 3
    assert found.agreed == 2 / 6
