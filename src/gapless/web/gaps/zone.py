"""The zone of tolerance: between the least that customers accept and what they desire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gapless.core.files.exports import Cell
from gapless.evaluation.gaps.zone import ItemZone, Place, zones
from gapless.web.http import Request
from gapless.web.pictures_zone import Ruler, Zone
from gapless_stats.intervals import Mean, Share

from . import zone_words as words
from .context import Context, page_of
from .importance_rows import evidence_at
from .measures import names_in
from .pages import Table, file_name, files, gap_page, limits


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


@gap_page("gaps/zone.html")
def index(request: Request, context: Context) -> dict[str, Any]:
    rows = rows_of(request, context)
    if not any(row.found.zone for row in rows):
        return {"rows": rows}
    return {
        "rows": rows,
        "answered": True,
        "ruler": _shared_ruler(rows),
        "verdict": words.verdict(rows),
        "beside": words.beside(rows),
    }


def _shared_ruler(rows: list[Row]) -> Ruler | None:
    """The scale above the column, if all rows have the same."""
    rulers = {row.picture.ruler for row in rows if row.picture}
    return rulers.pop() if len(rulers) == 1 else None


# --- Files ----------------------------------------------------------------------------


def _table(request: Request, context: Context) -> Table:
    name = file_name(context, "zone", context.period)
    return Table(name, _header(), _file_rows(rows_of(request, context)))


table_csv, table_xlsx = files(_table)


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
    interval = (_("Interval from"), _("Interval to"))
    return [
        _("Code"),
        _("Name"),
        _("n"),
        *(column for number in numbers for column in (number, *interval)),
        _("Position in the zone"),
        *interval,
        _("Inconsistent answers"),
        _("State"),
    ]


def _file_rows(rows: list[Row]) -> Iterator[tuple[Cell, ...]]:
    """Unrounded; what is withheld is an empty cell, and its n too."""
    for row in rows:
        code, zone = row.found.question.code, row.found.zone
        if zone is None:
            yield (code, row.name, *([None] * 29), row.word)
            continue
        means = (zone.least, zone.desired, zone.perceived, zone.adequacy, zone.superiority)
        at = zone.position
        where = (at.value, *limits(at.interval)) if at else (None, None, None)
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


def _numbers(found: Mean | Share) -> tuple[Cell, ...]:
    value = found.mean if isinstance(found, Mean) else found.share
    return value, *limits(found.interval)
