from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.text import LANGUAGES
from gapless.evaluation.campaigns import intake
from gapless.evaluation.campaigns.choices import CollectorKind, State
from gapless.evaluation.campaigns.queries import Door, may_leave_kiosk
from gapless.people.org.rules import Policy
from gapless.web.http import client_address, policy

from . import entry, limits, pages, words

HIGHEST_SEQ = 2**31 - 1
# There is such a page, but the door through which somebody came is not there any more.
GONE = 410
View = Callable[..., HttpResponse]


@policy(Policy.ANYONE)
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """
    A link, a code on the wall, an invitation. Only failures are counted: somebody who tries
    tokens must not keep a whole hall behind the same address from answering.
    """
    if entry.open_door(token) is not None:
        response = entry.let_in(request, token)
    elif limits.failed_too_often(request, "token"):
        response = _nothing_here(request, 429)
        response["Retry-After"] = str(limits.seconds_left())
    else:
        response = _nothing_here(request, 404)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@policy(Policy.ANYONE)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    token = entry.token_of(request)
    door = entry.open_door(token)
    if door is None:
        return _nothing_here(request, GONE, door=entry.mark_of(token))
    language = _language(request, door)
    if why := _not_now(door):
        response = pages.message("answering/shut.html", language, door=door, why=why)
    else:
        response = pages.show(request, door, token, language)
    entry.remember_language(request, response, language)
    return response


@policy(Policy.ANYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """What was said so far: to go on with it on another device, and to keep it."""
    token = entry.token_of(request)
    door = entry.door_behind(token)
    if door is None:
        return _refusal(GONE, "gone", words.no_door())
    if request.method != "POST":
        return JsonResponse({"fields": intake.saved(door, door.key) if door.key else {}})
    device = entry.device_of(request)
    try:
        intake.save(door, _handed_in(request, door, token, device), now=now())
    except OtherDoor:
        return _refusal(409, "other", words.other_door())
    except intake.Closed:
        return _refusal(409, "closed", words.closed())
    except intake.KeyReused:
        return _refusal(422, "reused", words.reused())
    response = HttpResponse(status=204)
    entry.know_again(response, device)
    return response


@policy(Policy.ANYONE)
@require_POST
def answers(request: HttpRequest) -> HttpResponse:
    """Hand in. The script gets its receipt as JSON, a plain form gets a page."""
    token = entry.token_of(request)
    door = entry.door_behind(token)
    if door is None:
        return _refused(request, None, GONE, "gone", words.no_door())
    language = _language(request, door)
    with translation.override(language):
        device = entry.device_of(request)
        response = _handed(request, door, token, device, language)
    entry.know_again(response, device)
    return response


def _handed(
    request: HttpRequest, door: Door, token: str, device: str, language: str
) -> HttpResponse:
    try:
        handed_in = _handed_in(request, door, token, device)
        receipt = intake.finish(door, handed_in, now=now())
    except intake.Incomplete as found:
        problems = words.told(found.problems)
        if _wants_json(request):
            return JsonResponse({"why": "incomplete", "problems": problems}, status=422)
        return pages.again(
            request,
            door,
            token,
            language=language,
            key=handed_in.key,
            given=handed_in.fields,
            problems=problems,
        )
    except intake.TooMany as limit:
        response = _refused(request, door, 429, "many", words.too_many())
        response["Retry-After"] = str(limit.retry_after)
        return response
    except tuple(REFUSALS) as reason:
        status, why, say = REFUSALS[type(reason)]
        return _refused(request, door, status, why, say())
    if _wants_json(request):
        return JsonResponse({"code": receipt.code, "state": receipt.state})
    return pages.receipt_of(door, receipt, language)


class OtherDoor(Exception):
    """The page belongs to a door that is no longer the one in the cookie."""


REFUSALS: dict[type[Exception], tuple[int, str, Callable[[], str]]] = {
    OtherDoor: (409, "other", words.other_door),
    intake.Closed: (409, "closed", words.closed),
    intake.Used: (409, "used", words.used),
    intake.KeyReused: (422, "reused", words.reused),
}


def _handed_in(
    request: HttpRequest, door: Door, token: str, device: str
) -> intake.HandedIn:
    said = request.POST
    if said.get("door", "") != entry.mark_of(token):
        raise OtherDoor(token)
    return intake.HandedIn(
        key=door.key or said.get("key", "")[:64] or device,
        fields=dict(said.lists()),
        language=_language(request, door),
        seconds=_whole(said.get("seconds", "")),
        device=intake.device_hash(device),
        network=intake.network_hash(client_address(request), now()),
        seq=min(_whole(said.get("seq", "")) or 0, HIGHEST_SEQ),
        new_device=not entry.is_known(request),
    )


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else None


@policy(Policy.ANYONE)
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    token = entry.token_of(request)
    door = entry.door_behind(token)
    if door is None:
        return _nothing_here(request, GONE, door=entry.mark_of(token))
    return pages.notice_of(door, _language(request, door))


@policy(Policy.ANYONE)
@require_POST
def kiosk(request: HttpRequest) -> HttpResponse:
    """Leave the kiosk with its PIN. The pad asks by script; without one, the page says."""
    door = entry.door_behind(entry.token_of(request))
    if door is None or door.collector.kind != CollectorKind.KIOSK:
        return _nothing_here(request, GONE)
    here = f"kiosk-{door.collector.pk}"
    if limits.barred(request, "pin", here):
        response = HttpResponse(status=429)
        response["Retry-After"] = str(limits.seconds_left())
        return response
    if not may_leave_kiosk(door.collector, request.POST.get("pin", "")):
        limits.failed_too_often(request, "pin", here)
        return HttpResponse(status=403)
    response = HttpResponse(status=204, headers={"Location": reverse("home")})
    entry.leave(response)
    return response


# --- What all of them need ------------------------------------------------------------


def _language(request: HttpRequest, door: Door) -> str:
    contact = door.invitation.contact if door.invitation else None
    known = contact.language if contact else ""
    offered = pages.languages(door.campaign.version)
    said = request.POST.get("language", "") if request.method == "POST" else ""
    return said if said in offered else entry.language_for(request, offered, known)


def _not_now(door: Door) -> str:
    """Why nothing can be answered here at the moment: in the words of shut.html."""
    campaign, moment = door.campaign, now()
    if campaign.takes_answers(moment):
        return ""
    before = campaign.state in (State.DRAFT, State.APPROVED) or moment < campaign.starts_at
    return "early" if before and moment < campaign.ends_at else "over"


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _refusal(status: int, why: str, sentence: str) -> HttpResponse:
    return JsonResponse({"why": why, "says": sentence}, status=status)


def _refused(
    request: HttpRequest, door: Door | None, status: int, why: str, sentence: str
) -> HttpResponse:
    if _wants_json(request):
        return _refusal(status, why, sentence)
    language = translation.get_language() or "en"
    return pages.message(
        "answering/shut.html", language, status, door=door, why=why, sentence=sentence
    )


def _nothing_here(request: HttpRequest, status: int, door: str = "") -> HttpResponse:
    """Alike for what never was, what was revoked and what has been answered."""
    language = entry.language_for(request, LANGUAGES, "")
    response = pages.message(
        "answering/nothing.html",
        language,
        status,
        mark=door,
        tongues=pages.tongues(LANGUAGES, language),
    )
    entry.remember_language(request, response, language)
    return response
