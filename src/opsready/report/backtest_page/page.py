"""The page: bands of pending and firing, incidents, series and thresholds, drawn on canvases."""

import json
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from opsready.backtest.backtest import Backtest
from opsready.backtest.past import Past
from opsready.backtest.replayed import Replayed
from opsready.backtest.spans import Span
from opsready.report.backtest_page.frontier import frontier_figure
from opsready.report.backtest_page.plots import Drawn, Plot, plots_of
from opsready.report.backtest_text import backtest_text

_SPANS_AT_MOST = 5_000
"""An alert that flaps all month: later bands are left out, and the text above has the count."""


def backtest_html(found: Backtest, past: Past) -> str:
    """One page without any reference to another; what comes from rules and history is escaped."""
    text = backtest_text(found)
    return Template(_asset("page.html")).substitute(
        headline=escape(text.split("\n")[0]),
        scope=escape(text.split("\n")[1]),
        sweeps="".join(
            frontier_figure(points, found.scores is not None) for points in found.sweeps
        ),
        text=escape(text),
        style=_asset("style.css"),
        script=_asset("draw.js"),
        data=_in_script(_data(found, plots_of(found, past))),
    )


def _asset(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _in_script(data: Any) -> str:
    """JSON that no text in it can end the element of."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _data(found: Backtest, drawn: Sequence[Drawn]) -> dict[str, Any]:
    window = found.window
    return {
        "from": window.from_ms / 1000,
        "to": (window.to_ms + window.step_ms) / 1000,
        "incidents": [
            [one.from_ms / 1000, one.to_ms / 1000, one.name] for one in found.incidents or ()
        ],
        "more": len(found.noise) - len(drawn),
        "alerts": [_alert(one, plots) for one, plots in drawn],
    }


def _alert(one: Replayed, plots: Iterable[Plot]) -> dict[str, Any]:
    return {
        "name": one.alert,
        "severity": one.severity,
        "place": one.place,
        "expr": one.rule.expr,
        "fired": len(one.firing),
        "firing": _spans(one.firing),
        "pending": _spans(one.pending),
        "plots": [
            {
                "expr": plot.expr,
                "op": plot.op,
                "bound": plot.bound,
                "left_out": plot.left_out,
                "lines": [
                    {"name": line.name, "times": line.times, "values": line.values}
                    for line in plot.lines
                ],
            }
            for plot in plots
        ],
    }


def _spans(spans: Iterable[Span]) -> list[list[float]]:
    return [[span.start_ms / 1000, span.end_ms / 1000] for span in list(spans)[:_SPANS_AT_MOST]]
