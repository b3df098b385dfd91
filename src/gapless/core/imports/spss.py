"""Reading SPSS files, codes kept as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyreadstat

from .tables import (
    Limits,
    Problem,
    Row,
    Table,
    UnreadableFile,
    as_text,
    checked_header,
    checked_row,
)


def read_spss(path: Path, *, name: str, limits: Limits) -> Table:
    """
    The cases of a .sav file: codes, not labels; what it declares missing is blank.

    :raises UnreadableFile: when it is not an SPSS file or exceeds ``limits``.
    """
    _, about = _load(path, name, metadataonly=True)
    if (about.number_rows or 0) > limits.rows:
        raise UnreadableFile(Problem("too_many_rows", name, params={"limit": limits.rows}))
    if not about.column_names:
        raise UnreadableFile(Problem("no_header", name))
    header = checked_header(about.column_names, file=name, line=1, limits=limits)
    columns, _ = _load(path, name)
    values = [columns[column] for column in about.column_names]
    return Table(name, header, _Cases(name, values, limits))


@dataclass(frozen=True, slots=True)
class _Cases:
    name: str
    columns: Sequence[Sequence[Any]]
    limits: Limits

    def __iter__(self) -> Iterator[Row | Problem]:
        for line, values in enumerate(zip(*self.columns, strict=True), start=1):
            cells = tuple(as_text(value) for value in values)
            yield checked_row(
                cells, file=self.name, line=line, columns=len(cells), limits=self.limits
            )


def _load(path: Path, name: str, *, metadataonly: bool = False) -> tuple[Any, Any]:
    try:
        return pyreadstat.read_sav(path, metadataonly=metadataonly, output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError) as error:
        raise UnreadableFile(Problem("not_spss", name)) from error
