"""Pages for what went wrong: each says what happened and what to do next."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.crypto import get_random_string
from django.utils.timezone import now

from gapless.core.audit.actions import refuse
from gapless.web.http import client_address

log = logging.getLogger(__name__)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    match = request.resolver_match
    refuse(
        "door.refused",
        by=request.user if request.user.is_authenticated else None,
        at=now(),
        detail=match.view_name if match else "",
        address=client_address(request),
    )
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without the token of this session (settings.CSRF_FAILURE_VIEW)."""
    return render(request, "errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    number = get_random_string(8, "23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    log.error("Error %s at %s", number, request.path)
    # Without the request: its person and menu would ask the database, which may be what
    # is broken.
    page = render_to_string("errors/500.html", {"number": number})
    return HttpResponse(page, status=500)
