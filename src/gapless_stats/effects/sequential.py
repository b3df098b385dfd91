"""
Looking several times, as agreed beforehand, without being fooled by chance.

Who stops at the first |z| > 1.96 of five looks is wrong 14 % of the time. Bounds that are
agreed before the first look keep it at 5 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import OutOfRange, TooFew, TooMany, WrongShape
from gapless_stats.estimates import tail_of
from gapless_stats.intervals import Interval
from gapless_stats.results import Result

Floats = NDArray[np.float64]
Spending = Literal["obrien_fleming", "pocock"]

MOST_LOOKS = 50
"""More looks are no longer looks: see ``always_valid``."""

_NODES = 192
_HIGHEST = 9.0  # beyond this the normal distribution is 0 in floating point


@dataclass(frozen=True, slots=True, eq=False)
class Bounds(Result):
    """
    How large |z| must be at each of K looks, two-sided, for ``alpha`` overall.

    ``information`` is the share of the final information at each look; ``spent`` the
    probability to have stopped by then where nothing changed; ``constant`` the c of the
    published tables, None where bounds follow a spending function.
    """

    alpha: float
    information: Floats  # (K,) rising to at most 1
    bounds: Floats  # (K,)
    nominal: Floats  # (K,) two-sided p value at the bound
    spent: Floats  # (K,) rising to alpha
    constant: float | None
    method: str
    source: str


def crossing_probabilities(
    bounds: Sequence[float], *, information: Sequence[float] | None = None
) -> Floats:
    """
    How probable it is to have crossed ±bounds by each look where nothing changed, (K,).

    Z_k is a Brownian motion at information t_k over √t_k. The density of those who have not
    stopped is carried from look to look by Gauss-Legendre quadrature.
    R: ``1 - gsDesign::gsProbability(k, 0, n.I, a = -b, b = b)``.

    :param bounds: (K,) above 0; ``information`` (K,) rising, equal steps unless given.
    :raises TooFew: without a look.
    :raises TooMany: of more than 50.
    :raises WrongShape: when there is not one information to each bound.
    :raises OutOfRange: when a bound is not above 0, or information does not rise from 0.

    Source: Armitage, McPherson and Rowe 1969, J. Royal Statistical Society A 132:235.

    >>> crossing_probabilities([1.96] * 5).round(3).tolist()  # their table 2
    [0.05, 0.083, 0.107, 0.126, 0.142]
    """
    times = _times(len(bounds), information)
    if not all(each > 0 for each in bounds):
        raise OutOfRange("a bound is above 0")
    going, found = _Going.begin(), []
    for bound, time in zip(bounds, times.tolist(), strict=True):
        going = going.on(time, bound)
        found.append(1 - going.left)
    return np.asarray(np.clip(np.array(found), 0.0, 1.0))


def obrien_fleming(looks: int, *, alpha: float = 0.05) -> Bounds:
    """
    Strict bounds early, and almost the usual one at the end: c √(K / k).

    R: ``gsDesign::gsDesign(K, 2, alpha / 2, sfu = "OF")$upper$bound``.

    :param looks: K, equally spaced in information, 1 to 50.
    :param alpha: two-sided error of all looks together, 0 to 1.
    :raises TooFew: without a look.
    :raises TooMany: of more than 50.
    :raises OutOfRange: when ``alpha`` is not between 0 and 1.

    Source: O'Brien and Fleming 1979, Biometrics 35:549.

    >>> found = obrien_fleming(5)
    >>> round(found.constant, 3), found.bounds.round(2).tolist()
    (2.04, [4.56, 3.23, 2.63, 2.28, 2.04])
    """
    shape = np.sqrt(looks / np.arange(1, looks + 1)) if looks > 0 else np.empty(0)
    source = "O'Brien and Fleming 1979, Biometrics 35:549"
    return _shaped(shape, alpha, "O'Brien-Fleming", source)


def pocock(looks: int, *, alpha: float = 0.05) -> Bounds:
    """
    The same bound at every look.

    R: ``gsDesign::gsDesign(K, 2, alpha / 2, sfu = "Pocock")$upper$bound``.

    :param looks: K, equally spaced in information, 1 to 50.
    :param alpha: two-sided error of all looks together, 0 to 1.
    :raises TooFew: without a look.
    :raises TooMany: of more than 50.
    :raises OutOfRange: when ``alpha`` is not between 0 and 1.

    Source: Pocock 1977, Biometrika 64:191, table 1.

    >>> [round(pocock(looks).constant, 3) for looks in (2, 3, 4, 5)]
    [2.178, 2.289, 2.361, 2.413]
    """
    return _shaped(
        np.ones(max(looks, 0)), alpha, "Pocock", "Pocock 1977, Biometrika 64:191"
    )


def spending_bounds(
    information: Sequence[float],
    *,
    alpha: float = 0.05,
    spending: Spending = "obrien_fleming",
) -> Bounds:
    """
    Bounds for looks that came when they came, by how much error may be spent by then.

    Each side spends a(t) of its a = α/2: 2 - 2 Φ(z_{a/2} / √t), like O'Brien and Fleming,
    or a ln(1 + (e - 1) t), like Pocock. A look's bound depends on no later look.
    R: ``gsDesign::gsDesign(K, 2, alpha / 2, sfu = sfLDOF, timing = t)``, two-sided.

    :param information: (K,) t_k, the share of the planned information, rising, at most 1.
    :param alpha: two-sided error of all looks together, 0 to 1.
    :raises TooFew: without a look.
    :raises TooMany: of more than 50.
    :raises OutOfRange: when ``alpha`` is not between 0 and 1, information does not rise
        from 0 to at most 1, or the spending is unknown.

    Source: Lan and DeMets 1983, Biometrika 70:659.

    >>> spending_bounds([0.2, 0.4, 0.6, 0.8, 1.0]).bounds.round(2).tolist()
    [4.88, 3.36, 2.68, 2.29, 2.03]
    """
    z = -float(scipy.special.ndtri(tail_of(1 - alpha) / 2))
    times = _times(len(information), information)
    if times[-1] > 1:
        raise OutOfRange(f"information is a share of what was planned, not {times[-1]}")
    budgets = {
        "obrien_fleming": 4 * scipy.special.ndtr(-z / np.sqrt(times)),
        "pocock": alpha * np.log1p((np.e - 1) * times),
    }
    if spending not in budgets:
        raise OutOfRange(f"spending is obrien_fleming or pocock, not {spending}")
    spent, going, bounds = budgets[spending], _Going.begin(), []
    for time, budget in zip(times.tolist(), spent.tolist(), strict=True):
        bounds.append(going.bound(time, 1 - budget))
        going = going.on(time, bounds[-1])
    method = f"Lan-DeMets, {spending} spending"
    source = "Lan and DeMets 1983, Biometrika 70:659"
    return _bounds(np.array(bounds), alpha, times, None, (method, source))


def repeated_interval(
    estimate: float, error: float, bounds: Bounds, *, look: int
) -> Interval:
    """
    Where an effect lies, at a planned look: estimate ± bound · error.

    All looks' intervals together hold the truth with probability 1 - α.
    R: ``estimate + c(-1, 1) * bound * error``.

    :param error: the standard error at this look, at least 0; ``look`` 1 to K.
    :raises OutOfRange: when there is no such look, or a number is not finite.

    Source: Jennison and Turnbull 1989, J. Royal Statistical Society B 51:305.

    >>> found = repeated_interval(0.3, 0.1, obrien_fleming(5), look=3)
    >>> round(found.low, 3), round(found.high, 3)
    (0.037, 0.563)
    """
    if not 1 <= look <= len(bounds.bounds):
        raise OutOfRange(f"of {len(bounds.bounds)} looks, none is number {look}")
    if not (np.isfinite(estimate) and 0 <= error < np.inf):
        raise OutOfRange(f"no interval lies about {estimate} with an error of {error}")
    reach = float(bounds.bounds[look - 1]) * error
    return Interval(
        estimate - reach,
        estimate + reach,
        1 - bounds.alpha,
        f"repeated, {bounds.method}",
        "Jennison and Turnbull 1989, J. Royal Statistical Society B 51:305",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Going:
    """Where those who have not stopped are: density at nodes of the sum S = Z √t."""

    time: float
    at: Floats  # (nodes,)
    mass: Floats  # (nodes,) density times the node's weight

    @classmethod
    def begin(cls) -> _Going:
        return cls(0.0, np.zeros(1), np.ones(1))

    @property
    def left(self) -> float:
        return float(self.mass.sum())

    def on(self, time: float, bound: float) -> _Going:
        """Those within ±bound at the next look."""
        nodes, weights = _nodes()
        reach = min(bound, _HIGHEST) * np.sqrt(time)
        step = np.sqrt(time - self.time)
        apart = (reach * nodes[:, None] - self.at[None, :]) / step
        density = np.exp(-(apart**2) / 2) @ self.mass / (step * np.sqrt(2 * np.pi))
        return _Going(time, reach * nodes, reach * weights * density)

    def stay(self, time: float, bound: float) -> float:
        """How probable it is to be within ±bound at the next look, without new nodes."""
        reach, step = bound * np.sqrt(time), np.sqrt(time - self.time)
        upper = scipy.special.ndtr((reach - self.at) / step)
        return float(self.mass @ (upper - scipy.special.ndtr((-reach - self.at) / step)))

    def bound(self, time: float, left: float) -> float:
        """The bound that keeps so many going."""
        if self.stay(time, _HIGHEST) <= left:
            return _HIGHEST  # nothing to spend yet that floating point could tell
        found = scipy.optimize.brentq(
            lambda bound: self.stay(time, bound) - left, 0.0, _HIGHEST, xtol=1e-12
        )
        return float(found)


@lru_cache(maxsize=1)
def _nodes() -> tuple[Floats, Floats]:
    nodes, weights = scipy.special.roots_legendre(_NODES)
    return nodes, weights


def _times(looks: int, information: Sequence[float] | None) -> Floats:
    if looks < 1:
        raise TooFew("bounds are of one look at least")
    if looks > MOST_LOOKS:
        raise TooMany(f"{looks} looks, and bounds are of {MOST_LOOKS} at most")
    if information is None:
        return np.linspace(0.0, 1.0, looks + 1)[1:]
    times = np.asarray(information, dtype=np.float64)
    if len(times) != looks:
        raise WrongShape(f"{looks} bounds and {len(times)} looks differ")
    if not (np.isfinite(times).all() and (np.diff(times, prepend=0.0) > 0).all()):
        raise OutOfRange("information rises from look to look, from above 0")
    return times


def _shaped(shape: Floats, alpha: float, method: str, source: str) -> Bounds:
    """The constant by which bounds of this shape spend alpha in all."""
    tail_of(1 - alpha)
    times = _times(len(shape), None)

    def too_much(constant: float) -> float:
        return float(crossing_probabilities((constant * shape).tolist())[-1]) - alpha

    constant = float(scipy.optimize.brentq(too_much, 1e-6, _HIGHEST, xtol=1e-10))
    return _bounds(constant * shape, alpha, times, constant, (method, source))


def _bounds(
    bounds: Floats,
    alpha: float,
    times: Floats,
    constant: float | None,
    said: tuple[str, str],
) -> Bounds:
    return Bounds(
        alpha=alpha,
        information=times,
        bounds=bounds,
        nominal=2 * scipy.special.ndtr(-bounds),
        spent=crossing_probabilities(bounds.tolist(), information=times.tolist()),
        constant=constant,
        method=said[0],
        source=said[1],
    )
