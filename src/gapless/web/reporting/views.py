"""The form behind a unit's QR code: report something, without logging in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapless.control.cases import customer
from gapless.control.cases.choices import Kind, ReplyBy
from gapless.control.cases.tokens import case_token
from gapless.core.text import LANGUAGES
from gapless.people.org.queries import phones_of
from gapless.people.org.rules import Policy
from gapless.web.answering import entry, limits, pages
from gapless.web.cases.uploads import keeping
from gapless.web.http import policy

from .forms import ReportForm

if TYPE_CHECKING:
    from gapless.control.cases.models import Case
    from gapless.people.org.models import Unit

BLANK = {"kind": Kind.COMPLAINT.value, "reply_by": ReplyBy.PHONE.value}


@policy(Policy.ANYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, token: str) -> HttpResponse:
    unit = customer.unit_behind(token)
    if unit is None:
        return nothing_here(request)
    language = spoken(request)
    with translation.override(language):
        if request.method != "POST":
            return _page(request, unit, language, ReportForm(initial=BLANK), _new_key())
        return _reported(request, unit, language)


def _reported(request: HttpRequest, unit: Unit, language: str) -> HttpResponse:
    form = ReportForm(request.POST, request.FILES)
    key = request.POST.get("key", "")[:50] or _new_key()
    sent = customer.reported_under(key)
    if sent is not None:
        return _on_to(sent, language)
    if not form.is_valid():
        return _page(request, unit, language, form, key, 422)
    if limits.failed_too_often(request, "report"):
        response = _page(request, unit, language, form, key, 429, _too_many())
        response["Retry-After"] = str(limits.seconds_left())
        return response
    at, photos = now(), form.cleaned_data["photos"]
    try:
        with keeping(photos, unit, by=None, now=at) as files:
            case = customer.report(
                unit, form.report, form.customer(language), key=key, files=files, now=at
            )
    except customer.NobodyAnswers:
        return _page(request, unit, language, form, key, 409, _nobody())
    return _on_to(case, language)


def _on_to(case: Case, language: str) -> HttpResponse:
    """To the receipt: loading that again sends nothing again."""
    address = reverse("reporting:received", args=[case_token(case)])
    response = HttpResponse(status=303, headers={"Location": f"{address}?lang={language}"})
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page(
    request: HttpRequest,
    unit: Unit,
    language: str,
    form: ReportForm,
    key: str,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    phones = phones_of(unit)
    return pages.message(
        "reporting/report.html",
        language,
        status,
        csrf=pages.csrf(request),
        tongues=pages.tongues(LANGUAGES, language),
        unit=unit,
        form=form,
        key=key,
        problem=problem,
        chose_photos=bool(request.FILES),
        phone=phones.phone or phones.supervision,
    )


# --- What the pages behind secret links need as well ----------------------------------


def spoken(request: HttpRequest, known: str = "") -> str:
    """The language that was just chosen, or the form was sent in, or is known."""
    sent = request.POST.get("language", "") if request.method == "POST" else ""
    if sent in LANGUAGES:
        return sent
    return entry.language_for(request, LANGUAGES, known)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Only failures are counted: a whole hall may stand behind one address."""
    often = limits.failed_too_often(request, "token")
    language = entry.language_for(request, LANGUAGES, "")
    response = pages.message(
        "reporting/nothing.html",
        language,
        429 if often else 404,
        tongues=pages.tongues(LANGUAGES, language),
    )
    if often:
        response["Retry-After"] = str(limits.seconds_left())
    return response


def _new_key() -> str:
    return get_random_string(32)


def _too_many() -> str:
    return _("Many reports come in from here. Wait a minute, then send it again.")


def _nobody() -> str:
    return _("At the moment nobody here can take this in. Call us, or ask at the counter.")
