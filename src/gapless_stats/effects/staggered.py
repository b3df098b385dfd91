"""
Units that were treated one after another: effects by group and time.

Plain regression with unit and period effects compares late starters with early ones that
are already treated, and may turn a gain into a loss. Here each group is compared only with
those not treated yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.estimates import interval_about, tail_of, two_sided
from gapless_stats.exact import AnyIntegers, Integers
from gapless_stats.intervals import Interval
from gapless_stats.results import Result

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Staggered(Result):
    """
    The mean effect on those treated, over all groups and periods, and by time since.

    In points; ``n`` counts units. After ``exposure[k]`` periods (0 in the first) the effect
    was ``effects[k]``, over the groups that were watched so long.
    """

    n: int
    effect: float
    error: float
    interval: Interval
    p_value: float
    exposure: Integers  # (K,)
    effects: Floats  # (K,)
    errors: Floats  # (K,)
    low: Floats  # (K,)
    high: Floats  # (K,)
    level: float
    method: ClassVar[str] = "group-time effects, not yet treated as controls"
    source: ClassVar[str] = "Callaway and Sant'Anna 2021, eqs. 2.9, 3.4 and 3.11"


def staggered_effects(
    outcome: Floats, *, first: AnyIntegers, level: float = 0.95
) -> Staggered:
    """
    The effect of what units got at different times (Callaway and Sant'Anna 2021).

    ATT(g, t) = mean of Y_t - Y_{g-1} of those first treated in g, less that of those not
    treated by t. Averages weigh groups by their units. Errors by influence functions, with
    n / (n - 1) for each mean; normal intervals, so for 10 units of a kind or more.
    R: ``did::aggte(did::att_gt(…, control_group = "notyettreated"), type = "dynamic")``.

    :param outcome: (B, T) unit means in points, without holes.
    :param first: (B,) place of each unit's first treated period, 1 to T - 1; T for never.
    :raises WrongShape: when outcome and first are not of the same units.
    :raises OutOfRange: when a mean is not finite, a unit has no period before treatment, or
        ``level`` is not between 0 and 1.
    :raises TooFew: when a group has one unit only, or no group ever has two controls.
    :raises NoVariance: when nothing varies within groups.

    Source: Callaway and Sant'Anna 2021, J. of Econometrics 225:200.

    >>> rng = np.random.default_rng(1)
    >>> first = np.repeat([2, 3, 5], 20)
    >>> outcome = rng.standard_normal((60, 5)) + 2 * (np.arange(5) >= first[:, None])
    >>> found = staggered_effects(outcome, first=first)
    >>> found.interval.low < 2 < found.interval.high, found.exposure.tolist()
    (True, [0, 1, 2])
    """
    tail = tail_of(level)
    _usable(outcome, first)
    cells = list(_cells(outcome, first))
    if not cells:
        raise TooFew("no group has two controls that are not treated yet")
    exposures, sizes, effects, shares = map(np.array, zip(*cells, strict=True))
    effect, influence = _mean(sizes, effects, shares)
    error = float(np.sqrt(influence @ influence))
    if error == 0:
        raise NoVariance("within each group all units change alike")
    known = np.unique(exposures)
    means = [
        _mean(*(each[exposures == k] for each in (sizes, effects, shares))) for k in known
    ]
    by_exposure = np.array([mean for mean, _ in means])
    errors = np.array([np.sqrt(share @ share) for _, share in means])
    reach = -float(scipy.special.ndtri(tail)) * errors
    return Staggered(
        n=len(outcome),
        effect=effect,
        error=error,
        interval=interval_about(
            effect, error, level=level, method="normal", source=Staggered.source
        ),
        p_value=two_sided(effect, error),
        exposure=known.astype(np.int64),
        effects=by_exposure,
        errors=errors,
        low=by_exposure - reach,
        high=by_exposure + reach,
        level=level,
    )


def _cells(outcome: Floats, first: AnyIntegers) -> Iterator[tuple[int, int, float, Floats]]:
    """Of each group and period: time since, units, effect, each unit's influence (B,)."""
    periods = outcome.shape[1]
    for group in np.unique(first[first < periods]).tolist():
        treated = first == group
        for period in range(group, periods):
            waiting = first > period
            if waiting.sum() < 2:
                continue
            change = outcome[:, period] - outcome[:, group - 1]
            one, other = change[treated].mean(), change[~treated & waiting].mean()
            influence = _share(change - one, treated) - _share(change - other, waiting)
            yield period - group, int(treated.sum()), float(one - other), influence


def _share(apart: Floats, those: NDArray[np.bool_]) -> Floats:
    """What each unit moves a mean by, so that squares sum to s² / n."""
    n = int(those.sum())
    return np.asarray(np.where(those, apart, 0.0) / np.sqrt(n * (n - 1)))


def _mean(sizes: Floats, effects: Floats, shares: Floats) -> tuple[float, Floats]:
    weights = sizes / sizes.sum()
    return float(weights @ effects), np.asarray(weights @ shares)


def _usable(outcome: Floats, first: AnyIntegers) -> None:
    if outcome.ndim != 2 or first.shape != outcome.shape[:1]:
        raise WrongShape(f"outcomes {outcome.shape} are not of {len(first)} units")
    if not np.isfinite(outcome).all():
        raise OutOfRange("every unit has a mean in every period; leave others out")
    if len(first) == 0 or (first >= outcome.shape[1]).all():
        raise TooFew("no unit was ever treated")
    if first.min() < 1:
        raise OutOfRange("a unit treated from the start has no before; leave it out")
    groups, sizes = np.unique(first[first < outcome.shape[1]], return_counts=True)
    if sizes.min() < 2:
        raise TooFew(f"in period {groups[sizes.argmin()]} one unit alone was first treated")
