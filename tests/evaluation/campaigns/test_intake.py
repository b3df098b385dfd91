"""Answers come in once, are acknowledged once committed, and can be taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gapless.core.audit.models import Event
from gapless.core.evidence.models import Cell
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import wrong_cells
from gapless.core.instruments.reading import Problem
from gapless.evaluation.campaigns.actions import take_step
from gapless.evaluation.campaigns.choices import (
    CollectorKind,
    FollowUpState,
    ResponseState,
    State,
)
from gapless.evaluation.campaigns.intake import (
    Closed,
    Incomplete,
    KeyReused,
    NoSuchReceipt,
    TooLate,
    TooMany,
    Used,
    device_hash,
    finish,
    network_hash,
    save,
    saved,
    withdraw,
)
from gapless.evaluation.campaigns.models import FollowUp, Invitation, Response
from gapless.evaluation.campaigns.queries import door_of, state_of
from gapless.evaluation.campaigns.tokens import invitation_token, token_of
from tests.conftest import NINE_AM
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.fielding import handed_in, later

NOON = later(hours=3)


def test_an_answer_comes_in_once(door, version):
    one = handed_in("one")
    receipt = finish(door, one, now=NOON)
    again = finish(door, replace(one, seq=9, seconds=99), now=later(hours=4))
    assert (receipt.state, receipt.again) == (ResponseState.COMPLETE, False)
    assert (again.code, again.state, again.again) == (receipt.code, receipt.state, True)
    assert Answer.objects.count() == Response.objects.count() == 1
    assert Event.objects.filter(type="answer.received").count() == 1
    assert not list(wrong_cells(version))


def test_an_answer_costs_few_questions_to_the_database(door, django_assert_max_num_queries):
    finish(door, handed_in(), now=NOON)
    address = token_of(door.collector, door.unit)
    with django_assert_max_num_queries(3):
        found = door_of(address)
    with django_assert_max_num_queries(13):  # two of them begin and end the transaction
        finish(found, handed_in(device="d", network="n"), now=NOON)


def test_it_is_marked_with_its_campaign_and_how_people_were_chosen(door, campaign):
    finish(door, handed_in("one"), now=NOON)
    answer, response = Answer.objects.get(), Response.objects.get()
    assert (answer.batch, answer.within, answer.key) == (
        campaign.batch,
        campaign.stratum,
        "one",
    )
    assert answer.mode == "self_selected"
    assert Cell.objects.get().stratum == f"self_selected@{campaign.stratum}"
    assert (response.answer, response.fields) == (answer, {})
    assert (response.finished_at, response.started_at) == (NOON, NOON)


def test_its_event_says_nothing_of_what_was_said(door):
    finish(door, handed_in("one", why="Mr Wang was rude", sat="1"), now=NOON)
    event = Event.objects.get(type="answer.received")
    assert event.facts == {"campaign": door.campaign.pk, "state": "complete"}
    assert (event.unit_path, event.actor) == (door.unit.path, None)


def test_the_same_key_with_other_words_is_refused(door):
    finish(door, handed_in("one"), now=NOON)
    with pytest.raises(KeyReused):
        finish(door, handed_in("one", sat="2"), now=NOON)
    with pytest.raises(KeyReused):
        finish(door, handed_in("one", sat=""), now=NOON)  # less is something else too
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "a\0b", "键"])
def test_what_is_no_key_is_refused(door, key):
    with pytest.raises(KeyReused):
        finish(door, replace(handed_in("k"), key=key), now=NOON)
    with pytest.raises(KeyReused):
        save(door, replace(handed_in("k"), key=key), now=NOON)


def test_a_key_belongs_to_its_door(campaign, cast):
    east, west = (fielding.door(campaign, unit) for unit in (cast.east, cast.west))
    save(east, handed_in("one"), now=NOON)
    with pytest.raises(KeyReused):
        save(west, handed_in("one"), now=NOON)
    with pytest.raises(KeyReused):
        finish(west, handed_in("one"), now=NOON)
    assert saved(west, "one") == {}
    assert saved(east, "one")["q.sat"] == ["8"]


# --- Saving ---------------------------------------------------------------------------


def test_a_late_save_changes_nothing(door):
    for seq, sat in ((1, "3"), (3, "4"), (2, "5")):
        save(door, handed_in("one", sat=sat, seq=seq), now=later(minutes=seq))
    assert saved(door, "one")["q.sat"] == ["4"]
    response = Response.objects.get()
    assert (response.opened_at, response.saved_at) == (later(minutes=1), later(minutes=3))


def test_opening_is_not_starting(door):
    nothing = {"T1_e": "", "T1_p": "", "T2_e": "", "T2_p": "", "sat": ""}
    save(door, handed_in("one", seq=1, **nothing), now=later(minutes=1))
    assert Response.objects.get().started_at is None
    save(door, handed_in("one", seq=2), now=later(minutes=2))
    save(door, handed_in("one", seq=3), now=later(minutes=3))
    assert Response.objects.get().started_at == later(minutes=2)


def test_a_save_keeps_what_the_form_asks_and_nothing_else(door):
    save(door, handed_in("one", secret="x", T1="1"), now=NOON)
    assert sorted(saved(door, "one")) == [
        "q.T1",
        "q.T1.e",
        "q.T1.p",
        "q.T2.e",
        "q.T2.p",
        "q.sat",
    ]


def test_a_save_after_the_end_brings_nothing_back(door):
    finish(door, handed_in("one"), now=NOON)
    save(door, handed_in("one", seq=99), now=NOON)
    assert saved(door, "one") == {}
    assert state_of(door, "one") == ResponseState.COMPLETE


def test_what_is_incomplete_is_saved_and_told(door):
    with pytest.raises(Incomplete) as told:
        finish(door, handed_in("one", sat="", T1_p="9"), now=NOON)
    assert set(told.value.problems) == {
        Problem("off_scale", "T1"),
        Problem("required", "sat"),
    }
    assert saved(door, "one")["q.T2.e"] == ["6"]
    finish(door, handed_in("one", seq=1), now=NOON)
    assert state_of(door, "one") == ResponseState.COMPLETE


# --- When it is taken -----------------------------------------------------------------


def test_nothing_comes_in_before_the_start_or_after_the_end(door, campaign, cast):
    for moment in (NINE_AM - timedelta(seconds=1), later(days=30)):
        with pytest.raises(Closed):
            save(door, handed_in(), now=moment)
        with pytest.raises(Closed):
            finish(door, handed_in(), now=moment)
    again = token_of(door.collector, door.unit)
    take_step(campaign, State.CLOSED, by=cast.chen, now=NOON)
    with pytest.raises(Closed):
        finish(door_of(again), handed_in(), now=NOON)
    assert not Response.objects.exists()


def test_who_had_begun_has_ten_minutes_after_the_end(door):
    for key in ("quick", "slow"):
        save(door, handed_in(key), now=later(days=30, minutes=-5))
    save(door, handed_in("quick", seq=1), now=later(days=30, minutes=9))
    finish(door, handed_in("quick", seq=2), now=later(days=30, minutes=9))
    with pytest.raises(Closed):
        finish(door, handed_in("slow"), now=later(days=30, minutes=10))
    assert state_of(door, "slow") == ResponseState.OPEN


def test_an_invitation_is_answered_once(campaign, cast):
    way = fielding.collector(campaign, CollectorKind.INVITATION)
    invitation = Invitation.objects.create(
        campaign=campaign, collector=way, unit=cast.west, made_at=NINE_AM
    )
    phone, desk = (door_of(invitation_token(invitation)) for _ in range(2))
    assert phone.key == desk.key != ""
    one = handed_in(phone.key)
    receipt = finish(phone, one, now=NOON)
    assert finish(desk, one, now=NOON).code == receipt.code
    with pytest.raises(Used):
        finish(desk, handed_in(desk.key, sat="2"), now=NOON)
    with pytest.raises(Used):
        finish(desk, handed_in(desk.key, sat=""), now=NOON)
    assert Response.objects.get().invitation == invitation


def test_one_device_hands_in_three_a_minute(door):
    for second in range(3):
        finish(door, handed_in(device="d"), now=later(hours=1, seconds=second))
    with pytest.raises(TooMany) as told:
        finish(door, handed_in("late", device="d"), now=later(hours=1, seconds=50))
    assert told.value.retry_after == 10
    assert state_of(door, "late") is None
    finish(door, handed_in("late", device="d"), now=later(hours=1, seconds=60))


def test_one_network_hands_in_as_many_as_the_settings_say(door, settings):
    settings.ANSWERS_PER_NETWORK = 4
    for minute in range(4):
        finish(door, handed_in(network="n"), now=later(minutes=minute))
    with pytest.raises(TooMany) as told:
        finish(door, handed_in(network="n"), now=later(minutes=50))
    assert told.value.retry_after == 600
    finish(door, handed_in(network="m"), now=later(minutes=50))
    finish(door, handed_in(network="n"), now=later(minutes=60))


@pytest.mark.parametrize("kind", [CollectorKind.KIOSK, CollectorKind.PHONE])
def test_a_kiosk_and_a_telephone_serve_many(campaign, cast, kind):
    door = fielding.door(campaign, cast.east, kind)
    for _ in range(5):
        finish(door, handed_in(device="d"), now=NOON)
    assert {answer.flags for answer in Answer.objects.all()} == {0}


def test_hashes_lead_back_to_nothing_and_networks_change_every_month():
    assert device_hash("") == network_hash("", NOON) == ""
    assert device_hash("a") != device_hash("b")
    assert network_hash("203.0.113.7", NOON) == network_hash("203.0.113.99", NOON)
    assert network_hash("203.0.113.7", NOON) != network_hash("203.0.114.7", NOON)
    assert network_hash("203.0.113.7", NOON) != network_hash("203.0.113.7", later(days=31))
    assert len(device_hash("a")) == len(network_hash("203.0.113.7", NOON)) == 32


# --- What is flagged ------------------------------------------------------------------

SPEEDING, REPEATED = 1 << 3, 1 << 4


def test_faster_than_two_seconds_an_item_is_speeding(door):
    finish(door, handed_in("quick", seconds=7), now=NOON)
    finish(door, handed_in("calm", seconds=8), now=NOON)
    flags = dict(Answer.objects.values_list("key", "flags"))
    assert flags == {"quick": SPEEDING, "calm": 0}
    assert set(Response.objects.values_list("fewest_seconds", flat=True)) == {8}
    assert set(Answer.objects.values_list("flag_rules", flat=True)) == {2}


def test_faster_than_a_third_of_the_usual_is_speeding(door):
    door.collector.usual_seconds = 100
    finish(door, handed_in("quick", seconds=33), now=NOON)
    finish(door, handed_in("calm", seconds=34), now=NOON)
    finish(door, handed_in("silent", seconds=None), now=NOON)
    flags = dict(Answer.objects.values_list("key", "flags"))
    assert flags == {"quick": SPEEDING, "calm": 0, "silent": 0}
    assert set(Response.objects.values_list("fewest_seconds", flat=True)) == {34}


def test_the_same_device_about_the_same_unit_within_a_day_is_repeated(campaign, cast):
    east, west = (fielding.door(campaign, unit) for unit in (cast.east, cast.west))
    finish(east, handed_in("first", device="d"), now=later(hours=1))
    finish(west, handed_in("elsewhere", device="d"), now=later(hours=2))
    finish(east, handed_in("again", device="d"), now=later(hours=25, seconds=-1))
    finish(east, handed_in("later", device="d"), now=later(hours=50))
    flags = dict(Answer.objects.values_list("key", "flags"))
    assert flags == {"first": 0, "elsewhere": 0, "again": REPEATED, "later": 0}


# --- What follows, and taking it back -------------------------------------------------


@pytest.fixture
def watched(cast, version):
    said = {"follow_up_item": "sat", "follow_up_at_most": 4, "follow_up_hours": 24}
    return fielding.door(fielding.in_the_field(cast, version, **said), cast.east)


def test_a_bad_answer_opens_a_follow_up(watched):
    finish(watched, handed_in("bad", sat="4"), now=NOON)
    finish(watched, handed_in("good", sat="5"), now=NOON)
    finish(watched, handed_in("none", sat="na"), now=NOON)
    opened = FollowUp.objects.get()
    assert (opened.response.key, opened.value) == ("bad", 4)
    assert opened.due_at - opened.opened_at == timedelta(hours=24)


def test_what_is_withdrawn_is_subtracted(watched, version):
    receipt = finish(watched, handed_in("one", sat="1"), now=NOON)
    finish(watched, handed_in("two"), now=NOON)
    withdraw(f" {receipt.code.lower().replace('0', 'o')} ", now=later(days=1))
    withdraw(receipt.code, now=later(days=2))
    response, opened = Response.objects.get(key="one"), FollowUp.objects.get()
    assert response.state == ResponseState.WITHDRAWN
    assert (response.answer, response.fields, response.device) == (None, {}, "")
    assert response.withdrawn_at == later(days=1)
    assert (opened.state, opened.value) == (FollowUpState.DONE, None)
    assert Answer.objects.get().key == "two"
    assert not list(wrong_cells(version))
    assert Event.objects.filter(type="answer.withdrawn").count() == 1


def test_what_was_withdrawn_does_not_come_in_again(door):
    one = handed_in("one")
    receipt = finish(door, one, now=NOON)
    withdraw(receipt.code, now=NOON)
    again = finish(door, one, now=NOON)
    assert (again.code, again.state, again.again) == (
        receipt.code,
        ResponseState.WITHDRAWN,
        True,
    )
    assert not Answer.objects.exists()


def test_a_receipt_is_good_for_thirty_days(door):
    receipt = finish(door, handed_in("one"), now=NOON)
    with pytest.raises(TooLate):
        withdraw(receipt.code, now=NOON + timedelta(days=30, seconds=1))
    withdraw(receipt.code, now=NOON + timedelta(days=30))
    with pytest.raises(NoSuchReceipt):
        withdraw("00000-00000", now=NOON)
