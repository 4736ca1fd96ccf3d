"""What an expression yields over a grid of steps, and what can go wrong at some of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from opsready.promql.arrays import Bools, Floats, side_by_side
from opsready.promql.labels import Labels, rows_by


@dataclass(frozen=True, eq=False)
class Vector:
    """An instant vector at every step: a row a series, a column a step.

    Whether a sample is there is kept apart from its value, since NaN is a value like others.
    """

    labels: tuple[Labels, ...]
    values: Floats
    present: Bools

    @classmethod
    def empty(cls, steps: int) -> "Vector":
        return cls((), np.empty((0, steps)), np.empty((0, steps), dtype=np.bool_))

    @classmethod
    def full(cls, values: Floats) -> "Vector":
        """One series without labels, there at every step."""
        return cls(((),), values[np.newaxis], np.ones((1, values.size), dtype=np.bool_))

    @property
    def steps(self) -> int:
        return int(self.values.shape[1])

    @property
    def anywhere(self) -> Bools:
        """The steps at which some series has a sample."""
        return np.asarray(self.present.any(axis=0))

    def map(self, change: Callable[[Floats], Floats], labels: Sequence[Labels]) -> "Vector":
        """The same samples with other values, and other labels."""
        return Vector(tuple(labels), change(self.values), self.present)

    def rows(self, chosen: Sequence[int]) -> "Vector":
        """Some rows; nothing is copied where they lie side by side."""
        labels = tuple(self.labels[row] for row in chosen)
        picked = side_by_side(chosen)
        return Vector(labels, self.values[picked], self.present[picked])

    def filtered(self, keep: Bools) -> "Vector":
        """Only the samples that are kept."""
        return Vector(self.labels, self.values, self.present & keep)

    def repeated(self, steps: int) -> "Vector":
        """One step, seen at each of many."""
        shape = (len(self.labels), steps)
        return Vector(
            self.labels,
            np.broadcast_to(self.values, shape),
            np.broadcast_to(self.present, shape),
        )

    def pruned(self) -> "Vector":
        """Only the series that have a sample at some step."""
        there = self.present.any(axis=1)
        return self if there.all() else self.rows(np.flatnonzero(there).tolist())


def stacked(vectors: Sequence[Vector], steps: int) -> Vector:
    """The rows of all, one after the other."""
    if not vectors:
        return Vector.empty(steps)
    if len(vectors) == 1:
        return vectors[0]
    return Vector(
        tuple(labels for vector in vectors for labels in vector.labels),
        np.concatenate([vector.values for vector in vectors]),
        np.concatenate([vector.present for vector in vectors]),
    )


def united(vector: Vector) -> tuple[Vector, Bools]:
    """Rows of the same labels as one row; and the steps at which two of them have a sample."""
    rows_of = rows_by(vector.labels)
    clash = np.zeros(vector.steps, dtype=np.bool_)
    if len(rows_of) == len(vector.labels):
        return vector, clash
    firsts = [rows[0] for rows in rows_of.values()]  # copied, since more is put into them
    whole = Vector(tuple(rows_of), vector.values[firsts], vector.present[firsts])
    for row, rows in enumerate(rows_of.values()):
        for other in rows[1:]:
            clash |= whole.present[row] & vector.present[other]
            np.copyto(whole.values[row], vector.values[other], where=vector.present[other])
            whole.present[row] |= vector.present[other]
    return whole, clash
