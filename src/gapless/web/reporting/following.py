"""How a case stands, for whoever has the link of its receipt, and what they add to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gapless.control.cases import answering, customer
from gapless.control.cases.choices import State
from gapless.control.cases.steps import ChangedMeanwhile, NotNow
from gapless.control.cases.tokens import case_token
from gapless.core.text import LANGUAGES
from gapless.people.org.rules import Policy
from gapless.web.answering import limits, pages
from gapless.web.campaigns.addresses import absolute
from gapless.web.cases.uploads import keeping
from gapless.web.http import policy

from . import words
from .forms import AgainForm, RatingForm, WordsForm
from .views import nothing_here, spoken

if TYPE_CHECKING:
    from gapless.control.cases.models import Case

View = Callable[[HttpRequest, "Case", str], HttpResponse]
LINES = 200


def _of_a_case(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """The case behind the token, in the language of whoever opens it."""

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        case = customer.case_behind(token)
        if case is None:
            return nothing_here(request)
        language = spoken(request, case.language)
        with translation.override(language):
            if request.method == "POST" and limits.failed_too_often(
                request, "follow", f"case-{case.pk}"
            ):
                response = _shown(request, case, language, 429, problem=_too_many())
                response["Retry-After"] = str(limits.seconds_left())
                return response
            return view(request, case, language)

    return opened


@policy(Policy.ANYONE)
@require_safe
@_of_a_case
def follow(request: HttpRequest, case: Case, language: str) -> HttpResponse:
    return _shown(request, case, language)


@policy(Policy.ANYONE)
@require_safe
@_of_a_case
def received(request: HttpRequest, case: Case, language: str) -> HttpResponse:
    """The receipt: who sees to it, by when, and the address to keep."""
    at = now()
    phone, supervision = customer.phone_for(case)
    return pages.message(
        "reporting/received.html",
        language,
        case=case,
        tongues=pages.tongues(LANGUAGES, language),
        promise=words.promise(case, now=at),
        phone=phone,
        supervision=supervision,
        address=absolute(reverse("reporting:follow", args=[case_token(case)])),
    )


@policy(Policy.ANYONE)
@require_POST
@_of_a_case
def words_added(request: HttpRequest, case: Case, language: str) -> HttpResponse:
    form = WordsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, case, language, 422, adding=form)
    at, said = now(), form.cleaned_data
    with keeping(said["photos"], case.unit, by=None, now=at) as files:
        customer.add_words(
            case, words=said["words"], key=_key(request, "words"), files=files, now=at
        )
    return _back(case, language)


@policy(Policy.ANYONE)
@require_POST
@_of_a_case
def confirmation(request: HttpRequest, case: Case, language: str) -> HttpResponse:
    try:
        customer.confirm(case, key=_key(request, "settled"), seen=_seen(request), now=now())
    except (ChangedMeanwhile, NotNow):
        return _changed(request, case, language)
    return _back(case, language)


@policy(Policy.ANYONE)
@require_POST
@_of_a_case
def reopening(request: HttpRequest, case: Case, language: str) -> HttpResponse:
    form = AgainForm(request.POST)
    if not form.is_valid():
        return _shown(request, case, language, 422, again=form)
    try:
        customer.take_up_again(
            case,
            words=form.cleaned_data["words"],
            key=_key(request, "again"),
            seen=_seen(request),
            now=now(),
        )
    except answering.TooLate:
        return _shown(request, case, language, 409, problem=_too_late())
    except (ChangedMeanwhile, NotNow):
        return _changed(request, case, language, form)
    return _back(case, language)


@policy(Policy.ANYONE)
@require_POST
@_of_a_case
def rating(request: HttpRequest, case: Case, language: str) -> HttpResponse:
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _shown(request, case, language, 422, rating=form)
    try:
        customer.rate(
            case, form.cleaned_data["points"], key=_key(request, "rated"), now=now()
        )
    except NotNow:
        return _changed(request, case, language)
    return _back(case, language)


# --- What all of them need ------------------------------------------------------------


def _shown(
    request: HttpRequest,
    case: Case,
    language: str,
    status: int = 200,
    *,
    problem: str = "",
    adding: WordsForm | None = None,
    again: AgainForm | None = None,
    rating: RatingForm | None = None,
) -> HttpResponse:
    case.refresh_from_db()
    at = now()
    entries = customer.said_to_customer(case)[:LINES]
    phone, supervision = customer.phone_for(case)
    return pages.message(
        "reporting/follow.html",
        language,
        status,
        csrf=pages.csrf(request),
        key=request.POST.get("key", "")[:40] or get_random_string(32),
        tongues=pages.tongues(LANGUAGES, language),
        case=case,
        token=case_token(case),
        head=words.head(case),
        why_not=words.why_not(case),
        promise=words.promise(case, now=at),
        stages=words.stages(case, entries),
        story=words.story(case, entries),
        phone=phone,
        supervision=supervision,
        problem=problem,
        asks=case.state == State.ANSWERED,
        may_again=customer.may_be_taken_up(case, now=at),
        may_rate=case.state in customer.TAKEN_UP_AGAIN,
        rated=customer.rating_of(case),
        adding=adding or WordsForm(),
        again=again or AgainForm(),
        rating=rating or RatingForm(),
    )


def _changed(
    request: HttpRequest, case: Case, language: str, again: AgainForm | None = None
) -> HttpResponse:
    """Somebody was quicker: the page as it stands, with what was typed."""
    problem = _(
        "Something happened to it meanwhile. Look how it stands, then say it again."
    )
    return _shown(request, case, language, 409, problem=problem, again=again)


def _back(case: Case, language: str) -> HttpResponse:
    address = reverse("reporting:follow", args=[case_token(case)])
    response = HttpResponse(status=303, headers={"Location": f"{address}?lang={language}"})
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _key(request: HttpRequest, what: str) -> str:
    """Of the page that it was sent from, and which of its forms: twice is once."""
    return f"customer:{what}:{request.POST.get('key', '')[:40] or get_random_string(32)}"


def _seen(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _too_many() -> str:
    return _("That was a lot at once. Wait a minute, then send it again.")


def _too_late() -> str:
    return _(
        "It ended more than 30 days ago. Report it again with the code that hangs at our"
        " place, and name the number of this one."
    )
