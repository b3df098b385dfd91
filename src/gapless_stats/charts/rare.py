"""Charts for what happens seldom: cases (g) or time (t) from one event to the next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import OutOfRange

from .chart import (
    THREE_SIGMA,
    Baseline,
    Chart,
    Limits,
    baseline_size,
    frozen,
    judged,
    numbers,
)
from .rules import USUAL, Floats, Rule, Rules
from .variables import xmr

_GEOMETRIC = "Benneyan 2001, Health Care Management Science 4:305"

_POWER = 0.2777
"""Waiting times to this power are nearly normal (Nelson 1994, J. Quality Technology 26)."""

# Half of all geometric counts lie below 0.7 of their mean: runs there are no signal.
_ONLY_BEYOND = Rules(frozenset({Rule.BEYOND}))


def g_chart(
    between: NDArray[np.generic],
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = _ONLY_BEYOND,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    The chart of cases between rare events: ḡ ± 3 √(ḡ(ḡ+1)), at least 0.

    A point above its limit is a long time without an event: good news where the event is a
    serious complaint. R: ``qcc::qcc(x, type = "g")``.

    :param between: (k,) how many cases passed without the event, before each one.
    :param baseline: how many of the first points the limits rest on, or those of an earlier
        chart; else all.
    :raises TooFew: with fewer than two points.
    :raises OutOfRange: when a count is below 0.
    :raises NoVariance: when every case was an event.

    Source: Benneyan 2001, eq. 5; Kaminsky et al. 1992.

    >>> g_chart(np.array([30, 12, 55, 23])).upper.round(2).tolist()[0]
    121.49
    """
    counts = numbers(between, least=0)
    if isinstance(baseline, Baseline):
        base = frozen(baseline, "g")
    else:
        size = baseline_size(baseline, len(counts))
        base = Baseline(size, float(counts[:size].mean()), 1.0, "g", _GEOMETRIC)
    error = np.full(len(counts), np.sqrt(base.centre * (base.centre + 1)))
    limits = Limits(rules, width, floor=0.0)
    return judged(counts, np.full(len(counts), base.centre), error, base, limits)


def t_chart(
    times: NDArray[np.generic],
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    The chart of the time between rare events, as y = t^0.2777 on an XmR chart.

    Points and limits are in y; ``time_of`` gives the times back for an axis.
    R: ``qcc::qcc(t^0.2777, type = "xbar.one")``.

    :param times: (k,) above 0: days, say, from each event to the next.
    :raises TooFew: with fewer than two times.
    :raises OutOfRange: when a time is not above 0.
    :raises NoVariance: when all times of the baseline are the same.

    Source: Nelson 1994, J. Quality Technology 26:239.

    >>> chart = t_chart(np.array([3.0, 20.0, 8.0, 45.0, 12.0]))
    >>> time_of(chart.upper).round(1).tolist()[0]
    198.7
    """
    found = numbers(times)
    if not (found > 0).all():
        raise OutOfRange("the time between two events is above 0")
    return xmr(found**_POWER, baseline=baseline, rules=rules, width=width).values


def time_of(transformed: Floats) -> Floats:
    """
    The times behind the points or limits of a t chart: y^(1/0.2777), and 0 below 0.

    :raises OutOfRange: when a number is not finite.

    Source: Nelson 1994, J. Quality Technology 26:239. R: ``y^(1/0.2777)``.

    >>> time_of(np.array([1.0, 2.0, -0.5])).round(3).tolist()
    [1.0, 12.134, 0.0]
    """
    return np.asarray(np.maximum(numbers(transformed), 0.0) ** (1 / _POWER))
