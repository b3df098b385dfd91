"""Integer arithmetic that never wraps: int64 where it fits, Python integers elsewhere."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import OutOfRange, WrongShape

Integers = NDArray[np.int64]
AnyIntegers = NDArray[Any]
"""An array of integers: of an integer dtype, or of Python integers (dtype object)."""
Mask = NDArray[np.bool_]
"""True where there is an answer."""

INT64_LIMIT = 2**63
FLOAT64_EXACT_LIMIT = 2**53


def peak(values: AnyIntegers) -> int:
    """
    The largest absolute value of an integer array, max |x|; 0 of an empty one.

    As a Python integer: |-2⁶³| does not fit in 64 bits.

    :raises TypeError: when the values are not integers.

    Source: IEEE 754-2019, 5.3 for what floats hold exactly. R: ``max(abs(x))``.

    >>> peak(np.array([-3, 2]))
    3
    """
    if values.dtype.kind not in "biuO":
        raise TypeError(f"exact sums are of integers, not of {values.dtype}")
    if values.size == 0:
        return 0
    return max(-int(values.min()), int(values.max()))


def fitting(values: AnyIntegers, *, bound: int) -> AnyIntegers:
    """
    ``values`` in a dtype in which results up to ``bound`` in size stay exact.

    int64 below 2⁶³, else Python integers (dtype object).

    :raises OutOfRange: when the bound is negative.

    Source: IEEE 754-2019. R: ``bit64::as.integer64`` or ``gmp::as.bigz``.

    >>> fitting(np.array([1]), bound=2**63).dtype
    dtype('O')
    """
    if bound < 0:
        raise OutOfRange(f"a size is at least 0, not {bound}")
    return values.astype(np.int64 if bound < INT64_LIMIT else object)


def dot(left: AnyIntegers, right: AnyIntegers) -> int:
    """
    The sum of ``left * right`` over two (n,) integer arrays, Σ x y, exactly.

    :raises WrongShape: when the lengths differ.
    :raises TypeError: when the values are not integers.

    Source: IEEE 754-2019. R: ``sum(x * y)`` with ``gmp::as.bigz``.

    >>> dot(np.array([2**62]), np.array([4])) == 2**64
    True
    """
    if left.shape != right.shape:
        raise WrongShape(f"arrays of {left.shape} and {right.shape} have no product")
    bound = len(left) * peak(left) * peak(right)
    return int(fitting(left, bound=bound) @ fitting(right, bound=bound))


def total(values: AnyIntegers) -> int:
    """
    The sum of an (n,) integer array, Σ x, exactly.

    :raises TypeError: when the values are not integers.

    Source: IEEE 754-2019. R: ``sum(x)`` with ``gmp::as.bigz``.

    >>> total(np.array([2**62, 2**62])) == 2**63
    True
    """
    return int(fitting(values, bound=len(values) * peak(values)).sum())


def divide_half_even(numerator: AnyIntegers, denominator: AnyIntegers) -> Integers:
    """
    Each quotient rounded to the nearest integer, ties to the even one, (n,).

    Ties go to the even neighbour, so that sums of many do not drift.

    :param numerator: (n,) integers of any sign.
    :param denominator: (n,) positive integers.
    :raises OverflowError: when a quotient does not fit in 64 bits.
    :raises OutOfRange: when a denominator is not positive.

    Source: IEEE 754-2019, 4.3.1. R: ``round(x / y)``.

    >>> divide_half_even(np.array([1, 3, -5]), np.array([2, 2, 2])).tolist()
    [0, 2, -2]
    """
    if len(denominator) and denominator.min() <= 0:
        raise OutOfRange("a denominator is positive, and one of them is not")
    quotient = numerator // denominator
    remainder = numerator - quotient * denominator
    # remainder > denominator / 2, written so that doubling cannot overflow.
    rest = denominator - remainder
    up = (remainder > rest) | ((remainder == rest) & (quotient % 2 == 1))
    return np.asarray(quotient + up.astype(np.int64), dtype=np.int64)
