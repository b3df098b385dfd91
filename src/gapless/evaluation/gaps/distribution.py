"""
How answers are spread, as far as that may be shown. Pure: a function of a cell.

A cell of a table is a number of people, so a table says more than its mean. The rule:

1. Below the display threshold nothing is shown, nor where everybody who answered said the
   same: then the table would say of each of them what they answered.
2. Of a pair, levels of expectation are taken together until each row rests on at least the
   threshold, because a row says what people of one expectation perceived.
3. One or two people (fewer than `FEW`) are never shown as such. On a scale their level is
   taken together with the next one towards the fullest. In the table of a pair their place
   is withheld, and with it the places from which it could be worked out: rows and columns
   add up to totals, so a withheld place is safe exactly when it lies on a closed way of
   withheld places that turns at each from its row to its column. Of a choice, options with
   so few are taken together; of a choice of several, the share is left out.
4. Below, at and above expectation, or detractors and promoters, are the numbers of the gap
   table itself, and are shown wherever that one shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np

from gapless.analytics.answers import COUNTED, Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.summaries import DETRACTOR, PROMOTER
from gapless_stats.intervals import (
    Interval,
    Mean,
    NetScore,
    mean_of_sums,
    net_score,
    wilson,
)
from gapless_stats.tables import Histogram, PairTable

FEW = 3
"""Fewer people than this are never shown as a number of their own."""

SHOWN = (*COUNTED, Kind.PAIR, Kind.MULTIPLE)
"""The kinds of items whose answers have a distribution."""


class Withheld(StrEnum):
    """Why a distribution is not shown."""

    NOBODY = "nobody"
    TOO_FEW = "too_few"
    ALL_EQUAL = "all_equal"


@dataclass(frozen=True, slots=True)
class Part:
    """Those who answered from ``low`` to ``high``, of all who answered."""

    low: int
    high: int
    count: int
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Chosen:
    """Those who chose one of ``options``; ``share`` is None where it says too much."""

    options: tuple[int, ...]
    share: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Row:
    """What people of like expectation perceived, level by level; None: withheld."""

    low: int
    high: int
    n: int
    counts: tuple[int | None, ...]

    def share(self, place: int) -> float | None:
        count = self.counts[place]
        return None if count is None else count / self.n


@dataclass(frozen=True, slots=True)
class Crossed:
    """Expectation × perception. Rows ascend, as do the levels of perception."""

    levels: tuple[int, ...]
    rows: tuple[Row, ...]
    totals: tuple[int | None, ...]  # of each level of perception
    n: int

    @property
    def withheld(self) -> int:
        """How many places are not shown."""
        return sum(row.counts.count(None) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Distribution:
    """How one item was answered. What the item does not ask, or may not show, is empty."""

    question: Question
    n: int
    missing: int
    withheld: Withheld | None = None
    mean: Mean | None = None
    parts: tuple[Part, ...] = ()  # on the scale; of a pair, perception minus expectation
    signs: tuple[Part, ...] = ()  # below, at, above expectation
    crossed: Crossed | None = None
    net: NetScore | None = None
    groups: tuple[Part, ...] = ()  # detractors, passives, promoters
    chosen: tuple[Chosen, ...] = ()


def distribution(
    layout: Layout, schema: Schema, cell: Vector, code: str, *, threshold: int
) -> Distribution | None:
    """The distribution of one item's answers; None where the form has no such item."""
    question = next((q for q in layout.of(*SHOWN) if q.code == code), None)
    if question is None:
        return None
    if question.kind is Kind.PAIR:
        counts = schema.block(cell, f"pair/{code}")
        table = PairTable(question.low, question.high, counts)
        return _of_pairs(question, table, threshold)
    if question.kind is Kind.MULTIPLE:
        answers = int(schema.block(cell, "answers"))
        return _of_several(
            question, schema.block(cell, f"chosen/{code}"), answers, threshold
        )
    counts = schema.block(cell, f"histogram/{code}")
    histogram = Histogram(question.low, question.high, counts[:-1], int(counts[-1]))
    if question.kind is Kind.SINGLE:
        return _of_one(question, histogram, threshold)
    return _of_scale(question, histogram, threshold)


def why_withheld(counts: Vector, threshold: int) -> Withheld | None:
    n = int(counts.sum())
    if n == 0:
        return Withheld.NOBODY
    if n < threshold:
        return Withheld.TOO_FEW
    return Withheld.ALL_EQUAL if np.count_nonzero(counts) == 1 else None


