"""The zone of tolerance: between the least that customers accept and what they desire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapless.core.files.exports import csv_response, xlsx_response
from gapless.evaluation.gaps.zone import ItemZone, Place, zones
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from gapless.web.pictures_zone import Ruler, Zone
from gapless_stats.intervals import Mean, Share

from . import zone_words as words
from .context import Context, context_of, page_of
from .importance_rows import evidence_at
from .measures import names_in
from .views import nothing_of, shell_of

FileCell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the table."""

    found: ItemZone
    name: str
    address: str

    @property
    def word(self) -> str:
        return words.place(self.found.place)

    @property
    def glyph(self) -> str:
        """The state of a gap whose shape says the same."""
        return _GLYPHS[self.found.place]

    @property
    def picture(self) -> Zone | None:
        zone, question = self.found.zone, self.found.question
        if zone is None or zone.least.mean is None or zone.desired.mean is None:
            return None
        perceived, limits = zone.perceived.mean, zone.perceived.interval
        if perceived is None:
            return None
        low, high = (limits.low, limits.high) if limits else (perceived, perceived)
        return Zone(
            Ruler(question.low, question.high),
            zone.least.mean,
            zone.desired.mean,
            (perceived, low, high),
            self.found.place.value,
        )

    @property
    def shares(self) -> tuple[tuple[str, Share], ...]:
        zone = self.found.zone
        if zone is None:
            return ()
        return (
            (_("Below"), zone.below),
            (_("Within"), zone.inside),
            (_("Above"), zone.above),
        )

    @property
    def inconsistent(self) -> str:
        """Who cannot be placed, in a sentence; nothing where there is nobody."""
        return words.inconsistent(self.found.inconsistent)


_GLYPHS = {
    Place.BELOW: "big",
    Place.INSIDE: "even",
    Place.ABOVE: "over",
    Place.UNSURE: "unsure",
    Place.HIDDEN: "hidden",
    Place.NONE: "none",
}


def rows_of(request: Request, context: Context) -> list[Row]:
    """The items with a zone, in form order; none where the form has none."""
    page, names = page_of(request, context), names_in(context.version)
    return [
        Row(
            each,
            names.get(str(each.target)) or each.question.code,
            evidence_at(context, each.target),
        )
        for each in zones(page.layout, page.schema, page.cell, page.may_show)
    ]


@policy(Policy.SEE_NUMBERS)
@require_safe
def index(request: Request) -> HttpResponse:
    context = context_of(request)
    if context is None:
        return render(request, "gaps/empty.html", nothing_of(request))
    rows = rows_of(request, context)
    shown: dict[str, Any] = {**shell_of(context), "rows": rows}
    if any(row.found.zone for row in rows):
        shown |= {
            "answered": True,
            "ruler": _shared_ruler(rows),
            "verdict": words.verdict(rows),
            "beside": words.beside(rows),
        }
    return render(request, "gaps/zone.html", shown)


def _shared_ruler(rows: list[Row]) -> Ruler | None:
    """The scale above the column, if all rows have the same."""
    rulers = {row.picture.ruler for row in rows if row.picture}
    return rulers.pop() if len(rulers) == 1 else None


# --- Files ----------------------------------------------------------------------------


@policy(Policy.SEE_NUMBERS)
@require_safe
def table_csv(request: Request) -> HttpResponse:
    name, rows = _exported(request)
    return csv_response(f"{name}.csv", _header(), _file_rows(rows))


@policy(Policy.SEE_NUMBERS)
@require_safe
def table_xlsx(request: Request) -> HttpResponse:
    name, rows = _exported(request)
    return xlsx_response(f"{name}.xlsx", _header(), _file_rows(rows))


def _exported(request: Request) -> tuple[str, list[Row]]:
    context = context_of(request)
    if context is None:
        raise Http404
    rows = rows_of(request, context)
    without = "" if context.with_flagged else "-without-flagged"
    return f"zone-{context.unit.code}-{context.period}{without}", rows


def _header() -> list[str]:
    numbers = (
        _("Least accepted"),
        _("Desired"),
        _("Perceived"),
        _("Adequacy (MSA)"),
        _("Superiority (MSS)"),
        _("Share below the zone"),
        _("Share within the zone"),
        _("Share above the zone"),
    )
    limits = (_("Interval from"), _("Interval to"))
    return [
        _("Code"),
        _("Name"),
        _("n"),
        *(column for number in numbers for column in (number, *limits)),
        _("Position in the zone"),
        _("Interval from"),
        _("Interval to"),
        _("Inconsistent answers"),
        _("State"),
    ]


def _file_rows(rows: list[Row]) -> Iterator[tuple[FileCell, ...]]:
    """Unrounded; what is withheld is an empty cell, and its n too."""
    for row in rows:
        code, zone = row.found.question.code, row.found.zone
        if zone is None:
            yield (code, row.name, *([None] * 29), row.word)
            continue
        means = (zone.least, zone.desired, zone.perceived, zone.adequacy, zone.superiority)
        at = zone.position
        where = (at.value, at.interval.low, at.interval.high) if at else (None,) * 3
        yield (
            code,
            row.name,
            zone.n,
            *(number for mean in means for number in _numbers(mean)),
            *(number for _name, share in row.shares for number in _numbers(share)),
            *where,
            row.found.inconsistent,
            row.word,
        )


def _numbers(found: Mean | Share) -> tuple[FileCell, ...]:
    value = found.mean if isinstance(found, Mean) else found.share
    limits = found.interval
    return value, limits.low if limits else None, limits.high if limits else None
