"""What an argument has to be before anything is computed from it; each refuses by name."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import OutOfRange, WrongShape
from .exact import INT64_LIMIT, Integers

Floats = NDArray[np.float64]


def fraction(value: float, name: str) -> float:
    """
    A share or probability from 0 to 1, both included.

    :raises OutOfRange: when it lies outside or is not a number.

    Definition, not a method. R: ``stopifnot(x >= 0, x <= 1)``.

    >>> fraction(0.25, "a churn rate")
    0.25
    """
    if not 0 <= value <= 1:
        raise OutOfRange(f"{name} lies between 0 and 1, not at {value}")
    return float(value)


def at_least(value: float, least: float, name: str) -> float:
    """
    A finite number no smaller than ``least``.

    :raises OutOfRange: when it is smaller or not finite.

    Definition, not a method. R: ``stopifnot(is.finite(x), x >= least)``.

    >>> at_least(3, 0, "a cost")
    3.0
    """
    if not (np.isfinite(value) and value >= least):
        raise OutOfRange(f"{name} is a finite number from {least:g} on, not {value}")
    return float(value)


def above(value: float, floor: float, name: str) -> float:
    """
    A finite number larger than ``floor``.

    :raises OutOfRange: when it is not.

    Definition, not a method. R: ``stopifnot(is.finite(x), x > floor)``.

    >>> above(0.5, 0, "a rate")
    0.5
    """
    if not (np.isfinite(value) and value > floor):
        raise OutOfRange(f"{name} is a finite number above {floor:g}, not {value}")
    return float(value)


def finite(values: ArrayLike, name: str, *, dimensions: int = 1) -> Floats:
    """
    An array of finite numbers with so many dimensions, as float64.

    :raises WrongShape: when it has other dimensions.
    :raises OutOfRange: when a number is missing or infinite.

    Definition, not a method. R: ``stopifnot(is.finite(x))``.

    >>> finite([1, 2], "scores").tolist()
    [1.0, 2.0]
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != dimensions:
        raise WrongShape(f"{name} have {dimensions} dimension(s), not {found.ndim}")
    if not np.isfinite(found).all():
        raise OutOfRange(f"{name} are finite numbers, and one of them is not")
    return found


def counts(
    values: ArrayLike, name: str, *, shape: tuple[int, ...] | None = None
) -> Integers:
    """
    An array of whole numbers from 0 on, as int64, of this shape where one is given.

    :raises WrongShape: when the shape is another.
    :raises OutOfRange: when a number is negative or not whole.

    Definition, not a method. R: ``stopifnot(x == round(x), x >= 0)``.

    >>> counts([3, 0], "answers").tolist()
    [3, 0]
    """
    found: NDArray[Any] = np.asarray(values)
    if shape is not None and found.shape != shape:
        raise WrongShape(f"{name} are an array of {shape}, not of {found.shape}")
    if not ((found >= 0) & (found < INT64_LIMIT) & (found % 1 == 0)).all():
        raise OutOfRange(f"{name} are whole numbers from 0 on, and one of them is not")
    return found.astype(np.int64)


def weights_of(values: ArrayLike, parts: int) -> Floats:
    """
    Weights of so many parts, at least 0 and not all 0, scaled to sum to 1.

    :raises WrongShape: when there are not as many weights as parts.
    :raises OutOfRange: when a weight is negative or missing, or all are 0.

    Definition, not a method. R: ``w / sum(w)``.

    >>> weights_of([3, 1], 2).tolist()
    [0.75, 0.25]
    """
    found = finite(values, "weights")
    if len(found) != parts:
        raise WrongShape(f"{parts} parts need {parts} weights, not {len(found)}")
    if (found < 0).any() or not found.any():
        raise OutOfRange("weights are at least 0, and one of them is above 0")
    return np.asarray(found / found.sum())
