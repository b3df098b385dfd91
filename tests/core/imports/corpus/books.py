"""Workbooks: shapes that people make, and archives that were damaged or built to harm."""

import datetime
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import xlsxwriter

from .cases import SIMPLIFIED, TRADITIONAL, Case, answers
from .xls import DAY, xls_of

SCRIPTS = (SIMPLIFIED, TRADITIONAL)
NOT_READ = ("not_a_workbook", "swollen_workbook", "far_cell", "no_header")


def typed(rows) -> list[list[object]]:
    """Numbers as numbers, days as days."""
    return [
        [
            row[0],
            row[1],
            datetime.date.fromisoformat(row[2]),
            *map(int, row[3:7]),
            row[7],
        ]
        for row in rows
    ]


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(out, options) as made:
        fill(made)
    return out.getvalue()


def written(sheet, rows, *, below=0):
    for place, row in enumerate(rows, start=below):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(place, column, value)
            elif value is not None:
                sheet.write(place, column, value)


def plain(header, rows) -> bytes:
    return book(lambda made: written(made.add_worksheet(), [header, *rows]))


def _hidden(header, rows):
    def fill(made):
        notes = made.add_worksheet("说明")
        notes.write(0, 0, "notes")
        sheet = made.add_worksheet("答卷")
        written(sheet, [header, *rows])
        sheet.activate()
        sheet.set_first_sheet()
        notes.hide()

    return book(fill)


def _merged(header, rows):
    def fill(made):
        sheet = made.add_worksheet()
        for column in (0, 1, 2, 7):
            sheet.merge_range(0, column, 1, column, header[column])
        sheet.merge_range(0, 3, 0, 4, "服务")
        sheet.merge_range(0, 5, 0, 6, "环境")
        for column in range(3, 7):
            sheet.write(1, column, header[column])
        written(sheet, rows, below=2)

    return book(fill)


def _titled(header, rows):
    def fill(made):
        sheet = made.add_worksheet()
        sheet.merge_range(0, 0, 0, 7, "服务质量调查")
        written(sheet, [header, *rows], below=2)

    return book(fill)


def _gaps(header, rows):
    def fill(made):
        sheet = made.add_worksheet()
        written(sheet, [header, *rows[:3]])
        written(sheet, rows[3:], below=9)

    return book(fill)


def _formulas(header, rows):
    def fill(made):
        sheet = made.add_worksheet()
        written(sheet, [header, *rows])
        sheet.write_formula(3, 4, "=3+3", None, 6)
        sheet.write_formula(3, 7, '="a"&"b"', None, "ab")

    return book(fill)


def _failed(header, rows):
    def fill(made):
        sheet = made.add_worksheet()
        written(sheet, [header, *rows])
        sheet.write_formula(3, 4, "=1/0", None, "#DIV/0!")
        sheet.write_formula(5, 5, "=A(1)", None, "#NAME?")

    return book(fill)


def _serials(header, rows):
    return plain(header, [[*row[:2], 46_050 + n, *row[3:]] for n, row in enumerate(rows)])


def _booleans(header, rows):
    return plain(header, [*rows[:2], [*rows[2][:3], True, *rows[2][4:]], *rows[3:]])


def _long_cell(header, rows):
    return plain(header, [*rows[:2], [*rows[2][:7], "x" * 32_767], *rows[3:]])


def _beside(header, rows):
    return plain(header, [*rows[:2], [*rows[2], "", "beside"], *rows[3:]])


def _nameless(header, rows):
    return plain([*header[:5], None, None, header[7]], rows)


SHAPES: dict[str, tuple[Callable[..., bytes], int]] = {
    "plain": (plain, 0),
    "hidden sheet": (_hidden, 0),
    "merged names": (_merged, 0),
    "title": (_titled, 0),
    "gaps": (_gaps, 0),
    "formulas": (_formulas, 0),
    "failed formulas": (_failed, 2),
    "serial dates": (_serials, 0),
    "boolean": (_booleans, 1),
    "long cell": (_long_cell, 0),
    "cells beside": (_beside, 1),
    "nameless": (_nameless, 0),
}


