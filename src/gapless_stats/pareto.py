"""Pareto's table: the few causes behind most of the effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .errors import OutOfRange, TooFew, WrongShape
from .exact import Integers
from .results import Result

Floats = NDArray[np.float64]

VITAL = 0.8
"""Juran's four fifths: the causes that come to so much are the vital few."""


@dataclass(frozen=True, slots=True, eq=False)
class Pareto(Result):
    """
    k causes from the largest to the smallest; of equal ones the first named comes first.

    ``order`` has their positions in what was given, and ``cumulative`` what share of all
    lies with each and those before it. The first ``vital`` of them are the vital few.
    """

    n: float
    order: Integers  # (k,)
    amounts: Floats  # (k,)
    shares: Floats  # (k,)
    cumulative: Floats  # (k,)
    vital: int
    method: ClassVar[str] = "Pareto table"
    source: ClassVar[str] = "Juran 1951, Quality Control Handbook"


def pareto(amounts: NDArray[np.generic], *, vital: float = VITAL) -> Pareto:
    """
    Causes in the order of how much lies with them, and what they add up to.

    cumulative_j = Σ_{i ≤ j} x_(i) / Σx, with x_(1) ≥ x_(2) ≥ … R: ``qcc::pareto.chart(x)``.

    :param amounts: (k,) counts, costs or minutes of each cause, at least 0.
    :param vital: with how large a share of all the vital few end.
    :raises TooFew: when there is no cause, or nothing lies with any.
    :raises WrongShape: when amounts have more than one dimension.
    :raises OutOfRange: when an amount is not finite or below 0, or ``vital`` not above 0
        and at most 1.

    Source: Juran 1951. The defects of qcc's own example:

    >>> found = pareto(np.array([80, 27, 66, 94, 33]))
    >>> found.order.tolist(), found.cumulative.round(4).tolist(), found.vital
    ([3, 0, 2, 4, 1], [0.3133, 0.58, 0.8, 0.91, 1.0], 3)
    """
    each = np.asarray(amounts, dtype=np.float64)
    if each.ndim != 1:
        raise WrongShape(f"causes are a list, not of {each.ndim} dimensions")
    if not (np.isfinite(each) & (each >= 0)).all():
        raise OutOfRange("what lies with a cause is a finite number of at least 0")
    if not 0 < vital <= 1:
        raise OutOfRange(f"the vital few hold a share of up to 1, not {vital}")
    whole = float(each.sum())
    if whole == 0:
        raise TooFew("nothing lies with any cause")
    order = np.argsort(-each, kind="stable")
    sums = each[order].cumsum()
    # A hair less, as four fifths of a sum of floats may miss by a bit.
    few = int(np.searchsorted(sums, vital * whole * (1 - 1e-12))) + 1
    return Pareto(
        n=whole,
        order=order,
        amounts=each[order],
        shares=each[order] / whole,
        cumulative=sums / sums[-1],
        vital=min(few, len(each)),
    )
