"""Which shortfalls are the widest, and how surely. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gapless_stats.errors import TooFew
from gapless_stats.gaps import Gap
from gapless_stats.ranks import ranks
from gapless_stats.shrinkage import UnitMeans, shrink


def among_widest(gaps: Sequence[Gap | None], count: int) -> list[float | None]:
    """
    For each gap how probably it truly is one of the ``count`` widest shortfalls.

    The widest of many is partly so by chance, so gaps are drawn towards their mean first
    (domain.md 4.9). Those who answered one item answered the others too; to take gaps as
    independent nevertheless makes the probabilities smaller rather than larger. None where
    a gap is not shown, or where there are too few to choose from.
    """
    told = [at for at, gap in enumerate(gaps) if gap and gap.gap is not None and gap.sd]
    found: list[float | None] = [None] * len(gaps)
    if len(told) <= count:
        return found
    known = [gap for gap in (gaps[at] for at in told) if gap]
    means = UnitMeans(
        np.array([gap.n for gap in known], np.int64),
        np.array([gap.gap for gap in known], np.float64),
        np.array([(gap.sd or 0.0) ** 2 for gap in known], np.float64),
    )
    try:
        ranked = ranks(shrink(means), share=count / len(known))
    except TooFew:
        return found
    for at, probability in zip(told, ranked.worst.tolist(), strict=True):
        found[at] = probability
    return found
