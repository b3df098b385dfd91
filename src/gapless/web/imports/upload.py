"""The first step: a file comes up, and the page says how it was read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapless.core.files.actions import store
from gapless.core.imports import actions
from gapless.core.imports.choices import State
from gapless.core.imports.mapping import FileMap
from gapless.core.imports.mending import mended_map, origin_of
from gapless.core.imports.profiles import first_rows
from gapless.core.imports.queries import table_of
from gapless.core.imports.tables import UnreadableFile
from gapless.core.imports.words import sentence_of
from gapless.evaluation.surveys import queries
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from gapless.web.intake import REFUSED

from .files import look_into
from .find import find_import
from .forms import AnswersForm
from .reading import LongForm, ReadingForm, how_read

if TYPE_CHECKING:
    from gapless.core.imports.models import Import

    from .files import Upload

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.sav"
ROWS_SHOWN = 8

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.IMPORT)
@form_page
def new(request: Request) -> HttpResponse:
    units = queries.importable_units(request.viewer)
    form = AnswersForm(units, request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            import_ = _brought(request, form)
        except REFUSED as error:
            form.refuse(error)
        else:
            ready = import_.may_become(State.RUNNING)
            return redirect(f"imports:{'preview' if ready else 'reading'}", import_.pk)
    return render(request, "imports/new.html", {"form": form, "accept": ACCEPTED})


def _brought(request: Request, form: AnswersForm) -> Import:
    """The import of an uploaded file; of corrected rows, mapped as their original is."""
    upload: Upload = form.cleaned_data["file"]
    unit, by, at = form.cleaned_data["unit"], request.user, now()
    header = look_into(upload)
    original, file_map = _original(request, header)
    within = original.within if original else unit
    file = store(upload, by=by, now=at, unit=within)
    import_ = actions.bring_in(
        file, name=file.name, within=within, by=by, now=at, mends=original
    )
    if original and file_map:
        actions.map_columns(import_, file_map, ready=True, by=by, now=at)
        said = _("These are rejected rows of %(file)s, and are read as it was.")
        messages.info(request, said % {"file": original})
    return import_


def _original(
    request: Request, header: tuple[str, ...]
) -> tuple[Import | None, FileMap | None]:
    """The import whose rejected rows a file holds, and how that reads these columns."""
    number = origin_of(header)
    found = queries.visible_imports(request.viewer).filter(pk=number or 0).first()
    if found is None or not found.file_map:
        return None, None
    file_map = mended_map(found.file_map, header, original=table_of(found))
    return (found, file_map) if file_map else (None, None)


@policy(Policy.IMPORT)
@form_page
def reading(request: Request, pk: int) -> HttpResponse:
    """How the file was read, its first rows, and a way to insist on something else."""
    import_ = find_import(request, pk)
    if not import_.may_become(State.UPLOADED):
        return redirect("imports:detail", pk)
    file_map = import_.file_map or FileMap(columns=())
    table = table_of(import_)
    said = request.POST or None
    form = ReadingForm(table.read_as, file_map.reading, said)
    long = LongForm(table.header, file_map.long, said)
    if said and _reads(import_, form) and long.is_valid():
        # Other columns, perhaps: what was said of the old ones is not theirs.
        anew = replace(FileMap(columns=()), reading=form.reading, long=long.long)
        actions.map_columns(import_, anew, ready=False, by=request.user, now=now())
        return redirect("imports:reading", pk)
    context = {
        "import": import_,
        "form": form,
        "long": long,
        "table": table,
        "sentences": list(how_read(table.read_as)),
        "notes": [sentence_of(note) for note in table.notes],
        "rows": first_rows(table, ROWS_SHOWN),
        "insisted": bool(said) or bool(import_.mapping),
        "step": 1,
    }
    return render(request, "imports/reading.html", context)


def _reads(import_: Import, form: ReadingForm) -> bool:
    """Whether the file can be read as somebody insists; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        table_of(import_, form.reading)
    except UnreadableFile as error:
        for problem in error.problems:
            form.add_error(None, sentence_of(problem))
    return not form.errors
