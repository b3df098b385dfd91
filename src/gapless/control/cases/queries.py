"""
Reads of cases. Each starts with who is asking; for somebody whom a case is about it does
not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import (
    DateTimeField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.addresses import keys_of
from gapless.core.clocks.choices import State as ClockState
from gapless.core.clocks.models import Clock
from gapless.people.org.models import Person, PersonQuerySet, RoleAssignment, under
from gapless.people.org.queries import units_for
from gapless.people.org.rules import HOLDERS, Policy, Viewer
from gapless.people.work.rules import Entry as WorkEntry
from gapless.people.work.sources import Source

from . import rules
from .choices import OfferState, State
from .models import (
    Case,
    CaseQuerySet,
    Concern,
    Draft,
    Entry,
    NotFiled,
    Offer,
)

UNIT = "unit__path"


def visible_cases(viewer: Viewer) -> CaseQuerySet:
    """
    Those of the units in reach, for whoever sees cases there; and one's own: whose owner
    or holder one is, or that one is to take on.
    """
    return Case.objects.filter(_seen(viewer)).not_about(viewer.person_id)


def _seen(viewer: Viewer) -> Q:
    # Sets of numbers, not joins and not `Exists`: with these an OR can use indexes, and
    # PostgreSQL's planner does not take one unit after the other through all cases.
    within = Q(unit__in=units_for(viewer, Policy.SEE_CASES).values("pk"))
    if not viewer.holds(Policy.TAKE_CASES):
        return within
    me = viewer.person_id
    offered = Offer.objects.filter(to=me, state=OfferState.OPEN).values("case")
    return within | Q(owner=me) | Q(holder=me) | Q(pk__in=offered)


def with_due(cases: CaseQuerySet) -> CaseQuerySet:
    """With `due_at`: of the clocks that still run, the first limit."""
    return cases.annotate(due_at=_first_limit("matter"))


def _first_limit(matter: str) -> Subquery:
    # While a clock is paused its limit moves along; once passed, it stays passed.
    running = Clock.objects.filter(
        matter=OuterRef(matter), stopped_at=None, due_at__isnull=False
    ).exclude(state=ClockState.PAUSED, breached_at=None)
    return Subquery(running.order_by("due_at").values("due_at")[:1])


def matching(cases: CaseQuerySet, typed: str) -> CaseQuerySet:
    """
    Those with this number, with this word in the matter or in the customer's words, or of
    the customer with exactly this telephone or e-mail. Names stand encrypted.
    """
    words = typed.strip()
    wanted = Q(title__icontains=words) | Q(words__icontains=words)
    if keys := keys_of(words):
        wanted |= Q(phone_key__in=keys) | Q(email_key__in=keys)
    number = rules.number_in(words)
    if number is not None:
        wanted |= Q(pk=number)
    return cases.filter(wanted)


def earlier_of(viewer: Viewer, case: Case) -> CaseQuerySet:
    """What else this customer came with, newest first, as far as the viewer sees it."""
    same = visible_cases(viewer).of_customer([case.phone_key, case.email_key])
    return same.exclude(pk=case.pk)


def timeline(case: Case) -> QuerySet[Entry]:
    found = Entry.objects.filter(case=case).select_related("by", "whom", "other")
    return found.prefetch_related("attachments__file").order_by("at", "pk")


def open_offer(case: Case) -> Offer | None:
    found = Offer.objects.filter(case=case, state=OfferState.OPEN)
    return found.select_related("by", "to").first()


def waiting_draft(case: Case) -> Draft | None:
    return Draft.objects.filter(case=case, decided_at=None).select_related("by").first()


def unreviewed(case: Case) -> NotFiled | None:
    found = NotFiled.objects.filter(case=case, reviewed_at=None)
    return found.select_related("by").order_by("-pk").first()


def concerned_in(case: Case) -> PersonQuerySet:
    about = Concern.objects.filter(case=case).values("person")
    people: PersonQuerySet = Person.objects.filter(pk__in=about).order_by("name")
    return people


def takers(viewer: Viewer, *, on: date) -> PersonQuerySet:
    """
    Who takes cases in the units that the viewer may see, and so may be given one. Whether
    a case is about one of them, the verbs say: a list would give it away.
    """
    held = RoleAssignment.objects.on(on).filter(
        under(UNIT, viewer.paths(Policy.SEE_UNITS)), role__in=HOLDERS[Policy.TAKE_CASES]
    )
    people: PersonQuerySet = Person.objects.filter(
        pk__in=held.values("person"), is_active=True
    ).order_by("name", "pk")
    return people


# --- 我的工作 --------------------------------------------------------------------------
# What runs out stands there as a clock; here is what waits for somebody otherwise.


def work(viewer: Viewer, _now: datetime) -> Iterator[Source]:
    yield _offers(viewer)
    yield _drafts(viewer)
    yield _answered(viewer)
    yield _not_filed(viewer)


def _visible(viewer: Viewer) -> Q:
    return Q(case__in=visible_cases(viewer).values("pk"))


def _not_about(viewer: Viewer) -> Q:
    """Whoever may count work, and sees none of it, counts nothing about themselves."""
    return ~Q(case__in=Concern.objects.filter(person=viewer.person_id).values("case"))


def _decides(viewer: Viewer) -> Q:
    return under("case__unit__path", viewer.paths(Policy.DECIDE_CASES))


def _offers(viewer: Viewer) -> Source:
    return Source(
        area="case_offer",
        name=gettext_lazy("Cases to take on"),
        rows=Offer.objects.filter(_not_about(viewer), state=OfferState.OPEN).select_related(
            "case__unit", "by", "to"
        ),
        seen=_visible(viewer),
        mine=Q(to=viewer.person_id),
        tell=_told_offer,
        words=("case__title", "case__unit__name", "by__name"),
        person="to",
        unit="case__unit__path",
        done=Offer.objects.filter(to=viewer.person_id, ended_at__isnull=False).exclude(
            state__in=(OfferState.BOUNCED, OfferState.WITHDRAWN)
        ),
        done_at="ended_at",
    )


def _told_offer(offer: Offer) -> WorkEntry:
    return WorkEntry(
        area="case_offer",
        number=offer.pk,
        title=_("Take on %(number)s: %(title)s")
        % {"number": offer.case, "title": offer.case.title},
        where=offer.case.unit.name,
        why=_("%(name)s hands it over: %(reason)s")
        % {"name": offer.by.name, "reason": offer.reason},
        url=reverse("cases:detail", args=[offer.case_id]),
        due_at=offer.due_at,
        opened_at=offer.made_at,
        action=_("Take it on"),
        unit_path=offer.case.unit.path,
        person_id=offer.to_id,
        person=offer.to.name,
        waits=offer.by.name,
    )


def _drafts(viewer: Viewer) -> Source:
    """Answers that a second person has to read; as due as the case itself."""
    waiting = Draft.objects.filter(_not_about(viewer), decided_at=None).annotate(
        due_at=Coalesce(_first_limit("case__matter"), F("proposed_at"))
    )
    return Source(
        area="case_draft",
        name=gettext_lazy("Answers to approve"),
        rows=waiting.select_related("case__unit", "by"),
        seen=_visible(viewer),
        mine=_decides(viewer) & ~Q(by=viewer.person_id),
        tell=_told_draft,
        words=("case__title", "case__unit__name", "by__name"),
        unit="case__unit__path",
        done=Draft.objects.filter(decided_by=viewer.person_id).annotate(
            due_at=F("decided_at")
        ),
        done_at="decided_at",
    )


def _told_draft(draft: Draft) -> WorkEntry:
    return WorkEntry(
        area="case_draft",
        number=draft.pk,
        title=_("Approve the answer to %(number)s: %(title)s")
        % {"number": draft.case, "title": draft.case.title},
        where=draft.case.unit.name,
        why=_("Proposed by %(name)s") % {"name": draft.by.name},
        url=reverse("cases:detail", args=[draft.case_id]),
        due_at=draft.due_at,  # type: ignore[attr-defined]  # annotated above
        opened_at=draft.proposed_at,
        action=_("Read it"),
        unit_path=draft.case.unit.path,
        waits=draft.by.name,
    )


def _answered(viewer: Viewer) -> Source:
    """Whoever is responsible asks the customer; a week of silence lets it be closed."""
    until = ExpressionWrapper(
        F("answered_at") + Value(rules.SILENCE), output_field=DateTimeField()
    )
    waiting = Case.objects.not_about(viewer.person_id).filter(
        state__in=(State.ANSWERED, State.CONFIRMED), answered_at__isnull=False
    )
    return Source(
        area="case_answered",
        name=gettext_lazy("Cases to close"),
        rows=waiting.annotate(due_at=until).select_related("unit", "owner"),
        seen=Q(pk__in=visible_cases(viewer).values("pk")),
        mine=Q(owner=viewer.person_id),
        tell=_told_answered,
        words=("title", "unit__name", "owner__name"),
        person="owner",
        done=Case.objects.filter(owner=viewer.person_id, state=State.CLOSED).annotate(
            due_at=F("ended_at")
        ),
        done_at="ended_at",
    )


def _told_answered(case: Case) -> WorkEntry:
    confirmed = case.state == State.CONFIRMED
    blanks = {"number": case, "title": case.title}
    return WorkEntry(
        area="case_answered",
        number=case.pk,
        title=(
            _("Close %(number)s: %(title)s")
            if confirmed
            else _("Ask the customer of %(number)s: %(title)s")
        )
        % blanks,
        where=case.unit.name,
        why=(
            _("The customer says that it is settled")
            if confirmed
            else _("The customer has not said whether it is settled")
        ),
        url=reverse("cases:detail", args=[case.pk]),
        due_at=case.due_at,  # type: ignore[attr-defined]  # annotated above
        opened_at=case.answered_at or case.opened_at,
        action=_("Close it") if confirmed else _("Ask"),
        unit_path=case.unit.path,
        person_id=case.owner_id,
        person=case.owner.name,
    )


def _not_filed(viewer: Viewer) -> Source:
    """What was not filed waits for a second person."""
    until = ExpressionWrapper(
        F("at") + Value(rules.REVIEW_WITHIN), output_field=DateTimeField()
    )
    return Source(
        area="case_not_filed",
        name=gettext_lazy("Matters not filed, to review"),
        rows=NotFiled.objects.filter(_not_about(viewer), reviewed_at=None)
        .annotate(due_at=until)
        .select_related("case__unit", "by"),
        seen=_visible(viewer),
        mine=_decides(viewer) & ~Q(by=viewer.person_id),
        tell=_told_not_filed,
        words=("case__title", "case__unit__name", "by__name"),
        unit="case__unit__path",
        done=NotFiled.objects.filter(reviewed_by=viewer.person_id).annotate(
            due_at=F("reviewed_at")
        ),
        done_at="reviewed_at",
    )


def _told_not_filed(decision: NotFiled) -> WorkEntry:
    return WorkEntry(
        area="case_not_filed",
        number=decision.pk,
        title=_("Was it right not to file %(number)s: %(title)s?")
        % {"number": decision.case, "title": decision.case.title},
        where=decision.case.unit.name,
        why=_("Not filed by %(name)s: %(reason)s")
        % {"name": decision.by.name, "reason": decision.reason},
        url=reverse("cases:detail", args=[decision.case_id]),
        due_at=decision.due_at,  # type: ignore[attr-defined]  # annotated above
        opened_at=decision.at,
        action=_("Review it"),
        unit_path=decision.case.unit.path,
        waits=decision.by.name,
    )
