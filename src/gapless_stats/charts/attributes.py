"""Charts of counts: shares (p, np), counts (c) and rates (u), and Laney's p′ and u′."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import NoVariance, OutOfRange

from .chart import (
    THREE_SIGMA,
    Baseline,
    Chart,
    Limits,
    baseline_size,
    frozen,
    judged,
    matching,
    numbers,
)
from .rules import USUAL, Floats, Rules

_LANEY_D2 = 1.128
"""Laney 2002 divides the mean moving range of z by this, as ``xmr`` does."""

_COUNTS = "Shewhart 1931; Montgomery 2013, ch. 7"
_LANEY = "Laney 2002, Quality Engineering 14:531"


def p_chart(
    counts: NDArray[np.generic],
    sizes: NDArray[np.generic] | float,
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    The chart of shares: p̄ ± 3 √(p̄(1-p̄)/n_i), p̄ = Σx/Σn, from 0 to 1.

    On large counts chance is nearly nothing and every point a signal: use ``laney_p``.
    R: ``qcc::qcc(x, sizes = n, type = "p")``.

    :param counts: (k,) how many, of ``sizes``: (k,), or one for all.
    :param baseline: how many of the first points the limits rest on, or those of an earlier
        chart; else all.
    :raises TooFew: with fewer than two points.
    :raises OutOfRange: when a count is not between 0 and its size.
    :raises WrongShape: when the lengths differ.
    :raises NoVariance: when all or none were counted.

    Source: Montgomery 2013, eq. 7.8.

    >>> p_chart(np.array([12, 15, 8, 10]), 50).upper.round(4).tolist()[0]
    0.4022
    """
    share, chance, base = _shares(counts, sizes, baseline, "p")
    centre = np.full(len(share), base.centre)
    return judged(share, centre, chance, base, Limits(rules, width, 0.0, 1.0))


