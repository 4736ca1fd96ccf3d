"""histogram_quantile and histogram_fraction: of series that count what is at most `le`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints
from opsready.promql.kernels.buckets import bucket_fraction, bucket_quantile
from opsready.promql.labels import Labels, nameless, value_of, without
from opsready.promql.literals import go_float
from opsready.promql.nodes import Call
from opsready.promql.vector import Vector

if TYPE_CHECKING:
    from opsready.promql.evaluate import Evaluation

_Kernel = Callable[[Ints, Floats, Floats], Floats]
"""Of some steps, the bounds of the buckets that are there, and their counts."""


def quantile(evaluation: "Evaluation", call: Call) -> Vector:
    """The quantile of each histogram."""
    share, forgiving = evaluation.scalar(call.args[0]), evaluation.plan.semantics.forgives_buckets

    def kernel(steps: Ints, bounds: Floats, counts: Floats) -> Floats:
        return bucket_quantile(share[steps], bounds, counts, forgiving=forgiving)

    return _of_histograms(evaluation, call, kernel)


def fraction(evaluation: "Evaluation", call: Call) -> Vector:
    """Which part of each histogram lies between two values."""
    lower, upper = (evaluation.scalar(arg) for arg in call.args[:2])

    def kernel(steps: Ints, bounds: Floats, counts: Floats) -> Floats:
        return bucket_fraction(lower[steps], upper[steps], bounds, counts)

    return _of_histograms(evaluation, call, kernel)


def _of_histograms(evaluation: "Evaluation", call: Call, kernel: _Kernel) -> Vector:
    """The last argument's series as histograms, each given to the kernel."""
    found = evaluation.vector(call.args[-1])
    histograms: dict[Labels, list[tuple[float, int]]] = {}
    for row, labels in enumerate(found.labels):
        bound = go_float(value_of(labels, "le"))
        if bound is not None:
            histograms.setdefault(without(labels, {"le"}), []).append((bound, row))
    if not histograms:
        return Vector.empty(evaluation.steps)
    values, present = [], []
    for buckets in histograms.values():
        buckets.sort()
        bounds = np.array([bound for bound, _ in buckets])
        rows = [row for _, row in buckets]
        values.append(_by_steps(kernel, bounds, found.values[rows], found.present[rows]))
        present.append(found.present[rows].any(axis=0))
    # Histograms of two metrics may have the same labels: then none is the result.
    named = tuple(nameless(key) for key in histograms)
    return evaluation.unique(Vector(named, np.stack(values), np.stack(present)), call)


def _by_steps(kernel: _Kernel, bounds: Floats, counts: Floats, present: Bools) -> Floats:
    """Steps at which the same buckets are there are taken together."""
    result = np.full(present.shape[1], np.nan)
    patterns, which = np.unique(present, axis=1, return_inverse=True)
    for number, there in enumerate(patterns.T):
        steps = np.flatnonzero(which.ravel() == number)
        if there.any():
            result[steps] = kernel(steps, bounds[there], counts[np.ix_(there, steps)])
    return result
