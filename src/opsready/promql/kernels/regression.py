"""deriv and predict_linear: a line through the samples of each window, by least squares."""

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints
from opsready.promql.kernels.kahan import add, chosen
from opsready.promql.windows import Windows


class _Sum:
    def __init__(self, shape: tuple[int, int]) -> None:
        self._total, self._rest = np.zeros(shape), np.zeros(shape)

    def take(self, increment: Floats, active: Bools | None) -> None:
        total, rest = add(increment, self._total, self._rest)
        self._total = chosen(active, total, self._total)
        self._rest = chosen(active, rest, self._rest)

    @property
    def value(self) -> Floats:
        return self._total + self._rest


def lines(windows: Windows, origin_ms: Ints) -> tuple[Floats, Floats]:
    """Slope per second, and value at the origin, of the line through each window."""
    shape = windows.shape
    x_sum, y_sum, xy_sum, xx_sum = (_Sum(shape) for _ in range(4))
    first = windows.first
    constant = np.ones(shape, dtype=np.bool_)
    for column in windows.columns():
        x = np.broadcast_to((column.times - origin_ms) / 1000, shape)
        same = column.values == first
        constant &= same if column.active is None else same | ~column.active
        x_sum.take(x, column.active)
        y_sum.take(column.values, column.active)
        xy_sum.take(x * column.values, column.active)
        xx_sum.take(x * x, column.active)
    constant |= windows.bounds.counts == 1
    n = windows.bounds.counts
    x, y = x_sum.value, y_sum.value
    covariance = xy_sum.value - x * y / n
    slope = covariance / (xx_sum.value - x * x / n)
    at_origin = y / n - slope * x / n
    flat = np.where(np.isinf(first), np.nan, 0.0)
    return np.where(constant, flat, slope), np.where(constant, first + flat, at_origin)
