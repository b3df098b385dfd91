"""
What must be hidden so that small groups stay small print for nobody.

A number of few respondents is hidden (primary suppression). Since months add up to
quarters and halls to cities, it could be worked out from its neighbours, so more is
hidden until it cannot (complementary suppression; Cox 1980; Willenborg and de Waal 2001,
chapter 8). ``attackers`` has what tries to undo it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .errors import OutOfRange, WrongShape
from .exact import AnyIntegers, Integers, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """
    Which cells add up: each line is a total followed by its parts.

    Line i is ``cells[starts[i]:starts[i + 1]]``; its first cell is the total.
    """

    starts: Integers  # (lines + 1,)
    cells: Integers  # (entries,)

    @classmethod
    def of(cls, lines: Sequence[Sequence[int]]) -> Lines:
        """
        :param lines: each a total and its parts, at least one.
        :raises WrongShape: when a line has no part, or a cell twice.

        >>> Lines.of([[0, 1, 2], [3, 4]]).starts.tolist()
        [0, 3, 5]
        """
        if any(len(line) < 2 or len(set(line)) < len(line) for line in lines):
            raise WrongShape("a line is a total and its parts, each once")
        ends = np.cumsum([0, *(len(line) for line in lines)])
        flat = [cell for line in lines for cell in line]
        return cls(ends.astype(np.int64), np.array(flat, np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def owner(self) -> Integers:
        """The line of each entry, (entries,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


def lattice(*trees: AnyIntegers) -> Lines:
    """
    The lines of a table whose margins are trees: units × periods, or × one trait more.

    Along each tree every node that has children makes a line, for each combination of the
    other trees' nodes. Cells are numbered as in an array of shape (nodes of the first tree,
    nodes of the second, …), the last running fastest. What a parent has itself, beside its
    children, has to be a child of its own (Willenborg and de Waal 2001, 8.2).
    R: ``sdcHierarchies::hier_create``.

    :param trees: for each the parent of every node, (nodes,), -1 for a root.
    :raises OutOfRange: when a parent is not a node.

    >>> city_with_two_halls, quarter_with_two_months = np.array([-1, 0, 0]), [-1, 0, 0]
    >>> lines = lattice(city_with_two_halls, np.array(quarter_with_two_months))
    >>> [lines.cells[a:b].tolist() for a, b in zip(lines.starts, lines.starts[1:])]
    [[0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 1, 2], [3, 4, 5], [6, 7, 8]]
    """
    sizes = [len(tree) for tree in trees]
    starts: list[Integers] = [np.zeros(1, np.int64)]
    cells: list[Integers] = []
    for axis, tree in enumerate(trees):
        nodes, lengths = _families(np.asarray(tree, np.int64))
        stride = int(np.prod(sizes[axis + 1 :], dtype=np.int64))
        before = int(np.prod(sizes[:axis], dtype=np.int64))
        # Where the other trees' nodes put the first cell of this axis.
        others = np.arange(before)[:, None] * sizes[axis] * stride + np.arange(stride)
        grid = others.reshape(-1, 1) + nodes * stride
        bounds = np.concatenate(([0], np.cumsum(lengths)))
        cells.extend(grid[:, start:end].ravel() for start, end in pairwise(bounds))
        starts.append(np.repeat(lengths, len(grid)))
    ends = np.cumsum(np.concatenate(starts)).astype(np.int64)
    return Lines(ends, np.concatenate([np.zeros(0, np.int64), *cells]))


def _families(tree: Integers) -> tuple[Integers, Integers]:
    """Each parent followed by its children, one after the other, and their lengths."""
    if len(tree) and (tree.max() >= len(tree) or tree.min() < -1):
        raise OutOfRange("a parent is one of the nodes, or -1")
    children = np.argsort(tree, kind="stable")
    children = children[tree[children] >= 0]
    parents, sizes = np.unique(tree[children], return_counts=True)
    first = np.concatenate(([0], np.cumsum(sizes)))[:-1].astype(np.int64)
    return np.insert(children, first, parents), (sizes + 1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Calendar:
    """
    Months, quarters, years and all of them together, as a tree.

    ``months`` come first, in the order given; ``names`` say each node: "2026-03",
    "2026-Q1", "2026", "all".
    """

    months: int
    names: tuple[str, ...]
    parents: tuple[int, ...]


def calendar(months: Sequence[tuple[int, int]]) -> Calendar:
    """
    The tree of some months, each given as (year, month): quarter (m + 2) // 3, year, all.

    ISO 8601 writes months so. R: ``quarter(date)`` of lubridate.

    :raises OutOfRange: when a month comes twice, or is no month.

    >>> found = calendar([(2026, 3), (2026, 4)])
    >>> found.names
    ('2026-03', '2026-04', '2026-Q1', '2026-Q2', '2026', 'all')
    >>> found.parents
    (2, 3, 4, 4, 5, -1)
    """
    if len(set(months)) < len(months) or any(not 1 <= month <= 12 for _, month in months):
        raise OutOfRange("each month comes once, from 1 to 12")
    quarters = sorted({(year, (month + 2) // 3) for year, month in months})
    years = sorted({year for year, _ in months})
    names = [f"{year}-{month:02}" for year, month in months]
    names += [f"{year}-Q{quarter}" for year, quarter in quarters]
    names += [*(str(year) for year in years), "all"]
    place = {name: at for at, name in enumerate(names)}
    parents = [place[f"{year}-Q{(month + 2) // 3}"] for year, month in months]
    parents += [place[str(year)] for year, _ in quarters]
    parents += [len(names) - 1] * len(years) + [-1]
    return Calendar(len(months), tuple(names), tuple(parents))


def suppress(
    counts: AnyIntegers, lines: Lines, *, threshold: int, also: Mask | None = None
) -> Mask:
    """
    Which numbers have to be hidden, True, so that no small one can be worked out.

    Primary: 0 < n < threshold. Complementary: in every line, total and parts alike, either
    nothing is hidden, or two cells or more that together hold ``threshold`` respondents or
    more, or all that is not 0. Of a line that has too little hidden, the cell is hidden
    that mends most lines at once, of these the smallest; in the end what turned out to be
    hidden without need is shown again, the largest first. A 0 is known to everybody and
    hides nothing. Deterministic; the same counts always hide the same cells (Cox 1980;
    Willenborg and de Waal 2001, chapter 8). Other cells to the same end:
    R: ``sdcTable::protectTable(problem, "SIMPLEHEURISTIC")``.

    :param counts: (cells, M) how many respondents are behind M measures of every cell.
    :param also: (cells, M) what is hidden for another reason, and stays hidden.
    :returns: (cells, M).
    :raises OutOfRange: when a count is negative, a line names a cell that is not there, or
        the threshold is below 1.
    :raises WrongShape: when the counts are no table.

    >>> city = Lines.of([[0, 1, 2, 3]])  # a city and its three halls
    >>> suppress(np.array([[64], [4], [20], [40]]), city, threshold=10).ravel().tolist()
    [False, True, True, False]
    """
    if counts.ndim != 2:
        raise WrongShape(f"counts are of cells by measures, not of shape {counts.shape}")
    if threshold < 1 or (counts < 0).any():
        raise OutOfRange("counts are at least 0, and the threshold at least 1")
    if len(lines.cells) and not 0 <= lines.cells.min() <= lines.cells.max() < len(counts):
        raise OutOfRange("a line names a cell that is not there")
    hidden = (counts > 0) & (counts < threshold)
    if also is not None:
        hidden |= also
    touched = np.flatnonzero(hidden.any(axis=0))
    # Items that everybody answered have the same counts, and so the same cells to hide.
    facts = counts[:, touched]
    if also is not None:
        facts = np.vstack((facts, also[:, touched]))
    distinct, like = _distinct(facts)
    chosen = touched[distinct]
    found = np.ascontiguousarray(hidden[:, chosen])
    _Work(lines, np.ascontiguousarray(counts[:, chosen]), threshold).close(found)
    hidden[:, touched] = found[:, like]
    return hidden


def _distinct(columns: AnyIntegers) -> tuple[Integers, Integers]:
    """The first of each set of equal columns, and which of these each column equals."""
    seen: dict[bytes, int] = {}
    first: list[int] = []
    like: list[int] = []
    for place, column in enumerate(np.ascontiguousarray(columns.T)):
        known = seen.setdefault(column.tobytes(), len(first))
        if known == len(first):
            first.append(place)
        like.append(known)
    return np.array(first, np.int64), np.array(like, np.int64)


class _Work:
    """
    Complementary suppression of M measures at once.

    All works on places (a cell of a measure) and pairs (a line of a measure), and looks
    only at the pairs that the last step touched: most of a lattice has nothing to hide.
    """

    def __init__(self, lines: Lines, counts: Integers, threshold: int) -> None:
        cells, self.measures = counts.shape
        self.counts, self.threshold = counts.ravel().astype(np.int64), threshold
        self.lines, self.lengths = lines, np.diff(lines.starts)
        # The other way round: in which lines each cell is.
        order = np.argsort(lines.cells, kind="stable")
        self.lines_of = lines.owner[order]
        self.degrees = np.bincount(lines.cells, minlength=cells)
        self.first_line_of = np.cumsum(self.degrees) - self.degrees

    def close(self, hidden: Mask) -> None:
        """Hide what has to be hidden beside what is, in place: (cells, M)."""
        flat = hidden.reshape(-1)
        primary = flat.copy()
        pairs = self.pairs_through(np.flatnonzero(flat))
        while len(pairs):
            chosen = self.to_hide(flat, pairs)
            flat[chosen] = True
            pairs = self.pairs_through(chosen)
        spare = np.flatnonzero(flat & ~primary)
        while len(spare):
            spare = self.could_show(flat, spare)
            shown = self.first_to_show(spare)
            flat[shown] = False
            spare = np.setdiff1d(spare, shown, assume_unique=True)

    def pairs_through(self, places: Integers) -> Integers:
        """The pairs that these places are in, each once."""
        lines, measures, _ = self._lines_through(places)
        marked = np.zeros(len(self.lines) * self.measures, np.bool_)
        marked[lines * self.measures + measures] = True
        return np.flatnonzero(marked)

    def _lines_through(self, places: Integers) -> tuple[Integers, Integers, Integers]:
        """Of each place each line: the line, the measure, and which place it is of."""
        cells, measures = np.divmod(places, self.measures)
        degrees = self.degrees[cells]
        of = np.repeat(np.arange(len(places)), degrees)
        lines = self.lines_of[_ranges(self.first_line_of[cells], degrees)]
        return lines, measures[of], of

    def _places_in(self, pairs: Integers) -> tuple[Integers, Integers, Integers]:
        """All places of these pairs, where each pair begins, and which pair each is of."""
        lines, measures = np.divmod(pairs, self.measures)
        lengths = self.lengths[lines]
        of = np.repeat(np.arange(len(pairs)), lengths)
        cells = self.lines.cells[_ranges(self.lines.starts[lines], lengths)]
        return cells * self.measures + measures[of], np.cumsum(lengths) - lengths, of

    def to_hide(self, hidden: Mask, pairs: Integers) -> Integers:
        """One more place for every pair that has too little hidden, and has any left."""
        places, starts, of = self._places_in(pairs)
        n, known = self.counts[places], ~hidden[places]
        how_many = np.add.reduceat(~known, starts, dtype=np.int64)
        mass = np.add.reduceat(np.where(known, 0, n), starts)
        choices = known & (n > 0)
        lacking = (how_many > 0) & ((how_many < 2) | (mass < self.threshold))
        lacking &= np.logical_or.reduceat(choices, starts)
        open_to = choices & lacking[of]
        places, of = places[open_to], of[open_to]
        gain, inverse = np.unique(places, return_inverse=True)
        gain = np.bincount(inverse, minlength=len(gain))[inverse]
        # Of each pair what mends most pairs, then the smallest, then the last: a part
        # rather than its total.
        order = np.lexsort((-np.arange(len(places)), self.counts[places], -gain, of))
        first = np.unique(of[order], return_index=True)[1]
        return np.unique(places[order[first]])

    def could_show(self, hidden: Mask, spare: Integers) -> Integers:
        """Those of these hidden places without which every pair would still be closed."""
        pairs = self.pairs_through(spare)
        places, starts, _ = self._places_in(pairs)
        masked = hidden[places]
        how_many = np.add.reduceat(masked, starts, dtype=np.int64)
        mass = np.add.reduceat(np.where(masked, self.counts[places], 0), starts)
        lines, measures, of = self._lines_through(spare)
        at = np.searchsorted(pairs, lines * self.measures + measures)
        left = mass[at] - self.counts[spare][of]
        needed = (how_many[at] < 3) | (left < self.threshold)
        free: Mask = np.bincount(of, weights=needed, minlength=len(spare)) == 0
        return spare[free]

    def first_to_show(self, spare: Integers) -> Integers:
        """Of places that could be shown, but not all: those largest in all their pairs."""
        lines, measures, of = self._lines_through(spare)
        pairs = lines * self.measures + measures
        order = np.lexsort((of, -self.counts[spare][of], pairs))
        leading = np.unique(pairs[order], return_index=True)[1]
        wins = np.bincount(of[order[leading]], minlength=len(spare))
        all_of_them: Mask = wins == np.bincount(of, minlength=len(spare))
        return spare[all_of_them]


def _ranges(starts: Integers, lengths: Integers) -> Integers:
    """From each start as many numbers as its length, one after the other."""
    shift = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    return np.arange(len(shift)) + shift
