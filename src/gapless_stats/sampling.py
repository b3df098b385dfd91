"""How many answers it takes to know a mean, or a change of it, well enough."""

from __future__ import annotations

import math

from scipy import special

TYPICAL_SD = 1.6
"""Of a gap on a seven-point scale (domain.md 2.4). An assumption until it is measured."""


def answers_for_margin(
    margin: float,
    *,
    sd: float = TYPICAL_SD,
    population: int | None = None,
    level: float = 0.95,
) -> int:
    """
    How many answers make the interval of a mean ``margin`` wide on each side (Cochran
    1977, eq. 4.1, with the correction for a finite population). Of customers chosen at
    random: no number makes up for a sample that chose itself.

    :raises ValueError: when a margin or spread is not above zero, nobody is in the
        population, or the level is no probability.
    """
    _positive(margin=margin, sd=sd)
    if population is not None and population < 1:
        raise ValueError("a population has at least one member")
    needed = (_normal_quantile((1 + level) / 2) * sd / margin) ** 2
    if population is not None:
        # Beyond the population there is nobody to ask; a tiny margin asks everybody.
        needed = min(needed / (1 + (needed - 1) / population), population)
    return max(1, math.ceil(needed))


def answers_for_change(
    change: float, *, sd: float = TYPICAL_SD, level: float = 0.95, power: float = 0.8
) -> int:
    """
    How many answers each of two periods needs, so that a change of the mean this large
    is found with probability ``power`` (two-sided test, equal groups).

    :raises ValueError: when a change or spread is not above zero, or the level or the
        power is no probability.
    """
    _positive(change=change, sd=sd)
    reach = _normal_quantile((1 + level) / 2) + _normal_quantile(power)
    return max(1, math.ceil(2 * (reach * sd / change) ** 2))


def _positive(**numbers: float) -> None:
    for name, number in numbers.items():
        if not (math.isfinite(number) and number > 0):
            raise ValueError(f"{name} has to be above zero")


def _normal_quantile(probability: float) -> float:
    if not 0.5 < probability < 1:
        raise ValueError("level and power lie between what chance gives and certainty")
    return float(special.ndtri(probability))
