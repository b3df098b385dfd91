"""
Least squares from moments, with errors that fit how the answers came about.

``ols`` needs the moments of all respondents, ``ols_clustered`` those of each cluster;
``ols_of_rows`` takes scores that are no whole numbers, weights, and errors row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import NoVariance, OutOfRange, TooFew, WrongShape
from .estimates import tail_of, upper_tail_of_f
from .exact import AnyIntegers, Mask
from .line import CLUSTERED, Line
from .moments import Moments
from .results import Result

Floats = NDArray[np.float64]
RowErrors = Literal["classical", "HC0", "HC1", "HC2", "HC3", "HAC"]
ClusterErrors = Literal["CR0", "CR1", "CR2"]

_SOURCES = {
    "classical": "Gauss 1823; Student 1908",
    "HC0": "White 1980",
    "HC1": "Hinkley 1977; MacKinnon and White 1985",
    "HC2": "Horn, Horn and Duncan 1975; MacKinnon and White 1985",
    "HC3": "Davidson and MacKinnon 1993",
    "HAC": "Newey and West 1987, 1994",
    "CR0": "Liang and Zeger 1986",
    "CR1": "Liang and Zeger 1986; Stata's small-sample factor",
    "CR2": "Bell and McCaffrey 2002; Pustejovsky and Tipton 2018",
}
_ALONE = 1e-7  # an error so much smaller than the usual one is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Regression(Result):
    """
    How an outcome goes with p predictors: the intercept comes first everywhere.

    ``freedom`` are the degrees of each coefficient's t; R², F and ``residual_sd`` the usual
    ones whatever the errors. Where each cluster's mean was taken out of all columns, the
    intercept is 0 with an error of 0 and a p value of 1.
    """

    n: int
    coefficients: Floats  # (p + 1,) outcome points for a point of the predictor
    errors: Floats  # (p + 1,) standard errors
    freedom: Floats  # (p + 1,)
    p_values: Floats  # (p + 1,)
    low: Floats  # (p + 1,)
    high: Floats  # (p + 1,)
    level: float
    r_squared: float
    adjusted_r_squared: float
    f: float
    degrees: tuple[int, int]
    p_value: float
    residual_sd: float
    method: str
    source: str


def ols(moments: Moments, *, level: float = 0.95) -> Regression:
    """
    Ordinary least squares from moments: b = S_xx⁻¹ s_xy, errors √(σ² diag (X'X)⁻¹).

    R: ``summary(lm(y ~ ., d))``.

    :param moments: of (x_1, …, x_p, y): the outcome is the last column.
    :raises TooFew: without a predictor, or with no more respondents than coefficients.
    :raises NoVariance: when a column is constant, or the fit is exact.
    :raises Collinear: when some predictors together say exactly what another says.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Source: Gauss 1823; Draper and Smith 1998, ch. 5.

    >>> found = ols(Moments.of(np.array([[1, 2], [2, 3], [3, 5], [4, 6]])))
    >>> found.coefficients.round(6).tolist(), round(found.r_squared, 6)
    ([0.5, 1.4], 0.98)
    """
    line = Line.of_covariance(moments.n, moments.mean, moments.covariance)
    return _reported(line, line.root @ line.root * line.variance, "classical", level)


def ols_clustered(
    clusters: Sequence[Moments], *, errors: ClusterErrors = "CR2", level: float = 0.95
) -> Regression:
    """
    Least squares where answers of one cluster (a hall, a respondent) go together.

    Errors are (X'X)⁻¹ [Σ_g X_g' A_g e_g e_g' A_g X_g] (X'X)⁻¹ with A = I (CR0), times
    G/(G-1) · (n-1)/(n-p-1) (CR1, t of G - 1), or A = (I - H_gg)^-½ (CR2, Satterthwaite's
    degrees). X_g'X_g and X_g'y_g suffice for all three.
    R: ``clubSandwich::coef_test(lm(y ~ ., d), "CR2", cluster = d$g)``.

    :param clusters: each cluster's moments of (x_1, …, x_p, y).
    :raises TooFew: with fewer than two clusters, without a predictor, or with no more
        respondents than coefficients.
    :raises WrongShape: when clusters differ in their columns.
    :raises NoVariance: when a column is constant, the fit is exact, or a coefficient rests
        on one cluster alone.
    :raises Collinear: when some predictors together say exactly what another says.
    :raises OutOfRange: when the errors are unknown, or ``level`` not between 0 and 1.

    Source: Pustejovsky and Tipton 2018, J. Business and Economic Statistics 36:672.

    >>> halls = [Moments.of(np.array(rows)) for rows in (
    ...     [[1, 2], [2, 4]], [[2, 3], [4, 4]], [[1, 1], [3, 5]], [[5, 5], [6, 8]])]
    >>> ols_clustered(halls, errors="CR0").errors.round(4).tolist()
    [0.3741, 0.1038]
    """
    if len(clusters) < 2:
        raise TooFew(f"clusters vary from one to another, and there are {len(clusters)}")
    if len({each.items for each in clusters}) > 1:
        raise WrongShape("clusters have moments of the same columns")
    whole = sum(clusters[1:], clusters[0])
    line = Line.of_covariance(whole.n, whole.mean, whole.covariance)
    grams = np.array([_gram(each) for each in clusters])
    covariance, freedom = line.by_clusters(grams, errors)
    return _reported(line, covariance, errors, level, freedom)


def ols_of_rows(
    predictors: Floats,
    outcome: Floats,
    *,
    errors: RowErrors | ClusterErrors = "classical",
    clusters: AnyIntegers | None = None,
    weights: Floats | None = None,
    level: float = 0.95,
) -> Regression:
    """
    Least squares from rows: scores that are no whole numbers, weights, errors row by row.

    HC0: (X'X)⁻¹ X' diag(e²) X (X'X)⁻¹; HC1 times n / (n - p - 1); HC2 with e² / (1 - h),
    HC3 with e² / (1 - h)². HAC: rows in order of time, Bartlett's weights over ``lag_of``
    periods, times n / (n - p - 1). With weights both sides are multiplied by √w first.
    R: ``lmtest::coeftest(fit, sandwich::vcovHC(fit, "HC1"))``.

    :param predictors: (n, p) finite numbers, no intercept; ``outcome`` (n,).
    :param clusters: (n,) cluster 0, 1, … of each row, for the errors CR0 to CR2.
    :param weights: (n,) above 0: inverse variances, so a mean of m answers weighs m.
    :raises WrongShape: when lengths differ, or cluster errors have no clusters.
    :raises TooFew: without a predictor, with no more rows than coefficients, or with fewer
        than two clusters.
    :raises NoVariance: when a column is constant, or the fit is exact.
    :raises Collinear: when some predictors together say exactly what another says.
    :raises OutOfRange: when a number is not finite, a weight not above 0, the errors
        unknown, or ``level`` not between 0 and 1.

    Source: White 1980, Econometrica 48:817; MacKinnon and White 1985.

    >>> x, y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([2.0, 3.0, 5.0, 6.0])
    >>> ols_of_rows(x, y, errors="HC1").errors.round(6).tolist()
    [0.264575, 0.084853]
    """
    w = np.ones(len(outcome)) if weights is None else weights
    _usable(predictors, outcome, w)
    if errors in CLUSTERED and clusters is None:
        raise WrongShape(f"{errors} errors are of clusters, and none are given")
    columns = np.column_stack((np.ones(len(w)), predictors, outcome))
    line = Line.of_rows(columns, w)
    if clusters is not None:
        kind = errors if errors in CLUSTERED else "CR2"
        covariance, freedom = line.by_clusters(_grams_of(columns, w, clusters), kind)
        return _reported(line, covariance, kind, level, freedom)
    if errors == "classical":
        return _reported(line, line.root @ line.root * line.variance, errors, level)
    return _reported(line, line.by_rows(columns, w, errors), errors, level)


def _reported(
    line: Line, standard: Floats, method: str, level: float, freedom: Floats | None = None
) -> Regression:
    """:param standard: the covariance matrix of the standard coefficients."""
    p = len(line.scales)
    coefficients = line.back @ line.standard
    errors, tested = _errors(line, standard)
    degrees = np.full(p + 1, float(line.freedom)) if freedom is None else freedom
    reach = -scipy.special.stdtrit(degrees, tail_of(level)) * errors
    t = np.abs(coefficients) / np.where(tested, errors, 1.0)
    f = line.r_squared / p / (1 - line.r_squared) * line.freedom
    return Regression(
        n=line.n,
        coefficients=coefficients,
        errors=errors,
        freedom=degrees,
        p_values=np.where(tested, 2 * scipy.special.stdtr(degrees, -t), 1.0),
        low=coefficients - reach,
        high=coefficients + reach,
        level=level,
        r_squared=line.r_squared,
        adjusted_r_squared=1 - (1 - line.r_squared) * (line.n - 1) / line.freedom,
        f=f,
        degrees=(p, line.freedom),
        p_value=upper_tail_of_f(f, p, line.freedom),
        residual_sd=float(np.sqrt(line.variance)),
        method=f"least squares, {method} errors",
        source=_SOURCES[method],
    )


def _errors(line: Line, standard: Floats) -> tuple[Floats, Mask]:
    """Standard errors of the columns as they came, and whether they are more than 0."""
    errors = np.sqrt(np.maximum(np.diag(line.back @ standard @ line.back.T), 0.0))
    tested = errors >= _ALONE * line.usual_errors
    if not tested[1:].all():
        raise NoVariance(
            "a coefficient rests on one cluster alone, so its error cannot be told;"
            " take each cluster's mean out of all columns rather than give it a dummy"
        )
    return np.where(tested, errors, 0.0), tested


def _gram(moments: Moments) -> Floats:
    """The cross-products of 1 and the columns, (p + 2, p + 2)."""
    found = np.empty((moments.items + 1, moments.items + 1))
    found[0, 0] = moments.n
    found[0, 1:] = found[1:, 0] = moments.total
    found[1:, 1:] = moments.cross
    return found


def _grams_of(columns: Floats, weights: Floats, clusters: AnyIntegers) -> Floats:
    """Each cluster's weighted cross-products of columns, (G, p + 2, p + 2)."""
    if clusters.shape != weights.shape:
        raise WrongShape(f"{len(clusters)} clusters of {len(weights)} rows")
    known, place = np.unique(clusters, return_inverse=True)
    if len(known) < 2:
        raise TooFew(f"clusters vary from one to another, and there are {len(known)}")
    n = len(weights)
    by_cluster = scipy.sparse.csr_array((weights, (place, np.arange(n))), (len(known), n))
    parts = [by_cluster @ (columns * each[:, None]) for each in columns.T]
    return np.stack(parts, axis=1)


def _usable(predictors: Floats, outcome: Floats, weights: Floats) -> None:
    if predictors.ndim != 2 or not len(predictors) == len(outcome) == len(weights):
        raise WrongShape(
            f"predictors {predictors.shape}, {len(outcome)} outcomes and {len(weights)}"
            " weights are not of the same rows"
        )
    if not (np.isfinite(predictors).all() and np.isfinite(outcome).all()):
        raise OutOfRange("predictors and outcome are finite numbers")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise OutOfRange("a weight is a finite number above 0")
