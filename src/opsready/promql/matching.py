"""Operators between two instant vectors: which series of the one meets which of the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from opsready.promql.arrays import MOST_CELLS, Bools, Floats
from opsready.promql.kernels.elementwise import ARITHMETIC
from opsready.promql.labels import (
    Labels,
    changed,
    nameless,
    only,
    rows_by,
    value_of,
    without,
    write_series,
)
from opsready.promql.nodes import COMPARISONS, METRIC_NAME, Binary, Matching
from opsready.promql.semantics import Semantics
from opsready.promql.vector import Vector, united

Fail = Callable[[Bools, str], None]
"""Notes the steps at which an expression cannot be evaluated, and why."""
Compare = Callable[[Floats, Floats, Bools], Bools]
"""Compares two sides, where there is a sample."""


def drops_name(node: Binary, semantics: Semantics) -> bool:
    """Whether the result has no metric name: it is another quantity."""
    if node.op in COMPARISONS:
        return node.returns_bool
    return node.op != "atan2" or semantics.atan2_drops_name


def signature(labels: Labels, matching: Matching) -> Labels:
    """What must be equal for two series to meet."""
    if matching.on:
        return only(labels, matching.labels)
    return without(labels, {*matching.labels, METRIC_NAME})


def combine_sets(node: Binary, left: Vector, right: Vector, matching: Matching) -> Vector:
    """and, or, unless."""
    left_keys = [signature(labels, matching) for labels in left.labels]
    right_keys = [signature(labels, matching) for labels in right.labels]
    if node.op == "or":
        added = right.filtered(~_seen(right_keys, left_keys, left.present))
        return Vector(
            left.labels + added.labels,
            np.concatenate([left.values, added.values]),
            np.concatenate([left.present, added.present]),
        )
    seen = _seen(left_keys, right_keys, right.present)
    return left.filtered(seen if node.op == "and" else ~seen)


def _seen(keys: Sequence[Labels], among: Sequence[Labels], present: Bools) -> Bools:
    """For each key, at which steps there is a sample of the same key among others."""
    steps = present.shape[1]
    by_key: dict[Labels, Bools] = {}
    for row, key in enumerate(among):
        before = by_key.get(key)
        by_key[key] = present[row] if before is None else before | present[row]
    seen = np.zeros((len(keys), steps), dtype=np.bool_)
    for row, key in enumerate(keys):
        seen[row] = by_key.get(key, False)
    return seen


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Row `many[i]` of the side that may have several meets row `one[i]` of the other."""

    many: list[int]
    one: list[int]
    keys: list[Labels]


def combine(
    node: Binary,
    sides: tuple[Vector, Vector],
    semantics: Semantics,
    fail: Fail,
    compare: Compare,
) -> Vector:
    """Arithmetic and comparisons, series by series."""
    matching = node.matching or Matching()
    swapped = matching.cardinality == "one-to-many"
    one, many = sides if swapped else reversed(sides)
    ones = rows_by(signature(labels, matching) for labels in one.labels)
    pairs = _pairs(many, ones, matching)
    if pairs is None:
        everywhere = np.ones(many.steps, dtype=np.bool_)
        fail(everywhere, f"more pairs of series meet than the {MOST_CELLS} samples held at once")
        return Vector.empty(many.steps)
    _refuse_twins(one, many, ones, "left" if swapped else "right", fail)
    many, one = many.rows(pairs.many), one.rows(pairs.one)
    first, second = (one.values, many.values) if swapped else (many.values, one.values)
    present = many.present & one.present
    if node.op in COMPARISONS:
        holds = compare(first, second, present)
        values = holds.astype(np.float64) if node.returns_bool else first
        present = present if node.returns_bool else present & holds
    else:
        values = np.asarray(ARITHMETIC[node.op](first, second))
    drops = drops_name(node, semantics)
    labels = tuple(
        _result_labels(*both, matching, drops=drops)
        for both in zip(many.labels, one.labels, strict=True)
    )
    return _told_apart(Vector(labels, values, present), pairs.keys, matching, fail)


_Ones = Mapping[Labels, Sequence[int]]
"""The rows of the "one" side by what must be equal."""


def _pairs(many: Vector, ones: _Ones, matching: Matching) -> _Pairs | None:
    """All that meet; None where they are too many to be held."""
    pairs = _Pairs([], [], [])
    for row, labels in enumerate(many.labels):
        if len(pairs.many) * many.steps > MOST_CELLS:
            return None
        key = signature(labels, matching)
        for other in ones.get(key, ()):
            pairs.many.append(row)
            pairs.one.append(other)
            pairs.keys.append(key)
    return pairs


def _refuse_twins(one: Vector, many: Vector, ones: _Ones, side: str, fail: Fail) -> None:
    """Two series of the "one" side that mean the same, at the steps where both have a sample and
    the other side is not empty."""
    for key, rows in ones.items():
        if len(rows) < 2:
            continue
        twins = (one.present[rows].sum(axis=0) > 1) & many.anywhere
        if twins.any():
            first, second = (write_series(one.labels[row]) for row in rows[:2])
            fail(
                twins,
                f"many-to-many matching: the {side} side has several series for"
                f" {write_series(key)}, such as {first} and {second}",
            )


def _result_labels(many: Labels, one: Labels, matching: Matching, *, drops: bool) -> Labels:
    labels = nameless(many) if drops else many
    if matching.cardinality == "one-to-one":
        named = set(matching.labels)
        labels = only(labels, named) if matching.on else without(labels, named)
    if matching.include:
        labels = changed(labels, ((name, value_of(one, name)) for name in matching.include))
    return labels


def _told_apart(vector: Vector, keys: list[Labels], matching: Matching, fail: Fail) -> Vector:
    """Rows of the same labels as one, where no step has two of them."""
    if matching.cardinality == "one-to-one":
        _refuse_several(vector, keys, fail)
    result, clash = united(vector)
    if clash.any():
        fail(clash, "several series of the result have the same labels: group_left and group_right"
             " need labels that tell them apart")  # fmt: skip
    return result


def _refuse_several(vector: Vector, keys: list[Labels], fail: Fail) -> None:
    for key, rows in rows_by(keys).items():
        if len(rows) < 2:
            continue
        several = vector.present[rows].sum(axis=0) > 1
        if several.any():
            fail(
                several,
                f"several series meet one for {write_series(key)}: many-to-one matching must be"
                " asked for with group_left or group_right",
            )
