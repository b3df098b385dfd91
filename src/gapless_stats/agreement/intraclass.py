"""Intraclass correlations: how much of the spread of scores is between units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy

from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.estimates import tail_of, upper_tail_of_f
from gapless_stats.intervals import Interval
from gapless_stats.moments import Moments
from gapless_stats.results import Result

from .ratings import Floats


@dataclass(frozen=True, slots=True)
class MeanSquares(Result):
    """
    The two-way analysis of variance of n units by k raters, in squared scale points.

    ``between`` units, of ``raters``, and ``residual``: what is left. ``within`` units are
    the last two together.
    """

    n: int
    k: int
    between: float
    raters: float
    residual: float
    method: ClassVar[str] = "two-way analysis of variance, one score a cell"
    source: ClassVar[str] = "Fisher 1925; Shrout and Fleiss 1979, table 3"

    @property
    def within(self) -> float:
        """The mean square within units, n (k - 1) degrees of freedom."""
        return (self.raters + (self.n - 1) * self.residual) / self.n


def mean_squares(moments: Moments) -> MeanSquares:
    """
    The mean squares from the moments of k raters' scores as columns: exact, additive.

    With G the grand total, SS_between = 1'C1 / k - G² / nk, SS_raters = Σ T_j² / n - G²/nk
    and SS_total = tr C - G² / nk. R: ``anova(lm(x ~ unit + rater))$"Mean Sq"``.

    :param moments: n units, k columns: each unit scored by the same k raters.
    :raises TooFew: with fewer than two units or two raters.

    Source: Shrout and Fleiss 1979, Psychological Bulletin 86:420, table 3.

    >>> found = mean_squares(Moments.of(np.array([[9, 2], [6, 1], [8, 4]])))
    >>> round(found.between, 6), round(found.raters, 6), round(found.residual, 6)
    (3.5, 42.666667, 1.166667)
    """
    n, k = moments.n, moments.items
    _enough(n, k)
    # n k times each sum of squares: whole numbers, so nothing cancels.
    totals = [int(each) for each in moments.total]
    grand = sum(totals) ** 2
    between = n * int(moments.cross.astype(object).sum()) - grand
    raters = k * sum(each**2 for each in totals) - grand
    whole = n * k * sum(int(each) for each in np.diag(moments.cross)) - grand
    cells = n * k
    return MeanSquares(
        n=n,
        k=k,
        between=between / (cells * (n - 1)),
        raters=raters / (cells * (k - 1)),
        residual=(whole - between - raters) / (cells * (n - 1) * (k - 1)),
    )


def mean_squares_of_rows(scores: Floats) -> MeanSquares:
    """
    As ``mean_squares``, from (n, k) scores that need not be whole numbers.

    R: ``anova(lm(x ~ unit + rater))$"Mean Sq"``. Source: Shrout and Fleiss 1979, table 3.

    :param scores: (n, k) finite numbers: n units by k raters, in scale points.
    :raises WrongShape: when the scores are not of two dimensions.
    :raises TooFew: with fewer than two units or two raters.
    :raises OutOfRange: when a score is not finite.

    >>> round(mean_squares_of_rows(np.array([[0.9, 0.2], [0.6, 0.1]])).residual, 6)
    0.01
    """
    if scores.ndim != 2:
        raise WrongShape(f"scores are of units by raters, not of shape {scores.shape}")
    if not np.isfinite(scores).all():
        raise OutOfRange("every rater scores every unit, with a finite number")
    n, k = scores.shape
    _enough(n, k)
    centred = scores - scores.mean()
    units, raters = centred.mean(axis=1), centred.mean(axis=0)
    left = centred - units[:, None] - raters[None, :]
    return MeanSquares(
        n=n,
        k=k,
        between=k * float(units @ units) / (n - 1),
        raters=n * float(raters @ raters) / (k - 1),
        residual=float((left**2).sum()) / ((n - 1) * (k - 1)),
    )


@dataclass(frozen=True, slots=True)
class Intraclass(Result):
    """
    One form of the intraclass correlation, at most 1, with its F test of 0.

    ``interval`` is None where its ends cannot be had, which only agreement of raters who
    do not tell units apart meets.
    """

    n: int
    k: int
    value: float
    interval: Interval | None
    f: float
    degrees: tuple[float, float]
    p_value: float
    method: str
    source: ClassVar[str] = "Shrout and Fleiss 1979; McGraw and Wong 1996, table 7"


@dataclass(frozen=True, slots=True)
class IntraclassForms(Result):
    """
    The six forms of Shrout and Fleiss 1979, of one rater and of the mean of all k.

    ``one_way`` where each unit has raters of its own; ``agreement`` where the same raters,
    a sample of many, rate all, and their severity counts as error: the one for inspectors;
    ``consistency`` where it does not count.
    """

    n: int
    k: int
    one_way: Intraclass
    agreement: Intraclass
    consistency: Intraclass
    one_way_mean: Intraclass
    agreement_mean: Intraclass
    consistency_mean: Intraclass
    method: ClassVar[str] = "intraclass correlations"
    source: ClassVar[str] = "Shrout and Fleiss 1979; McGraw and Wong 1996"


def intraclass(squares: MeanSquares, *, level: float = 0.95) -> IntraclassForms:
    """
    How much of the spread of scores is between units (Shrout and Fleiss 1979).

    With B, J, E, W the mean squares of units, raters, residual and within:
    (B-W)/(B+(k-1)W), (B-E)/(B+(k-1)E+k(J-E)/n), (B-E)/(B+(k-1)E), and of means (B-W)/B,
    (B-E)/(B+(J-E)/n), (B-E)/B.
    R: ``psych::ICC(d)``; ``irr::icc(d, "twoway", "agreement")``.

    :param squares: of ``mean_squares`` or ``mean_squares_of_rows``.
    :raises NoVariance: when units do not differ at all, or raters differ by constants only,
        so that a correlation is 1 and has no interval.
    :raises OutOfRange: when a mean square is negative, or ``level`` not between 0 and 1.

    Source: Shrout and Fleiss 1979; McGraw and Wong 1996, table 7 (intervals).

    >>> scores = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8],
    ...                    [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    >>> found = intraclass(mean_squares(Moments.of(scores)))  # Shrout and Fleiss 1979
    >>> round(found.one_way.value, 4), round(found.agreement.value, 4)
    (0.1657, 0.2898)
    """
    _usable(squares)
    n, k, tail = squares.n, squares.k, tail_of(level)
    one_way = _Form(squares, squares.within, n * (k - 1), level)
    fixed = _Form(squares, squares.residual, (n - 1) * (k - 1), level)
    value, ends = fixed.agreement(tail)
    above = squares.between + (squares.raters - squares.residual) / n
    return IntraclassForms(
        n=n,
        k=k,
        one_way=one_way.single("ICC(1,1)"),
        agreement=fixed.made("ICC(2,1)", value, fixed.about(ends)),
        consistency=fixed.single("ICC(3,1)"),
        one_way_mean=one_way.mean(f"ICC(1,{k})"),
        agreement_mean=fixed.made(
            f"ICC(2,{k})",
            (squares.between - squares.residual) / above,
            fixed.about(ends, raters=k),
        ),
        consistency_mean=fixed.mean(f"ICC(3,{k})"),
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """What the single and the mean form of one model share: error and its degrees."""

    squares: MeanSquares
    error: float
    freedom: int
    level: float

    @property
    def f(self) -> float:
        return self.squares.between / self.error

    def ends(self) -> tuple[float, float]:
        """The interval of F's expectation: F / F_(1-α/2) to F · F_(1-α/2) turned round."""
        tail, between = tail_of(self.level), self.squares.n - 1
        low = self.f / float(scipy.special.fdtri(between, self.freedom, 1 - tail))
        return low, self.f * float(scipy.special.fdtri(self.freedom, between, 1 - tail))

    def single(self, method: str) -> Intraclass:
        k = self.squares.k
        low, value, high = ((f - 1) / (f + k - 1) for f in self._three())
        return self.made(
            method, value, Interval(low, high, self.level, "F", Intraclass.source)
        )

    def mean(self, method: str) -> Intraclass:
        low, value, high = (1 - 1 / f for f in self._three())
        return self.made(
            method, value, Interval(low, high, self.level, "F", Intraclass.source)
        )

    def _three(self) -> tuple[float, float, float]:
        low, high = self.ends()
        return low, self.f, high

    def about(self, ends: tuple[float, float], *, raters: int = 1) -> Interval | None:
        """The interval of the mean of so many raters, where it has ends."""
        if not (np.isfinite(ends).all() and 1 + min(ends) * (raters - 1) > 0):
            return None
        low, high = (raters * end / (1 + end * (raters - 1)) for end in ends)
        return Interval(low, high, self.level, "Satterthwaite F", Intraclass.source)

    def agreement(self, tail: float) -> tuple[float, tuple[float, float]]:
        """ICC(2,1) with McGraw and Wong's interval (1996, table 7, case 2A)."""
        n, k = self.squares.n, self.squares.k
        b, j, e = self.squares.between, self.squares.raters, self.error
        value = (b - e) / (b + (k - 1) * e + k * (j - e) / n)
        left = n * (1 + (k - 1) * value) - k * value
        of_raters = k * value * j / e
        degrees = (k - 1) * (n - 1) * (of_raters + left) ** 2
        degrees /= (n - 1) * of_raters**2 + left**2
        upper = float(scipy.special.fdtri(n - 1, degrees, 1 - tail))
        lower = float(scipy.special.fdtri(degrees, n - 1, 1 - tail))
        rest = k * j + (k * n - k - n) * e
        low = n * (b - upper * e) / (upper * rest + n * b)
        high = n * (lower * b - e) / (rest + n * lower * b)
        return value, (low, high)

    def made(self, method: str, value: float, interval: Interval | None) -> Intraclass:
        degrees = (self.squares.n - 1, self.freedom)
        return Intraclass(
            n=self.squares.n,
            k=self.squares.k,
            value=value,
            interval=interval,
            f=self.f,
            degrees=degrees,
            p_value=upper_tail_of_f(self.f, *degrees),
            method=method,
        )


def _enough(n: int, k: int) -> None:
    if n < 2 or k < 2:
        raise TooFew(f"two units and two raters at least, not {n} and {k}")


def _usable(squares: MeanSquares) -> None:
    b, j, e = squares.between, squares.raters, squares.residual
    if min(b, j, e) < 0:
        raise OutOfRange(f"a mean square is at least 0: {b}, {j}, {e}")
    if e == 0:
        raise NoVariance("raters differ by constants only: consistency is 1, with no error")
    if b == 0 or b + (j - e) / squares.n <= 0:
        raise NoVariance("units differ less than nothing would make them")
