"""Contacts: finding one, adding, editing, leaving in peace, erasing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.evaluation.campaigns import contacts
from gapless.people.org.queries import last_change, units_for
from gapless.people.org.rules import Policy
from gapless.web.conflicts import differences, rebase
from gapless.web.http import Request, policy

from .forms import ContactForm, ErasureForm

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Contact

PER_PAGE = 50
FACTS = ("name", "email", "phone", "language", "unit")

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.SEE_CONTACTS)
@require_safe
def index(request: Request) -> HttpResponse:
    units = units_for(request.viewer, Policy.SEE_CONTACTS)
    words, code = request.GET.get("q", "").strip(), request.GET.get("unit", "")
    unit = units.filter(code=code).first() if code else None
    every = contacts.visible_contacts(request.viewer)
    found = contacts.matching(every, words) if words else every
    if unit:
        found = found.filter(unit__path__startswith=unit.path)
    state = request.GET.get("state", "")
    if state in ("may", "may_not"):
        found = found.filter(opted_out_at__isnull=state == "may")
    shown = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "unit": unit,
        "units": units,
        "state": state,
        "any": every.exists(),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"contacts/index.html{fragment}", shown)


@policy(Policy.SEE_CONTACTS)
@form_page
def new(request: Request) -> HttpResponse:
    units = units_for(request.viewer, Policy.SEE_CONTACTS)
    form = ContactForm(units, request.POST or None)
    if form.is_valid():
        with _said_in(form):
            unit = form.cleaned_data["unit"]
            made = contacts.add_contact(form.facts(), unit, by=request.user, now=now())
            messages.success(
                request, _("Contact #%(number)d is added.") % {"number": made.pk}
            )
            return redirect("contacts:detail", made.pk)
    return render(request, "contacts/new.html", {"form": form})


@policy(Policy.SEE_CONTACTS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    contact = find(request, pk)
    shown = {"contact": contact, "asked": contacts.invitations_of(contact)}
    return render(request, "contacts/detail.html", shown)


@policy(Policy.SEE_CONTACTS)
@form_page
def facts(request: Request, pk: int) -> HttpResponse:
    contact = find(request, pk)
    units = units_for(request.viewer, Policy.SEE_CONTACTS)
    form = ContactForm(units, request.POST or None, initial=_stands(contact))
    if form.is_valid():
        try:
            with _said_in(form):
                _edit(request, contact, form)
                messages.success(request, _("The contact is saved."))
                return redirect("contacts:detail", contact.pk)
        except contacts.ChangedMeanwhile:
            return _conflict(request, contact, form)
    return render(request, "contacts/facts.html", {"form": form, "contact": contact})


@policy(Policy.SEE_CONTACTS)
@require_POST
def consent(request: Request, pk: int) -> HttpResponse:
    """Leave a customer in peace, or ask again because they said so."""
    contact = find(request, pk)
    may_ask = request.POST.get("may_ask")
    if may_ask not in ("yes", "no"):
        raise BadRequest
    if may_ask == "yes":
        contacts.opt_in(contact, by=request.user, now=now())
        messages.success(request, _("This customer may be asked again."))
    else:
        contacts.opt_out(contact, by=request.user, now=now())
        messages.success(
            request, _("This customer is asked nothing any more; what waited is not sent.")
        )
    return redirect("contacts:detail", contact.pk)


@policy(Policy.SEE_CONTACTS, step_up=True)
@form_page
def erasure(request: Request, pk: int) -> HttpResponse:
    contact = find(request, pk)
    form = ErasureForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        contacts.erase_contact(contact, by=request.user, reason=reason, now=now())
        messages.success(request, _("The contact is erased."))
        return redirect("contacts:index")
    return render(request, "contacts/erasure.html", {"form": form, "contact": contact})


def find(request: Request, pk: int) -> Contact:
    return get_object_or_404(contacts.visible_contacts(request.viewer), pk=pk)


def _edit(request: Request, contact: Contact, form: ContactForm) -> None:
    contacts.edit_contact(
        contact,
        form.facts(contact.attributes),
        form.cleaned_data["unit"],
        seen=form.cleaned_data["version"] or 0,
        by=request.user,
        now=now(),
    )


def _conflict(request: Request, contact: Contact, form: ContactForm) -> HttpResponse:
    contact.refresh_from_db()
    shown = {
        "form": form,
        "contact": contact,
        "differences": differences(form, _stands(contact)),
        "last": last_change(contact),
    }
    rebase(form, contact.edits)
    return render(request, "contacts/facts.html", shown, status=409)


def _stands(contact: Contact) -> dict[str, object]:
    facts = {field: getattr(contact, field) for field in FACTS}
    return facts | {"version": contact.edits}


@contextmanager
def _said_in(form: ContactForm) -> Iterator[None]:
    """What the verb refuses is said next to the field."""
    try:
        yield
    except contacts.NoWayToAsk:
        form.add_error("email", _("Give an e-mail address or a telephone number, or both."))
    except contacts.AlreadyKnown:
        form.add_error(
            "email", _("Somebody with this address is on a list already; search for it.")
        )
