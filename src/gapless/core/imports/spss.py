"""Reading SPSS files: codes kept as numbers, labels beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import apart
from .headers import header_of
from .tables import Label, Limits, Problem, Reading, Row, Table, UnreadableFile, checked_row

PROGRAM = "gapless.core.imports.parse_spss"


def read_spss(path: Path, *, name: str, limits: Limits) -> Table:
    """
    The cases of a .sav file: codes, not labels; what it declares missing is blank.

    :raises UnreadableFile: when it is not an SPSS file or exceeds ``limits``.
    """
    with apart.parsing(PROGRAM, path, problem=Problem("not_spss", name)) as said:
        about = next(said)
    if about["cases"] > limits.rows:
        raise UnreadableFile(Problem("too_many_rows", name, params={"limit": limits.rows}))
    variables = tuple(variable for variable, _, _ in about["variables"])
    header = header_of(
        [(1, variables)],
        file=name,
        reading=Reading(header_line=1, header_rows=1),
        limits=limits,
    )
    labels = {
        column: Label(text, tuple((value, meaning) for value, meaning in values))
        for column, (_, text, values) in zip(header.names, about["variables"], strict=True)
        if text or values
    }
    rows = _Cases(path, name, header.names, limits)
    return Table(name, header.names, rows, labels=labels, notes=header.notes)


@dataclass(frozen=True, slots=True)
class _Cases:
    path: Path
    name: str
    names: tuple[str, ...]
    limits: Limits

    def __iter__(self) -> Iterator[Row | Problem]:
        problem = Problem("not_spss", self.name)
        with apart.parsing(PROGRAM, self.path, "rows", problem=problem) as said:
            next(said)
            for line, cells in enumerate(said, start=1):
                if line > self.limits.rows:
                    params = {"limit": self.limits.rows}
                    problem = Problem("too_many_rows", self.name, params=params)
                    raise UnreadableFile(problem)
                yield checked_row(
                    tuple(cells),
                    file=self.name,
                    line=line,
                    names=self.names,
                    limits=self.limits,
                )
