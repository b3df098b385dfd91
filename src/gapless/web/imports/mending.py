"""The rejected rows as a file to mend and send again, with all their cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapless.core.imports.mending import marked, without_marks
from gapless.core.imports.queries import rejected_rows, table_of
from gapless.core.imports.tables import Table, UnreadableFile
from gapless.core.imports.words import reason_of, remedy_of
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from gapless.web.intake import rejected_name

from .find import find_import

if TYPE_CHECKING:
    from gapless.core.files.exports import Cell
    from gapless.core.imports.models import Import
    from gapless.core.imports.tables import Problem

# Written by a spreadsheet as it stands here; anything else stays text.
_NUMBER = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,10})?", re.ASCII)


@policy(Policy.IMPORT)
@require_safe
def rejected(
    request: Request, pk: int, ending: str, respond: Callable[..., HttpResponse]
) -> HttpResponse:
    import_ = find_import(request, pk)
    table = table_of(import_)
    titles = [_("Line"), _("Column"), _("What is wrong"), _("What to do")]
    header = [*marked(import_.pk, titles), *without_marks(table.header)]
    return respond(rejected_name(import_.name, ending), header, _rows(import_, table))


def _rows(import_: Import, table: Table) -> Iterator[list[Cell]]:
    ours = {place for place, name in enumerate(table.header) if not without_marks([name])}
    wrong = {row.line: row for row in rejected_rows(import_).iterator()}
    # A file that breaks off: its rows up to there.
    with suppress(UnreadableFile):
        for line in table.lines:
            row = wrong.pop(line.line or 0, None)
            if row:
                cells = (c for place, c in enumerate(line.cells) if place not in ours)
                said = _said(row.problems(import_.name))
                yield [row.line, *said, *map(_typed, cells)]


def _said(problems: Sequence[Problem]) -> list[str]:
    """Everything that is wrong with a row, in three cells."""
    columns = dict.fromkeys(p.column for p in problems if p.column)
    reasons = dict.fromkeys(map(reason_of, problems))
    remedies = dict.fromkeys(map(remedy_of, problems))
    return ["; ".join(columns), " ".join(reasons), " ".join(remedies)]


def _typed(cell: str) -> Cell:
    """A number as a number, so that it comes back as it is."""
    if not _NUMBER.fullmatch(cell):
        return cell
    found = float(cell) if "." in cell else int(cell)
    return found if str(found) == cell else cell
