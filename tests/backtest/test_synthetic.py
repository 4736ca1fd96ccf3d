"""Made incidents: the figures of the SRE Workbook, chapter 5, and what is wrong in any case."""

import math
from collections.abc import Sequence
from itertools import accumulate

import pytest

from opsready.backtest.promise import read_promises
from opsready.backtest.synthetic.counted import signals_of
from opsready.backtest.synthetic.play import Theatre
from opsready.backtest.synthetic.tables import is_endless, synthetic
from opsready.backtest.synthetic.world import DAY_MS, LOW
from opsready.promql.labels import write_series
from tests.alerting.nouns import alert, group, played, store, timeline
from tests.backtest.nouns import MINUTE_MS, make_groups
from tests.cli.answer import call

HOUR_MS = 60 * MINUTE_MS


def errors(window: str) -> str:
    return f'(sum(rate(req{{code=~"5.."}}[{window}])) / sum(rate(req[{window}])))'


def rule(name: str, expr: str, severity: str = "page", waits: str = "0s") -> str:
    return (
        f"  - alert: {name}\n    expr: {expr}\n    for: {waits}\n"
        f"    labels: {{severity: {severity}}}\n"
    )


def theatre(*rules: str, step_ms: int = MINUTE_MS) -> Theatre:
    groups = make_groups("groups:\n- name: g\n  rules:\n" + "".join(rules))
    (signal,) = signals_of(groups).found
    return Theatre(groups, signal, step_ms)


def both(long: str, short: str, burn: float, budget: str = "0.001") -> str:
    return f"{errors(long)} > ({burn} * {budget}) and {errors(short)} > ({burn} * {budget})"


FAST = rule("Fast", both("1h", "5m", 14.4))
SLOW = rule("Slow", both("6h", "30m", 6))
DAY = rule("Day", both("1d", "2h", 3), "ticket")
TICKET = rule("Ticket", both("3d", "6h", 1), "ticket")
TIERS = (FAST, SLOW, DAY, TICKET)

# Minutes to fire of each tier, from the formula of the chapter; None: it never does.
TO_FIRE: Sequence[tuple[float, tuple[float | None, ...]]] = [
    (0.005, (None, None, 864, 864)),
    (0.01, (None, 216, 432, 432)),
    (0.015, (57.6, 144, 288, 288)),
    (0.02, (43.2, 108, 216, 216)),
    (0.05, (17.28, 43.2, 86.4, 86.4)),
    (0.15, (5.76, 14.4, 28.8, 28.8)),
    (1.0, (0.864, 2.16, 4.32, 4.32)),
]


@pytest.fixture(scope="module")
def workbook() -> Theatre:
    return theatre(*TIERS)


@pytest.mark.parametrize(("share", "minutes"), TO_FIRE)
def test_each_tier_fires_when_the_workbook_says(
    workbook: Theatre, share: float, minutes: Sequence[float | None]
) -> None:
    played = workbook.play(share)
    for name, expected in zip(("Fast", "Slow", "Day", "Ticket"), minutes, strict=True):
        detected = played.of(name)
        assert detected is not None
        if expected is None:
            assert detected.after_ms is None
        else:
            assert detected.after_ms is not None
            assert 0 <= detected.after_ms / MINUTE_MS - expected <= 1


def test_15_percent_for_10_minutes_pages_after_6_and_ends_after_5(workbook: Theatre) -> None:
    played = workbook.play(0.15, 10 * MINUTE_MS)
    fast = played.of("Fast")
    assert fast is not None
    assert (fast.after_ms, fast.reset_ms) == (6 * MINUTE_MS, 5 * MINUTE_MS)
    assert played.of("Slow").after_ms is None  # type: ignore[union-attr]


def test_the_long_window_alone_goes_on_for_most_of_an_hour() -> None:
    """The chapter says 60 minutes; 10 bad ones leave the window below 5.76 after 54.24."""
    alone = theatre(rule("Hour", f"{errors('1h')} > (14.4 * 0.001)"))
    detected = alone.play(0.15, 10 * MINUTE_MS).of("Hour")
    assert detected is not None and detected.reset_ms is not None
    assert abs(detected.reset_ms / MINUTE_MS - 54.24) <= 1


