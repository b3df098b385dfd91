"""From a file to a ready import: upload, columns, values, preview."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.files.actions import store
from gapless.core.files.blobs import Empty, TooLarge
from gapless.core.imports import actions
from gapless.core.imports.choices import ColumnKind, State
from gapless.core.imports.map_files import columns_by
from gapless.core.imports.mapping import FileMap
from gapless.core.imports.queries import saved_mapping, table_of
from gapless.core.imports.suggestions import shown, suggested
from gapless.core.imports.tables import Problem, Table, UnreadableFile
from gapless.core.imports.words import sentence_of
from gapless.core.instruments.actions import Unsound
from gapless.core.instruments.choices import ItemKind
from gapless.evaluation.surveys import queries
from gapless.evaluation.surveys.actions import Beginning, NewUnits, OutOfReach, start_import
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from . import columns as fields
from .files import LOOKED_AT, look_into, map_in, samples
from .find import find_import, units_of
from .forms import StartForm, UploadForm, ValuesForm, listed
from .told import told

if TYPE_CHECKING:
    from gapless.core.imports.models import Import

UNITS_NAMED = 40
"""How many unknown units a preview names."""

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.IMPORT)
@form_page
def new(request: Request) -> HttpResponse:
    units = queries.importable_units(request.viewer)
    form = UploadForm(units, request.POST or None, request.FILES or None)
    if form.is_valid():
        upload, within = form.cleaned_data["file"], form.cleaned_data["within"]
        try:
            look_into(upload)
            file = store(upload, by=request.user, now=now(), unit=within)
        except UnreadableFile as error:
            _tell(form, error.problems)
        except (Empty, TooLarge):
            form.add_error(
                "file", _("The file is empty or too large; split it and try again.")
            )
        else:
            import_ = actions.bring_in(
                file, name=file.name, within=within, by=request.user, now=now()
            )
            return redirect("imports:columns", import_.pk)
    return render(request, "imports/new.html", {"form": form})


def _tell(form: UploadForm, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        form.add_error("file", sentence_of(problem))


@policy(Policy.IMPORT)
@form_page
def columns(request: Request, pk: int) -> HttpResponse:
    import_ = find_import(request, pk)
    if not import_.may_become(State.UPLOADED):
        return redirect("imports:detail", pk)
    table = table_of(import_)
    file_map = import_.file_map or suggested(table)
    data = request.POST if request.method == "POST" else fields.fields_of(file_map.columns)
    if request.method == "POST" and "next" not in data:
        data = _changed(request, import_, table)
    page = fields.page_of(table.header, samples(table), data)
    if "next" in request.POST:
        said = fields.columns_of(page, queries.dimension_codes())
        if said:
            file_map = replace(file_map, columns=said)
            actions.map_columns(import_, file_map, ready=False, by=request.user, now=now())
            return redirect("imports:values", pk)
    context = {
        "import": import_,
        "page": page,
        "kinds": ColumnKind.choices,
        "dimensions": list(queries.dimension_names().items()),
        "saved": saved_mapping(import_, table.header),
        "fill": request.POST,
        "step": 1,
    }
    return render(request, "imports/columns.html", context)


def _changed(request: Request, import_: Import, table: Table) -> dict[str, str]:
    """The fields after one of the ways to fill in many at once."""
    said = request.POST.dict()
    if "suggest" in said:
        return said | fields.fields_of(suggested(table).columns)
    if "saved" in said and (known := saved_mapping(import_, table.header)):
        return said | fields.fields_of(known.file_map.columns)
    upload = request.FILES.get("map")
    if isinstance(upload, UploadedFile):
        try:
            mapped = columns_by(map_in(upload), table.header, file=upload.name or "")
        except UnreadableFile as error:
            for problem in error.problems:
                messages.error(request, sentence_of(problem))
            return said
        return said | fields.fields_of(mapped)
    return fields.filled(said, table.header)


@policy(Policy.IMPORT)
@form_page
def values(request: Request, pk: int) -> HttpResponse:
    import_ = find_import(request, pk)
    if not (import_.file_map and import_.may_become(State.MAPPED)):
        return redirect("imports:columns", pk)
    table, file_map = table_of(import_), _with_defaults(import_)
    form = ValuesForm(
        file_map,
        shown(table, file_map, rows=LOOKED_AT),
        units_of(request, import_),
        queries.visible_forms(request.viewer),
        request.POST or None,
    )
    if form.is_valid():
        said = _mapped(import_, file_map, form)
        actions.map_columns(import_, said, ready=True, by=request.user, now=now())
        actions.remember_mapping(import_, header=table.header, now=now())
        return redirect("imports:preview", pk)
    context = {"import": import_, "form": form, "file_map": file_map, "step": 2}
    return render(request, "imports/values.html", context)


def _with_defaults(import_: Import) -> FileMap:
    """What is said already; where nothing is, what a saved mapping of the header said."""
    file_map = import_.file_map
    if file_map is None:
        raise ValueError(f"import {import_.pk} has no columns")
    if file_map.form:
        return file_map
    known = saved_mapping(import_, tuple(column.name for column in file_map.columns))
    if known:
        return replace(known.file_map, columns=file_map.columns, time="", scales={})
    return replace(file_map, unit=import_.within.code)


def _mapped(import_: Import, file_map: FileMap, form: ValuesForm) -> FileMap:
    said = form.cleaned_data
    known, unit = said["form"], said["unit"]
    return replace(
        file_map,
        scales=form.scales,
        coding=form.coding,
        missing=listed(said["missing"]),
        not_applicable=listed(said["not_applicable"]),
        where=form.where,
        unit=unit.code if unit else "",
        time=said["time"],
        mode=said["mode"],
        expectation=said.get("expectation", file_map.expectation),
        form=known.code if known else f"import-{import_.pk}",
        form_name="" if known else said["form_name"],
    )


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
        "version": queries.version_for(file_map),
        "draft": draft,
        "rated": sum(item.kind in (ItemKind.PAIR, ItemKind.SCORE) for item in draft.items),
        "step": 3,
    }
    try:
        found = queries.preview(import_, now=now())
        context |= {
            "found": found,
            "unknown_units": found.unknown_units.most_common(UNITS_NAMED),
            "problems": [
                told(problem, rows=found.troubles[trouble])
                for trouble, problem in found.examples.items()
            ],
        }
    except UnreadableFile as error:
        context["unreadable"] = [sentence_of(problem) for problem in error.problems]
    return render(request, "imports/preview.html", context, status=status)


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
    unknown = list(queries.preview(import_, now=now()).unknown_units)
    parent = form.cleaned_data["parent"] or import_.within
    return Beginning(language, NewUnits(parent, unknown))