# --- On a scale -----------------------------------------------------------------------


def _of_scale(question: Question, found: Histogram, threshold: int) -> Distribution:
    if withheld := why_withheld(found.counts, threshold):
        return Distribution(question, found.n, found.missing, withheld)
    is_nps = question.kind is Kind.NPS
    return Distribution(
        question,
        found.n,
        found.missing,
        mean=mean_of_sums(found.sums()),
        parts=banded(found),
        net=_net(found) if is_nps else None,
        groups=tuple(_nps_groups(found)) if is_nps else (),
    )


def banded(found: Histogram) -> tuple[Part, ...]:
    """
    The levels of a scale, neighbours taken together until each part holds nobody or at
    least `FEW`. Nothing where that leaves a single part, or of nobody.
    """
    bands = [(int(level), int(level), int(n)) for level, n in _levels(found)]
    while small := [at for at, (_l, _h, n) in enumerate(bands) if 0 < n < FEW]:
        if len(bands) == 1:
            break
        fullest = max(range(len(bands)), key=lambda at: bands[at][2])
        at = max(small, key=lambda place: abs(place - fullest))
        first = at if at < fullest else max(at - 1, 0)
        one, other = bands[first : first + 2]
        bands[first : first + 2] = [(one[0], other[1], one[2] + other[2])]
    return (
        tuple(_part(*band, of=found.n) for band in bands)
        if len(bands) > 1 and found.n
        else ()
    )


def _levels(found: Histogram) -> Iterator[tuple[int, int]]:
    yield from zip(found.values.tolist(), found.counts.tolist(), strict=True)


def _part(low: int, high: int, count: int, *, of: int) -> Part:
    return Part(low, high, count, count / of, wilson(count, of))


def _between(found: Histogram, low: int, high: int) -> Part:
    inside = (found.values >= low) & (found.values <= high)
    return _part(low, high, int(found.counts[inside].sum()), of=found.n)


def _net(found: Histogram) -> NetScore:
    promoters = _between(found, PROMOTER, found.high).count
    detractors = _between(found, found.low, DETRACTOR).count
    return net_score(promoters, detractors, found.n)


def _nps_groups(found: Histogram) -> Iterator[Part]:
    yield _between(found, found.low, DETRACTOR)
    yield _between(found, DETRACTOR + 1, PROMOTER - 1)
    yield _between(found, PROMOTER, found.high)


# --- Choices --------------------------------------------------------------------------


def _of_one(question: Question, found: Histogram, threshold: int) -> Distribution:
    if withheld := why_withheld(found.counts, threshold):
        return Distribution(question, found.n, found.missing, withheld)
    return Distribution(
        question, found.n, found.missing, chosen=tuple(_together(found.counts, found.n))
    )


def _together(counts: Vector, n: int) -> Iterator[Chosen]:
    """The options one by one, and last those that too few chose, taken together."""
    few = {at for at, count in enumerate(counts.tolist()) if 0 < count < FEW}
    rest = sorted(set(np.flatnonzero(counts).tolist()) - few, key=lambda at: counts[at])
    # One option alone, or very few people, would be told by what is left of the whole.
    while few and rest and (len(few) < 2 or sum(counts[at] for at in few) < FEW):
        few.add(rest.pop(0))
    groups: list[tuple[int, ...]] = [(at,) for at in range(len(counts)) if at not in few]
    if few:
        groups.append(tuple(sorted(few)))
    for options in groups:
        count = int(sum(counts[at] for at in options))
        yield Chosen(options, count / n, wilson(count, n))


def _of_several(
    question: Question, counts: Vector, answers: int, threshold: int
) -> Distribution:
    """Of a choice of several; the last count is how many chose at least one."""
    n = int(counts[-1])
    missing = max(answers - n, 0)
    if n < threshold:
        withheld = Withheld.TOO_FEW if n else Withheld.NOBODY
        return Distribution(question, n, missing, withheld)
    chosen = tuple(
        Chosen((at,), None, None)
        if 0 < count < FEW or 0 < n - count < FEW
        else Chosen((at,), count / n, wilson(count, n))
        for at, count in enumerate(counts[:-1].tolist())
    )
    return Distribution(question, n, missing, chosen=chosen)


