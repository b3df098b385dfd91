"""How many points a chart takes to give a signal: false ones, and those after a shift."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy

from gapless_stats.errors import NotConverged, OutOfRange
from gapless_stats.results import Result

from .rules import Floats

STATES = 401
"""Of the Markov chain; twice as many change an average run length by less than 0.03 %."""

_LONGEST = 1e12


@dataclass(frozen=True, slots=True)
class RunLength(Result):
    """
    How many points pass on average up to a signal, that one included; ``sd`` is its
    spread, None where it has no formula.

    ``shift`` is how far the mean has moved, in standard errors of a point: at 0 every
    signal is a false alarm.
    """

    mean: float
    sd: float | None
    shift: float
    method: str
    source: str


def shewhart_run_length(*, width: float = 3.0, shift: float = 0.0) -> RunLength:
    """
    The run length where every point is judged alone: 1/p, p = P(|z + shift| > width).

    370.4 points at three sigma. R: ``1 / (pnorm(-3 - d) + pnorm(-3 + d))``.

    :raises OutOfRange: when the width is not above 0, or the shift not finite.
    :raises NotConverged: when a signal is as good as never.

    Source: Montgomery 2013, eq. 6.20.

    >>> round(shewhart_run_length().mean, 1), round(shewhart_run_length(shift=1).mean, 1)
    (370.4, 43.9)
    """
    _in_range(width, shift)
    chance = float(scipy.special.ndtr(-width - shift) + scipy.special.ndtr(shift - width))
    if chance < 1 / _LONGEST:
        raise NotConverged(f"limits of {width} standard errors practically give no signal")
    spread = math.sqrt(1 - chance) / chance
    return RunLength(1 / chance, spread, shift, "geometric", "Montgomery 2013, eq. 6.20")


def ewma_run_length(
    *, weight: float, width: float, shift: float = 0.0, states: int = STATES
) -> RunLength:
    """
    The run length of an EWMA chart with its limits at μ ± width · σ√(λ/(2-λ)).

    The average starts at its centre and moves among ``states`` equal cells between the
    limits; with Q what passes among them, the mean is 1'(I - Q)⁻¹1 read at the centre.
    R: ``spc::xewma.arl(l = 0.1, c = 2.814, mu = 0, sided = "two")``.

    :param weight: λ, above 0 and at most 1.
    :param states: an odd number of cells, at least three.
    :raises OutOfRange: when an argument is not in its range.
    :raises NotConverged: when a signal is as good as never.

    Source: Brook and Evans 1972, Biometrika 59:539; Lucas and Saccucci 1990.

    >>> round(ewma_run_length(weight=0.10, width=2.814).mean, 1)
    499.5
    """
    _in_range(width, shift)
    if not 0 < weight <= 1:
        raise OutOfRange(f"a weight lies above 0 and at most at 1, not at {weight}")
    if states < 3 or states % 2 == 0:
        raise OutOfRange(f"an odd number of three cells or more, not {states}")
    limit = width * math.sqrt(weight / (2 - weight))
    half = limit / states
    centres = half * (2 * np.arange(states) + 1) - limit
    # From the middle of a cell, which next points lead into each cell.
    away = (centres[None, :] - (1 - weight) * centres[:, None]) / weight - shift
    reach = half / weight
    moves = scipy.special.ndtr(away + reach) - scipy.special.ndtr(away - reach)
    mean, spread = _until_absorbed(moves, states // 2)
    _ever(mean)
    source = "Brook and Evans 1972; Lucas and Saccucci 1990, Technometrics 32:1"
    return RunLength(mean, spread, shift, f"Markov chain, {states} states", source)


def cusum_run_length(
    *,
    slack: float = 0.5,
    decision: float = 5.0,
    shift: float = 0.0,
    head_start: float = 0.0,
    states: int = STATES,
) -> RunLength:
    """
    The run length of a one-sided CUSUM, which looks for a rise.

    C⁺ moves among ``states`` cells: the first about 0, the others of width w = 2H/(2s - 1).
    See ``two_sided_run_length`` for a chart that looks both ways.
    R: ``spc::xcusum.arl(k = 0.5, h = 5, mu = 0, sided = "one")``.

    :raises OutOfRange: when an argument is not in its range.
    :raises NotConverged: when a signal is as good as never.

    Source: Brook and Evans 1972, Biometrika 59:539, sec. 3.

    >>> round(cusum_run_length(shift=1.0).mean, 1)
    10.4
    """
    if not 0 <= head_start < decision:
        raise OutOfRange(f"a head start lies from 0 to below {decision}, not {head_start}")
    moves = _cusum_moves(slack, decision, shift, states)
    start = min(round(head_start * (2 * states - 1) / (2 * decision)), states - 1)
    mean, spread = _until_absorbed(moves, start)
    _ever(mean)
    source = "Brook and Evans 1972, Biometrika 59:539"
    return RunLength(mean, spread, shift, f"Markov chain, {states} states", source)


def _cusum_moves(slack: float, decision: float, shift: float, states: int) -> Floats:
    _in_range(decision, shift)
    if not (math.isfinite(slack) and slack >= 0):
        raise OutOfRange(f"the slack is at least 0, not {slack}")
    if states < 3:
        raise OutOfRange(f"a chain has three cells or more, not {states}")
    cell = 2 * decision / (2 * states - 1)
    place = np.arange(states)
    gap = (place[None, :] - place[:, None]) * cell + slack - shift
    moves = scipy.special.ndtr(gap + cell / 2) - scipy.special.ndtr(gap - cell / 2)
    moves[:, 0] = scipy.special.ndtr(gap[:, 0] + cell / 2)
    return np.asarray(moves)


def two_sided_run_length(
    *,
    slack: float = 0.5,
    decision: float = 5.0,
    shift: float = 0.0,
    states: int = STATES,
) -> RunLength:
    """
    The run length of a CUSUM that looks both ways: 1/ARL = 1/ARL⁺ + 1/ARL⁻.

    Exact where both sums start at 0. It has no such formula for the spread.
    R: ``spc::xcusum.arl(k = 0.5, h = 5, mu = 0, sided = "two")``.

    :raises OutOfRange: when an argument is not in its range.
    :raises NotConverged: when a signal is as good as never.

    Source: Van Dobben de Bruyn 1968; Montgomery 2013, eq. 9.7.

    >>> round(two_sided_run_length().mean, 1)
    465.4
    """
    rise, fall = (
        _until_absorbed(_cusum_moves(slack, decision, each, states), 0)[0]
        for each in (shift, -shift)
    )
    _ever(min(rise, fall))
    mean = 1 / (1 / rise + 1 / fall)
    source = "Brook and Evans 1972; Van Dobben de Bruyn 1968"
    method = f"Markov chain, {states} states, both sides"
    return RunLength(mean, None, shift, method, source)


def _until_absorbed(moves: Floats, start: int) -> tuple[float, float]:
    """The mean and the deviation of how long a chain stays; infinite where for good."""
    states = len(moves)
    stay = np.eye(states) - moves
    try:
        mean = np.linalg.solve(stay, np.ones(states))
    except np.linalg.LinAlgError:
        return math.inf, math.inf
    if not 0 < mean[start] < _LONGEST:
        return math.inf, math.inf
    # The second factorial moment is 2 (I - Q)⁻² Q 1 (Brook and Evans 1972, eq. 9).
    twice = 2 * np.linalg.solve(stay, mean - 1)
    variance = twice[start] + mean[start] - mean[start] ** 2
    return float(mean[start]), math.sqrt(max(float(variance), 0.0))


def _ever(mean: float) -> None:
    if math.isinf(mean):
        raise NotConverged("a signal is as good as never, so its time cannot be computed")


def _in_range(width: float, shift: float) -> None:
    if not 0 < width < math.inf:
        raise OutOfRange(f"limits lie some way above 0 standard errors, not {width}")
    if not math.isfinite(shift):
        raise OutOfRange(f"a shift is a finite number, not {shift}")
