"""The program that parses an SPSS file in a process of its own (apart.py)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pyreadstat

from .apart import confined
from .tables import as_text

AT_A_TIME = 500_000
"""Cells that are held at once, each some 60 bytes; the next cases are read anew."""


def things(path: str, *, rows: bool) -> Iterator[object]:
    """The variables with their labels and how many cases there are; then the cases."""
    _, about = pyreadstat.read_sav(path, metadataonly=True, output_format="dict")
    names = about.column_names
    texts, values = about.column_names_to_labels, about.variable_value_labels
    yield {
        "cases": about.number_rows or 0,
        "variables": [
            (
                name,
                texts.get(name) or "",
                [(as_text(value), text) for value, text in values.get(name, {}).items()],
            )
            for name in names
        ],
    }
    some, behind = max(1, AT_A_TIME // max(1, len(names))), 0
    while rows:
        columns, _ = pyreadstat.read_sav(
            path, output_format="dict", row_offset=behind, row_limit=some
        )
        count = 0
        for case in zip(*(columns[name] for name in names), strict=True):
            yield [as_text(value) for value in case]
            count += 1
        behind += count
        rows = count == some


if __name__ == "__main__":
    confined(things(sys.argv[1], rows=len(sys.argv) > 2))
