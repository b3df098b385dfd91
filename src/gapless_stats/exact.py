"""Integer arithmetic that never wraps: int64 where it fits, Python integers elsewhere."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
AnyIntegers = NDArray[Any]
"""An array of integers: of an integer dtype, or of Python integers (dtype object)."""
Mask = NDArray[np.bool_]
"""True where there is an answer."""

INT64_LIMIT = 2**63
FLOAT64_EXACT_LIMIT = 2**53


def peak(values: AnyIntegers) -> int:
    """The largest absolute value of an integer array; 0 of an empty one."""
    if values.size == 0:
        return 0
    return max(-int(values.min()), int(values.max()))


def fitting(values: AnyIntegers, *, bound: int) -> AnyIntegers:
    """``values`` in a dtype in which results up to ``bound`` in size stay exact."""
    return values.astype(np.int64 if bound < INT64_LIMIT else object)


def dot(left: AnyIntegers, right: AnyIntegers) -> int:
    """The sum of ``left * right`` over two (n,) integer arrays, exactly."""
    bound = len(left) * peak(left) * peak(right)
    return int(fitting(left, bound=bound) @ fitting(right, bound=bound))


def total(values: AnyIntegers) -> int:
    """The sum of an (n,) integer array, exactly."""
    return int(fitting(values, bound=len(values) * peak(values)).sum())


def divide_half_even(numerator: AnyIntegers, denominator: AnyIntegers) -> Integers:
    """
    Each quotient rounded to the nearest integer, ties to the even one.

    :param numerator: (n,) integers of any sign.
    :param denominator: (n,) positive integers.
    :raises OverflowError: when a quotient does not fit in 64 bits.
    """
    quotient = numerator // denominator
    remainder = numerator - quotient * denominator
    # remainder > denominator / 2, written so that doubling cannot overflow.
    rest = denominator - remainder
    up = (remainder > rest) | ((remainder == rest) & (quotient % 2 == 1))
    return np.asarray(quotient + up.astype(np.int64), dtype=np.int64)
