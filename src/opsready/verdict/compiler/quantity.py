"""Figures with a unit and a direction: "within 5 seconds", "> 1 %", "over a 28-day window"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_NUMBERS: dict[str, float] = {
    "a": 1, "an": 1, "half": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "sixty": 60, "ninety": 90, "hundred": 100,
}  # fmt: skip
# A month is 30 days, as SLO windows count it (SRE Workbook, chapter 5).
_SECONDS = {
    "ms": 0.001, "millisecond": 0.001, "milliseconds": 0.001,
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400,
    "w": 604800, "week": 604800, "weeks": 604800,
    "month": 2592000, "months": 2592000, "quarter": 7776000, "year": 31536000,
}  # fmt: skip
_PERIODS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter"}
_EVERY = {"every", "each"}
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\+?$")
_NUMBER_AND_UNIT = re.compile(r"(\d+(?:[.,]\d+)?)(ms|s|sec|min|m|h|d|w|%)$", re.IGNORECASE)

# Directions by the words that stand before the figure; the longest that fits wins.
_BEFORE = {
    "at_most": "within|under|below|less than|lower than|fewer than|at most|no more than"
    "|not more than|up to|no longer than|not longer than|no later than|faster than|in under"
    "|in less than|<|<=|≤|max|maximum|maximum of|shorter than|not exceed|never exceed|in",
    "at_least": "above|exceed|exceeds|exceeding|more than|greater than|higher than|at least"
    "|>|>=|≥|longer than|beyond|minimum|minimum of|no less than|not less than|slower than"
    "|reaches|reach|after more than",
    "over": "over",
    "span": "for|during|last|past|per|every|each|rolling|in any|over the last|over a|over any"
    "|over a rolling|for at least|for more than|averaged over|within any|sustained for",
}
_AFTER = {
    "at_most": ("or less", "at most", "max", "or faster", "or below"),
    "at_least": ("or more", "or above"),
}
_PHRASES = sorted(
    (
        (tuple(phrase.split()), direction)
        for direction, phrases in _BEFORE.items()
        for phrase in phrases.split("|")
    ),
    key=lambda known: -len(known[0]),
)


class Unit(StrEnum):
    """What a figure counts: a share of 1, seconds, or things."""

    RATIO = "ratio"
    SECONDS = "seconds"
    COUNT = "count"


@dataclass(frozen=True)
class Quantity:
    """`value` is in the unit's own measure: 1 % is 0.01, five minutes are 300.

    `direction` is at_most, at_least, span, over (a bound or a span: the reader must know what is
    measured), or empty.
    """

    value: float
    unit: Unit
    direction: str = ""


def quantity_at(words: Sequence[str], at: int) -> tuple[Quantity, int] | None:
    """The quantity whose number stands at a place, and how many words it takes."""
    word = words[at].lower()
    if word in _PERIODS:
        return Quantity(_SECONDS[_PERIODS[word]], Unit.SECONDS, "span"), 1
    if word in _EVERY:
        unit = words[at + 1].lower() if at + 1 < len(words) else ""
        known = _SECONDS.get(unit) if len(unit) > 1 else None
        return (Quantity(known, Unit.SECONDS, "span"), 2) if known else None
    number, unit, taken = _number_and_unit(words, at)
    if number is None:
        return None
    measured = _measure(number, unit)
    if measured is None:
        if not word[0].isdigit():  # "a runbook", "one release": no figure
            return None
        measured, taken = (number, Unit.COUNT), 1
    return Quantity(*measured, _direction(words, at, at + taken)), taken


def _number_and_unit(words: Sequence[str], at: int) -> tuple[float | None, str, int]:
    """Number, unit, and how many words both take."""
    word = words[at].lower()
    joined = _NUMBER_AND_UNIT.match(word)
    if joined:
        return float(joined[1].replace(",", ".")), joined[2].lower(), 1
    plain = _NUMBER.match(word)
    value = float(plain[1].replace(",", ".")) if plain else _NUMBERS.get(word)
    following = [word.lower() for word in words[at + 1 : at + 3]]
    if value is None or not following:
        return value, "", 1
    if following[0] in {"a", "an"} and len(following) > 1:  # half an hour
        return value, following[1], 3
    if following == ["per", "cent"]:
        return value, "%", 3
    return value, following[0], 2


def _measure(number: float, unit: str) -> tuple[float, Unit] | None:
    if unit in {"%", "percent"}:
        return round(number / 100, 12), Unit.RATIO
    if unit in _SECONDS:
        return round(number * _SECONDS[unit], 6), Unit.SECONDS
    return None


def _direction(words: Sequence[str], start: int, end: int) -> str:
    after = " ".join(words[end : end + 2]).lower()
    for direction, phrases in _AFTER.items():
        if after.startswith(phrases):
            return direction
    before = [word.lower() for word in words[max(0, start - 4) : start]]
    if before and before[-1] == "the":
        before.pop()
    for phrase, direction in _PHRASES:
        if tuple(before[-len(phrase) :]) == phrase:
            return direction
    return ""
