"""How often alerts fire, how they flap, and what another `for` would have changed."""

from opsready.backtest.noise import flaps_in, noise_of, noisiest, other_for, together
from opsready.backtest.spans import Span, common_ms, joined, total_ms
from tests.backtest.nouns import MINUTE_MS, make_replayed


def minutes(spans: tuple[Span, ...]) -> list[tuple[int, int]]:
    return [(span.start_ms // MINUTE_MS, span.end_ms // MINUTE_MS) for span in spans]


def test_stretches_in_which_any_alert_fires_are_one_page() -> None:
    replayed = make_replayed(".xx....x/..xx....")
    assert minutes(replayed.firing) == [(1, 4), (7, 8)]
    assert replayed.firing[-1].open
    noise = noise_of(replayed)
    assert (noise.fired, noise.alerts, noise.pages, noise.firing_ms) == (2, 3, 2, 4 * MINUTE_MS)


def test_a_ticket_fires_and_wakes_nobody() -> None:
    noise = noise_of(make_replayed("x.x", pages=False))
    assert (noise.fired, noise.pages) == (2, 0)


def test_what_only_was_pending_is_counted_apart() -> None:
    noise = noise_of(make_replayed("xx..xxx", for_m=2))
    assert (noise.fired, noise.pending_only) == (1, 1)
    assert minutes(make_replayed("xx..xxx", for_m=2).pending) == [(0, 2), (4, 6)]


def test_an_alert_that_is_back_within_a_quarter_of_an_hour_flaps() -> None:
    replayed = make_replayed("x" + 15 * "." + "x" + 16 * "." + "x")
    assert flaps_in(replayed.firing) == 1


def test_evaluations_that_warm_up_are_not_reported() -> None:
    replayed = make_replayed("xx..xx..", from_ms=2 * MINUTE_MS)
    assert minutes(replayed.firing) == [(4, 6)]
    assert [one.pending_ms // MINUTE_MS for one in replayed.firings] == [4]
    warmed = make_replayed("xxxx", for_m=2, from_ms=3 * MINUTE_MS)
    assert minutes(warmed.firing) == [(3, 4)]


def test_a_longer_for_saves_what_is_short_and_delays_the_rest() -> None:
    replayed = make_replayed("x..xxxxxxx")
    other = other_for(replayed, 5 * MINUTE_MS)
    assert (other.fired, other.saved, other.delay_ms) == (1, 1, 5 * MINUTE_MS)
    better = noise_of(replayed).better
    assert better is not None and (better.for_ms, better.saved) == (MINUTE_MS, 1)


def test_a_shorter_for_comes_earlier() -> None:
    other = other_for(make_replayed("xxxxxx", for_m=3), 0)
    assert (other.fired, other.saved, other.delay_ms) == (1, 0, -3 * MINUTE_MS)


def test_the_noisiest_comes_first() -> None:
    order = noisiest(
        [
            make_replayed("x.x.x", alert="Ticket", pages=False),
            make_replayed("x....", alert="Once"),
            make_replayed("x.x..", alert="Twice"),
        ]
    )
    assert [one.replayed.alert for one in order] == ["Twice", "Once", "Ticket"]


def test_alerts_that_fire_at_the_same_times_say_the_same() -> None:
    long = make_replayed("x" * 20 + "....", alert="A")
    same = make_replayed("." + "x" * 19 + "....", alert="B")
    other = make_replayed("x" * 10 + "." * 14, alert="C")
    assert together([long, same, other]) == (("A", "B"),)


def test_spans_are_joined_and_measured() -> None:
    spans = [Span(5, 8), Span(0, 2), Span(2, 3), Span(6, 9)]
    assert joined(spans) == (Span(0, 3), Span(5, 9))
    assert joined(spans, gap_ms=2) == (Span(0, 9),)
    assert total_ms(joined(spans)) == 7
    assert common_ms([Span(0, 3), Span(5, 9)], [Span(2, 6), Span(8, 20)]) == 3
