"""
How long things take when some are not over yet: cases still open, customers still here.

Leaving out what is open, or counting its age as its length, makes everything look quick.
Kaplan and Meier's curve uses both. All of it is computed from counts per duration
(``durations``), which add up from month to month and from hall to company. Cases that end
in several ways are in ``incidence``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from .durations import Durations
from .errors import NotIdentified, OutOfRange, TooFew
from .exact import Integers
from .intervals import Interval
from .results import Result

Floats = NDArray[np.float64]

_KAPLAN_MEIER = "Kaplan and Meier 1958, J. American Statistical Association 53:457"
_MANTEL = "Mantel 1966, Cancer Chemotherapy Reports 50:163"
_RESTRICTED = "Klein and Moeschberger 2003, Survival Analysis, sec. 4.5"

_HALF_TOLERANCE = 1.5e-8
"""R's: a curve within this of one half is taken to lie flat at it (quantile.survfit)."""


Confidence = Literal["log-log", "log", "plain"]


@dataclass(frozen=True, slots=True, eq=False)
class Survival(Result):
    """
    What share of cases was not over yet after each of k durations.

    ``error`` is Greenwood's standard error. ``low`` and ``high`` are of each point alone,
    and both equal the share where it is 0 or 1.
    """

    n: int
    events: int
    times: Floats  # (k,)
    at_risk: Integers  # (k,)
    ended: Integers  # (k,)
    share: Floats  # (k,)
    error: Floats  # (k,)
    low: Floats  # (k,)
    high: Floats  # (k,)
    level: float
    confidence: Confidence
    method: str
    source: ClassVar[str] = _KAPLAN_MEIER

    def at(self, time: float) -> float:
        """The share not over yet after this long."""
        place = int(np.searchsorted(self.times, time, side="right"))
        return float(self.share[place - 1]) if place else 1.0

    @property
    def median(self) -> Span:
        """After how long half of the cases are over."""
        return self.over_after(0.5)

    def over_after(self, part: float) -> Span:
        """
        After how long this part of the cases is over: 0.5 for the median, 0.9 for nine in
        ten. The middle of the stretch where the curve lies exactly at 1 - part, as R.

        :raises OutOfRange: when the part is not between 0 and 1.
        """
        if not 0 < part < 1:
            raise OutOfRange(f"a part lies between 0 and 1, not at {part}")
        found, low, high = (
            _crossing(self.times, curve, 1 - part)
            for curve in (self.share, self.low, self.high)
        )
        return Span(self.n, found, low, high, self.level)


@dataclass(frozen=True, slots=True)
class Span(Result):
    """
    A quantile of a duration with its interval, in the durations' unit.

    None where the curve, or a side of its interval, does not fall so far: as yet nobody
    can say.
    """

    n: int
    value: float | None
    low: float | None
    high: float | None
    level: float
    method: ClassVar[str] = "inverted pointwise interval"
    source: ClassVar[str] = "Brookmeyer and Crowley 1982, Biometrics 38:29"


def _crossing(times: Floats, curve: Floats, height: float) -> float | None:
    below = np.flatnonzero(curve < height - _HALF_TOLERANCE)
    flat = np.flatnonzero(np.abs(curve - height) <= _HALF_TOLERANCE)
    if len(flat):
        end = times[below[0]] if len(below) else times[flat[-1]]
        return float((times[flat[0]] + end) / 2)
    return float(times[below[0]]) if len(below) else None


