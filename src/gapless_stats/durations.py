"""How long cases took, counted: what ended after each duration, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import OutOfRange, WrongShape
from .exact import Integers, Mask

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Durations:
    """
    How many cases ended after each duration, and how many were still open at that age.

    ``late`` counts cases that come under observation only at that age, as when a register
    is filled back: they are at risk after it. Additive: ``+`` merges two groups. Durations
    are on any grid, the same for whom is to be compared; what is open counts as at risk
    through its own duration.
    """

    times: Floats  # (k,) ascending, at least 0
    ended: Integers  # (k,)
    open: Integers  # (k,)
    late: Integers  # (k,)

    @classmethod
    def of(cls, durations: NDArray[np.generic], ended: Mask) -> Durations:
        """
        Count (n,) durations, where ``ended`` is false the case was still open.

        :raises WrongShape: when the lengths differ.
        :raises OutOfRange: when a duration is not finite, or below 0.
        """
        spans = np.asarray(durations, dtype=np.float64)
        over = np.asarray(ended, dtype=np.bool_)
        if spans.shape != over.shape or spans.ndim != 1:
            raise WrongShape(f"{spans.size} durations, but {over.size} ends")
        times, place = np.unique(spans, return_inverse=True)
        counts = [np.bincount(place[each], minlength=len(times)) for each in (over, ~over)]
        return cls.counted(times, *counts)

    @classmethod
    def counted(
        cls,
        times: NDArray[np.generic],
        ended: NDArray[np.integer],
        open: NDArray[np.integer],  # noqa: A002  # the word the office uses
        late: NDArray[np.integer] | None = None,
    ) -> Durations:
        """
        From a histogram of durations: what ended and what was open in each class.

        :param times: (k,) the upper ends of the classes, ascending.
        :raises WrongShape: when the lengths differ, or times do not ascend.
        :raises OutOfRange: when a time is not finite or below 0, or a count below 0.
        """
        spans = np.asarray(times, dtype=np.float64)
        came = np.zeros(len(spans), np.int64) if late is None else late
        counts = [np.asarray(each, dtype=np.int64) for each in (ended, open, came)]
        if spans.ndim != 1 or any(each.shape != spans.shape for each in counts):
            raise WrongShape("every duration has a count of each kind")
        if (np.diff(spans) <= 0).any():
            raise WrongShape("durations are in ascending order")
        if not (np.isfinite(spans) & (spans >= 0)).all():
            raise OutOfRange("a duration is a finite number of at least 0")
        if any((each < 0).any() for each in counts):
            raise OutOfRange("a count is at least 0")
        return cls(spans, *counts)

    @classmethod
    def none(cls) -> Durations:
        """The counts of nobody, which change nothing when they are added."""
        nothing = np.zeros(0, np.int64)
        return cls(np.zeros(0), nothing, nothing, nothing)

    def __add__(self, other: Durations) -> Durations:
        times = np.union1d(self.times, other.times)
        one, two = (each.on(times) for each in (self, other))
        return Durations(
            times, one.ended + two.ended, one.open + two.open, one.late + two.late
        )

    def on(self, times: Floats) -> Durations:
        """The same counts on a grid that has every time of this one, (k,)."""
        place = np.searchsorted(times, self.times)
        found = []
        for counts in (self.ended, self.open, self.late):
            spread = np.zeros(len(times), np.int64)
            spread[place] = counts
            found.append(spread)
        return Durations(times, *found)

    @property
    def n(self) -> int:
        """How many cases."""
        return int(self.ended.sum() + self.open.sum())

    @property
    def events(self) -> int:
        """How many of them ended."""
        return int(self.ended.sum())

    @property
    def at_risk(self) -> Integers:
        """How many were under observation and not over just before each time, (k,)."""
        leaving = self.ended + self.open - self.late
        return np.asarray(leaving[::-1].cumsum()[::-1], np.int64)
