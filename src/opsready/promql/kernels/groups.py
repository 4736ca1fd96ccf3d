"""Aggregations: many rows to one a group, step by step.

`members` lists the rows of each group. They are taken in order, the first of every group
abreast, then the second, and so on: many small groups cost no more than one large one.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints, aligned, alike
from opsready.promql.kernels import heap
from opsready.promql.kernels.kahan import RunningMean, add, keeps_infinite_mean, sum_rows
from opsready.promql.kernels.over_time import further, quantile_of_rows

Members = Sequence[Sequence[int]]


class _Turn(NamedTuple):
    groups: list[int]
    values: Floats
    present: Bools


def _turns(members: Members, values: Floats, present: Bools) -> Iterator[_Turn]:
    for place in range(max(map(len, members), default=0)):
        groups = [group for group, rows in enumerate(members) if len(rows) > place]
        rows = [members[group][place] for group in groups]
        yield _Turn(groups, values[rows], present[rows])


def counts(members: Members, present: Bools) -> Floats:
    """How many samples each group has at each step."""
    result = np.empty((len(members), present.shape[1]))
    for group, rows in enumerate(members):
        result[group] = present[rows[0]]
        for row in rows[1:]:
            result[group] += present[row]
    return result


def anywhere(members: Members, present: Bools) -> Bools:
    """Whether each group has a sample at each step."""
    if _is_alike(present) and members:
        return np.asarray(alike(present[0], (len(members), present.shape[1])))
    result = np.empty((len(members), present.shape[1]), dtype=np.bool_)
    for group, rows in enumerate(members):
        result[group] = present[rows[0]]
        for row in rows[1:]:
            result[group] |= present[row]
    return result


def _is_alike(present: Bools) -> bool:
    """Whether all rows are the same one."""
    return present.strides[0] == 0


def sums(members: Members, values: Floats, present: Bools, *, compensated: bool) -> Floats:
    """The sum of each group; `compensated` carries rounding errors along."""
    if _come_together(members, present):
        return _sums_of_all(members, values, compensated=compensated)
    total, rest = (np.zeros((len(members), values.shape[1])) for _ in range(2))
    seen = np.zeros(total.shape, dtype=np.bool_)
    for place, turn in enumerate(_turns(members, values, present)):
        at = turn.groups
        if place == 0:  # taken as it is: 0 + -0 would lose its sign
            total, seen = np.where(turn.present, turn.values, 0.0), turn.present.copy()
            continue
        if compensated:
            new, new_rest = add(turn.values, total[at], rest[at])
            rest[at] = _where(turn.present & seen[at], new_rest, rest[at])
        else:
            new = total[at] + turn.values
        total[at] = _where(turn.present, _where(seen[at], new, turn.values), total[at])
        seen[at] |= turn.present
    return total + rest if compensated else total


def _come_together(members: Members, present: Bools) -> bool:
    """Whether the samples of each group are there, or not there, at the same steps."""
    return _is_alike(present) or all(
        np.array_equal(present[row], present[rows[0]]) for rows in members for row in rows[1:]
    )


def _sums_of_all(members: Members, values: Floats, *, compensated: bool) -> Floats:
    """Where a group is there as a whole, nothing is to be chosen at any step."""
    result = aligned(len(members), values.shape[1])
    for group, rows in enumerate(members):
        if compensated:
            sum_rows([values[row] for row in rows], result[group])
            continue
        result[group] = values[rows[0]]
        for row in rows[1:]:
            result[group] += values[row]
    return result


def _where(condition: Bools, new: Floats, old: Floats) -> Floats:
    """As np.where, which costs more than to see that the condition holds everywhere."""
    return new if condition.all() else np.where(condition, new, old)


def means_in_turn(members: Members, values: Floats, present: Bools) -> Floats:
    """The mean of each group as Prometheus took it up to 2.54: a running mean."""
    shape = (len(members), values.shape[1])
    mean, count = np.zeros(shape), np.zeros(shape)
    for turn in _turns(members, values, present):
        at = turn.groups
        count[at] += turn.present
        moves = turn.present & ~keeps_infinite_mean(turn.values, mean[at])
        new = mean[at] + (turn.values / count[at] - mean[at] / count[at])
        new = np.where(count[at] == 1, turn.values, new)
        mean[at] = np.where(moves, new, mean[at])
    return mean


def means(members: Members, values: Floats, present: Bools, *, apart: bool) -> Floats:
    """The mean of each group, of a sum that carries its rounding errors along."""
    result = np.zeros((len(members), values.shape[1]))
    for size in {len(rows) for rows in members}:
        groups = [group for group, rows in enumerate(members) if len(rows) == size]
        mean = RunningMean((len(groups), values.shape[1]), apart=apart)
        for place in range(size):
            rows = [members[group][place] for group in groups]
            mean.take(values[rows], present[rows])
        result[groups] = mean.value
    return result


def extremes(members: Members, values: Floats, present: Bools, *, largest: bool) -> Floats:
    """The largest or smallest value of each group; NaN only where all are NaN."""
    result = np.full((len(members), values.shape[1]), np.nan)
    for turn in _turns(members, values, present):
        new = further(result[turn.groups], turn.values, largest=largest)
        result[turn.groups] = np.where(turn.present, new, result[turn.groups])
    return result


def variances(
    members: Members, values: Floats, present: Bools, *, one_infinity_is_nan: bool
) -> Floats:
    """The population variance of each group, by Welford's method."""
    shape = (len(members), values.shape[1])
    count, mean, squares = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for turn in _turns(members, values, present):
        at = turn.groups
        count[at] += turn.present
        first = count[at] == 1
        delta = turn.values - mean[at]
        new_mean = np.where(first, turn.values, mean[at] + delta / count[at])
        added = np.where(first, 0.0, delta * (turn.values - new_mean))
        if one_infinity_is_nan:
            added = np.where(first & ~np.isfinite(turn.values), np.nan, added)
        mean[at] = np.where(turn.present, new_mean, mean[at])
        squares[at] += np.where(turn.present, added, 0.0)
    return np.asarray(squares / count)


