from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gapless.people.org.queries import visible_people, visible_units
from gapless.people.org.rules import Policy
from gapless.requirements.characteristics.queries import visible_characteristics
from gapless.web.http import Request, policy

SHOWN = 12  # of each kind; the list behind "all" has the rest


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind, and where the whole list is."""

    title: str
    icon: str
    rows: list[Any]
    more: bool
    detail: str  # URL names
    listing: str


@policy(Policy.SIGNED_IN)
def index(request: Request) -> HttpResponse:
    """Units, people and characteristics by name or code, as far as the viewer reaches."""
    asked = request.GET.get("q", "").strip()
    found = _everything(request, asked) if asked else []
    shown = [kind for kind in found if kind.rows]
    return render(request, "search/index.html", {"asked": asked, "found": shown})


def _everything(request: Request, asked: str) -> list[Found]:
    viewer = request.viewer
    units = visible_units(viewer).matching(asked)
    found = [
        _found(_("Units"), "hall", units, "units"),
        _found(
            _("Characteristics"),
            "book",
            visible_characteristics(viewer).matching(asked),
            "characteristics",
        ),
    ]
    if viewer.holds(Policy.EDIT_ORGANISATION):
        people = visible_people(viewer).matching(asked)
        found.append(_found(_("People"), "people", people, "people"))
    return found


def _found(title: str, icon: str, rows: QuerySet[Any], area: str) -> Found:
    first = list(rows[: SHOWN + 1])
    more = len(first) > SHOWN
    return Found(title, icon, first[:SHOWN], more, f"{area}:detail", f"{area}:index")
