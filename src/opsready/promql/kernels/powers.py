"""Logarithms and powers by the methods of Go's library, which Prometheus uses.

The C library gives other last bits. The logarithm is that of FreeBSD's msun; a power with a whole
exponent is multiplied together bit by bit.
"""

import numpy as np

from opsready.promql.arrays import Bools, Floats

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_ODD = (6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01)
_ODD_LAST = 1.479819860511658591e-01
_EVEN = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
_ONE_BY_LN2 = 1.44269504088896340736
_ONE_BY_LN10 = 0.43429448190325182765
_LARGEST_WHOLE = 2.0**62
_FARTHEST_EXPONENT = 1 << 12
_BEYOND = 10_000
"""An exponent that no float has: what it scales is 0 or infinite."""


def ln(values: Floats) -> Floats:
    """The natural logarithm."""
    fraction, exponent = np.frexp(values)
    low = fraction < np.sqrt(2) / 2
    f = np.where(low, fraction * 2, fraction) - 1
    k = (exponent - low).astype(np.float64)
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_ODD[0] + s4 * (_ODD[1] + s4 * (_ODD[2] + s4 * _ODD_LAST)))
    even = s4 * (_EVEN[0] + s4 * (_EVEN[1] + s4 * _EVEN[2]))
    half_square = 0.5 * f * f
    rest = s * (half_square + (odd + even)) + k * _LN2_LOW
    result = k * _LN2_HIGH - ((half_square - rest) - f)
    return np.where((values > 0) & np.isfinite(values), result, np.log(values))


def log2(values: Floats) -> Floats:
    """To the base 2, exact for powers of two."""
    fraction, exponent = np.frexp(values)
    result = np.where(fraction == 0.5, exponent - 1.0, ln(fraction) * _ONE_BY_LN2 + exponent)
    return np.where((values > 0) & np.isfinite(values), result, np.log(values))


def log10(values: Floats) -> Floats:
    """To the base 10."""
    return ln(values) * _ONE_BY_LN10


def power(base: Floats, exponent: Floats) -> Floats:
    """`base ^ exponent`."""
    x, y = np.broadcast_arrays(base, exponent)
    result = np.asarray(np.power(x, y))
    root = np.abs(y) == 0.5
    if root.any():
        roots = np.sqrt(x)
        at_root = root & (x > 0) & np.isfinite(x)
        result = np.where(at_root, np.where(y > 0, roots, 1 / roots), result)
    ordinary = np.isfinite(x) & np.isfinite(y) & (x != 0) & (np.abs(y) < _LARGEST_WHOLE) & ~root
    ordinary &= np.isfinite(result) | (x > 0) | (y == np.trunc(y))
    ordinary &= (y != 0) & (y != 1) & (x != 1)
    if ordinary.any():
        result[ordinary] = _multiplied(x[ordinary], y[ordinary])
    return result


def _multiplied(x: Floats, y: Floats) -> Floats:
    part, whole = np.modf(np.abs(y))
    up = part > 0.5
    part, whole = np.where(up, part - 1, part), whole + up
    fraction = np.where(part != 0, np.exp(part * ln(np.abs(x))), 1.0)
    exponent = np.zeros(x.shape, dtype=np.int64)
    square, square_exponent = np.frexp(x)
    square_exponent = square_exponent.astype(np.int64)
    bits = whole.astype(np.int64)
    while bits.any():
        far = (np.abs(square_exponent) > _FARTHEST_EXPONENT) & (bits > 0)
        exponent += np.where(far, square_exponent, 0)
        bits[far] = 0
        takes: Bools = (bits & 1) == 1
        fraction = np.where(takes, fraction * square, fraction)
        exponent += np.where(takes, square_exponent, 0)
        square, square_exponent = square * square, square_exponent * 2
        small = square < 0.5
        square = np.where(small, square + square, square)
        square_exponent = np.clip(square_exponent - small, -(1 << 40), 1 << 40)
        bits >>= 1
    negative = y < 0
    fraction = np.where(negative, 1 / fraction, fraction)
    exponent = np.where(negative, -exponent, exponent)
    return np.ldexp(fraction, np.clip(exponent, -_BEYOND, _BEYOND).astype(np.int32))
