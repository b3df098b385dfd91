"""Reading XLSX workbooks, after looking into the archive for what would swamp us."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from .tables import (
    Limits,
    Problem,
    Row,
    Table,
    UnreadableFile,
    as_text,
    checked_header,
    checked_row,
    letters,
)

MEMBERS = 200
UNPACKED = 100 * 2**20
RATIO = 100
"""reliability.md U4: what a workbook may unpack to before it is taken for a bomb."""

CELLS = 10_000_000
"""Calamine holds the rectangle around all used cells; one far cell would fill memory."""

Errors = dict[tuple[int, int], str]
"""What a cell whose formula failed shows, by row and column from 0."""

_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_FAILED_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["']"""
    rb"""[^>]*>(?:<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>))?"""
    rb"""<(?:\w+:)?v>([^<]*)<"""
)

_DAMAGE = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    EOFError,
    LookupError,  # a part that is missing, or an encoding that does not exist
    NotImplementedError,  # a compression method that zipfile does not know
    OSError,
    RuntimeError,  # an encrypted member
    ValueError,
)


def read_workbook(path: Path, *, sheet: str | None, name: str, limits: Limits) -> Table:
    """
    The cells of one sheet; its first row that is not empty holds the column names.

    Wholly empty rows are no rows. A formula that failed shows its error (#DIV/0!).

    :raises UnreadableFile: when it is no workbook, unsafe, or exceeds ``limits``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(archive, name)
            sheets = _sheets(archive)
            sheet = _chosen(sheets, sheet, name)
            xml = archive.read(sheets[sheet])
        _refuse_far_cells(xml, name, limits)
        values = (
            CalamineWorkbook.from_path(path)
            .get_sheet_by_name(sheet)
            .to_python(skip_empty_area=False)
        )
    except _DAMAGE as error:
        raise UnreadableFile(Problem("not_a_workbook", name)) from error
    texts = _Texts(values, _errors(xml))
    line, cells = next(iter(texts), (1, ()))
    if not any(cells):
        raise UnreadableFile(Problem("no_header", name))
    header = checked_header(_trimmed(cells), file=name, line=line, limits=limits)
    return Table(name, header, _Cells(name, texts, len(header), limits))


@dataclass(frozen=True, slots=True)
class _Texts:
    """The rows of a sheet that are not empty, with their row numbers, as text."""

    values: list[list[Any]]
    errors: Errors

    def __iter__(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        failed_rows = {row for row, _ in self.errors}
        for row, values in enumerate(self.values):
            cells = tuple(map(as_text, values))
            if row in failed_rows:
                cells = tuple(
                    self.errors.get((row, column), cell)
                    for column, cell in enumerate(cells)
                )
            if any(cells):
                yield row + 1, cells


@dataclass(frozen=True, slots=True)
class _Cells:
    name: str
    texts: _Texts
    columns: int
    limits: Limits

    def __iter__(self) -> Iterator[Row | Problem]:
        rows = iter(self.texts)
        next(rows)
        for count, (line, cells) in enumerate(rows, start=1):
            if count > self.limits.rows:
                params = {"limit": self.limits.rows}
                raise UnreadableFile(Problem("too_many_rows", self.name, params=params))
            # A sheet is a rectangle: what is empty to the right of the header is no cell.
            cells = cells[: self.columns] + _trimmed(cells[self.columns :])
            yield checked_row(
                cells, file=self.name, line=line, columns=self.columns, limits=self.limits
            )


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    used = max((place for place, cell in enumerate(cells) if cell.strip()), default=-1)
    return cells[: used + 1]


def _refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MEMBERS or unpacked > UNPACKED or unpacked > RATIO * packed:
        raise UnreadableFile(Problem("swollen_workbook", name))


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Where each sheet of the workbook lies in the archive, in the order of its tabs."""
    targets = {
        relation.attrib["Id"]: relation.attrib["Target"]
        for relation in _parsed(archive, "xl/_rels/workbook.xml.rels")
    }
    places = {}
    for element in _parsed(archive, "xl/workbook.xml").iter():
        if element.tag.endswith("}sheet"):
            # The prefix of this id differs between the transitional and the strict format.
            ids = [v for k, v in element.attrib.items() if k.endswith("}id")]
            target = targets[ids[0]]
            place = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            places[element.attrib["name"]] = place
    if not places:
        raise zipfile.BadZipFile("a workbook has a sheet")
    return places


def _parsed(archive: zipfile.ZipFile, member: str) -> ElementTree.Element:
    xml = archive.read(member)
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise zipfile.BadZipFile("a workbook declares no entities")
    return ElementTree.fromstring(xml)  # noqa: S314  # no entities: checked above


def _chosen(sheets: dict[str, str], sheet: str | None, name: str) -> str:
    if sheet is None:
        return next(iter(sheets))
    if sheet not in sheets:
        known = ", ".join(f"“{each}”" for each in sheets)
        params = {"sheet": sheet, "sheets": known}
        raise UnreadableFile(Problem("no_such_sheet", name, params=params))
    return sheet


def _refuse_far_cells(xml: bytes, name: str, limits: Limits) -> None:
    widest = deepest = 0
    for cell in _CELL.finditer(xml):
        widest = max(widest, _place(cell[1]))
        deepest = max(deepest, int(cell[2]))
    far = deepest > limits.rows + 1 or widest >= limits.columns
    if far or deepest * (widest + 1) > CELLS:
        raise UnreadableFile(Problem("far_cell", name, deepest, letters(widest)))


def _errors(xml: bytes) -> Errors:
    """Calamine shows a failed formula as an empty cell, which would pass for unanswered."""
    return {
        (int(digits) - 1, _place(letters_)): shown.decode()
        for letters_, digits, shown in _FAILED_CELL.findall(xml)
    }


def _place(column: bytes) -> int:
    place = 0
    for letter in column:
        place = place * 26 + letter - ord("A") + 1
    return place - 1
