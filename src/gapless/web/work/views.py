"""My work: the list, the same by the calendar and as a file, and how much there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_safe

from gapless.people.org.queries import tops, units_for
from gapless.people.org.rules import Policy
from gapless.people.work import queries
from gapless.people.work.choices import Whose
from gapless.people.work.rules import Tally
from gapless.web.deadlines import short_day
from gapless.web.http import Request, policy

from . import listing, months, told
from .listing import Asked, Desk

if TYPE_CHECKING:
    from gapless.people.org.models import Unit

PER_PAGE = 50


@policy(Policy.SIGNED_IN)
@require_safe
def index(request: Request) -> HttpResponse:
    desk = Desk.of(request.viewer, now())
    asked = listing.asked(request.viewer, request.GET)
    page: Page[Any] = Paginator(desk.lines(asked), PER_PAGE).get_page(
        request.GET.get("page")
    )
    numbers = queries.tallies(desk.viewer, desk.sources, asked.wanted, desk.bounds)
    shown_kinds = [numbers[area] for area in numbers if asked.wanted.area in ("", area)]
    total = sum(shown_kinds, Tally())
    own = asked.wanted.whose in (Whose.MINE, Whose.PUT_OFF)
    entries = queries.entries_of(desk.sources, page)
    shown = _head(desk, asked) | {
        "page": page,
        "total": total,
        "headings": told.headings(desk, entries, total, own=own),
        "some": total.all or asked.narrowed or asked.wanted.unit,
        "kinds": told.kinds(desk, asked, numbers),
        "folded": _folded(desk, asked, total),
        "yesterday": told.yesterday_in_words(desk) if own and not asked.narrowed else "",
        "day": asked.day and short_day(asked.day, today=localtime(desk.now).date()),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"work/index.html{fragment}", shown)


def _folded(desk: Desk, asked: Asked, total: Tally) -> str:
    open_ = asked.later or asked.group or asked.day
    return "" if open_ else told.later_in_words(total, desk.now)


def _head(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What the list and the calendar have above them."""
    team = listing.sees_team(desk.viewer)
    return {
        "asked": asked,
        "whose": asked.wanted.whose.value,
        "lists": told.lists(desk, asked, team=team),
        "units": units_for(desk.viewer, Policy.SEE_TEAM_WORK)
        if asked.wanted.whose == Whose.TEAM
        else None,
        "counts": desk.viewer.holds(Policy.COUNT_WORK),
    }


@policy(Policy.SIGNED_IN)
@require_safe
def export(
    request: Request, respond: Callable[..., HttpResponse], filename: str
) -> HttpResponse:
    desk = Desk.of(request.viewer, now())
    asked = listing.asked(request.viewer, request.GET)
    return respond(filename, listing.header(), listing.rows(desk, asked))


@policy(Policy.SIGNED_IN)
@require_safe
def calendar(request: Request) -> HttpResponse:
    desk = Desk.of(request.viewer, now())
    asked = listing.asked(request.viewer, request.GET)
    today = localtime(desk.now).date()
    first = months.month_of(request.GET.get("month", ""), today=today)
    shown = _head(desk, asked) | {
        "month": months.month(desk, asked, first),
        "today": today,
        "at": desk.now,
    }
    return render(request, "work/calendar.html", shown)


@policy(Policy.COUNT_WORK)
@require_safe
def counts(request: Request) -> HttpResponse:
    desk = Desk.of(request.viewer, now())
    highest = list(tops(request.viewer, Policy.COUNT_WORK).order_by("path"))
    unit = _counted(request, highest)
    places = queries.work_counts(desk.viewer, desk.sources, unit, desk.bounds)
    shown = {
        "lists": told.lists(desk, None, team=listing.sees_team(desk.viewer)),
        "counts": True,
        "unit": unit,
        "above": _above(request, unit),
        "highest": highest if len(highest) > 1 else [],
        "whole": next(place for place in places if place.whole),
        "parts": [place for place in places if not place.whole],
        "team": request.viewer.holds_at(Policy.SEE_TEAM_WORK, unit.path),
    }
    return render(request, "work/counts.html", shown)


def _counted(request: Request, highest: list[Unit]) -> Unit:
    """The unit that the address names, else the viewer's highest."""
    if code := request.GET.get("unit", ""):
        units = units_for(request.viewer, Policy.COUNT_WORK)
        found: Unit = get_object_or_404(units, code=code)
        return found
    return highest[0]


def _above(request: Request, unit: Unit) -> Unit | None:
    """The unit one step up, if the viewer may count its work too."""
    units = units_for(request.viewer, Policy.COUNT_WORK)
    above: Unit | None = units.filter(path=unit.path[: -unit.steplen]).first()
    return above
