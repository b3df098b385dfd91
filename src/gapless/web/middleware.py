"""The doors: who may enter, in which language, under which content policy."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.timezone import now
from django_htmx.http import HttpResponseClientRedirect

from gapless.people.org.queries import viewer_of
from gapless.people.org.rules import Policy, Viewer
from gapless.web.account.policies import EXTERNAL

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",  # the QR code of two-step log-in
        "object-src 'none'",
        "base-uri 'none'",
        # The log-in form may lead on to the company's identity provider.
        f"form-action 'self' {settings.OIDC_SERVER_URL}".strip(),
        "frame-ancestors 'none'",
    )
)
# Open to someone whose password an administrator has seen: change it, or leave.
WITH_A_GIVEN_PASSWORD = {"account_change_password", "account_logout", "language"}

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
        # Nothing a page says about a person may lie in a cache, not even in the browser's
        # own: the next person at a shared screen would find it with the back button.
        response.headers["Cache-Control"] = "no-store"
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
            language, zone = _of_the_browser(request), timezone.get_default_timezone()
        # Activated, not overridden: a streamed export is written after this returns, and
        # every request sets its own.
        translation.activate(language)
        timezone.activate(zone)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def _of_the_browser(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return translation.get_language_from_request(request)


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
            return None if required is Policy.ANYONE else _to_log_in(request)
        viewer = viewer_of(user, now=now())
        request.viewer = viewer  # type: ignore[attr-defined]
        if not viewer.holds(required):
            raise PermissionDenied(required.value)
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404  # nothing has such a name, and PostgreSQL would refuse to look
        if user.password_given and _name(request) not in WITH_A_GIVEN_PASSWORD:
            return redirect("account_change_password")
        return None


def declared_policy(request: HttpRequest, view: Any) -> Policy:
    declared = getattr(view, "policy", None) or EXTERNAL.get(_name(request))
    if declared is None:
        raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} declares no policy.")
    return declared


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def _to_log_in(request: HttpRequest) -> HttpResponse:
    """Afterwards back to the page; never to a fragment, or to what only takes a form."""
    if request.htmx:  # type: ignore[attr-defined]
        page = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
        to = redirect_to_login(page or resolve_url(settings.LOGIN_REDIRECT_URL))
        return HttpResponseClientRedirect(to.url)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return redirect(settings.LOGIN_URL)
