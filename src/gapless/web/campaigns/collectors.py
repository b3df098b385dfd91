"""The ways into a campaign: opening and shutting them, their addresses and sheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.crypto import get_random_string
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.evidence.choices import CollectionMode
from gapless.core.files.exports import csv_response
from gapless.core.text import LANGUAGES
from gapless.evaluation.campaigns import actions, queries, tokens
from gapless.evaluation.campaigns.choices import CollectorKind, State
from gapless.evaluation.campaigns.letters import minutes_to_answer
from gapless.people.org.choices import UnitKind
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from . import words
from .addresses import QrCode, door, only_on_this_machine, qr_code
from .collector_forms import CollectorForm
from .views import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gapless.evaluation.campaigns.models import Campaign, Collector
    from gapless.people.org.models import Unit, UnitQuerySet

PER_PAGE = 50
SHEETS = 200  # in one print job; more halls come with the next page
BY_ADDRESS = (CollectorKind.LINK, CollectorKind.QR, CollectorKind.KIOSK)
PIN_DIGITS = 6

form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Address:
    """Where customers of one unit begin."""

    unit: Unit
    url: str
    code: QrCode | None = None


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def index(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk)
    shown = _shown(request, campaign, CollectorForm(campaign))
    return render(request, "campaigns/collectors.html", shown)


@policy(Policy.RUN_CAMPAIGNS)
@form_page
def new(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk, to_run=True)
    form = CollectorForm(campaign, request.POST or None)
    if form.is_valid():
        pin = _pin(form)
        try:
            added = actions.add_collector(
                campaign, **form.facts, pin=pin, by=request.user, now=now()
            )
        except actions.Over:
            messages.warning(request, _("It is closed; no collector can be opened."))
            return redirect("campaigns:collectors", pk)
        if pin:
            # Not after a redirect: it stands nowhere, so it can be shown only now.
            shown = {"campaign": campaign, "collector": added, "pin": pin}
            return render(request, "campaigns/pin.html", shown)
        messages.success(request, _("The collector is open."))
        return redirect("campaigns:collector", pk, added.pk)
    return render(request, "campaigns/collectors.html", _shown(request, campaign, form))


def _pin(form: CollectorForm) -> str:
    """The PIN that was typed, or one made up; only a kiosk has one."""
    if form.cleaned_data["kind"] != CollectorKind.KIOSK:
        return ""
    return form.cleaned_data["pin"] or get_random_string(PIN_DIGITS, "0123456789")


def _shown(request: Request, campaign: Campaign, form: CollectorForm) -> dict[str, object]:
    in_reach = set(_units(request, campaign).values_list("pk", flat=True))
    path = campaign.within.path
    return {
        "campaign": campaign,
        "form": form,
        "collectors": [
            (collector, words.WAY[CollectorKind(collector.kind)])
            for collector in queries.collectors_of(campaign)
            if collector.unit_id is None or collector.unit_id in in_reach
        ],
        "ways": words.WAYS,
        "may_run": request.viewer.holds_at(Policy.RUN_CAMPAIGNS, path),
        "may_add": request.viewer.holds_at(Policy.RUN_CAMPAIGNS, path)
        and campaign.state not in (State.CLOSED, State.ARCHIVED),
        "only_here": only_on_this_machine(),
    }


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def detail(request: Request, pk: int, collector: int) -> HttpResponse:
    """One way in: its address for each unit, or where its work is done."""
    campaign = find(request, pk)
    found = _collector(request, campaign, collector)
    typed = request.GET.get("q", "").replace("\0", "").strip()
    units = _wanted(request, campaign, found)
    units = units.matching(typed) if typed else units
    page = Paginator(units, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "campaign": campaign,
        "collector": found,
        "way": words.WAY[CollectorKind(found.kind)],
        "mode": CollectionMode(found.mode).label,
        "by_address": found.kind in BY_ADDRESS,
        "hangs": found.kind in (CollectorKind.LINK, CollectorKind.QR)
        and found.revoked_at is None,
        "words": typed,
        "kind": _kind(request),
        "kinds": _kinds(request, campaign, found),
        "page": page,
        "addresses": list(_addresses(found, page)) if found.kind in BY_ADDRESS else [],
        "may_run": request.viewer.holds_at(Policy.RUN_CAMPAIGNS, campaign.within.path),
        "only_here": only_on_this_machine(),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"campaigns/collector.html{fragment}", shown)


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def addresses(request: Request, pk: int, collector: int) -> HttpResponse:
    campaign = find(request, pk)
    found = _collector(request, campaign, collector, by_address=True)
    rows = (
        [address.unit.code, address.unit.name, address.url]
        for address in _addresses(found, _wanted(request, campaign, found))
    )
    header = [_("Code"), _("Unit"), _("Address")]
    return csv_response(f"campaign-{pk}-addresses.csv", header, rows)


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def sheet(request: Request, pk: int, collector: int) -> HttpResponse:
    """The pages to hang up, one for each unit, in one print job."""
    campaign = find(request, pk)
    found = _collector(request, campaign, collector, by_address=True)
    units = _wanted(request, campaign, found)
    if request.GET.get("unit", "").isdecimal():
        units = units.filter(pk=request.GET["unit"])
    page = Paginator(units, SHEETS).get_page(request.GET.get("page"))
    shown = {
        "campaign": campaign,
        "collector": found,
        "page": page,
        "sheets": list(_addresses(found, page, drawn=True)),
        "others": LANGUAGES[1:],
        "minutes": minutes_to_answer(campaign.version),
        "only_here": only_on_this_machine(),
    }
    return render(request, "campaigns/sheet.html", shown)


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def code(request: Request, pk: int, collector: int, unit: int) -> HttpResponse:
    """One unit's QR code as a file, for a designer or a printer."""
    campaign = find(request, pk)
    found = _collector(request, campaign, collector, by_address=True)
    place: Unit = get_object_or_404(_units(request, campaign, found), pk=unit)
    picture = qr_code(door(tokens.token_of(found, place)))
    svg = render_to_string("campaigns/qr.svg", {"code": picture, "unit": place})
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"qr-{place.code}.svg"
    )
    return response


