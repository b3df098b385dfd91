"""
How hidden numbers are worked out: what complementary suppression has to withstand.

``by_subtraction`` is a reader with a pencil, ``bounds`` one with linear programming, who
gets all that can be got from the additions alone (Fischetti and Salazar 1999). For tests,
and for small tables before they are shown.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from .disclosure import Lines, suppress
from .errors import TooMany, WrongShape
from .exact import AnyIntegers, Integers, Mask

MOST_HIDDEN = 200
"""Two linear programmes for each hidden number: more take longer than a page may."""

Floats = NDArray[np.float64]

_SOLVED, _UNBOUNDED = 0, 3  # scipy's words for how a linear programme ended


def by_subtraction(hidden: Mask, lines: Lines) -> Mask:
    """
    Which hidden numbers follow by adding and subtracting line by line, again and again.

    A line in which one number alone is unknown gives that one away, and then the next.

    :param hidden: (cells,).
    :returns: (cells,) the hidden cells that are known in the end.
    :raises WrongShape: when a line names a cell that is not there.

    Source: Willenborg and de Waal 2001, 8.2. R has none.

    >>> by_subtraction(np.array([False, True, False]), Lines.of([[0, 1, 2]])).tolist()
    [False, True, False]
    """
    _there(hidden, lines)
    unknown = hidden.copy()
    while True:
        in_lines = unknown[lines.cells]
        alone = np.add.reduceat(in_lines, lines.starts[:-1], dtype=np.int64) == 1
        given_away = lines.cells[in_lines & alone[lines.owner]]
        if not len(given_away):
            return np.asarray(hidden & ~unknown)
        unknown[given_away] = False


def bounds(
    counts: AnyIntegers, hidden: Mask, lines: Lines, of: Integers
) -> tuple[Floats, Floats]:
    """
    Between which values hidden numbers have to lie, given all that is shown.

    Linear programming over the hidden numbers, each at least 1 (a 0 would be shown), with
    one equation for each line: the closest bounds that follow from the additions.

    :param counts: (cells,) the true numbers; only those not ``hidden`` are used.
    :param of: (k,) the hidden cells to attack.
    :returns: the lower and the upper bounds, (k,) each; infinite where nothing bounds them.
    :raises TooMany: with more than 200 hidden cells.
    :raises WrongShape: when a line names a cell that is not there.

    Source: Fischetti and Salazar 1999, section 2. R: ``sdcTable::attack``.

    >>> city = Lines.of([[0, 1, 2, 3]])
    >>> hidden = np.array([False, True, True, False])
    >>> low, high = bounds(np.array([64, 4, 20, 40]), hidden, city, np.array([1]))
    >>> low.tolist(), high.tolist()
    ([1.0], [23.0])
    """
    _there(hidden, lines)
    unknown = np.flatnonzero(hidden)
    if len(unknown) > MOST_HIDDEN:
        raise TooMany(f"{len(unknown)} hidden cells; at most {MOST_HIDDEN} are attacked")
    equations, right = _equations(counts, hidden, lines, unknown)
    ends = np.empty((2, len(of)))
    for column, cell in enumerate(of):
        aim = (unknown == cell).astype(np.float64)
        for row, sign in enumerate((1.0, -1.0)):
            found = scipy.optimize.linprog(
                sign * aim, A_eq=equations, b_eq=right, bounds=(1, None), method="highs"
            )
            # What the solver cannot tell counts as told, which hides rather than shows.
            told = {_SOLVED: found.fun, _UNBOUNDED: -np.inf}
            ends[row, column] = sign * told.get(found.status, sign * counts[cell])
    return ends[0], ends[1]


def _there(hidden: Mask, lines: Lines) -> None:
    if len(lines.cells) and lines.cells.max() >= len(hidden):
        raise WrongShape(f"a line names cell {lines.cells.max()} of {len(hidden)}")


def _equations(
    counts: AnyIntegers, hidden: Mask, lines: Lines, unknown: Integers
) -> tuple[Floats, Floats]:
    """Parts less total is 0, with what is shown moved to the right, (lines, hidden)."""
    signs = np.ones(len(lines.cells))
    signs[lines.starts[:-1]] = -1
    shut = hidden[lines.cells]
    matrix = np.zeros((len(lines), len(unknown)))
    column = np.searchsorted(unknown, lines.cells[shut])
    matrix[lines.owner[shut], column] = signs[shut]
    shown = np.where(shut, 0, counts[lines.cells]) * signs
    right: Floats = -np.add.reduceat(shown, lines.starts[:-1])
    tell = matrix.any(axis=1)
    return matrix[tell], right[tell]


def suppress_thoroughly(counts: AnyIntegers, lines: Lines, *, threshold: int) -> Mask:
    """
    As ``disclosure.suppress``, until linear programming finds nothing small either.

    Of every small number whose upper bound lies below the threshold one more neighbour is
    hidden, the smallest, and all is closed and attacked again; where its lines have no
    neighbour left to hide, nothing more can be done.

    :param counts: (cells,) of one measure.
    :returns: (cells,).
    :raises TooMany: with more than 200 hidden cells.
    :raises OutOfRange: when a count is negative, a line names a cell that is not there, or
        the threshold is below 1.

    Source: Fischetti and Salazar 1999; domain.md 2.4.
    R: ``sdcTable::protectTable(problem, method = "OPT")``.

    >>> city = Lines.of([[0, 1, 2, 3]])
    >>> suppress_thoroughly(np.array([64, 4, 20, 40]), city, threshold=10).tolist()
    [False, True, True, False]
    """
    also = np.zeros((len(counts), 1), np.bool_)
    small = np.flatnonzero((counts > 0) & (counts < threshold))
    while True:
        hidden = suppress(counts[:, None], lines, threshold=threshold, also=also)[:, 0]
        _, high = bounds(counts, hidden, lines, small)
        more = _neighbours(counts, hidden, lines, small[high < threshold])
        if not len(more):
            return hidden
        also[:, 0] |= hidden
        also[more] = True


def _neighbours(counts: AnyIntegers, hidden: Mask, lines: Lines, of: Integers) -> Integers:
    """For each of these cells the smallest number shown in any of its lines."""
    found = set()
    for cell in of:
        through = np.isin(lines.owner, lines.owner[lines.cells == cell])
        beside = np.unique(lines.cells[through])
        shown = beside[~hidden[beside] & (counts[beside] > 0)]
        if len(shown):
            found.add(int(shown[np.argmin(counts[shown])]))
    return np.array(sorted(found), np.int64)
