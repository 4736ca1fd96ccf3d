"""Samples in text, one a line with its time: OpenMetrics, Prometheus's format, `tsdb dump`.

Read line by line, so that a file may be larger than the memory; the series of a line is looked up
by its text and parsed once.
"""

import re
from collections.abc import Iterable

from opsready.backtest.history.gather import BadHistory, Column, Gathering
from opsready.promql.labels import Labels, labels_of
from opsready.promql.nodes import METRIC_NAME

_LINE = re.compile(
    r"\s*(?P<name>[^\s{\"]*)\s*(?P<labels>\{(?:[^\"}]|\"(?:[^\"\\]|\\.)*\")*\})?"
    r"\s+(?P<value>\{[^}]*\}|\S+)(?:\s+(?P<time>[^\s#]\S*))?\s*(?:#.*)?"
)
_LABEL = re.compile(
    r"\s*(?P<name>[^\s=\",{}]+|\"(?:[^\"\\]|\\.)*\")\s*"
    r"(?:=\s*\"(?P<value>(?:[^\"\\]|\\.)*)\")?\s*(?P<end>,|\Z)"
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "\\": "\\", '"': '"'}
_SKIPPED = object()
_SHOWN = 60  # characters of a line that a message repeats


def read_text(lines: Iterable[bytes], gathering: Gathering) -> bool:
    """Gathers every sample; whether the last line was whole. Raises BadHistory."""
    known: dict[bytes, Column | object] = {}
    line, number = b"\n", 0
    for number, line in enumerate(lines, 1):
        parts = line.rsplit(b" ", 2)
        column = known.get(parts[0]) if len(parts) == 3 else None
        if column is _SKIPPED:
            continue
        if not isinstance(column, Column):
            _read_slowly(line, number, gathering, known)
            continue
        try:
            at, value = float(parts[2]), float(parts[1])
        except ValueError:
            _read_slowly(line, number, gathering, known)
            continue
        gathering.add(column, at, value, number)
    return line.endswith(b"\n") or line.startswith(b"# EOF")


def _read_slowly(
    line: bytes, number: int, gathering: Gathering, known: dict[bytes, Column | object]
) -> None:
    """A line whose series is new, or that is not as short as most."""
    path = gathering.path
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        why = f"is not UTF-8: byte {error.start} is 0x{line[error.start]:02x}"
        raise BadHistory(path, number, why) from None
    if not text.strip() or text.lstrip().startswith("#"):
        return
    found = _LINE.fullmatch(text.rstrip("\r\n"))
    if found is None:
        why = f"is no sample: {text.strip()[:_SHOWN]}"
        raise BadHistory(path, number, why)
    if found["value"].startswith("{"):
        why = "is a native histogram, which is not evaluated here"
        raise BadHistory(path, number, why)
    if found["time"] is None:
        why = "has no time; a page as it is scraped shows one moment, a history has many"
        raise BadHistory(path, number, why)
    column = gathering.column(_labels(found["name"], found["labels"] or "", path, number))
    head = line.rsplit(b" ", 2)[0]
    if head == text[: max(found.end("name"), found.end("labels"))].encode():
        known[head] = _SKIPPED if column is None else column
    if column is not None:
        value = _number(found["value"], "value", path, number)
        gathering.add(column, _number(found["time"], "time", path, number), value, number)


def _number(text: str, what: str, path: str, line: int) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadHistory(path, line, f"{text[:_SHOWN]} is no {what}") from None


def _labels(name: str, inside: str, path: str, line: int) -> Labels:
    pairs = {METRIC_NAME: name}
    body, place = inside[1:-1].strip(), 0
    while place < len(body):
        found = _LABEL.match(body, place)
        if found is None:
            raise BadHistory(path, line, f"{inside[:_SHOWN]} are no labels")
        label = _unescaped(found["name"].strip('"'))
        if found["value"] is None:  # {"a.metric", label="x"}: a name that needs quotes
            pairs[METRIC_NAME] = label
        else:
            pairs[label] = _unescaped(found["value"])
        place = found.end()
    return labels_of(pairs)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[0]), text) if "\\" in text else text
