"""Controls that were like the treated, picked before the result is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import Collinear, NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.exact import Integers, Mask
from gapless_stats.results import Result

Floats = NDArray[np.float64]

CONTROLS = 3
"""So many controls to each treated unit (domain.md 4.12)."""

ALIKE = 0.1
"""Up to this standardised difference groups count as balanced (Austin 2009)."""


@dataclass(frozen=True, slots=True, eq=False)
class Matched(Result):
    """
    Which controls stand for each treated unit, nearest first, and how alike they are.

    ``imbalance`` is each covariate's difference of means between the treated and the
    chosen, in standard deviations of the treated; ``raw`` the same against all controls.
    """

    n: int  # units to choose from, treated and not
    treated: Integers  # (m,) places of the treated
    controls: Integers  # (m, k) places of controls, each chosen once
    distance: Floats  # (m, k)
    raw: Floats  # (d,)
    imbalance: Floats  # (d,)
    method: ClassVar[str] = (
        "nearest neighbours by Mahalanobis distance, without replacement"
    )
    source: ClassVar[str] = "Rubin 1980; Stuart 2010; Austin 2009 (balance)"

    @property
    def balanced(self) -> bool:
        """Whether no covariate differs by more than a tenth of a standard deviation."""
        return bool((np.abs(self.imbalance) <= ALIKE).all())


def matched_controls(
    covariates: Floats, *, treated: Mask, controls: int = CONTROLS
) -> Matched:
    """
    For each treated unit the k untreated that were most like it before.

    Distance √((x - y)' S⁻¹ (x - y)) with S the covariance within both groups. In each of k
    rounds every treated unit gets one control, the closest pair that is free coming first;
    nobody is a control twice.
    R: ``MatchIt::matchit(treated ~ ., d, distance = "mahalanobis", ratio = 3)``.

    :param covariates: (B, d) of units *before*: level, trend, size, dummies of format.
    :param treated: (B,) true of the treated.
    :raises WrongShape: when covariates and treated are not of the same units.
    :raises OutOfRange: when a covariate is not finite, or ``controls`` below 1.
    :raises TooFew: without a treated unit, or with fewer than k controls to each.
    :raises NoVariance: when a covariate is the same for all units of both groups.
    :raises Collinear: when some covariates together say what another says.

    Source: Rubin 1980, Biometrics 36:293; Stuart 2010, Statistical Science 25:1.

    >>> sizes = np.array([[3.0], [9.0], [4.0], [8.5], [1.0], [20.0]])
    >>> found = matched_controls(sizes, treated=np.arange(6) < 2, controls=1)
    >>> found.controls.tolist()
    [[2], [3]]
    """
    _usable(covariates, treated, controls)
    chosen, others = np.flatnonzero(treated), np.flatnonzero(~treated)
    groups = covariates[chosen], covariates[others]
    pooled = (_scatter(groups[0]) + _scatter(groups[1])) / (len(covariates) - 2)
    inverse = _inverse(pooled)
    apart = groups[0][:, None, :] - groups[1][None, :, :]
    distance = np.sqrt(np.einsum("abi,ij,abj->ab", apart, inverse, apart))
    places = _greedy(distance, controls)
    spread = _spread(groups[0], pooled)
    matched = groups[1][places].reshape(-1, covariates.shape[1])
    centre = groups[0].mean(axis=0)
    return Matched(
        n=len(covariates),
        treated=chosen.astype(np.int64),
        controls=others[places].astype(np.int64),
        distance=np.take_along_axis(distance, places, axis=1),
        raw=(centre - groups[1].mean(axis=0)) / spread,
        imbalance=(centre - matched.mean(axis=0)) / spread,
    )


_FLAT = 1e-10


def _greedy(distance: Floats, controls: int) -> NDArray[np.intp]:
    """Round by round, the closest pair that is still free, (m, controls)."""
    found = np.empty((len(distance), controls), np.intp)
    free = distance.copy()
    for turn in range(controls):
        waiting = free.copy()
        for _ in range(len(distance)):
            unit, control = np.unravel_index(np.argmin(waiting), waiting.shape)
            found[unit, turn] = control
            waiting[unit], waiting[:, control], free[:, control] = np.inf, np.inf, np.inf
    return found


def _scatter(group: Floats) -> Floats:
    centred = group - group.mean(axis=0)
    return np.asarray(centred.T @ centred)


def _spread(group: Floats, pooled: Floats) -> Floats:
    """Standard deviations of the treated; where those are all alike, within groups."""
    own = group.std(axis=0, ddof=1) if len(group) > 1 else np.zeros(group.shape[1])
    return np.where(own > 0, own, np.sqrt(np.diag(pooled)))


def _inverse(pooled: Floats) -> Floats:
    spread = np.sqrt(np.diag(pooled))
    if not spread.all():
        raise NoVariance(f"covariate {int(spread.argmin())} does not vary within groups")
    correlation = pooled / np.outer(spread, spread)
    if np.linalg.eigvalsh(correlation)[0] < _FLAT:
        raise Collinear("some covariates together say what another says")
    return np.asarray(np.linalg.inv(correlation) / np.outer(spread, spread))


def _usable(covariates: Floats, treated: Mask, controls: int) -> None:
    if covariates.ndim != 2 or treated.shape != covariates.shape[:1]:
        raise WrongShape(f"covariates {covariates.shape} are not of {len(treated)} units")
    if not np.isfinite(covariates).all():
        raise OutOfRange("a covariate is a finite number")
    if controls < 1:
        raise OutOfRange(f"each treated unit gets a control at least, not {controls}")
    chosen = int(treated.sum())
    if chosen < 1 or len(treated) - chosen < max(controls * chosen, 2):
        raise TooFew(
            f"{len(treated) - chosen} controls are not {controls} to each of {chosen}"
        )
