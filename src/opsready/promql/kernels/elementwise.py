"""Operators and functions of single samples."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from opsready.promql.arrays import Bools, Floats
from opsready.promql.kernels.powers import ln, log2, log10, power

ARITHMETIC: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "^": power,
    "atan2": np.arctan2,
}
COMPARISON: Mapping[str, Callable[[Floats, Floats], Bools]] = {
    "==": np.equal,
    "!=": np.not_equal,
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
}


_LARGE = 21.0
"""From here on Go halves e^x, which is infinite for a little more than sinh and cosh are."""


def _half_power(values: Floats) -> Floats:
    return np.exp(np.abs(values)) * 0.5


def _sign(values: Floats) -> Floats:
    return np.where(values < 0, -1.0, np.where(values > 0, 1.0, values))


FUNCTIONS: Mapping[str, Callable[[Floats], Floats]] = {
    "abs": np.abs,
    "acos": np.arccos,
    "acosh": np.arccosh,
    "asin": np.arcsin,
    "asinh": np.arcsinh,
    "atan": np.arctan,
    "atanh": np.arctanh,
    "ceil": np.ceil,
    "cos": np.cos,
    "cosh": lambda values: np.where(np.abs(values) > _LARGE, _half_power(values), np.cosh(values)),
    "deg": lambda values: values * 180 / math.pi,
    "exp": np.exp,
    "floor": np.floor,
    "ln": ln,
    "log10": log10,
    "log2": log2,
    "rad": lambda values: values * math.pi / 180,
    "sgn": _sign,
    "sin": np.sin,
    "sinh": lambda values: np.where(
        np.abs(values) > _LARGE, np.copysign(_half_power(values), values), np.sinh(values)
    ),
    "sqrt": np.sqrt,
    "tan": np.tan,
    "tanh": np.tanh,
}
"""The functions of one sample; each drops the metric's name."""


def smaller(left: Floats, right: Floats) -> Floats:
    """The smaller of two; NaN where either is, but for -Inf, as in Go."""
    infinite = (left == -np.inf) | (right == -np.inf)
    return np.where(infinite, -np.inf, np.minimum(left, right))


def larger(left: Floats, right: Floats) -> Floats:
    """The larger of two; NaN where either is, but for Inf, as in Go."""
    infinite = (left == np.inf) | (right == np.inf)
    return np.where(infinite, np.inf, np.maximum(left, right))


def rounded(values: Floats, to_nearest: Floats) -> Floats:
    """To the nearest multiple, halves upwards."""
    inverse = 1.0 / to_nearest
    return np.asarray(np.floor(values * inverse + 0.5) / inverse)
