"""Bringing in a file of units or people: kept, looked at row by row, taken in, let go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, QuerySet

from gapless.core.audit.actions import record
from gapless.core.files.actions import remove, store
from gapless.core.files.queries import open_file
from gapless.core.imports.lists import looked_into, table_in
from gapless.core.imports.tables import Limits, Reading, Table, UnreadableFile
from gapless.core.jobs.actions import enqueue

from . import person_rows, unit_rows
from .choices import About, Outcome
from .file_columns import PersonHolds, UnitHolds, flaw, suggested
from .file_rows import Planned, Wrong, sources
from .models import OrgFile, OrgFileRow, Person, Unit, under
from .queries import today
from .rules import Policy, Viewer
from .standing import staff_of, tree_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

TAKING_IN = "org.files"
"""The job that takes a file in; ``gapless.loop`` says which function runs it."""

LIMITS = Limits(bytes=10_000_000, rows=20_000, columns=60, characters=2_000)


class Flawed(Exception):
    """What its columns are said to hold makes no file of units or people."""


class NotNow(Exception):
    """The file has come in already, or is coming in, or was thrown away."""


# --- Reads ----------------------------------------------------------------------------


def visible_files(viewer: Viewer, about: About) -> QuerySet[OrgFile]:
    paths = viewer.paths(Policy.EDIT_ORGANISATION)
    found = OrgFile.objects.filter(under("within__path", paths), about=about)
    return found.select_related("within", "file", "job", "created_by", "started_by")


def columns_of(file: OrgFile) -> dict[str, str]:
    return dict(file.columns)


def plan_of(file: OrgFile, *, now: datetime) -> Sequence[Planned]:
    """What every row would do if the file came in now; nothing does."""
    columns = columns_of(file)
    with _opened(file) as table:
        rows = list(sources(table))
    if file.about == About.UNITS:
        return unit_rows.planned(rows, columns, tree_of(file.within))
    return person_rows.planned(rows, columns, staff_of(file.within, on=today(now)))


def counts(plan: Sequence[Planned]) -> dict[str, int]:
    """How many rows come to which outcome."""
    return dict(Counter(str(row.outcome) for row in plan))


def counts_taken(file: OrgFile) -> dict[str, int]:
    """The same of the rows that are done."""
    found = file.taken.values_list("outcome").annotate(Count("pk")).order_by()
    return dict(found)


def rows_taken(file: OrgFile, outcome: str = "") -> QuerySet[OrgFileRow]:
    rows = file.taken.all()
    return rows.filter(outcome=outcome) if outcome else rows


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that stays out, and all that is wrong with it."""

    line: int
    wrong: tuple[Wrong, ...]
    cells: tuple[str, ...]


def rejected_rows(file: OrgFile, *, now: datetime) -> Iterator[Rejected]:
    """The rows that stay out: before the file comes in, and after."""
    if file.started_at:
        for row in rows_taken(file, Outcome.REJECTED):
            yield Rejected(row.line, wrong_of(row), tuple(row.cells))
    elif not flaw(About(file.about), columns_of(file)):
        for planned in plan_of(file, now=now):
            if planned.outcome is Outcome.REJECTED:
                yield Rejected(planned.line, planned.wrong, planned.cells)


def wrong_of(row: OrgFileRow) -> tuple[Wrong, ...]:
    return tuple(
        Wrong(column, code, tuple((name, value) for name, value in params))
        for column, code, params in row.problems
    )


@contextmanager
def _opened(file: OrgFile) -> Iterator[Table]:
    if file.file is None:
        raise NotNow(file)
    with open_file(file.file) as stored:
        content = stored.read()
    reading = Reading(header_line=file.header_line, header_rows=1)
    with table_in(content, file.name, LIMITS, reading) as table:
        yield table


# --- Verbs ----------------------------------------------------------------------------


def receive_file(
    upload: UploadedFile[Any], about: About, within: Unit, *, by: Person, now: datetime
) -> OrgFile:
    """
    Keep a file until somebody has looked at what it would do.

    :raises UnreadableFile: when it is no table, or a longer one than can be taken in.
    """
    content, name = upload.read(), upload.name or ""
    header_line, columns, rows = _looked_at(content, name, about)
    stored = store(ContentFile(content, name=name), by=by, now=now, unit=within)
    with transaction.atomic():
        file = OrgFile.objects.create(
            about=about,
            name=name[-120:],
            file=stored,
            within=within,
            header_line=header_line,
            columns=columns,
            rows=rows,
            created_by=by,
            created_at=now,
        )
        record("org_file.received", subject=file, by=by, at=now, unit=within, about=about)
    return file


def _looked_at(content: bytes, name: str, about: About) -> tuple[int, list[list[str]], int]:
    """Where the names of the columns stand, what these hold, and how many rows follow."""
    key = UnitHolds.CODE if about is About.UNITS else PersonHolds.USERNAME
    try:
        # What an export of ours has, and nearly every list; a title above comes next.
        header, rows = looked_into(
            content, name, LIMITS, Reading(header_line=1, header_rows=1)
        )
        held = suggested(about, header)
    except UnreadableFile:
        held = {}
    if key in held.values():
        return 1, [[*each] for each in held.items()], rows
    header, rows = looked_into(content, name, LIMITS, Reading(header_rows=1))
    return 0, [[*each] for each in suggested(about, header).items()], rows


@transaction.atomic
def choose_columns(
    file: OrgFile, chosen: Mapping[str, str], *, by: Person, now: datetime
) -> None:
    """Say what each column holds. :raises NotNow: when the file is coming in already."""
    columns = [[name, chosen.get(name, held)] for name, held in file.columns]
    if not _waiting(file).update(columns=columns):
        raise NotNow(file)
    file.refresh_from_db()
    record("org_file.columns_chosen", subject=file, by=by, at=now, unit=file.within)


@transaction.atomic
def take_in(file: OrgFile, *, by: Person, now: datetime) -> None:
    """
    Take the file in, in a job, as whoever says so.

    :raises Flawed: when its columns make no file of units or people.
    :raises NotNow: when somebody did so before.
    """
    if found := flaw(About(file.about), columns_of(file)):
        raise Flawed(found)
    if not _waiting(file).update(started_at=now, started_by=by):
        raise NotNow(file)
    job = enqueue(
        TAKING_IN, {"file": file.pk}, key=f"{TAKING_IN}:{file.pk}", by=by, now=now
    )
    OrgFile.objects.filter(pk=file.pk).update(job=job)
    record(
        "org_file.taken_in",
        subject=file,
        by=by,
        at=now,
        unit=file.within,
        about=file.about,
        rows=file.rows,
    )


@transaction.atomic
def discard_file(file: OrgFile, *, by: Person, now: datetime) -> None:
    """Throw a file away that has not come in. :raises NotNow: when it has."""
    if not _waiting(file).update(started_at=now, finished_at=now, file=None):
        raise NotNow(file)
    record("org_file.discarded", subject=file, by=by, at=now, unit=file.within)
    if file.file:
        remove(file.file, by=by, now=now, unit=file.within)
    file.delete()


def _waiting(file: OrgFile) -> QuerySet[OrgFile]:
    return OrgFile.objects.filter(pk=file.pk, started_at=None)
