"""Groups over a history: what is recorded, what fires, and what sees what."""

import numpy as np
import pytest

from opsready.alerting.groups import BadRule
from opsready.alerting.history import Episode
from opsready.alerting.reads import in_circles, in_reading_order
from tests.alerting.nouns import MINUTE, alert, group, played, record, samples, store, timeline


def test_an_episode_tells_when_and_with_what() -> None:
    rule = alert(
        "High",
        "x > 2",
        for_min=1,
        labels={"severity": "page", "of": "{{ $labels.job }}"},
        annotations={"summary": "{{ $labels.job }} at {{ $value }}"},
    )
    found = played([group(rule)], store('x{job="api"} 1 3 4 5 1 1'), 5)
    assert list(found.episodes) == [
        Episode(
            "High",
            (("alertname", "High"), ("job", "api"), ("of", "api"), ("severity", "page")),
            {"summary": "api at 4"},
            pending_at_ms=1 * MINUTE,
            firing_at_ms=2 * MINUTE,
            resolved_at_ms=4 * MINUTE,
        )
    ]
    assert next(found.episodes).reported_until_ms == 19 * MINUTE
    assert found.alerts[0].firing_at(3 * MINUTE + 59_999)[0][1] == {"summary": "api at 5"}


def test_a_recorded_series_ends_with_a_mark_and_is_not_bridged() -> None:
    rules = group(record("x:big", "x > 2", tier="a", job=""), alert("A", "x:big"))
    found = played([rules], store('x{job="api"} 3 1 1 4'), 4)
    assert samples(found, "x:big", tier="a") == "3 stale _ 4 4"
    assert timeline(found, "A") == "F..FF"


def test_a_label_that_shows_the_value_makes_another_alert_each_time() -> None:
    by_value = alert("A", "x", for_min=1, labels={"value": "{{ $value }}"})
    by_annotation = alert("B", "x", for_min=1, annotations={"value": "{{ $value }}"})
    found = played([group(by_value, by_annotation)], store("x 1 2 2 3"), 3)
    assert timeline(found, "A") == "p...\n.pF.\n...p"
    assert timeline(found, "B") == "pFFF"


def test_alerts_are_series_for_the_rules_after_them() -> None:
    rules = group(
        alert("A", "x > 0", for_min=1, labels={"severity": "page"}),
        record("firing", 'count(ALERTS{alertstate="firing"})'),
        record("since", 'ALERTS_FOR_STATE{alertname="A"}'),
    )
    found = played([rules], store("x 0 1 1 1 0"), 5)
    assert samples(found, "firing") == "_ _ 1 1 stale"
    assert samples(found, "since", alertname="A", severity="page") == "_ 60 60 60 stale"


def test_a_rule_sees_a_rule_after_it_one_evaluation_later() -> None:
    late = group(alert("A", "y > 2"), record("y", "x"))
    early = group(record("y", "x"), alert("A", "y > 2"))
    history = store("x 1 3 3 1 1")
    assert timeline(played([late], history, 4), "A") == "..FF."
    assert timeline(played([early], history, 4), "A") == ".FF.."


def test_a_rule_that_reads_itself_is_evaluated_time_after_time() -> None:
    counting = group(record("total", "(total or vector(0)) + scalar(x)"))
    found = played([counting], store("x 1 2 3 4"), 3)
    assert samples(found, "total") == "1 3 6 10"


def test_alerts_that_silence_each_other() -> None:
    rules = group(
        alert("Slow", 'x > 1 unless on() ALERTS{alertname="Fast", alertstate="firing"}'),
        alert("Fast", "x > 2"),
    )
    found = played([rules], store("x 2 3 3 2 2"), 4)
    assert timeline(found, "Fast") == ".FF.."
    assert timeline(found, "Slow") == "FF..F"


def test_groups_are_put_into_the_order_in_which_they_read() -> None:
    groups = [
        group(alert("A", "b > 1"), name="alerts"),
        group(record("b", "a"), name="second"),
        group(record("a", "x"), name="first"),
    ]
    assert [g.name for g in in_reading_order(groups)] == ["first", "second", "alerts"]


