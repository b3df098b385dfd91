"""How much is open where: one unit, and each right below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from gapless.control.cases.board import board
from gapless.people.org.queries import tops, units_for
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

if TYPE_CHECKING:
    from gapless.people.org.models import Unit


@policy(Policy.SEE_CASES)
@require_safe
def index(request: Request) -> HttpResponse:
    highest = list(tops(request.viewer, Policy.SEE_CASES).order_by("path"))
    unit = _unit(request, highest)
    units = units_for(request.viewer, Policy.SEE_CASES)
    shown = {
        "board": board(request.viewer, unit, now=now()),
        "above": units.filter(path=unit.path[: -unit.steplen]).first(),
        "sees_board": True,
        "highest": highest if len(highest) > 1 else [],
    }
    return render(request, "cases/board.html", shown)


def _unit(request: Request, highest: list[Unit]) -> Unit:
    """The unit that the address names, else the viewer's highest."""
    if code := request.GET.get("unit", ""):
        units = units_for(request.viewer, Policy.SEE_CASES)
        found: Unit = get_object_or_404(units, code=code)
        return found
    return highest[0]
