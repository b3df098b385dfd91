"""
Inviting: who of the list is asked, when, and what became of the mail.

Everybody who was drawn keeps a row, asked or not. A mail is a job of its own under the
key of its letter: sent at least once, each time under the same Message-ID, and never to
somebody whom another campaign has asked meanwhile.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop

from gapless.core.audit.actions import record
from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.choices import State as JobState
from gapless.core.jobs.models import Job
from gapless.core.jobs.working import GaveUp, Run
from gapless.people.org.models import Person

from . import letters
from .actions import add_collector
from .choices import CollectorKind, InvitationState, State, Suppression
from .models import Campaign, Collector, Contact, Invitation
from .queries import units_of
from .rules import FINISHED

POST = "campaigns.post"
DISPATCH = "campaigns.dispatch"
INVITE = "campaigns.invite"
"""The jobs of this module; ``gapless.loop`` says which function runs each."""

BATCH = 200
REFUSED = gettext_noop("The mail server says that this address does not exist.")
UNREACHED = gettext_noop("The mail server could not be reached, five times over.")

COLLECTING = (State.DRAFT, State.APPROVED, State.FIELDING)


class Over(Exception):
    """The campaign is closed: nobody is invited any more."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Whom to take: the contacts of these units, all of them or so many at random."""

    units: frozenset[int]
    size: int | None
    seed: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One person of the sample, and why they are not asked, if so."""

    contact: int
    unit: int
    suppression: Suppression | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes of a draw: the frame it was drawn from, and everybody in the sample."""

    frame: int
    people: tuple[Drawn, ...]

    @property
    def asked(self) -> int:
        return sum(each.suppression is None for each in self.people)

    @property
    def suppressed(self) -> Mapping[Suppression, int]:
        return Counter(each.suppression for each in self.people if each.suppression)


# --- Drawing --------------------------------------------------------------------------


def frame_of(campaign: Campaign) -> QuerySet[Contact]:
    """The contacts of the campaign's units that it has not drawn before."""
    drawn = campaign.invitations.filter(contact__isnull=False)
    return Contact.objects.filter(unit__in=units_of(campaign)).exclude(
        pk__in=drawn.values("contact")
    )


def frame_by_unit(campaign: Campaign) -> list[tuple[int, str, int]]:
    """Where they are: (number, name, how many) of each unit that has any."""
    by_unit = frame_of(campaign).values_list("unit", "unit__name").order_by("unit__path")
    return list(by_unit.annotate(n=Count("pk")))


def plan(campaign: Campaign, draw: Draw, *, now: datetime) -> Plan:
    """Who would be asked. The same draw from the same list takes the same people."""
    frame = frame_of(campaign).filter(unit__in=draw.units).order_by("pk")
    people = list(frame.values_list("pk", "unit", "opted_out_at", "email"))
    chosen = people
    if draw.size is not None and draw.size < len(people):
        chosen = sorted(random.Random(draw.seed).sample(people, draw.size))  # noqa: S311
    recently = set(_asked_recently(campaign, now).values_list("contact", flat=True))
    return Plan(
        frame=len(people),
        people=tuple(
            Drawn(
                pk,
                unit,
                _why_not(
                    opted_out=out is not None, recent=pk in recently, address=bool(email)
                ),
            )
            for pk, unit, out, email in chosen
        ),
    )


def _asked_recently(campaign: Campaign, now: datetime) -> QuerySet[Invitation]:
    """What any campaign has sent within this one's days of rest."""
    since = now - timedelta(days=campaign.pause_days)
    return Invitation.objects.filter(sent_at__gt=since, contact__isnull=False)


def _why_not(*, opted_out: bool, recent: bool, address: bool) -> Suppression | None:
    if opted_out:
        return Suppression.OPTED_OUT
    if not address:
        return Suppression.NO_ADDRESS
    return Suppression.ASKED_RECENTLY if recent else None


@transaction.atomic
def invite(campaign: Campaign, draw: Draw, *, by: Person, now: datetime) -> Plan:
    """
    Draw, keep everybody who was drawn, and send to whoever may be asked as soon as the
    campaign is in the field.

    :raises Over: when it is closed.
    """
    # One draw at a time: two at once would both find the same people undrawn.
    this = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if this.state not in COLLECTING:
        raise Over(campaign)
    found = plan(this, draw, now=now)
    collector = _collector(this, by=by, now=now)
    Invitation.objects.bulk_create(_rows(this, collector, found, now=now), batch_size=1000)
    record(
        "campaign.invited",
        subject=campaign,
        by=by,
        at=now,
        unit=campaign.within,
        frame=found.frame,
        size=len(found.people),
        seed=draw.seed,
        invited=found.asked,
        suppressed={str(why): n for why, n in found.suppressed.items()},
    )
    if this.state == State.FIELDING:
        dispatch(this, by=by, now=now)
    return found


