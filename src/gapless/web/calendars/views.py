"""Looking at calendars: which there are, and a unit's year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gapless.core.calendar.choices import ZONES, Region, Weekday
from gapless.core.calendar.queries import (
    Ways,
    calendar_of,
    closures_over,
    tables_of,
    ways_of,
)
from gapless.people.org import queries
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from .forms import EARLIEST_YEAR, LATEST_YEAR
from .year import year_of

if TYPE_CHECKING:
    from gapless.core.calendar.models import Closure, HolidayTable
    from gapless.people.org.models import Unit

PER_PAGE = 30
DAYS = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))


@dataclass(frozen=True, slots=True)
class RegionYears:
    """The years of a region, and those about which nothing is published."""

    region: Region
    tables: list[HolidayTable]
    missing: list[int]


@dataclass(frozen=True, slots=True)
class UnitRow:
    placed: queries.Placed
    ways: Ways
    region: str


@dataclass(frozen=True, slots=True)
class ShownClosure:
    """A closure as far as the viewer may know: why, only of units that they see."""

    closure: Closure
    seen: bool
    may_withdraw: bool


@policy(Policy.SEE_UNITS)
@require_safe
def index(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip().replace("\0", "")
    units = queries.visible_units(request.viewer).matching(words)
    page = Paginator(units, PER_PAGE).get_page(request.GET.get("page"))
    ways = ways_of([unit.pk for unit in page])
    shown = {
        "words": words,
        "page": page,
        "rows": [
            UnitRow(each, ways[each.unit.pk], _region(ways[each.unit.pk]))
            for each in queries.placed(request.viewer, page)
        ],
        "regions": [_years(region, now().year) for region in ZONES],
        "may_edit": request.viewer.holds(Policy.EDIT_CALENDARS),
    }
    return render(request, "calendars/index.html", shown)


@policy(Policy.SEE_UNITS)
@require_safe
def unit(request: Request, pk: int) -> HttpResponse:
    viewer = request.viewer
    unit: Unit = get_object_or_404(queries.visible_units(viewer), pk=pk)
    today = now().astimezone(ZoneInfo(unit.time_zone)).date()
    asked = _asked_year(request.GET.get("year", ""), today.year)
    resolved = calendar_of(unit.pk)
    region = resolved.ways.region
    shown = {
        "unit": unit,
        "above": queries.placed(viewer, [unit])[0].above,
        "year": year_of(resolved, asked, today=today),
        "years": sorted({*resolved.tables, today.year, today.year + 1, asked}),
        "heads": DAYS,
        "resolved": resolved,
        "region": _region(resolved.ways),
        "week": _week(resolved.ways),
        "said_by": queries.visible_units(viewer).filter(pk=resolved.ways.said_by).first(),
        "table": tables_of(region).filter(year=asked).first()
        if resolved.ways.keeps_holidays
        else None,
        "closures": _closures(request, unit, asked),
        "may_edit": viewer.holds_at(Policy.EDIT_CALENDARS, unit.path),
    }
    return render(request, "calendars/unit.html", shown)


def _asked_year(text: str, otherwise: int) -> int:
    known = text.isascii() and text.isdecimal() and len(text) == 4
    return int(text) if known and EARLIEST_YEAR <= int(text) <= LATEST_YEAR else otherwise


def _region(ways: Ways) -> str:
    return str(ways.region.label if ways.keeps_holidays else Region.NONE.label)


def _week(ways: Ways) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (str(day.label), tuple(str(shift) for shift in ways.week[day - 1]))
        for day in Weekday
    ]


def _years(region: Region, this_year: int) -> RegionYears:
    tables = list(tables_of(region))
    known = {table.year for table in tables}
    return RegionYears(
        region, tables, [y for y in (this_year, this_year + 1) if y not in known]
    )


def _closures(request: Request, unit: Unit, year: int) -> list[ShownClosure]:
    found = closures_over(unit).filter(
        from_on__lt=date(year + 1, 1, 1), until_on__gt=date(year, 1, 1)
    )
    viewer = request.viewer
    return [
        ShownClosure(
            closure,
            viewer.holds_at(Policy.SEE_UNITS, closure.unit.path),
            closure.withdrawn_at is None
            and viewer.holds_at(Policy.EDIT_CALENDARS, closure.unit.path),
        )
        for closure in found
    ]