# --- Pairs ----------------------------------------------------------------------------


def _of_pairs(question: Question, table: PairTable, threshold: int) -> Distribution:
    if withheld := why_withheld(table.complete, threshold):
        return Distribution(question, table.pairs, table.unanswered, withheld)
    differences = table.difference_histogram
    reach = question.high - question.low
    return Distribution(
        question,
        table.pairs,
        table.unanswered,
        mean=mean_of_sums(differences.sums()),
        parts=banded(differences),
        signs=(
            _between(differences, -reach, -1),
            _between(differences, 0, 0),
            _between(differences, 1, reach),
        ),
        crossed=crossed(table, threshold=threshold),
    )


def crossed(table: PairTable, *, threshold: int) -> Crossed | None:
    """The table of a pair as it may be shown; None where it would have a single row."""
    bands = _rows_together(table.complete.sum(axis=1).tolist(), threshold)
    if len(bands) < 2:
        return None
    rows = np.array([table.complete[low : high + 1].sum(axis=0) for low, high in bands])
    whole = np.hstack([rows, rows.sum(axis=1, keepdims=True)])
    whole = np.vstack([whole, whole.sum(axis=0)])
    hidden = kept_back(whole)
    shown = [
        [None if (at, place) in hidden else int(n) for place, n in enumerate(line)]
        for at, line in enumerate(whole.tolist())
    ]
    return Crossed(
        levels=tuple(range(table.low, table.high + 1)),
        rows=tuple(
            Row(table.low + low, table.low + high, int(whole[at, -1]), tuple(line[:-1]))
            for at, ((low, high), line) in enumerate(zip(bands, shown[:-1], strict=True))
        ),
        totals=tuple(shown[-1][:-1]),
        n=int(whole[-1, -1]),
    )


def _rows_together(totals: Sequence[int], threshold: int) -> list[tuple[int, int]]:
    """First and last level of each row, from the lowest up; what is left joins the last."""
    bands: list[tuple[int, int]] = []
    start = held = 0
    for level, n in enumerate(totals):
        held += n
        if held >= threshold:
            bands.append((start, level))
            start, held = level + 1, 0
    if start < len(totals) and bands:
        bands[-1] = (bands[-1][0], len(totals) - 1)
    return bands


Place = tuple[int, int]


def kept_back(whole: Vector) -> set[Place]:
    """
    The places of a table with its totals that are withheld: those of fewer than `FEW`
    people, and others, so that none can be worked out from what is shown.

    :param whole: (rows + 1, columns + 1); the last of each line is its total, which
        stands unless it is small itself.
    """
    hidden = {
        (int(row), int(column))
        for row, column in np.argwhere((whole > 0) & (whole < FEW)).tolist()
    }
    while told := next((place for place in sorted(hidden) if _told(place, hidden)), None):
        hidden |= _cheapest_ring(told, hidden, whole)
    return hidden


def _told(place: Place, hidden: set[Place]) -> bool:
    """
    Whether a withheld place follows from the others. Rows and columns are the nodes of a
    graph, withheld places its edges: what is no part of a ring is told by the rest.
    """
    row, column = place
    edges = hidden - {place}
    reached, waiting = {("row", row)}, [("row", row)]
    while waiting:
        side, line = waiting.pop()
        for at, across in edges:
            beside = ("column", across) if (side, line) == ("row", at) else None
            beside = ("row", at) if (side, line) == ("column", across) else beside
            if beside and beside not in reached:
                reached.add(beside)
                waiting.append(beside)
    return ("column", column) not in reached


def _cheapest_ring(place: Place, hidden: set[Place], whole: Vector) -> set[Place]:
    """The three further corners of a rectangle that together take the least away."""
    row, column = place
    last = (whole.shape[0] - 1, whole.shape[1] - 1)
    rings = [
        {(row, across), (at, column), (at, across)}
        for at, across in product(range(whole.shape[0]), range(whole.shape[1]))
        if at != row and across != column
    ]
    rings = [ring for ring in rings if last not in ring]

    def cost(ring: set[Place]) -> tuple[int, int]:
        added = ring - hidden
        totals = sum(at == last[0] or across == last[1] for at, across in added)
        # Nobody is worth withholding too, yet only where that spares some people.
        return totals, sum(max(int(whole[each]), FEW) for each in added)

    return min(rings, key=lambda ring: (cost(ring), sorted(ring)))
