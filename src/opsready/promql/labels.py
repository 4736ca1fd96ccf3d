"""The labels of a series: sorted pairs, the metric's name among them as `__name__`."""

from collections.abc import Collection, Iterable, Mapping

from opsready.promql.literals import quote
from opsready.promql.nodes import METRIC_NAME

Labels = tuple[tuple[str, str], ...]
"""Sorted, each name once, no empty value: a label that is empty is not there."""

_NAME_ONLY = frozenset({METRIC_NAME})


def labels_of(pairs: Mapping[str, str]) -> Labels:
    """The labels of a mapping."""
    return tuple(sorted((name, value) for name, value in pairs.items() if value))


def value_of(labels: Labels, name: str) -> str:
    """The value of a label, '' where it is not there."""
    return next((value for label, value in labels if label == name), "")


def only(labels: Labels, names: Collection[str]) -> Labels:
    """The labels of these names."""
    return tuple(pair for pair in labels if pair[0] in names)


def without(labels: Labels, names: Collection[str]) -> Labels:
    """The labels of all other names."""
    return tuple(pair for pair in labels if pair[0] not in names)


def nameless(labels: Labels) -> Labels:
    """The labels without the metric's name."""
    return without(labels, _NAME_ONLY)


def changed(labels: Labels, changes: Iterable[tuple[str, str]]) -> Labels:
    """The labels with some set anew; an empty value takes the label away."""
    return labels_of({**dict(labels), **dict(changes)})


def rows_by(keys: Iterable[Labels]) -> dict[Labels, list[int]]:
    """The places of each key, in the order in which the keys first come."""
    found: dict[Labels, list[int]] = {}
    for row, key in enumerate(keys):
        found.setdefault(key, []).append(row)
    return found


def write_series(labels: Labels) -> str:
    """As PromQL writes it: `up{job="api"}`, and `{}` for no labels at all."""
    name = value_of(labels, METRIC_NAME)
    pairs = ", ".join(f"{label}={quote(value)}" for label, value in nameless(labels))
    return f"{name}{{{pairs}}}" if pairs or not name else name
