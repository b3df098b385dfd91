"""The heat map: units by dimensions, and one of its cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gapless.evaluation.gaps.comparable import (
    HeatMap,
    compared_units,
    heat_map,
    units_above,
    upper_of,
)
from gapless.evaluation.gaps.heatmap import Standing
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from . import heat_exports, heat_words
from .context import Context, context_or_404
from .heat_asked import Asked, asked_of
from .heat_cell import cell_in
from .heat_rows import Drawing, found_in, grouped, ordered
from .measures import has_gaps, names_in
from .pages import Table, files, gap_page, nothing_of, shell_of
from .trend_rows import evidence_address

if TYPE_CHECKING:
    from gapless.people.org.models import Unit

PER_PAGE = 50
PER_PAGE_OF_ITEMS = 25
PRINTED_AT_MOST = 500
"""Units of a printed table; a file has every one."""

NAMED = 12  # units that are named of those without an answer


@dataclass(frozen=True, slots=True)
class CalledOut:
    """Units of which may be said that they are among the lowest, or the highest."""

    words: str
    units: tuple[tuple[Unit, str, float], ...]  # each with its address and probability
    more: int


@dataclass(frozen=True, slots=True)
class Found:
    """A choice and its heat map; None where nothing could be compared."""

    context: Context
    asked: Asked
    units: list[Unit]
    heat: HeatMap | None
    names: dict[str, str]

    @property
    def query(self) -> str:
        """Of every link that keeps what the map is about and how it is drawn."""
        return "&".join(filter(None, (self.context.query, self.asked.query)))

    @property
    def carried(self) -> dict[str, str]:
        """What the form of the page carries on; it says itself what is held against."""
        kept = {**self.context.chosen, **self.asked.kept, "sort": self.asked.sort}
        typed = ("against", "target")
        return {name: value for name, value in kept.items() if value and name not in typed}

    @property
    def without_unit(self) -> str:
        """The choice of numbers, for links that name their own unit."""
        chosen = self.context.chosen
        return urlencode({name: chosen[name] for name in chosen if name != "unit"})

    def drawing(self, heat: HeatMap) -> Drawing:
        return Drawing(heat, self.names, self.asked.against)


def found_for(request: Request, context: Context) -> Found:
    asked = asked_of(request)
    units = compared_units(request.viewer, context.unit, lowest=asked.lowest)
    heat = units and heat_map(
        request.viewer,
        context.selection,
        units,
        items=asked.items,
        against=asked.against,
    )
    return Found(context, asked, units, heat or None, names_in(context.version))


@gap_page("gaps/heatmap.html")
def heatmap(request: Request, context: Context) -> dict[str, Any]:
    found = found_for(request, context)
    heat = found.heat
    shown: dict[str, Any] = {"asked": found.asked, "heat": heat, "kept": found.query}
    if heat is None:
        upper = upper_of(request.viewer, context.unit)
        return shown | {"alone": not found.units, "upper": upper}
    if all(state is Standing.NONE for state in heat.lead.standings):
        return shown
    return shown | _drawn(request, found, heat)


def _drawn(request: Request, found: Found, heat: HeatMap) -> dict[str, Any]:
    """The rows of this page, and what is said of all of them."""
    asked, drawing = found.asked, found.drawing(heat)
    printed = "printed" in request.GET
    per_page = PER_PAGE_OF_ITEMS if asked.items else PER_PAGE
    places = Paginator(_places(heat, asked), PRINTED_AT_MOST if printed else per_page)
    page = places.get_page(None if printed else request.GET.get("page"))
    units = [heat.units[at] for at in page] if asked.grouped else []
    silent = [unit for unit, state in _by_standing(heat) if state is Standing.NONE]
    return {
        "answered": True,
        "page": page,
        "printed": printed,
        "groups": list(grouped(drawing, list(page), units_above(request.viewer, units))),
        "heads": drawing.heads(),
        "carried": found.carried,
        "cells": f"{reverse('gaps:heatmap_cell')}?{found.query}",
        "table_of": f"{reverse('gaps:index')}?{found.without_unit}&unit=",
        "has_gaps": has_gaps(heat.measures),
        "both_columns": heat.both_columns,
        "verdict": heat_words.verdict(heat.lead, asked.against),
        "rest": heat_words.rest(heat.lead),
        "unranked": heat_words.unranked(heat.lead),
        "called_out": list(_called_out(heat, found.context)),
        "silent": silent[:NAMED],
        "silent_count": len(silent),
        "more_silent": max(len(silent) - NAMED, 0),
        "may_ask": request.viewer.holds(Policy.SEE_CAMPAIGNS),
        **nothing_of(request),
    }


def _places(heat: HeatMap, asked: Asked) -> list[int]:
    """Units without an answer are named beneath the table, unless they are looked for."""
    order = ordered(heat, asked.sort)
    if asked.words:
        wanted = set(found_in(heat.units, asked.words))
        return [at for at in order if at in wanted]
    return [at for at in order if heat.lead.standings[at] is not Standing.NONE]


def _by_standing(heat: HeatMap) -> Iterator[tuple[Unit, Standing]]:
    return zip(heat.units, heat.lead.standings, strict=True)


def _called_out(heat: HeatMap, context: Context) -> Iterator[CalledOut]:
    ranking = heat.ranking
    if ranking is None:
        return
    for chances, worst in ((ranking.worst, True), (ranking.best, False)):
        places = ranking.called_out(chances)
        units = tuple(
            (
                heat.units[at],
                context.address("gaps:index", unit=heat.units[at]),
                chances[at],
            )
            for at in places[:NAMED]
        )
        if units:
            more = max(len(places) - NAMED, 0)
            yield CalledOut(heat_words.among(ranking.tail, worst=worst), units, more)


@policy(Policy.SEE_NUMBERS)
@require_safe
def cell(request: Request) -> HttpResponse:
    """One cell: how far it was shrunken, how it ranks, and what would settle it."""
    if "row" not in request.GET:
        return redirect("gaps:heatmap")
    context = context_or_404(request)
    found = found_for(request, context)
    shown = found.heat and cell_in(
        found.drawing(found.heat), request.GET.get("row", ""), request.GET.get("of", "")
    )
    if not shown:
        raise Http404
    template = "gaps/heat_cell.html#drawer" if request.htmx else "gaps/heat_cell.html"
    return render(
        request,
        template,
        {
            **shell_of(context),
            "cell": shown,
            "evidence": evidence_address(context, shown.measure, unit=shown.unit),
            "table": context.address("gaps:index", unit=shown.unit),
            "back": f"{reverse('gaps:heatmap')}?{found.query}",
        },
    )


def _table(request: Request, context: Context) -> Table:
    found = found_for(request, context)
    drawing = found.drawing(found.heat) if found.heat else None
    above = units_above(request.viewer, found.units)
    return heat_exports.table(context, drawing, above)


table_csv, table_xlsx = files(_table)
