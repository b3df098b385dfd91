"""What the customer takes along: who sees to it, by when, and where to complain of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import override
from django.views.decorators.http import require_safe

from gapless.control.cases.choices import State
from gapless.control.cases.queries import visible_cases
from gapless.control.cases.rules import REOPEN_WITHIN
from gapless.control.cases.tokens import case_token
from gapless.people.org.queries import phones_of
from gapless.people.org.rules import Policy
from gapless.web.campaigns.addresses import (
    QrCode,
    absolute,
    only_on_this_machine,
    qr_code,
)
from gapless.web.deadlines import short_day
from gapless.web.http import Request, policy

if TYPE_CHECKING:
    from datetime import datetime

    from gapless.control.cases.models import Case

SETTLED = (State.CONFIRMED, State.CLOSED)


@policy(Policy.TAKE_CASES)
@require_safe
def receipt(request: Request, pk: int) -> HttpResponse:
    """In the language of the customer, on half a sheet of paper."""
    visible = visible_cases(request.viewer).select_related("unit", "owner")
    case: Case = get_object_or_404(visible, pk=pk)
    unit = case.unit
    shown = {
        "case": case,
        "unit": unit,
        "phones": phones_of(unit),
        "follow": _follow(case),
        "only_here": only_on_this_machine(),
        "settled": case.state in SETTLED,
        "reopen_days": REOPEN_WITHIN.days,
        "may_edit_unit": request.viewer.holds_at(Policy.EDIT_ORGANISATION, unit.path),
    }
    with override(case.language):
        shown |= {
            "received": _moment(case, case.opened_at),
            "promised": _moment(case, case.promised_at),
            "answered": _moment(case, case.answered_at),
        }
    return render(request, "cases/receipt.html", shown)


@dataclass(frozen=True, slots=True)
class Follow:
    """Where the customer sees how it stands, to be scanned or typed."""

    url: str
    code: QrCode


def _follow(case: Case) -> Follow:
    url = absolute(reverse("reporting:follow", args=[case_token(case)]))
    return Follow(url, qr_code(url))


def _moment(case: Case, at: datetime | None) -> str:
    """By the clock on the wall of the unit, where the customer stands."""
    if at is None:
        return ""
    zone = ZoneInfo(case.unit.time_zone)
    local = localtime(at, zone)
    return f"{short_day(local.date(), today=localtime(now(), zone).date())} {local:%H:%M}"
