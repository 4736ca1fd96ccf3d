"""A Grafana dashboard: its panels and their queries, with lines where the text shows them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.expression import Expression

# What Grafana fills in before a query is sent; any window and any value will do for reading it.
_WINDOWS = re.compile(r"\$\{?__(?:rate_interval|interval|range)(?:_m?s)?\}?|\[\[__interval\]\]")
_IN_BRACKETS = re.compile(r"\[\s*(?:\$\w+|\$\{\w+(?::\w+)?\})\s*(:?)")
_VALUES = re.compile(r"\$\{\w+(?::\w+)?\}|\$\w+|\[\[\w+\]\]")
DEPTH_AT_MOST = 20
VALUE = "variable"
"""What stands in a query in the place of a template variable."""


# The thresholds of a new panel: green, and red from 80 on.
_FILLED_IN = [None, 80]
# Panels of Grafana that show no data.
_NO_DATA = frozenset(
    {"row", "text", "dashlist", "news", "alertlist", "welcome", "gettingstarted", "pluginlist"}
)
# Variables that Grafana itself gives.
_GIVEN = re.compile(r"^__|^(timeFilter|interval)$")
_ASKS = re.compile(r"\$\{(\w+)(?:[.:][\w.]+)?\}|\$(\w+)|\[\[(\w+)(?::\w+)?\]\]")


@dataclass(frozen=True)
class Panel:
    """A panel: title, type, unit, and what it asks Prometheus.

    `queries` have their variables filled in, `written` are the same as they stand in the file.
    `source` is the data source where the panel or a query names one by itself; `steps` are the
    values from which on a figure has another colour.
    """

    title: str
    kind: str
    line: int
    unit: str | None = None
    queries: tuple[Expression, ...] = ()
    written: tuple[str, ...] = ()
    source: str | None = None
    steps: tuple[float, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A variable that a reader of a dashboard chooses; `query` is what fills it, `refresh` when
    that is asked again: 0 never, 1 when the dashboard is opened (the default of Grafana), 2 when
    the time changes too. Nobody sees a hidden one."""

    name: str
    kind: str
    line: int
    query: str = ""
    refresh: int = 1
    is_hidden: bool = False


@dataclass(frozen=True)
class Dashboard:
    """One dashboard; rows and nested panels are laid flat. `panels` are those that ask Prometheus,
    `empty` those that would show data and ask nothing, each title with its line."""

    NOUN: ClassVar[str] = "dashboard"

    path: str
    title: str
    uid: str | None = None
    panels: tuple[Panel, ...] = ()
    choices: tuple[Choice, ...] = ()
    empty: tuple[tuple[str, int], ...] = ()
    asked_for: frozenset[str] = frozenset()
    editable_line: int = 0
    repeated: frozenset[str] = frozenset()
    uid_line: int = 1

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the JSON. Raises `Unparsable`."""
        try:
            root = json.loads(text)
        except json.JSONDecodeError as error:
            raise Unparsable(path, error.lineno, f"is not JSON: {error.msg}") from None
        except RecursionError:
            raise Unparsable(path, 1, "is nested too deeply") from None
        root = root.get("dashboard", root) if isinstance(root, dict) else root
        if not isinstance(root, dict):
            raise Unparsable(path, 1, "is no dashboard: an object is expected")
        places = _Places(text)
        panels = tuple(_panels(path, root, places))
        return cls(
            path,
            _text(root, "title") or "?",
            _text(root, "uid"),
            panels,
            tuple(_choices(root, text)),
            tuple(_empty(root, text)),
            frozenset(name for found in _ASKS.findall(text) for name in found if name),
            _line_of(r'"editable"\s*:\s*true', text) if root.get("editable") is True else 0,
            frozenset(re.findall(r'"repeat"\s*:\s*"(\w+)"', text)),
            _line_of(r'"uid"\s*:\s*' + re.escape(json.dumps(root.get("uid"))), text),
        )

    def asks_for(self, name: str) -> bool:
        """Whether anything in it uses the variable of this name."""
        return name in self.asked_for or name in self.repeated

    @property
    def undeclared(self) -> frozenset[str]:
        """The variables that its queries use and that neither it nor Grafana has."""
        known = {choice.name for choice in self.choices}
        used = {
            name
            for panel in self.panels
            for query in panel.written
            for found in _ASKS.findall(query)
            for name in found
            if name and not _GIVEN.match(name) and not name.isdigit()
        }
        return frozenset(used - known)


class _Places:
    """Finds strings of the parsed JSON again in its text, going forward."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1

    def line_of(self, value: str) -> int:
        """The line of the next place that holds this string; the last one where it is not found
        in order, as keys of an object come in any order."""
        written = json.dumps(value, ensure_ascii=False)
        found = self.text.find(written, self.at)
        if found < 0:
            found = self.text.find(json.dumps(value), self.at)
        if found < 0:
            return self.line
        self.line += self.text.count("\n", self.at, found)
        self.at = found
        return self.line