def shapes(rng: random.Random) -> Iterator[Case]:
    for number in range(10):
        for name, (made, wrong) in SHAPES.items():
            script = SCRIPTS[number % 2]
            rows = answers(rng, script, rng.randint(6, 20))
            content = made(script.header, typed(rows))
            yield Case(name, "answers.xlsx", content, rows=len(rows), wrong=wrong)


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_of(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"


def _cut(rng, content):
    return content[: rng.randrange(1, len(content))]


def _flipped(rng, content):
    changed = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _part_flipped(rng, content):
    parts = parts_of(content)
    name = rng.choice([SHEET, STRINGS, BOOK, "xl/styles.xml"])
    return archive_of(parts | {name: _flipped(rng, parts[name])})


def _part_missing(rng, content):
    parts = parts_of(content)
    del parts[rng.choice(list(parts))]
    return archive_of(parts)


def _part_cut(rng, content):
    parts = parts_of(content)
    name = rng.choice([SHEET, STRINGS, BOOK])
    return archive_of(parts | {name: _cut(rng, parts[name])})


def broken(rng: random.Random) -> Iterator[Case]:
    """Damage by chance: it may be refused or read, but nothing breaks."""
    ways = (_cut, _flipped, _part_flipped, _part_missing, _part_cut)
    for number in range(200):
        content = plain(SIMPLIFIED.header, typed(answers(rng, SIMPLIFIED, 8)))
        way = ways[number % len(ways)]
        yield Case(f"{way.__name__} {number}", "answers.xlsx", way(rng, content))


def _within(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    parts = parts_of(content)
    assert old in parts[part]
    return archive_of(parts | {part: parts[part].replace(old, new, 1)})


_ENTITIES = b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "' + b"&b;" * 50 + b'">]>'
_OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


def _lying(content: bytes) -> bytes:
    """A part that says it unpacks to little, and goes on."""
    parts = parts_of(content)
    parts[SHEET] = parts[SHEET].replace(
        b"</sheetData>", b"<row/>" * 500_000 + b"</sheetData>"
    )
    made = bytearray(archive_of(parts))
    size = struct.pack("<I", len(parts[SHEET]))
    while (at := made.find(size)) >= 0:
        made[at : at + 4] = struct.pack("<I", 900)
    return bytes(made)


def _shared_bomb(content: bytes) -> bytes:
    """One long text that very many cells show."""
    parts = parts_of(content)
    parts[STRINGS] = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + zlib.compress(b"").hex().encode() * 2_000
        + b"</t></si></sst>"
    )
    cells = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % n for n in range(1, 20_001))
    head, tail = parts[SHEET].split(b"<sheetData>")[0], b"</sheetData></worksheet>"
    parts[SHEET] = head + b"<sheetData>" + cells + tail
    return archive_of(parts)


def harmful(rng: random.Random) -> Iterator[Case]:
    """Archives that were built to swamp or to spy: each is refused."""
    small = plain(SIMPLIFIED.header, typed(answers(rng, SIMPLIFIED, 4)))
    cell = b'<c r="A1"'
    made = {
        "blanks": archive_of({BOOK: b" " * 5_000_000}),
        "crowd": archive_of({str(number): b"x" for number in range(201)}),
        "entities": _within(small, BOOK, b"<workbook", _ENTITIES + b"<workbook"),
        "outside": _within(small, BOOK, b"<workbook", _OUTSIDE + b"<workbook"),
        "lying": _lying(small),
        "shared text": _shared_bomb(small),
        "far column": _within(small, SHEET, cell, b'<c r="XFD1"'),
        "far row": _within(small, SHEET, cell, b'<c r="A6000002"'),
        "far row without cells": _within(small, SHEET, b'<row r="1"', b'<row r="6000002"'),
        "hidden column": _within(small, SHEET, cell, b'<c x=">" r="XFD1048576"'),
    }
    for name, content in made.items():
        for ending in ("answers.xlsx", "answers.csv", "answers.xls"):
            yield Case(f"{name} {ending}", ending, content, refused=NOT_READ)


def a_million_rows() -> bytes:
    """A sheet of one column, as deep as a sheet may be, nearly."""
    parts = parts_of(plain(["a"], []))
    cells = (
        b'<row r="%d"><c r="A%d"><v>7</v></c></row>' % (n, n) for n in range(2, 10**6 + 2)
    )
    end = b"</sheetData>"
    parts[SHEET] = parts[SHEET].replace(end, b"".join(cells) + end)
    return archive_of(parts)


def legacy(rng: random.Random) -> Iterator[Case]:
    """The format before 2007."""
    for number in range(12):
        rows = answers(rng, SIMPLIFIED, rng.randint(4, 12))
        cells = [
            [*row[:2], (46_050 + place, DAY), *map(float, row[3:7]), row[7]]
            for place, row in enumerate(rows)
        ]
        names = [list(SIMPLIFIED.header)]
        hidden = ["说明"] if number % 2 else []
        content = xls_of(names + cells, hidden=hidden)
        yield Case("xls", "answers.xls", content, rows=len(rows), wrong=0)
        yield Case("xls cut", "answers.xls", content[: rng.randrange(2_000)])
        yield Case("xls flipped", "answers.xls", _flipped(rng, content))
    far = xls_of([["a"], [1]], far=(65_000, 255))
    yield Case("xls far", "answers.xls", far, refused=("not_xls",))