def kaplan_meier(
    durations: Durations, *, level: float = 0.95, confidence: Confidence = "log-log"
) -> Survival:
    """
    The share of cases not over yet, S(t) = Π_{t_i ≤ t} (1 - d_i/r_i).

    With Greenwood's variance S² Σ d/(r(r - d)) = S² σ². The intervals are S^exp(±zσ/ln S)
    (``"log-log"``, which keeps its level in small samples), S exp(±zσ) (``"log"``, R's) and
    S ± zSσ (``"plain"``), within 0 and 1.
    R: ``survfit(Surv(time, event) ~ 1, conf.type = "log-log")``.

    :raises TooFew: when there is no case.
    :raises OutOfRange: when the level is not between 0 and 1, or more cases ended than were
        under observation.

    Source: Kaplan and Meier 1958; Greenwood 1926.

    Remission under 6-MP (Freireich et al. 1963), the textbooks' example:

    >>> weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32]
    >>> weeks += [34, 35]
    >>> relapsed = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    >>> found = kaplan_meier(Durations.of(np.array(weeks), np.array(relapsed, bool)))
    >>> round(found.at(10), 4), found.median.value
    (0.7529, 23.0)
    """
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    _consistent(durations)
    risk, ended = durations.at_risk, durations.ended
    share: Floats = np.cumprod(1 - ended / np.maximum(risk, 1), dtype=np.float64)
    spread = np.sqrt(np.cumsum(_greenwood(ended, risk)))
    reach = float(scipy.special.ndtri((1 + level) / 2)) * spread
    low, high = _bounds(share, reach, confidence)
    return Survival(
        n=durations.n,
        events=durations.events,
        times=durations.times,
        at_risk=risk,
        ended=ended,
        share=share,
        error=np.where(share > 0, share * spread, 0.0),
        low=low,
        high=high,
        level=level,
        confidence=confidence,
        method=f"Kaplan-Meier, {confidence} interval",
    )


def _consistent(durations: Durations) -> None:
    if durations.n < 1:
        raise TooFew("a curve needs one case, and there is none")
    if (durations.at_risk < durations.ended).any():
        raise OutOfRange("more cases ended than were under observation")


def _greenwood(ended: Integers, risk: Integers) -> Floats:
    """d/(r(r - d)); 0 where the last case ends, after which nothing is uncertain."""
    left = risk - ended
    return np.where(left > 0, ended / np.maximum(risk * left, 1), 0.0)


def _bounds(share: Floats, reach: Floats, confidence: Confidence) -> tuple[Floats, Floats]:
    inner = (share > 0) & (share < 1)
    known = np.where(inner, share, 0.5)
    if confidence == "log-log":
        turned = np.exp(reach / -np.log(known))
        low, high = known**turned, known ** (1 / turned)
    elif confidence == "log":
        low, high = known * np.exp(-reach), known * np.exp(reach)
    else:
        low, high = known * (1 - reach), known * (1 + reach)
    return tuple(  # type: ignore[return-value]  # of two
        np.where(inner, np.clip(each, 0.0, 1.0), share) for each in (low, high)
    )


@dataclass(frozen=True, slots=True)
class RestrictedMean(Result):
    """The mean duration within the first ``until``, with its standard error."""

    n: int
    mean: float
    error: float
    until: float
    interval: Interval
    method: ClassVar[str] = "area under the Kaplan-Meier curve"
    source: ClassVar[str] = _RESTRICTED


