"""Histories made for rule tests, and the step at which a condition first holds in them, exactly.

A window holds one interval between samples more where both its ends count, as in Prometheus 2,
than where the older end does not, as in Prometheus 3. Where the two differ, or where two numbers
are equal and rounding decides, the answer is two steps: not before the first, at the latest at
the last.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from opsready.hats.sre.burn import decimal

# High enough that no rate is cut off where a counter would have been 0.
_FROM = 1_000_000
STEPS_AT_MOST = 100_000


@dataclass(frozen=True)
class Steps:
    """Not before `first`, at the latest at `last`, counted from the last step before a fault."""

    first: int
    last: int

    def and_then(self, steps: int) -> "Steps":
        """So many steps later, as `for` asks."""
        return Steps(self.first + steps, self.last + steps)

    def joined(self, other: "Steps") -> "Steps":
        """When both conditions hold."""
        return Steps(max(self.first, other.first), max(self.last, other.last))


def crossed(before: Fraction, during: Fraction, bound: Fraction, intervals: Sequence[int]) -> Steps:
    """When the mean over a window is above a bound, where it is `before` in each interval until
    the fault and `during` from then on; `intervals` are how many a window can hold."""
    found = [tuple(_first_step(before, during, bound, held)) for held in intervals]
    return Steps(min(low for low, _ in found), max(high for _, high in found))


def _first_step(before: Fraction, during: Fraction, bound: Fraction, held: int) -> Iterator[int]:
    """The first step at which the mean reaches the bound, and the first at which it passes it:
    `((held - n) * before + n * during) / held`."""
    needed = (bound - before) * held / (during - before)
    yield max(1, math.ceil(needed))
    yield max(1, math.floor(needed) + 1)


def ended(during: Fraction, bound: Fraction, intervals: Sequence[int]) -> Steps:
    """When the mean over a window is no more above a bound, counted from the last step of a fault
    that filled the window."""
    needed = [(1 - bound / during) * held for held in intervals]
    return Steps(min(map(math.ceil, needed)), max(math.floor(n) + 1 for n in needed))


def accumulated(during: Fraction, bound: Fraction, before: int, at_most: Sequence[int]) -> Steps:
    """When the share of everything so far reaches a bound: `before` samples had none, each later
    one `during`; a window holds no more than `at_most` samples."""
    found = []
    for most in at_most:
        low = next(
            n for n in range(1, STEPS_AT_MOST) if n * during >= bound * min(before + n, most)
        )
        high = next(
            n for n in range(low, STEPS_AT_MOST) if n * during > bound * min(before + n, most)
        )
        found.append((low, high))
    return Steps(min(low for low, _ in found), max(high for _, high in found))


def counter(*parts: tuple[int, Fraction | int]) -> str:
    """The values of a counter, in promtool's notation: for so many steps it grows by so much."""
    values, now = [], Fraction(_FROM)
    for number, (steps, growth) in enumerate(parts):
        if steps < 1:
            continue
        first = now if number == 0 else now + growth
        repeated = steps if number == 0 else steps - 1
        values.append(f"{decimal(first)}+{decimal(Fraction(growth))}x{repeated}")
        now += steps * growth
    return " ".join(values)


def gauge(*parts: tuple[int, int]) -> str:
    """The values of a gauge: for so many steps it is so much, the first step being step 0."""
    return " ".join(
        f"{value}+0x{steps if number == 0 else steps - 1}"
        for number, (steps, value) in enumerate(parts)
    )
