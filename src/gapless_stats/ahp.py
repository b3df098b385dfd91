"""
Weights from comparing criteria two at a time: the analytic hierarchy process (Saaty 1980).

``judgments[i, j]`` says how many times as important criterion i is as j, on Saaty's scale
from 1/9 to 9; ``judgments[j, i]`` is its reciprocal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from .checks import Floats, finite, weights_of
from .errors import Disconnected, OutOfRange, TooFew, TooMany, WrongShape
from .results import Result

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Saaty 1980, table 3-1: the mean CI of random judgments on 1 to 10 criteria."""

CONSISTENT = 0.1
"""Up to this consistency ratio judgments are accepted (Saaty 1980)."""

_RECIPROCAL = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy(Result):
    """
    The weights of k criteria, summing to 1, and how consistent the judgments are.

    ``eigenvalue`` is λ, k or more; ``index`` is CI = (λ - k) / (k - 1) and ``ratio``
    CR = CI / RI. ``triad`` are the three criteria that contradict each other most, None
    with fewer than three. ``judges`` is how many people's judgments were joined.
    """

    weights: Floats  # (k,)
    eigenvalue: float
    index: float
    ratio: float
    triad: tuple[int, int, int] | None
    judges: int
    method: ClassVar[str] = "geometric row means"
    source: ClassVar[str] = "Saaty 1980; Crawford and Williams 1985"

    @property
    def consistent(self) -> bool:
        """Whether the consistency ratio is at most 0.10."""
        return self.ratio <= CONSISTENT


def ahp(judgments: ArrayLike) -> Hierarchy:
    """
    The weights behind pairwise judgments, with their consistency.

    w_i ∝ (Π_j a_ij)^(1/k) (Crawford and Williams 1985), λ = mean of (A w)_i / w_i,
    CI = (λ - k) / (k - 1), CR = CI / RI with Saaty's random index.

    :param judgments: (k, k) above 0, with a_ji = 1 / a_ij.
    :raises TooFew: with fewer than two criteria.
    :raises TooMany: with more than ten: no random index is published; group them.
    :raises WrongShape: when the table is not square.
    :raises OutOfRange: when a judgment is not above 0, or no reciprocal of its mirror.

    Saaty 1980. R: ``ahpsurvey::ahp.indpref(list(a), atts, method = "geometric")``.

    >>> found = ahp([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])
    >>> found.weights.round(6).tolist()
    [0.648329, 0.229651, 0.12202]
    >>> round(found.eigenvalue, 6), round(found.ratio, 6), found.triad
    (3.003695, 0.003185, (0, 1, 2))
    """
    return _hierarchy(_checked(judgments), judges=1)


def ahp_of_group(
    judgments: Sequence[ArrayLike], *, voices: ArrayLike | None = None
) -> Hierarchy:
    """
    The weights of a group: of its geometric mean judgments (Aczél and Saaty 1983).

    :param judgments: of each judge (k, k), all of the same criteria.
    :param voices: (judges,) how much each counts; alike where not given.
    :raises TooFew: without a judge, or with fewer than two criteria.
    :raises TooMany: with more than ten criteria.
    :raises WrongShape: when tables are not square, or not of the same size, or there are
        not as many voices as judges.
    :raises OutOfRange: when a judgment is not above 0 or no reciprocal of its mirror, or a
        voice is negative.

    R: ``ahpsurvey::ahp.aggjudge(cleaned, atts, aggmethod = "geometric")``.

    >>> one, other = [[1, 2], [1 / 2, 1]], [[1, 8], [1 / 8, 1]]
    >>> ahp_of_group([one, other]).weights.tolist()
    [0.8, 0.2]
    """
    if not judgments:
        raise TooFew("a group needs a judge, and there is none")
    tables = [_checked(each) for each in judgments]
    if len({each.shape for each in tables}) > 1:
        raise WrongShape("all judges compare the same criteria, and these do not")
    voice = weights_of(np.ones(len(tables)) if voices is None else voices, len(tables))
    joined = np.exp(np.tensordot(voice, np.log(np.stack(tables)), axes=1))
    return _hierarchy(joined, judges=len(tables))


