"""Taking an answer back with the code of its receipt."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from gapless.core.text import LANGUAGES
from gapless.evaluation.campaigns import taking_back
from gapless.evaluation.campaigns.choices import ResponseState
from gapless.evaluation.campaigns.queries import receipt_state
from gapless.people.org.rules import Policy
from gapless.web.http import policy

from . import entry, limits, pages

GONE = (ResponseState.WITHDRAWN, ResponseState.ERASED)


@policy(Policy.ANYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """The code is asked for, then whether it is meant; only then something happens."""
    code = request.POST.get("code", "").strip()[:40]
    if request.method != "POST":
        return _page(request, step="ask")
    if limits.barred(request, "receipt"):
        response = _page(request, 429, step="ask", code=code, problem="often")
        response["Retry-After"] = str(limits.seconds_left())
        return response
    state = receipt_state(code) if code else None
    if state is None:
        limits.failed_too_often(request, "receipt")
        return _page(request, 422, step="ask", code=code, problem="unknown")
    if state in GONE:
        return _page(request, step="gone", code=code)
    if "sure" not in request.POST:
        return _page(request, step="sure", code=code)
    try:
        taking_back.withdraw(code, now=now())
    except taking_back.TooLate:
        return _page(request, 409, step="late", code=code)
    return _page(request, step="gone", code=code)


def _page(request: HttpRequest, status: int = 200, **what: str) -> HttpResponse:
    language = entry.language_for(request, LANGUAGES, "")
    response = pages.message(
        "answering/withdraw.html",
        language,
        status,
        csrf=pages.csrf(request),
        tongues=pages.tongues(LANGUAGES, language),
        **what,
    )
    entry.remember_language(request, response, language)
    return response