def _rows(
    campaign: Campaign, collector: Collector, found: Plan, *, now: datetime
) -> list[Invitation]:
    return [
        Invitation(
            campaign=campaign,
            collector=collector,
            contact_id=each.contact,
            unit_id=each.unit,
            state=InvitationState.SUPPRESSED
            if each.suppression
            else InvitationState.WAITING,
            suppression=each.suppression or "",
            made_at=now,
        )
        for each in found.people
    ]


def _collector(campaign: Campaign, *, by: Person, now: datetime) -> Collector:
    ways_in = campaign.collectors.filter(
        kind=CollectorKind.INVITATION, unit=None, revoked_at=None
    )
    found = ways_in.first()
    return found or add_collector(campaign, CollectorKind.INVITATION, by=by, now=now)


# --- Reads ----------------------------------------------------------------------------


def invitations_in(campaign: Campaign) -> QuerySet[Invitation]:
    """Everybody who was drawn, with how far they came; for whoever runs the campaign."""
    rows = campaign.invitations.select_related("unit", "response", "contact")
    return rows.order_by("-pk")


def in_state(invitations: QuerySet[Invitation], state: str) -> QuerySet[Invitation]:
    """In a state; or suppressed for one reason; or answered, which is further still."""
    if state in Suppression.values:
        return invitations.filter(suppression=state)
    if state == "answered":
        return invitations.filter(response__state__in=FINISHED)
    return invitations.filter(state=state)


def counts(campaign: Campaign) -> Mapping[str, int]:
    """How many of those drawn are in each state, suppressed for each reason, answered."""
    rows = campaign.invitations.values_list("state", "suppression", "response__state")
    found: Counter[str] = Counter()
    for state, suppression, response in rows:
        found[state] += 1
        found[suppression or ""] += 1
        found["answered"] += response in FINISHED
    found["reminded"] = campaign.invitations.filter(reminded__gt=0).count()
    return found


# --- Sending --------------------------------------------------------------------------


def dispatch(campaign: Campaign, *, by: Person | None, now: datetime) -> None:
    """Ask for the mails of everybody who waits. Asking twice sends nothing twice."""
    begins = max(now, campaign.starts_at)
    enqueue(DISPATCH, {"campaign": campaign.pk}, by=by, now=now, run_at=begins)


def run_dispatch(run: Run) -> None:
    """A job of its own for each mail that is due and that nobody has asked for."""
    campaign = Campaign.objects.get(pk=run.payload["campaign"])
    if not campaign.takes_answers(run.now()):
        return
    for some in _unasked(campaign, run.now()):
        with run.step():
            for pk, nth in some:
                _ask(pk, nth, now=run.now())
            run.progress(run.done + len(some))
    with run.step():
        _give_up(campaign, now=run.now())


def _ask(invitation: int, nth: int, *, now: datetime) -> None:
    payload = {"invitation": invitation, "nth": nth}
    enqueue(INVITE, payload, key=letters.key_of(invitation, nth), now=now)


def run_invite(run: Run) -> None:
    """One mail: claimed, sent, written down. Whoever dies in between leaves it claimed."""
    pk, nth = run.payload["invitation"], run.payload["nth"]
    with run.step():
        letter = _claimed(pk, nth, now=run.now())
    if letter is None:
        return
    try:
        letters.send(letter)
    except letters.Refused:
        with run.step():
            _failed(pk, nth, REFUSED, now=run.now())
        return
    except OSError as error:
        if run.job.attempt < run.job.max_attempts:
            raise
        with run.step():
            _failed(pk, nth, UNREACHED, now=run.now())
        raise GaveUp(UNREACHED) from error
    with run.step():
        _sent(pk, nth, now=run.now())


def _claimed(pk: int, nth: int, *, now: datetime) -> letters.Letter | None:
    """
    The letter, if it may still go. The claim is a date: from now on, other campaigns find
    this person asked, and only one of two that come at once gets through.
    """
    found = _with_everything().filter(pk=pk).first()
    if found is None or not found.campaign.takes_answers(now):
        return None
    if found.contact_id:
        Contact.objects.select_for_update().get(pk=found.contact_id)
    return _reminder(found, nth, now) if nth else _first_letter(found, now)


