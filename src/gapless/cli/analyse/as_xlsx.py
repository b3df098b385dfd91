"""The report as a workbook: a sheet a section, numbers as numbers, unrounded."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from gapless.cli.analyse.content import Cell, Report, Section, Style, Table
from gapless.core.files.exports import LONGEST_CELL, disarmed
from gapless_stats.intervals import Interval

FORMATS = {
    Style.TEXT: "@",
    Style.COUNT: "#,##0",
    Style.POINTS: "0.00",
    Style.SIGNED: "+0.00;-0.00;0.00",
    Style.FINE: "0.000",
    Style.SHARE: "0.0%",
    Style.CHANCE: "0.000",
}
FIRST, OTHERS = 24, 13  # widths of columns, in characters
LONGEST_NAME = 31  # of a sheet


def write_xlsx(report: Report, path: Path) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        formats = {
            style: book.add_format({"num_format": how}) for style, how in FORMATS.items()
        }
        bold = book.add_format({"bold": True})
        for section in report.sections:
            sheet = book.add_worksheet(section.title[:LONGEST_NAME])
            sheet.set_column(0, 0, FIRST)
            sheet.set_column(1, 30, OTHERS)
            _write(sheet, section, formats, bold)


def _write(sheet: Any, section: Section, formats: dict[Style, Any], bold: Any) -> None:
    sheet.write_string(0, 0, section.title, bold)
    row = 1
    for sentence in (*section.lead, *section.refusals):
        sheet.write_string(row, 0, disarmed(sentence))
        row += 1
    for table in section.tables:
        row = _write_table(sheet, table, row + 1, formats, bold)
    for source in section.sources:
        row += 1
        sheet.write_string(row, 0, source)


def _write_table(
    sheet: Any, table: Table, top: int, formats: dict[Style, Any], bold: Any
) -> int:
    """The row below the table."""
    sheet.write_string(top, 0, table.title, bold)
    places = _places(table)
    for each, at in zip(table.columns, places, strict=True):
        if each.key.endswith("interval"):
            sheet.write_string(
                top + 1, at, _("%(name)s: from") % {"name": each.heading}, bold
            )
            sheet.write_string(top + 1, at + 1, _("to"), bold)
        else:
            sheet.write_string(top + 1, at, disarmed(each.heading), bold)
    for number, cells in enumerate(table.rows, start=top + 2):
        for each, at, cell in zip(table.columns, places, cells, strict=True):
            _write_cell(sheet, (number, at), cell, formats[each.style])
    below = top + 2 + len(table.rows)
    if table.note:
        sheet.write_string(below, 0, table.note)
        below += 1
    return below


def _places(table: Table) -> list[int]:
    """Where each column begins: an interval takes two."""
    places, at = [], 0
    for each in table.columns:
        places.append(at)
        at += 2 if each.key.endswith("interval") else 1
    return places


def _write_cell(sheet: Any, at: tuple[int, int], cell: Cell, how: Any) -> None:
    match cell:
        case Interval():
            _write_cell(sheet, at, cell.low, how)
            _write_cell(sheet, (at[0], at[1] + 1), cell.high, how)
        case str():
            sheet.write_string(*at, disarmed(cell)[:LONGEST_CELL], how)
        case int() | float() if isfinite(cell):
            sheet.write_number(*at, cell, how)
