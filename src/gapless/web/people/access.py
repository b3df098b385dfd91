"""How a person gets in: a first password, a link, or the door shut and opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapless.people.org import actions
from gapless.people.org.rules import Policy
from gapless.web.account.links import send_link
from gapless.web.http import Request, policy

from .views import find

if TYPE_CHECKING:
    from gapless.people.org.models import Person


@policy(Policy.EDIT_ORGANISATION, step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: Request, pk: int) -> HttpResponse:
    """Say what will happen; on the button, set a password and show it this once."""
    person = find(request, pk, to_edit=True)
    if request.method == "POST":
        return let_in(request, person, "password")
    return render(request, "people/password.html", {"person": person})


@policy(Policy.EDIT_ORGANISATION, step_up=True)
@require_POST
def invitation(request: Request, pk: int) -> HttpResponse:
    return let_in(request, find(request, pk, to_edit=True), "link")


@policy(Policy.EDIT_ORGANISATION)
@require_POST
def access(request: Request, pk: int) -> HttpResponse:
    """Shut the door to a person, or open it again."""
    person = find(request, pk, to_edit=True)
    may_sign_in = request.POST.get("may_sign_in")
    if may_sign_in not in ("yes", "no"):
        raise BadRequest
    if may_sign_in == "yes":
        actions.reactivate_person(person, by=request.user, now=now())
        said = _("%(name)s may sign in again, with the roles that hold today.")
        messages.success(request, said % {"name": person.name})
    else:
        _shut_out(request, person)
    return redirect("people:detail", person.pk)


def let_in(request: Request, person: Person, way_in: str) -> HttpResponse:
    """Give a person the way in that the administrator chose."""
    if way_in == "password":
        given = actions.give_password(person, by=request.user, now=now())
        return render(request, "people/password.html", {"person": person, "given": given})
    if way_in == "link":
        try:
            actions.invite_person(person, by=request.user, now=now())
        except actions.NoAddress:
            messages.warning(request, _("There is no e-mail address yet; add one first."))
            return redirect("people:facts", person.pk)
        send_link(request, person)
        said = _("A link for choosing a password is on its way to %(email)s.")
        messages.success(request, said % {"email": person.email})
    return redirect("people:detail", person.pk)


def _shut_out(request: Request, person: Person) -> None:
    try:
        actions.deactivate_person(person, by=request.user, now=now())
    except actions.LastAdministrator as error:
        messages.warning(request, last_administrator(error))
    else:
        said = _("%(name)s is signed out everywhere and may not sign in any more.")
        messages.success(request, said % {"name": person.name})


def last_administrator(error: actions.LastAdministrator) -> str:
    return _(
        "Nobody else administers %(unit)s without an end; make someone else administrator"
        " there first."
    ) % {"unit": error.args[0]}
