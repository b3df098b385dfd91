"""Invitations: who is drawn, who is left in peace, and who is called."""

from datetime import timedelta

import pytest
from django.core import mail

from gapless.core.audit.models import Event
from gapless.core.instruments.models import FormVersion
from gapless.evaluation.campaigns import calling, contacts, inviting
from gapless.evaluation.campaigns.actions import take_step
from gapless.evaluation.campaigns.choices import (
    CollectorKind,
    InvitationState,
    ResponseState,
    State,
    Suppression,
)
from gapless.evaluation.campaigns.intake import Used
from gapless.evaluation.campaigns.models import Campaign, Invitation, Response
from gapless.evaluation.campaigns.queries import phone_door
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.drawing import Add, everybody, invite, work
from tests.evaluation.campaigns.fielding import handed_in, later

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
