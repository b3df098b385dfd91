"""Agreement of two raters, corrected for chance: Cohen's kappa, plain and weighted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar, Literal

import numpy as np

from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.estimates import interval_about, two_sided
from gapless_stats.exact import AnyIntegers
from gapless_stats.intervals import Interval
from gapless_stats.results import Result

from .ratings import Floats, checked_table

Weights = Literal["identity", "linear", "quadratic"]
"""What near misses are worth: nothing, less with distance, less with its square."""

_NOTHING = 1e-14  # a variance of agreement below this is rounding


@dataclass(frozen=True, slots=True)
class Kappa(Result):
    """
    How far two raters agree beyond chance: 1 is always, 0 as often as chance, below 0 less.

    ``error`` is the standard error behind the interval; ``null_error`` the one where kappa
    is 0, behind ``z`` and the two-sided ``p_value``. ``agreement`` and ``expected`` are the
    (weighted) shares of agreement observed and by chance.
    """

    n: int
    value: float
    interval: Interval
    error: float
    null_error: float
    z: float
    p_value: float
    agreement: float
    expected: float
    method: str
    source: ClassVar[str] = "Cohen 1960, 1968; errors: Fleiss, Cohen and Everitt 1969"


def cohen_kappa(table: AnyIntegers, *, level: float = 0.95) -> Kappa:
    """
    How far two raters agree on unordered categories (Cohen 1960): (p_o - p_e) / (1 - p_e).

    p_o is the share of units on which they agree, p_e = Σ p_i. p_.i what chance gives. The
    errors are the large-sample ones of Fleiss, Cohen and Everitt 1969.
    R: ``psych::cohen.kappa(table)``; z as ``irr::kappa2(d)``.

    :param table: (q, q) counts of units: rows the first rater's categories, columns the
        second's. Additive.
    :raises WrongShape: when the table is not square, or of fewer than two categories.
    :raises OutOfRange: when a count is negative, or ``level`` not between 0 and 1.
    :raises TooFew: of fewer than two units.
    :raises NoVariance: when a rater put all units into one category, or the two have no
        category in common.

    Source: Cohen 1960; Fleiss, Cohen and Everitt 1969, eqs. 8 and 14.

    >>> found = cohen_kappa(np.array([[20, 5], [10, 15]]))
    >>> round(found.value, 6), found.n
    (0.4, 50)
    """
    return weighted_kappa(table, weights="identity", level=level)


def weighted_kappa(
    table: AnyIntegers, *, weights: Weights = "quadratic", level: float = 0.95
) -> Kappa:
    """
    As ``cohen_kappa`` on ordered categories, where a near miss is worth something.

    Cohen 1968: 1 - Σ v_ij p_ij / Σ v_ij p_i. p_.j with v = |i - j| (linear) or (i - j)²
    (quadratic). R: ``irr::kappa2(d, "equal")``, ``irr::kappa2(d, "squared")``.

    :param table: as for ``cohen_kappa``, categories in their order.
    :raises WrongShape: when the table is not square, or of fewer than two categories.
    :raises OutOfRange: when a count is negative, the weights unknown, or ``level`` not
        between 0 and 1.
    :raises TooFew: of fewer than two units.
    :raises NoVariance: when a rater put all units into one category, or chance would always
        agree alike.

    Source: Cohen 1968; Fleiss, Cohen and Everitt 1969, eqs. 8 and 9.

    >>> found = weighted_kappa(np.array([[44, 5, 1], [7, 20, 3], [9, 5, 6]]))
    >>> round(found.value, 8)  # psych::cohen.kappa
    0.45454545
    """
    counts = checked_table(table)
    n = int(counts.sum())
    if n < 2:
        raise TooFew(f"kappa needs two units, and there are {n}")
    shares = counts / n
    worth = weights_between(np.arange(len(counts), dtype=np.float64), weights)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    if np.count_nonzero(rows) < 2 or np.count_nonzero(columns) < 2:
        raise NoVariance("a rater put all units into one category; kappa would be 0")
    chance = np.outer(rows, columns)
    observed, expected = float((worth * shares).sum()), float((worth * chance).sum())
    # What each row and column of the table is worth by chance.
    towards = (worth @ columns)[:, None] + (rows @ worth)[None, :]
    null = float((chance * (worth - towards) ** 2).sum()) - expected**2
    if null < _NOTHING:
        raise NoVariance("by chance these raters would always agree alike")
    left = worth * (1 - expected) - towards * (1 - observed)
    apart = observed * expected - 2 * expected + observed
    spread = max(float((shares * left**2).sum()) - apart**2, 0.0)
    off = shares[worth < 1].sum()  # exactly 0 where they agree on all units
    value = float((observed - expected) / (1 - expected)) if off else 1.0
    error = math.sqrt(spread / n) / (1 - expected) ** 2 if off else 0.0
    null_error = math.sqrt(null / n) / (1 - expected)
    return Kappa(
        n=n,
        value=value,
        interval=_within(interval_about(value, error, level=level, method="normal")),
        error=error,
        null_error=null_error,
        z=value / null_error,
        p_value=two_sided(value, null_error),
        agreement=observed,
        expected=expected,
        method=f"Cohen's kappa, {weights} weights",
    )


@dataclass(frozen=True, slots=True, eq=False)
class LightKappa(Result):
    """The mean of Cohen's kappas of all pairs of R raters, and each of them."""

    n: int  # units; of pairs with unequally many, the fewest
    value: float
    pairs: Floats  # (R, R), 1 on the diagonal
    method: ClassVar[str] = "Light's kappa"
    source: ClassVar[str] = "Light 1971; Conger 1980"


