"""Taking a case in: one form for phone, counter and desk, in under a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from gapless.control.cases import answering, at_once, opening
from gapless.control.cases.choices import Fact, Kind, Severity
from gapless.control.cases.foresight import (
    Foreseen,
    cases_with,
    foreseen,
    graded,
    sent_under,
)
from gapless.control.cases.queries import visible_cases
from gapless.control.cases.steps import Concerned
from gapless.core.addresses import email_key, phone_key
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.web.deadlines import short_day
from gapless.web.http import Request, policy

from .taking_in_form import NO_WAY, SAYS_NOTHING, SETTLED_HOW, TakingInForm, new_key
from .uploads import keeping

if TYPE_CHECKING:
    from gapless.control.cases.models import Case
    from gapless.people.org.models import Unit
    from gapless.people.org.rules import Viewer

EARLIER = 5
SEVERAL = ("facts",)
FOLDED = ("purpose", "concerned", "occurred_on", "opened_at", "language", "papers")
# What the verbs refuse: next to which field it is said, and how.
REFUSED: dict[type[Exception], tuple[str, Promise]] = {
    opening.SaysNothing: ("title", SAYS_NOTHING),
    opening.NoWayToAnswer: ("reply_by", NO_WAY),
    Concerned: (
        "concerned",
        gettext_lazy(
            "It is about yourself: ask a colleague to take it in, and tell the customer so."
        ),
    ),
    at_once.NeedsLooking: (
        "settled",
        gettext_lazy(
            "A complaint or a fault is looked into first: take it in without this tick."
        ),
    ),
    at_once.TooGrave: (
        "settled",
        gettext_lazy(
            "A second person reads the answer to so grave a matter: take it in without this"
            " tick."
        ),
    ),
    answering.NothingSaid: ("answer", SETTLED_HOW),
}


@policy(Policy.TAKE_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    if request.method != "POST":
        return _page(request, _empty(request))
    form = TakingInForm(request.viewer, request.POST, request.FILES, now=now())
    if form.is_valid() and (case := _taken_in(request, form)):
        address = reverse("cases:receipt", args=[case.pk])
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    return _page(request, form, told=_told(request.viewer, form), status=422)


@policy(Policy.TAKE_CASES)
@require_POST
def preview(request: Request) -> HttpResponse:
    """How grave it would be and what may be promised, before anything is kept."""
    typed = TakingInForm(request.viewer, request.POST, now=now())
    typed.is_valid()  # as far as it goes: what is missing still says nothing
    told = _told(request.viewer, typed)
    if request.htmx:
        return render(request, "cases/new.html#told", {"told": told})
    form = TakingInForm(request.viewer, initial=_as_typed(request.POST), now=now())
    return _page(request, form, told=told)


def _empty(request: Request) -> TakingInForm:
    """Where and how the last one came in, the next one probably does."""
    last = visible_cases(request.viewer).filter(owner=request.viewer.person_id)
    case = last.select_related("unit").order_by("-opened_at", "-pk").first()
    initial = {
        "key": new_key(),
        "kind": request.GET.get("kind"),
        "unit": request.GET.get("unit") or (case.unit.code if case else None),
        "language": request.user.language,
    }
    initial |= {"channel": case.channel} if case else {}
    return TakingInForm(request.viewer, initial=initial, now=now())


def _as_typed(data: QueryDict) -> dict[str, Any]:
    return {
        name: data.getlist(name) if name in SEVERAL else data.get(name) for name in data
    }


def _page(
    request: Request, form: TakingInForm, *, told: Told | None = None, status: int = 200
) -> HttpResponse:
    shown = {
        "form": form,
        "told": told or Told(),
        "one_unit": units_for(request.viewer, Policy.TAKE_CASES)[:2].count() == 1,
        "graded": graded(),
        "files_lost": bool(request.FILES) and not request.htmx,
        "more_open": any(
            form[name].errors
            for name in ("occurred_on", "opened_at", "concerned", "papers")
        ),
    }
    template = "cases/new.html#form" if request.htmx else "cases/new.html"
    return render(request, template, shown, status=status)


def _taken_in(request: Request, form: TakingInForm) -> Case | None:
    """The case, or what is in its way said next to the field."""
    key = f"staff:{request.user.pk}:{form.cleaned_data['key']}"
    sent = sent_under(request.viewer, key)
    if sent and form.became(sent):
        return sent
    if sent:
        form.begin_anew()
        form.add_error(None, _used_before(sent))
        return None
    try:
        return _take_in(request, form, key)
    except tuple(REFUSED) as error:
        field, sentence = REFUSED[type(error)]
        form.add_error(field, str(sentence))
        return None


def _take_in(request: Request, form: TakingInForm, key: str) -> Case:
    typed, at = form.cleaned_data, form.now
    with keeping(typed["papers"], form.unit, by=request.user, now=at) as files:
        if typed["settled"]:
            case = at_once.settle_at_once(
                form.matter(files),
                form.customer,
                text=typed["answer"],
                key=key,
                opened_at=typed["opened_at"],
                by=request.user,
                now=at,
            )
            messages.success(request, _("Taken in, answered and closed."))
            return case
        return opening.take_in(
            form.matter(files),
            form.customer,
            key=key,
            opened_at=typed["opened_at"],
            owner=request.user,
            by=request.user,
            now=at,
        )


def _used_before(sent: Case) -> str:
    return _(
        "This form was sent before, and became case %(number)s. What you typed now is kept:"
        " send it again, and it becomes a case of its own."
    ) % {"number": sent}


# --- What the page says while it is filled in -----------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What whoever takes it in may tell the customer, and should know of them."""

    severity: Severity | None = None
    because: tuple[Fact, ...] = ()
    promise: str = ""
    earlier: tuple[Case, ...] = ()
    more: bool = False  # cases than those

    @property
    def tone(self) -> str:
        grave = self.severity in (Severity.GRAVE, Severity.SERIOUS)
        return "short" if grave else "plain"


def _told(viewer: Viewer, form: TakingInForm) -> Told:
    typed = form.cleaned_data
    keys = [phone_key(typed.get("phone") or ""), email_key(typed.get("email") or "")]
    found = list(cases_with(viewer, [key for key in keys if key])[: EARLIER + 1])
    earlier, more = tuple(found[:EARLIER]), len(found) > EARLIER
    judged = _judged(typed, form.now)
    if judged is None:
        return Told(earlier=earlier, more=more)
    promise = _promise(judged, typed["unit"], form.now)
    return Told(judged.severity, judged.because, promise, earlier, more)


def _judged(typed: dict[str, Any], at: datetime) -> Foreseen | None:
    if not (typed.get("kind") and typed.get("unit")):
        return None
    facts = frozenset(Fact(code) for code in typed.get("facts", ()))
    opened_at = typed.get("opened_at") or at
    return foreseen(Kind(typed["kind"]), facts, typed["unit"], opened_at=opened_at)


def _promise(judged: Foreseen, unit: Unit, at: datetime) -> str:
    """As whoever stands there may say it: by the clock on the wall of that unit."""
    if judged.promised_at is None:
        return ""
    zone = ZoneInfo(unit.time_zone)
    local = localtime(judged.promised_at, zone)
    return f"{short_day(local.date(), today=localtime(at, zone).date())} {local:%H:%M}"