@policy(Policy.RUN_CAMPAIGNS)
@require_POST
def revocation(request: Request, pk: int, collector: int) -> HttpResponse:
    campaign = find(request, pk, to_run=True)
    found = get_object_or_404(queries.collectors_of(campaign), pk=collector)
    try:
        actions.revoke_collector(found, by=request.user, now=now())
    except actions.AlreadyRevoked:
        messages.warning(request, _("It was shut already."))
    else:
        messages.success(request, _("Shut. Its addresses open nothing any more."))
    return redirect("campaigns:collectors", pk)


# --- What lies within reach -----------------------------------------------------------


def _collector(
    request: Request, campaign: Campaign, pk: int, *, by_address: bool = False
) -> Collector:
    """A way in that serves some unit of the viewer's."""
    collectors = queries.collectors_of(campaign)
    if by_address:
        collectors = collectors.filter(kind__in=BY_ADDRESS, revoked_at=None)
    found: Collector = get_object_or_404(collectors, pk=pk)
    if found.unit_id:
        get_object_or_404(_units(request, campaign), pk=found.unit_id)
    return found


def _units(
    request: Request, campaign: Campaign, collector: Collector | None = None
) -> UnitQuerySet:
    """The units whose customers come in here, as far as the viewer's own go."""
    units = queries.visible_units_of(request.viewer, campaign, Policy.SEE_CAMPAIGNS)
    if collector and collector.unit_id:
        units = units.filter(pk=collector.unit_id)
    return units


def _kinds(
    request: Request, campaign: Campaign, collector: Collector
) -> list[tuple[str, str]]:
    present = set(_units(request, campaign, collector).values_list("kind", flat=True))
    return [(str(k), str(k.label)) for k in UnitKind if k in present]


def _kind(request: Request) -> str:
    """Which kind of units is wanted; customers come to halls unless somebody says more."""
    kind = request.GET.get("kind", UnitKind.HALL)
    return kind if kind in UnitKind.values else ""


def _wanted(request: Request, campaign: Campaign, collector: Collector) -> UnitQuerySet:
    units = _units(request, campaign, collector)
    of_kind = units.filter(kind=_kind(request)) if _kind(request) else units
    asked = "kind" in request.GET or of_kind.exists()
    chosen: UnitQuerySet = of_kind if asked and not collector.unit_id else units
    return chosen


def _addresses(
    collector: Collector, units: Iterable[Unit], *, drawn: bool = False
) -> Iterator[Address]:
    for unit in units:
        url = door(tokens.token_of(collector, unit))
        yield Address(unit, url, qr_code(url) if drawn else None)
