"""Past incidents: from when to when users suffered, and which alerts should have told of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Self

from opsready.backtest.incidents import Budget, Incident, IncidentLog
from opsready.documents.document import Unparsable
from opsready.documents.yaml_tree import Yaml, parse_yaml
from opsready.promql import PromQLError, parse
from opsready.promql.literals import duration_ms

_KEYS = frozenset({"name", "from", "to", "alerts", "alert", "impact", "notes", "link"})


@dataclass(frozen=True)
class Incidents:
    """One file: a list below `incidents`, or alone, and beside it the `slo` that they cost."""

    NOUN: ClassVar[str] = "incidents"

    path: str
    log: IncidentLog

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read every incident. Raises `Unparsable` for one that is not whole."""
        root = parse_yaml(path, text)
        if root is None:
            raise Unparsable(path, 1, "is empty; it names no incident")
        listed = root if root.is_sequence else root.get("incidents")
        if listed is None or not listed.is_sequence:
            raise Unparsable(path, root.line, "needs a list `incidents`, each with `from` and `to`")
        incidents = tuple(_incidents(path, listed))
        slo = None if root.is_sequence else root.get("slo")
        return cls(path, IncidentLog(incidents, None if slo is None else _budget(path, slo)))


def _incidents(path: str, listed: Yaml) -> Iterator[Incident]:
    for number, node in enumerate(listed.elements(), 1):
        unknown = sorted(name for name, _ in node.items() if name not in _KEYS)
        if unknown or not node.is_mapping:
            what = f"`{unknown[0]}` is no key of an incident" if unknown else "is no incident"
            raise Unparsable(path, node.line, f"{what}: name, from, to, alerts")
        start, end = _time(path, node, "from"), _time(path, node, "to")
        if end <= start:
            raise Unparsable(path, node.key_line("to"), "the incident ends before it begins")
        alerts = tuple(one.text for one in node.elements("alerts"))
        single = node.string("alert") or node.string("alerts")
        name = node.string("name") or f"incident {number}"
        yield Incident(name, start, end, alerts or ((single,) if single else ()), path, node.line)


def _time(path: str, node: Yaml, key: str) -> int:
    text = node.string(key)
    if not text:
        raise Unparsable(path, node.line, f"an incident needs `{key}`, as 2026-10-03T10:00:00Z")
    try:
        return time_ms(text)
    except ValueError:
        why = f"`{key}: {text}` is no time; write it as 2026-10-03T10:00:00Z"
        raise Unparsable(path, node.key_line(key), why) from None


def time_ms(text: str) -> int:
    """Milliseconds of a time written as a date, UTC unless it says otherwise, or as seconds since
    1970. Raises ValueError."""
    try:
        return round(float(text) * 1000)
    except ValueError:
        moment = datetime.fromisoformat(text.strip())
    except OverflowError:
        raise ValueError(f"{text} is no time") from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _budget(path: str, slo: Yaml) -> Budget:
    texts = {key: slo.string(key) or "" for key in ("objective", "window", "bad", "total")}
    for key, text in texts.items():
        if not text:
            why = "`slo` needs objective (99.9), window (30d), bad and total (rates, as PromQL)"
            raise Unparsable(path, slo.line, why)
        if key in {"bad", "total"}:
            try:
                parse(text)
            except PromQLError as error:
                raise Unparsable(path, slo.key_line(key), f"is no PromQL: {error}") from None
    try:
        objective = float(texts["objective"].rstrip("%"))
        window = duration_ms(texts["window"])
    except ValueError as error:
        raise Unparsable(path, slo.line, f"`slo`: {error}") from None
    if not 0 < objective < 100 or window <= 0:
        raise Unparsable(path, slo.line, "an objective lies between 0 and 100, a window above 0")
    return Budget(objective, window, texts["bad"], texts["total"])
