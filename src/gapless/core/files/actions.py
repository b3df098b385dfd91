"""Keeping a file, and letting it go."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import transaction

from gapless.core.audit.actions import Actor, Place, record

from . import blobs
from .models import StoredFile
from .rules import cleaned, sniff

# Longer than any transaction lasts between writing a file and committing its row.
GRACE = timedelta(hours=24)


class Upload(Protocol):
    """What somebody brings: Django's `File`, whether uploaded or opened from disk."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


def store(
    upload: Upload, *, by: Actor | None, now: datetime, unit: Place | None = None
) -> StoredFile:
    """
    Keep a file. Its content is safe on disk before its row is written, in the caller's
    transaction; on SQLite call it before opening one, as writing takes its time.

    :raises gapless.core.files.blobs.TooLarge: above ``settings.UPLOAD_MAX_BYTES``.
    :raises gapless.core.files.blobs.Empty: there is nothing in it.
    """
    blob = blobs.put(upload.chunks(), limit=settings.UPLOAD_MAX_BYTES)
    with transaction.atomic():
        file = StoredFile.objects.create(
            sha256=blob.sha256,
            size=blob.size,
            name=cleaned(upload.name or ""),
            content_type=sniff(blob.head),
            stored_at=now,
            stored_by_id=by.pk if by else None,
        )
        record(
            "file.stored",
            subject=file,
            by=by,
            at=now,
            unit=unit,
            size=blob.size,
            sha256=blob.sha256,
        )
    return file


@transaction.atomic
def remove(
    file: StoredFile,
    *,
    by: Actor | None,
    now: datetime,
    unit: Place | None = None,
    reason: str = "",
) -> None:
    """Let a file go. Its content goes with its last row, as soon as nobody can miss it."""
    record(
        "file.removed",
        subject=file,
        by=by,
        at=now,
        unit=unit,
        reason=reason,
        sha256=file.sha256,
    )
    sha256 = file.sha256
    StoredFile.objects.filter(pk=file.pk).delete()
    transaction.on_commit(lambda: _let_go(sha256, now))


def remove_orphans(*, now: datetime) -> int:
    """Delete contents that have had no row for a day; return how many."""
    blobs.forget_unfinished(since=now - GRACE)
    return sum(_let_go(sha256, now) for sha256 in blobs.stored())


def _let_go(sha256: str, now: datetime) -> bool:
    return blobs.remove(sha256, unused_since=now - GRACE, wanted=_has_a_row)


def _has_a_row(sha256: str) -> bool:
    return StoredFile.objects.filter(sha256=sha256).exists()
