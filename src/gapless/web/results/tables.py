"""The answers of a campaign as CSV, as XLSX with a codebook, and as an SPSS file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from gapless.analytics.answers import FOUR_BYTES, Kind
from gapless.core.evidence.choices import CollectionMode
from gapless.core.files.exports import (
    Cell,
    csv_response,
    download,
    sheets_response,
)
from gapless.core.instruments.choices import Flag, ItemKind
from gapless.core.instruments.queries import draft_of, layout_of
from gapless.core.text import said
from gapless.evaluation.campaigns.sav import Format, Measure, Variable, write_sav
from gapless.evaluation.campaigns.sheets import (
    Column,
    Given,
    Missing,
    Side,
    columns_of,
    values_in,
)
from gapless.evaluation.campaigns.single import bytes_of, flags_of

from .told import SIDES

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Campaign, Response

SAV = "application/x-spss-sav"
DOES_NOT_APPLY = 998
"""What an SPSS file holds for "does not apply"; no answer byte is as large."""


@dataclass(frozen=True, slots=True)
class About:
    """A column that is not asked: where an answer came from, and what was found of it."""

    name: str
    label: str
    values: list[Cell]
    format: Format = Format.TEXT


@dataclass(frozen=True, slots=True)
class Answers:
    n: int
    about: tuple[About, ...]
    asked: tuple[tuple[Column, list[Given]], ...]


def answers(campaign: Campaign, rows: Sequence[Response]) -> Answers:
    layout, draft = layout_of(campaign.version), draft_of(campaign.version)
    items = {item.code: item for item in draft.items}
    values = bytes_of(layout, rows)
    texts = [row.answer.texts if row.answer else {} for row in rows]
    return Answers(
        len(rows),
        tuple(_about(rows)),
        tuple(
            (column, values_in(column, layout, values, texts))
            for column in columns_of(layout, items)
        ),
    )


def _about(rows: Sequence[Response]) -> list[About]:
    number, moment = Format.NUMBER, Format.MOMENT
    columns: list[tuple[str, str, Callable[[Response], Cell], Format]] = [
        ("answer", _("Number of the answer"), lambda r: r.pk, number),
        ("unit_code", _("Code of the unit"), lambda r: r.unit.code, Format.TEXT),
        ("unit", _("Unit"), lambda r: r.unit.name, Format.TEXT),
        ("finished_at", _("Finished"), lambda r: r.finished_at, moment),
        ("collector", _("Collector"), lambda r: str(r.collector), Format.TEXT),
        ("mode", _("How people were chosen"), _mode, Format.TEXT),
        ("language", _("Language"), lambda r: r.language, Format.TEXT),
        ("state", _("State"), lambda r: str(r.get_state_display()), Format.TEXT),
        ("seconds", _("Seconds"), lambda r: r.seconds, number),
        ("flags", _("Flags"), _flags, Format.TEXT),
        ("excluded", _("Excluded"), lambda r: int(r.excluded_at is not None), number),
        ("exclusion", _("Why excluded"), lambda r: r.exclusion, Format.TEXT),
    ]
    return [
        About(name, label, [read(row) for row in rows], form)
        for name, label, read, form in columns
    ]


def _mode(row: Response) -> str:
    return str(CollectionMode(row.answer.mode).label) if row.answer else ""


def _flags(row: Response) -> str:
    return "; ".join(str(Flag(flag).label) for flag in flags_of(row))


# --- CSV and XLSX ---------------------------------------------------------------------


def write_csv(name: str, found: Answers) -> HttpResponse:
    return csv_response(name, _header(found), _rows(found))


def write_xlsx(name: str, found: Answers) -> HttpResponse:
    """The answers, and on a second sheet what the columns mean."""
    return sheets_response(
        name,
        {
            _("Answers"): (_header(found), _rows(found)),
            _("Codebook"): (_codebook_header(), _codebook(found)),
        },
    )


def _header(found: Answers) -> list[str]:
    return [*(a.name for a in found.about), *(column.name for column, _v in found.asked)]


def _rows(found: Answers) -> list[list[Cell]]:
    columns: list[list[Cell]] = [a.values for a in found.about]
    columns += [[_cell(column, v) for v in values] for column, values in found.asked]
    return [list(row) for row in zip(*columns, strict=True)]


def _cell(column: Column, given: Given) -> Cell:
    if isinstance(given, Missing):
        return "NA"
    if column.kind is Kind.SINGLE and isinstance(given, int):
        return said(column.labels.get(given, {})) or given
    return given


def _codebook_header() -> list[str]:
    return [_("Column"), _("Question"), _("Kind"), _("Values"), _("Reverse-keyed")]


def _codebook(found: Answers) -> list[list[Cell]]:
    about: list[list[Cell]] = [[a.name, a.label, "", "", ""] for a in found.about]
    return about + [
        [
            column.name,
            label_of(column),
            str(ItemKind(column.item.kind).label),
            _values(column),
            _("yes") if column.item.reverse else "",
        ]
        for column, _given in found.asked
    ]


def _values(column: Column) -> str:
    if column.side is Side.OPTION:
        return _("1 chosen, 0 not")
    words = [f"{value} = {said(label)}" for value, label in column.labels.items()]
    if column.item.options or column.is_text or column.kind in FOUR_BYTES:
        return "; ".join(said(option.text) for option in column.item.options)
    whole = _("%(low)d to %(high)d") % {"low": column.item.low, "high": column.item.high}
    return "; ".join([whole, *words])


def label_of(column: Column) -> str:
    """What a column asks: the side and the option stand with the question."""
    question = said(column.words) or column.item.code
    if column.side is Side.OPTION:
        return f"{question} · {said(column.item.options[column.option].text)}"
    return f"{question} · {SIDES[column.side]}" if column.side in SIDES else question


# --- SPSS -----------------------------------------------------------------------------


def write_spss(name: str, found: Answers) -> HttpResponse:
    variables = [_about_variable(a) for a in found.about]
    variables += [_variable(column) for column, _values in found.asked]
    columns: list[list[float | str | date | datetime | None]] = [
        [None if v is None else v if not isinstance(v, int) else float(v) for v in a.values]  # type: ignore[misc]
        for a in found.about
    ]
    columns += [[_code(value) for value in values] for _column, values in found.asked]
    return download(write_sav(variables, columns, now=now()), name, SAV)


def _about_variable(about: About) -> Variable:
    measure = Measure.NOMINAL if about.format is Format.TEXT else Measure.SCALE
    return Variable(about.name, about.label, about.format, measure=measure)


def _variable(column: Column) -> Variable:
    label = label_of(column)
    if column.is_text:
        return Variable(column.name, label, Format.TEXT, measure=Measure.NOMINAL)
    if column.kind is Kind.DATE:
        return Variable(column.name, label, Format.DATE)
    if column.kind in FOUR_BYTES:
        weight = column.kind is Kind.CASE_WEIGHT
        return Variable(column.name, label, decimals=6 if weight else column.item.decimals)
    words = {value: said(text) for value, text in column.labels.items()}
    if column.side is Side.OPTION:
        words = {0: _("not chosen"), 1: _("chosen")}
    words[DOES_NOT_APPLY] = _("does not apply")
    choice = column.kind in (Kind.SINGLE, Kind.MULTIPLE)
    return Variable(
        column.name,
        label,
        labels=words,
        missing=(DOES_NOT_APPLY,),
        measure=Measure.NOMINAL if choice else Measure.ORDINAL,
    )


def _code(given: Given) -> float | str | date | None:
    return float(DOES_NOT_APPLY) if isinstance(given, Missing) else given


WRITERS: dict[str, Callable[[str, Answers], HttpResponse]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "sav": write_spss,
}