def ahp_incomplete(judgments: ArrayLike) -> Floats:
    """
    The weights behind some of the judgments, (k,): least squares on their logarithms.

    Minimises Σ (ln a_ij - ln w_i + ln w_j)² over the pairs that were judged (Harker 1987;
    Bozóki, Fülöp and Rónyai 2010); of a full table these are the geometric row means.

    :param judgments: (k, k) above 0, 0 where a pair was not judged, reciprocal.
    :raises TooFew: with fewer than two criteria.
    :raises WrongShape: when the table is not square.
    :raises OutOfRange: when a judgment is negative, or no reciprocal of its mirror.
    :raises Disconnected: when some criteria were compared with none of the rest.

    R: ``lm(log(a) ~ 0 + design)``.

    >>> ahp_incomplete([[1, 2, 0], [1 / 2, 1, 2], [0, 1 / 2, 1]]).round(4).tolist()
    [0.5714, 0.2857, 0.1429]
    """
    table = finite(judgments, "judgments", dimensions=2)
    _square(table)
    judged = table > 0
    if (table < 0).any() or (judged != judged.T).any():
        raise OutOfRange("a judgment is above 0, and 0 both ways where none was given")
    logs = np.log(np.where(judged, table, 1.0))
    if np.abs(logs + logs.T).max() > _RECIPROCAL:
        raise OutOfRange("a judgment is the reciprocal of its mirror, and one is not")
    links = judged & ~np.eye(len(table), dtype=np.bool_)
    laplacian = np.diag(links.sum(axis=1)) - links
    if np.linalg.matrix_rank(laplacian) < len(table) - 1:
        raise Disconnected("some criteria were compared with none of the others")
    solved = np.linalg.lstsq(laplacian, (logs * links).sum(axis=1), rcond=None)[0]
    weights = np.exp(solved - solved.max())
    return np.asarray(weights / weights.sum())


def _checked(judgments: ArrayLike) -> Floats:
    table = finite(judgments, "judgments", dimensions=2)
    _square(table)
    if len(table) > len(RANDOM_INDEX):
        raise TooMany(f"{len(table)} criteria; judgments are checked up to ten")
    if (table <= 0).any() or np.abs(table * table.T - 1).max() > _RECIPROCAL:
        raise OutOfRange("a judgment is above 0 and the reciprocal of its mirror")
    return table


def _square(table: Floats) -> None:
    if table.shape[0] != table.shape[1]:
        raise WrongShape(f"as many criteria down as across, not {table.shape}")
    if len(table) < 2:
        raise TooFew(f"{len(table)} criteria leave nothing to compare")


def _hierarchy(table: Floats, *, judges: int) -> Hierarchy:
    k = len(table)
    means = np.exp(np.log(table).mean(axis=1))
    weights = means / means.sum()
    eigenvalue = float((table @ weights / weights).mean())
    index = (eigenvalue - k) / (k - 1)
    random = RANDOM_INDEX[k - 1]
    ratio = index / random if random else 0.0  # of two criteria nothing can contradict
    return Hierarchy(weights, eigenvalue, index, ratio, _triad(table), judges)


def _triad(table: Floats) -> tuple[int, int, int] | None:
    """Where |ln a_ik - ln a_ij - ln a_jk| is largest, i < j < k; the first of equals."""
    k = len(table)
    if k < 3:
        return None
    logs = np.log(table)
    apart = np.abs(logs[:, None, :] - logs[:, :, None] - logs[None, :, :])  # i, j, k
    i, j, last = np.indices((k, k, k))
    apart[~((i < j) & (j < last))] = -1.0
    found = np.unravel_index(int(apart.argmax()), apart.shape)
    return int(found[0]), int(found[1]), int(found[2])
