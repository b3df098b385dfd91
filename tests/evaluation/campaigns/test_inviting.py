"""Invitations: who is drawn, who is left in peace, and mails sent once or told apart."""

from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.db.models import F

from gapless.core.audit.models import Event
from gapless.core.instruments.models import FormVersion
from gapless.core.jobs.models import Job
from gapless.core.jobs.rules import LEASE
from gapless.core.jobs.working import Lost, Run, Stop, claim, run_next
from gapless.evaluation.campaigns import calling, contacts, inviting, letters
from gapless.evaluation.campaigns.actions import take_step
from gapless.evaluation.campaigns.choices import (
    CollectorKind,
    InvitationState,
    ResponseState,
    State,
    Suppression,
)
from gapless.evaluation.campaigns.contacts import ContactFacts
from gapless.evaluation.campaigns.intake import Used, finish
from gapless.evaluation.campaigns.models import Campaign, Contact, Invitation, Response
from gapless.evaluation.campaigns.queries import door_of, phone_door
from gapless.evaluation.campaigns.tokens import invitation_token
from gapless.loop import JOBS
from gapless.people.org.models import Unit
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.fielding import handed_in, later

Add = Callable[..., Contact]


@pytest.fixture
def add(cast: Cast) -> Add:
    def added(name: str, unit: Unit | None = None, **said: str) -> Contact:
        facts = ContactFacts(name=name, **{"email": f"{name}@example.com"} | said)
        return contacts.add_contact(facts, unit or cast.east, by=cast.chen, now=NINE_AM)

    return added


def everybody(campaign: Campaign, size: int | None = None, seed: int = 1) -> inviting.Draw:
    units = frozenset(unit for unit, _name, _n in inviting.frame_by_unit(campaign))
    return inviting.Draw(units, size, seed)


def invite(campaign: Campaign, cast: Cast, **said: Any) -> inviting.Plan:
    now = said.pop("now", NINE_AM)
    return inviting.invite(campaign, everybody(campaign, **said), by=cast.chen, now=now)


def work(at: datetime = NINE_AM) -> None:
    """Carry out what is due at that moment."""
    while run_next(JOBS, clock=lambda: at):
        pass


def the_job(kind: str = inviting.INVITE) -> Job:
    return Job.objects.filter(kind=kind).latest("pk")


def begin(kind: str = inviting.INVITE, at: datetime = NINE_AM) -> Run:
    """Claim a job as a worker does."""
    job = claim([kind], at, lease=LEASE)
    assert job is not None
    return Run(job, clock=lambda: at, lease=LEASE, stop=Stop())


# --- Who is drawn ---------------------------------------------------------------------


