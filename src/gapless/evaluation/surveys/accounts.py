"""What became of an import's answers: where they count, and what came in later."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from gapless.analytics.periods import Grain, Period
from gapless.core.imports.models import Import
from gapless.core.instruments.models import Answer
from gapless.people.org.models import Unit

NAMED = 12
"""How many units and months the page of an import leads to at once."""


@dataclass(frozen=True, slots=True)
class Landing:
    """A unit or a month that got answers, and how many."""

    unit: Unit
    period: Period
    answers: int


@dataclass(frozen=True, slots=True)
class Landings:
    """Where an import's answers are, those with most first; the months in their order."""

    units: tuple[Landing, ...]
    months: tuple[Landing, ...]
    more_units: int
    more_months: int


def landings(import_: Import) -> Landings:
    """The units and months in which the answers of an import count."""
    answers = Answer.objects.filter(batch=import_.batch).order_by()
    by_unit = dict(answers.values_list("unit").annotate(n=Count("pk")))
    by_month = dict(answers.values_list("month").annotate(n=Count("pk")))
    most = sorted(by_unit, key=lambda pk: (-by_unit[pk], pk))[:NAMED]
    units = Unit.objects.in_bulk(most)
    ever = Period.parse(Grain.ALL)
    months = sorted(by_month)[-NAMED:]
    return Landings(
        tuple(Landing(units[pk], ever, by_unit[pk]) for pk in most),
        tuple(
            Landing(import_.within, Period.containing(m, Grain.MONTH), by_month[m])
            for m in months
        ),
        more_units=len(by_unit) - len(most),
        more_months=len(by_month) - len(months),
    )
