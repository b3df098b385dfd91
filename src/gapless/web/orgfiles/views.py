"""Files of units, or of people, that come in: what each row would do, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.files.exports import Cell, csv_response
from gapless.people.org import bringing
from gapless.people.org.choices import About, Outcome
from gapless.people.org.file_columns import HOLDS, flaw
from gapless.people.org.queries import tops
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from gapless.web.intake import REFUSED, UploadForm, progress_of, rejected_name

from . import samples
from .told import planned_row, reasons, remedies, taken_row
from .words import FLAWS

if TYPE_CHECKING:
    from gapless.people.org.models import OrgFile

FILES = ".csv,.tsv,.txt,.xlsx,.xls"
PER_PAGE = 50
MOVES_SHOWN = 20


class FileForm(UploadForm):
    whose = gettext_lazy("Where do these belong?")
    reach = gettext_lazy("Its rows may name this unit and any below it, and no other.")


@policy(Policy.EDIT_ORGANISATION)
@require_safe
def index(request: Request, about: About) -> HttpResponse:
    found = bringing.visible_files(request.viewer, about)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "orgfiles/index.html", {"about": about, "page": page})


@policy(Policy.EDIT_ORGANISATION)
@require_safe
def sample(request: Request, about: About) -> HttpResponse:
    """A small file to look at: its header names what a file may hold."""
    return csv_response(f"gapless-{about}.csv", *samples.sample(about))


@policy(Policy.EDIT_ORGANISATION)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, about: About) -> HttpResponse:
    units = tops(request.viewer, Policy.EDIT_ORGANISATION)
    form = FileForm(units, request.POST or None, request.FILES or None)
    if form.is_valid():
        upload, unit = form.cleaned_data["file"], form.cleaned_data["unit"]
        try:
            made = bringing.receive_file(upload, about, unit, by=request.user, now=now())
        except REFUSED as error:
            form.refuse(error)
        else:
            return redirect(f"{about}:file", made.pk)
    shown = {"about": about, "form": form, "accept": FILES}
    return render(request, "orgfiles/new.html", shown)


@policy(Policy.EDIT_ORGANISATION)
@require_safe
def detail(request: Request, about: About, pk: int) -> HttpResponse:
    """Before: what would happen. During: how far it is. After: what came of it."""
    file = find(request, about, pk)
    return _standing(request, file) if file.started_at else _preview(request, file)


def _standing(request: Request, file: OrgFile) -> HttpResponse:
    job = file.job
    wanted = _wanted(request)
    page = _page(request, bringing.rows_taken(file, wanted))
    title = _("Taking the rows in")
    gave_up = bool(job and job.failed)
    shown = {
        "file": file,
        "about": file.about,
        "progress": None if file.finished_at else progress_of(job, title, gave_up=gave_up),
        "gave_up": _(job.message) if gave_up and job and job.message else "",
        "account": _account(bringing.counts_taken(file)),
        "wanted": wanted,
        "page": page,
        "rows": [taken_row(row) for row in page],
        "done": True,
    }
    fragment = "#standing" if request.htmx else ""
    return render(request, f"orgfiles/file.html{fragment}", shown)


def _preview(request: Request, file: OrgFile) -> HttpResponse:
    about = About(file.about)
    found = flaw(about, bringing.columns_of(file))
    plan = () if found else bringing.plan_of(file, now=now())
    wanted = _wanted(request)
    page = _page(request, [row for row in plan if wanted in ("", row.outcome)])
    moves = [row for row in plan if row.outcome is Outcome.MOVED]
    account = _account(bringing.counts(plan))
    shown = {
        "file": file,
        "about": about,
        "columns": file.columns,
        "held": HOLDS[about].choices,
        "flaw": FLAWS.get(found, ""),
        "account": account,
        "todo": sum(n for outcome, _label, n in account if outcome in TO_DO),
        "wanted": wanted,
        "page": page,
        "rows": [planned_row(row) for row in page],
        "moves": [planned_row(row) for row in moves[:MOVES_SHOWN]],
        "more_moves": len(moves[MOVES_SHOWN:]),
    }
    return render(request, "orgfiles/preview.html", shown)


TO_DO = (Outcome.CREATED, Outcome.CHANGED, Outcome.MOVED)


@policy(Policy.EDIT_ORGANISATION)
@require_POST
def columns(request: Request, about: About, pk: int) -> HttpResponse:
    file = find(request, about, pk)
    chosen = {
        name: value
        for place, (name, _held) in enumerate(file.columns)
        if (value := request.POST.get(f"column_{place}", "")) in HOLDS[about].values
    }
    try:
        bringing.choose_columns(file, chosen, by=request.user, now=now())
    except bringing.NotNow:
        _tell_too_late(request)
    return redirect(f"{about}:file", pk)


@policy(Policy.EDIT_ORGANISATION)
@require_POST
def intake(request: Request, about: About, pk: int) -> HttpResponse:
    file = find(request, about, pk)
    try:
        bringing.take_in(file, by=request.user, now=now())
    except bringing.NotNow:
        _tell_too_late(request)
    except bringing.Flawed:
        messages.error(request, _("Say first what the columns hold."))
    return redirect(f"{about}:file", pk)


@policy(Policy.EDIT_ORGANISATION)
@require_POST
def removal(request: Request, about: About, pk: int) -> HttpResponse:
    file = find(request, about, pk)
    try:
        bringing.discard_file(file, by=request.user, now=now())
    except bringing.NotNow:
        _tell_too_late(request)
        return redirect(f"{about}:file", pk)
    messages.success(request, _("The file is thrown away; nothing of it came in."))
    return redirect(f"{about}:files")


@policy(Policy.EDIT_ORGANISATION)
@require_safe
def rejected(
    request: Request,
    about: About,
    pk: int,
    ending: str,
    respond: Callable[..., HttpResponse],
) -> HttpResponse:
    """The rows that stay out with all their cells, to be mended and sent again."""
    file = find(request, about, pk)
    told = [_("Line"), _("What is wrong"), _("What to do")]
    kept = [place for place, (name, _held) in enumerate(file.columns) if name not in told]
    header = [file.columns[place][0] for place in kept] + told
    return respond(rejected_name(file.name, ending), header, _mendable(file, kept))


def _mendable(file: OrgFile, kept: list[int]) -> Iterator[list[Cell]]:
    for row in bringing.rejected_rows(file, now=now()):
        cells = [row.cells[place] if row.cells else "" for place in kept]
        yield [*cells, row.line, reasons(row.wrong), remedies(row.wrong)]


def find(request: Request, about: About, pk: int) -> OrgFile:
    return get_object_or_404(bringing.visible_files(request.viewer, about), pk=pk)


def _wanted(request: Request) -> str:
    asked = request.GET.get("show", "")
    return asked if asked in Outcome.values else ""


def _page(request: Request, rows: Any) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _account(counted: dict[str, int]) -> list[tuple[str, object, int]]:
    """How many rows come to which outcome: (outcome, its word, number)."""
    return [
        (outcome.value, outcome.label, counted.get(outcome, 0))
        for outcome in Outcome
        if outcome is not Outcome.MOVED or counted.get(outcome)
    ]


def _tell_too_late(request: Request) -> None:
    messages.warning(
        request, _("Somebody had dealt with the file already; this is how it stands.")
    )
