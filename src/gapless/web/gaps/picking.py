"""Choosing a unit for a page by name or code, without losing what else is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render

from gapless.web.http import Request

from .context import Context, own_choices, pairs_of
from .pages import shell_of

if TYPE_CHECKING:
    from gapless.people.org.models import Unit, UnitQuerySet

UNITS_OFFERED = 30


@dataclass(frozen=True, slots=True)
class Picking:
    """What a unit is chosen for."""

    title: str
    id: str  # of what holds the choices
    here: str  # the name of the address at which units are looked for
    page: str  # and of the page that goes on with the unit
    beside: str = ""  # the unit goes by this name beside the one chosen, not in its place

    def address(self, context: Context, unit: Unit, kept: list[tuple[str, str]]) -> str:
        if self.beside:
            return context.address(self.page, *kept, (self.beside, str(unit.pk)))
        return context.address(self.page, *kept, unit=unit)


def picked_from(
    request: Request, context: Context, allowed: UnitQuerySet, picking: Picking
) -> HttpResponse:
    """The units to choose from: as a fragment, or by themselves without scripts."""
    asked = request.GET.get("q", "").strip()
    dropped = ("q", "back", picking.beside)
    kept = [pair for pair in own_choices(request) if pair[0] not in dropped]
    found = list((allowed.matching(asked) if asked else allowed)[: UNITS_OFFERED + 1])
    shown = {
        **shell_of(context),
        "picking": picking,
        "offered": [
            (unit, picking.address(context, unit, kept)) for unit in found[:UNITS_OFFERED]
        ],
        "more": len(found) > UNITS_OFFERED,
        "kept": [pair for pair in pairs_of(request) if pair[0] != "q"],
        "asked": asked,
    }
    return render(request, f"gaps/units.html{'#choices' if request.htmx else ''}", shown)
