"""The doors: who may enter, in which language, under which content policy."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.timezone import now

from gapless.people.org.queries import viewer_of
from gapless.people.org.rules import Policy, Viewer
from gapless.web.account.policies import EXTERNAL

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",  # the QR code of two-step log-in
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

Next = Callable[[HttpRequest], HttpResponse]


class SecurityHeaders:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        # Nothing a page says about a person may lie in a shared cache.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class PersonalSettings:
    """The language and time zone of the person; before log-in, of the browser."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            language, zone = user.language, ZoneInfo(user.time_zone)
        else:
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            known = dict(settings.LANGUAGES)
            language = (
                chosen
                if chosen in known
                else translation.get_language_from_request(request)
            )
            zone = timezone.get_default_timezone()
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Doors:
    """Let in whoever holds the policy that the view declares; refuse a view without one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        required = declared_policy(request, view)
        user = request.user
        if not user.is_authenticated:
            request.viewer = Viewer(0, ())  # type: ignore[attr-defined]
            return (
                None
                if required is Policy.ANYONE
                else redirect_to_login(request.get_full_path())
            )
        request.viewer = viewer_of(user, now=now())  # type: ignore[attr-defined]
        if not request.viewer.holds(required):  # type: ignore[attr-defined]
            raise PermissionDenied(required.value)
        return None


def declared_policy(request: HttpRequest, view: Any) -> Policy:
    match = request.resolver_match
    declared = getattr(view, "policy", None) or EXTERNAL.get(
        match.view_name if match else ""
    )
    if declared is None:
        raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} declares no policy.")
    return declared
