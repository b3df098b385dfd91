"""From a file to a ready import: upload, columns, values, preview."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gapless.core.imports import actions
from gapless.core.imports.choices import State
from gapless.core.imports.confirming import answered, open_questions
from gapless.core.imports.mapping import SCALED, FileMap, Scale
from gapless.core.imports.queries import table_of
from gapless.core.imports.suggestions import shown
from gapless.core.imports.tables import UnreadableFile
from gapless.core.imports.words import sentence_of
from gapless.core.instruments.actions import Unsound
from gapless.core.instruments.choices import ItemKind
from gapless.evaluation.surveys import queries
from gapless.evaluation.surveys.actions import Beginning, NewUnits, OutOfReach, start_import
from gapless.evaluation.surveys.previews import preview as preview_of
from gapless.evaluation.surveys.previews import unknown_units
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from .files import LOOKED_AT
from .find import find_import, units_of
from .forms import StartForm
from .told import told
from .upload import form_page
from .values import ValuesForm

if TYPE_CHECKING:
    from gapless.core.imports.models import Import
    from gapless.core.imports.tables import Table

UNITS_NAMED = 40
"""How many unknown units a preview names at once; the others unfold."""

RATED = (ItemKind.PAIR, ItemKind.SCORE, ItemKind.ZONE)


@policy(Policy.IMPORT)
@form_page
def values(request: Request, pk: int) -> HttpResponse:
    import_ = find_import(request, pk)
    if not (import_.mapping.get("columns") and import_.may_become(State.MAPPED)):
        return redirect("imports:columns", pk)
    form = _values_form(request, import_)
    if form.is_valid():
        said = form.mapped(f"import-{import_.pk}")
        actions.map_columns(import_, said, ready=True, by=request.user, now=now())
        header = tuple(column.name for column in said.columns)
        actions.remember_mapping(import_, header=header, now=now())
        return redirect("imports:preview", pk)
    context = {"import": import_, "form": form, "file_map": form.file_map, "step": 3}
    return render(request, "imports/values.html", context)


def _values_form(request: Request, import_: Import) -> ValuesForm:
    table, file_map = table_of(import_), _with_defaults(import_)
    questions = open_questions(table, file_map)
    # The scales are those of the answers that are left when codes are none.
    likely = file_map
    for question in questions:
        if question.suggestion:
            likely = answered(likely, question, question.suggestion)
    return ValuesForm(
        file_map,
        _spans(table, likely),
        questions,
        units_of(request, import_),
        queries.visible_forms(request.viewer),
        request.POST or None,
    )


def _spans(table: Table, file_map: FileMap) -> dict[ItemKind, Scale]:
    """What the answers span, by their numbers and by the points given to their words."""
    spans = dict(shown(table, file_map, rows=LOOKED_AT).spans)
    for column in file_map.of(*SCALED):
        points = [point for _text, point in column.coding]
        kind = file_map.item_kind(column)
        points += spans.get(kind, ())
        if points:
            spans[kind] = Scale(min(points), max(points))
    return spans


def _with_defaults(import_: Import) -> FileMap:
    """What is said already; the unit of rows that name none is the import's own."""
    file_map = FileMap.from_json(import_.mapping)
    return file_map if file_map.form else replace(file_map, unit=import_.within.code)


@policy(Policy.IMPORT)
@require_safe
def preview(request: Request, pk: int) -> HttpResponse:
    import_ = find_import(request, pk)
    if not import_.may_become(State.RUNNING):
        return redirect("imports:detail", pk)
    return _preview(request, import_, StartForm(units_of(request, import_)))


def _preview(
    request: Request, import_: Import, form: StartForm, *, status: int = 200
) -> HttpResponse:
    file_map = FileMap.from_json(import_.mapping)
    draft = queries.draft_for(file_map, request.user.language)
    context: dict[str, object] = {
        "import": import_,
        "form": form,
        "file_map": file_map,
        "version": queries.version_for(file_map, rather=import_.first.version),
        "draft": draft,
        "rated": sum(item.kind in RATED for item in draft.items),
        "step": 4,
    }
    try:
        context |= _found(import_, form)
    except UnreadableFile as error:
        context["unreadable"] = [sentence_of(problem) for problem in error.problems]
    return render(request, "imports/preview.html", context, status=status)


def _found(import_: Import, form: StartForm) -> dict[str, object]:
    """What would become of the rows, and which units the file names that nobody knows."""
    found, unknown = preview_of(import_, now=now()), unknown_units(import_).most_common()
    # Where no row has a unit yet, the units are what the file brings.
    form.initial["create_units"] = bool(unknown) and not found.accepted
    return {
        "found": found,
        "unknown_units": unknown,
        "named_units": unknown[:UNITS_NAMED],
        "more_units": unknown[UNITS_NAMED:],
        "problems": [
            told(problem, rows=found.troubles[trouble])
            for trouble, problem in found.examples.items()
        ],
    }


@policy(Policy.IMPORT)
@require_POST
def run(request: Request, pk: int) -> HttpResponse:
    import_ = find_import(request, pk)
    if not import_.may_become(State.RUNNING):
        return redirect("imports:detail", pk)
    form = StartForm(units_of(request, import_), request.POST)
    if not form.is_valid():
        return _preview(request, import_, form, status=422)
    try:
        beginning = _beginning(request, import_, form)
        start_import(import_, beginning, by=request.user, now=now())
    except (actions.NotNow, OutOfReach):
        messages.warning(
            request, _("The import had moved on already; this is how it stands.")
        )
    except UnreadableFile:
        return _preview(request, import_, form, status=422)
    except Unsound:
        messages.error(
            request, _("These columns make no questionnaire; look at them again.")
        )
        return redirect("imports:columns", pk)
    return redirect("imports:detail", pk)


def _beginning(request: Request, import_: Import, form: StartForm) -> Beginning:
    language = request.user.language
    if not form.cleaned_data["create_units"]:
        return Beginning(language)
    parent = form.cleaned_data["parent"] or import_.within
    return Beginning(language, NewUnits(parent, list(unknown_units(import_))))
