"""How many answers a wish takes, for the plan of a campaign."""

from dataclasses import dataclass

from gapless_stats.sampling import TYPICAL_SD, answers_for_change, answers_for_margin

__all__ = ["TYPICAL_SD", "Sample", "sample"]


@dataclass(frozen=True, slots=True)
class Sample:
    """How many answers it takes; and in each of two periods, to see them differ as much."""

    needed: int
    margin: float
    to_compare: int


def sample(margin: float | None, sd: float | None, population: int | None) -> Sample | None:
    """None while something that it needs has not been said."""
    if not margin or not sd:
        return None
    return Sample(
        needed=answers_for_margin(margin, sd=sd, population=population),
        margin=margin,
        to_compare=answers_for_change(margin, sd=sd),
    )
