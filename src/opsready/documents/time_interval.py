"""Named times of Alertmanager: when a route is muted, or active."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Self
from zoneinfo import ZoneInfo

from opsready.documents.yaml_tree import Yaml

Span = tuple[int, int]

_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = tuple(name.lower() for name in calendar.month_name)  # January is 1
_FIELDS = ("times", "weekdays", "days_of_month", "months", "years", "location")
_YEARS = 9999
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Period:
    """One entry of an interval: a moment is in it that fits every field that is given. Spans
    include both ends, but for `minutes`, whose end is the first that is out again."""

    minutes: tuple[Span, ...] = ()
    weekdays: tuple[Span, ...] = ()
    days: tuple[Span, ...] = ()
    months: tuple[Span, ...] = ()
    years: tuple[Span, ...] = ()
    zone: tzinfo = field(default=UTC)

    def contains(self, moment: datetime) -> bool:
        """Whether the moment is in it, by its own clock."""
        here = moment.astimezone(self.zone)
        minute = here.hour * 60 + here.minute
        return (
            (not self.minutes or any(start <= minute < end for start, end in self.minutes))
            and _within(here.isoweekday() % 7, self.weekdays)
            and (not self.days or any(s <= here.day <= e for s, e in self._days_of(here)))
            and _within(here.month, self.months)
            and _within(here.year, self.years)
        )

    def _days_of(self, here: datetime) -> Iterator[Span]:
        """Negative days count from the end of the month; none reaches into another month."""
        last = calendar.monthrange(here.year, here.month)[1]
        for start, end in self.days:
            first = last + start + 1 if start < 0 else start
            until = last + end + 1 if end < 0 else end
            if first <= last:
                yield first, min(until, last)


@dataclass(frozen=True)
class TimeInterval:
    """A moment is in the interval that is in any of its periods."""

    name: str
    line: int
    periods: tuple[Period, ...] = ()

    @classmethod
    def read(cls, node: Yaml) -> Self:
        """Of an element of `time_intervals`. Raises ValueError with what is wrong with it."""
        periods = tuple(_period(entry) for entry in node.elements("time_intervals"))
        return cls(node.string("name") or "", node.line, periods)

    def contains(self, moment: datetime) -> bool:
        """Whether it holds at that moment."""
        return any(period.contains(moment) for period in self.periods)


def _within(number: int, spans: tuple[Span, ...]) -> bool:
    return not spans or any(start <= number <= end for start, end in spans)


def _period(node: Yaml) -> Period:
    unknown = [key.text for key in node.keys if key.text not in _FIELDS]
    if unknown:
        raise ValueError(f"a time interval has no `{unknown[0]}`")
    return Period(
        tuple(
            (_minute(each.string("start_time")), _minute(each.string("end_time")))
            for each in node.elements("times")
        ),
        tuple(_spans(node, "weekdays", dict(zip(_WEEKDAYS, range(7), strict=True)), (0, 6))),
        tuple(_spans(node, "days_of_month", {}, (-31, 31))),
        tuple(_spans(node, "months", {n: i for i, n in enumerate(_MONTHS) if n}, (1, 12))),
        tuple(_spans(node, "years", {}, (0, _YEARS))),
        _zone(node.string("location")),
    )


def _spans(node: Yaml, key: str, names: Mapping[str, int], limits: Span) -> Iterator[Span]:
    """`monday:friday`, `1:5`, `december`."""
    for entry in node.elements(key):
        start, _, end = entry.text.lower().partition(":")
        try:
            span = _number(start, names), _number(end or start, names)
        except ValueError:
            raise ValueError(f"`{key}: {entry.text}` is no range") from None
        in_order = span[0] <= span[1] or span[0] > 0 > span[1]
        if not in_order or not all(limits[0] <= each <= limits[1] for each in span):
            raise ValueError(f"`{key}: {entry.text}` is no range")
        yield span


def _number(text: str, names: Mapping[str, int]) -> int:
    return names[text.strip()] if text.strip() in names else int(text)


def _minute(text: str | None) -> int:
    """`09:30`; `24:00` is the end of the day."""
    hours, _, minutes = (text or "").partition(":")
    if not (len(hours) == len(minutes) == 2 and (hours + minutes).isdigit()):
        raise ValueError(f"`{text}` is no time of day")
    found = int(hours) * 60 + int(minutes)
    if found > _DAY_MINUTES or int(minutes) > 59:
        raise ValueError(f"`{text}` is no time of day")
    return found


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"`location: {name}` is no zone that this machine knows") from None
