"""
How long customers wait with so many at the counters; how many it takes: ``staffing``.

All customers are alike here, come at random (Poisson) and are served in turn. Rates and
durations are in one unit of time of your choice: customers a second and seconds, say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from .checks import above, at_least
from .errors import NotConverged, OutOfRange, TooFew
from .results import Result

Floats = NDArray[np.float64]

_ERLANG = "Erlang 1917; Cooper 1981, Introduction to Queueing Theory, sec. 3.5"

MOST_SERVERS = 10_000_000
_NEGLIGIBLE = math.log(1e-18)

# The integral of Erlang A: what is e⁻⁴⁵ of its top adds nothing to sixteen digits.
_WORTH = 45.0
_HALVINGS = 60
_NODES = 48
_PANELS = 4
_MOST_STATES = 20_000_000


@dataclass(frozen=True, slots=True)
class Loss(Result):
    """The share of customers who find all servers busy and leave (Erlang B)."""

    load: float
    servers: int
    blocked: float
    method: ClassVar[str] = "Erlang B"
    source: ClassVar[str] = _ERLANG


def erlang_b(load: float, servers: int) -> Loss:
    """
    How many customers are turned away where nobody waits, Erlang B.

    B_0 = 1, B_i = A B_{i-1} / (i + A B_{i-1}), with A = λ × mean service time, the load in
    servers. R: ``queueing::B_erlang(c, u)``.

    :raises OutOfRange: when the load is not above 0, or servers are below 0.

    Source: Erlang 1917.

    >>> round(erlang_b(48, 55).blocked, 6)
    0.038374
    """
    above(load, 0, "a load")
    if not 0 <= servers <= MOST_SERVERS:
        raise OutOfRange(f"there cannot be {servers} servers")
    inverse = 1.0  # 1 / B, which the recursion turns into a sum of what is above 0
    for each in range(1, servers + 1):
        inverse = 1 + inverse * each / load
        if math.isinf(inverse):
            return Loss(load, servers, 0.0)
    return Loss(load, servers, 1 / inverse)


@dataclass(frozen=True, slots=True)
class Queue(Result):
    """
    Where everybody waits for as long as it takes (Erlang C).

    ``waiting`` is the share who wait at all, ``wait`` the mean wait of all customers, in
    the unit of time, ``length`` how many stand in line, ``occupancy`` the part of their
    time that servers are busy. ``decay`` is how fast the chance of a longer wait falls.
    """

    load: float
    servers: int
    occupancy: float
    waiting: float
    wait: float
    length: float
    decay: float
    method: ClassVar[str] = "Erlang C"
    source: ClassVar[str] = _ERLANG

    def within(self, time: float) -> float:
        """
        The share of customers who wait no longer than this, 1 - C e^{-(cμ-λ)T}.

        :raises OutOfRange: when the time is below 0 or not finite.
        """
        at_least(time, 0, "a wait")
        return 1 - self.waiting * math.exp(-self.decay * time)


def erlang_c(
    arrivals: float, handling: float, servers: int, *, variability: float = 1.0
) -> Queue:
    """
    How long customers wait who all stay, Erlang C.

    With A = λ/μ and ρ = A/c < 1, C = B/(1 - ρ(1 - B)), W = C/(cμ - λ) and L = λW. Where
    arrivals or handling vary more or less than at random, W is nearly
    W · (c_a² + c_s²)/2. R: ``queueing::C_erlang(c, u)``.

    :param arrivals: λ per unit of time; ``handling``: mean service time 1/μ, in it.
    :param variability: (c_a² + c_s²)/2, from the squared coefficients of variation of the
        times between arrivals and of handling; 1 where both are exponential.
    :raises OutOfRange: when a rate, a time or the variability is not above 0.
    :raises TooFew: when servers are no more than the load: the line has no end.

    Source: Erlang 1917; the approximation, Allen and Cunneen (Allen 1990, eq. 5.3.61).

    720 calls an hour of 240 seconds, and 55 agents:

    >>> found = erlang_c(720 / 3600, 240, 55)
    >>> round(found.waiting, 6), round(found.wait, 3), round(found.within(15), 6)
    (0.238701, 8.184, 0.845883)
    """
    _rates(arrivals, handling)
    above(variability, 0, "variability")
    load = arrivals * handling
    if servers <= load:
        raise TooFew(f"{servers} servers for a load of {load:g}: the line has no end")
    occupancy = load / servers
    # Erlang B by the Poisson distribution, which is exact from the mean upwards.
    at = servers * math.log(load) - load - math.lgamma(servers + 1)
    blocked = math.exp(at) / float(scipy.special.pdtr(servers, load))
    waiting = blocked / (1 - occupancy * (1 - blocked))
    decay = (servers / handling - arrivals) / variability
    wait = waiting / decay
    return Queue(load, servers, occupancy, waiting, wait, arrivals * wait, decay)


@dataclass(frozen=True, slots=True)
class ImpatientQueue(Result):
    """
    Where customers give up waiting (Erlang A); shares are of all customers.

    ``waiting`` is the share who do not find a server free, ``abandoned`` who give up,
    ``wait`` the mean time in line, of those who give up too. ``edge`` is the logarithm of
    the probability that all servers but one are busy, from which waits follow.
    """

    arrivals: float
    handling: float
    patience: float
    servers: int
    occupancy: float
    waiting: float
    abandoned: float
    wait: float
    length: float
    edge: float
    method: ClassVar[str] = "Erlang A"
    source: ClassVar[str] = (
        "Palm 1957; Garnett, Mandelbaum and Reiman 2002, M&SOM 4:208; Mandelbaum and"
        " Zeltyn 2007"
    )

    def within(self, time: float) -> float:
        """
        The share of customers who are served after no more than this wait.

        1 - P(wait) + λ p_{c-1} ∫_0^T exp(λ(1 - e^{-θx})/θ - cμx - θx) dx: whoever finds all
        busy is served at x if the line ahead is gone and patience has lasted till then.

        :raises OutOfRange: when the time is below 0 or not finite.
        """
        at_least(time, 0, "a wait")
        top, low, high = self._weight(time)
        places, weights = _nodes()
        edges = np.linspace(low, high, _PANELS + 1)
        half = (high - low) / (2 * _PANELS)
        x = (edges[:-1, None] + half * (places + 1)).ravel()
        area = half * float(np.tile(weights, _PANELS) @ np.exp(self._log_served(x) - top))
        if area == 0:
            return 1 - self.waiting
        log_served = math.log(self.arrivals * area) + self.edge + top
        return min(1 - self.waiting + math.exp(log_served), 1.0)

    def _log_served(self, x: Floats) -> Floats:
        """The logarithm of the integrand; it is concave, so it has one top."""
        crowd = self.arrivals * self.patience
        fall = self.servers / self.handling + 1 / self.patience
        return np.asarray(-crowd * np.expm1(-x / self.patience) - fall * x)

    def _weight(self, time: float) -> tuple[float, float, float]:
        """The integrand's top up to ``time``, and between where it is worth summing."""
        fall = self.servers / self.handling + 1 / self.patience
        peak = self.patience * math.log(max(self.arrivals / fall, 1.0))
        peak = min(peak, time)
        top = float(self._log_served(np.array(peak)))
        ends = []
        for end in (0.0, time):
            near, far = peak, end
            for _ in range(_HALVINGS):
                middle = (near + far) / 2
                counts = float(self._log_served(np.array(middle))) > top - _WORTH
                near, far = (middle, far) if counts else (near, middle)
            ends.append(far)
        return top, ends[0], ends[1]


