"""The sheet with a unit's QR code, to print and hang up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gapless.control.cases.tokens import report_token
from gapless.core.text import LANGUAGES
from gapless.people.org.queries import phones_of, units_for
from gapless.people.org.rules import Policy
from gapless.web.campaigns.addresses import absolute, only_on_this_machine, qr_code
from gapless.web.http import Request, policy

if TYPE_CHECKING:
    from gapless.people.org.models import Unit


@policy(Policy.TAKE_CASES)
@require_safe
def qr(request: Request, code: str) -> HttpResponse:
    units = units_for(request.viewer, Policy.TAKE_CASES)
    unit: Unit = get_object_or_404(units, code=code)
    url = absolute(reverse("reporting:report", args=[report_token(unit)]))
    shown = {
        "unit": unit,
        "url": url,
        "code": qr_code(url),
        "phones": phones_of(unit),
        "others": LANGUAGES[1:],
        "only_here": only_on_this_machine(),
    }
    return render(request, "cases/qr.html", shown)
