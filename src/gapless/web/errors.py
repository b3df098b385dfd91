"""Pages for what went wrong: each says what happened and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from gapless.core.audit.actions import refuse


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    match = request.resolver_match
    refuse(
        "door.refused",
        by=request.user if request.user.is_authenticated else None,
        at=now(),
        detail=match.view_name if match else "",
        address=request.META["REMOTE_ADDR"],
    )
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/500.html", status=500)
