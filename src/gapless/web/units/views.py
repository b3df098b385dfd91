"""Looking at units: the tree, the list, one unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from gapless.core.calendar.choices import Weekday
from gapless.core.calendar.queries import ways_of
from gapless.people.org import going_out, queries
from gapless.people.org.choices import UnitKind
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from . import listing, tree

if TYPE_CHECKING:
    from gapless.people.org.models import Unit

PER_PAGE = 50
SUGGESTIONS = 20


@policy(Policy.SEE_UNITS)
@require_safe
def index(request: Request) -> HttpResponse:
    asked = listing.asked(request.viewer, request.GET)
    as_list = asked.narrowed or request.GET.get("view") == "list"
    shown = {
        "asked": asked,
        "as_list": as_list,
        "kinds": UnitKind.choices,
        "may_edit": request.viewer.holds(Policy.EDIT_ORGANISATION),
    }
    if as_list:
        units = listing.found(request.viewer, asked)
        page = Paginator(units, PER_PAGE).get_page(request.GET.get("page"))
        shown |= {"page": page, "rows": queries.placed(request.viewer, page)}
    else:
        at = queries.visible_units(request.viewer).filter(code=request.GET.get("at", ""))
        shown["level"] = tree.tree(request.viewer, at.first())
    return render(request, "units/index.html", shown)


@policy(Policy.SEE_UNITS)
@require_safe
def export(
    request: Request, respond: Callable[..., HttpResponse], filename: str
) -> HttpResponse:
    found = listing.found(request.viewer, listing.asked(request.viewer, request.GET))
    rows = going_out.unit_rows(request.viewer, found)
    return respond(filename, going_out.unit_header(), rows)


@policy(Policy.SEE_UNITS)
@require_safe
def choices(request: Request) -> HttpResponse:
    """Suggestions while someone types the code or the name of a unit."""
    units = queries.visible_units(request.viewer).matching(request.GET.get("unit", ""))
    rows = queries.placed(request.viewer, units[:SUGGESTIONS])
    return render(request, "units/choices.html", {"rows": rows})


@policy(Policy.SEE_UNITS)
@require_safe
def children(request: Request, pk: int) -> HttpResponse:
    """One more branch of the tree; without htmx, the tree open at this unit."""
    unit: Unit = get_object_or_404(queries.visible_units(request.viewer), pk=pk)
    if not request.htmx:
        return redirect(reverse("units:index", query={"at": unit.code}))
    start = request.GET.get("start", "")
    known = start.isdecimal() and len(start) < 10
    level = tree.level(request.viewer, unit, int(start) if known else 0)
    return render(request, "units/level.html", {"level": level, "parent": unit})


@policy(Policy.SEE_UNITS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    viewer = request.viewer
    unit: Unit = get_object_or_404(queries.visible_units(viewer), pk=pk)
    today = queries.today(now())
    ways = ways_of([unit.pk])[unit.pk]
    shown = {
        "unit": unit,
        "above": queries.placed(viewer, [unit])[0].above,
        "children": queries.children(viewer, unit)[: tree.PER_BRANCH],
        "ways": ways,
        "phones": queries.phones_of(unit),
        "hours": [(day.label, ways.week[day - 1]) for day in Weekday],
        "may_set_hours": viewer.holds_at(Policy.EDIT_CALENDARS, unit.path),
        "administrators": queries.administrators_of(unit, on=today),
        "roles": queries.roles_at(viewer, unit, on=today),
        "may_edit": viewer.holds_at(Policy.EDIT_ORGANISATION, unit.path),
        "may_move": queries.may_move(viewer, unit),
        "sees_numbers": viewer.holds_at(Policy.SEE_NUMBERS, unit.path),
        "reads_audit": viewer.holds_at(Policy.READ_AUDIT, unit.path),
        "takes_cases": viewer.holds_at(Policy.TAKE_CASES, unit.path),
    }
    return render(request, "units/detail.html", shown)