@lru_cache(maxsize=1)
def _nodes() -> tuple[Floats, Floats]:
    places, weights = np.polynomial.legendre.leggauss(_NODES)
    return places, weights


def erlang_a(
    arrivals: float, handling: float, servers: int, *, patience: float
) -> ImpatientQueue:
    """
    How long customers wait who give up after a while, Erlang A.

    The number of customers goes up at rate λ and down at min(n, c)μ + (n - c)⁺θ; from its
    stationary probabilities, P(give up) = θE[(N - c)⁺]/λ and E[wait] = E[(N - c)⁺]/λ.
    Unlike Erlang C it holds under any load. R: no package; the sums in a few lines.

    :param patience: 1/θ, the mean time after which a customer gives up, in the unit of
        time: of those who waited, total wait / how many gave up.
    :raises OutOfRange: when a rate or a time is not above 0, or servers below 1.
    :raises NotConverged: when far more would wait than can be summed.

    Source: Palm 1957; Garnett, Mandelbaum and Reiman 2002.

    >>> found = erlang_a(720 / 3600, 240, 48, patience=120)
    >>> round(found.abandoned, 4), round(found.wait, 2)
    (0.0673, 8.08)
    """
    _rates(arrivals, handling)
    above(patience, 0, "patience")
    if not 1 <= servers <= MOST_SERVERS:
        raise OutOfRange(f"somebody serves, so there cannot be {servers} servers")
    states, logs = _stationary(arrivals, handling, servers, patience)
    chances = np.exp(logs)
    line = np.maximum(states - servers, 0)
    length = float(chances @ line)
    wait = length / arrivals
    return ImpatientQueue(
        arrivals=arrivals,
        handling=handling,
        patience=patience,
        servers=servers,
        occupancy=float(chances @ np.minimum(states, servers)) / servers,
        waiting=float(chances[servers:].sum()),
        abandoned=wait / patience,
        wait=wait,
        length=length,
        edge=float(logs[servers - 1]),
    )


def _stationary(
    arrivals: float, handling: float, servers: int, patience: float
) -> tuple[Floats, Floats]:
    """How many customers there are, 0, 1, 2, …, and the logarithms of how probably."""
    most = 2 * (servers + int(arrivals * max(handling, patience))) + 64
    while most <= _MOST_STATES:
        states = np.arange(most + 1, dtype=np.float64)
        leave = np.minimum(states, servers) / handling
        leave += np.maximum(states - servers, 0) / patience
        steps = np.concatenate(([0.0], np.log(arrivals / leave[1:])))
        logs = steps.cumsum()
        logs -= logs.max()
        if logs[-1] < _NEGLIGIBLE and arrivals < leave[-1] / 2:
            return states, logs - math.log(np.exp(logs).sum())
        most *= 2
    raise NotConverged(f"too many wait to be summed, at a load of {arrivals * handling:g}")


def _rates(arrivals: float, handling: float) -> None:
    above(arrivals, 0, "the rate of arrivals")
    above(handling, 0, "a handling time")
