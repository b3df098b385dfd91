"""The program that parses a workbook in a process of its own (apart.py)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .apart import confined
from .tables import as_text

CELLS = 6_000_000
MERGED = 20_000


def things(path: str, *names: str) -> Iterator[object]:
    """The sheets with whether they are hidden; of one: its merged cells, then its rows."""
    book = CalamineWorkbook.from_path(path)
    sheets = [about for about in book.sheets_metadata if about.typ in _WORKSHEETS]
    yield [(about.name, about.visible is not SheetVisibleEnum.Visible) for about in sheets]
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > CELLS:
            raise SystemExit("the sheet reaches too far")
        yield [(*start, *end) for start, end in (sheet.merged_cell_ranges or [])[:MERGED]]
        # Calamine begins with the first row, but with the first column that is used.
        before = [""] * (sheet.start or (0, 0))[1]
        for row, values in enumerate(sheet.iter_rows(), start=1):
            cells = [*before, *map(as_text, values)]
            if any(cells):
                yield row, cells


_WORKSHEETS = (SheetTypeEnum.WorkSheet,)

if __name__ == "__main__":
    confined(things(*sys.argv[1:]))
