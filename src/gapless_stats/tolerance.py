"""
The zone of tolerance: between the least a customer accepts and what they desire.

Zeithaml, Berry and Parasuraman 1993; Parasuraman, Zeithaml and Berry 1994. The answers
behind it are triples: least accepted A, desired D and perceived P, with D ≥ A.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy

from .errors import OutOfRange, WrongShape
from .exact import Integers
from .intervals import Interval, Mean, Share, mean_of_sums, share_of
from .moments import Moments, Sums
from .results import Result


@dataclass(frozen=True, slots=True)
class Position(Result):
    """
    Where perception lies in the zone: 0 at the least accepted, 1 at the desired; below 0
    and above 1 it lies outside.
    """

    n: int
    value: float
    interval: Interval
    method: ClassVar[str] = "ratio of means, delta"
    source: ClassVar[str] = "Parasuraman, Zeithaml and Berry 1994; Cochran 1977, eq. 6.13"


@dataclass(frozen=True, slots=True)
class ZoneOfTolerance(Result):
    """
    An item's zone, in scale points, over the n consistent triples.

    ``adequacy`` is MSA = P - A, ``superiority`` MSS = P - D, ``width`` D - A. ``position``
    is None where the zone has no width, or of fewer than two triples. The shares are of
    the n: disappointed below the zone, within it, or delighted at its top and above.
    """

    n: int
    least: Mean
    desired: Mean
    perceived: Mean
    adequacy: Mean
    superiority: Mean
    width: Mean
    position: Position | None
    below: Share
    inside: Share
    above: Share
    inconsistent: int
    unanswered: int
    method: str
    source: ClassVar[str] = "Zeithaml, Berry and Parasuraman 1993"


_COUNTS = 5
_COCHRAN = "Cochran 1977, eq. 6.13"


def zone_of_tolerance(
    counts: Sequence[int] | Integers, triples: Moments, *, level: float = 0.95
) -> ZoneOfTolerance:
    """
    The zone from what cells keep of an item: Student's intervals, Wilson's for shares.

    MSA = P - A, MSS = P - D, width D - A, in scale points (Zeithaml, Berry and Parasuraman
    1993; Parasuraman, Zeithaml and Berry 1994). R: ``t.test(p - a)``, ``t.test(p - d)``.

    :param counts: (5,) how many perceive below A, from A to below D, at D or above; how
        many desire less than they accept; how many left one of the three unanswered.
    :param triples: the moments of (A, D, P) over the consistent triples, k = 3.
    :raises WrongShape: when there are not five counts, or the triples are not of the
        respondents counted.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> answers = np.array([[4, 7, 5], [5, 8, 8], [5, 6, 4], [3, 7, 6]])
    >>> zone = zone_of_tolerance([1, 2, 1, 0, 0], Moments.of(answers))
    >>> zone.adequacy.mean, zone.superiority.mean, zone.width.mean
    (1.5, -1.25, 2.75)
    >>> round(zone.position.value, 3), zone.below.share
    (0.545, 0.25)
    """
    if len(counts) != _COUNTS:
        raise WrongShape(f"a zone has {_COUNTS} counts, not {len(counts)}")
    below, inside, above, inconsistent, unanswered = (int(each) for each in counts)
    n = below + inside + above
    if triples.items != 3 or triples.n != n:
        raise WrongShape(f"{n} respondents are not the {triples.n} of the triples")

    def mean(least: int, desired: int, perceived: int) -> Mean:
        """The mean of this combination of A, D and P."""
        told = triples.through(np.array([[least, desired, perceived]]))
        sums = Sums(n, int(told.total[0]), int(told.cross[0, 0]))
        return mean_of_sums(sums, level=level)

    return ZoneOfTolerance(
        n=n,
        least=mean(1, 0, 0),
        desired=mean(0, 1, 0),
        perceived=mean(0, 0, 1),
        adequacy=mean(-1, 0, 1),
        superiority=mean(0, -1, 1),
        width=mean(-1, 1, 0),
        position=position_in_zone(triples, level=level),
        below=share_of(below, n, level=level),
        inside=share_of(inside, n, level=level),
        above=share_of(above, n, level=level),
        inconsistent=inconsistent,
        unanswered=unanswered,
        method="t, Wilson score, delta",
    )


def position_in_zone(triples: Moments, *, level: float = 0.95) -> Position | None:
    """
    π = (P̄ - Ā) / (D̄ - Ā), None where the zone has no width or of fewer than two triples.

    A ratio of means, so it adds up from halls to cities; its interval by linearisation
    (Cochran 1977, eq. 6.13): Var = (s²_u - 2π s_uv + π² s²_v) / (n v̄²) for u = P - A and
    v = D - A. R: ``survey::svyratio(~u, ~v, svydesign(~1, data = d))``.

    :raises WrongShape: when the moments are not of three columns.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> answers = np.array([[4, 7, 5], [5, 8, 8], [5, 6, 4], [3, 7, 6]])
    >>> round(position_in_zone(Moments.of(answers)).value, 6)
    0.545455
    """
    if triples.items != 3:
        raise WrongShape(f"expected moments of (A, D, P), not of {triples.items} columns")
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    told = triples.through(np.array([[-1, 0, 1], [-1, 1, 0]]))
    n, width = told.n, int(told.total[1])
    if n < 2 or width == 0:
        return None
    value = int(told.total[0]) / width
    (of_height, shared), (_, of_width) = told.covariance.tolist()
    squared = (of_height - 2 * value * shared + value**2 * of_width) / n
    error = math.sqrt(max(squared, 0.0)) / abs(width / n)
    reach = float(scipy.special.stdtrit(n - 1, (1 + level) / 2)) * error
    return Position(
        n, value, Interval(value - reach, value + reach, level, "delta", _COCHRAN)
    )
