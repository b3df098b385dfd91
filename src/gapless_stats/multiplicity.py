"""
Many tests at once: p values adjusted for their number.

The family whose number counts is what a reader sees together: one page of a report.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .errors import OutOfRange

Floats = NDArray[np.float64]


def benjamini_hochberg(p_values: Sequence[float]) -> Floats:
    """
    The p values adjusted for their number (Benjamini and Hochberg 1995), in input order.

    q_(i) = min over j ≥ i of p_(j) · m / j; calling q ≤ 0.05 a finding keeps the
    expected share of false findings at 5 %, of tests that are independent or go together.
    R: ``p.adjust(p, "BH")``.

    :param p_values: (m,) 0 to 1.
    :returns: (m,) q values, 0 to 1.
    :raises OutOfRange: when a p value is missing, or not between 0 and 1.

    Source: Benjamini and Hochberg 1995, J. Royal Statistical Society B 57:289.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.005, 0.55]).round(12).tolist()
    [0.025, 0.05, 0.05, 0.025, 0.55]
    """
    p, order = _sorted(p_values)
    return _stepped_up(p * len(p) / np.arange(1, len(p) + 1), order)


def benjamini_yekutieli(p_values: Sequence[float]) -> Floats:
    """
    As ``benjamini_hochberg``, and true however the tests depend on each other.

    q_(i) = min over j ≥ i of p_(j) · m / j · Σ_{k=1}^{m} 1/k, at most 1.
    R: ``p.adjust(p, "BY")``.

    :param p_values: (m,) 0 to 1.
    :returns: (m,) q values, 0 to 1.
    :raises OutOfRange: when a p value is missing, or not between 0 and 1.

    Source: Benjamini and Yekutieli 2001, Annals of Statistics 29:1165, theorem 1.3.

    >>> benjamini_yekutieli([0.01, 0.04]).round(12).tolist()
    [0.03, 0.06]
    """
    p, order = _sorted(p_values)
    places = np.arange(1, len(p) + 1)
    scaled = p * len(p) / places * (1 / places).sum()
    return _stepped_up(np.minimum(scaled, 1.0), order)


def holm(p_values: Sequence[float]) -> Floats:
    """
    The p values adjusted so that any false finding among them is rare (Holm 1979), in
    input order.

    p_(i) becomes the max over j ≤ i of min(1, (m - j + 1) · p_(j)). For up to five planned
    tests; for more see ``benjamini_hochberg``. R: ``p.adjust(p, "holm")``.

    :param p_values: (m,) 0 to 1.
    :returns: (m,) adjusted p values, 0 to 1.
    :raises OutOfRange: when a p value is missing, or not between 0 and 1.

    Source: Holm 1979, Scandinavian J. of Statistics 6:65.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p, order = _sorted(p_values)
    scaled = np.minimum(p * np.arange(len(p), 0, -1), 1.0)
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(scaled)
    return adjusted


def _sorted(p_values: Sequence[float]) -> tuple[Floats, NDArray[np.intp]]:
    if any(p is None or not 0 <= p <= 1 for p in p_values):
        raise OutOfRange("a p value lies between 0 and 1 and cannot be missing")
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    return p[order], order


def _stepped_up(scaled: Floats, order: NDArray[np.intp]) -> Floats:
    adjusted = np.empty(len(scaled))
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return adjusted
