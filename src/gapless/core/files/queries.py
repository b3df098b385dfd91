"""Reads of files. Whoever opens one has found it through a record they may see."""

from collections.abc import Iterator
from typing import BinaryIO

from . import blobs
from .models import StoredFile


def open_file(file: StoredFile) -> BinaryIO:
    """The content of a file, to be read from its start; close it."""
    return blobs.path_of(file.sha256).open("rb")


def contents() -> list[tuple[str, int]]:
    """Every content that some file has, with its size. For `gapless backup`."""
    rows = StoredFile.objects.values_list("sha256", "size").distinct()
    return list(rows.order_by("sha256"))


def missing_files() -> Iterator[StoredFile]:
    """Rows whose content is gone: never right, whatever happened. For `gapless doctor`."""
    for file in StoredFile.objects.order_by("pk").iterator():
        if not blobs.path_of(file.sha256).exists():
            yield file
