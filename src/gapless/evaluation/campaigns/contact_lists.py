"""Bringing in a list of contacts: kept sealed, looked at, taken in by a job, let go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from gapless.core.audit.actions import record
from gapless.core.files.actions import remove, store
from gapless.core.files.queries import open_file
from gapless.core.imports.lists import looked_into, table_in
from gapless.core.imports.tables import Limits, Table
from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.working import Run
from gapless.core.sealed import open_, seal
from gapless.people.org.models import Person, Unit, under
from gapless.people.org.rules import Policy, Viewer

from .list_rows import Holds, Sound, Wrong, flaw, judged, suggested
from .models import Contact, ContactList

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

LIST = "campaigns.contacts"
"""The job of this module; ``gapless.loop`` says which function runs it."""

LIMITS = Limits(bytes=10_000_000, rows=20_000, columns=60, characters=2_000)
BATCH = 500


class Flawed(Exception):
    """What its columns are said to hold makes no list of contacts."""


class NotNow(Exception):
    """The list has come in already, or is coming in, or was thrown away."""


# --- Reads ----------------------------------------------------------------------------


def visible_lists(viewer: Viewer) -> QuerySet[ContactList]:
    paths = viewer.paths(Policy.SEE_CONTACTS)
    found = ContactList.objects.filter(under("unit__path", paths))
    return found.select_related("unit", "file", "job", "created_by")


@contextmanager
def opened(contacts: ContactList) -> Iterator[Table]:
    """The list as a table, for as long as it is read: unsealed for this alone."""
    if contacts.file is None:
        raise NotNow(contacts)
    with open_file(contacts.file) as sealed:
        content = _unsealed(sealed.read())
    with table_in(content, contacts.name, LIMITS) as table:
        yield table


@dataclass(frozen=True, slots=True)
class Account:
    """What would come of every row."""

    rows: int
    new: int
    known: int
    wrong: tuple[Wrong, ...]  # of the rows that stay out
    left_out: int
    sample: tuple[Sound, ...]


def account_of(contacts: ContactList, *, sample: int = 5) -> Account:
    """What would happen if the list came in now; nothing does."""
    sound, wrong, left_out = _sorted(contacts)
    keys = {str(row.facts.columns["key"]) for row in sound}
    known = _known(keys)
    return Account(
        rows=len(sound) + left_out,
        new=len(keys - known),
        known=len(sound) - len(keys - known),
        wrong=tuple(wrong),
        left_out=left_out,
        sample=tuple(sound[:sample]),
    )


def columns_of(contacts: ContactList) -> dict[str, Holds]:
    return {name: Holds(held) for name, held in contacts.columns}


def units_named(contacts: ContactList) -> dict[str, int]:
    """The units that rows may name: those from the list's own downwards."""
    below = Unit.objects.within([contacts.unit.path])
    return {code.casefold(): pk for code, pk in below.values_list("code", "pk")}


def _sorted(contacts: ContactList) -> tuple[list[Sound], list[Wrong], int]:
    sound: list[Sound] = []
    wrong: list[Wrong] = []
    left_out = 0
    with opened(contacts) as table:
        for row in judged(table, columns_of(contacts), units_named(contacts)):
            if isinstance(row, Sound):
                sound.append(row)
            else:
                wrong += row
                left_out += 1
    return sound, wrong, left_out


def _known(keys: set[str]) -> set[str]:
    known: set[str] = set()
    every = sorted(keys)
    for start in range(0, len(every), BATCH):
        some = Contact.objects.filter(key__in=every[start : start + BATCH])
        known |= set(some.values_list("key", flat=True))
    return known


# --- Verbs ----------------------------------------------------------------------------


def receive_list(
    upload: UploadedFile[Any], unit: Unit, *, by: Person, now: datetime
) -> ContactList:
    """
    Keep a list, sealed, until somebody has looked at it.

    :raises UnreadableFile: when it is no table, or a longer one than can be taken in.
    """
    content = upload.read()
    header, rows = looked_into(content, upload.name or "", LIMITS)
    sealed = ContentFile(seal_bytes(content), name="contacts.sealed")
    file = store(sealed, by=by, now=now, unit=unit)
    with transaction.atomic():
        contacts = ContactList.objects.create(
            unit=unit,
            name=(upload.name or "")[:120],
            file=file,
            columns=list(suggested(header).items()),
            rows=rows,
            created_by=by,
            created_at=now,
        )
        record("contacts.received", subject=contacts, by=by, at=now, unit=unit, rows=rows)
    return contacts


