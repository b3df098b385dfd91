"""Intervals that hold however often one looks: for pages that anybody may open any day."""

from __future__ import annotations

import math

import scipy

from gapless_stats.errors import NoVariance, OutOfRange, TooFew
from gapless_stats.estimates import tail_of
from gapless_stats.intervals import Interval
from gapless_stats.moments import Sums


def always_valid_radius(n: int, *, sd: float, ratio: float, level: float = 0.95) -> float:
    """
    How far from the mean of n values the true mean may lie, at every n at once.

    σ √((1 + nρ) / (n²ρ) · (2 ln(1/α) + ln(1 + nρ))), the mixture sequential probability
    ratio test turned round. R: ``avlm::av(lm(y ~ 1), g = 1 / ratio)``.

    :param n: values so far, at least 1; ``sd`` σ of one value, above 0, in its unit.
    :param ratio: ρ, how large an effect is looked for: its variance over σ², above 0; fixed
        before the first look (``best_ratio``).
    :raises TooFew: of nobody.
    :raises OutOfRange: when ``sd`` or ``ratio`` is not above 0, or ``level`` not between 0
        and 1.

    Source: Robbins 1970, Annals of Mathematical Statistics 41:1397; Johari, Koomen, Pekelis
    and Walsh 2022, eq. 8.

    >>> round(always_valid_radius(100, sd=1.0, ratio=0.25), 5)
    0.31015
    """
    alpha = 2 * tail_of(level)
    if n < 1:
        raise TooFew("a mean needs one value, and there is none")
    if not (0 < sd < math.inf and 0 < ratio < math.inf):
        raise OutOfRange(f"σ and ρ are above 0, not {sd} and {ratio}")
    grown = 1 + n * ratio
    return sd * math.sqrt(
        grown / (n**2 * ratio) * (2 * math.log(1 / alpha) + math.log(grown))
    )


def always_valid_interval(sums: Sums, *, ratio: float, level: float = 0.95) -> Interval:
    """
    Where the mean lies, whichever day one looks: mean ± ``always_valid_radius``.

    With probability ``level`` it holds the truth at *every* look, the spread being as good
    as known: from some 30 values on.

    :param sums: of the values so far: of one respondent's difference each, say.
    :param ratio: ρ, fixed before the first look.
    :raises TooFew: with fewer than two values.
    :raises NoVariance: when all values are the same.
    :raises OutOfRange: when ``ratio`` is not above 0, or ``level`` not between 0 and 1.

    Source: Robbins 1970; Johari, Koomen, Pekelis and Walsh 2022.
    R: ``avlm::av(lm(y ~ 1), g = 1 / ratio)``.

    >>> import numpy as np
    >>> found = always_valid_interval(Sums.of(np.array([1, -1] * 50)), ratio=0.25)
    >>> round(found.high, 4)
    0.3117
    """
    sd = sums.sd
    if sd == 0:
        raise NoVariance(f"all {sums.n} values are the same")
    reach = always_valid_radius(sums.n, sd=sd, ratio=ratio, level=level)
    source = "Robbins 1970; Johari, Koomen, Pekelis and Walsh 2022"
    return Interval(sums.mean - reach, sums.mean + reach, level, "always valid", source)


def best_ratio(n: int, *, level: float = 0.95) -> float:
    """
    The ρ at which the interval is shortest after n values.

    ρ n = -W(-α² / e) - 1, with W Lambert's function on its lower branch: where
    (1 + x) / x · (2 ln(1/α) + ln(1 + x)) is least.
    R: ``avlm::optimal_g(n, 1, alpha)`` (its inverse).

    :param n: how many values there will be when it matters, at least 1.
    :raises TooFew: of nobody.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Source: Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021, section 3.5.

    >>> round(best_ratio(100), 4)
    0.0821
    """
    alpha = 2 * tail_of(level)
    if n < 1:
        raise TooFew("a mean needs one value, and there is none")
    lower = scipy.special.lambertw(-(alpha**2) / math.e, -1)
    return (-float(lower.real) - 1) / n