def quantiles(members: Members, values: Floats, present: Bools, share: Floats) -> Floats:
    """The quantile of each group, with a share for each step."""
    result = np.empty((len(members), values.shape[1]))
    for group, rows in enumerate(members):
        chosen = list(rows)
        result[group] = quantile_of_rows(values[chosen].T, present[chosen].T, share)
    return result


def ranked(
    members: Members, values: Floats, present: Bools, most: Floats, *, largest: bool, pops: bool
) -> Bools:
    """The samples that are among the `most` largest or smallest of their group; NaN last."""
    keep = np.zeros(present.shape, dtype=np.bool_)
    for rows in map(list, members):
        of_group, there = values[rows], present[rows]
        order = order_of(of_group, there, largest=largest)
        place = np.empty_like(order)
        np.put_along_axis(place, order, np.arange(len(rows))[:, np.newaxis], axis=0)
        kept = there & (place < most)
        for step in np.flatnonzero(_is_cut_between_equals(of_group, there, order, most)):
            candidates = np.flatnonzero(there[:, step])
            column = of_group[candidates, step].tolist()
            places = heap.kept(column, int(most[step]), largest=largest, pops=pops)
            kept[:, step] = False
            kept[candidates[places], step] = True
        keep[rows] = kept
    return keep


def _is_cut_between_equals(values: Floats, present: Bools, order: Ints, most: Floats) -> Bools:
    """The steps at which the last sample kept and the first one dropped are the same."""
    steps = np.flatnonzero((most >= 1) & (most < present.sum(axis=0)))
    cut = np.zeros(most.size, dtype=np.bool_)
    border = most[steps].astype(np.int64)
    last, next_ = (values[order[border - back, steps], steps] for back in (1, 0))
    cut[steps] = (last == next_) | (np.isnan(last) & np.isnan(next_))
    return cut


def order_of(values: Floats, present: Bools, *, largest: bool) -> Ints:
    """The order of the rows at each step by value: NaN near the end, what is absent last."""
    key = -values if largest else values
    return np.asarray(np.lexsort((key, np.isnan(values), ~present), axis=0))
