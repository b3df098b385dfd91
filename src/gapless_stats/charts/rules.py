"""Which runs of points give a signal: Western Electric's and Nelson's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import OutOfRange
from gapless_stats.exact import Mask
from gapless_stats.results import Result

Floats = NDArray[np.float64]


class Rule(StrEnum):
    """A pattern that pure chance seldom makes; σ is the standard error of a point."""

    BEYOND = "beyond"
    """One point beyond the limits (Nelson's test 1)."""
    RUN = "run"
    """Eight points in a row on one side of the centre (Western Electric; Nelson: nine)."""
    TREND = "trend"
    """Six points in a row, each above the one before, or each below (test 3)."""
    ALTERNATING = "alternating"
    """Fourteen points in a row that go up and down in turns (test 4)."""
    TWO_OF_THREE = "two_of_three"
    """Two of three points beyond 2σ on the same side (test 5)."""
    FOUR_OF_FIVE = "four_of_five"
    """Four of five points beyond 1σ on the same side (test 6)."""
    HUGGING = "hugging"
    """Fifteen points in a row within 1σ of the centre (test 7)."""
    AVOIDING = "avoiding"
    """Eight points in a row beyond 1σ, on either side (test 8)."""


EVERY_RULE = frozenset(Rule)

WESTERN_ELECTRIC_RUN = 8
NELSON_RUN = 9
_TREND = 6
_ALTERNATING = 14
_HUGGING = 15
_AVOIDING = 8


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Which rules are on, and how long a run on one side has to be.

    Every rule more is a false alarm more: on 24 points of a stable process BEYOND alone
    gives one in 6 to 7 % of charts, with RUN 13 %, and all eight 27 % (domain.md 4.8). So
    only these two are on unless asked for.
    """

    on: frozenset[Rule] = frozenset({Rule.BEYOND, Rule.RUN})
    run: int = WESTERN_ELECTRIC_RUN

    def __post_init__(self) -> None:
        if self.run < 2:
            raise OutOfRange(f"a run has at least two points, not {self.run}")


USUAL = Rules()
NELSON = Rules(EVERY_RULE, NELSON_RUN)
"""All eight tests of Nelson 1984."""


@dataclass(frozen=True, slots=True)
class Signals(Result):
    """
    Where each rule that is on gave a signal: positions in the series, from 0.

    A rule on several points names the point that completes the pattern, which is when it
    was first known.
    """

    n: int
    at: Mapping[Rule, tuple[int, ...]] = field(default_factory=dict)
    method: ClassVar[str] = "run rules"
    source: ClassVar[str] = "Western Electric 1956; Nelson 1984, J. Quality Technology 16"

    @property
    def points(self) -> tuple[int, ...]:
        """Every position with a signal of any rule, ascending."""
        return tuple(sorted({place for places in self.at.values() for place in places}))


def signals(z: Floats, *, rules: Rules = USUAL, width: float = 3.0) -> Signals:
    """
    Where a series of standardised points gives a signal.

    :param z: (k,) each point's distance from the centre in its own standard errors.
    :param width: the limits, in standard errors.
    :raises OutOfRange: when a point is not finite, or the width is not above 0.

    Source: Nelson 1984, J. Quality Technology 16:237. R: ``qcc::qccRules(chart)``, where a
    run has seven points unless ``run.length`` says otherwise.

    >>> signals(np.array([0.1, 3.2, -0.5, 1.0])).at[Rule.BEYOND]
    (1,)
    """
    return found(z, np.abs(z) > width, rules=rules, width=width)


def found(z: Floats, beyond: Mask, *, rules: Rules, width: float = 3.0) -> Signals:
    """
    As ``signals``, where what lies beyond the limits is known already, (k,): the limits of
    a range or of a share are not always as far from the centre on both sides.

    :raises OutOfRange: when a point is not finite, or the width is not above 0.

    Source: Nelson 1984, J. Quality Technology 16:237. R: ``qcc::qccRules(chart)``.

    >>> found(np.zeros(2), np.array([False, True]), rules=USUAL).points
    (1,)
    """
    if not np.isfinite(z).all():
        raise OutOfRange("a chart is of finite numbers only")
    if not 0 < width < np.inf:
        raise OutOfRange(f"limits lie some way above 0 standard errors, not {width}")
    marks = {rule: marked(z, beyond, rule, rules.run) for rule in Rule if rule in rules.on}
    places = {rule: tuple(np.flatnonzero(each).tolist()) for rule, each in marks.items()}
    return Signals(len(z), places)


def marked(z: Floats, beyond: Mask, rule: Rule, run: int) -> Mask:
    """
    Whether each point completes the rule's pattern; (…, k) as ``z``, one series a row.

    :raises OutOfRange: when a run has fewer than two points.

    Source: Nelson 1984, J. Quality Technology 16:237. R: ``qcc::qccRules(chart)``.

    >>> marked(np.array([1.0, 2.0, 1.0]), np.zeros(3, bool), Rule.RUN, 2).tolist()
    [False, True, True]
    """
    if run < 2:
        raise OutOfRange(f"a run has at least two points, not {run}")
    if rule is Rule.BEYOND:
        return beyond
    if rule is Rule.RUN:
        return _full(z > 0, run) | _full(z < 0, run)
    return _PATTERNS[rule](z)


def _trend(z: Floats) -> Mask:
    step = _steps(z)
    return _full(step > 0, _TREND - 1) | _full(step < 0, _TREND - 1)


def _alternating(z: Floats) -> Mask:
    step = _steps(z)
    turns = np.zeros(z.shape, bool)
    turns[..., 1:] = step[..., 1:] * step[..., :-1] < 0
    return _full(turns, _ALTERNATING - 2)


def _two_of_three(z: Floats) -> Mask:
    return _of(z > 2, 2, 3) | _of(z < -2, 2, 3)


def _four_of_five(z: Floats) -> Mask:
    return _of(z > 1, 4, 5) | _of(z < -1, 4, 5)


def _hugging(z: Floats) -> Mask:
    return _full(np.abs(z) < 1, _HUGGING)


def _avoiding(z: Floats) -> Mask:
    return _full(np.abs(z) > 1, _AVOIDING)


_PATTERNS: dict[Rule, Callable[[Floats], Mask]] = {
    Rule.TREND: _trend,
    Rule.ALTERNATING: _alternating,
    Rule.TWO_OF_THREE: _two_of_three,
    Rule.FOUR_OF_FIVE: _four_of_five,
    Rule.HUGGING: _hugging,
    Rule.AVOIDING: _avoiding,
}


def _steps(z: Floats) -> Floats:
    """From each point to the next; before the first there is none."""
    return np.diff(z, axis=-1, prepend=z[..., :1])


def _full(holds: Mask, length: int) -> Mask:
    """Where the last ``length`` points all hold."""
    return np.asarray(_sums(holds, length) == length, np.bool_)


def _of(holds: Mask, least: int, length: int) -> Mask:
    """Where this point and at least so many of the last ``length`` hold."""
    return np.asarray(holds & (_sums(holds, length) >= least), np.bool_)


def _sums(holds: Mask, length: int) -> NDArray[np.int64]:
    """How many of the last ``length`` points hold, and of fewer at the start."""
    total = np.cumsum(holds, axis=-1, dtype=np.int64)
    before = np.zeros_like(total)
    before[..., length:] = total[..., :-length]
    return total - before