@transaction.atomic
def choose_columns(
    contacts: ContactList, columns: Mapping[str, Holds], *, by: Person, now: datetime
) -> None:
    """Say what each column holds. :raises NotNow: when the list is coming in already."""
    chosen = [[name, Holds(columns.get(name, held))] for name, held in contacts.columns]
    waiting = _waiting(contacts)
    if not waiting.update(columns=chosen):
        raise NotNow(contacts)
    contacts.refresh_from_db()
    record("contacts.columns_chosen", subject=contacts, by=by, at=now, unit=contacts.unit)


@transaction.atomic
def take_in_list(contacts: ContactList, *, by: Person, now: datetime) -> None:
    """
    Take the list in, in a job.

    :raises Flawed: when its columns make no list.
    :raises NotNow: when somebody did so before.
    """
    if found := flaw(columns_of(contacts)):
        raise Flawed(found)
    if not _waiting(contacts).update(started_at=now):
        raise NotNow(contacts)
    job = enqueue(
        LIST, {"list": contacts.pk}, key=f"contacts:{contacts.pk}", by=by, now=now
    )
    ContactList.objects.filter(pk=contacts.pk).update(job=job)
    record(
        "contacts.taken_in",
        subject=contacts,
        by=by,
        at=now,
        unit=contacts.unit,
        rows=contacts.rows,
    )


@transaction.atomic
def discard_list(contacts: ContactList, *, by: Person, now: datetime) -> None:
    """Throw a list away that has not come in. :raises NotNow: when it has."""
    if not _waiting(contacts).update(started_at=now, finished_at=now, file=None):
        raise NotNow(contacts)
    record("contacts.discarded", subject=contacts, by=by, at=now, unit=contacts.unit)
    _let_go(contacts, by=by, now=now)
    contacts.delete()


def run_list(run: Run) -> None:
    """The job of a list: batch after batch, from where the last worker got to."""
    contacts = ContactList.objects.select_related("unit", "file", "created_by").get(
        pk=run.payload["list"]
    )
    if contacts.file is None:
        return  # another worker ended it, and could not say so
    sound, wrong, left_out = _sorted(contacts)
    while rows := sound[run.done : run.done + BATCH]:
        with run.step():
            _take_in(contacts, rows, now=run.now())
            run.progress(run.done + len(rows), len(sound))
    with run.step():
        _finish(contacts, wrong, left_out, now=run.now())


def _take_in(contacts: ContactList, rows: list[Sound], *, now: datetime) -> None:
    made: dict[str, Contact] = {}
    for row in rows:
        contact = Contact(
            unit_id=row.unit or contacts.unit_id, created_at=now, **row.facts.columns
        )
        made.setdefault(contact.key, contact)
    known = _known(set(made))
    new = [contact for key, contact in made.items() if key not in known]
    # Somebody who is added at this very moment elsewhere stays as they were added there.
    Contact.objects.bulk_create(new, ignore_conflicts=True)
    contacts.added += len(new)
    contacts.known += len(rows) - len(new)
    contacts.save(update_fields=["added", "known"])


def _finish(
    contacts: ContactList, wrong: list[Wrong], left_out: int, *, now: datetime
) -> None:
    this = ContactList.objects.filter(pk=contacts.pk, finished_at=None)
    found = [[each.line, each.column, each.code] for each in wrong]
    if this.update(finished_at=now, file=None, problems=found):
        record(
            "contacts.came_in",
            subject=contacts,
            by=contacts.created_by,
            at=now,
            unit=contacts.unit,
            added=contacts.added,
            already_there=contacts.known,
            rejected=left_out,
        )
        _let_go(contacts, by=contacts.created_by, now=now)


def _waiting(contacts: ContactList) -> QuerySet[ContactList]:
    return ContactList.objects.filter(pk=contacts.pk, started_at=None)


def _let_go(contacts: ContactList, *, by: Person | None, now: datetime) -> None:
    if contacts.file:
        remove(contacts.file, by=by, now=now, unit=contacts.unit)


def seal_bytes(content: bytes) -> bytes:
    return seal(content.decode("latin-1")).encode()


def _unsealed(sealed: bytes) -> bytes:
    return open_(sealed.decode()).encode("latin-1")
