"""My choices: how notices reach me, when, and the address of my deadlines."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapless.core.notices import choosing
from gapless.core.notices.feeds import feed_token
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from .forms import ChoicesForm, as_chosen


@policy(Policy.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: Request) -> HttpResponse:
    stands = as_chosen(*choosing.chosen_by(request.user.pk))
    form = ChoicesForm(request.POST or None, initial=stands)
    if form.is_valid():
        try:
            choosing.choose(request.user.pk, form.choices, form.times, now=now())
        except choosing.HalfQuiet:
            form.add_error(
                "quiet_until",
                _("Say when quiet hours begin and end, at two times; or neither."),
            )
        else:
            messages.success(request, _("Your choices are saved."))
            return redirect("notices:choices")
    feed = choosing.feed_of(request.user.pk)
    address = reverse("notices:feed", args=[feed_token(feed)]) if feed else ""
    shown = {
        "form": form,
        "feed": feed,
        "address": f"{settings.PUBLIC_URL}{address}" if feed else "",
    }
    return render(
        request, "notices/choices.html", shown, status=422 if form.errors else 200
    )


@policy(Policy.SIGNED_IN)
@require_POST
def renewal(request: Request) -> HttpResponse:
    """A new address for my calendar; the old one, if any, opens nothing any more."""
    choosing.renew_feed(request.user.pk, now=now())
    messages.success(request, _("This address is new; put it into your calendar."))
    return redirect(f"{reverse('notices:choices')}#feed")


@policy(Policy.SIGNED_IN)
@require_POST
def end(request: Request) -> HttpResponse:
    choosing.revoke_feed(request.user.pk, now=now())
    messages.success(request, _("The address opens nothing any more."))
    return redirect(f"{reverse('notices:choices')}#feed")