def light_kappa(tables: AnyIntegers, *, weights: Weights = "identity") -> LightKappa:
    """
    How far several raters agree: the mean of all pairs' kappas (Light 1971).

    κ = Σ_{a<b} κ_ab / (R (R - 1) / 2). An interval comes from
    ``bootstrap.bootstrap_units``. R: ``irr::kappam.light(d)``.

    :param tables: (R, R, q, q) counts, as ``ratings.pair_tables`` gives them.
    :raises WrongShape: when the tables are not of R by R raters, R at least 2.
    :raises TooFew: when two raters have fewer than two units in common.
    :raises NoVariance: when for two raters kappa cannot be computed.

    Source: Light 1971, Psychological Bulletin 76:365; Conger 1980.

    >>> table = np.array([[20, 5], [10, 15]])
    >>> nobody = np.zeros((2, 2), np.int64)
    >>> round(light_kappa(np.array([[nobody, table], [table.T, nobody]])).value, 6)
    0.4
    """
    if tables.ndim != 4 or len(tables) < 2 or len(tables) != tables.shape[1]:
        raise WrongShape(f"tables of each two of R raters, not of shape {tables.shape}")
    raters = len(tables)
    pairs, fewest = np.eye(raters), int(tables[0, 1].sum())
    for a, b in combinations(range(raters), 2):
        found = weighted_kappa(tables[a, b], weights=weights)
        pairs[a, b] = pairs[b, a] = found.value
        fewest = min(fewest, found.n)
    above = pairs[np.triu_indices(raters, 1)]
    return LightKappa(fewest, float(above.mean()), pairs)


def weights_between(values: Floats, kind: Weights) -> Floats:
    """
    How much agreement a pair of ratings is worth: 1 for the same, 0 for the farthest.

    Linear 1 - |v_i - v_j| / range, quadratic 1 - (v_i - v_j)² / range², identity only the
    same.

    :param values: (q,) what the categories are worth, ascending, q at least 2.
    :returns: (q, q), 0 to 1.
    :raises TooFew: with fewer than two values.
    :raises OutOfRange: when the kind is unknown.

    Source: Cicchetti and Allison 1971; Fleiss and Cohen 1973.
    R: ``irrCAC::linear.weights(v)``, ``irrCAC::quadratic.weights(v)``.

    >>> weights_between(np.array([1.0, 2.0, 3.0]), "quadratic")[0].tolist()
    [1.0, 0.75, 0.0]
    """
    if len(values) < 2:
        raise TooFew(f"two categories at least, and there are {len(values)}")
    apart = np.abs(values[:, None] - values[None, :]) / (values.max() - values.min())
    powers = {"identity": np.ceil(apart), "linear": apart, "quadratic": apart**2}
    if kind not in powers:
        raise OutOfRange(f"weights are identity, linear or quadratic, not {kind}")
    found: Floats = 1 - powers[kind]
    return found


def _within(interval: Interval) -> Interval:
    """Cut at what kappa can be, -1 to 1, where the normal curve reaches past it."""
    ends = max(interval.low, -1.0), min(interval.high, 1.0)
    return Interval(*ends, interval.level, interval.method, Kappa.source)