# Rule, share of errors, seconds to the page, budget burnt then, seconds it goes on (`None`: not
# stated). Evaluated every 15 s, as it is scraped: within one evaluation of each figure.
CHAPTER: Sequence[tuple[str, str, float, float, float, float | None]] = [
    ("1: 10m", f"{errors('10m')} >= (1 * 0.001)", 1.0, 0.6, 0.000231, 600),
    ("2: 36h", f"{errors('36h')} > (1 * 0.001)", 1.0, 129.6, 0.05, 36 * 3600),
    ("4: 1h, 36x", f"{errors('1h')} > (36 * 0.001)", 1.0, 129.6, 0.05, 57.84 * 60),
    ("5: 1h, 14.4x", f"{errors('1h')} > (14.4 * 0.001)", 1.0, 51.84, 0.02, None),
    ("5: 6h, 6x", f"{errors('6h')} > (6 * 0.001)", 1.0, 129.6, 0.05, None),
    ("5: 3d, 1x", f"{errors('3d')} > (1 * 0.001)", 1.0, 259.2, 0.10, 3 * 86_400),
]


@pytest.mark.parametrize(
    ("expr", "share", "seconds", "burnt", "reset"),
    [row[1:] for row in CHAPTER],
    ids=[row[0] for row in CHAPTER],
)
def test_the_alerts_of_the_chapter_do_as_it_says(
    expr: str, share: float, seconds: float, burnt: float, reset: float | None
) -> None:
    step_s = 15
    played = theatre(rule("Page", expr), step_ms=step_s * 1000).play(share, HOUR_MS // 6)
    detected = played.of("Page")
    assert detected is not None and detected.after_ms is not None
    assert 0 <= detected.after_ms / 1000 - seconds <= 2 * step_s
    a_step = step_s / (30 * 86_400 * 0.001)
    assert played.burnt is not None and 0 <= played.burnt - burnt <= 2 * a_step
    if reset is not None:
        assert detected.reset_ms is not None
        assert abs(detected.reset_ms / 1000 - reset) <= 2 * step_s + 0.01 * reset


def test_an_outage_of_10_minutes_pages_for_half_an_hour_more(workbook: Theatre) -> None:
    """Seen in promtool too: the page is on at +20 m and gone at +40 m, the ticket on at +130 m."""
    played = workbook.play(1.0, 10 * MINUTE_MS)
    fast, slow, ticket = (played.of(name) for name in ("Fast", "Slow", "Ticket"))
    assert fast is not None and slow is not None and ticket is not None
    assert (fast.after_ms, fast.reset_ms) == (1 * MINUTE_MS, 5 * MINUTE_MS)
    assert slow.reset_ms == 30 * MINUTE_MS == played.reset_ms
    assert ticket.reset_ms is None or ticket.reset_ms > 120 * MINUTE_MS


@pytest.mark.parametrize(("share", "burnt"), [(1.0, 1.389), (0.002, 0.002778)])
def test_waiting_an_hour_is_an_hour_whatever_burns(share: float, burnt: float) -> None:
    """Alert 3 of the chapter: 140 % of the budget of an outage is gone before somebody comes."""
    slow = theatre(rule("Page", f"{errors('1m')} > (1 * 0.001)", waits="1h"), step_ms=15_000)
    played = slow.play(share, 90 * MINUTE_MS)
    detected = played.of("Page")
    assert detected is not None and detected.after_ms is not None
    assert abs(detected.after_ms / MINUTE_MS - 60) <= 1
    assert played.burnt == pytest.approx(burnt, rel=0.01)
    assert detected.reset_ms is not None and detected.reset_ms <= 75_000


def counted(name: str, minutely: Sequence[float]) -> str:
    """A counter that rises by these amounts, a minute each."""
    return f"{name} " + " ".join(f"{total:.10g}" for total in accumulate(minutely, initial=0.0))


def test_an_outage_of_5_minutes_in_every_10_is_never_told_by_who_waits_an_hour() -> None:
    """Alert 3 again: three of them use 35 % of the budget, and so it may go on."""
    outages = [60.0 if minute % 10 < 5 else 0.0 for minute in range(240)]
    history = store(counted("req", [60.0] * 240), counted("bad", outages))
    waits = alert("Page", "rate(bad[2m]) / rate(req[2m]) > 0.001", for_min=60)
    found = played([group(waits)], history, 240)
    assert found.episodes and "F" not in timeline(found, "Page")
    assert sum(outages[:30]) / (60 * 30 * 1440 * 0.001) == pytest.approx(0.35, abs=0.005)


def test_the_target_as_a_threshold_calls_144_times_a_day_while_it_is_met() -> None:
    """Alert 1: as often as its window of 10 minutes can empty itself."""
    bad = [0.59 if minute % 10 == 5 else 0.0 for minute in range(1440)]
    assert sum(bad) / (60 * 1440) < 0.001
    history = store(counted("req", [60.0] * 1440), counted("bad", bad))
    naive = alert("Page", "rate(bad[10m]) / rate(req[10m]) >= 0.001")
    found = played([group(naive)], history, 1440)
    assert len(list(found.episodes)) == 144


def test_a_burn_of_35_is_never_told_by_a_threshold_of_36() -> None:
    alone = theatre(rule("Page", f"{errors('1h')} > (36 * 0.001)"))
    assert alone.play(0.035).of("Page").after_ms is None  # type: ignore[union-attr]
    told = alone.play(0.037).of("Page")
    assert told is not None and told.after_ms is not None
    assert 0 <= told.after_ms / MINUTE_MS - 60 * 36 / 37 <= 1


@pytest.mark.parametrize(
    ("objective", "burn", "fires"),
    [
        *((97.3, 36, True), (97.2, 36, False), (93.1, 14.4, True), (93.0, 14.4, False)),
        *((83.4, 6, True), (83.3, 6, False), (66.7, 3, True), (66.6, 3, False)),
        (90, 14.4, False),  # the chapter's own: an outage uses 1.4 % an hour, and nobody comes
    ],
)
def test_a_tier_is_out_of_reach_where_the_budget_is_large(
    objective: float, burn: float, fires: bool
) -> None:
    budget = f"{(100 - objective) / 100:.4f}"
    detected = theatre(rule("Page", both("1h", "5m", burn, budget))).play(1.0).of("Page")
    assert detected is not None
    assert (detected.after_ms is not None) == fires


def test_what_can_never_fire_and_what_waits_too_long_is_named() -> None:
    text = "groups:\n- name: g\n  rules:\n" + "".join(
        [
            rule("Dead", both("1h", "5m", 14.4, "0.1")),
            rule("Late", both("1h", "5m", 6, "0.1"), waits="10m"),
            rule("Long", both("3d", "6h", 1, "0.1"), "ticket"),
        ]
    )
    found = synthetic(make_groups(text), retention_ms=24 * HOUR_MS)
    assert [(one.alert.name, one.kind) for one in found.all_warned] == [
        ("Late", "for longer than window"),
        ("Long", "beyond retention"),
        ("Dead", "unreachable"),
        ("Long", "ticket before page"),
    ]


def test_a_ticket_that_comes_before_its_page_on_a_fresh_server_is_named() -> None:
    rules = "groups:\n- name: g\n  interval: 30s\n  rules:\n" + FAST + TICKET
    kinds = [(one.alert.name, one.kind) for one in synthetic(make_groups(rules)).all_warned]
    assert kinds == [("Ticket", "ticket before page")]


def test_one_failure_of_few_requests_pages() -> None:
    """10 an hour: one failure is 10 %, a burn of 100 at 99.9 %."""
    (table,) = synthetic(make_groups("groups:\n- name: g\n  rules:\n" + FAST)).tables
    fired = {one.traffic.name: one.fired for one in table.quiet}
    assert fired[LOW.name] == (("Fast", True, 1),)
    assert [one for name, one in fired.items() if name != LOW.name] == [(), ()]


SIGNALS = [
    # Bad of all, by a matcher.
    (errors("5m"), 'req{code="500"}', 'req{code="200"}', True),
    # Good of all: the part is what is not bad.
    (
        '1 - sum(rate(req{code!~"5.."}[5m])) / sum(rate(req[5m]))',
        'req{code="200"}',
        'req{code="500"}',
        False,
    ),
    # A histogram: the bucket is good, and a part of the count.
    (
        '1 - sum(rate(lat_bucket{le="0.3"}[5m])) / sum(rate(lat_count[5m]))',
        'lat_bucket{le="0.3"}',
        "lat_count",
        False,
    ),
    (
        '1 - sum(rate(lat_bucket{le="0.3"}[5m])) / sum(rate(lat_bucket{le="+Inf"}[5m]))',
        'lat_bucket{le="0.3"}',
        'lat_bucket{le="+Inf"}',
        False,
    ),
    # Two metrics.
    (
        "sum(rate(failed_total[5m])) / sum(rate(tried_total[5m]))",
        "failed_total",
        "tried_total",
        True,
    ),
    (
        '(sum(rate(req[5m])) - sum(rate(req{code=~"2..|3.."}[5m]))) / sum(rate(req[5m]))',
        'req{code="200"}',
        'req{code="500"}',
        False,
    ),
]


@pytest.mark.parametrize(("ratio", "part", "rest", "bad"), SIGNALS)
def test_what_is_counted_is_found_in_the_ratio(ratio: str, part: str, rest: str, bad: bool) -> None:
    found = theatre(rule("Page", f"'{ratio.replace(chr(39), chr(34))} > 0.1'"))
    assert write_series(found.signal.part) == part
    assert write_series(found.signal.rest) == rest
    assert found.part_is_bad is bad
    detected = found.play(0.5).of("Page")
    assert detected is not None and detected.after_ms is not None


def test_recorded_ratios_are_followed() -> None:
    text = f"""\
groups:
- name: g
  rules:
  - record: errors:5m
    expr: {errors("5m")}
  - record: unused
    expr: up
  - alert: Page
    expr: errors:5m > 0.1
  - alert: Load
    expr: load > 3
"""
    found = synthetic(make_groups(text))
    assert [one.outage.first_page.alert for one in found.tables if one.outage.first_page] == [
        "Page"
    ]
    assert found.not_played == ()
    assert [(one.alert.name, one.written) for one in found.levels] == [("Load", "load")]


def test_what_reads_more_than_events_is_not_said_to_be_out_of_reach() -> None:
    rules = rule("Page", f"{errors('5m')} > 0.1 and on () maintenance == 0")
    (warned,) = synthetic(make_groups("groups:\n- name: g\n  rules:\n" + rules)).all_warned
    assert (warned.kind, warned.why) == (
        "not shown",
        "does not fire, and reads maintenance too, of which nothing is made",
    )


def test_a_budget_over_weeks_is_played_under_every_share() -> None:
    month = rule("Month", f"{errors('30d')} > 0.001", "ticket")
    (table,) = synthetic(make_groups("groups:\n- name: g\n  rules:\n" + FAST + month)).tables
    days = {
        row.scenario.bad_share: month.after_ms / DAY_MS
        for row in table.rows
        if is_endless(row.scenario) and (month := row.of("Month")) and month.after_ms is not None
    }
    exact = {share: 30 * 0.001 / share for share in (1.0, 0.15, 0.05, 0.02, 0.01, 0.005)}
    assert days.keys() == exact.keys()
    assert all(0 <= days[share] - exact[share] <= 1 / 1440 for share in exact)
    assert [quiet.days for quiet in table.quiet] == [2, 2, 2, 31, 31, 31]


# Expression, what is made, healthy, bad, and minutes to fire: when bad for 10 minutes, an hour, and
# on; then how long it goes on after the hour.
LEVELS: Sequence[tuple[str, str, float, float, tuple[float | None, ...]]] = [
    ("up == 0", "up", 1, 0, (0, 0, 0, 0)),
    ('absent(up{job="db"})', 'up{job="db"}', 1, math.nan, (0, 0, 0, 0)),
    ("invalid_index", "invalid_index", math.nan, 1, (0, 0, 0, 0)),
    ("queue > 80", "queue", 40, 88, (0, 0, 0, 0)),
    ("avg_over_time(queue[30m]) > 80", "queue", 40, 88, (None, 25, 25, 5)),
    ("used > on () limit * 0.8", "used", 10, 90, (0, 0, 0, 0)),
    ('a{x="1"} / b > 1.5', 'a{x="1"}', 75, 165, (0, 0, 0, 0)),
    ('a / count without (x) (b{x="1"}) > 1.5', "a", 0.75, 1.65, (0, 0, 0, 0)),
    ("free / size * 100 < 10", "free", 20, 9, (0, 0, 0, 0)),
    ("time() - done_seconds > 600", "seconds since done_seconds", 300, 660, (0, 0, 0, 0)),
    ("increase(restarts_total[10m]) > 3", "restarts_total a second", 0.0025, 0.005, ()),
    ("sum(rate(lat_sum[5m])) / sum(rate(lat_count[5m])) > 0.5", "lat_sum a second", 25, 55, ()),
    ("sum(rate(req_total[5m])) == 0", "req_total a second", 0.003, 0, (5, 5, 5, 0)),
    ("deriv(heap[10m]) > 10", "change of heap a second", 5, 11, ()),
]


@pytest.mark.parametrize(("expr", "written", "healthy", "bad", "minutes"), LEVELS)
def test_an_alert_on_a_level_has_an_incident(
    expr: str, written: str, healthy: float, bad: float, minutes: tuple[float | None, ...]
) -> None:
    text = "groups:\n- name: g\n  rules:\n" + rule("Page", f"'{expr}'")
    (levels,) = synthetic(make_groups(text)).levels
    assert (levels.written, levels.healthy) == (
        written,
        pytest.approx(healthy, abs=1e-3, nan_ok=True),
    )
    first = levels.turned[0]
    assert first.level == pytest.approx(bad, nan_ok=True)
    after = [one.after_ms for one in first.detected]
    found = (*after, first.detected[1].reset_ms)
    if minutes:
        assert found == tuple(None if m is None else m * MINUTE_MS for m in minutes)
    else:
        assert after[1] is not None and after[1] <= 10 * MINUTE_MS


@pytest.mark.parametrize(
    ("expr", "written", "minutes"),
    [
        ("changes(leader[15m]) > 3", "changes of leader a second", 7),
        ("resets(requests_total[1h]) > 2", "resets of requests_total a second", 28),
    ],
)
def test_an_alert_on_what_happens_too_often_has_an_incident(
    expr: str, written: str, minutes: int
) -> None:
    """Twice as often as a tenth too often, the bound is passed after half of the window."""
    text = "groups:\n- name: g\n  rules:\n" + rule("Page", expr)
    (levels,) = synthetic(make_groups(text)).levels
    assert levels.written == written
    often = levels.turned[1]
    assert often.level == pytest.approx(4 * levels.healthy)
    assert [one.after_ms for one in often.detected][1:] == [minutes * MINUTE_MS] * 2


def test_a_quantile_has_a_share_of_slow_events() -> None:
    """Two of a hundred that are slow are one of a hundred after half of the window."""
    slow = "histogram_quantile(0.99, sum by (le) (rate(lat_bucket[5m]))) > %s"
    for bound in ("0.5", "500 / 1000"):
        text = "groups:\n- name: g\n  rules:\n" + rule("Page", slow % bound)
        (levels,) = synthetic(make_groups(text)).levels
        assert levels.written == "share of slow events in lat_bucket"
        assert (levels.healthy, [one.level for one in levels.turned]) == (0.005, [0.02, 0.05])
        assert levels.turned[0].detected[0].after_ms == 2 * MINUTE_MS
    recorded = (
        "groups:\n- name: g\n  rules:\n"
        "  - {record: slow, expr: 'histogram_quantile(0.5, rate(lat_bucket[5m])) * 1000'}\n"
    )
    (levels,) = synthetic(make_groups(recorded + rule("Page", "slow > 300"))).levels
    assert levels.turned[0].level == 1.0


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        ("vector(1)", "it reads no metric of which one level could be made, or too many"),
        ("x or absent(x)", "it fires at every level that was tried"),
        ("x > 5 and on () hour() == 9", "it fires at no level that was tried: it may ask for "),
        ("avg_over_time(x[30d]) > 5", "its windows are too long to try levels"),
    ],
)
def test_an_alert_without_an_incident_is_named_with_why(expr: str, why: str) -> None:
    text = "groups:\n- name: g\n  rules:\n" + rule("Page", expr)
    found = synthetic(make_groups(text))
    assert found.levels == ()
    assert [(alert.name, said[: len(why)]) for alert, said in found.not_played] == [("Page", why)]


