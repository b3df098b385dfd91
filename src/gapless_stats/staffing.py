"""How many servers a wait standard takes, and whether a roster keeps it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .checks import above, at_least
from .errors import NotConverged, OutOfRange, TooFew, WrongShape
from .exact import Integers, Mask
from .queueing import (
    MOST_SERVERS,
    ImpatientQueue,
    Queue,
    erlang_a,
    erlang_c,
)
from .results import Result

Floats = NDArray[np.float64]

_SIPP = "Green, Kolesar and Soares 2001, Operations Research 49:549"


@dataclass(frozen=True, slots=True)
class Staffing(Result):
    """
    The fewest servers that keep a wait standard, and how the line then looks.

    ``share`` is the part of customers served within the time, at least what was asked for.
    """

    servers: int
    share: float
    queue: Queue | ImpatientQueue
    method: str
    source: str


def servers_for(
    arrivals: float,
    handling: float,
    *,
    within: float,
    share: float = 0.8,
    patience: float | None = None,
) -> Staffing:
    """
    The fewest servers with whom a share of customers waits no longer than ``within``.

    Doubling the distance from the load A, then halving: the share rises with every server.
    About A + β√A (Halfin and Whitt 1981). Erlang C, or A where customers have a patience.
    R: ``queueing::C_erlang(c, u)`` for c upwards of the load.

    :raises OutOfRange: when a rate or a time is not in its range, or the share not between
        0 and 1.
    :raises NotConverged: when no number of servers is enough.

    Source: Erlang 1917; Halfin and Whitt 1981, Operations Research 29:567.

    >>> servers_for(720 / 3600, 240, within=15, share=0.84).servers
    55
    """
    above(arrivals, 0, "the rate of arrivals")
    above(handling, 0, "a handling time")
    at_least(within, 0, "a wait")
    if not 0 < share < 1:
        raise OutOfRange(f"a share lies between 0 and 1, not at {share}")

    def staffed(servers: int) -> Staffing:
        queue: Queue | ImpatientQueue = (
            erlang_c(arrivals, handling, servers)
            if patience is None
            else erlang_a(arrivals, handling, servers, patience=patience)
        )
        method = f"fewest servers, {queue.method}"
        return Staffing(servers, queue.within(within), queue, method, queue.source)

    # With patience fewer servers than the load may do; without, the line has no end.
    floor = 0 if patience is not None else math.floor(arrivals * handling)
    return _fewest(staffed, floor, share)


def _fewest(staffed: Callable[[int], Staffing], floor: int, share: float) -> Staffing:
    """The fewest servers above ``floor`` that are enough, by doubling and halving."""
    step = 1
    while (found := staffed(floor + step)).share < share:
        step *= 2
        if floor + step > MOST_SERVERS:
            raise NotConverged(f"no number of servers is enough for a share of {share}")
    short, enough = floor + step // 2, floor + step
    while enough - short > 1:
        middle = (short + enough) // 2
        tried = staffed(middle)
        if tried.share >= share:
            found, enough = tried, middle
        else:
            short = middle
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Roster(Result):
    """
    Whether a roster keeps a promised wait, interval by interval of the day.

    ``share`` is the part of customers served in time in each interval, 0 where more come
    than can be served; ``required`` how many servers it takes. ``overall`` weighs the
    shares by how many come, ``n`` in all.
    """

    n: float
    load: Floats  # (k,)
    share: Floats  # (k,)
    required: Integers  # (k,)
    kept: Mask  # (k,)
    overall: float
    method: ClassVar[str] = "Erlang C by interval, arrivals lagged by the handling time"
    source: ClassVar[str] = _SIPP

    @property
    def feasible(self) -> bool:
        """Whether the promise is kept in every interval."""
        return bool(self.kept.all())


def roster_check(
    arrivals: NDArray[np.generic],
    roster: NDArray[np.integer],
    *,
    interval: float,
    handling: float,
    within: float,
    share: float = 0.8,
) -> Roster:
    """
    Whether customers are served in time with so many servers in each interval.

    Each interval stands for itself at its own arrival rate, as it was one handling time
    earlier: work lags behind arrivals (SIPP with lag). R: no package.

    :param arrivals: (k,) customers in each interval; ``roster``: (k,) servers in each.
    :param interval: its length, as ``handling`` and ``within`` in the unit of time.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when a count or a time is not in its range, or the share not between
        0 and 1.
    :raises TooFew: when nobody comes.
    :raises NotConverged: when no number of servers is enough.

    Source: Green, Kolesar and Soares 2001.

    >>> day = roster_check(np.array([60, 120, 90]), np.array([12, 13, 15]), interval=1800,
    ...     handling=180, within=60)
    >>> day.required.tolist(), day.kept.tolist()
    ([8, 14, 12], [True, False, True])
    """
    came, there = _checked(arrivals, roster)
    above(interval, 0, "an interval")
    above(handling, 0, "a handling time")
    rates = _lagged(came, handling / interval) / interval
    shares, required = np.ones(len(came)), np.zeros(len(came), np.int64)
    for place in np.flatnonzero(rates > 0):
        rate, servers = float(rates[place]), int(there[place])
        least = servers_for(rate, handling, within=within, share=share)
        required[place] = least.servers
        enough = servers > rate * handling
        queue = erlang_c(rate, handling, servers) if enough else None
        shares[place] = queue.within(within) if queue else 0.0
    return Roster(
        n=float(came.sum()),
        load=rates * handling,
        share=shares,
        required=required,
        kept=shares >= share,
        overall=float(rates @ shares / rates.sum()),
    )


def _lagged(came: Floats, lag: float) -> Floats:
    """What came ``lag`` intervals before each; nothing before the first."""
    ends = np.arange(len(came) + 1)
    total = np.concatenate(([0.0], came.cumsum()))
    return np.diff(np.interp(ends - lag, ends, total))


def _checked(
    arrivals: NDArray[np.generic], roster: NDArray[np.integer]
) -> tuple[Floats, NDArray[np.integer]]:
    came, there = np.asarray(arrivals, np.float64), np.asarray(roster)
    if came.shape != there.shape or came.ndim != 1:
        raise WrongShape(f"{came.size} intervals of arrivals, but {there.size} of servers")
    if not (np.isfinite(came).all() and (came >= 0).all() and (there >= 0).all()):
        raise OutOfRange("arrivals and servers are finite numbers of at least 0")
    if not came.any():
        raise TooFew("nobody comes, so nobody waits")
    return came, there
