"""Putting a backup back: all of it in one transaction, or nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from gapless.core.audit import triggers
from gapless.core.audit.actions import record, seal_restored
from gapless.core.audit.queries import is_untouched
from gapless.core.files import blobs
from gapless.people.org.queries import organisation

from . import archive, rows
from .archive import Manifest
from .keys import others
from .taking import Progress, schema, trail, unapplied


class OtherTables(Exception):
    """The backup was taken by a Gapless with other tables."""

    def __init__(self, manifest: Manifest) -> None:
        self.gapless = manifest.gapless
        here, there = set(schema()), set(manifest.migrations)
        self.more, self.fewer = sorted(there - here), sorted(here - there)


class OtherKeys(Exception):
    """The keys here are others than those of the installation that was backed up."""


class InUse(Exception):
    """There is something in the database that a restore would overwrite."""


class NotToday(Exception):
    """The tables of this database are of an older Gapless."""


class DoesNotFit(Exception):
    """The database refuses a row of the backup, or gives other rows back."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What somebody who restores has said to be all right."""

    replace: bool = False
    other_keys: bool = False


def restore(
    file: IO[bytes], allowed: Allowed, *, now: datetime, progress: Progress
) -> Manifest:
    """
    Put back what a backup holds; what the database held is gone then.

    :raises NotABackup, TooNew, Damaged: it is not whole (archive.py);
    :raises OtherTables, OtherKeys, InUse, NotToday, DoesNotFit: as said there. Everything
        is as it was before.
    """
    manifest = archive.checked(file)
    if manifest.migrations != schema():
        raise OtherTables(manifest)
    if not allowed.other_keys and (keys := others(manifest.keys)):
        raise OtherKeys(*keys)
    _make_ready()
    with connection.constraint_checks_disabled(), transaction.atomic():
        if not allowed.replace and not is_untouched():
            raise InUse
        _fill(file, progress)
        _compare(manifest)
        _note(manifest, now)
    return manifest


def _make_ready() -> None:
    """The tables of today: made where there are none at all."""
    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    elif unapplied():
        raise NotToday


def _fill(file: IO[bytes], progress: Progress) -> None:
    models = {model._meta.label: model for model in rows.tables()}
    triggers.take_down(connection)  # the trail may only go with everything else
    rows.empty()
    triggers.put_up(connection)
    for name, content in archive.parts(file):
        label = name.split("/")[1] if name.startswith(archive.TABLES) else ""
        if name.startswith(archive.FILES):
            # Should the restore fail, the daily sweep takes what no row names.
            blobs.put(iter(partial(content.read, archive.CHUNK), b""), limit=sys.maxsize)
        elif label:
            with _fitting(label):
                rows.fill(models[label], content)
            progress(file.tell())


def _compare(manifest: Manifest) -> None:
    """Read back what was put in: it is what was taken out, or nothing is changed."""
    with _fitting("references"):
        connection.check_constraints()
    for model, table in zip(rows.tables(), manifest.tables, strict=True):
        if rows.counted(model) != table.count:
            raise DoesNotFit(table.model)
        rows.number_after(model, table.last_number)
    if trail() != manifest.trail:
        raise DoesNotFit("audit.Seal")


@contextmanager
def _fitting(place: str) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise DoesNotFit(f"{place}: {error}".splitlines()[0]) from error


def _note(manifest: Manifest, now: datetime) -> None:
    seal_restored()
    root = organisation()
    if root is None:
        raise DoesNotFit("org.Unit")
    record(
        "backup.restored",
        subject=root,
        by=None,
        at=now,
        unit=root,
        rows=manifest.rows,
        taken_at=manifest.taken_at,
    )
