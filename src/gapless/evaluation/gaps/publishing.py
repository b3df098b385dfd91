"""
What may be shown of units and periods, so that nothing withheld can be worked out. Pure.

Every page and every export passes through here (reliability.md 5.2). A number rests on
enough answers or is withheld; and since a unit less its shown parts would give a withheld
part away, others are withheld with it, until what is missing rests on enough answers too.

Along time whole series are withheld: the months of a quarter are shown of a unit all or
none, the quarters of a year and the years alike. Merging months loses less than holes in
them would, and no difference between a year and its quarters is left to be worked out.
What is withheld in years is withheld in quarters and months; below a withheld unit
everything is. The outcome is the same for everybody: two people learn nothing by putting
together what each of them may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gapless.analytics.periods import ALL_TIME, Grain, Period

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


def series_of(period: Period, years: Sequence[Period]) -> list[tuple[Period, ...]]:
    """
    The series that decide whether a period is shown, the longest periods first: all time,
    the years with evidence, the quarters of its year, the months of its quarter.
    """
    found: list[tuple[Period, ...]] = [(ALL_TIME,)]
    if period.start is None or period.grain is Grain.ALL:
        return found
    year = Period.containing(period.start, Grain.YEAR)
    found.append(tuple({*years, year}))
    if period.grain is not Grain.YEAR:
        found.append(parts(year, Grain.QUARTER))
    if period.grain is Grain.MONTH:
        found.append(parts(Period.containing(period.start, Grain.QUARTER), Grain.MONTH))
    return [tuple(sorted(each, key=lambda p: p.first_day)) for each in found]


def parts(period: Period, grain: Grain) -> tuple[Period, ...]:
    """The periods of a shorter grain that make up one."""
    found: list[Period] = []
    day = period.start
    while day is not None and period.holds(day):
        found.append(Period.containing(day, grain))
        day = found[-1].end
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Units in an order in which those above come first; of the highest, above is −1."""

    above: tuple[int, ...]

    def children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for place, above in enumerate(self.above):
            found.setdefault(above, []).append(place)
        return found


def withheld_in(tree: Tree, counts: Counts, *, threshold: int, already: Mask) -> Mask:
    """
    Which series are withheld, (units, measures).

    :param counts: (units, periods, parts, measures): on how many answers each number of a
        series rests, in each part of the answers that pages tell apart; a unit with all
        the units below it. Every unit has all its siblings beside it.
    :param already: (units, measures) what is withheld in longer periods.
    """
    hidden = already.copy()
    whole = counts.sum(axis=2, keepdims=True)
    views = np.concatenate((whole, counts), axis=2) if counts.shape[2] > 1 else whole
    for above, places in tree.children().items():
        line = views[places]
        if above < 0:
            own = np.zeros_like(line[0])
        else:
            own = views[above] - line.sum(axis=0)
            hidden[places] |= hidden[above]
        found = hidden[places]
        for view in range(views.shape[2]):
            found |= withheld_series(
                line[:, :, view], own[:, view], threshold=threshold, already=found
            )
        hidden[places] = found
    return hidden


def withheld_series(counts: Counts, own: Counts, *, threshold: int, already: Mask) -> Mask:
    """
    Which of the series side by side below one unit are withheld, (children, measures).

    A series is withheld where one of its numbers rests on somebody, but too few. With it
    go the smallest others, until in every period what is withheld rests on nobody or on
    ``threshold`` answers, and is at least two series.

    :param counts: (children, periods, measures).
    :param own: (periods, measures) what the unit above has by itself: never shown, so it
        is among what is missing.
    """
    few = (counts > 0) & (counts < threshold)
    hidden: Mask = already | few.any(axis=1)
    few_own: Mask = np.asarray(((own > 0) & (own < threshold)).any(axis=0))
    while True:
        fixable = _short(counts, own, hidden, few_own, threshold=threshold)
        if not fixable.any():
            return hidden
        for measure in np.flatnonzero(fixable.any(axis=0)):
            # In the first period in which something is short, the smallest there.
            period = int(np.argmax(fixable[:, measure]))
            sizes = counts[:, period, measure]
            left = np.flatnonzero(~hidden[:, measure] & (sizes > 0))
            hidden[left[np.argmin(sizes[left])], measure] = True


def _short(
    counts: Counts, own: Counts, hidden: Mask, few_own: Mask, *, threshold: int
) -> Mask:
    """
    Where what is missing could be worked out, and withholding one more would help:
    (periods, measures).
    """
    missing = (counts * hidden[:, None, :]).sum(axis=0) + own
    too_little = (missing > 0) & (missing < threshold)
    alone = hidden.sum(axis=0) + own.any(axis=0) < 2
    more = ((counts > 0) & ~hidden[:, None, :]).any(axis=0)
    sensitive = hidden.any(axis=0) | few_own
    return np.asarray(sensitive & more & (too_little | alone))
