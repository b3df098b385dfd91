"""What the range and the deviation of a small normal sample tell of σ: d₂, d₃ and c₄."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import scipy

from gapless_stats.errors import OutOfRange, TooFew

# Montgomery, Introduction to Statistical Quality Control, App. VI (d₂, to three decimals as
# every published table has it), and R's qcc 2.7 (d₃); subgroups of 2 to 25. Charts drawn
# with R or by the textbook rest on these; the exact values differ in the fourth decimal.
_RANGE_MEAN = (
    1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078, 3.173, 3.258, 3.336,
    3.407, 3.472, 3.532, 3.588, 3.640, 3.689, 3.735, 3.778, 3.819, 3.858, 3.895, 3.931,
)  # fmt: skip
_RANGE_SD = (
    0.8525033, 0.8883697, 0.8798108, 0.8640855, 0.8480442, 0.8332108, 0.8198378, 0.8078413,
    0.7970584, 0.7873230, 0.7784873, 0.7704257, 0.7630330, 0.7562217, 0.7499188, 0.7440627,
    0.7386021, 0.7334929, 0.7286980, 0.7241851, 0.7199267, 0.7158987, 0.7120802, 0.7084528,
)  # fmt: skip
LARGEST_TABLED = 25

_FAR = 12.0
_NODES = 200


def range_mean(n: int) -> float:
    """
    d₂: the mean range of n standard normal values, 1.128 for two.

    As tabled up to 25, to three decimals; beyond, the exact E[R] = ∫ 1 - Φⁿ - (1 - Φ)ⁿ.

    :raises TooFew: when n is below two.

    Source: Tippett 1925, Biometrika 17:364; Montgomery 2013, App. VI.
    R: ``qcc::qcc.options("exp.R.unscaled")[n]``.

    >>> range_mean(5)
    2.326
    """
    _enough(n)
    return _RANGE_MEAN[n - 2] if n <= LARGEST_TABLED else exact_range(n)[0]


def range_sd(n: int) -> float:
    """
    d₃: the standard deviation of the range of n standard normal values.

    As R tables it up to 25, and exact beyond.

    :raises TooFew: when n is below two.

    Source: Tippett 1925, Biometrika 17:364. R: ``qcc::qcc.options("se.R.unscaled")[n]``.

    >>> range_sd(5)
    0.8640855
    """
    _enough(n)
    return _RANGE_SD[n - 2] if n <= LARGEST_TABLED else exact_range(n)[1]


def exact_range(n: int) -> tuple[float, float]:
    """
    The mean and the standard deviation of the range of n standard normal values.

    E[R] = ∫ 1 - Φⁿ - (1 - Φ)ⁿ dx, and
    E[R²] = 2 ∫∫_{x<y} 1 - Φ(y)ⁿ - (1 - Φ(x))ⁿ + (Φ(y) - Φ(x))ⁿ dx dy.

    :raises TooFew: when n is below two.

    Source: Tippett 1925, Biometrika 17:364, eq. 8 and 14.
    R: ``integrate(function(x) 1 - pnorm(x)^n - pnorm(-x)^n, -Inf, Inf)``.

    >>> [round(each, 6) for each in exact_range(2)]
    [1.128379, 0.852502]
    """
    _enough(n)
    return _integrated(n)


@lru_cache(maxsize=256)
def _integrated(n: int) -> tuple[float, float]:
    places, weights = np.polynomial.legendre.leggauss(_NODES)
    x, w = _FAR * places, _FAR * weights
    below, above = scipy.special.ndtr(x), scipy.special.ndtr(-x)
    mean = float(w @ (1 - below**n - above**n))
    # y = x + half the way that is left; the inner integral runs from x to _FAR.
    left = (_FAR - x)[:, None] / 2
    upper = scipy.special.ndtr(x[:, None] + left * (1 + places))
    inner = 1 - upper**n - above[:, None] ** n + (upper - below[:, None]) ** n
    square = 2 * float(w @ ((left * inner) @ weights))
    return mean, math.sqrt(square - mean**2)


def deviation_mean(n: int) -> float:
    """
    c₄: the mean standard deviation of n standard normal values, below 1.

    c₄ = √(2/(n-1)) Γ(n/2) / Γ((n-1)/2). The deviation has σ√(1 - c₄²) as its own.

    :raises TooFew: when n is below two.
    :raises OutOfRange: when n is not finite.

    Source: Montgomery 2013, App. VI. R: ``qcc::qcc.c4(n)``.

    >>> round(deviation_mean(5), 7)
    0.9399856
    """
    _enough(n)
    gammas = float(scipy.special.gammaln(n / 2) - scipy.special.gammaln((n - 1) / 2))
    return math.sqrt(2 / (n - 1)) * math.exp(gammas)


def _enough(n: int) -> None:
    if not math.isfinite(n):
        raise OutOfRange(f"a subgroup has a number of members, not {n}")
    if n < 2:
        raise TooFew(f"a spread needs two values, and there are {n}")
