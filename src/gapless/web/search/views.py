from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gapless.control.cases.queries import matching, visible_cases
from gapless.people.org.queries import visible_people, visible_units
from gapless.people.org.rules import Policy
from gapless.requirements.characteristics.queries import visible_characteristics
from gapless.web.http import Request, policy

SHOWN = 12  # of each kind; the list behind "all" has the rest


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    name: str
    beside: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind, and where the whole list is."""

    title: str
    icon: str
    rows: list[Row]
    more: bool
    detail: str  # URL names
    listing: str


@policy(Policy.SIGNED_IN)
def index(request: Request) -> HttpResponse:
    """
    Units, people and characteristics by name or code, cases by number and words, as far
    as the viewer reaches.
    """
    asked = request.GET.get("q", "").strip()
    found = _everything(request, asked) if asked else []
    shown = [kind for kind in found if kind.rows]
    return render(request, "search/index.html", {"asked": asked, "found": shown})


def _everything(request: Request, asked: str) -> list[Found]:
    viewer = request.viewer
    units = visible_units(viewer).matching(asked)
    found = [
        _found(_("Units"), "hall", units, "units", beside="code"),
        _found(
            _("Characteristics"),
            "book",
            visible_characteristics(viewer).matching(asked),
            "characteristics",
            beside="code",
        ),
    ]
    if viewer.holds(Policy.TAKE_CASES):
        cases = matching(visible_cases(viewer), asked)
        found.append(_found(_("Cases"), "list", cases, "cases", beside="title"))
    if viewer.holds(Policy.EDIT_ORGANISATION):
        people = visible_people(viewer).matching(asked)
        found.append(_found(_("People"), "people", people, "people", beside="username"))
    return found


def _found(title: str, icon: str, rows: QuerySet[Any], area: str, *, beside: str) -> Found:
    first = [Row(each.pk, str(each), getattr(each, beside)) for each in rows[: SHOWN + 1]]
    more = len(first) > SHOWN
    return Found(title, icon, first[:SHOWN], more, f"{area}:detail", f"{area}:index")