def test_groups_that_read_each_other_stay_as_they_are() -> None:
    groups = [group(record("a", "b"), name="1"), group(record("b", "a"), name="2")]
    assert [g.name for g in in_reading_order(groups)] == ["1", "2"]


def test_rules_that_go_round_in_a_circle_are_named() -> None:
    groups = [
        group(record("a", "c"), record("b", "a"), record("alone", "x"), name="1"),
        group(record("c", "b"), record("own", "own + x"), record("after", "c"), name="2"),
    ]
    assert [rule.name for rule in in_circles(groups)] == ["a", "b", "c", "own"]


def test_a_group_has_an_interval_of_its_own_unless_the_grid_rules() -> None:
    rules = group(alert("A", "x > 0", for_min=1), interval_ms=3 * MINUTE)
    history = store("x 1x7")
    assert timeline(played([rules], history, 7), "A") == "p..F..F."
    assert timeline(played([rules], history, 7, intervals="grid"), "A") == "pFFFFFFF"


def test_a_query_offset_evaluates_in_the_past() -> None:
    rules = group(record("y", "x"), alert("A", "y > 2"), query_offset_ms=MINUTE)
    found = played([rules, group(alert("B", "y > 2"), name="other")], store("x 1 3 3 1 1 1 1"), 6)
    assert samples(found, "y") == "1 3 3 1 1 1"
    assert timeline(found, "A") == "..FF..."
    assert timeline(found, "B") == "..FF..."


def test_more_than_the_limit_is_a_failure_that_forgets_all() -> None:
    rules = group(alert("A", "x > 0", for_min=1), limit=1)
    found = played([rules], store('x{a="1"} 1x5', 'x{a="2"} 0 0 0 1 0 0'), 5)
    assert timeline(found, "A") == "pFF.pF\n......"
    assert [(f.why, f.times_ms.tolist()) for f in found.failures] == [
        ("exceeded limit of 1 alerts", [3 * MINUTE])
    ]


def test_two_alerts_of_the_same_labels_fail_and_leave_the_state() -> None:
    rules = group(alert("A", "x > 0", for_min=2, labels={"a": ""}))
    found = played([rules], store('x{a="1"} 1x4', 'x{a="2"} 0 1 0 0 0'), 4)
    assert timeline(found, "A") == "p.FFF"
    assert found.failures[0].times_ms.tolist() == [MINUTE]


def test_a_sample_that_is_there_already_with_another_value_fails() -> None:
    found = played([group(record("y", "x"))], store("x 1 2 3", "y _ 5 3"), 2)
    assert [(f.why, f.times_ms.tolist()) for f in found.failures] == [
        ("duplicate sample for timestamp", [MINUTE])
    ]


def test_a_future_offset_sees_only_what_is_there() -> None:
    found = played([group(record("y", "x offset -2m"))], store("x 1 2 3 4"), 3)
    assert samples(found, "y") == "1 2 3 4"


def test_a_template_may_ask() -> None:
    rule = alert(
        "A",
        "x > 1",
        annotations={"n": '{{ with query "count(x)" }}{{ . | first | value }}{{ end }}'},
    )
    found = played([group(rule)], store('x{a="1"} 2', 'x{a="2"} 1'), 0)
    assert next(found.episodes).annotations == {"n": "2"}


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        ("x >", "`A`: its expression is no PromQL: line 1, column 4"),
        ('"text"', "`A`: its expression gives a string, not a vector or scalar"),
    ],
)
def test_a_rule_that_is_none_says_why(expr: str, why: str) -> None:
    with pytest.raises(BadRule) as caught:
        played([group(alert("A", expr))], store("x 1"), 0)
    assert str(caught.value).startswith(why)


def test_the_given_store_stays_as_it_is() -> None:
    history = store("x 1x3")
    played([group(record("y", "x"))], history, 3)
    assert len(history) == 1
    assert np.array_equal(next(iter(history)).times, MINUTE * np.arange(4))