def test_everybody_drawn_keeps_a_row_asked_or_not(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    add("asked")
    add("called", email="", phone="+8613800138000")
    contacts.opt_out(add("tired"), by=None, now=NINE_AM)

    plan = invite(campaign, cast)

    assert (plan.asked, len(plan.people)) == (1, 3)
    assert dict(plan.suppressed) == {Suppression.OPTED_OUT: 1, Suppression.NO_ADDRESS: 1}
    states = Invitation.objects.values_list("state", flat=True)
    assert sorted(states) == ["suppressed", "suppressed", "waiting"]


def test_the_same_start_draws_the_same_people(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    for n in range(40):
        add(f"n{n}")

    one = inviting.plan(campaign, everybody(campaign, size=10, seed=7), now=NINE_AM)
    same = inviting.plan(campaign, everybody(campaign, size=10, seed=7), now=NINE_AM)
    other = inviting.plan(campaign, everybody(campaign, size=10, seed=8), now=NINE_AM)

    assert one == same
    assert len(one.people) == 10
    assert one.frame == 40
    assert one.people != other.people


def test_the_draw_stands_in_the_trail(cast: Cast, campaign: Campaign, add: Add) -> None:
    for n in range(5):
        add(f"n{n}")
    invite(campaign, cast, size=3, seed=42)

    told = Event.objects.get(type="campaign.invited").facts
    assert (told["seed"], told["frame"], told["size"]) == (42, 5, 3)
    assert "example.com" not in str(told)


def test_nobody_is_drawn_twice_into_one_campaign(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    add("first")
    invite(campaign, cast)
    add("second")

    assert len(invite(campaign, cast).people) == 1
    assert Invitation.objects.count() == 2


def test_only_the_units_of_the_campaign_are_drawn_from(
    cast: Cast, version: FormVersion, add: Add
) -> None:
    campaign = fielding.in_the_field(cast, version)
    campaign.units.set([cast.east])
    add("east", cast.east)
    add("west", cast.west)

    assert [name for _unit, name, _n in inviting.frame_by_unit(campaign)] == ["East hall"]
    both = inviting.Draw(frozenset({cast.east.pk, cast.west.pk}), None, 1)
    assert len(inviting.plan(campaign, both, now=NINE_AM).people) == 1


def test_a_closed_campaign_invites_nobody(cast: Cast, campaign: Campaign, add: Add) -> None:
    add("late")
    take_step(campaign, State.CLOSED, by=cast.chen, now=NINE_AM)

    with pytest.raises(inviting.Over):
        invite(campaign, cast)


# --- How often ------------------------------------------------------------------------


def test_nobody_is_asked_again_within_the_days_of_rest(
    cast: Cast, campaign: Campaign, version: FormVersion, add: Add
) -> None:
    add("li")
    invite(campaign, cast)
    work()
    facts = {"ends_at": later(days=200), "pause_days": 60}
    other = fielding.in_the_field(cast, version, **facts)

    def plan(days: int) -> inviting.Plan:
        return inviting.plan(other, everybody(other), now=later(days=days))

    assert plan(59).suppressed == {Suppression.ASKED_RECENTLY: 1}
    assert plan(61).asked == 1


def test_two_campaigns_that_draw_the_same_person_at_once_send_one_mail(
    cast: Cast, campaign: Campaign, version: FormVersion, add: Add
) -> None:
    add("li")
    other = fielding.in_the_field(cast, version)
    assert invite(campaign, cast).asked == 1
    assert invite(other, cast).asked == 1

    work()

    assert len(mail.outbox) == 1
    states = Invitation.objects.order_by("pk").values_list("state", "suppression")
    assert set(states) == {("sent", ""), ("suppressed", "asked_recently")}


def test_whoever_opts_out_gets_no_mail_that_waited(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    li = add("li")
    invite(campaign, cast)
    contact = contacts.contact_of(contacts.opt_out_token(li))
    assert contact == li
    contacts.opt_out(li, by=None, now=NINE_AM)

    work()

    assert mail.outbox == []
    assert Invitation.objects.get().suppression == Suppression.OPTED_OUT


def test_erasing_somebody_keeps_the_sample_whole(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    li = add("li")
    invite(campaign, cast)
    contacts.erase_contact(li, by=cast.chen, reason="Asked for.", now=NINE_AM)

    work()

    row = Invitation.objects.get()
    assert (row.contact, row.state, row.unit) == (None, "suppressed", cast.east)
    assert mail.outbox == []


# --- Mail -----------------------------------------------------------------------------


def test_the_mail_says_who_asks_and_leads_to_the_questionnaire(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    add("li", language="en")
    invite(campaign, cast)
    work()

    (letter,) = mail.outbox
    invitation = Invitation.objects.get()
    token = invitation_token(invitation)
    door = door_of(token)
    assert letter.to == ["li@example.com"]
    assert "City" in letter.subject
    assert "East hall" in letter.subject
    assert f"/s/{token}/" in letter.body
    assert contacts.opt_out_token(Contact.objects.get()) in letter.body
    assert "confidential" in letter.body
    assert door is not None
    assert door.invitation == invitation
    assert (invitation.state, invitation.sent_at) == (InvitationState.SENT, NINE_AM)


def test_a_name_is_text_and_never_a_blank(cast: Cast, campaign: Campaign, add: Add) -> None:
    contacts.add_contact(
        ContactFacts("%(link)s {{ 7*7 }} %s\nBcc: x", "a@example.com", language="en"),
        cast.east,
        by=cast.chen,
        now=NINE_AM,
    )
    invite(campaign, cast)
    work()

    assert "Dear %(link)s {{ 7*7 }} %s" in mail.outbox[0].body


def test_a_mail_is_asked_for_once_however_often_it_is_dispatched(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    add("li")
    invite(campaign, cast)
    inviting.dispatch(campaign, by=cast.chen, now=NINE_AM)
    inviting.dispatch(campaign, by=cast.chen, now=NINE_AM)
    work()

    assert Job.objects.filter(kind=inviting.INVITE).count() == 1
    assert len(mail.outbox) == 1


def test_nothing_is_sent_before_the_campaign_is_in_the_field(
    cast: Cast, version: FormVersion, add: Add
) -> None:
    start = later(days=2)
    campaign = fielding.plan_campaign(
        fielding.facts(cast, version, starts_at=start), [cast.city], by=None, now=NINE_AM
    )
    add("li")
    invite(campaign, cast)
    work()
    assert mail.outbox == []

    take_step(campaign, State.APPROVED, by=cast.chen, now=NINE_AM)
    take_step(campaign, State.FIELDING, by=None, now=start)
    inviting.run_post(begun_post(start))
    work(start)
    assert len(mail.outbox) == 1


def begun_post(at: datetime) -> Run:
    inviting.enqueue(inviting.POST, {}, now=at)
    return begin(inviting.POST, at)


def test_nothing_is_sent_after_the_end(cast: Cast, campaign: Campaign, add: Add) -> None:
    add("li")
    invite(campaign, cast)
    take_step(campaign, State.CLOSED, by=cast.chen, now=NINE_AM)
    work()

    assert mail.outbox == []
    assert Invitation.objects.get().state == InvitationState.WAITING


def test_a_worker_killed_after_sending_sends_a_copy_that_can_be_told(
    cast: Cast, campaign: Campaign, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("li")
    invite(campaign, cast)
    run_next({inviting.DISPATCH: inviting.run_dispatch}, clock=lambda: NINE_AM)

    class Killed(BaseException):
        pass

    def killed(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(inviting, "_sent", killed)
        with pytest.raises(Killed):
            inviting.run_invite(begin())
    assert Invitation.objects.get().state == InvitationState.WAITING

    work(NINE_AM + LEASE * 2)  # the lease has run out; another worker finds the job

    first, copy = mail.outbox
    assert first.extra_headers["Message-ID"] == copy.extra_headers["Message-ID"]
    assert Invitation.objects.get().state == InvitationState.SENT


def test_a_worker_that_was_taken_for_dead_cannot_send_again(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    add("li")
    invite(campaign, cast)
    run_next({inviting.DISPATCH: inviting.run_dispatch}, clock=lambda: NINE_AM)
    slow = begin()
    work(NINE_AM + LEASE * 2)

    with pytest.raises(Lost):
        inviting.run_invite(slow)
    assert len(mail.outbox) == 1


def test_an_address_that_does_not_exist_fails_at_once(
    cast: Cast, campaign: Campaign, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, SMTPRecipientsRefused({"li@example.com": (550, b"no such user")}))
    add("li")
    invite(campaign, cast)
    work()

    row = Invitation.objects.get()
    assert (row.state, row.sent_at) == (InvitationState.FAILED, None)
    assert row.failure == inviting.REFUSED


@pytest.mark.parametrize(
    "error",
    [
        SMTPServerDisconnected("gone"),
        ConnectionRefusedError(),
        SMTPRecipientsRefused({"li@example.com": (450, b"try later")}),
    ],
)
def test_a_server_that_is_away_is_tried_five_times(
    cast: Cast,
    campaign: Campaign,
    add: Add,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    tries = refuse(monkeypatch, error)
    add("li")
    invite(campaign, cast)
    work()
    assert len(tries) == 1
    assert Invitation.objects.get().state == InvitationState.WAITING

    for hours in range(1, 6):
        work(later(hours=hours * 2))

    assert len(tries) == 5
    row = Invitation.objects.get()
    assert (row.state, row.failure) == (InvitationState.FAILED, inviting.UNREACHED)


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[str]:
    tries: list[str] = []

    def send(message: mail.EmailMessage) -> int:
        tries.append(message.to[0])
        raise error

    monkeypatch.setattr(letters.EmailMessage, "send", send)
    return tries


# --- Reminders ------------------------------------------------------------------------


def test_reminders_go_to_whoever_has_not_finished_and_no_more_than_planned(
    cast: Cast, version: FormVersion, add: Add
) -> None:
    campaign = fielding.in_the_field(cast, version, reminders=2, reminder_days=5)
    add("silent", language="en")
    answering = add("answering")
    invite(campaign, cast)
    work()
    invitation = Invitation.objects.get(contact=answering)
    door = door_of(invitation_token(invitation))
    assert door is not None
    finish(door, handed_in(door.key), now=later(days=1))
    mail.outbox.clear()

    sent = {}
    for day in range(1, 21):
        inviting.run_post(begun_post(later(days=day)))
        work(later(days=day))
        sent[day] = len(mail.outbox)

    assert (sent[4], sent[5], sent[9], sent[10], sent[20]) == (0, 1, 1, 2, 2)
    assert {letter.to[0] for letter in mail.outbox} == {"silent@example.com"}
    assert "reminder" in mail.outbox[0].subject.lower()
    ids = {letter.extra_headers["Message-ID"] for letter in mail.outbox}
    assert len(ids) == 2
    assert Invitation.objects.get(reminded=2).reminded_at == later(days=10)


def test_a_campaign_without_reminders_sends_none(
    cast: Cast, version: FormVersion, add: Add
) -> None:
    campaign = fielding.in_the_field(cast, version, reminders=0)
    add("silent")
    invite(campaign, cast)
    work()

    inviting.run_post(begun_post(later(days=20)))
    work(later(days=20))

    assert len(mail.outbox) == 1


def test_a_mail_whose_workers_all_died_does_not_wait_for_ever(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    add("li")
    invite(campaign, cast)
    run_next({inviting.DISPATCH: inviting.run_dispatch}, clock=lambda: NINE_AM)
    Invitation.objects.update(sent_at=NINE_AM)
    Job.objects.filter(kind=inviting.INVITE).update(
        state="failed", attempt=F("attempt") + 5
    )

    inviting.run_post(begun_post(later(hours=2)))
    work(later(hours=2))

    assert Invitation.objects.get().state == InvitationState.FAILED


# --- Telephone ------------------------------------------------------------------------


def test_a_call_is_the_one_answer_of_somebody_on_the_list(
    cast: Cast, campaign: Campaign, add: Add
) -> None:
    li = add("li")
    fielding.collector(campaign, CollectorKind.PHONE)
    viewer = viewer_of(cast.chen, now=NINE_AM)
    door = phone_door(viewer, campaign, cast.east)
    assert door is not None

    receipt = calling.enter_answer(door, li, handed_in(), by=cast.chen, now=NINE_AM)
    with pytest.raises(Used):
        calling.enter_answer(door, li, handed_in(sat="9"), by=cast.chen, now=NINE_AM)

    response = Response.objects.get()
    assert receipt.state == response.state == ResponseState.COMPLETE
    assert response.entered_by == cast.chen
    assert response.invitation is not None
    assert response.invitation.contact == li
    assert response.invitation.state == InvitationState.SENT
    invite(campaign, cast)
    work()
    assert mail.outbox == []


def test_whoever_was_asked_elsewhere_is_not_called(
    cast: Cast, campaign: Campaign, version: FormVersion, add: Add
) -> None:
    li = add("li")
    invite(campaign, cast)
    work()
    other = fielding.in_the_field(cast, version)
    fielding.collector(other, CollectorKind.PHONE)
    door = phone_door(viewer_of(cast.chen, now=NINE_AM), other, cast.east)
    assert door is not None

    with pytest.raises(calling.NotToBeAsked):
        calling.enter_answer(door, li, handed_in(), by=cast.chen, now=later(days=3))
    assert not Response.objects.exists()
    assert timedelta(days=3) < timedelta(days=other.pause_days)
