"""A Grafana dashboard as JSON: panels laid out in rows, every default written once.

The fields are those of schema 39 (Grafana 10.4), which later versions read and bring forward.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SCHEMA = 39
WIDTH = 24
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
WINDOW = "$__rate_interval"
"""The window that Grafana chooses, so that no sample is left out at any zoom."""

_HEIGHT = 8
# Rows below these are folded: a dashboard of fifty panels asks for all of them when it is opened.
OPEN_ROWS_AT_MOST = 6


@dataclass(frozen=True)
class Query:
    """What a panel asks, and how a line of the answer is called (`{{label}}` is filled in)."""

    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Step:
    """From this value on a figure has this colour."""

    value: float
    colour: str


@dataclass(frozen=True)
class Panel:
    """`unit` is one of Grafana's ids. `steps` colour the value, and are lines in a graph; `base`
    is the colour below all of them. `links` are title and address."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    kind: str = "timeseries"
    width: int = 12
    steps: tuple[Step, ...] = ()
    base: str = "green"
    least: float | None = 0
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Board:
    """One dashboard. `uid` is its identity in every Grafana, so that links hold."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    tags: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    since: str = "now-6h"


def board_json(board: Board) -> str:
    """The file: the same board gives the same bytes."""
    whole = {
        "uid": board.uid,
        "title": board.title,
        "description": board.description,
        "tags": list(board.tags),
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "time": {"from": board.since, "to": "now"},
        "refresh": "1m",
        "links": [_link(title, url) for title, url in board.links],
        "annotations": {"list": []},
        "templating": {"list": [_data_source()]},
        "panels": list(_laid_out(board.rows)),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _data_source() -> dict[str, Any]:
    """Which Prometheus is asked: each environment has one of its own."""
    return {
        "name": "datasource",
        "label": "Environment",
        "type": "datasource",
        "query": "prometheus",
        "refresh": 1,
        "hide": 0,
        "multi": False,
        "includeAll": False,
        "regex": "",
        "options": [],
    }


def _link(title: str, url: str) -> dict[str, Any]:
    """At the top of a dashboard, or of a panel."""
    return {
        "title": title,
        "url": url,
        "type": "link",
        "icon": "external link",
        "targetBlank": True,
        "includeVars": True,
        "keepTime": True,
        "asDropdown": False,
        "tags": [],
        "tooltip": "",
    }


def _laid_out(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Each row below the last; ids count from 1."""
    number, top = 0, 0
    for position, row in enumerate(rows):
        number += 1
        folded = position >= OPEN_ROWS_AT_MOST
        placed = list(_placed(row.panels, number, top + 1))
        head = {
            "id": number,
            "type": "row",
            "title": row.title,
            "collapsed": folded,
            "gridPos": {"h": 1, "w": WIDTH, "x": 0, "y": top},
            "panels": placed if folded else [],
        }
        yield head
        if not folded:
            yield from placed
        number += len(placed)
        top = max([top + 1, *(p["gridPos"]["y"] + p["gridPos"]["h"] for p in placed)])


def _placed(panels: Sequence[Panel], number: int, top: int) -> Iterator[dict[str, Any]]:
    """Side by side while there is room."""
    x, y = 0, top
    for position, panel in enumerate(panels, 1):
        if x + panel.width > WIDTH:
            x, y = 0, y + _HEIGHT
        yield _panel(panel, number + position, {"h": _HEIGHT, "w": panel.width, "x": x, "y": y})
        x += panel.width


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "gridPos": place,
        "datasource": SOURCE,
        "links": [{"title": title, "url": url, "targetBlank": True} for title, url in panel.links],
        "fieldConfig": {"defaults": _field(panel), "overrides": []},
        "options": _options(panel),
        "targets": [_target(panel, n, query) for n, query in enumerate(panel.queries)],
    }


def _field(panel: Panel) -> dict[str, Any]:
    steps = [{"color": step.colour, "value": step.value} for step in panel.steps]
    field: dict[str, Any] = {
        "unit": panel.unit,
        "thresholds": {"mode": "absolute", "steps": [{"color": panel.base, "value": None}, *steps]},
        "color": {"mode": "palette-classic" if panel.kind == "timeseries" else "thresholds"},
    }
    if panel.least is not None:
        field["min"] = panel.least
    if panel.kind == "timeseries":
        style = "dashed" if panel.steps else "off"
        field["custom"] = {
            "drawStyle": "line",
            "lineWidth": 1,
            "fillOpacity": 8,
            "showPoints": "never",
            "spanNulls": False,
            "thresholdsStyle": {"mode": style},
        }
    return field


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "stat":
        calculation = {"calcs": ["lastNotNull"], "fields": "", "values": False}
        return {"reduceOptions": calculation, "colorMode": "value", "graphMode": "area"}
    if panel.kind == "table":
        return {"showHeader": True, "cellHeight": "sm"}
    legend = {"displayMode": "table", "placement": "bottom", "showLegend": True}
    return {
        "legend": {**legend, "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }


def _target(panel: Panel, position: int, query: Query) -> dict[str, Any]:
    """A table shows what is so now; lines show a course."""
    now = panel.kind == "table"
    return {
        "refId": _letters(position),
        "datasource": SOURCE,
        "expr": query.expr,
        "legendFormat": query.legend,
        "range": not now,
        "instant": now,
        "format": "table" if now else "time_series",
        "editorMode": "code",
    }


def _letters(number: int) -> str:
    """A, B … Z, AA: as Grafana calls the queries of a panel."""
    first, last = divmod(number, 26)
    return (_letters(first - 1) if first else "") + chr(ord("A") + last)
