"""How cases end that may end in several ways, while some are not over yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .durations import Durations
from .errors import TooFew
from .results import Result
from .survival import kaplan_meier

Floats = NDArray[np.float64]

_AALEN_JOHANSEN = "Aalen and Johansen 1978, Scandinavian J. Statistics 5:141"


@dataclass(frozen=True, slots=True, eq=False)
class Incidence(Result):
    """
    What share of cases has ended in each of c ways after each of k durations.

    ``shares`` add up to 1 - S(t), with ``open_share`` S(t) the part that is not over.
    """

    n: int
    times: Floats  # (k,)
    shares: Floats  # (k, c)
    open_share: Floats  # (k,)
    method: ClassVar[str] = "Aalen-Johansen"
    source: ClassVar[str] = _AALEN_JOHANSEN


def cumulative_incidence(ways: Sequence[Durations]) -> Incidence:
    """
    How cases end when they may end in more than one way: resolved, withdrawn, handed on.

    CIF_c(t) = Σ_{t_i ≤ t} S(t_{i-1}) d_ci/r_i, S being over all ways. One minus a
    Kaplan-Meier curve of one way alone, the others as still open, says too much.
    R: ``survfit(Surv(time, factor(way)) ~ 1)$pstate``.

    :param ways: c counts: each has the ends of one way; what is still open stands in one
        of them, whichever.
    :raises TooFew: when there is no case.

    Source: Aalen and Johansen 1978; Kalbfleisch and Prentice 2002, eq. 8.7.

    >>> done = Durations.of(np.array([1, 3]), np.array([True, True]))
    >>> dropped = Durations.of(np.array([2, 4]), np.array([True, False]))
    >>> cumulative_incidence([done, dropped]).shares[-1].tolist()
    [0.5, 0.25]
    """
    if not ways:
        raise TooFew("cases end in one way at least")
    whole = sum(ways[1:], start=ways[0])
    curve = kaplan_meier(whole)
    before = np.concatenate(([1.0], curve.share[:-1]))
    ended = np.stack([each.on(whole.times).ended for each in ways], axis=1)
    steps = (before / np.maximum(curve.at_risk, 1))[:, None] * ended
    return Incidence(whole.n, curve.times, steps.cumsum(axis=0), curve.share)
