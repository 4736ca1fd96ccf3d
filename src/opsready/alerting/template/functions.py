"""The functions that Prometheus adds to Go's: what they take, and what they write."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any
from unicodedata import category
from urllib.parse import quote_plus, urlsplit

from opsready.alerting.template import go_format
from opsready.alerting.template.builtins_of_go import BUILTINS
from opsready.alerting.template.execute import Anything, Record
from opsready.alerting.template.nodes import CannotExecute, Refused, WrongArgument
from opsready.promql import PromQLError
from opsready.promql import Refused as RefusedExpression
from opsready.promql.labels import Labels
from opsready.promql.literals import quote, setting_ms
from opsready.promql.regex import compile_regex
from opsready.promql.semantics import Semantics

Query = Callable[[str], Sequence[tuple[Labels, float]]]
"""Evaluates an expression at the time of the alert. Raises PromQLError."""

_NO_URL = "runtime error: invalid memory address or nil pointer dereference"
_LARGE = ("k", "M", "G", "T", "P", "E", "Z", "Y")
_BINARY = ("ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
_SMALL = ("m", "u", "n", "p", "f", "a", "z", "y")
_NANOSECONDS_AT_MOST = 2.0**63
_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")
_MID = frozenset("'.:\u2019\u00b7")
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+")
_PROGRAM_TYPES = {str: "string", float: "float64", list: "template.queryResult"}


def sample(labels: Labels, value: float) -> Record:
    """A sample of a query, with the fields Labels and Value."""
    fields = {"Labels": dict(labels), "Value": value}
    return Record(fields, "*template.sample")


def functions(
    server_url: str | None, query: Query | None, at_s: float, semantics: Semantics
) -> dict[str, Callable[..., Any]]:
    """All functions, for an alert at one time. Without a server that has a URL, asking for it
    fails as it does in promtool."""

    def ask(expr: str) -> list[Record]:
        if query is None:
            raise Refused("`query` where no series are at hand")
        try:
            return [sample(labels, value) for labels, value in query(expr)]
        except RefusedExpression as error:
            raise Refused(f"`query {expr}`: {error.message}") from None
        except PromQLError as error:
            raise CannotExecute(str(error)) from None

    def url() -> str:
        if server_url is None:
            raise CannotExecute(_NO_URL)
        return server_url

    return {
        **FUNCTIONS,
        "title": _TITLE_OF_WORDS if semantics.titles_by_words else _TITLE,
        "query": _typed(ask, str),
        "pathPrefix": lambda: urlsplit(url()).path,
        "externalURL": url,
        "now": lambda: at_s,
    }


def _typed(function: Callable[..., Any], *types: type) -> Callable[..., Any]:
    """The function, with the types of its arguments checked as Go does."""

    @wraps(function)
    def checked(*given: Any) -> Any:
        for place, (value, wanted) in enumerate(zip(given, types, strict=True)):
            if not isinstance(value, wanted) or isinstance(value, bool | go_format.Marked):
                expected = _PROGRAM_TYPES.get(wanted, "*template.sample")
                got = "interface {}" if value is None else go_format.kind_of(value)
                raise WrongArgument(place, expected, got)
        return function(*given)

    return checked


def _number(value: Any) -> float:
    if isinstance(value, str):
        try:
            return float(value.replace("_", "x"))
        except ValueError:
            message = f'strconv.ParseFloat: parsing "{value}": invalid syntax'
            raise CannotExecute(message) from None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise CannotExecute(f"can't convert {go_format.kind_of(value)} to float")


def _short(value: float) -> str:
    return go_format.sprintf("%.4g", [value])


def _scaled(value: float, prefixes: Sequence[str], step: float) -> str:
    """Divided, or below one multiplied, until it is short; with the prefix for that."""
    prefix = ""
    for each in prefixes:
        if abs(value) < step if step > 1 else abs(value) >= 1:
            break
        prefix = each
        value = value / step if step > 1 else value * 1000
    return _short(value) + prefix


def _humanize(given: Any) -> str:
    value = _number(given)
    if value == 0 or not math.isfinite(value):
        return _short(value)
    return _scaled(value, _LARGE, 1000) if abs(value) >= 1 else _scaled(value, _SMALL, 0)


def _humanize1024(given: Any) -> str:
    value = _number(given)
    if abs(value) <= 1 or not math.isfinite(value):
        return _short(value)
    return _scaled(value, _BINARY, 1024)


def _humanize_duration(given: Any) -> str:
    value = _number(given)
    if not math.isfinite(value):
        return _short(value)
    if value == 0:
        return _short(value) + "s"
    if abs(value) < 1:
        return _scaled(value, _SMALL, 0) + "s"
    sign, value = ("-", -value) if value < 0 else ("", value)
    minutes, seconds = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {seconds}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {seconds}s"
    if minutes:
        return f"{sign}{minutes}m {seconds}s"
    return f"{sign}{_short(value)}s"


def _time(given: Any) -> datetime:
    value = _number(given)
    if not math.isfinite(value):
        raise CannotExecute("value is NaN or Inf")
    if abs(value * 1e9) > _NANOSECONDS_AT_MOST:
        shown = go_format.show(value)
        message = (
            f"{shown} cannot be represented as a nanoseconds timestamp since it overflows int64"
        )
        raise CannotExecute(message)
    milliseconds = int(value * 1e9) // 1_000_000
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def _humanize_timestamp(given: Any) -> str:
    value = _number(given)
    return go_format.show(_time(value)) if math.isfinite(value) else _short(value)


def _to_duration(given: Any) -> str:
    raise Refused("the function toDuration")


def _parse_duration(text: str) -> float:
    try:
        return setting_ms(text) / 1000
    except ValueError:
        why = f"not a valid duration string: {quote(text)}" if text else "empty duration string"
        raise CannotExecute(why) from None


def _pattern(text: str) -> "re.Pattern[str]":
    try:
        return compile_regex(text, dot_matches_newline=False)
    except ValueError as error:
        raise CannotExecute(f"error parsing regexp: {error}") from None


def _replaced(pattern: str, replacement: str, text: str) -> str:
    compiled = _pattern(pattern)
    replaced_to = -1

    def expanded(found: "re.Match[str]") -> str:
        nonlocal replaced_to
        if found.end() == replaced_to:
            return ""  # nothing, right behind what was replaced: Go leaves that alone
        replaced_to = found.end()

        def group(reference: "re.Match[str]") -> str:
            name = reference[1] or reference[2]
            if name is None:
                return "$"
            try:
                return found[int(name) if name.isdigit() else name] or ""
            except IndexError:
                return ""

        return _REFERENCE.sub(group, replacement)

    return compiled.sub(expanded, text)


def _cased(change: Callable[[str], str]) -> Callable[[str], str]:
    """Letter by letter, as Go does: one that would become two stays as it is."""
    return lambda text: "".join(
        other if len(other := change(letter)) == 1 else letter for letter in text
    )


_TITLE_CASE = _cased(str.title)


def _title(text: str) -> str:
    """The first letter of each word in upper case, the others left as they are."""
    letters = []
    before = " "
    for letter in text:
        letters.append(_TITLE_CASE(letter) if _separates(before) else letter)
        before = letter
    return "".join(letters)


def _separates(letter: str) -> bool:
    """As Go has it: of ASCII all but letters, digits and _; of the rest only blanks."""
    if letter.isascii():
        return not (letter.isalnum() or letter == "_")
    return letter.isspace()


def _title_of_words(text: str) -> str:
    """The first letter that has a case of each word of Unicode: `'`, `.` and `:` alone end none."""
    letters = []
    inside = is_mid = False
    for letter in text:
        was_mid, is_mid = is_mid, letter in _MID
        if letter.lower() != letter or letter.upper() != letter:
            letters.append(letter if inside else letter.title())
            inside = True
            continue
        letters.append(letter)
        goes_on = is_mid or letter == "_" or letter.isalnum() or category(letter)[0] == "M"
        inside = inside and goes_on and not (is_mid and was_mid)
    return "".join(letters)


def _split_port(text: str) -> tuple[str, str] | None:
    """Host and port, or None where there is no port."""
    if text.startswith("["):
        host, closed, port = text[1:].partition("]:")
        return (host, port) if closed and ":" not in port else None
    host, colon, port = text.rpartition(":")
    return (host, port) if colon and not set(host) & set(":[]") and "]" not in port else None


def _strip_port(text: str) -> str:
    parts = _split_port(text)
    return text if parts is None else parts[0]


def _strip_domain(text: str) -> str:
    host, port = _split_port(text) or (text, "")
    if _IP.fullmatch(host):
        return text
    first = host.split(".")[0]
    return f"{first}:{port}" if port else first


def _first(found: list[Record]) -> Record:
    if not found:
        raise CannotExecute("first() called on vector with no elements")
    return found[0]


def _sort_by_label(label: str, found: list[Record]) -> list[Record]:
    return sorted(found, key=lambda one: _labels(one).get(label, ""))


def _labels(one: Record) -> Mapping[str, str]:
    labels: Mapping[str, str] = one.fields["Labels"]
    return labels


def _args(*given: Any) -> Anything:
    return Anything({f"arg{place}": value for place, value in enumerate(given)})


def _link(tab: int) -> Callable[[str], str]:
    return lambda expr: f"/graph?g0.expr={quote_plus(expr, safe='~')}&g0.tab={tab}"


_TITLE, _TITLE_OF_WORDS = _typed(_title, str), _typed(_title_of_words, str)
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **BUILTINS,
    "first": _typed(_first, list),
    "label": _typed(lambda name, one: _labels(one).get(name, ""), str, Record),
    "value": _typed(lambda one: one.fields["Value"], Record),
    "strvalue": _typed(lambda one: _labels(one).get("__value__", ""), Record),
    "sortByLabel": _typed(_sort_by_label, str, list),
    "args": _args,
    "reReplaceAll": _typed(_replaced, str, str, str),
    "match": _typed(lambda regex, text: bool(_pattern(regex).search(text)), str, str),
    "safeHtml": _typed(lambda text: go_format.Marked(text), str),
    "toUpper": _typed(_cased(str.upper), str),
    "toLower": _typed(_cased(str.lower), str),
    "graphLink": _typed(_link(0), str),
    "tableLink": _typed(_link(1), str),
    "stripPort": _typed(_strip_port, str),
    "stripDomain": _typed(_strip_domain, str),
    "humanize": _humanize,
    "humanize1024": _humanize1024,
    "humanizeDuration": _humanize_duration,
    "humanizePercentage": lambda given: _short(_number(given) * 100) + "%",
    "humanizeTimestamp": _humanize_timestamp,
    "toTime": _time,
    "toDuration": _to_duration,
    "parseDuration": _typed(_parse_duration, str),
    "urlQueryEscape": _typed(lambda text: quote_plus(text, safe="~"), str),
}
NAMES = frozenset({*FUNCTIONS, "title", "query", "pathPrefix", "externalURL", "now"})
"""What a template may call; `tmpl` is of consoles alone, and no alert has it."""
