"""
Rows that are no answers, such as totals and signatures below a table: each stays out as
what it is, before it can be taken for an answer with the unit and the day of the others.

A total begins with a word for one, leaves a cell blank, and has but numbers beside; the
averages that follow it go with it. A note begins like "checked by:" and leaves half of its
row blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .cells import FIGURES, tidy
from .hints import hints
from .mending import without_marks
from .tables import Problem, Row, Table

_LABEL = re.compile(r"\s*([^:：]{1,20}?)\s*([:：].*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Answers:
    """The rows of a table, those that are none as problems."""

    name: str
    places: Sequence[int]  # of the columns that are the file's own
    lines: Iterable[Row | Problem]

    def __iter__(self) -> Iterator[Row | Problem]:
        after_total = False
        for line in self.lines:
            if isinstance(line, Problem):
                yield line
                continue
            found = self._label(line, after_total=after_total)
            after_total = bool(found)
            if found:
                yield Problem(
                    "total_row",
                    self.name,
                    line.line,
                    params={"cell": found[:80]},
                    cells=line.cells,
                )
            else:
                yield line

    def _label(self, row: Row, *, after_total: bool) -> str:
        """What the row begins with, if it is no answer."""
        first = next((at for at in self.places if row.cells[at].strip()), None)
        if first is None:
            return ""
        said = _LABEL.fullmatch(row.cells[first])
        if said is None:
            return ""
        word = tidy(said[1]).casefold()
        if word not in hints().below:
            return ""
        others = [row.cells[at] for at in self.places if at != first]
        filled = [cell for cell in others if cell.strip()]
        sums = word in hints().totals or (after_total and word in hints().averages)
        if sums and len(filled) < len(others) and all(map(_is_sum, filled)):
            return row.cells[first].strip()
        signs = said[2] is not None and word in hints().notes
        return row.cells[first].strip() if signs and 2 * len(filled) <= len(others) else ""


def _is_sum(cell: str) -> bool:
    return bool(FIGURES.fullmatch(tidy(cell)))


def answers_alone(table: Table) -> Table:
    """The table with what stands below its answers, or between them, told as such."""
    own = [at for at, name in enumerate(table.header) if without_marks([name])]
    return replace(table, lines=_Answers(table.name, own, table.lines))
