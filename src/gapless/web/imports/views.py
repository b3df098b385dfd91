"""What came in: the list, one import with its account, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gapless.core.files.exports import csv_response
from gapless.core.files.queries import open_file
from gapless.core.imports.actions import NotNow
from gapless.core.imports.choices import State
from gapless.core.imports.queries import mended_rows, rejected_rows
from gapless.core.imports.rules import BUSY
from gapless.core.imports.tables import Problem
from gapless.core.imports.words import sentence_of
from gapless.evaluation.surveys import actions, queries
from gapless.evaluation.surveys.accounts import landings
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from gapless.web.intake import Progress, progress_of

from .find import find_import
from .forms import RemovalForm
from .told import told_row

if TYPE_CHECKING:
    from gapless.core.files.exports import Cell
    from gapless.core.imports.models import Import, ImportQuerySet

PER_PAGE = 25
ORDERS = ("created_at", "-created_at", "name", "-name", "rows", "-rows")
SAMPLE = [
    ("respondent", "hall", "time", "e1", "p1", "e2", "p2", "satisfaction", "comment"),
    ("1", "JZ-0101", "2026-03-02 09:15", "7", "6", "7", "5", "8", ""),
    ("2", "JZ-0101", "2026-03-02 10:40", "6", "6", "7", "7", "9", "+1"),
    ("3", "JZ-0102", "2026-03-03 16:05", "7", "3", "6", "", "4", ""),
]


@policy(Policy.IMPORT)
@require_safe
def index(request: Request) -> HttpResponse:
    found = _found(request)
    shown = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "words": request.GET.get("q", "").strip(),
        "state": request.GET.get("state", ""),
        "states": State.choices,
        "sort": request.GET.get("sort", ""),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"imports/index.html{fragment}", shown)


def _found(request: Request) -> ImportQuerySet:
    """The imports that the address asks for, in its order."""
    words, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    sort = request.GET.get("sort", "")
    found = queries.visible_imports(request.viewer)
    if words:
        found = found.matching(words)
    if state in State.values:
        found = found.in_state(State(state))
    return found.order_by(sort if sort in ORDERS else "-created_at", "-pk")


@policy(Policy.IMPORT)
@require_safe
def index_file(
    request: Request, ending: str, respond: Callable[..., HttpResponse]
) -> HttpResponse:
    """The list as it is searched, filtered and sorted, whole."""
    header = [
        _("File"),
        _("State"),
        _("Rows"),
        _("Imported"),
        _("Added"),
        _("Joined to another row"),
        _("Filtered out"),
        _("Rejected"),
        _("Unit"),
        _("Brought in by"),
        _("When"),
    ]
    rows = (_cells(import_) for import_ in _found(request).iterator())
    return respond(f"gapless-imports.{ending}", header, rows)


def _cells(import_: Import) -> list[Cell]:
    return [
        import_.name,
        str(import_.get_state_display()),
        import_.rows,
        import_.imported,
        import_.added,
        import_.joined,
        import_.filtered,
        import_.rejected,
        str(import_.within),
        str(import_.created_by or ""),
        import_.created_at,
    ]


@policy(Policy.IMPORT)
@require_safe
def sample(request: Request) -> HttpResponse:
    """A small file to look at, or to try the wizard with."""
    header, *rows = SAMPLE
    return csv_response("gapless-sample.csv", header, rows)


def _progress(import_: Import) -> Progress | None:
    if State(import_.state) not in BUSY:
        return None
    title, stuck = str(import_.get_state_display()), queries.is_stuck(import_)
    return progress_of(import_.job, title, gave_up=stuck, done=import_.rows)


@policy(Policy.IMPORT)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, find_import(request, pk), RemovalForm())


def _detail(
    request: Request, import_: Import, form: RemovalForm, *, status: int = 200
) -> HttpResponse:
    mended = mended_rows(import_).count()
    page = Paginator(rejected_rows(import_), PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "import": import_,
        "progress": _progress(import_),
        "mended": mended,
        "out": import_.rejected - mended,
        "landings": landings(import_),
        "answers": queries.answers_in(import_),
        "page": page,
        "rejected": [told_row(row) for row in page],
        "failure": _failure(import_),
        "may_change": import_.may_become(State.UPLOADED),
        "may_remove": import_.may_become(State.REMOVING),
        "form": form,
    }
    fragment = "#standing" if request.htmx else ""
    return render(request, f"imports/detail.html{fragment}", shown, status=status)


def _failure(import_: Import) -> str:
    found = import_.failure
    if not found:
        return ""
    return sentence_of(
        Problem(found["code"], import_.name, found["line"], None, found["params"])
    )


@policy(Policy.IMPORT)
@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """Stop where it stands."""
    import_ = find_import(request, pk)
    try:
        actions.stop_import(import_, by=request.user, now=now())
    except NotNow:
        messages.warning(request, _("The import had ended already; this is how it stands."))
    return redirect("imports:detail", pk)


@policy(Policy.IMPORT)
@require_POST
def continuation(request: Request, pk: int) -> HttpResponse:
    """Let another worker go on where the last one gave up."""
    import_ = find_import(request, pk)
    try:
        actions.go_on(import_, by=request.user, now=now())
    except NotNow:
        messages.warning(request, _("Somebody is at work on it; this is how it stands."))
    return redirect("imports:detail", pk)


@policy(Policy.IMPORT, step_up=True)
@require_POST
def removal(request: Request, pk: int) -> HttpResponse:
    import_ = find_import(request, pk)
    form = RemovalForm(request.POST)
    if not form.is_valid():
        return _detail(request, import_, form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        actions.remove_import(import_, by=request.user, reason=reason, now=now())
    except NotNow:
        messages.warning(request, _("Its answers are out already; this is how it stands."))
    return redirect("imports:detail", pk)


@policy(Policy.IMPORT)
@require_safe
def file(request: Request, pk: int) -> FileResponse:
    """The file as it was brought in, to be kept, never to be shown by the browser."""
    import_ = find_import(request, pk)
    response = FileResponse(
        open_file(import_.file),
        as_attachment=True,
        filename=import_.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
