"""Rules that read one after them: they see what that wrote one evaluation before."""

import pytest

from tests.alerting.nouns import MINUTE, alert, group, played, record, samples, store, timeline

RISING = "x 1 2 3 4"


@pytest.mark.parametrize(
    ("expr", "seen"),
    [
        ("y", "_ 1 2 3"),
        ("y offset 1m", "_ 1 2 3"),
        ("y offset 2m", "_ _ 1 2"),
        ("timestamp(y)", "_ 0 60 120"),
        ("sum_over_time(y[2m])", "_ 1 2 3"),
        ("count_over_time(y[3m])", "_ 1 2 2"),
        ("count_over_time(y[3m] offset 1m)", "_ 1 2 3"),
        ("sum_over_time(y[2m:1m])", "_ 2 4 6"),
        ("max_over_time(y[3m:1m] offset 1m)", "_ 1 2 3"),
        ("y + sum_over_time(y[2m:1m])", "_ 3 6 9"),
        ("y + on () x", "_ 3 5 7"),
        ("x unless on () y", "1 stale"),
        ("absent(y)", "1 stale"),
    ],
)
def test_what_is_written_now_is_not_yet_seen(expr: str, seen: str) -> None:
    found = played([group(record("early", expr), record("y", "x"))], store(RISING), 3)
    assert samples(found, "early") == seen


def test_what_is_before_is_seen_as_it_is_now_and_what_is_after_as_it_was() -> None:
    """Of two rules that record one metric: told apart by their labels, or not before they ran."""
    for apart in ({"from": "x"}, {}):
        rules = group(
            record("y", "x", **apart),
            record("both", "sum(y)"),
            record("y", 'label_replace(x * 10, "by", "ten", "", "")', **{"from": "ten"}),
        )
        assert samples(played([rules], store(RISING), 3), "both") == "1 12 23 34"


def test_a_metric_of_the_history_that_a_rule_goes_on_with_is_seen_up_to_now() -> None:
    rules = group(record("early", "y"), record("y", "x"))
    assert samples(played([rules], store(RISING, "y 7 _ _"), 3), "early") == "7 7 2 3"


def test_rules_of_a_circle_see_those_around_it() -> None:
    rules = group(
        record("first", "last + 1"),
        record("a", "b or x"),
        record("b", "a + on () first + on () late"),
        record("late", "x"),
        record("last", "late"),
    )
    found = played([rules], store(RISING), 3)
    assert {name: samples(found, name) for name in ("first", "a", "b", "late", "last")} == {
        "first": "_ 2 3 4",
        "late": "1 2 3 4",
        "last": "1 2 3 4",
        "a": "1 2 5 10",
        "b": "_ 5 10 17",
    }


def test_alerts_stay_in_the_order_in_which_they_stand() -> None:
    rules = group(alert("First", "y > 1"), alert("Second", "y > 2"), record("y", "x"))
    found = played([rules], store(RISING), 3)
    assert [history.rule.name for history in found.alerts] == ["First", "Second"]
    assert (timeline(found, "First"), timeline(found, "Second")) == ("..FF", "...F")


def test_an_alert_sees_alerts_after_it_as_they_were() -> None:
    rules = group(
        alert("Quiet", 'x > 1 unless on () ALERTS{alertname="Loud"}'), alert("Loud", "x > 2")
    )
    found = played([rules], store("x 2 3 3 2 2"), 4)
    assert timeline(found, "Loud") == ".FF.."
    assert timeline(found, "Quiet") == "FF..F"


def test_groups_of_other_intervals_are_seen_at_their_own_times() -> None:
    slow = group(record("y", "x"), name="slow", interval_ms=2 * MINUTE)
    found = played([group(record("early", "y")), slow], store("x 1 2 3 4 5"), 4)
    assert samples(found, "early") == "_ 1 1 3 3"


def test_a_template_that_asks_for_a_rule_after_it_sees_it_as_it_was() -> None:
    shows = {"seen": '{{ with query "y" }}{{ . | first | value }}{{ end }}'}
    rules = group(alert("A", "x > 0 and on () vector(1)", labels=shows), record("y", "x"))
    found = played([rules], store(RISING), 3)
    assert "seen" not in dict(next(found.episodes).labels)
