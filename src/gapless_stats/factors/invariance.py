"""Whether a questionnaire measures the same thing in every group, before they compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gapless_stats.results import Result

from .confirmatory import Fit, ModelDifference, compare, fit_groups
from .estimate import Level
from .model import Model
from .samples import Sample

CFI_MAY_FALL = 0.01
"""From one level to the next (Cheung and Rensvold 2002; Chen 2007; domain.md 4.3)."""

RMSEA_MAY_RISE = 0.015
"""From one level to the next (Chen 2007; domain.md 4.3)."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Step(Result):
    """
    What it costs to hold more of the model equal: the change against the level before.

    ``holds`` when CFI falls by at most 0.01 and RMSEA rises by at most 0.015; the χ²
    difference is reported, but in large samples it refuses everything.
    """

    method: ClassVar[str] = "ΔCFI ≥ -0.01 and ΔRMSEA ≤ 0.015"
    source: ClassVar[str] = "Chen 2007; domain.md 4.3"

    n: int
    level: Level
    cfi_change: float
    rmsea_change: float
    srmr_change: float
    difference: ModelDifference
    holds: bool


@dataclass(frozen=True, slots=True, eq=False)
class Invariance(Result):
    """
    The four levels, fitted one after another.

    ``reached`` is the highest level up to which every step holds. Relations compare from
    METRIC on, means of factors only from SCALAR on.
    """

    method: ClassVar[str] = "multi-group maximum likelihood"
    source: ClassVar[str] = "Jöreskog 1971; Meredith 1993; Chen 2007"

    n: int
    groups: tuple[str, ...]
    fits: tuple[Fit, ...]  # configural, metric, scalar, strict
    steps: tuple[Step, ...]  # metric, scalar, strict
    reached: Level

    @property
    def means_compare(self) -> bool:
        """Whether means of factors may be compared between the groups."""
        return self.reached >= Level.SCALAR


def invariance(model: Model, samples: Mapping[str, Sample]) -> Invariance:
    """
    Configural, metric, scalar and strict invariance of a model over groups.

    Each level fits Σ (n_g/n) F_g with more held equal (``confirmatory.fit_groups``), and
    holds while ΔCFI ≥ -0.01 and ΔRMSEA ≤ 0.015 against the level before (Chen 2007).
    Compare unit means only where the scalar level holds.

    R: ``semTools::measurementInvariance(model, data = d, group = "g", strict = TRUE)``.

    :param samples: by group, with means.
    :raises TooFew: with fewer than two groups, or no more respondents in one than items.
    :raises WrongShape: when a sample lacks an item of the model, or its means.
    :raises NotIdentified: with more parameters than covariances and means.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotConverged: when the search does not end.

    >>> import numpy as np
    >>> r, items = np.eye(4) / 2 + 0.5, ("a", "b", "c", "d")
    >>> r[0, 1] = r[1, 0] = 0.6
    >>> one, two = Sample(200, items, r, np.zeros(4)), Sample(200, items, r, np.arange(4.0))
    >>> invariance(Model({"f": items}), {"one": one, "two": two}).reached.name
    'METRIC'
    """
    fits = tuple(fit_groups(model, samples, level=level) for level in Level)
    steps = tuple(_step(level, fits[level], fits[level - 1]) for level in list(Level)[1:])
    reached = Level.CONFIGURAL
    for step in steps:
        if not step.holds:
            break
        reached = step.level
    return Invariance(fits[0].n, tuple(samples), fits, steps, reached)


def _step(level: Level, found: Fit, before: Fit) -> Step:
    cfi = found.indices.cfi - before.indices.cfi
    rmsea = found.indices.rmsea - before.indices.rmsea
    return Step(
        n=found.n,
        level=level,
        cfi_change=cfi,
        rmsea_change=rmsea,
        srmr_change=found.srmr - before.srmr,
        difference=compare(found, before),
        holds=cfi >= -CFI_MAY_FALL - _ROUNDING and rmsea <= RMSEA_MAY_RISE + _ROUNDING,
    )
