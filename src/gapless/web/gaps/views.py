from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from gapless.evaluation.gaps.queries import trend_of
from gapless.evaluation.gaps.report import Target
from gapless.evaluation.gaps.rules import state_of
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from . import exports, words
from .context import Context, context_of, page_of
from .evidence import evidence_of
from .rows import figures_of, names_of, rows_of
from .tabs import PAGES

UNITS_OFFERED = 30


@policy(Policy.SEE_NUMBERS)
def index(request: Request) -> HttpResponse:
    context = context_of(request)
    if context is None:
        return render(request, "gaps/empty.html", nothing_of(request))
    by_size = request.GET.get("order") == "size"
    page = page_of(request, context)
    rows = rows_of(page, by_size=by_size)
    headline = page.report.overall or page.report.by_item
    state = state_of(headline, threshold=page.threshold)
    return render(
        request,
        "gaps/index.html",
        {
            **shell_of(context),
            "page": page,
            "rows": rows,
            "figures": figures_of(page),
            "by_size": by_size,
            "headline": headline,
            "state": state,
            "verdict": words.verdict(headline, state),
            "widest": words.widest(rows_of(page) if by_size else rows),
            "axis": rows[0].bar.scale if rows and rows[0].bar else None,
        },
    )


@policy(Policy.SEE_NUMBERS)
def evidence(request: Request) -> HttpResponse:
    """What lies behind one number: beside the table, or by itself without scripts."""
    context = context_of(request)
    if context is None:
        raise Http404
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
def units(request: Request) -> HttpResponse:
    """The units whose numbers may be chosen, by name or code."""
    context = context_of(request)
    if context is None:
        raise Http404
    asked = request.GET.get("q", "").strip()
    back = _back_to(request.GET.get("back", ""))
    allowed = units_for(request.viewer, Policy.SEE_NUMBERS)
    found = list((allowed.matching(asked) if asked else allowed)[: UNITS_OFFERED + 1])
    return render(
        request,
        "gaps/units.html#choices" if request.htmx else "gaps/units.html",
        {
            **shell_of(context),
            "offered": [(u, context.address(back, unit=u)) for u in found[:UNITS_OFFERED]],
            "more": len(found) > UNITS_OFFERED,
            "kept": {**context.chosen, "back": back.partition(":")[2] or back},
            "asked": asked,
        },
    )


def _back_to(page: str) -> str:
    """The page whose unit is being chosen."""
    if page == "home":
        return "home"
    known = {f"gaps:{name}" for name, _title, _needed in PAGES}
    return f"gaps:{page}" if f"gaps:{page}" in known else "gaps:index"


@policy(Policy.SEE_NUMBERS)
def table_csv(request: Request) -> HttpResponse:
    return exports.csv(*_exported(request))


@policy(Policy.SEE_NUMBERS)
def table_xlsx(request: Request) -> HttpResponse:
    return exports.xlsx(*_exported(request))


def _exported(request: Request) -> tuple[Context, exports.Table]:
    context = context_of(request)
    if context is None:
        raise Http404
    return context, exports.table(page_of(request, context))


def nothing_of(request: Request) -> dict[str, object]:
    """What a page says where nobody has answered yet: who may change that."""
    return {"may_import": request.viewer.holds(Policy.IMPORT)}


def shell_of(context: Context) -> dict[str, object]:
    """What the top bar shows of the choice, and whether the numbers are made up."""
    return {"context": context, "simulated": context.unit.simulated}
