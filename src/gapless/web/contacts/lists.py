"""Lists of contacts that come in: the file, what its columns hold, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.files.exports import csv_response
from gapless.evaluation.campaigns import contact_lists
from gapless.evaluation.campaigns.list_rows import Holds, flaw
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from gapless.web.intake import REFUSED, Progress, Told, progress_of, rejected_response

from .forms import ListForm
from .words import FLAWS, told

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import ContactList

LISTS = ".csv,.tsv,.txt,.xlsx"
PER_PAGE = 50
SAMPLE = [
    ("name", "e-mail", "phone", "unit", "language", "tariff"),
    ("Li Na", "li.na@example.com", "138 0013 8000", "", "zh-hans", "5G"),
    ("Wang Wei", "", "010-6512 3456", "", "", "4G"),
]


@policy(Policy.SEE_CONTACTS)
@require_safe
def index(request: Request) -> HttpResponse:
    found = contact_lists.visible_lists(request.viewer)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "contacts/lists.html", {"page": page})


@policy(Policy.SEE_CONTACTS)
@require_safe
def sample(request: Request) -> HttpResponse:
    """A small list to look at: its header names what a list may hold."""
    header, *rows = SAMPLE
    return csv_response("gapless-contacts.csv", header, rows)


@policy(Policy.SEE_CONTACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    units = units_for(request.viewer, Policy.SEE_CONTACTS)
    form = ListForm(units, request.POST or None, request.FILES or None)
    if form.is_valid():
        upload, unit = form.cleaned_data["file"], form.cleaned_data["unit"]
        try:
            made = contact_lists.receive_list(upload, unit, by=request.user, now=now())
        except REFUSED as error:
            form.refuse(error)
        else:
            return redirect("contacts:list", made.pk)
    return render(request, "contacts/list_new.html", {"form": form, "accept": LISTS})


@policy(Policy.SEE_CONTACTS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    """Before: what would happen. During: how far it is. After: what came of it."""
    contacts = find(request, pk)
    if contacts.started_at is None:
        return _preview(request, contacts)
    page = Paginator(contacts.problems, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "list": contacts,
        "progress": None if contacts.finished_at else _progress(contacts),
        "page": page,
        "rejected": [told(*problem) for problem in page],
    }
    fragment = "#standing" if request.htmx else ""
    return render(request, f"contacts/list.html{fragment}", shown)


def _progress(contacts: ContactList) -> Progress:
    job = contacts.job
    title = _("Taking the contacts in")
    return progress_of(job, title, gave_up=bool(job and job.failed))


def _preview(request: Request, contacts: ContactList) -> HttpResponse:
    columns = contact_lists.columns_of(contacts)
    found = flaw(columns)
    account = None if found else contact_lists.account_of(contacts)
    wrong = account.wrong if account else ()
    page = Paginator(wrong, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "list": contacts,
        "columns": list(columns.items()),
        "held": Holds.choices,
        "flaw": FLAWS.get(found, ""),
        "account": account,
        "page": page,
        "rejected": [told(each.line, each.column, each.code) for each in page],
    }
    return render(request, "contacts/list_preview.html", shown)


@policy(Policy.SEE_CONTACTS)
@require_POST
def columns(request: Request, pk: int) -> HttpResponse:
    contacts = find(request, pk)
    said = {
        name: Holds(value)
        for place, name in enumerate(contact_lists.columns_of(contacts))
        if (value := request.POST.get(f"column_{place}", "")) in Holds.values
    }
    try:
        contact_lists.choose_columns(contacts, said, by=request.user, now=now())
    except contact_lists.NotNow:
        _tell_too_late(request)
    return redirect("contacts:list", pk)


@policy(Policy.SEE_CONTACTS)
@require_POST
def intake(request: Request, pk: int) -> HttpResponse:
    contacts = find(request, pk)
    try:
        contact_lists.take_in_list(contacts, by=request.user, now=now())
    except contact_lists.NotNow:
        _tell_too_late(request)
    except contact_lists.Flawed:
        messages.error(request, _("Say first what the columns hold."))
    return redirect("contacts:list", pk)


@policy(Policy.SEE_CONTACTS)
@require_POST
def removal(request: Request, pk: int) -> HttpResponse:
    contacts = find(request, pk)
    try:
        contact_lists.discard_list(contacts, by=request.user, now=now())
    except contact_lists.NotNow:
        _tell_too_late(request)
        return redirect("contacts:list", pk)
    messages.success(request, _("The list is thrown away; nobody of it came in."))
    return redirect("contacts:lists")


@policy(Policy.SEE_CONTACTS)
@require_safe
def rejected(
    request: Request, pk: int, ending: str, respond: Callable[..., HttpResponse]
) -> HttpResponse:
    """The rows that stay out: where, why, what to do. The cells stay in the file."""
    contacts = find(request, pk)
    return rejected_response(contacts.name, ending, respond, _rejected(contacts))


def _rejected(contacts: ContactList) -> Iterator[Told]:
    if contacts.started_at:
        yield from (told(*problem) for problem in contacts.problems)
    elif not flaw(contact_lists.columns_of(contacts)):
        for each in contact_lists.account_of(contacts).wrong:
            yield told(each.line, each.column, each.code)


def _tell_too_late(request: Request) -> None:
    messages.warning(
        request, _("Somebody had dealt with the list already; this is how it stands.")
    )


def find(request: Request, pk: int) -> ContactList:
    return get_object_or_404(contact_lists.visible_lists(request.viewer), pk=pk)
