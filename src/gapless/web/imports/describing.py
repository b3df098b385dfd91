"""The second step: what each column of the file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from gapless.core.imports import actions
from gapless.core.imports.choices import ColumnKind, State
from gapless.core.imports.earlier import fitted
from gapless.core.imports.long_tables import widened
from gapless.core.imports.map_files import columns_by
from gapless.core.imports.mapping import fingerprint
from gapless.core.imports.profiles import profiles
from gapless.core.imports.queries import Offer, offers, table_of
from gapless.core.imports.recognising import own_columns, source_of
from gapless.core.imports.suggestions import left_out, suggested
from gapless.core.imports.tables import UnreadableFile
from gapless.core.imports.words import sentence_of
from gapless.evaluation.surveys import queries
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from . import columns as fields
from .column_form import KINDS
from .files import map_in
from .find import find_import
from .upload import form_page

if TYPE_CHECKING:
    from gapless.core.imports.mapping import Column, FileMap
    from gapless.core.imports.models import Import
    from gapless.core.imports.tables import Table


@policy(Policy.IMPORT)
@form_page
def columns(request: Request, pk: int) -> HttpResponse:
    import_ = find_import(request, pk)
    if not import_.may_become(State.UPLOADED):
        return redirect("imports:detail", pk)
    table = table_of(import_)
    suggestion = _suggestion(import_, table)
    wide = widened(table, suggestion)
    offered = offers(import_, wide.header)
    if known := _chosen(request, offered):
        _keep(request, import_, fitted(known, wide.header, suggestion))
        return redirect("imports:columns", pk)
    file_map = _said_before(import_) or _same_as_before(wide, offered) or suggestion
    page = _page(request, wide, file_map, suggestion)
    if said := _said(request, page):
        _keep(request, import_, replace(file_map, columns=said))
        return redirect("imports:values", pk)
    context = {
        "import": import_,
        "page": page,
        "kinds": KINDS,
        "fillable": KINDS[1:],
        "dimensions": list(queries.dimension_names().items()),
        "offers": offered,
        "source": source_of(table),
        "fill": request.POST,
        "step": 2,
    }
    return render(request, "imports/columns.html", context)


def _keep(request: Request, import_: Import, file_map: FileMap) -> None:
    actions.map_columns(import_, file_map, ready=False, by=request.user, now=now())


def _said(request: Request, page: fields.ColumnsPage) -> tuple[Column, ...] | None:
    """The columns, once somebody goes on and nothing is wrong with them."""
    if "next" not in request.POST:
        page.narrow(request.POST.get("show", "all"), request.POST.get("find", ""))
        return None
    said = fields.columns_of(page, queries.dimension_codes())
    page.narrow("wrong" if page.wrong else "all", "")
    return said


def _chosen(request: Request, offered: list[Offer]) -> FileMap | None:
    """The earlier mapping that somebody wants to use."""
    wanted = request.POST.get("use", "")
    found = (o.saved.file_map for o in offered if str(o.saved.pk) == wanted)
    return next(found, None)


def _suggestion(import_: Import, table: Table) -> FileMap:
    """A first guess, in which the way the file is read stays as it is."""
    known = import_.file_map
    if known is None:
        return suggested(table)
    return replace(suggested(table, long=known.long), reading=known.reading)


def _same_as_before(table: Table, offered: list[Offer]) -> FileMap | None:
    """
    How a file of this very header was read last: it starts from there, so that answers
    brought in again are found to be there.
    """
    same = fingerprint(table.header)
    return next((o.saved.file_map for o in offered if o.saved.fingerprint == same), None)


def _said_before(import_: Import) -> FileMap | None:
    """The mapping, unless it says no more than how the file is read."""
    file_map = import_.file_map
    return file_map if file_map and file_map.columns else None


def _page(
    request: Request, table: Table, file_map: FileMap, suggestion: FileMap
) -> fields.ColumnsPage:
    found = profiles(table)
    personal, source = frozenset(left_out(table)), source_of(table)
    clear = {*personal, *(own_columns(source, table.header) if source else ())}
    clear |= {profile.name for profile in found if profile.constant}
    ignored = {c.name for c in suggestion.columns if c.kind is ColumnKind.IGNORE}
    unclear = frozenset(ignored - clear)
    # What somebody has said to leave out is decided.
    undecided = unclear if file_map is suggestion else frozenset()
    data: Mapping[str, str] = fields.fields_of(file_map.columns, undecided)
    if request.method == "POST":
        data = _changed(request, table, fields.fields_of(suggestion.columns, unclear))
    labels = {name: label.text for name, label in table.labels.items()}
    return fields.page_of(found, data, labels=labels, personal=personal)


def _changed(request: Request, table: Table, guessed: dict[str, str]) -> Mapping[str, str]:
    """The fields as they were sent, or after one of the ways to fill in many at once."""
    said = request.POST
    if "suggest" in said:
        return said.dict() | guessed
    if "fill" in said:
        return fields.filled(said, table.header)
    upload = request.FILES.get("map")
    if "read_map" not in said or not isinstance(upload, UploadedFile):
        return said
    try:
        mapped = columns_by(map_in(upload), table.header, file=upload.name or "")
    except UnreadableFile as error:
        for problem in error.problems:
            messages.error(request, sentence_of(problem))
        return said
    return said.dict() | fields.fields_of(mapped, frozenset())
