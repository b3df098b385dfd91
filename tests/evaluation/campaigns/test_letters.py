"""Invitations: mails and reminders, sent once or told apart."""

from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.db.models import F

from gapless.core.instruments.models import FormVersion
from gapless.core.jobs.models import Job
from gapless.core.jobs.rules import LEASE
from gapless.core.jobs.working import Lost, Run, run_next
from gapless.evaluation.campaigns import contacts, inviting, letters
from gapless.evaluation.campaigns.actions import take_step
from gapless.evaluation.campaigns.choices import (
    InvitationState,
    State,
)
from gapless.evaluation.campaigns.contacts import ContactFacts
from gapless.evaluation.campaigns.intake import finish
from gapless.evaluation.campaigns.models import Campaign, Contact, Invitation
from gapless.evaluation.campaigns.queries import door_of
from gapless.evaluation.campaigns.tokens import invitation_token
from tests.conftest import NINE_AM, Cast
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.drawing import Add, begin, invite, work
from tests.evaluation.campaigns.fielding import handed_in, later

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
