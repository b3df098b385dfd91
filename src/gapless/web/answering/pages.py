"""The answering page: rendered once per form version and language, filled per request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.crypto import get_random_string
from django.utils.html import escape
from django.utils.translation import gettext as _

from gapless.core.instruments.queries import draft_of
from gapless.core.instruments.rules import VersionDraft
from gapless.core.instruments.wording import languages_of, main_language
from gapless.core.text import said
from gapless.evaluation.campaigns.choices import CollectorKind
from gapless.evaluation.campaigns.intake import Receipt
from gapless.evaluation.campaigns.queries import Door
from gapless.evaluation.campaigns.rules import WITHDRAWABLE
from gapless.web.middleware import CONTENT_POLICY

from . import words
from .entry import mark_of
from .splicing import Spliced, slot
from .steps import parts_of

if TYPE_CHECKING:
    from gapless.core.instruments.models import FormVersion

# What a page knows of its door. Everything else is the same for everybody.
SLOTS = ("csrf", "key", "door", "unit", "campaign", "confidence", "thanks", "simulated")
_PREVIEW = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language to choose, as it calls itself."""

    code: str
    name: str
    short: str
    current: bool


def offered(draft: VersionDraft) -> tuple[str, ...]:
    """The languages to answer in: a form is not shown half in another one."""
    return languages_of(draft) or (main_language(draft),)


def tongues(languages: Iterable[str], current: str) -> list[Tongue]:
    names = {code: translation.get_language_info(code)["name_local"] for code in languages}
    return [
        Tongue(code, name, _short(code, name), code == current)
        for code, name in names.items()
    ]


def _short(code: str, name: str) -> str:
    """As much of a name as fits a narrow head: a code, or the first Chinese sign."""
    return code.upper() if name.isascii() else name[0]


# --- Once per version and language ----------------------------------------------------


@lru_cache(maxsize=64)
def _draft(version: FormVersion, _made: str) -> VersionDraft:
    return draft_of(version)


@lru_cache(maxsize=64)
def _languages(version: FormVersion, _made: str) -> tuple[str, ...]:
    return offered(_draft(version, _made))


# Rendering takes a while: who comes meanwhile waits for that page instead of making it too.
_ONE_RENDERS = Lock()


@lru_cache(maxsize=128)
def _page(version: FormVersion, _made: str, language: str, kind: str) -> Spliced:
    return Spliced(_form(_draft(version, _made), language, kind))


def _made(version: FormVersion) -> str:
    """A published version never changes: its number and its birth say all of it."""
    return f"{version.form_id} {version.number} {version.created_at.isoformat()}"


def forget() -> None:
    """For tests, in which the same number is another form a moment later."""
    for each in (_draft, _languages, _page):
        each.cache_clear()


def languages(version: FormVersion) -> tuple[str, ...]:
    return _languages(version, _made(version))


def _home(languages: Sequence[str]) -> str:
    """The language in which a kiosk greets the next person."""
    own: str = settings.LANGUAGE_CODE
    return own if own in languages else languages[0]


def _form(
    draft: VersionDraft,
    language: str,
    kind: str,
    *,
    given: Mapping[str, Sequence[str]] | None = None,
    problems: Mapping[str, str] | None = None,
) -> str:
    with translation.override(language):
        parts = parts_of(draft, given or {}, problems or {})
        return render_to_string(
            "answering/page.html",
            {
                "parts": parts,
                "steps": sum(len(part.steps) for part in parts),
                "language": language,
                "tongues": tongues(offered(draft), language),
                "words": words.for_the_script(),
                "kiosk": kind == "kiosk",
                "preview": kind == "preview",
                "kind": kind,
                "home": _home(offered(draft)),
                "problems": problems,
                "slot": {name: slot(name) for name in SLOTS},
            },
        )


# --- For each request -----------------------------------------------------------------


def show(request: HttpRequest, door: Door, token: str, language: str) -> HttpResponse:
    """The page for whoever came through this door."""
    version = door.campaign.version
    with _ONE_RENDERS:
        page = _page(version, _made(version), language, _kind(door))
    key = door.key or get_random_string(32)
    content = _content(request, page, _values(request, door, token, key, language))
    return _dressed(content, language)


