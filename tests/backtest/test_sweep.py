"""Other thresholds, other waits, and which of them nothing beats."""

from collections.abc import Sequence

import pytest

from opsready.alerting.groups import AlertingRule, RuleGroup
from opsready.backtest.replayed import Replayed
from opsready.backtest.sweep import BadSweep, read_sweep, sweep_over
from opsready.backtest.threshold import scaled, thresholds
from opsready.promql import parse, print_expr
from tests.backtest.nouns import MINUTE_MS, make_incident, make_replayed


def bounds(text: str) -> list[tuple[str, str, float]]:
    return [(print_expr(t.value), t.op, t.bound) for t in thresholds(parse(text))]


def test_every_comparison_with_a_number_is_a_threshold() -> None:
    assert bounds("a > 14.4 * 0.001 and (2 >= b) and c > d") == [
        ("a", ">", 14.4 * 0.001),
        ("b", "<=", 2.0),
    ]
    assert bounds("max(x > 5) > bool 3 and absent(up)") == [("x", ">", 5.0)]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("a > 14.4 * 0.001 and b > 6 * 0.001", "a > 0.0288 and b > 0.012"),
        ("0.1 < rate(x[5m])", "0.2 < rate(x[5m])"),
        ("sum(x > 3) by (job) unless y", "sum by (job) (x > 6) unless y"),
        ("up == 0 or absent(up)", "up == 0 or absent(up)"),
        ("a > b * 2", "a > b * 2"),
    ],
)
def test_a_scaled_condition_has_other_numbers_and_nothing_else(text: str, other: str) -> None:
    assert scaled(text, 2) == print_expr(parse(other))


def test_the_values_of_a_sweep() -> None:
    assert read_sweep("for=0m..30m").values == tuple(5 * MINUTE_MS * n for n in range(7))
    assert read_sweep("for=1m..10m").values == tuple(MINUTE_MS * n for n in (1, 3, 5, 7, 9, 10))
    assert read_sweep("for=0m..3m").values == tuple(MINUTE_MS * n for n in range(4))
    assert read_sweep("for=0..1h/20m").values == tuple(20 * MINUTE_MS * n for n in range(4))
    by_factor = read_sweep("threshold=0.5x..2x/0.5")
    assert (by_factor.values, by_factor.relative) == ((0.5, 1.0, 1.5, 2.0), True)
    assert read_sweep("threshold=1%..2%/0.5%").values == (0.01, 0.015, 0.02)
    assert read_sweep("threshold=0.1..0.2/0.1").shown(0.2) == "threshold 0.2"
    assert by_factor.shown(7 / 6) == "threshold 1.16667x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("for", "`for` is no sweep; write for=0m..30m or threshold=0.5x..2x"),
        ("pages=1..2", "`pages=1..2` is no sweep; write"),
        ("for=30m..5m", "`for=30m..5m` is no sweep: the second value must be above the first"),
        ("for=0..half", "`for=0..half` is no sweep: a duration has whole numbers"),
        ("for=0m..30m/0s", "`for=0m..30m/0s` is no sweep: the step must be above 0"),
        ("for=0m..1d/1s", "`for=0m..1d/1s` is no sweep: 86401 values; 200 are tried at most"),
    ],
)
def test_what_names_no_values_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadSweep) as caught:
        read_sweep(text)
    assert str(caught.value).startswith(said)


def not_evaluated(_: Sequence[RuleGroup]) -> Sequence[Replayed]:
    raise AssertionError("a sweep of `for` needs no evaluation")


def test_a_sweep_of_for_shows_what_quiet_costs() -> None:
    replayed = [make_replayed("x..xxx...xxxxxxxx....")]
    points = sweep_over(read_sweep("for=0m..4m/2m"), (), replayed, not_evaluated)
    assert [(p.setting, p.pages, p.delay_ms // MINUTE_MS, p.on_frontier) for p in points] == [
        ("for 0s", 3, 0, True),
        ("for 2m", 2, 2, True),
        ("for 4m", 1, 4, True),
    ]


def test_with_incidents_what_misses_one_is_no_better() -> None:
    replayed = [make_replayed("x..xxx...xxxxxxxx....")]
    incidents = [make_incident(9, 17)]
    sweep = read_sweep("for=2m..10m/4m")
    points = sweep_over(sweep, (), replayed, not_evaluated, incidents)
    assert [(p.pages, p.recall, p.detection_ms, p.on_frontier) for p in points] == [
        (2, 1.0, 2 * MINUTE_MS, True),
        (1, 1.0, 6 * MINUTE_MS, True),
        (0, 0.0, None, True),
    ]


def test_a_sweep_of_thresholds_evaluates_the_changed_rules_of_one_alert() -> None:
    rules = (AlertingRule("Slow", "x > 2"), AlertingRule("Other", "y > 2"))
    seen: list[tuple[str, ...]] = []

    def evaluate(groups: Sequence[RuleGroup]) -> Sequence[Replayed]:
        seen.append(tuple(rule.expr for group in groups for rule in group.rules))
        return [make_replayed("x.x" if len(seen) == 1 else "x..")]

    before = [make_replayed("x.x")]
    sweep = read_sweep("threshold=1..4/3")
    points = sweep_over(sweep, [RuleGroup("g", rules)], before, evaluate, alerts=["Slow"])
    assert seen == [("x > 1", "y > 2"), ("x > 4", "y > 2")]
    assert [(p.setting, p.pages) for p in points] == [("threshold 1", 2), ("threshold 4", 1)]
