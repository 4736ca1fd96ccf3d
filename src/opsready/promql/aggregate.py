"""Aggregations over the series of a vector, by labels or without them."""

import re
from collections.abc import Callable
from functools import cached_property

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints
from opsready.promql.kernels import groups
from opsready.promql.labels import Labels, changed, only, rows_by, without
from opsready.promql.nodes import METRIC_NAME, Aggregation
from opsready.promql.semantics import Semantics
from opsready.promql.vector import Vector

Fail = Callable[[Bools, str], None]
_LABEL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_UTF8 = re.compile("[\ud800-\udfff]")
_LARGEST_COUNT = 2.0**63


class Groups:
    """The groups that the labels of a vector fall into, in the order in which they appear."""

    def __init__(self, node: Aggregation, vector: Vector) -> None:
        names = {*node.labels, METRIC_NAME} if node.without else set(node.labels)
        kept = without if node.without else only
        found = rows_by(kept(labels, names) for labels in vector.labels)
        self.labels = tuple(found)
        self.members = list(found.values())
        self.present = groups.anywhere(self.members, vector.present)
        self._of = vector

    @cached_property
    def counts(self) -> Floats:
        """How many samples each group has."""
        return groups.counts(self.members, self._of.present)


def aggregate(node: Aggregation, vector: Vector, semantics: Semantics) -> Vector:
    """The aggregations that take no parameter."""
    grouped = Groups(node, vector)
    values = _values(node.op, grouped, vector, semantics)
    return Vector(grouped.labels, values, grouped.present)


def _values(op: str, grouped: Groups, vector: Vector, semantics: Semantics) -> Floats:
    members, values, present = grouped.members, vector.values, vector.present
    match op:
        case "sum":
            return groups.sums(members, values, present, compensated=semantics.compensated)
        case "avg":
            if not semantics.compensated:
                return groups.means_in_turn(members, values, present)
            return groups.means(members, values, present, apart=semantics.divides_rest_apart)
        case "count":
            return grouped.counts
        case "group":
            return np.ones(grouped.counts.shape)
        case "min" | "max":
            return groups.extremes(members, values, present, largest=op == "max")
    variances = groups.variances(
        members, values, present, one_infinity_is_nan=semantics.variance_of_one_infinity_is_nan
    )
    return np.sqrt(variances) if op == "stddev" else variances


def quantile(node: Aggregation, vector: Vector, share: Floats) -> Vector:
    """quantile: with a share for each step."""
    grouped = Groups(node, vector)
    values = groups.quantiles(grouped.members, vector.values, vector.present, share)
    return Vector(grouped.labels, values, grouped.present)


def ranked(
    node: Aggregation, vector: Vector, most: Floats, semantics: Semantics, fail: Fail
) -> Vector:
    """topk and bottomk; an instant is put into their order, group by group."""
    unusable = ~(most < _LARGEST_COUNT)
    if semantics.ranks_what_is_there:
        unusable &= vector.anywhere
    else:
        unusable |= most < -_LARGEST_COUNT
    if unusable.any():
        fail(unusable, f"{node.op} needs a whole number of series, and has {most[unusable][0]}")
    grouped, largest = Groups(node, vector), node.op == "topk"
    whole = np.trunc(np.nan_to_num(most, nan=0.0, posinf=0.0, neginf=0.0))
    kept = groups.ranked(
        grouped.members,
        vector.values,
        vector.present,
        whole,
        largest=largest,
        pops=semantics.pops_the_worst,
    )
    result = vector.filtered(kept)
    if vector.steps != 1:
        return result
    rows: list[int] = []
    for members in grouped.members:
        order = groups.order_of(result.values[members], kept[members], largest=largest)
        rows += [members[place] for place in order[:, 0] if kept[members[place], 0]]
    return result.rows(rows)


def count_values(node: Aggregation, vector: Vector, label: str) -> Vector:
    """count_values: a series for each value, with the value in a label, which goes as others do
    where it is among those that `without` names."""
    grouped = Groups(node, vector)
    is_taken_away = node.without and label in {*node.labels, METRIC_NAME}
    counted: dict[Labels, Floats] = {}
    for labels, members in zip(grouped.labels, grouped.members, strict=True):
        for row in members:
            for value, steps in _steps_of_values(vector.values[row], vector.present[row]):
                key = labels if is_taken_away else changed(labels, [(label, value)])
                counts = counted.setdefault(key, np.zeros(vector.steps))
                counts[steps] += 1
    if not counted:
        return Vector.empty(vector.steps)
    values = np.stack(list(counted.values()))
    return Vector(tuple(counted), values, values > 0)


def _steps_of_values(values: Floats, present: Bools) -> list[tuple[str, Ints]]:
    steps = np.flatnonzero(present)
    if not steps.size:
        return []
    bits = np.ascontiguousarray(values[steps]).view(np.int64)  # 0 and -0 are two texts
    distinct, which = np.unique(bits, return_inverse=True)
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=distinct.size))[:-1]
    parts = np.split(steps[order], ends)
    return [
        (plain(value), part)
        for value, part in zip(distinct.view(np.float64).tolist(), parts, strict=True)
    ]


def plain(value: float) -> str:
    """A number without an exponent, as short as it can be: the text of a label."""
    if value != value:
        return "NaN"
    if value in (np.inf, -np.inf):
        return "+Inf" if value > 0 else "-Inf"
    return np.format_float_positional(value, trim="-")


def is_label(name: str, *, utf8: bool) -> bool:
    """Whether a label may be called so."""
    if not utf8:
        return _LABEL_NAME.fullmatch(name) is not None
    return bool(name) and not _NO_UTF8.search(name)
