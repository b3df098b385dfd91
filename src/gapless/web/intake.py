"""What the pages have in common on which files come in, be it answers or contacts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.files.blobs import Empty, TooLarge
from gapless.core.imports.tables import UnreadableFile
from gapless.core.imports.words import sentence_of

if TYPE_CHECKING:
    from gapless.core.jobs.models import Job
    from gapless.people.org.models import UnitQuerySet

REFUSED = (UnreadableFile, Empty, TooLarge)
"""Why a file is not taken."""


class UploadForm(forms.Form):
    """A file, and the unit at the top of those that it may be about."""

    whose: str | Promise
    reach: str | Promise

    file = forms.FileField(
        label=gettext_lazy("File"),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy(
                "This file is empty. Choose one with names in its first row."
            ),
        },
    )

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = forms.ModelChoiceField(
            units, label=str(self.whose), help_text=str(self.reach), empty_label=None
        )

    def refuse(self, error: Exception) -> None:
        """Say next to the file why it is not taken."""
        if isinstance(error, UnreadableFile):
            for problem in error.problems:
                self.add_error("file", sentence_of(problem))
        else:
            self.add_error(
                "file", _("The file is empty or too large; split it and try again.")
            )


@dataclass(frozen=True, slots=True)
class Progress:
    """What the job component shows."""

    title: str
    done: int
    total: int | None
    finished: bool
    failed: bool


def progress_of(job: Job | None, title: str, *, gave_up: bool, done: int = 0) -> Progress:
    """How far a job is that takes a file in; ``done`` where there is no job to ask."""
    return Progress(
        title=title,
        done=job.done if job else done,
        total=job.total if job else None,
        finished=gave_up or bool(job and job.finished),
        failed=gave_up,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """Where something is wrong, what, and what to do about it."""

    line: int | None
    column: str
    reason: str | Promise
    remedy: str | Promise
    more: int = 0  # other cells of the same row
    rows: int = 1  # rows with the same trouble


def rejected_name(file: str, ending: str) -> str:
    """What the download is called that holds the rejected rows of a file."""
    return f"{PurePath(file).stem}-rejected.{ending}"


def rejected_response(
    file: str, ending: str, respond: Callable[..., HttpResponse], rows: Iterable[Told]
) -> HttpResponse:
    """The rows that stay out: where, why, what to do. Their cells stay in the file."""
    header = [_("Line"), _("Column"), _("What is wrong"), _("What to do")]
    cells = ([row.line, row.column, str(row.reason), str(row.remedy)] for row in rows)
    return respond(rejected_name(file, ending), header, cells)