def test_promises_are_held_against_a_total_outage() -> None:
    text = "groups:\n- name: g\n  rules:\n" + FAST
    promises = read_promises("detection<=1m,budget<=3%,pages<=0,detection<=30s")
    kept = synthetic(make_groups(text), promises=promises).kept
    assert [one.holds for one in kept] == [True, True, True, False]


def test_rules_alone_give_a_detection_table(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "rules.yml"
    path.write_text("groups:\n- name: g\n  rules:\n" + FAST + SLOW)
    answer = call("backtest", path)
    assert (answer.code, answer.err) == (0, "")
    assert (
        answer.out
        == """\
Synthetic incidents, 1 of them total outages: Fast pages after 1m

req{code=~"5.."} of req, error budget 0.100%
   bad  for      Fast   Slow  pages end  budget burnt
100.0%  10m        1m     3m        30m          2.3%
100.0%  1h         1m     3m        30m          2.3%
100.0%  ongoing    1m     3m          -          2.3%
 15.0%  10m        6m      -         5m          2.1%
 15.0%  1h         6m    15m        29m          2.1%
 15.0%  ongoing    6m    15m          -          2.1%
  5.0%  10m         -      -          -             -
  5.0%  1h        18m    44m        27m          2.1%
  5.0%  ongoing   18m    44m          -          2.1%
  2.0%  ongoing   44m  1h48m          -          2.0%
  1.0%  ongoing     -  3h36m          -          5.0%
  0.5%  ongoing     -      -          -             -
Quiet: steady, 0.050% bad, 2 days
Quiet: day and night, a release a day, gaps, 0.050% bad, 2 days
Fired: 10 an hour, one failure, 2 days: Fast 1x, Slow 1x
"""
    )
    found = call("backtest", path, "--format", "json").fields("backtest")
    assert found["summary"]["synthetic"][0]["incidents"][2]["alerts"][0] == {
        "alert": "Fast",
        "pages": True,
        "after_s": 60.0,
        "reset_s": None,
    }
