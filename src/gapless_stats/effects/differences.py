"""
Difference in differences: how much more the treated changed than those who were not.

Units, not respondents, were treated, so units are what is counted, and degrees of freedom
are of units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.estimates import interval_about, two_sided
from gapless_stats.exact import Mask
from gapless_stats.intervals import Interval
from gapless_stats.moments import Sums
from gapless_stats.regression import ols_of_rows
from gapless_stats.results import Result

Floats = NDArray[np.float64]

FEW_TREATED = 8
"""With fewer treated units use ``did_by_randomisation`` (domain.md 4.12)."""

MOST_ASSIGNMENTS = 20_000
"""Up to so many ways to choose the treated, each is looked at; of more, a sample is."""

DRAWS = 10_000
SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class DifferenceInDifferences(Result):
    """
    How much more the treated changed than the controls, in scale points.

    ``n`` counts respondents or units: see ``method``. ``freedom`` are Student's degrees.
    """

    n: int
    effect: float
    error: float
    freedom: float
    interval: Interval
    p_value: float
    method: str
    source: str


def difference_in_differences(
    treated_before: Sums,
    treated_after: Sums,
    control_before: Sums,
    control_after: Sums,
    *,
    spreads: Literal["alike", "own"] = "alike",
    level: float = 0.95,
) -> DifferenceInDifferences:
    """
    (Ȳ_T1 - Ȳ_T0) - (Ȳ_C1 - Ȳ_C0) from the sums of four groups of respondents.

    Right where respondents were treated one by one; where units were, see ``did_of_units``.
    Error √Σ s²/n, with one pooled s² and N - 4 degrees (``alike``: the regression's), or
    each group's own and Satterthwaite's degrees (``own``).
    R: ``summary(lm(y ~ treated * after))``.

    :param treated_before: sums of a score; likewise the other three; of one ``scale`` each.
    :raises TooFew: with fewer than two respondents in a group.
    :raises NoVariance: when in every group all score the same.
    :raises OutOfRange: when ``spreads`` is unknown, or ``level`` not between 0 and 1.

    Source: Card and Krueger 1994, eq. 1; Angrist and Pischke 2009, eq. 5.2.3.

    >>> groups = [Sums.of(np.array(g)) for g in ([1, 2], [4, 5], [2, 3], [3, 4])]
    >>> found = difference_in_differences(*groups)
    >>> found.effect, found.error
    (2.0, 1.0)
    """
    groups = (treated_before, treated_after, control_before, control_after)
    if min(each.n for each in groups) < 2:
        raise TooFew("each of the four groups needs two respondents")
    if spreads not in ("alike", "own"):
        raise OutOfRange(f"spreads are alike, or each group's own, not {spreads}")
    n = np.array([each.n for each in groups], dtype=np.float64)
    variances = np.array([each.variance for each in groups])
    if not variances.any():
        raise NoVariance("in every group all score the same")
    if spreads == "alike":
        freedom = float((n - 1).sum())
        variances = np.full(4, (n - 1) @ variances / freedom)
        method = "pooled t of respondents"
    else:
        freedom = _satterthwaite(variances / n, n - 1)
        method = "Welch t of respondents"
    after = treated_after.mean - control_after.mean
    effect = after - (treated_before.mean - control_before.mean)
    error = math.sqrt(float((variances / n).sum()))
    counted = int(n.sum()), method, "Angrist and Pischke 2009, eq. 5.2.3"
    return _found(effect, error, freedom, level, counted)


def did_of_units(
    before: Floats,
    after: Floats,
    *,
    treated: Mask,
    weights: Floats | None = None,
    level: float = 0.95,
) -> DifferenceInDifferences:
    """
    The same where whole units were treated: from each unit's change c_b = Y_b1 - Y_b0.

    Without weights Welch's t of the treated units' changes against the controls'; with
    weights the regression of c on being treated, clustered by unit (CR2, Satterthwaite's
    degrees). With fewer than 8 treated units say ``did_by_randomisation`` beside it.
    R: ``t.test(change ~ treated)``;
    ``clubSandwich::coef_test(lm(change ~ treated, weights = w), "CR2", cluster = unit)``.

    :param before: (B,) unit means in points; ``after`` (B,) of the same units.
    :param treated: (B,) true of the treated; ``weights`` (B,) above 0: with n₀ and n₁
        answers behind the two means, n₀ n₁ / (n₀ + n₁).
    :raises WrongShape: when lengths differ.
    :raises OutOfRange: when a number is not finite, a weight not above 0, or ``level`` not
        between 0 and 1.
    :raises TooFew: with fewer than two treated units or two controls.
    :raises NoVariance: when all treated changed alike, and all controls did.

    Source: Bertrand, Duflo and Mullainathan 2004; Donald and Lang 2007; Pustejovsky and
    Tipton 2018.

    >>> found = did_of_units(np.array([3.0, 4, 5, 4, 3]), np.array([4.0, 5.5, 5, 4.5, 3]),
    ...                      treated=np.array([True, True, False, False, False]))
    >>> round(found.effect, 4), round(found.error, 4)
    (1.0833, 0.3005)
    """
    changes = _changes(before, after, treated)
    if weights is not None:
        return _weighted(changes, treated, weights, level)
    groups = changes[treated], changes[~treated]
    parts = np.array([each.var(ddof=1) / len(each) for each in groups])
    if not parts.any():
        raise NoVariance("all treated units changed alike, and so did all controls")
    freedom = _satterthwaite(parts, np.array([len(each) - 1.0 for each in groups]))
    effect = float(groups[0].mean() - groups[1].mean())
    source = "Bertrand, Duflo and Mullainathan 2004; Donald and Lang 2007; Welch 1947"
    counted = len(changes), "Welch t of units' changes", source
    return _found(effect, math.sqrt(float(parts.sum())), freedom, level, counted)


@dataclass(frozen=True, slots=True)
class Randomisation(Result):
    """
    How rare an effect this large is among all ways to have chosen the treated units.

    ``assignments`` is how many ways were looked at; the smallest possible p value is one
    over it.
    """

    n: int
    effect: float
    assignments: int
    p_value: float
    method: str
    source: ClassVar[str] = "Fisher 1935, ch. 3; Rosenbaum 2002, ch. 2"


def did_by_randomisation(
    before: Floats, after: Floats, *, treated: Mask, draws: int = DRAWS, seed: int = SEED
) -> Randomisation:
    """
    The test of few treated units: had others been chosen, how large would the effect look?

    p is the share of assignments whose |effect| is at least this one; all of them where
    there are at most 20,000, else ``draws`` at random and this (Phipson and Smyth 2010).
    R: ``ri2::conduct_ri(change ~ treated, declaration)``.

    :param before: (B,) unit means in points; ``after``, ``treated`` as in ``did_of_units``.
    :param draws: assignments to draw, at least 100; the same ``seed`` gives the same p.
    :raises WrongShape: when lengths differ.
    :raises TooFew: without a treated unit or a control, or with fewer than four units.
    :raises OutOfRange: when a number is not finite, or there are too few draws.
    :raises NoVariance: when all units changed alike.

    Source: Fisher 1935, The Design of Experiments, ch. 3.

    >>> found = did_by_randomisation(np.zeros(6), np.array([3.0, 2, 0, 1, 0, 1]),
    ...                              treated=np.arange(6) < 2)
    >>> found.assignments, round(found.p_value, 4)
    (15, 0.0667)
    """
    changes = _changes(before, after, treated, fewest=1)
    units, chosen = len(changes), int(treated.sum())
    if units < _FEWEST_UNITS:
        raise TooFew(f"{units} units can be assigned in too few ways")
    if draws < _FEWEST_DRAWS:
        raise OutOfRange(f"{draws} draws say nothing about a p value")
    if np.ptp(changes) == 0:
        raise NoVariance(f"all {units} units changed alike")
    centred = changes - changes.mean()
    # With the sum over those chosen, the effect follows, and its size likewise.
    each = _assignments(units, chosen, draws, seed)
    sums = np.abs(centred[each].sum(axis=1))
    this = abs(float(centred[treated].sum()))
    extreme = int((sums >= this * (1 - _EQUAL)).sum())
    drawn = math.comb(units, chosen) > MOST_ASSIGNMENTS
    p_value = (extreme + 1) / (draws + 1) if drawn else extreme / len(each)
    return Randomisation(
        n=units,
        effect=float(changes[treated].mean() - changes[~treated].mean()),
        assignments=len(each) + drawn,
        p_value=p_value,
        method="randomisation, " + ("drawn" if drawn else "all assignments"),
    )


_FEWEST_UNITS = 4
_FEWEST_DRAWS = 100
_EQUAL = 1e-9


def _assignments(units: int, chosen: int, draws: int, seed: int) -> NDArray[np.int64]:
    """Places of the treated in each assignment, (assignments, chosen)."""
    if math.comb(units, chosen) <= MOST_ASSIGNMENTS:
        return np.array(list(combinations(range(units), chosen)), np.int64)
    order = np.random.default_rng(seed).random((draws, units))
    return np.argpartition(order, chosen - 1, axis=1)[:, :chosen].astype(np.int64)


def _weighted(
    changes: Floats, treated: Mask, weights: Floats, level: float
) -> DifferenceInDifferences:
    line = ols_of_rows(
        treated[:, None].astype(np.float64),
        changes,
        errors="CR2",
        clusters=np.arange(len(changes)),
        weights=weights,
        level=level,
    )
    counted = len(changes), "weighted units' changes, CR2", line.source
    effect, error, freedom = (
        float(each[1]) for each in (line.coefficients, line.errors, line.freedom)
    )
    return _found(effect, error, freedom, level, counted)


def _changes(before: Floats, after: Floats, treated: Mask, *, fewest: int = 2) -> Floats:
    if not before.shape == after.shape == treated.shape or before.ndim != 1:
        raise WrongShape(
            f"{len(before)} units before, {len(after)} after, {len(treated)} treated or not"
        )
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise OutOfRange(
            "a unit without answers in both periods has no change; leave it out"
        )
    chosen = int(treated.sum())
    if min(chosen, len(treated) - chosen) < fewest:
        raise TooFew(
            f"{chosen} treated units and {len(treated) - chosen} controls are too few"
        )
    return np.asarray(after - before)


def _satterthwaite(parts: Floats, degrees: Floats) -> float:
    """Degrees of freedom of a sum of variances (Satterthwaite 1946)."""
    return float(parts.sum() ** 2 / (parts**2 / degrees).sum())


def _found(
    effect: float, error: float, freedom: float, level: float, counted: tuple[int, str, str]
) -> DifferenceInDifferences:
    n, method, source = counted
    return DifferenceInDifferences(
        n=n,
        effect=effect,
        error=error,
        freedom=freedom,
        interval=interval_about(
            effect, error, level=level, method=method, freedom=freedom, source=source
        ),
        p_value=two_sided(effect, error, freedom=freedom),
        method=method,
        source=source,
    )
