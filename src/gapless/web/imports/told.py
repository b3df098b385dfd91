"""What is wrong with rows, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gapless.core.imports.tables import Problem
from gapless.core.imports.words import reason_of, remedy_of

if TYPE_CHECKING:
    from gapless.core.imports.models import RejectedRow


@dataclass(frozen=True, slots=True)
class Told:
    """Where something is wrong, what, and what to do about it."""

    line: int | None
    column: str
    reason: str
    remedy: str
    more: int = 0  # other cells of the same row
    rows: int = 1  # rows with the same trouble


def told(problem: Problem, *, more: int = 0, rows: int = 1) -> Told:
    return Told(
        problem.line,
        problem.column or "",
        reason_of(problem),
        remedy_of(problem),
        more,
        rows,
    )


def told_row(row: RejectedRow) -> Told:
    problem = Problem(row.code, "", row.line, row.column, row.params)
    return told(problem, more=row.more)
