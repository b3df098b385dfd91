"""
Were the treated on the same path before? Event study, pre-trends, placebo.

A difference in differences takes for granted that without treatment both would have changed
alike. That cannot be tested; that they did so *before* can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.estimates import tail_of, upper_tail_of_f
from gapless_stats.exact import Mask
from gapless_stats.results import Result

from .differences import DifferenceInDifferences, did_of_units

Floats = NDArray[np.float64]

FEWEST_BEFORE = 4
"""Fewer periods before treatment show no trend (domain.md 4.12)."""


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy(Result):
    """
    How treated and controls moved apart in each of T periods, against the last before.

    ``f`` tests that all effects before treatment are 0 together. ``equivalence`` is the
    bound within which each of them lies, shown at 5 %: where it is small against the
    effect, paths were alike; a large ``p_value`` alone does not say so.
    """

    n: int  # units
    effect: Floats  # (T,) 0 in the last period before treatment
    error: Floats  # (T,) likewise
    low: Floats  # (T,)
    high: Floats  # (T,)
    level: float
    f: float
    degrees: tuple[int, int]
    p_value: float
    equivalence: float
    method: ClassVar[str] = "event study of units' changes; Hotelling's T² before treatment"
    source: ClassVar[str] = (
        "Freyaldenhoven, Hansen and Shapiro 2019; Hotelling 1931; Schuirmann 1987"
    )


def event_study(
    outcome: Floats, *, treated: Mask, first: int, level: float = 0.95
) -> EventStudy:
    """
    How far treated and controls moved apart in each period, and whether they had before.

    With r the last period before treatment, effect_t is the difference of mean changes
    Y_bt - Y_br; its error is Welch's. Before treatment, T² = d' [S (1/n_T + 1/n_C)]⁻¹ d,
    S pooled over units, and F = T² (N - k - 1) / (k (N - 2)) with k and N - k - 1 degrees.
    R: ``fixest::feols(y ~ i(period, treated, ref = r) | unit + period)``.

    :param outcome: (B, T) unit means in points, without holes; ``treated`` (B,).
    :param first: the place of the first treated period; 4 or more come before it. Study
        units that start at different times apart, each against those not yet treated.
    :raises WrongShape: when outcome and treated are not of the same units.
    :raises TooFew: with fewer than four periods before, or units too few for them.
    :raises OutOfRange: when a mean is not finite, there is no such period, or ``level`` is
        not between 0 and 1.
    :raises NoVariance: when changes before treatment do not vary between units.

    Source: Freyaldenhoven, Hansen and Shapiro 2019; Hotelling 1931.

    >>> rng = np.random.default_rng(1)
    >>> treated, after = np.arange(40) < 20, np.arange(6) >= 4
    >>> outcome = rng.standard_normal((40, 6)) + 2 * np.outer(treated, after)
    >>> found = event_study(outcome, treated=treated, first=4)
    >>> found.p_value > 0.05, found.low[4].item() > 0
    (True, True)
    """
    _usable(outcome, treated, first)
    changes = outcome - outcome[:, [first - 1]]
    groups = changes[treated], changes[~treated]
    sizes = [len(each) for each in groups]
    effect = groups[0].mean(axis=0) - groups[1].mean(axis=0)
    parts = np.array([each.var(axis=0, ddof=1) / len(each) for each in groups])
    squared = parts.sum(axis=0)
    if not np.delete(squared, first - 1).all():
        raise NoVariance(
            "in some period all treated changed alike, and so did all controls"
        )
    degrees = np.array(sizes)[:, None] - 1
    safe = np.where(squared > 0, squared, 1.0)
    freedom = np.maximum(
        safe**2 / np.maximum((parts**2 / degrees).sum(axis=0), 1e-300), 1.0
    )
    error = np.sqrt(squared)
    reach = -scipy.special.stdtrit(freedom, tail_of(level)) * error
    f, between, within = _before(groups, effect[: first - 1])
    shown = -scipy.special.stdtrit(freedom, _ONE_SIDED) * error
    return EventStudy(
        n=len(outcome),
        effect=effect,
        error=error,
        low=effect - reach,
        high=effect + reach,
        level=level,
        f=f,
        degrees=(between, within),
        p_value=upper_tail_of_f(f, between, within),
        equivalence=float((np.abs(effect) + shown)[: first - 1].max()),
    )


_ONE_SIDED = 0.05
"""Two one-sided tests at 5 % (Schuirmann 1987)."""


def placebo_effect(
    outcome: Floats, *, treated: Mask, first: int, level: float = 0.95
) -> DifferenceInDifferences:
    """
    The effect of a treatment that never was: the later half of "before" against the first.

    ``did_of_units`` of each unit's means over the two halves of the periods before
    treatment. It should be about 0; where it is not, do not believe the real one either.
    R: ``t.test(rowMeans(late) - rowMeans(early) ~ treated)``.

    :param outcome: (B, T) unit means in points; ``treated`` (B,); ``first`` the place of
        the first treated period, 4 or more.
    :raises WrongShape: when outcome and treated are not of the same units.
    :raises TooFew: with fewer than four periods before, or two units of either kind.
    :raises OutOfRange: when a mean is not finite, there is no such period, or ``level`` is
        not between 0 and 1.
    :raises NoVariance: when all treated changed alike, and all controls did.

    Source: Angrist and Pischke 2009, section 5.2; Bertrand, Duflo and Mullainathan 2004.

    >>> outcome = np.array([[1.0, 1, 2, 2, 9], [1, 2, 1, 3, 9],
    ...                     [1, 1, 1, 2, 2], [2, 1, 2, 1, 2]])
    >>> found = placebo_effect(outcome, treated=np.arange(4) < 2, first=4)
    >>> round(found.effect, 4)
    0.5
    """
    _usable(outcome, treated, first, together=False)
    half = first // 2
    early, late = outcome[:, :half].mean(axis=1), outcome[:, half:first].mean(axis=1)
    return did_of_units(early, late, treated=treated, level=level)


def _before(groups: tuple[Floats, Floats], effect: Floats) -> tuple[float, int, int]:
    """Hotelling's F of all effects before treatment, and its degrees."""
    k, n = len(effect), sum(map(len, groups))
    scatter = sum(np.cov(each[:, :k], rowvar=False) * (len(each) - 1) for each in groups)
    pooled = np.atleast_2d(scatter) / (n - 2)
    spread = np.sqrt(np.diag(pooled))
    lengths = np.linalg.eigvalsh(pooled / np.outer(spread, spread))
    if lengths[0] < _FLAT:
        raise NoVariance("some period before treatment only repeats the others")
    parts = 1 / len(groups[0]) + 1 / len(groups[1])
    squared = float(effect @ np.linalg.solve(pooled, effect)) / parts
    return squared * (n - k - 1) / (k * (n - 2)), k, n - k - 1


_FLAT = 1e-10


def _usable(outcome: Floats, treated: Mask, first: int, *, together: bool = True) -> None:
    if outcome.ndim != 2 or treated.shape != outcome.shape[:1]:
        raise WrongShape(f"outcomes {outcome.shape} are not of {len(treated)} units")
    if not np.isfinite(outcome).all():
        raise OutOfRange("every unit has a mean in every period; leave others out")
    if not 0 <= first < outcome.shape[1]:
        raise OutOfRange(f"of {outcome.shape[1]} periods, none has the place {first}")
    if first < FEWEST_BEFORE:
        raise TooFew(f"{FEWEST_BEFORE} periods before treatment show a trend, not {first}")
    chosen = int(treated.sum())
    if min(chosen, len(treated) - chosen) < 2 or (together and len(treated) <= first):
        raise TooFew(
            f"{chosen} treated units and {len(treated) - chosen} controls are too few for"
            f" {first} periods"
        )
