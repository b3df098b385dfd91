"""Charts that remember: EWMA and CUSUM find small lasting shifts that Shewhart's miss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import OutOfRange
from gapless_stats.results import Result

from .chart import Baseline, Chart, Limits, judged, matching, numbers
from .rules import Floats, Rule, Rules

_ONLY_BEYOND = Rules(frozenset({Rule.BEYOND}))

USUAL_WEIGHT = 0.20
WIDTHS = {0.05: 2.615, 0.10: 2.814, 0.20: 2.962, 0.25: 2.998, 0.40: 3.054}
"""Limits for each weight with a false alarm every 500 points (Lucas and Saccucci 1990)."""


def ewma(
    chart: Chart, *, weight: float = USUAL_WEIGHT, width: float = WIDTHS[0.20]
) -> Chart:
    """
    The exponentially weighted moving average of any chart's points.

    z_t = λ x_t + (1 - λ) z_{t-1} from the centre on, with limits at μ ± L σ_z, where
    σ_z² is λ² σ_t² + (1 - λ)² of the one before: σ²λ/(2-λ) · (1 - (1-λ)^{2t}) where all
    points are equally sure. What is smoothed is how far a point lies from its own centre.
    R: ``qcc::ewma(x, lambda = 0.2, nsigmas = 3)``.

    :param chart: of ``xmr(…).values``, ``xbar``, ``p_chart``, …, with its baseline.
    :param weight: λ, above 0 and at most 1, where it is the chart itself.
    :param width: L; ``WIDTHS`` has those with 500 points to a false alarm.
    :raises OutOfRange: when the weight or the width is not in its range.

    Source: Roberts 1959; Lucas and Saccucci 1990, Technometrics 32:1.

    >>> from .variables import xmr
    >>> ewma(xmr(np.array([4.0, 6.0, 5.0, 9.0])).values).points.tolist()
    [5.6, 5.68, 5.544, 6.2352]
    """
    if not 0 < weight <= 1:
        raise OutOfRange(f"a weight lies above 0 and at most at 1, not at {weight}")
    kept = 1 - weight
    smooth = _smoothed(weight * (chart.points - chart.centre), kept)
    error = np.sqrt(_smoothed((weight * chart.error) ** 2, kept**2))
    base = Baseline(
        chart.baseline.n,
        chart.baseline.centre,
        chart.baseline.spread,
        f"EWMA of {chart.method}",
        "Roberts 1959; Lucas and Saccucci 1990, Technometrics 32:1",
    )
    return judged(
        chart.centre + smooth, chart.centre, error, base, Limits(_ONLY_BEYOND, width)
    )


def _smoothed(values: Floats, kept: float) -> Floats:
    return np.array(list(accumulate(values.tolist(), lambda last, x: kept * last + x)))


@dataclass(frozen=True, slots=True, eq=False)
class Cusum(Result):
    """
    How far ``n`` points have added up above (``high``) and below (``low``) their target.

    In standard errors of a point, both at least 0; a signal is where one passes
    ``decision``. ``above`` and ``below`` have the positions of these, from 0.
    """

    n: int
    high: Floats  # (k,)
    low: Floats  # (k,)
    above: tuple[int, ...]
    below: tuple[int, ...]
    slack: float
    decision: float
    method: ClassVar[str] = "tabular CUSUM"
    source: ClassVar[str] = "Page 1954; Lucas and Crosier 1982; Montgomery 2013, sec. 9.1"

    def began(self, signal: int) -> int:
        """The position at which the climb to a signal began: since then it lay above 0."""
        side = self.high if self.high[signal] > self.low[signal] else self.low
        at_rest = np.flatnonzero(side[:signal] == 0)
        return int(at_rest[-1]) + 1 if len(at_rest) else 0


def cusum(
    chart: Chart, *, slack: float = 0.5, decision: float = 5.0, head_start: float = 0.0
) -> Cusum:
    """
    The tabular CUSUM of any chart's points.

    C⁺_t = max(0, C⁺_{t-1} + z_t - K) and C⁻_t = max(0, C⁻_{t-1} - z_t - K), with z_t the
    point in standard errors from its centre. K = 0.5 finds a shift of 1 soonest. H = 5 has
    465 points to a false alarm, H = 4.77 has 370 as Shewhart's chart does.
    R: ``qcc::cusum(x, decision.interval = 5, se.shift = 1)``: ``se.shift`` is 2K.

    :param chart: of ``xmr(…).values``, ``xbar``, ``p_chart``, …, with its baseline.
    :param head_start: where both sums start: H/2 for a fast initial response.
    :raises OutOfRange: when the slack is below 0, the decision not above 0, or the head
        start not below it.

    Source: Page 1954; Montgomery 2013, eq. 9.2.

    >>> from .variables import xmr
    >>> found = cusum(xmr(np.array([4.0, 6.0, 5.0, 9.0])).values)
    >>> found.high.round(4).tolist()
    [0.0, 0.0, 0.0, 0.9503]
    """
    if not (math.isfinite(slack) and slack >= 0):
        raise OutOfRange(f"the slack is at least 0, not {slack}")
    _decision(decision)
    if not 0 <= head_start < decision:
        raise OutOfRange(f"a head start lies from 0 to below {decision}, not {head_start}")
    high = _added_up(chart.z - slack, head_start)
    low = _added_up(-chart.z - slack, head_start)
    return Cusum(
        n=chart.n,
        high=high,
        low=low,
        above=_passed(high, decision),
        below=_passed(low, decision),
        slack=slack,
        decision=decision,
    )


@dataclass(frozen=True, slots=True, eq=False)
class RateCusum(Result):
    """
    The evidence that a rate has risen, added up over ``n`` points; at least 0.

    In natural logarithms of the likelihood ratio; ``above`` has the positions, from 0,
    where it passes ``decision``.
    """

    n: int
    evidence: Floats  # (k,)
    above: tuple[int, ...]
    rate: float
    raised: float
    decision: float
    method: ClassVar[str] = "likelihood-ratio CUSUM of Poisson counts"
    source: ClassVar[str] = "Page 1954; Lucas 1985, Technometrics 27:129"


def rate_cusum(
    counts: NDArray[np.generic],
    exposure: NDArray[np.generic] | float,
    *,
    rate: float,
    raised: float,
    decision: float,
) -> RateCusum:
    """
    The CUSUM of a rate: C_t = max(0, C_{t-1} + x ln(λ₁/λ₀) - e (λ₁ - λ₀)).

    The most sensitive there is to a rise from λ₀ to λ₁ (Moustakides 1986); with λ₁ below λ₀
    it finds a fall. R: ``surveillance::LRCUSUM.runlength`` has its run lengths.

    :param counts: (k,) events, in ``exposure``: (k,), or one for all.
    :param rate: λ₀ per unit of exposure, ``raised``: λ₁.
    :param decision: from which evidence on to signal: 3 is a ratio of 20 to 1.
    :raises OutOfRange: when a count, an exposure, a rate or the decision is not in its
        range, or the rates are the same.
    :raises WrongShape: when the lengths differ.

    Source: Lucas 1985, Technometrics 27:129.

    >>> rate_cusum(np.array([2, 5, 6]), 1.0, rate=2.0, raised=4.0, decision=3.0).above
    (2,)
    """
    found = numbers(counts, least=0)
    among = matching(found, exposure)
    if not (0 < rate < math.inf and 0 < raised < math.inf) or rate == raised:
        raise OutOfRange(f"two different rates above 0 are compared, not {rate}, {raised}")
    _decision(decision)
    weights = found * math.log(raised / rate) - among * (raised - rate)
    evidence = _added_up(weights, 0.0)
    passed = _passed(evidence, decision)
    return RateCusum(len(found), evidence, passed, rate, raised, decision)


def _decision(decision: float) -> None:
    if not 0 < decision < math.inf:
        raise OutOfRange(f"a decision is taken somewhere above 0, not at {decision}")


def _added_up(steps: Floats, start: float) -> Floats:
    sums = accumulate(steps.tolist(), lambda last, x: max(0.0, last + x), initial=start)
    return np.array(list(sums)[1:])


def _passed(sums: Floats, decision: float) -> tuple[int, ...]:
    return tuple(np.flatnonzero(sums > decision).tolist())
