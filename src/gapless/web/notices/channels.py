"""Where the organisation's notices are posted: WeCom, DingTalk, Feishu, its own systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.notices import channels, queries
from gapless.core.notices.catalogue import GROUPS
from gapless.core.notices.choices import DeliveryState
from gapless.core.text import said
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from .forms import ChannelForm

if TYPE_CHECKING:
    from gapless.core.notices.models import Channel

PER_PAGE = 50


@policy(Policy.EDIT_CHANNELS)
@require_safe
def index(request: Request) -> HttpResponse:
    shown = {
        "channels": queries.channels_within(request.viewer.paths(Policy.EDIT_CHANNELS)),
        "mail": queries.mail_tally(),
    }
    return render(request, "notices/channels.html", shown)


@policy(Policy.EDIT_CHANNELS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    form = ChannelForm(request.viewer, request.POST or None, initial=_usual(request))
    if form.is_valid():
        unit = form.cleaned_data["unit"]
        added = channels.add_channel(unit, form.facts, by=request.user, now=now())
        messages.success(request, _("The channel is there. Send a test to see it work."))
        return redirect("notices:channel", added.pk)
    status = 422 if form.errors else 200
    return render(request, "notices/channel_new.html", {"form": form}, status=status)


def _usual(request: Request) -> dict[str, object]:
    return {"language": request.user.language, "groups": list(GROUPS), "kind": "wecom"}


@policy(Policy.EDIT_CHANNELS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    channel = _find(request, pk)
    found = queries.deliveries_of(channel)
    shown = {
        "channel": channel,
        "groups": [said(GROUPS[group]) for group in channel.groups if group in GROUPS],
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "dead": found.filter(state=DeliveryState.DEAD).count(),
    }
    return render(request, "notices/channel.html", shown)


@policy(Policy.EDIT_CHANNELS)
@require_POST
def state(request: Request, pk: int) -> HttpResponse:
    """Switch it off, or on again."""
    channel, on = _find(request, pk), request.POST.get("to") == "on"
    act = channels.enable_channel if on else channels.disable_channel
    try:
        act(channel, by=request.user, now=now())
    except channels.Switched:
        messages.warning(
            request, _("Its state had changed already; this is how it stands.")
        )
    else:
        done = (
            _("Notices go there again.")
            if on
            else _("Nothing goes there any more, nor what was waiting.")
        )
        messages.success(request, done)
    return redirect("notices:channel", pk)


@policy(Policy.EDIT_CHANNELS)
@require_POST
def test(request: Request, pk: int) -> HttpResponse:
    try:
        channels.send_test(_find(request, pk), by=request.user, now=now())
    except channels.Switched:
        messages.warning(request, _("The channel is switched off; switch it on first."))
    else:
        messages.success(
            request,
            _("The test goes out within a minute. What became of it stands below then."),
        )
    return redirect("notices:channel", pk)


@policy(Policy.EDIT_CHANNELS)
@require_POST
def deliveries(request: Request, pk: int) -> HttpResponse:
    """Try everything again that was given up."""
    channel = _find(request, pk)
    dead = queries.deliveries_of(channel).filter(state=DeliveryState.DEAD)
    count = channels.try_again(dead.values_list("pk", flat=True), channel, now=now())
    told = ngettext(
        "%(count)d message is tried again within a minute.",
        "%(count)d messages are tried again within a minute.",
        count,
    )
    messages.success(request, told % {"count": count})
    return redirect("notices:channel", pk)


def _find(request: Request, pk: int) -> Channel:
    within = queries.channels_within(request.viewer.paths(Policy.EDIT_CHANNELS))
    return get_object_or_404(within, pk=pk)
