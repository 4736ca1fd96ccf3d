"""The alerts that an expression gives: their labels by template, and when each was there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from opsready.alerting.groups import ALERT_NAME, AlertingRule
from opsready.alerting.templates import Query, expand, hangs_on_value
from opsready.promql.arrays import Bools, Ints
from opsready.promql.labels import Labels, labels_of, nameless
from opsready.promql.nodes import METRIC_NAME
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.vector import Vector

SAME_LABELS = "vector contains metrics with the same labelset after applying alert labels"


@dataclass(frozen=True)
class Surroundings:
    """What templates may show beside the alert; `asks` gives the query function of a time."""

    external_labels: Mapping[str, str] = field(default_factory=dict)
    external_url: str = ""
    asks: Callable[[int], Query] | None = None
    has_server: bool = True
    semantics: Semantics = DEFAULT

    def expanded(
        self, rule: AlertingRule, text: str, labels: Labels, value: float, at_ms: int
    ) -> str:
        """A text for one alert. Raises TemplateError."""
        query = self.asks(at_ms) if self.asks is not None else None
        return expand(
            text,
            dict(labels),
            value,
            self.external_labels,
            self.external_url,
            query,
            alert=rule.name,
            at_ms=at_ms,
            has_server=self.has_server,
            semantics=self.semantics,
        )

    def labels(self, rule: AlertingRule, labels: Labels, value: float, at_ms: int) -> Labels:
        """The labels of an alert, by which it is told from others."""
        found = dict(nameless(labels))
        for name, text in rule.labels.items():
            found[name] = self.expanded(rule, text, labels, value, at_ms)
        found.pop(METRIC_NAME, None)
        return labels_of({**found, ALERT_NAME: rule.name})

    def annotations(
        self, rule: AlertingRule, labels: Labels, value: float, at_ms: int
    ) -> dict[str, str]:
        """The annotations of an alert at one evaluation."""
        return {
            name: self.expanded(rule, text, labels, value, at_ms)
            for name, text in rule.annotations.items()
        }


@dataclass(frozen=True, eq=False)
class Given:
    """Alerts by their labels: a row an alert, a column an evaluation. `sources` are the rows of
    the expression's vector that they come from; `clash` is where two have the same labels."""

    labels: tuple[Labels, ...]
    active: Bools
    sources: Ints
    clash: Bools


def given_by(rule: AlertingRule, vector: Vector, times_ms: Ints, around: Surroundings) -> Given:
    """The alerts that the vector of a rule's expression gives."""
    cells: dict[Labels, list[tuple[int, Bools]]]
    if any(hangs_on_value(text) for text in rule.labels.values()):
        cells = _of_each_sample(rule, vector, times_ms, around)
    else:
        cells = {}
        for row, labels in enumerate(vector.labels if times_ms.size else ()):
            alert = around.labels(rule, labels, np.nan, int(times_ms[0]))
            cells.setdefault(alert, []).append((row, vector.present[row]))
    shape = (len(cells), vector.steps)
    active = np.zeros(shape, dtype=np.bool_)
    sources = np.zeros(shape, dtype=np.int64)
    clash = np.zeros(vector.steps, dtype=np.bool_)
    for place, parts in enumerate(cells.values()):
        for row, present in parts:
            clash |= active[place] & present
            active[place] |= present
            sources[place][present] = row
    return Given(tuple(cells), active, sources, clash)


def _of_each_sample(
    rule: AlertingRule, vector: Vector, times_ms: Ints, around: Surroundings
) -> dict[Labels, list[tuple[int, Bools]]]:
    """Labels that hang on the value or the time: an alert of its own for each text."""
    cells: dict[Labels, dict[int, Bools]] = {}
    for row, step in np.argwhere(vector.present).tolist():
        value = float(vector.values[row, step])
        alert = around.labels(rule, vector.labels[row], value, int(times_ms[step]))
        of_rows = cells.setdefault(alert, {})
        steps = of_rows.setdefault(row, np.zeros(vector.steps, dtype=np.bool_))
        steps[step] = True
    return {alert: list(of_rows.items()) for alert, of_rows in cells.items()}