def again(
    request: HttpRequest,
    door: Door,
    token: str,
    *,
    language: str,
    key: str,
    given: Mapping[str, Sequence[str]],
    problems: Mapping[str, str],
) -> HttpResponse:
    """The page with everything that was given, and what is wrong with it, in sentences."""
    version = door.campaign.version
    draft = _draft(version, _made(version))
    page = Spliced(_form(draft, language, _kind(door), given=given, problems=problems))
    values = _values(request, door, token, key, language)
    response = HttpResponse(page.filled(values), status=422)
    return _dressed(response, language)


def preview(draft: VersionDraft, language: str) -> HttpResponse:
    """
    The page of a form that is still being designed: nothing is saved or sent, and our own
    pages may show it in a frame. The links of its languages lead to ``?lang=``.
    """
    page = Spliced(_form(draft, language, "preview"))
    with translation.override(language):
        unit, campaign = _("Your unit"), _("Preview")
        values = dict.fromkeys(SLOTS, "") | {
            "key": "preview",
            "door": "preview",
            "unit": escape(unit),
            "campaign": escape(campaign),
        }
    response = _dressed(HttpResponse(page.filled(values)), language)
    response["Content-Security-Policy"] = _PREVIEW
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def receipt_of(door: Door, receipt: Receipt, language: str) -> HttpResponse:
    """The receipt as a page of its own, for whoever answers without the script."""
    with translation.override(language):
        thanks = _thanks(door)
        confidence = words.in_one(words.confidence(door, door.unit.name))
    return message(
        "answering/receipt.html",
        language,
        door=door,
        code=receipt.code,
        state=receipt.state.value,
        thanks=thanks,
        confidence=confidence,
    )


def notice_of(door: Door, language: str) -> HttpResponse:
    with translation.override(language):
        notice = said(door.campaign.notice)
        confidence = words.confidence(door, door.unit.name)
    return message(
        "answering/notice.html",
        language,
        door=door,
        notice=notice,
        days=WITHDRAWABLE.days,
        confidence=confidence,
    )


def message(
    template: str, language: str, status: int = 200, **said_there: object
) -> HttpResponse:
    """One of the small public pages."""
    with translation.override(language):
        context = {"language": language, **said_there}
        page = render_to_string(template, context)
    return _dressed(HttpResponse(page, status=status), language)


def _kind(door: Door) -> str:
    if door.collector.kind == CollectorKind.KIOSK:
        return "kiosk"
    return "invited" if door.key else "open"


def _values(
    request: HttpRequest, door: Door, token: str, key: str, language: str
) -> dict[str, str]:
    with translation.override(language):
        campaign = door.campaign
        confidence = words.confidence(door, door.unit.name)
        return {
            "csrf": escape(get_token(request)),
            "key": escape(key),
            "door": mark_of(token),
            "unit": escape(door.unit.name),
            "campaign": escape(said(campaign.name)),
            "confidence": escape(words.in_one(confidence)),
            "thanks": escape(_thanks(door)),
            "simulated": escape(_("Simulated data")) if campaign.simulated else "",
        }


def _thanks(door: Door) -> str:
    return said(door.campaign.thanks) or _("It takes many voices to see clearly.")


def csrf(request: HttpRequest) -> str:
    return get_token(request)


def _content(
    request: HttpRequest, page: Spliced, values: Mapping[str, str]
) -> HttpResponse:
    # Nothing that somebody else chooses stands on this page beside the token, which is
    # masked anew each time: compressing it tells an eavesdropper nothing (BREACH).
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(page.gzipped(values))
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.filled(values))
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


def _dressed(response: HttpResponse, language: str) -> HttpResponse:
    """
    Headers of every public page. The referrer stays on this site: nothing else is ever
    asked, and with `no-referrer` browsers would send forms from no origin at all.
    """
    response["Content-Language"] = language
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
