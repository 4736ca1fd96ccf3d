"""Parts of the date of a sample's value, taken as seconds since 1970 in UTC."""

from collections.abc import Callable, Mapping

import numpy as np

from opsready.promql.arrays import Floats, Ints

_DAY_S = 86_400
_ERA_S = 146_097 * _DAY_S  # 400 years, after which the calendar repeats
_LARGEST = 2.0**63
# What no 64 bits hold, NaN among it, is to Go the second 2**63, in the year 292277026596.
_BEYOND_ERAS, _BEYOND_S = divmod(2**63, _ERA_S)


def _seconds(values: Floats) -> Ints:
    inside = np.abs(values) < _LARGEST
    return np.where(inside, np.where(inside, values, 0).astype(np.int64), _BEYOND_S)


def _year(values: Floats) -> Ints:
    return _civil(values)[0] + np.where(np.abs(values) < _LARGEST, 0, 400 * _BEYOND_ERAS)


def _days(values: Floats) -> Ints:
    return np.asarray(_seconds(values) // _DAY_S)


def _civil(values: Floats) -> tuple[Ints, Ints, Ints]:
    """Year, month and day, in the proleptic Gregorian calendar, by eras of 400 years from a
    March the 1st (Howard Hinnant's days algorithm)."""
    shifted = _days(values) + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month_from_march = (5 * of_year + 2) // 153
    day = of_year - (153 * month_from_march + 2) // 5 + 1
    month = np.where(month_from_march < 10, month_from_march + 3, month_from_march - 9)
    return year + era * 400 + (month <= 2), month, day


def _leaps(year: Ints) -> Ints:
    return np.asarray(((year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))).astype(np.int64))


_LENGTHS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def _days_in_month(values: Floats) -> Ints:
    year, month, _ = _civil(values)
    return np.asarray(_LENGTHS[month] + np.where(month == 2, _leaps(year), 0))


def _day_of_year(values: Floats) -> Ints:
    year, month, day = _civil(values)
    before = np.cumsum(_LENGTHS)[month - 1]
    return np.asarray(before + day + np.where(month > 2, _leaps(year), 0))


_PARTS: Mapping[str, Callable[[Floats], Ints]] = {
    "minute": lambda values: _seconds(values) // 60 % 60,
    "hour": lambda values: _seconds(values) // 3_600 % 24,
    "day_of_week": lambda values: (_days(values) + 4) % 7,
    "day_of_month": lambda values: _civil(values)[2],
    "day_of_year": _day_of_year,
    "days_in_month": _days_in_month,
    "month": lambda values: _civil(values)[1],
    "year": _year,
}
DATE_FUNCTIONS = frozenset(_PARTS)


def part_of_date(function: str, values: Floats) -> Floats:
    """The part of the date that `function` names."""
    return np.asarray(_PARTS[function](values).astype(np.float64))
