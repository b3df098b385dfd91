"""Verbs of an import's life. What becomes of its rows is the area's own business."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from gapless.core.audit.actions import Actor, record

from .choices import State
from .mapping import FileMap, fingerprint
from .models import Import, RejectedRow, SavedMapping
from .rules import Sorted, before
from .tables import Problem

if TYPE_CHECKING:
    from gapless.core.files.models import StoredFile
    from gapless.people.org.models import Person, Unit


LONGEST_COLUMN = 255

COUNTS = ("rows", "added", "already_there", "joined", "filtered", "rejected")

MOST_OTHERS = 50
"""Of a row in which everything is wrong, so many further things are told."""


class NotNow(Exception):
    """The import is at another step, perhaps only since somebody else pressed a button."""


class MendedMeanwhile(Exception):
    """Some of these rows came in with another file a moment ago, and say something else."""


def step(import_: Import, to: State, **values: object) -> None:
    """
    Move an import to another state, with what follows from it.

    :raises NotNow: when its state, perhaps changed meanwhile, does not lead there.
    """
    here = Import.objects.filter(pk=import_.pk).in_state(*before(to))
    if not here.update(state=to, **values):
        raise NotNow(import_)
    import_.refresh_from_db()


@transaction.atomic
def bring_in(
    file: StoredFile,
    *,
    name: str,
    within: Unit,
    by: Person | None,
    now: datetime,
    mends: Import | None = None,
) -> Import:
    """
    Begin with a stored file. Its rows may name only units from ``within`` down.

    :param mends: the import whose rejected rows, corrected, it holds.
    """
    import_ = Import.objects.create(
        file=file, name=name, within=within, mends=mends, created_by=by, created_at=now
    )
    record("import.uploaded", subject=import_, by=by, at=now, unit=within)
    return import_


@transaction.atomic
def map_columns(
    import_: Import, file_map: FileMap, *, ready: bool, by: Person | None, now: datetime
) -> None:
    """
    Say how the file is read, as often as it takes.

    :param ready: whether everything is said, so that the import can start.
    """
    step(
        import_,
        State.MAPPED if ready else State.UPLOADED,
        mapping=file_map.to_json(),
        **dict.fromkeys(COUNTS, 0),
        version=None,
        failure={},
        finished_at=None,
    )
    import_.rejected_rows.all().delete()
    record(
        "import.mapped", subject=import_, by=by, at=now, unit=import_.within, ready=ready
    )


@transaction.atomic
def remember_mapping(import_: Import, *, header: tuple[str, ...], now: datetime) -> None:
    """
    Offer this import's mapping to the next file that has the same header: as another
    version, if it says something else than the last one.
    """
    mark = fingerprint(header)
    # A day that stands for every row belongs to one file.
    said = {**import_.mapping, "time": ""}
    known = SavedMapping.objects.filter(fingerprint=mark, within=import_.within)
    last = known.order_by("number").last()
    if last and last.mapping == said:
        SavedMapping.objects.filter(pk=last.pk).update(name=import_.name, saved_at=now)
        return
    number = last.number + 1 if last else 1
    # Two people who save at once: the second one's version is the one kept.
    SavedMapping.objects.update_or_create(
        fingerprint=mark,
        within=import_.within,
        number=number,
        defaults={"name": import_.name, "mapping": said, "saved_at": now},
    )


@transaction.atomic
def account_for(import_: Import, rows: Sorted, *, added: int) -> None:
    """
    Enter a batch of rows into the account, in the transaction that takes them in.

    :raises NotNow: when the account moved on meanwhile: another worker took these rows.
    :raises MendedMeanwhile: when another file brought some of them; look at them again.
    """
    here = Import.objects.filter(pk=import_.pk, rows=import_.rows)
    moved = here.in_state(State.RUNNING).update(
        rows=F("rows") + rows.rows,
        added=F("added") + added,
        already_there=F("already_there") + len(rows.accepted) - added,
        joined=F("joined") + rows.joined,
        filtered=F("filtered") + len(rows.filtered),
        rejected=F("rejected") + len(rows.rejected),
    )
    if not moved:
        raise NotNow(import_)
    RejectedRow.objects.bulk_create(
        RejectedRow(
            of=import_,
            line=rejected.line,
            # A header may be a whole question; what is shown may be its beginning.
            column=(rejected.problems[0].column or "")[:LONGEST_COLUMN],
            mends=rows.mends.get(rejected.line),
            code=rejected.problems[0].code,
            params=dict(rejected.problems[0].params),
            others=[
                [problem.code, problem.column, dict(problem.params)]
                for problem in rejected.problems[1 : MOST_OTHERS + 1]
            ],
        )
        for rejected in rows.rejected
    )
    _mend(import_, dict(rows.mended))
    import_.refresh_from_db()


def _mend(import_: Import, keys: Mapping[int, str]) -> None:
    """Say of the rows of the first file with which answers they are in: of each, once."""
    if not keys:
        return
    # By their range: of a long file these may be more lines than a query can name.
    between = import_.first.rejected_rows.filter(line__range=(min(keys), max(keys)))
    rows = [row for row in between.select_for_update() if row.line in keys]
    new = [row for row in rows if not row.key]
    for row in new:
        row.came_in, row.key = import_, keys[row.line]
    if any(row.key != keys[row.line] for row in rows):
        raise MendedMeanwhile(import_)
    RejectedRow.objects.bulk_update(new, ["came_in", "key"], batch_size=500)


def unmend(import_: Import) -> None:
    """The answers of an import are out again, and with them the rows that it mended."""
    RejectedRow.objects.filter(came_in=import_).update(came_in=None, key="")


@transaction.atomic
def finish(import_: Import, *, by: Actor | None, now: datetime) -> None:
    """Every row is accounted for."""
    step(import_, State.DONE, finished_at=now)
    _close("import.finished", import_, by=by, now=now)


@transaction.atomic
def stop(import_: Import, *, by: Actor | None, now: datetime) -> None:
    """Stop where it stands; what is in stays in, and can be taken out."""
    step(import_, State.CANCELLED, finished_at=now)
    _close("import.cancelled", import_, by=by, now=now)


@transaction.atomic
def fail(import_: Import, problem: Problem, *, by: Actor | None, now: datetime) -> None:
    """The rest of the file cannot be read; what is in stays in, and can be taken out."""
    failure = {"code": problem.code, "line": problem.line, "params": dict(problem.params)}
    step(import_, State.FAILED, finished_at=now, failure=failure)
    _close("import.failed", import_, by=by, now=now, code=problem.code)


def _close(
    type_: str, import_: Import, *, by: Actor | None, now: datetime, **facts: str
) -> None:
    record(
        type_,
        subject=import_,
        by=by,
        at=now,
        unit=import_.within,
        rows=import_.rows,
        added=import_.added,
        already_there=import_.already_there,
        joined=import_.joined,
        filtered=import_.filtered,
        rejected=import_.rejected,
        **facts,
    )
