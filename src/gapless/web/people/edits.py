"""Changing people and their roles: each page one form, each form one action."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapless.people.org import actions, queries
from gapless.people.org.choices import Role
from gapless.people.org.rules import Policy
from gapless.web.account.links import mail_is_set_up
from gapless.web.conflicts import differences, rebase
from gapless.web.http import Request, policy

from .access import last_administrator, let_in
from .forms import EndForm, FactsForm, NewPersonForm, RoleForm
from .views import find

if TYPE_CHECKING:
    from gapless.people.org.models import Person

FACTS = ("name", "username", "email", "version")

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.EDIT_ORGANISATION)
@form_page
def new(request: Request) -> HttpResponse:
    start = {"starts_on": queries.today(now()), "way_in": "password"}
    start |= {"unit": request.GET.get("unit", ""), "role": Role.UNIT_MANAGER}
    form = NewPersonForm(
        request.viewer, request.POST or None, initial=start, mail=mail_is_set_up()
    )
    if form.is_valid():
        with _said_in(form):
            person = actions.add_person(
                form.facts,
                Role(form.cleaned_data["role"]),
                form.cleaned_data["unit"],
                period=form.period,
                by=request.user,
                now=now(),
            )
            return let_in(request, person, form.cleaned_data["way_in"])
    return render(request, "people/new.html", {"form": form})


@policy(Policy.EDIT_ORGANISATION)
@form_page
def facts(request: Request, pk: int) -> HttpResponse:
    person = find(request, pk, to_edit=True)
    form = FactsForm(request.POST or None, initial=_stands(person))
    if form.is_valid():
        try:
            with _said_in(form):
                _edit(request, person, form)
                saved = {"name": form.facts.name}
                messages.success(request, _("%(name)s is saved.") % saved)
                return redirect("people:detail", person.pk)
        except actions.ChangedMeanwhile:
            return _conflict(request, person, form)
    return render(request, "people/facts.html", {"form": form, "person": person})


@policy(Policy.EDIT_ORGANISATION)
@form_page
def roles(request: Request, pk: int) -> HttpResponse:
    """Assign one more role."""
    person = find(request, pk)
    start = {"starts_on": queries.today(now()), "unit": request.GET.get("unit", "")}
    form = RoleForm(request.viewer, request.POST or None, initial=start)
    if form.is_valid():
        with _said_in(form):
            assigned = actions.assign_role(
                person,
                Role(form.cleaned_data["role"]),
                form.cleaned_data["unit"],
                period=form.period,
                by=request.user,
                now=now(),
            )
            said = _("%(name)s holds the role “%(role)s” at %(unit)s.")
            filled = {"role": assigned.get_role_display(), "unit": assigned.unit.name}
            messages.success(request, said % (filled | {"name": person.name}))
            return redirect("people:detail", person.pk)
    return render(request, "people/roles.html", {"form": form, "person": person})


@policy(Policy.EDIT_ORGANISATION)
@form_page
def role_end(request: Request, pk: int, held: int) -> HttpResponse:
    person = find(request, pk)
    assignment = get_object_or_404(queries.assignments_of(request.viewer, person), pk=held)
    form = EndForm(request.POST or None, initial={"ends_on": queries.today(now())})
    if form.is_valid():
        ends_on = form.cleaned_data["ends_on"]
        with _said_in(form):
            actions.end_role(assignment, ends_on=ends_on, by=request.user, now=now())
            last = ends_on - timedelta(days=1)
            messages.success(
                request, _("The role ends; %(day)s is its last day.") % {"day": last}
            )
            return redirect("people:detail", person.pk)
    shown = {"form": form, "person": person, "assignment": assignment}
    return render(request, "people/role_end.html", shown)


def _edit(request: Request, person: Person, form: FactsForm) -> None:
    version = form.cleaned_data["version"] or 0
    actions.edit_person(person, form.facts, version=version, by=request.user, now=now())


def _conflict(request: Request, person: Person, form: FactsForm) -> HttpResponse:
    person.refresh_from_db()
    shown = {
        "form": form,
        "person": person,
        "differences": differences(form, _stands(person)),
        "last": queries.last_change(person),
    }
    rebase(form, person.version)
    return render(request, "people/facts.html", shown, status=409)


def _stands(person: Person) -> dict[str, object]:
    return {field: getattr(person, field) for field in FACTS}


@contextmanager
def _said_in(form: forms.Form) -> Iterator[None]:
    """What the action refuses is said next to the field."""
    try:
        yield
    except ValidationError as error:
        form.add_error(None, error)
    except actions.LoginNameTaken:
        form.add_error(
            "username", _("Someone already has this log-in name; choose another.")
        )
    except actions.EmailTaken:
        form.add_error(
            "email", _("Someone already logs in by this address; ask for another.")
        )
    except actions.AlreadyHeld:
        form.add_error("role", _("This role is already held there in that time."))
    except actions.InThePast:
        form.add_error("ends_on", _("That day is over; the earliest is today."))
    except actions.EndedAlready:
        form.add_error("ends_on", _("The role ends by then already; give an earlier day."))
    except actions.LastAdministrator as error:
        form.add_error(None, last_administrator(error))