def np_chart(
    counts: NDArray[np.generic],
    sizes: NDArray[np.generic] | float,
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    The p chart in counts: n_i p̄ ± 3 √(n_i p̄(1-p̄)). R: ``qcc::qcc(x, n, type = "np")``.

    :raises TooFew: with fewer than two points.
    :raises OutOfRange: when a count is not between 0 and its size.
    :raises WrongShape: when the lengths differ.
    :raises NoVariance: when all or none were counted.

    Source: Montgomery 2013, eq. 7.13.

    >>> np_chart(np.array([12, 15, 8, 10]), 50).upper.round(3).tolist()[0]
    20.108
    """
    share, chance, base = _shares(counts, sizes, baseline, "np")
    among = matching(share, sizes)
    limits = Limits(rules, width, 0.0, among)
    return judged(share * among, base.centre * among, chance * among, base, limits)


def laney_p(
    counts: NDArray[np.generic],
    sizes: NDArray[np.generic] | float,
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    Laney's p′ chart: p̄ ± 3 σ_i σ_z, which knows that shares also drift.

    z_i = (p_i - p̄)/σ_i with the p chart's σ_i, and σ_z is the mean of |z_i - z_{i-1}| over
    1.128: 1 where chance alone is at work, and much above 1 in large counts.
    R: ``ggQC::stat_QC(method = "pPrime")``.

    :raises TooFew: with fewer than two points.
    :raises OutOfRange: when a count is not between 0 and its size.
    :raises WrongShape: when the lengths differ.
    :raises NoVariance: when all or none were counted, or all shares are the same.

    Source: Laney 2002, Quality Engineering 14:531.

    >>> laney_p(np.array([520, 440, 600, 450]), 5_000).baseline.spread.__round__(3)
    5.421
    """
    share, error, base = _shares(counts, sizes, baseline, "p′")
    centre = np.full(len(share), base.centre)
    return judged(share, centre, error, base, Limits(rules, width, 0.0, 1.0))


def _shares(
    counts: NDArray[np.generic],
    sizes: NDArray[np.generic] | float,
    baseline: int | Baseline | None,
    method: str,
) -> tuple[Floats, Floats, Baseline]:
    """Each share, its standard error, and what the limits rest on."""
    found = numbers(counts, least=0)
    among = matching(found, sizes)
    if (found > among).any():
        raise OutOfRange("a count is at most the size of what it was counted among")
    share = found / among
    size = 0 if isinstance(baseline, Baseline) else baseline_size(baseline, len(found))
    if isinstance(baseline, Baseline):
        base = frozen(baseline, method)
    else:
        base = _start(found[:size], among[:size], method)
    chance = np.sqrt(base.centre * (1 - base.centre) / among)
    if method == "p′" and not isinstance(baseline, Baseline):
        base = _drifting(base, share[:size], chance[:size])
    return share, chance * base.spread, base


def _start(counts: Floats, among: Floats, method: str) -> Baseline:
    centre = float(counts.sum() / among.sum())
    source = _LANEY if "′" in method else _COUNTS
    return Baseline(len(counts), centre, 1.0, method, source)


def _drifting(base: Baseline, rate: Floats, chance: Floats) -> Baseline:
    """The same with Laney's σ_z for its spread."""
    if not (chance > 0).all():
        raise NoVariance("all or none were counted, so no limits can be drawn")
    z = (rate - base.centre) / chance
    times = float(np.abs(np.diff(z)).mean()) / _LANEY_D2
    if times == 0:
        raise NoVariance("the baseline does not vary, so no limits can be drawn")
    return Baseline(base.n, base.centre, times, base.method, base.source)


def c_chart(
    counts: NDArray[np.generic],
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    The chart of counts of equal exposure: c̄ ± 3 √c̄. R: ``qcc::qcc(x, type = "c")``.

    :param counts: (k,) how many in each period.
    :param baseline: how many of the first points the limits rest on, or those of an earlier
        chart; else all.
    :raises TooFew: with fewer than two points.
    :raises OutOfRange: when a count is below 0.
    :raises NoVariance: when nothing was counted.

    Source: Montgomery 2013, eq. 7.17.

    >>> c_chart(np.array([21, 24, 16, 12, 15, 5])).upper.round(3).tolist()[0]
    27.311
    """
    found, error, base = _rates(counts, 1.0, baseline, "c")
    centre = np.full(len(found), base.centre)
    return judged(found, centre, error, base, Limits(rules, width, 0.0))


def u_chart(
    counts: NDArray[np.generic],
    exposure: NDArray[np.generic] | float,
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    The chart of rates: ū ± 3 √(ū/a_i), ū = Σc/Σa, per unit of exposure.

    R: ``qcc::qcc(x, sizes = a, type = "u")``.

    :param counts: (k,) how many, in ``exposure``: (k,), or one for all.
    :raises TooFew: with fewer than two points.
    :raises OutOfRange: when a count is below 0, or an exposure not above 0.
    :raises WrongShape: when the lengths differ.
    :raises NoVariance: when nothing was counted.

    Source: Montgomery 2013, eq. 7.19.

    >>> u_chart(np.array([10, 12, 8, 14]), 5).upper.round(3).tolist()[0]
    4.19
    """
    rate, error, base = _rates(counts, exposure, baseline, "u")
    centre = np.full(len(rate), base.centre)
    return judged(rate, centre, error, base, Limits(rules, width, 0.0))


def laney_u(
    counts: NDArray[np.generic],
    exposure: NDArray[np.generic] | float,
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    Laney's u′ chart: ū ± 3 σ_i σ_z, which knows that rates also drift; see ``laney_p``.

    R: ``ggQC::stat_QC(method = "uPrime")``.

    :raises TooFew: with fewer than two points.
    :raises OutOfRange: when a count is below 0, or an exposure not above 0.
    :raises WrongShape: when the lengths differ.
    :raises NoVariance: when nothing was counted, or all rates are the same.

    Source: Laney 2002, Quality Engineering 14:531.

    >>> laney_u(np.array([520, 440, 600, 450]), 5_000).baseline.spread.__round__(3)
    5.141
    """
    rate, error, base = _rates(counts, exposure, baseline, "u′")
    centre = np.full(len(rate), base.centre)
    return judged(rate, centre, error, base, Limits(rules, width, 0.0))


def _rates(
    counts: NDArray[np.generic],
    exposure: NDArray[np.generic] | float,
    baseline: int | Baseline | None,
    method: str,
) -> tuple[Floats, Floats, Baseline]:
    """Each rate, its standard error, and what the limits rest on."""
    found = numbers(counts, least=0)
    among = matching(found, exposure)
    rate = found / among
    size = 0 if isinstance(baseline, Baseline) else baseline_size(baseline, len(found))
    if isinstance(baseline, Baseline):
        base = frozen(baseline, method)
    else:
        base = _start(found[:size], among[:size], method)
    chance = np.sqrt(base.centre / among)
    if method == "u′" and not isinstance(baseline, Baseline):
        base = _drifting(base, rate[:size], chance[:size])
    return rate, chance * base.spread, base
