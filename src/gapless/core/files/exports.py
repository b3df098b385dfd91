"""
The one way out for tables: CSV and XLSX that no spreadsheet takes for a program
(reliability.md U5, ASVS 1.2.10). Text that would begin a formula gets an apostrophe;
numbers stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime

from .rules import XLSX

Formats: TypeAlias = dict[type[date], Any]  # xlsxwriter ships no types
Cell: TypeAlias = str | int | float | Decimal | date | datetime | None

STARTS_A_FORMULA = frozenset("=+-@\t\r\n\0＝＋－＠")
# What spreadsheets skip in front of a formula, or do not show.
SKIPPED = " \v\f\u00a0\u3000\u200b\ufeff"
LONGEST_CELL = 32_767  # of an XLSX file


def disarmed(text: str) -> str:
    """
    The text, with an apostrophe in front if a spreadsheet would calculate it, or if it
    would then be taken for a text that got one.
    """
    bare = text.lstrip("'")
    return f"'{text}" if bare.lstrip(SKIPPED)[:1] in STARTS_A_FORMULA else text


def as_typed(cell: str) -> str:
    """What a cell held before it was ``disarmed``: files that went out come in again."""
    text = cell.removeprefix("'")
    return text if text != cell and disarmed(text) == cell else cell


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """A download called ``name``: UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([disarmed(title) for title in header])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    content = out.getvalue().encode("utf-8-sig")
    return download(content, name, "text/csv; charset=utf-8")


Sheet: TypeAlias = tuple[Sequence[str], Iterable[Sequence[Cell]]]  # header and rows


def xlsx_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """A download called ``name``: one sheet, every text typed as text."""
    return sheets_response(name, {None: (header, rows)})


def sheets_response(name: str, sheets: Mapping[str | None, Sheet]) -> HttpResponse:
    """The same with several sheets, each under its title; None: as Excel calls it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        formats: Formats = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        for title, (header, rows) in sheets.items():
            sheet = book.add_worksheet(title)
            for column, text in enumerate(header):
                sheet.write_string(0, column, disarmed(text), bold)
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    _write(sheet, number, column, cell, formats)
            sheet.freeze_panes(1, 0)
    return download(out.getvalue(), name, XLSX)


def _as_text(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return disarmed(cell)
    if isinstance(cell, datetime):
        return localtime(cell).isoformat(sep=" ", timespec="seconds")
    return cell


def _write(
    sheet: Any,
    row: int,
    column: int,
    cell: Cell,
    formats: Formats,
) -> None:
    match cell:
        case None:
            return
        case str():
            sheet.write_string(row, column, disarmed(cell)[:LONGEST_CELL])
        case datetime():  # Excel knows no time zones: the reader's own
            moment = localtime(cell).replace(tzinfo=None)
            sheet.write_datetime(row, column, moment, formats[datetime])
        case date():
            sheet.write_datetime(row, column, cell, formats[date])
        case _:
            sheet.write_number(row, column, cell)


def download(content: bytes, filename: str, content_type: str) -> HttpResponse:
    """Bytes as a file that no browser opens by itself."""
    response = HttpResponse(content, content_type=content_type)
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
