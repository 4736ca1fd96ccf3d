"""Stretches of time against each other."""

from opsready.backtest.spans import Span, begins_among, common_ms, delays_ms, meeting


def spans(*ends: tuple[int, int]) -> list[Span]:
    return [Span(*pair) for pair in ends]


def test_pairs_that_are_there_at_once() -> None:
    """A long one may hide others that ended before."""
    left, right = spans((0, 10), (20, 30)), spans((1, 50), (2, 3), (10, 20), (29, 31))
    pairs = [(a.start_ms, b.start_ms) for a, b in meeting(left, right)]
    assert pairs == [(0, 1), (0, 2), (20, 1), (20, 29)]
    assert common_ms(left, spans((5, 25))) == 10


def test_delays_count_from_the_first_that_is_met() -> None:
    before = spans((0, 4), (6, 9), (20, 22))
    assert delays_ms(before, spans((3, 8), (12, 15), (19, 21))) == [3, -1]


def test_a_begin_among_others_is_found_on_both_sides() -> None:
    others = spans((0, 1), (10, 11), (20, 21))
    found = [begins_among(Span(at, at + 1), others, 2) for at in (8, 12, 13, 7, 22, 23)]
    assert found == [True, True, False, False, True, False]
