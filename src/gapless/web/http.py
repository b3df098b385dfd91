"""What a page knows of its request, and how a view declares its policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from gapless.people.org.models import Person
    from gapless.people.org.rules import Policy, Viewer


class Request(HttpRequest):
    """A request that passed its door: its user is one of our people."""

    user: Person
    viewer: Viewer
    htmx: HtmxDetails


View = TypeVar("View", bound=Callable[..., HttpResponse])


def policy(required: Policy) -> Callable[[View], View]:
    """
    Declare what a view asks of whoever knocks. The `Doors` middleware enforces it, and a
    view without one is refused; the sweep tests every URL against every role.
    """

    def declare(view: View) -> View:
        view.policy = required  # type: ignore[attr-defined]
        return view

    return declare
