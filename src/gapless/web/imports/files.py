"""Uploads as files on disk, for as long as a page reads them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from gapless.core.imports.map_files import Entry, read_map
from gapless.core.imports.reading import read_table
from gapless.core.imports.tables import Problem, Table

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    Upload = UploadedFile[Any]

LOOKED_AT = 20_000
"""
How many rows a file is looked at for, when it comes and when its scales are guessed: what
cannot be read is said on the page where it is chosen, and not further on.
"""

SAMPLE_ROWS = 50
SAMPLE_CELLS = 4
LONGEST_SAMPLE = 40


@contextmanager
def _on_disk(upload: Upload) -> Iterator[Path]:
    with NamedTemporaryFile() as file:
        upload.seek(0)
        shutil.copyfileobj(upload, file)
        file.flush()
        yield Path(file.name)
    upload.seek(0)


def look_into(upload: Upload) -> None:
    """
    Read the beginning of a file, before it is kept.

    :raises UnreadableFile: when it is no table.
    """
    with _on_disk(upload) as path:
        table = read_table(path, name=upload.name)
        for _row in islice(table.lines, LOOKED_AT):
            pass


def map_in(upload: Upload) -> dict[str, Entry]:
    """
    What an uploaded MAP.csv says.

    :raises UnreadableFile: with everything that is wrong in it.
    """
    with _on_disk(upload) as path:
        return read_map(path, name=upload.name)


def samples(table: Table) -> list[list[str]]:
    """Some different cells of each column, to recognise it by."""
    found: list[dict[str, None]] = [{} for _name in table.header]
    for row in islice(table.lines, SAMPLE_ROWS):
        if isinstance(row, Problem):
            continue
        for seen, cell in zip(found, row.cells, strict=True):
            if cell.strip() and len(seen) < SAMPLE_CELLS:
                seen[_short(cell.strip())] = None
    return [list(seen) for seen in found]


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_SAMPLE else f"{cell[: LONGEST_SAMPLE - 1]}…"
