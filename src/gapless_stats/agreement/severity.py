"""
Which rater is strict and which lenient, told apart from what units deserve.

A rater who was sent to bad halls is not a strict rater. Where raters share units, severity
and quality can be told apart; where they do not, nobody can, and this says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import scipy

from gapless_stats.errors import Disconnected, NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.estimates import upper_tail_of_f
from gapless_stats.exact import AnyIntegers, Integers
from gapless_stats.results import Result

from .ratings import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Severity(Result):
    """
    How far each of R raters scores above the mean rater, for the same unit, in points.

    Positive is lenient. ``shrunken`` is drawn towards 0 by how little it rests on; show
    that one. ``units`` are what the U units score with the mean rater in the mean period.
    ``spread`` is the standard deviation of true severities, ``residual`` of scores
    about the model; F tests that all raters are alike.
    """

    n: int
    lenience: Floats  # (R,) sums to 0
    error: Floats  # (R,)
    shrunken: Floats  # (R,)
    units: Floats  # (U,)
    periods: Floats  # (P,) sums to 0; of one period just that 0
    spread: float
    residual: float
    f: float
    degrees: tuple[int, int]
    p_value: float
    method: ClassVar[str] = "score = unit + period + rater, least squares"
    source: ClassVar[str] = (
        "Searle, Casella and McCulloch 1992, ch. 5 (Henderson's method 3)"
    )


def groups_that_compare(raters: AnyIntegers, units: AnyIntegers) -> Integers:
    """
    Which raters can be compared: those of one group are linked by units they share.

    The connected components of the graph of raters and units, joined by who scored what.

    :param raters: (n,) rater 0 to R - 1 of each score; ``units`` (n,) its unit, 0 to U - 1.
    :returns: (R,) a group number for each rater; all 0 where everybody compares.
    :raises WrongShape: when the two differ in length.
    :raises TooFew: without a score.
    :raises OutOfRange: when a number is negative.

    Source: Weeks and Williams 1964; Linacre 1989, ch. 7 (linking).
    R: ``igraph::components(g)$membership``.

    >>> groups_that_compare(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 2])).tolist()
    [0, 0, 1]
    """
    _codes_match(raters, units)
    count, of_units = int(raters.max()) + 1, int(units.max()) + 1
    size = count + of_units
    ones = np.ones(len(raters), np.int8)
    graph = scipy.sparse.coo_array((ones, (raters, units + count)), shape=(size, size))
    _, groups = scipy.sparse.csgraph.connected_components(graph, directed=False)
    return np.unique(groups[:count], return_inverse=True)[1].astype(np.int64)


def severity(
    scores: Floats,
    *,
    raters: AnyIntegers,
    units: AnyIntegers,
    periods: AnyIntegers | None = None,
) -> Severity:
    """
    How strict each rater is, units (and periods) held equal.

    score = unit + period + rater by least squares: units are swept out, so that what
    remains to solve is as large as raters and periods only. The variance of raters is
    max(0, (SS - (R - 1) σ²) / tr C), SS what raters explain beyond units and periods and
    C their information; ``shrunken`` solves (C + σ²/τ² I) b = C b̂.
    R: ``lm(y ~ unit + period + rater)``, ``lme4::lmer(y ~ unit + (1 | rater))``.

    :param scores: (n,) finite numbers, in points; ``raters``, ``units`` and ``periods``
        (n,) whose, of what and when: numbers from 0 on, each of which occurs.
    :raises WrongShape: when lengths differ.
    :raises OutOfRange: when a score is not finite, or a number is negative or left out.
    :raises TooFew: with fewer than two raters, or no more scores than are needed to solve.
    :raises Disconnected: when some raters share no unit with the rest, even by others.
    :raises NoVariance: when the model fits every score exactly.

    Source: Searle, Casella and McCulloch 1992, Variance Components, section 5.5.

    >>> found = severity(np.array([5.0, 4.0, 8.0, 6.0, 3.0, 1.0]),
    ...     raters=np.array([0, 1, 0, 1, 0, 1]), units=np.array([0, 0, 1, 1, 2, 2]))
    >>> found.lenience.round(4).tolist(), found.units.round(4).tolist()
    ([0.8333, -0.8333], [4.5, 7.0, 2.0])
    """
    when = np.zeros(len(scores), np.int64) if periods is None else periods
    _usable(scores, raters, units, when)
    swept = _Swept(scores, raters, units, when)
    count = swept.raters
    _connected(int(groups_that_compare(raters, units).max()) + 1, swept)
    freedom = len(scores) - swept.units - (count - 1) - (swept.periods - 1)
    if freedom < 1:
        raise TooFew(f"{len(scores)} scores leave nothing to tell the model's error by")
    whole = swept.solved()
    left = swept.scatter - float(whole @ swept.side)
    if left <= _ROUNDING * max(swept.scatter, 1.0):
        raise NoVariance("the model fits every score exactly, so errors cannot be told")
    variance = left / freedom
    information, of_raters = swept.of_raters()
    inverse = _inverse(information)
    lenience = inverse @ of_raters
    explained = float(lenience @ of_raters)
    f = max(explained, 0.0) / (count - 1) / variance
    between = max(0.0, (explained - (count - 1) * variance) / float(np.trace(information)))
    return Severity(
        n=len(scores),
        lenience=lenience,
        error=np.sqrt(variance * np.diag(inverse)),
        shrunken=_shrunken(information, of_raters, variance, between),
        units=swept.of_units(whole),
        periods=whole[count:],
        spread=float(np.sqrt(between)),
        residual=float(np.sqrt(variance)),
        f=f,
        degrees=(count - 1, freedom),
        p_value=upper_tail_of_f(f, count - 1, freedom),
    )


_ROUNDING = 1e-12


class _Swept:
    """The normal equations of raters and periods, with the units swept out."""

    def __init__(
        self, scores: Floats, raters: AnyIntegers, units: AnyIntegers, periods: AnyIntegers
    ) -> None:
        self.raters, self.units = int(raters.max()) + 1, int(units.max()) + 1
        self.periods = int(periods.max()) + 1
        n, columns = len(scores), self.raters + self.periods
        places = np.concatenate((raters, periods + self.raters))
        design = scipy.sparse.csr_array(
            (np.ones(2 * n), (np.tile(np.arange(n), 2), places)), shape=(n, columns)
        )
        by_unit = scipy.sparse.csr_array(
            (np.ones(n), (units, np.arange(n))), shape=(self.units, n)
        )
        self.sizes = np.bincount(units)
        self.total: Floats = np.bincount(units, weights=scores).astype(np.float64)
        self.seen: Any = by_unit @ design  # (U, columns), sparse
        share = scipy.sparse.diags_array(1 / self.sizes) @ self.seen
        products: Any = design.T @ design - self.seen.T @ share
        self.matrix: Floats = products.toarray()
        centred = scores - (self.total / self.sizes)[units]
        self.side: Floats = np.asarray(design.T @ centred)
        self.scatter = float(centred @ centred)

    @property
    def lost(self) -> bool:
        """Whether more is unknown than a constant for raters and one for periods."""
        spectrum = np.linalg.eigvalsh(self.matrix)
        unknown = int((spectrum < _RANK * spectrum.max()).sum())
        return unknown > 2

    def solved(self) -> Floats:
        """The effects of raters and periods, each summing to 0."""
        found = _inverse(self.matrix) @ self.side
        found[: self.raters] -= found[: self.raters].mean()
        found[self.raters :] -= found[self.raters :].mean()
        return np.asarray(found)

    def of_raters(self) -> tuple[Floats, Floats]:
        """The equations of raters alone, with periods swept out too."""
        r = self.raters
        of_periods = _inverse(self.matrix[r:, r:])
        across = self.matrix[:r, r:] @ of_periods
        information = self.matrix[:r, :r] - across @ self.matrix[r:, :r]
        return information, self.side[:r] - across @ self.side[r:]

    def of_units(self, effects: Floats) -> Floats:
        return np.asarray((self.total - self.seen @ effects) / self.sizes)


_RANK = 1e-9  # an eigenvalue so much smaller than the greatest is 0


def _inverse(matrix: Floats) -> Floats:
    """Of what is singular by a constant: the inverse among effects that sum to 0."""
    return np.asarray(np.linalg.pinv(matrix, rcond=_RANK, hermitian=True))


def _connected(groups: int, swept: _Swept) -> None:
    if groups > 1:
        raise Disconnected(
            f"raters fall into {groups} groups that share no unit, even by way of others:"
            " how strict they are cannot be told from how good their units are"
        )
    if swept.lost:
        raise Disconnected("each period has raters or units of its own, so none compare")


def _shrunken(information: Floats, side: Floats, variance: float, between: float) -> Floats:
    if between == 0:
        return np.zeros(len(side))
    ridge = variance / between * np.eye(len(side))
    return np.asarray(np.linalg.solve(information + ridge, side))


def _codes_match(raters: AnyIntegers, units: AnyIntegers) -> None:
    if raters.shape != units.shape or raters.ndim != 1:
        raise WrongShape(f"raters {raters.shape} and units {units.shape} are of each score")
    if len(raters) == 0:
        raise TooFew("there is no score, so nobody compares")
    if min(raters.min(), units.min()) < 0:
        raise OutOfRange("raters and units are numbered from 0")


def _usable(
    scores: Floats, raters: AnyIntegers, units: AnyIntegers, periods: AnyIntegers
) -> None:
    if not (len(scores) == len(raters) == len(periods)):
        raise WrongShape(f"{len(scores)} scores by {len(raters)} raters differ in length")
    _codes_match(raters, units)
    if not np.isfinite(scores).all():
        raise OutOfRange("a score is a finite number")
    if raters.max() < 1:
        raise TooFew("the severity of one rater is compared with nobody's")
    for name, codes in (("rater", raters), ("unit", units), ("period", periods)):
        if codes.min() < 0 or not np.bincount(codes).all():
            raise OutOfRange(f"each {name} is a number from 0 on, and each of them occurs")
