from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from gapless.evaluation.gaps.choices import State
from gapless.evaluation.gaps.queries import trend_of
from gapless.evaluation.gaps.report import Level, Target
from gapless.evaluation.gaps.rules import state_of
from gapless.people.org.rules import Policy
from gapless.web.gaps import words
from gapless.web.gaps.context import context_of, page_of
from gapless.web.gaps.evidence import estimates_of, gap_in
from gapless.web.gaps.rows import rows_of
from gapless.web.gaps.views import nothing_of, shell_of
from gapless.web.http import Request, policy
from gapless.web.pictures import Spark

from .model import unmeasured

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
    target = Target(Level.OVERALL if page.report.overall else Level.BY_ITEM)
    gap, trend = gap_in(page.report, target), trend_of(page, request.viewer, target)
    state = state_of(gap, threshold=page.threshold)
    rows = rows_of(page, by_size=True)
    return render(
        request,
        "home/index.html",
        {
            **shell_of(context),
            "page": page,
            "target": target,
            "gap": gap,
            "state": state,
            "broken": state in (State.BIG, State.SHORT, State.OVER),
            "spark": Spark(estimates_of(trend), width=146, height=34),
            "change": words.change_sentence(trend.change),
            "verdict": words.verdict(gap, state),
            "widest": words.widest(rows_of(page)),
            "first": [r for r in rows if r.state in (State.BIG, State.SHORT)][:FIRST],
            "unmeasured": unmeasured(),
        },
    )