def _first_letter(found: Invitation, now: datetime) -> letters.Letter | None:
    this = Invitation.objects.filter(pk=found.pk, state=InvitationState.WAITING)
    contact = found.contact
    others = _asked_recently(found.campaign, now).exclude(pk=found.pk)
    why = _why_not(
        opted_out=bool(contact and contact.opted_out_at),
        recent=others.filter(contact=contact).exists(),
        address=bool(contact and contact.email),
    )
    if why or contact is None:
        this.update(
            state=InvitationState.SUPPRESSED,
            suppression=why or Suppression.NO_ADDRESS,
            sent_at=None,
        )
        return None
    won = this.update(sent_at=now)
    return letters.letter_for(found, contact, 0) if won else None


def _reminder(found: Invitation, nth: int, now: datetime) -> letters.Letter | None:
    contact = found.contact
    if contact is None or not _to_remind(found.campaign, now).filter(pk=found.pk).exists():
        return None
    return letters.letter_for(found, contact, nth) if nth == found.reminded + 1 else None


def _with_everything() -> QuerySet[Invitation]:
    return Invitation.objects.select_related(
        "campaign__within", "campaign__version", "unit", "contact"
    )


def _sent(pk: int, nth: int, *, now: datetime) -> None:
    this = Invitation.objects.filter(pk=pk)
    if nth:
        this.filter(reminded=nth - 1).update(reminded=nth, reminded_at=now)
    else:
        waiting = this.filter(state=InvitationState.WAITING)
        waiting.update(state=InvitationState.SENT, sent_at=now, failure="")


def _failed(pk: int, nth: int, reason: str, *, now: datetime) -> None:
    """A first mail that never went bothered nobody; a reminder is not tried again."""
    this = Invitation.objects.filter(pk=pk)
    if nth:
        this.update(reminded=nth, reminded_at=now, failure=reason)
    else:
        waiting = this.filter(state=InvitationState.WAITING)
        waiting.update(state=InvitationState.FAILED, sent_at=None, failure=reason)


# --- By the clock ---------------------------------------------------------------------


def _to_remind(campaign: Campaign, now: datetime) -> QuerySet[Invitation]:
    """Who has the mail for some days, has not finished, and may be reminded once more."""
    before = now - timedelta(days=campaign.reminder_days)
    waited = Q(reminded=0, sent_at__lte=before) | Q(reminded__gt=0, reminded_at__lte=before)
    rows = campaign.invitations.filter(
        waited,
        state=InvitationState.SENT,
        reminded__lt=campaign.reminders,
        contact__isnull=False,
        contact__opted_out_at=None,
    )
    return rows.exclude(contact__email="").exclude(response__state__in=FINISHED)


def run_post(run: Run) -> None:
    """
    Asked for every minute: each campaign in the field looks once an hour for mails that
    wait and reminders whose day has come.
    """
    fielding = Campaign.objects.in_state(State.FIELDING)
    for campaign in fielding.filter(starts_at__lte=run.now(), ends_at__gt=run.now()):
        key = f"{DISPATCH}:{campaign.pk}:{run.now():%Y-%m-%dT%H}"
        enqueue(DISPATCH, {"campaign": campaign.pk}, key=key, now=run.now())


def _unasked(campaign: Campaign, now: datetime) -> Iterator[list[tuple[int, int]]]:
    """The next letters without a job, some at a time: (invitation, which letter)."""
    waiting = campaign.invitations.filter(state=InvitationState.WAITING)
    due = [(pk, 0) for pk in waiting.order_by("pk").values_list("pk", flat=True)]
    to_remind = _to_remind(campaign, now).order_by("pk").values_list("pk", "reminded")
    due += [(pk, reminded + 1) for pk, reminded in to_remind]
    for start in range(0, len(due), BATCH):
        some = {
            letters.key_of(pk, nth): (pk, nth) for pk, nth in due[start : start + BATCH]
        }
        asked_for = set(Job.objects.filter(key__in=some).values_list("key", flat=True))
        yield [letter for key, letter in some.items() if key not in asked_for]


def _give_up(campaign: Campaign, *, now: datetime) -> None:
    """A mail whose workers died of it, time and again, is not on its way."""
    claimed = campaign.invitations.filter(
        state=InvitationState.WAITING, sent_at__isnull=False
    )
    keys = {letters.key_of(pk, 0): pk for pk in claimed.values_list("pk", flat=True)}
    hopeless = Job.objects.filter(kind=INVITE, state=JobState.FAILED, key__in=keys)
    for key in hopeless.values_list("key", flat=True):
        _failed(keys[key or ""], 0, UNREACHED, now=now)