def _panels(path: str, node: dict[str, Any], places: _Places, depth: int = 0) -> Iterator[Panel]:
    if depth > DEPTH_AT_MOST:
        return
    for panel in [*_objects(node, "panels"), *_objects(node, "rows")]:
        queries = tuple(_queries(path, panel, places))
        title = _text(panel, "title") or ""
        if queries:
            defaults = panel.get("fieldConfig", {})
            defaults = defaults.get("defaults", {}) if isinstance(defaults, dict) else {}
            unit = _text(defaults, "unit") if isinstance(defaults, dict) else None
            yield Panel(
                title,
                _text(panel, "type") or "",
                queries[0].line,
                unit or _old_unit(panel),
                queries,
                tuple(_text(target, "expr") or "" for target in _asking(panel)),
                _source(panel),
                tuple(_steps(defaults)) if isinstance(defaults, dict) else (),
            )
        yield from _panels(path, panel, places, depth + 1)


def _queries(path: str, panel: dict[str, Any], places: _Places) -> Iterator[Expression]:
    """Targets of Prometheus; those that name another kind of data source are left out."""
    for target in _asking(panel):
        expr = _text(target, "expr") or ""
        yield Expression(filled_in(expr), path, places.line_of(expr))


def _asking(panel: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for target in _objects(panel, "targets"):
        source = target.get("datasource", panel.get("datasource"))
        kind = source.get("type") if isinstance(source, dict) else None
        if _text(target, "expr") and kind in {None, "prometheus", "${DS_PROMETHEUS}"}:
            yield target


def _source(panel: dict[str, Any]) -> str | None:
    """The data source that a panel or its queries name themselves; None for a variable, for
    Grafana's default, and where nothing is said."""
    for node in (panel, *_asking(panel)):
        given = node.get("datasource")
        name = given.get("uid") if isinstance(given, dict) else given
        if isinstance(name, str) and name and not re.match(r"\$|\[\[|-- |default$|grafana$", name):
            return name
    return None


def _steps(defaults: dict[str, Any]) -> Iterator[float]:
    """Thresholds in the unit of the field, where they are seen. Those in per cent of its range say
    nothing here, and what Grafana fills in nobody chose."""
    thresholds = defaults.get("thresholds")
    if isinstance(thresholds, dict) and thresholds.get("mode") != "percentage":
        values = [step.get("value") for step in _objects(thresholds, "steps")]
        if _is_threshold_seen(defaults) and values != _FILLED_IN:
            for value in values:
                if isinstance(value, int | float) and not isinstance(value, bool):
                    yield float(value)


def _is_threshold_seen(defaults: dict[str, Any]) -> bool:
    """Whether a line is drawn at it, or the figure takes its colour."""
    colour, custom = defaults.get("color"), defaults.get("custom")
    style = custom.get("thresholdsStyle") if isinstance(custom, dict) else None
    drawn = isinstance(style, dict) and style.get("mode") not in {None, "off"}
    by_threshold = not isinstance(colour, dict) or colour.get("mode") == "thresholds"
    return drawn or (by_threshold and custom is None)


def _old_unit(panel: dict[str, Any]) -> str | None:
    """Where Grafana 6 and 7 kept the unit: at the panel, or at its left axis."""
    axes = _objects(panel, "yaxes")
    return _text(panel, "format") or (_text(axes[0], "format") if axes else None)


def _empty(node: dict[str, Any], text: str, depth: int = 0) -> Iterator[tuple[str, int]]:
    if depth > DEPTH_AT_MOST:
        return
    for panel in [*_objects(node, "panels"), *_objects(node, "rows")]:
        kind, title = _text(panel, "type") or "row", _text(panel, "title") or ""
        below = "panels" in panel or "libraryPanel" in panel
        if kind not in _NO_DATA and not below and not panel.get("targets"):
            yield title, _line_of(re.escape(json.dumps(title)), text)
        yield from _empty(panel, text, depth + 1)


def _choices(root: dict[str, Any], text: str) -> Iterator[Choice]:
    templating = root.get("templating")
    for choice in _objects(templating, "list") if isinstance(templating, dict) else []:
        name, kind = _text(choice, "name") or "", _text(choice, "type") or ""
        asked = choice.get("query")
        query = asked.get("query") if isinstance(asked, dict) else asked
        refresh = choice.get("refresh")
        yield Choice(
            name,
            kind,
            _line_of(rf'"name"\s*:\s*{re.escape(json.dumps(name))}', text),
            query if isinstance(query, str) else "",
            int(refresh) if isinstance(refresh, int) else 1,
            choice.get("hide") == 2,
        )


def _line_of(pattern: str, text: str) -> int:
    """The line of the first place where a pattern fits; the first one where there is none."""
    found = re.search(pattern, text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def filled_in(expr: str) -> str:
    """The query as PromQL: variables stand for a window in brackets, else for a value."""
    text = _WINDOWS.sub("5m", expr)
    text = _IN_BRACKETS.sub(r"[5m\1", text)
    return _VALUES.sub(VALUE, text)


def _objects(node: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = node.get(key)
    return [child for child in value if isinstance(child, dict)] if isinstance(value, list) else []


def _text(node: dict[str, Any], key: str) -> str | None:
    value = node.get(key)
    return value if isinstance(value, str) else None
