"""
What is planted: the truth about the demo company, which statistics have to find again.

Everything is a mean on the scale of the questionnaire, in points, and holds exactly for
the answers as given: rounding to whole points and the ends of the scale bias nothing
(``generator.ladder``). A negative gap is a shortfall. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

# --- The company as a whole -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planted:
    expectation: float
    gap: float  # perception minus expectation of an ordinary customer


# Expectations lie near the ceiling, as they do in practice. Reliability is the worst
# dimension, and the announced waiting time (R4) the worst item.
ITEMS: Mapping[str, Planted] = {
    "T1": Planted(6.10, -0.35),
    "T2": Planted(6.00, -0.10),
    "T3": Planted(5.90, +0.05),
    "T4": Planted(6.10, -0.40),
    "R1": Planted(6.45, -0.90),
    "R2": Planted(6.40, -0.75),
    "R3": Planted(6.45, -0.80),
    "R4": Planted(6.40, -1.60),
    "R5": Planted(6.55, -0.70),
    "S1": Planted(6.35, -0.85),
    "S2": Planted(6.40, -1.05),
    "S3": Planted(6.25, -0.45),
    "S4": Planted(6.25, -0.85),
    "A1": Planted(6.25, -0.30),
    "A2": Planted(6.55, -0.45),
    "A3": Planted(6.25, -0.15),
    "A4": Planted(6.35, -0.50),
    "M1": Planted(6.00, -0.60),
    "M2": Planted(6.20, -0.45),
    "M3": Planted(6.25, -0.35),
    "M4": Planted(6.15, -0.75),
    "M5": Planted(6.10, -0.70),
}
WORST_ITEM = "R4"

# How customers divide 100 points, in the mean over those who do not share them equally.
POINTS: Mapping[str, float] = {
    "tangibles": 12,
    "reliability": 33,
    "responsiveness": 23,
    "assurance": 18,
    "empathy": 14,
}

# --- Where: regions and halls ---------------------------------------------------------

REGIONS: Mapping[str, float] = {"JZ-N": +0.05, "JZ-S": +0.10, "JZ-E": -0.30}

BAD_HALLS: Mapping[str, float] = {
    "JZ-0103": -1.25,  # the worst
    "JZ-0503": -0.70,
    "JZ-0702": -0.75,
    "JZ-1004": -0.70,
}
GOOD_HALLS: Mapping[str, float] = {
    "JZ-0101": +0.40,
    "JZ-0504": +0.45,
    "JZ-0603": +0.40,
    "JZ-0901": +0.45,
    "JZ-1202": +0.45,
}
WORST_HALL = "JZ-0103"
# All others differ by less than what a quarter of answers can tell; dealt out in turn.
ORDINARY = (0.0, +0.08, -0.04, +0.12, -0.08, +0.04, -0.12)

# --- When: seasons, and an improvement ------------------------------------------------

MONTHS = 24

# Queues are longer before the Spring Festival and when schools begin.
SEASON: Mapping[int, float] = {1: -0.20, 2: -0.40, 9: -0.30}
QUEUEING = frozenset({"R4", "S1", "S2", "S4"})

IMPROVING_REGION = "JZ-E"
IMPROVING_PARTS = ("R", "S")  # reliability and responsiveness
IMPROVING_FOR = 11  # its gap narrows in each of the last eleven months…
NARROWS_BY = 0.05  # …by this much

# Answers spread around their mean, expectations less than perceptions: the smaller the
# concentration of their distribution, the wider.
EXPECTATION_CONCENTRATION = 14
PERCEPTION_CONCENTRATION = 6

# --- Who: how people were reached, and how carefully they answer ----------------------

# Whoever answers of their own accord, by the code on a poster, is less content.
SELF_SELECTED_EFFECT = -0.20
SELF_SELECTED_SHARE = 0.30  # of the answers of every third hall, which has the poster
POSTER_EVERY = 3

STRAIGHT_LINERS = 0.015  # one answer to all expectations, one to all perceptions
CEILING = 0.025  # the top of the scale for every expectation

# Correlation: part of each answer is the customer's mood (the halo), part the customer's
# view of the dimension, and moods behind expectation and perception go together.
EXPECTATION_HALO = 0.45
PERCEPTION_HALO = 0.60
DIMENSION_SHARE = 0.40
MOODS_TOGETHER = 0.70
OVERALL_HALO = 0.80  # the overall judgement follows the mood of the perceptions

SKIPPED = 0.01  # of single answers, left blank
BREAK_OFF = 0.02  # of customers stop somewhere in the perceptions
NOT_EXPERIENCED: Mapping[str, float] = {
    "T1": 0.03,
    "T4": 0.02,
    "R5": 0.05,
    "A2": 0.04,
    "M3": 0.08,
}

EQUAL_POINTS = 0.08  # share 20 points each
NO_POINTS = 0.09
MISCOUNTED_POINTS = 0.03  # 5 points too many, which is normalised
WRONG_POINTS = 0.02  # 20 too few: no weighted score

COMMENTS = 0.04  # write a sentence


@dataclass(frozen=True, slots=True)
class Place:
    """A hall as the pattern sees it."""

    code: str
    region: str
    ordinal: int  # its place among all halls, from 0

    @property
    def effect(self) -> float:
        ordinary = ORDINARY[self.ordinal % len(ORDINARY)]
        return BAD_HALLS.get(self.code, GOOD_HALLS.get(self.code, ordinary))

    @property
    def has_poster(self) -> bool:
        return self.ordinal % POSTER_EVERY == 0


@dataclass(frozen=True, slots=True)
class Group:
    """Customers about whom the same is true: one hall, one month, reached one way."""

    place: Place
    month: date
    self_selected: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """The truth over the two years that end before ``until``, the first of a month."""

    until: date

    @property
    def months(self) -> tuple[date, ...]:
        """Oldest first."""
        last = self.until.year * 12 + self.until.month - 1
        counted = (divmod(month, 12) for month in range(last - MONTHS, last))
        return tuple(date(year, month + 1, 1) for year, month in counted)

    @property
    def improves_from(self) -> date:
        return self.months[-IMPROVING_FOR]

    def gap(self, item: str, group: Group) -> float:
        """The gap that ordinary customers of the group have in the mean."""
        found = ITEMS[item].gap + REGIONS[group.place.region] + group.place.effect
        if item in QUEUEING:
            found += SEASON.get(group.month.month, 0.0)
        if group.place.region == IMPROVING_REGION and item.startswith(IMPROVING_PARTS):
            found += NARROWS_BY * self._months_improving(group.month)
        return found + SELF_SELECTED_EFFECT * group.self_selected

    def perception(self, item: str, group: Group) -> float:
        return ITEMS[item].expectation + self.gap(item, group)

    def measured_gap(self, item: str, group: Group) -> float:
        """The gap with those who answer carelessly, as a statistic over all finds it."""
        planted = self.gap(item, group)
        blurred = sum(self.gap(other, group) for other in ITEMS) / len(ITEMS)
        topped = self.perception(item, group) - 7
        careful = 1 - STRAIGHT_LINERS - CEILING
        return careful * planted + STRAIGHT_LINERS * blurred + CEILING * topped

    def _months_improving(self, month: date) -> int:
        first = self.improves_from
        return max(0, 12 * (month.year - first.year) + month.month - first.month + 1)


def expected_gap(
    pattern: Pattern, items: Iterable[str], answers: Mapping[Group, int]
) -> float:
    """
    The mean gap over items that so many answers of each group must show, but for chance:
    one item, the items of a dimension, in any unit and period.
    """
    items = tuple(items)
    total = sum(
        count * sum(pattern.measured_gap(item, group) for item in items) / len(items)
        for group, count in answers.items()
    )
    return total / sum(answers.values())
