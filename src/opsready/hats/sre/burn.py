"""Burn rates: how fast an error budget is spent, and which tiers of alerts tell of it in time.

The arithmetic is exact: shares, factors and budgets are fractions. The shares and windows are those
of the SRE Workbook, chapter 5 (table 5-8, and its expression, which adds the tier of a day).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

HOUR_S = 3600
DAY_S = 86_400
# From here on the Workbook's shares give paces of a month; in a shorter period they would call
# nobody until the pace is so low that every bad hour counts.
MONTH_S = 28 * DAY_S
# A tier that waits for more of the budget than this is told too late to save any.
SHARE_AT_MOST = Fraction(1, 2)
# Below this pace a tenth of the budget and more is left when the period ends: no harm is done.
FACTOR_AT_LEAST = Fraction(9, 10)


@dataclass(frozen=True)
class Tier:
    """Two windows, in seconds, and the share of the budget that is spent when the long one says
    so; the short one ends the alert soon after the errors end."""

    name: str
    severity: Literal["page", "ticket"]
    long_s: int
    short_s: int
    share: Fraction
    period_s: int = 30 * DAY_S

    @property
    def factor(self) -> Fraction:
        """The burn rate that spends the share of the period's budget within the long window."""
        return self.share * self.period_s / self.long_s

    def reaches(self, budget: Fraction) -> bool:
        """Whether any share of bad events is high enough: none is above 1."""
        return self.factor * budget < 1

    def detected_after_s(self, errors: Fraction, budget: Fraction) -> Fraction | None:
        """How long a share of errors lasts before the tier fires, after a long time without any;
        None where it never does."""
        threshold = self.factor * budget
        return self.long_s * threshold / errors if errors > threshold else None

    def reset_after_s(self, errors: Fraction, budget: Fraction) -> Fraction | None:
        """How long it fires on once the errors have ended, where they lasted for the short window
        or longer: until too few of them are left in that."""
        threshold = self.factor * budget
        return self.short_s * (1 - threshold / errors) if errors > threshold else None

    def exhausted_after_s(self) -> Fraction:
        """How long the whole budget lasts at this pace."""
        return self.period_s / self.factor


WORKBOOK = (
    Tier("fast", "page", HOUR_S, HOUR_S // 12, Fraction(2, 100)),
    Tier("slow", "page", 6 * HOUR_S, HOUR_S // 2, Fraction(5, 100)),
    Tier("ticket", "ticket", DAY_S, 2 * HOUR_S, Fraction(10, 100)),
    Tier("ticket-slow", "ticket", 3 * DAY_S, 6 * HOUR_S, Fraction(10, 100)),
)


@dataclass(frozen=True)
class Unfit:
    """A tier that is left out, and why."""

    tier: Tier
    why: str


def tiers_for(period_s: int, budget: Fraction) -> Iterator[Tier | Unfit]:
    """The tiers of one objective, each with its factor, and those that would never fire, or only
    when it is too late, or when nothing is wrong."""
    for known in WORKBOOK:
        tier = replace(known, period_s=period_s, share=_share(known, period_s))
        why = _unfit(tier, budget)
        yield Unfit(tier, why) if why else tier


def _share(tier: Tier, period_s: int) -> Fraction:
    """In a short period the share grows, so that the tier keeps the pace which it has over 30
    days, up to half of the budget."""
    if period_s >= MONTH_S:
        return tier.share
    as_in_a_month = tier.factor * tier.long_s / period_s
    return min(as_in_a_month, SHARE_AT_MOST)


def _unfit(tier: Tier, budget: Fraction) -> str:
    if tier.long_s > tier.period_s:
        return f"its window of {span(tier.long_s)} is longer than the objective's"
    if tier.factor < FACTOR_AT_LEAST:
        spent = percent(tier.factor)
        return f"its pace spends {spent} % of the budget by the end of the period, and no more"
    if not tier.reaches(budget):
        needed = percent(tier.factor * budget)
        return f"it asks for {needed} % of bad requests, and there are never more than 100 %"
    return ""


def share_of(percent_good: float) -> Fraction:
    """The error budget of an objective in per cent, exactly as it was written."""
    return 1 - Fraction(Decimal(repr(percent_good))) / 100


def decimal(value: Fraction, digits: int = 12) -> str:
    """A fraction as a decimal number: exact where it ends, else to this many digits."""
    below = value.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    number = Decimal(value.numerator) / Decimal(value.denominator)
    if below != 1:
        number = Decimal(f"{number:.{digits}g}")
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Fraction) -> str:
    """A share in per cent, to four digits."""
    return decimal(Fraction(Decimal(f"{float(value * 100):.4g}")))


def span(seconds: Fraction | int, parts: int = 2) -> str:
    """A length of time as a person says it: `2 days 2 hours`, `51.84 seconds`."""
    if seconds < 60:
        text = decimal(Fraction(Decimal(f"{float(seconds):.4g}")))
        return f"{text} second{'' if text == '1' else 's'}"
    words: list[str] = []
    rest = round(seconds)
    for unit, length in (("day", DAY_S), ("hour", HOUR_S), ("minute", 60), ("second", 1)):
        number, rest = divmod(rest, length)
        if number:
            words.append(f"{number} {unit}{'s' if number > 1 else ''}")
        elif words:
            break
    return " ".join(words[:parts])


def window(seconds: int) -> str:
    """A length of time as PromQL writes it, in its longest whole unit below a week."""
    for unit, length in (("d", DAY_S), ("h", HOUR_S), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
