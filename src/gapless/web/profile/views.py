from dataclasses import asdict, replace

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from gapless.people.org import actions, queries
from gapless.people.org.choices import Role
from gapless.people.org.rules import Period, Policy, Preferences
from gapless.web.http import Request, local_path, policy
from gapless.web.people.allowed import allowed

from .forms import LanguageForm, PreferencesForm

A_YEAR = 365 * 24 * 60 * 60


@policy(Policy.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    form = PreferencesForm(request.POST or None, initial=asdict(_chosen(request)))
    if form.is_valid():
        actions.set_preferences(request.user, form.preferences, now=now())
        with override(form.preferences.language):
            messages.success(request, _("Your settings are saved."))
        return redirect("profile")
    today = queries.today(now())
    roles = [
        (held, allowed(Role(held.role)), Period(held.starts_on, held.ends_on).covers(today))
        for held in queries.own_roles(request.user, on=today)
    ]
    return render(request, "profile/index.html", {"form": form, "roles": roles})


@policy(Policy.ANYONE)
@require_POST
def language(request: Request) -> HttpResponse:
    """Switch the language of the browser, and of the person who is signed in."""
    response = redirect(local_path(request.POST.get("next", ""), otherwise="/"))
    form = LanguageForm(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        if request.user.is_authenticated:
            preferences = replace(_chosen(request), language=chosen)
            actions.set_preferences(request.user, preferences, now=now())
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _chosen(request: Request) -> Preferences:
    user = request.user
    return Preferences(user.language, user.time_zone, user.theme, user.density)