def restricted_mean(
    durations: Durations, *, until: float | None = None, level: float = 0.95
) -> RestrictedMean:
    """
    The mean of durations cut off at ``until``: the area under the curve up to there.

    A median says nothing of the slow half, and a plain mean needs everything to be over.
    Var = Σ A_i² d_i/(r_i(r_i - d_i)), with A_i the area from t_i on.
    R: ``print(survfit(Surv(time, event) ~ 1), rmean = until)``.

    :param until: τ in the durations' unit; else the longest duration there is.
    :raises TooFew: when there is no case.
    :raises OutOfRange: when the level is not between 0 and 1, ``until`` not above 0, or
        beyond the longest duration while the curve is not at 0.

    Source: Klein and Moeschberger 2003, eq. 4.5.1-4.5.2.

    >>> four = Durations.of(np.array([1, 2, 3, 4]), np.array([True, True, False, True]))
    >>> restricted_mean(four).mean
    2.75
    """
    curve = kaplan_meier(durations, level=level)
    longest = float(curve.times[-1])
    end = longest if until is None else until
    if not 0 < end < math.inf:
        raise OutOfRange(f"a mean is taken up to a time above 0, not to {end}")
    if end > longest and curve.share[-1] > 0:
        raise OutOfRange(f"nothing is known after {longest}, so not of {end}")
    marks = np.concatenate(([0.0], np.minimum(curve.times, end), [end]))
    heights = np.concatenate(([1.0], curve.share))
    areas = heights * np.diff(marks)
    rest = areas[::-1].cumsum()[::-1][1:]  # from each time on
    variance = float((rest**2) @ _greenwood(curve.ended, curve.at_risk))
    mean, error = math.fsum(areas), math.sqrt(variance)
    reach = float(scipy.special.ndtri((1 + level) / 2)) * error
    interval = Interval(mean - reach, mean + reach, level, "normal", _RESTRICTED)
    return RestrictedMean(curve.n, mean, error, end, interval)


@dataclass(frozen=True, slots=True, eq=False)
class LogRank(Result):
    """
    Whether g groups take equally long: χ² with g - 1 degrees and its p value.

    ``expected`` is how many cases of each group would have ended if all were alike.
    """

    n: tuple[int, ...]
    chi_square: float
    degrees: int
    p_value: float
    observed: Integers  # (g,)
    expected: Floats  # (g,)
    method: ClassVar[str] = "log-rank"
    source: ClassVar[str] = _MANTEL


def log_rank(groups: Sequence[Durations]) -> LogRank:
    """
    The log-rank test of two or more groups.

    At every time E_j = r_j d/r and V_jl = r_j/r ([j = l] - r_l/r) d(r - d)/(r - 1); then
    χ² = (O - E)' V⁻ (O - E). R: ``survdiff(Surv(time, event) ~ group)``.

    :raises TooFew: with fewer than two groups, or a group without a case.
    :raises OutOfRange: when more cases ended than were under observation.
    :raises NotIdentified: when nothing ended while two groups were at risk.

    Source: Mantel 1966; Peto and Peto 1972.

    Leukaemia in remission (Freireich et al. 1963), weeks without and with 6-MP:

    >>> weeks = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    >>> plain = Durations.of(np.array(weeks), np.full(21, True))
    >>> weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32]
    >>> weeks += [34, 35]
    >>> relapsed = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    >>> treated = Durations.of(np.array(weeks), np.array(relapsed, bool))
    >>> round(log_rank([treated, plain]).chi_square, 4)
    16.7929
    """
    if len(groups) < 2:
        raise TooFew(f"the log-rank test compares two groups or more, not {len(groups)}")
    for group in groups:
        _consistent(group)
    times = np.unique(np.concatenate([each.times for each in groups]))
    same = [each.on(times) for each in groups]
    risk = np.stack([each.at_risk for each in same]).astype(np.float64)  # (g, k)
    ended = np.stack([each.ended for each in same])
    over, whole = ended.sum(axis=0), risk.sum(axis=0)
    seen = over > 0
    part = risk[:, seen] / whole[seen]
    expected = part @ over[seen]
    wait = over[seen] * (whole[seen] - over[seen]) / np.maximum(whole[seen] - 1, 1)
    joint = np.diag(part @ wait) - (part * wait) @ part.T
    apart = (ended.sum(axis=1) - expected)[:-1]
    inner = joint[:-1, :-1]
    if np.linalg.matrix_rank(inner) < len(inner):
        raise NotIdentified("nothing ended while all groups were at risk")
    chi_square = float(apart @ np.linalg.solve(inner, apart))
    degrees = len(groups) - 1
    return LogRank(
        n=tuple(each.n for each in groups),
        chi_square=chi_square,
        degrees=degrees,
        p_value=float(scipy.special.chdtrc(degrees, chi_square)),
        observed=ended.sum(axis=1),
        expected=expected,
    )
