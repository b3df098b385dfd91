"""How long customers stay: the shifted-beta-geometric model of a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import ArrayLike

from .checks import Floats, at_least
from .checks import counts as checked_counts
from .errors import NotConverged, NotIdentified, OutOfRange, TooFew
from .exact import Integers
from .results import Result


@dataclass(frozen=True, slots=True, eq=False)
class Retention(Result):
    """
    Each customer leaves with a chance of their own every period, beta distributed.

    ``alpha`` and ``beta`` are of that distribution: on average α / (α + β) leave at first,
    and ever fewer, as who is likely to leave has left. ``rates`` are the fitted retention
    rates r_1, …, r_T and ``surviving`` the fitted shares S(1), …, S(T), 0 to 1.
    """

    n: int
    alpha: float
    beta: float
    log_likelihood: float
    rates: Floats  # (T,)
    surviving: Floats  # (T,)
    method: ClassVar[str] = "shifted-beta-geometric, maximum likelihood"
    source: ClassVar[str] = "Fader and Hardie 2007, eq. 7"


def fit_retention(customers: ArrayLike) -> Retention:
    """
    The shifted-beta-geometric model of a contractual cohort (Fader and Hardie 2007).

    P(leaves in t) = P(t - 1) · (β + t - 2) / (α + β + t - 1), P(1) = α / (α + β);
    r_t = (β + t - 1) / (α + β + t - 1). Maximum likelihood of the counts.

    :param customers: (T + 1,) how many of a cohort are there at the start and after each
        period; never rising.
    :raises TooFew: with fewer than three counts, or nobody at the start.
    :raises NotIdentified: when nobody, or everybody at once, left.
    :raises NotConverged: when the search does not end: all leave at one and the same rate.
    :raises OutOfRange: when a count is negative, not whole, or rises.

    R: ``foretell::BG`` or ``optim`` of eq. 7.

    >>> found = fit_retention([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> round(found.alpha, 3), round(found.beta, 3), round(found.log_likelihood, 1)
    (0.668, 3.806, -1611.2)
    """
    counts = checked_counts(customers, "customers")
    if counts.ndim != 1 or len(counts) < 3 or counts[0] < 1:
        raise TooFew("a cohort needs a start and two periods after it")
    if (np.diff(counts) > 0).any():
        raise OutOfRange("a cohort only shrinks, and this one grows")
    left, stayed = -np.diff(counts), int(counts[-1])
    if stayed == counts[0] or left[0] == counts[0]:
        raise NotIdentified("somebody has to leave, and not all at once")

    start, bounds = np.zeros(2), [(-_WIDEST, _WIDEST)] * 2
    found = scipy.optimize.minimize(
        _distance, start, (left, stayed), method="L-BFGS-B", jac=True, bounds=bounds
    )
    alpha, beta = np.exp(found.x).tolist()
    if not found.success or alpha + beta > _ALIKE:
        raise NotConverged("all leave at one rate: no spread between them can be found")
    rates, surviving = _fitted(alpha, beta, len(left))
    likelihood = -float(found.fun) * int(counts[0])
    return Retention(int(counts[0]), alpha, beta, likelihood, rates, surviving)


_WIDEST = 12.0  # of ln α and ln β
_ALIKE = 100.0
"""With α + β beyond, rates differ by a standard deviation of less than 0.05: too little for
a cohort's counts to tell."""


def _distance(logs: Floats, left: Integers, stayed: int) -> tuple[float, Floats]:
    """Minus the mean log likelihood at (ln α, ln β), and its slopes (eq. 7)."""
    psi, beta_function = scipy.special.psi, scipy.special.betaln
    alpha, beta = np.exp(logs).tolist()
    t = np.arange(1, len(left) + 1)
    last = len(left)
    whole = beta_function(alpha, beta)
    leaves = beta_function(alpha + 1, beta + t - 1) - whole
    survives = beta_function(alpha, beta + last) - whole
    n = int(left.sum()) + stayed
    shared = psi(alpha + beta) - psi(alpha + beta + t)
    ended = psi(alpha + beta) - psi(alpha + beta + last)
    by_alpha = left @ (shared + psi(alpha + 1) - psi(alpha)) + stayed * ended
    by_beta = left @ (shared + psi(beta + t - 1) - psi(beta))
    by_beta += stayed * (ended + psi(beta + last) - psi(beta))
    slopes = -np.array([alpha * by_alpha, beta * by_beta]) / n
    return -float(left @ leaves + stayed * survives) / n, slopes


def _fitted(alpha: float, beta: float, periods: int) -> tuple[Floats, Floats]:
    t = np.arange(1, periods + 1)
    rates = (beta + t - 1) / (alpha + beta + t - 1)
    return rates, np.asarray(np.cumprod(rates), np.float64)


def residual_value(
    found: Retention, margin: float, *, discount: float, period: int = 0
) -> float:
    """
    What a customer still there after some periods is worth from then on, in money.

    Σ_{t ≥ 0} m S(n + t) / S(n) / (1 + d)^t = m · ₂F₁(1, β + n; α + β + n; 1 / (1 + d)), the
    first margin now (Fader and Hardie 2010, eq. 5): more than at first, for who stayed is
    likely to stay.

    :param margin: m, money a period. :param discount: d a period, above 0.
    :param period: n, how many have passed.
    :raises OutOfRange: when the discount is not above 0, or a number negative.

    R: ``m * hypergeo::hypergeo(1, b + n, a + b + n, 1 / (1 + d))``.

    >>> found = fit_retention([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> round(residual_value(found, 100.0, discount=0.1), 2)
    592.22
    """
    rate = at_least(discount, _LEAST_DISCOUNT, "a discount")
    passed = at_least(period, 0, "periods")
    first = found.beta + passed
    factor = scipy.special.hyp2f1(1, first, found.alpha + first, 1 / (1 + rate))
    return at_least(margin, 0, "a margin") * float(factor)


_LEAST_DISCOUNT = 1e-6
