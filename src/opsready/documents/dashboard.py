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


@dataclass(frozen=True)
class Panel:
    """A panel: title, type, unit, and what it asks Prometheus."""

    title: str
    kind: str
    line: int
    unit: str | None = None
    queries: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Dashboard:
    """One dashboard; rows and nested panels are laid flat."""

    NOUN: ClassVar[str] = "dashboard"

    path: str
    title: str
    uid: str | None = None
    panels: tuple[Panel, ...] = ()

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
        return cls(path, _text(root, "title") or "?", _text(root, "uid"), panels)


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
            yield Panel(title, _text(panel, "type") or "", queries[0].line, unit, queries)
        yield from _panels(path, panel, places, depth + 1)


def _queries(path: str, panel: dict[str, Any], places: _Places) -> Iterator[Expression]:
    """Targets of Prometheus; those that name another kind of data source are left out."""
    for target in _objects(panel, "targets"):
        source = target.get("datasource", panel.get("datasource"))
        kind = source.get("type") if isinstance(source, dict) else None
        expr = _text(target, "expr")
        if expr and kind in {None, "prometheus", "${DS_PROMETHEUS}"}:
            yield Expression(_filled_in(expr), path, places.line_of(expr))


def _filled_in(expr: str) -> str:
    """The query as PromQL: variables stand for a window in brackets, else for a value."""
    text = _WINDOWS.sub("5m", expr)
    text = _IN_BRACKETS.sub(r"[5m\1", text)
    return _VALUES.sub("variable", text)


def _objects(node: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = node.get(key)
    return [child for child in value if isinstance(child, dict)] if isinstance(value, list) else []


def _text(node: dict[str, Any], key: str) -> str | None:
    value = node.get(key)
    return value if isinstance(value, str) else None
