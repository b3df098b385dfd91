"""Looking at people: the list, one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from gapless.people.org import going_out, queries
from gapless.people.org.choices import Role
from gapless.people.org.rules import Policy
from gapless.web.account.links import mail_is_set_up
from gapless.web.http import Request, policy

from . import listing
from .allowed import allowed

if TYPE_CHECKING:
    from gapless.people.org.models import Person

PER_PAGE = 50


@policy(Policy.EDIT_ORGANISATION)
@require_safe
def index(request: Request) -> HttpResponse:
    asked = listing.asked(request.viewer, request.GET, on=queries.today(now()))
    found = listing.found(request.viewer, asked)
    shown = {
        "asked": asked,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "roles": Role.choices,
    }
    return render(request, "people/index.html", shown)


@policy(Policy.EDIT_ORGANISATION, step_up=True)
@require_safe
def export(
    request: Request, respond: Callable[..., HttpResponse], filename: str
) -> HttpResponse:
    today = queries.today(now())
    asked = listing.asked(request.viewer, request.GET, on=today)
    found = listing.found(request.viewer, asked)
    rows = going_out.person_rows(request.viewer, found, on=today)
    return respond(filename, going_out.person_header(), rows)


@policy(Policy.EDIT_ORGANISATION)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    person = find(request, pk)
    today = queries.today(now())
    held = queries.assignments_of(request.viewer, person)
    current = held.on_or_after(today)
    shown = {
        "person": person,
        "roles": [(role, allowed(Role(role.role))) for role in current],
        "past": held.exclude(pk__in=current.values("pk")),
        "today": today,
        "may_edit": queries.may_edit_person(request.viewer, person, on=today),
        "mail": mail_is_set_up(),
        "reads_audit": request.viewer.holds(Policy.READ_AUDIT),
    }
    return render(request, "people/detail.html", shown)


def find(request: Request, pk: int, *, to_edit: bool = False) -> Person:
    """A person whom the viewer sees; to edit, all of whose roles lie within reach."""
    person: Person = get_object_or_404(queries.visible_people(request.viewer), pk=pk)
    if to_edit and not queries.may_edit_person(
        request.viewer, person, on=queries.today(now())
    ):
        raise PermissionDenied
    return person
