"""What is wrong with rows, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gapless.core.imports.words import reason_of, remedy_of
from gapless.web.intake import Told

if TYPE_CHECKING:
    from gapless.core.imports.models import RejectedRow
    from gapless.core.imports.tables import Problem


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
    first, *others = row.problems("")
    return told(first, more=len(others))
