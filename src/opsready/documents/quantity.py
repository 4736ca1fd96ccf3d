"""Figures in running text: percentages, durations, windows, rates, each with its offset."""

import re
from dataclasses import dataclass

_NUMBER = r"\d[\d,_]*(?:\.\d+)?"
_PERCENT = re.compile(rf"(?<![\w.])(?P<n>{_NUMBER})\s?(?:%|percent\b|per cent\b)", re.IGNORECASE)
_PERCENTILE = re.compile(
    r"\bp(?P<p>50|75|8\d|9\d)(?P<f>(?:\.\d+)|9+)?\b|\b(?P<median>median)\b"
    r"|\b(?P<nth>\d{2}(?:\.\d+)?)(?:st|nd|rd|th)[- ]percentile\b",
    re.IGNORECASE,
)
_DURATION = re.compile(
    rf"(?<![\w.])(?P<n>{_NUMBER})\s?(?P<unit>ms|msecs?|milliseconds?|s|secs?|seconds?)\b",
    re.IGNORECASE,
)
_WINDOW = re.compile(
    r"\b(?P<n>\d+)[- ]?(?P<unit>minutes?|mins?|(?-i:m)|hours?|h|days?|d|weeks?|w|months?|quarters?"
    r"|years?)\b"
    r"|\b(?P<word>hourly|daily|weekly|monthly|quarterly|yearly|annually|annual)\b"
    r"|\b(?:per|a|an|each|every|any|the|one|this|calendar)[- ]"
    r"(?P<one>hour|day|week|month|quarter|year)\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    rf"(?<![\w.$€£])(?P<n>{_NUMBER})(?P<scale>\s?[kM](?=\W|req|rps))?\s*"
    r"(?:(?P<what>[a-z][a-z -]{0,30}?)\s*(?:/|\bper\b|\ban?\b|\beach\b|\bevery\b)\s*"
    r"(?P<per>seconds?|secs?|s|minutes?|mins?|m|hours?|h|days?|d|month)\b"
    r"|/\s*(?P<bare>s|sec|second|min|minute|h|hour|day)\b|(?P<short>[rqt]ps|rpm)\b)",
    re.IGNORECASE,
)
_DAYS = {"d": 1, "day": 1, "w": 7, "week": 7, "month": 30, "quarter": 90, "year": 365}
_WORDS = {"daily": 1, "weekly": 7, "monthly": 30, "quarterly": 90}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_COUNTED = re.compile(
    r"\b(req(uest)?s?|calls?|orders?|messages?|events?|transactions?|payments?|users?|quer(y|ies)"
    r"|writes?|reads?|jobs?|hits?|visits?|sign-?ups?|logins?|operations?|records?|rows?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Figure:
    """A number of a unit, from `start` to `end` of the text. `written` is as it stands there."""

    value: float
    written: str
    start: int
    end: int


@dataclass(frozen=True)
class Window:
    """A span over which something is measured; `days` is None for spans below one day."""

    written: str
    days: int | None
    start: int


@dataclass(frozen=True)
class Rate:
    """So many of `what` a second."""

    per_second: float
    what: str
    written: str
    start: int


def percentages(text: str) -> list[Figure]:
    """Every percentage, as the number before its sign; "99,9 %" has a decimal comma."""
    found = []
    for match in _PERCENT.finditer(text):
        comma = re.fullmatch(r"\d{1,3},\d{1,4}", match["n"])
        written = match["n"].replace(",", ".") if comma else match["n"]
        found.append(_figure(match, _number(written)))
    return found


def percentiles(text: str) -> list[Figure]:
    """`p95`, `p99.9`, `p999`, `95th percentile`, `median`: as percent of the values below."""
    found = []
    for match in _PERCENTILE.finditer(text):
        if match["median"]:
            value = 50.0
        elif match["nth"]:
            value = float(match["nth"])
        else:
            fraction = match["f"] or ""
            value = float(match["p"] + (fraction if fraction[:1] in {"", "."} else "." + fraction))
        found.append(_figure(match, value))
    return found


def durations(text: str) -> list[Figure]:
    """Durations of milliseconds and seconds, in seconds."""
    return [
        _figure(match, _number(match["n"]) / (1000 if match["unit"].lower().startswith("m") else 1))
        for match in _DURATION.finditer(text)
    ]


def windows(text: str) -> list[Window]:
    """Spans of time: `30 days`, `28d`, `monthly`, `per month`, `5 minutes`."""
    found = []
    for match in _WINDOW.finditer(text):
        if match["word"]:
            days = _WORDS.get(match["word"].lower(), 365 if match["word"][0] in "yYaA" else None)
        else:
            unit = (match["unit"] or match["one"]).lower()
            one = _DAYS.get(unit) or _DAYS.get(unit.rstrip("s"))
            days = one * int(match["n"] or 1) if one else None
        found.append(Window(match[0], days, match.start()))
    return found


def rates(text: str) -> list[Rate]:
    """Rates of requests and the like: `50 req/s`, `2k rps`, `10,000 orders a day`."""
    found = []
    for match in _RATE.finditer(text):
        what = re.sub(r"\breqs?$", "requests", (match["what"] or "requests").strip().lower())
        if match["what"] and not _COUNTED.search(what):
            continue
        scale = {"k": 1e3, "m": 1e6}.get((match["scale"] or "").strip().lower(), 1)
        short = (match["short"] or "").lower()
        per = "m" if short == "rpm" else (match["per"] or match["bare"] or "s").lower()[0]
        span = 30 * _SECONDS["d"] if (match["per"] or "").lower() == "month" else _SECONDS[per]
        found.append(Rate(_number(match["n"]) * scale / span, what, match[0], match.start()))
    return found


def _figure(match: re.Match[str], value: float) -> Figure:
    return Figure(value, match[0], match.start(), match.end())


def _number(written: str) -> float:
    return float(re.sub(r"[,_]", "", written))
