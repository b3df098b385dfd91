from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from gapless.analytics.summaries import Measure
from gapless.evaluation.gaps.arrivals import Arrived, arrivals_in, last_answers
from gapless.evaluation.gaps.choices import State
from gapless.evaluation.gaps.comparable import compared_units
from gapless.evaluation.gaps.queries import GapPage
from gapless.evaluation.gaps.report import Level, Target
from gapless.evaluation.gaps.rules import state_of
from gapless.evaluation.gaps.shortfalls import among_widest
from gapless.evaluation.gaps.tables import units_table
from gapless.people.org.rules import Policy
from gapless.web.gaps import measures, words
from gapless.web.gaps.context import Context, context_of, page_of
from gapless.web.gaps.evidence import gap_in
from gapless.web.gaps.pages import nothing_of, shell_of
from gapless.web.gaps.rows import Row, rows_of
from gapless.web.http import Request, policy

from .course import courses_of
from .model import unmeasured
from .strip import strip_of

FIRST = 3  # how many of the widest shortfalls the page names


@policy(Policy.SIGNED_IN)
def index(request: Request) -> HttpResponse:
    """The gap model, live: gap 5 measured, the others saying what they need."""
    if not request.viewer.holds(Policy.SEE_NUMBERS):
        return render(request, "home/no_numbers.html")
    context = context_of(request)
    if context is None:
        shown = {"unmeasured": unmeasured(), **nothing_of(request)}
        return render(request, "home/index.html", shown)
    page = page_of(request, context)
    return render(
        request,
        "home/index.html",
        {
            **shell_of(context),
            **_five(page),
            **_course(request, context),
            **_units(request, context),
            "page": page,
            "widest": words.widest(rows_of(page)),
            "first": first_of(page),
            "first_count": FIRST,
            "unmeasured": unmeasured(),
        },
    )


def _five(page: GapPage) -> dict[str, Any]:
    """Gap 5: the number, its state, what may be said of it."""
    target = Target(Level.OVERALL if page.report.overall else Level.BY_ITEM)
    gap = gap_in(page.report, target)
    state = state_of(gap, threshold=page.threshold)
    return {
        "target": target,
        "gap": gap,
        "state": state,
        "broken": state in (State.BIG, State.SHORT, State.OVER),
        "verdict": words.verdict(gap, state),
    }


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One of the widest, and how probably it truly is one of them."""

    row: Row
    probability: float | None


def first_of(page: GapPage) -> list[Shortfall]:
    rows = [row for row in rows_of(page, by_size=True) if row.gap]
    probabilities = among_widest([row.gap for row in rows], FIRST)
    pairs = zip(rows, probabilities, strict=True)
    short = [Shortfall(*pair) for pair in pairs if pair[0].state in _SHORT]
    return short[:FIRST]


_SHORT = (State.BIG, State.SHORT)


def _course(request: Request, context: Context) -> dict[str, Any]:
    """How gap 5 goes: against the period before, and over a year."""
    courses = courses_of(request.viewer, context)
    if courses is None:
        return {}
    return {"spark": courses.spark, "change": courses.change, "course": courses.year}


def _units(request: Request, context: Context) -> dict[str, Any]:
    """How the units stand and what they brought; single answers for who may read them."""
    viewer, unit = request.viewer, context.unit
    halls = compared_units(viewer, unit, lowest=True)
    below = compared_units(viewer, unit, lowest=False) or [unit]
    known = {hall.pk for hall in halls}
    both = [*halls, *(each for each in below if each.pk not in known)]
    table = units_table(viewer, context.selection, both)
    arrivals = arrivals_in(table, below)
    return {
        "strip": strip_of(viewer, context, table, len(halls)),
        "arrivals": arrivals,
        "arrived": [_written(arrivals.measure, each) for each in arrivals.units],
        "answers": last_answers(viewer, unit),
    }


def _written(measure: Measure | None, each: Arrived) -> tuple[Arrived, str, str]:
    if measure is None or each.estimate is None:
        return each, "", ""
    found = each.estimate
    return (
        each,
        measures.written(measure, found.value),
        measures.limits(measure, found.interval),
    )
