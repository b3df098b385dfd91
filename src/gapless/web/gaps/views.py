from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapless.evaluation.gaps.queries import trend_of
from gapless.evaluation.gaps.report import Target
from gapless.evaluation.gaps.rules import state_of
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from . import exports, words
from .context import Context, context_or_404, page_of
from .evidence import evidence_of
from .pages import Table, files, gap_page, shell_of
from .picking import Picking, picked_from
from .rows import figures_of, names_of, rows_of
from .tabs import PAGES


@gap_page("gaps/index.html")
def index(request: Request, context: Context) -> dict[str, Any]:
    by_size = request.GET.get("order") == "size"
    page = page_of(request, context)
    rows = rows_of(page, by_size=by_size)
    figures = figures_of(page)
    headline = page.report.overall or page.report.by_item
    state = state_of(headline, threshold=page.threshold)
    return {
        "page": page,
        "rows": rows,
        "figures": figures,
        "weighted": any(row.weighted for row in rows)
        or any(figure.weighted for figure in figures),
        "by_size": by_size,
        "headline": headline,
        "state": state,
        "verdict": words.verdict(headline, state),
        "widest": words.widest(rows_of(page) if by_size else rows),
        "axis": rows[0].bar.scale if rows and rows[0].bar else None,
    }


@policy(Policy.SEE_NUMBERS)
@require_safe
def evidence(request: Request) -> HttpResponse:
    """What lies behind one number: beside the table, or by itself without scripts."""
    context = context_or_404(request)
    try:
        target = Target.parse(request.GET.get("of", ""))
    except ValueError:
        raise Http404 from None
    page = page_of(request, context)
    found = evidence_of(
        page, target, trend_of(page, request.viewer, target), names_of(page)
    )
    if found is None:
        raise Http404
    template = "gaps/evidence.html#drawer" if request.htmx else "gaps/evidence.html"
    return render(request, template, {**shell_of(context), "page": page, "evidence": found})


@policy(Policy.SEE_NUMBERS)
@require_safe
def units(request: Request) -> HttpResponse:
    """The units whose numbers may be chosen, by name or code."""
    context = context_or_404(request)
    allowed = units_for(request.viewer, Policy.SEE_NUMBERS)
    back = _back_to(request.GET.get("back", ""))
    picking = Picking(_("Choose a unit"), "unit-choices", "gaps:units", back)
    return picked_from(request, context, allowed, picking)


def _back_to(page: str) -> str:
    """The page whose unit is being chosen."""
    if page == "home":
        return "home"
    known = {f"gaps:{name}" for name, _title, _needed in PAGES}
    return f"gaps:{page}" if f"gaps:{page}" in known else "gaps:index"


def _table(request: Request, context: Context) -> Table:
    return exports.table(context, page_of(request, context))


table_csv, table_xlsx = files(_table)
