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

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    Upload = UploadedFile[Any]

LOOKED_AT = 20_000
"""
How many rows a file is looked at for, when it comes and when its scales are guessed: what
cannot be read is said on the page where it is chosen, and not further on.
"""


@contextmanager
def _on_disk(upload: Upload) -> Iterator[Path]:
    with NamedTemporaryFile() as file:
        upload.seek(0)
        shutil.copyfileobj(upload, file)
        file.flush()
        yield Path(file.name)
    upload.seek(0)


def look_into(upload: Upload) -> tuple[str, ...]:
    """
    Read the beginning of a file, before it is kept: the names of its columns.

    :raises UnreadableFile: when it is no table.
    """
    with _on_disk(upload) as path:
        table = read_table(path, name=upload.name)
        for _row in islice(table.lines, LOOKED_AT):
            pass
        return table.header


def map_in(upload: Upload) -> dict[str, Entry]:
    """
    What an uploaded MAP.csv says.

    :raises UnreadableFile: with everything that is wrong in it.
    """
    with _on_disk(upload) as path:
        return read_map(path, name=upload.name)
