"""What a page knows of its request, and how a view declares its policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from gapless.people.org.rules import Policy, Viewer

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from gapless.people.org.models import Person


class Request(HttpRequest):
    """A request that passed its door: its user is one of our people."""

    user: Person
    viewer: Viewer
    htmx: HtmxDetails


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def policy(required: Policy, *, step_up: bool = False) -> Callable[[View], View]:
    """
    Declare what a view asks of whoever knocks. The `Doors` middleware enforces it, and a
    view without one is refused; the sweep tests every URL against every role.

    ``step_up``: who they are was proven in the last five minutes, by password or second
    step. For what a borrowed screen must not do (reliability.md T15).
    """

    def declare(view: View) -> View:
        guarded = cast("View", reauthentication_required(view)) if step_up else view
        guarded.policy = required  # type: ignore[attr-defined]
        guarded.step_up = step_up  # type: ignore[attr-defined]
        return guarded

    return declare


def require(viewer: Viewer, required: Policy, path: str) -> None:
    """
    Refuse what is seen but not permitted. The view has found the record among what the
    viewer may see; this asks for the policy at the unit where it lies.
    """
    if not viewer.holds_at(required, path):
        raise PermissionDenied(required.value)


def local_path(address: str, otherwise: str) -> str:
    """An address to go on to, as long as it stays on this site."""
    local = address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
    return address if local else otherwise


def client_address(request: HttpRequest) -> str:
    """The address of the device: with a proxy in front, the one the proxy saw."""
    return str(get_adapter().get_client_ip(request))
