"""Who makes the pages: how often each alert fires, flaps, and what another `for` would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from opsready.backtest.replayed import Replayed
from opsready.backtest.spans import Span, common_ms, delays_ms, total_ms

MINUTE_MS = 60_000
WEEK_MS = 7 * 24 * 60 * MINUTE_MS
FLAPS_WITHIN_MS = 15 * MINUTE_MS
"""Back so soon after it ended: as long as Prometheus itself remembers a resolved alert."""
WAITS_MS = tuple(minutes * MINUTE_MS for minutes in (0, 1, 2, 5, 10, 15, 30, 60))
"""The values of `for` that are tried: those that people write."""
_TOGETHER = 0.9  # of the time that one of two fires, both do: they say the same


@dataclass(frozen=True)
class OtherFor:
    """What a rule would have done with another `for`. `delay_ms` is the longest wait that it adds
    to a page that stays; `span_of` a page that is none any more is saved."""

    for_ms: int
    fired: int
    saved: int
    delay_ms: int


@dataclass(frozen=True)
class Noise:
    """How often one alert fired. `fired` counts stretches in which any alert of the rule fires,
    as one notification groups them; `alerts` counts each of them."""

    replayed: Replayed
    fired: int
    alerts: int
    firing_ms: int
    pending_only: int
    flaps: int
    others: tuple[OtherFor, ...]

    @property
    def pages(self) -> int:
        """How often somebody was woken."""
        return self.fired if self.replayed.pages else 0

    @property
    def better(self) -> OtherFor | None:
        """The least wait that saves half of what it fires, where a wait does."""
        waits = self.replayed.rule.for_ms
        longer = (one for one in self.others if one.for_ms > waits and one.fired)
        return next((one for one in longer if one.saved * 2 >= self.fired >= 2), None)


def noise_of(replayed: Replayed) -> Noise:
    """Counts what one rule did."""
    spans, firings = replayed.firing, replayed.firings
    return Noise(
        replayed,
        len(spans),
        sum(one.firing_ms is not None for one in firings),
        total_ms(spans),
        sum(one.firing_ms is None for one in firings),
        flaps_in(spans),
        tuple(other_for(replayed, wait) for wait in WAITS_MS),
    )


def flaps_in(spans: Sequence[Span]) -> int:
    """How often it was back within minutes of its end."""
    return sum(
        after.start_ms - before.end_ms <= FLAPS_WITHIN_MS for before, after in pairwise(spans)
    )


def other_for(replayed: Replayed, for_ms: int) -> OtherFor:
    """The same rule, waiting otherwise."""
    before, after = replayed.firing, replayed.fires(for_ms)
    latest = max(delays_ms(before, after), default=0)
    return OtherFor(for_ms, len(after), len(before) - len(after), latest)


def noisiest(replayed: Sequence[Replayed]) -> tuple[Noise, ...]:
    """All alerts, those that made most pages first."""
    counted = [noise_of(one) for one in replayed]
    return tuple(sorted(counted, key=lambda n: (-n.pages, -n.fired, n.replayed.alert)))


def together(replayed: Sequence[Replayed]) -> tuple[tuple[str, str], ...]:
    """Pairs of paging alerts that fire at the same times: one of them would do."""
    pairs = []
    paging = [one for one in replayed if one.pages and one.firing]
    for place, left in enumerate(paging):
        for right in paging[place + 1 :]:
            both = common_ms(left.firing, right.firing)
            either = total_ms(left.firing) + total_ms(right.firing) - both
            if both >= _TOGETHER * either and left.alert != right.alert:
                pairs.append((left.alert, right.alert))
    return tuple(pairs)
