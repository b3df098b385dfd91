"""Through which door somebody came, in which language: the cookies of the public pages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string

from gapless.core.text import LANGUAGES
from gapless.evaluation.campaigns.choices import CollectorKind, ResponseState
from gapless.evaluation.campaigns.queries import Door, door_of, state_of

# Of this site's public pages alone. `__Host-` would send them to every page.
_SECURE = settings.SESSION_COOKIE_SECURE
_PREFIX = "__Secure-" if _SECURE else ""
TOKEN = f"{_PREFIX}gapless-door"
DEVICE = f"{_PREFIX}gapless-device"
LANGUAGE = f"{_PREFIX}gapless-answering-language"
_PATH = "/s/"
_MONTH = 30 * 24 * 60 * 60
_YEAR = 365 * 24 * 60 * 60


def _keep(response: HttpResponse, name: str, value: str, age: int) -> None:
    response.set_cookie(
        name, value, age, path=_PATH, secure=_SECURE, httponly=True, samesite="Lax"
    )


def let_in(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token in a cookie, and go on to an address that says nothing."""
    language = request.GET.get("lang", "")
    query = f"?{urlencode({'lang': language})}" if language in LANGUAGES else ""
    response = HttpResponse(
        status=303, headers={"Location": reverse("answering:page") + query}
    )
    _keep(response, TOKEN, token, _MONTH)
    return response


def leave(response: HttpResponse) -> None:
    response.delete_cookie(TOKEN, path=_PATH, samesite="Lax")


def door_behind(token: str) -> Door | None:
    """The door of a token. Telephone answers come in through our own pages instead."""
    door = door_of(token) if token else None
    if door is None or door.collector.kind == CollectorKind.PHONE:
        return None
    return door


def open_door(token: str) -> Door | None:
    """
    The door, if something can be answered behind it: None alike for one that never was,
    was revoked, or belongs to an invitation that has been answered.
    """
    door = door_behind(token)
    if door and door.key and state_of(door, door.key) not in (None, ResponseState.OPEN):
        return None
    return door


def token_of(request: HttpRequest) -> str:
    return request.COOKIES.get(TOKEN, "")


def mark_of(token: str) -> str:
    """
    What the page calls its door. The page sends it back, so that what was said through one
    door never comes in through another that was opened in the same browser meanwhile.
    """
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def language_for(request: HttpRequest, offered: Sequence[str], first: str) -> str:
    """
    The language to speak: the one just chosen, the one chosen before, the one the customer
    is known to read, or the browser's; else the first of those the form is said in.
    """
    chosen = (
        request.GET.get("lang", ""),
        request.COOKIES.get(LANGUAGE, ""),
        first,
        translation.get_language_from_request(request),
    )
    return next((language for language in chosen if language in offered), offered[0])


def remember_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    if request.GET.get("lang") == language:
        _keep(response, LANGUAGE, language, _YEAR)


def device_of(request: HttpRequest) -> str:
    """The number that this device has of us, or the one it is about to get."""
    return request.COOKIES.get(DEVICE, "") or get_random_string(32)


def is_known(request: HttpRequest) -> bool:
    """Whether this device has said something before."""
    return bool(request.COOKIES.get(DEVICE))


def know_again(response: HttpResponse, device: str) -> None:
    """Only who has answered something is known again: looking leaves no trace."""
    _keep(response, DEVICE, device, _YEAR)
