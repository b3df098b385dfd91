"""Telephone entry: choose whom it is about, read out the notice, type what is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.html import escape
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapless.core.text import said
from gapless.evaluation.campaigns import calling, queries
from gapless.evaluation.campaigns.choices import CollectorKind, State
from gapless.evaluation.campaigns.intake import (
    Closed,
    HandedIn,
    Incomplete,
    KeyReused,
    Used,
)
from gapless.people.org.rules import Policy
from gapless.web.answering.splicing import slot
from gapless.web.answering.steps import parts_of
from gapless.web.answering.words import told
from gapless.web.http import Request, policy

from .forms import StartForm

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.intake import Receipt
    from gapless.evaluation.campaigns.models import Campaign, Contact
    from gapless.evaluation.campaigns.queries import Door


@policy(Policy.ENTER_ANSWERS)
@require_safe
def index(request: Request) -> HttpResponse:
    """The campaigns in which calls are made now."""
    visible = queries.visible_campaigns(request.viewer, Policy.ENTER_ANSWERS)
    open_now = visible.in_state(State.FIELDING).filter(
        starts_at__lte=now(),
        ends_at__gt=now(),
        collectors__kind=CollectorKind.PHONE,
        collectors__revoked_at=None,
    )
    return render(request, "phone/index.html", {"campaigns": open_now.distinct()})


@policy(Policy.ENTER_ANSWERS)
@require_safe
def start(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk)
    return _start(request, campaign, _form(request, campaign, bound=False))


def _form(request: Request, campaign: Campaign, *, bound: bool) -> StartForm:
    units = queries.visible_units_of(request.viewer, campaign, Policy.ENTER_ANSWERS)
    only = units[0].code if units.count() == 1 else ""
    return StartForm(
        units,
        request.GET if bound else None,
        initial={
            "unit": request.GET.get("unit", only),
            "language": request.GET.get("language"),
        },
        with_contact=request.viewer.holds(Policy.SEE_CONTACTS),
    )


def _start(request: Request, campaign: Campaign, form: StartForm) -> HttpResponse:
    shown = {
        "campaign": campaign,
        "form": form,
        "open": campaign.takes_answers(now()) and _has_a_phone(campaign),
        "may_run": request.viewer.holds_at(Policy.RUN_CAMPAIGNS, campaign.within.path),
        "sees_campaign": request.viewer.holds(Policy.SEE_CAMPAIGNS),
    }
    return render(request, "phone/start.html", shown)


def _has_a_phone(campaign: Campaign) -> bool:
    ways_in = queries.collectors_of(campaign)
    return ways_in.filter(kind=CollectorKind.PHONE, revoked_at=None).exists()


@dataclass(frozen=True, slots=True)
class Call:
    """One call: through which door, with whom if that is known, in which language."""

    door: Door
    contact: Contact | None
    language: str


@policy(Policy.ENTER_ANSWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk)
    form = _form(request, campaign, bound=True)
    this = _call(request, campaign, form) if form.is_valid() else None
    if this is None or not campaign.takes_answers(now()):
        return _start(request, campaign, form)
    if request.method == "POST":
        return _hand_in(request, this)
    return _page(request, this, {}, {})


def _call(request: Request, campaign: Campaign, form: StartForm) -> Call | None:
    """The call, or what is in its way said next to the field."""
    chosen = form.cleaned_data
    door = queries.phone_door(request.viewer, campaign, chosen["unit"])
    if door is None:
        return None
    typed, contact = chosen.get("contact", ""), None
    if typed:
        contact = calling.contact_to_call(request.viewer, campaign, typed)
        if contact is None:
            form.add_error(
                "contact", _("Nobody on the list of these units has this address.")
            )
            return None
        if calling.why_not(campaign, contact, now=now()):
            form.add_error("contact", _not_to_be_asked())
            return None
    return Call(door, contact, chosen["language"])


def _hand_in(request: Request, this: Call) -> HttpResponse:
    given = {name: request.POST.getlist(name) for name in request.POST}
    handed_in = _handed_in(request, this, given)
    problems: dict[str, str] = {}
    if "consent" not in given:
        wrong = _("Tick that the customer agrees; without that, nothing is kept.")
        return _page(request, this, given, problems, wrong)
    try:
        receipt = calling.enter_answer(
            this.door, this.contact, handed_in, by=request.user, now=now()
        )
    except Incomplete as error:
        problems = told(error.problems)
        wrong = _(
            "Some answers are missing or cannot be right; all that was typed is kept."
        )
    except calling.NotToBeAsked:
        wrong = _not_to_be_asked()
    except (KeyReused, Used):
        wrong = _(
            "This customer has answered already, or begun to by the link of the invitation."
            " Nothing was added."
        )
    except Closed:
        wrong = _("The campaign has ended meanwhile; nothing is taken in any more.")
    else:
        return _done(request, this, receipt)
    return _page(request, this, given, problems, wrong)


def _handed_in(request: Request, this: Call, given: dict[str, list[str]]) -> HandedIn:
    seconds = request.POST.get("seconds", "")
    counted = seconds.isascii() and seconds.isdecimal() and len(seconds) < 7
    return HandedIn(
        key=request.POST.get("key", "")[:64] or _new_key(request),
        fields=given,
        language=this.language,
        seconds=int(seconds) if counted else None,
        device="",
        network="",
    )


def _new_key(request: Request) -> str:
    """One call of one person: sent twice, it is the same answer."""
    this = f"{request.user.pk} {now().isoformat()}"
    return salted_hmac("gapless.call", this, algorithm="sha256").hexdigest()[:32]


def _not_to_be_asked() -> str:
    return _(
        "This customer does not want to be asked, or was asked by another campaign too"
        " recently. Thank them and leave it at that."
    )


def _page(
    request: Request,
    this: Call,
    given: dict[str, list[str]],
    problems: dict[str, str],
    wrong: str = "",
) -> HttpResponse:
    """The questions in the language of the call, the rest in the reader's own."""
    with translation.override(this.language):
        parts = parts_of(queries.draft_for(this.door.campaign), given, problems)
        notice = said(this.door.campaign.notice)
        questions = render_to_string("phone/questions.html", {"parts": parts})
    shown = {
        "campaign": this.door.campaign,
        "unit": this.door.unit,
        "contact": this.contact,
        "language": this.language,
        "notice": notice,
        "questions": questions,
        "key": given["key"][-1] if given.get("key") else _new_key(request),
        "consent": "consent" in given,
        "wrong": wrong,
        "count": sum(len(part.steps) for part in parts),
    }
    response = render(request, "phone/call.html", shown, status=422 if wrong else 200)
    name = str(escape(this.door.unit.name))
    response.content = response.content.decode().replace(slot("unit"), name).encode()
    return response


def _done(request: Request, this: Call, receipt: Receipt) -> HttpResponse:
    with translation.override(this.language):
        thanks = said(this.door.campaign.thanks)
    shown = {
        "campaign": this.door.campaign,
        "unit": this.door.unit,
        "receipt": receipt,
        "thanks": thanks,
        "language": this.language,
    }
    return render(request, "phone/done.html", shown)


def find(request: Request, pk: int) -> Campaign:
    visible = queries.visible_campaigns(request.viewer, Policy.ENTER_ANSWERS)
    campaign: Campaign = get_object_or_404(visible, pk=pk)
    return campaign
