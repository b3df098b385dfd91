"""What sums of rows and attackers of hidden numbers refuse, and by which name."""

from collections.abc import Callable

import numpy as np

from gapless_stats import attackers, rows
from gapless_stats.disclosure import Lines
from gapless_stats.errors import OutOfRange, TooMany, WrongShape

ANSWERS = np.array([[4, 5], [3, 2]], np.int8)
PAIRED = rows.PairedRows(ANSWERS, ANSWERS, np.array([0, 0]))
ONE_GROUP = np.zeros(2, np.intp)
CITY = Lines.of([[0, 1, 2, 3]])
MANY = attackers.MOST_HIDDEN + 1
STATE = Lines.of([range(MANY)])

REFUSALS: dict[
    Callable[..., object], list[tuple[Callable[[], object], type[Exception]]]
] = {
    rows.pairwise_sums: [(lambda: rows.pairwise_sums(ANSWERS[0]), WrongShape)],
    rows.gap_sums: [
        (lambda: rows.gap_sums(PAIRED, ONE_GROUP[:1], 1), WrongShape),
        (lambda: rows.gap_sums(PAIRED, ONE_GROUP, 0), OutOfRange),
    ],
    rows.group_moments: [
        (lambda: rows.group_moments(ANSWERS, ONE_GROUP[:1], 1), WrongShape),
        (lambda: rows.group_moments(ANSWERS, ONE_GROUP + 3, 3), OutOfRange),
    ],
    attackers.by_subtraction: [
        (lambda: attackers.by_subtraction(np.zeros(3, np.bool_), CITY), WrongShape)
    ],
    attackers.bounds: [
        (
            lambda: attackers.bounds(
                np.ones(3, int), np.zeros(3, np.bool_), CITY, np.array([0])
            ),
            WrongShape,
        ),
        (
            lambda: attackers.bounds(
                np.ones(MANY, int), np.ones(MANY, np.bool_), STATE, np.array([0])
            ),
            TooMany,
        ),
    ],
    attackers.suppress_thoroughly: [
        (
            lambda: attackers.suppress_thoroughly(np.ones(4, int), CITY, threshold=0),
            OutOfRange,
        ),
        (
            lambda: attackers.suppress_thoroughly(np.ones(3, int), CITY, threshold=5),
            OutOfRange,
        ),
        (
            lambda: attackers.suppress_thoroughly(np.ones(MANY, int), STATE, threshold=5),
            TooMany,
        ),
    ],
}
