"""A campaign goes its way, and opens no door to what it does not ask about."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gapless.core.audit.models import Event
from gapless.core.instruments.actions import draft_version
from gapless.core.instruments.models import Form
from gapless.evaluation.campaigns import actions
from gapless.evaluation.campaigns.choices import CollectorKind, ResponseState, State
from gapless.evaluation.campaigns.intake import finish
from gapless.evaluation.campaigns.models import FollowUp, Response
from gapless.evaluation.campaigns.queries import (
    door_of,
    may_leave_kiosk,
    phone_door,
    units_of,
    visible_campaigns,
    visible_follow_ups,
    visible_responses,
    visible_units_of,
)
from gapless.evaluation.campaigns.rules import STEPS
from gapless.evaluation.campaigns.tokens import receipt_code, receipt_hash, token_of
from gapless.people.org.queries import viewer_of
from gapless.people.org.rules import Policy
from tests.conftest import NINE_AM
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.fielding import FORM, handed_in, later


@pytest.fixture
def draft(cast, version):
    said = fielding.facts(cast, version)
    return actions.plan_campaign(said, [cast.city, cast.east], by=cast.chen, now=NINE_AM)


def as_seen_by(person):
    return viewer_of(person, now=NINE_AM)


# --- Planning and states --------------------------------------------------------------


def test_a_unit_below_another_is_in_already(draft, cast):
    assert list(draft.units.all()) == [cast.city]
    assert set(units_of(draft)) == {cast.city, cast.east, cast.west}


def test_a_campaign_asks_about_its_own_units_only(cast, version):
    said = fielding.facts(cast, version, within=cast.east)
    with pytest.raises(actions.OutOfReach):
        actions.plan_campaign(said, [cast.west], by=cast.chen, now=NINE_AM)


def test_of_two_edits_the_second_is_told(draft, cast):
    said = actions.facts_of(draft)
    by = {"by": cast.chen, "now": NINE_AM}
    other = replace(said, name={"en": "Summer"})
    actions.edit_campaign(draft, other, [cast.east], seen=1, **by)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.edit_campaign(draft, said, [cast.west], seen=1, **by)
    assert (str(draft), list(draft.units.all()), draft.edits) == ("Summer", [cast.east], 2)
    assert Event.objects.get(type="campaign.edited").facts == {"changed": ["name"]}


def test_new_words_of_the_notice_are_a_new_version_of_it(draft, cast):
    by = {"by": cast.chen, "now": NINE_AM}
    said = actions.facts_of(draft)
    actions.edit_campaign(draft, replace(said, purpose="x"), [cast.city], seen=1, **by)
    assert draft.notice_version == 1
    other = replace(said, notice={"en": "For two years."})
    actions.edit_campaign(draft, other, [cast.city], seen=2, **by)
    assert draft.notice_version == 2


@pytest.mark.parametrize("start", State)
@pytest.mark.parametrize("to", State)
def test_a_campaign_goes_where_its_state_allows(draft, cast, start, to):
    type(draft).objects.update(state=start)
    draft.refresh_from_db()
    if to in STEPS[start]:
        actions.take_step(draft, to, by=cast.chen, now=later(hours=1))
        assert draft.state == to
        change = Event.objects.get(type="campaign.stepped").facts
        assert change == {"before": {"state": start}, "after": {"state": to}}
    else:
        with pytest.raises(actions.NoSuchStep):
            actions.take_step(draft, to, by=cast.chen, now=later(hours=1))


def test_a_step_is_taken_once(draft, cast):
    stale = type(draft).objects.get()
    actions.take_step(draft, State.APPROVED, by=cast.chen, now=NINE_AM)
    with pytest.raises(actions.NoSuchStep):
        actions.take_step(stale, State.APPROVED, by=cast.chen, now=NINE_AM)
    assert (draft.approved_by, draft.approved_at) == (cast.chen, NINE_AM)
    actions.take_step(draft, State.DRAFT, by=cast.chen, now=NINE_AM)
    assert (draft.approved_by, draft.approved_at) == (None, None)


def test_what_is_missing_is_told_before_approval(cast, version):
    unpublished = draft_version(Form.objects.get(), FORM, by=None, now=NINE_AM)
    said = fielding.facts(
        cast,
        unpublished,
        name={"en": " "},
        notice={},
        starts_at=NINE_AM - timedelta(days=9),
        ends_at=NINE_AM,
        follow_up_item="who",
    )
    campaign = actions.plan_campaign(said, [], by=cast.chen, now=NINE_AM)
    with pytest.raises(actions.NotReady) as told:
        actions.take_step(campaign, State.APPROVED, by=cast.chen, now=NINE_AM)
    assert set(told.value.reasons) == {
        "no_notice",
        "no_name",
        "unpublished",
        "no_units",
        "over",
        "no_such_item",
        "no_threshold",
    }


def test_sent_into_the_field_early_it_starts_now(cast, version):
    said = fielding.facts(cast, version, starts_at=later(days=5))
    campaign = actions.plan_campaign(said, [cast.city], by=cast.chen, now=NINE_AM)
    for to in (State.APPROVED, State.FIELDING):
        actions.take_step(campaign, to, by=cast.chen, now=later(days=1))
    assert campaign.takes_answers(later(days=1))
    actions.take_step(campaign, State.CLOSED, by=cast.chen, now=later(days=2))
    assert campaign.closed_at == later(days=2)
    assert not campaign.takes_answers(later(days=2))


# --- Doors ----------------------------------------------------------------------------


def test_every_unit_has_its_own_address(campaign, cast):
    way = fielding.collector(campaign)
    east, west = token_of(way, cast.east), token_of(way, cast.west)
    assert east != west
    assert door_of(east).unit == cast.east
    assert door_of(west).campaign == campaign


def test_what_we_never_made_opens_nothing(campaign, cast):
    token = token_of(fielding.collector(campaign), cast.east)
    place, signature = token.rsplit("-", 1)
    other = token_of(fielding.collector(campaign), cast.west)
    forged = [
        "",
        "x",
        token.upper(),
        token + "a",
        f"{place}-{'a' * 16}",
        f"{other.rsplit('-', 1)[0]}-{signature}",
        f"i{token}",
        "zzzzzzzzzzzzz-zzzzzzzzzzzzz-" + "a" * 16,
        "i1-" + "a" * 26,
        token.replace("-", "\0"),
    ]
    assert [door_of(each) for each in forged] == [None] * len(forged)


def test_a_revoked_collector_opens_nothing(campaign, cast):
    way = fielding.collector(campaign)
    token = token_of(way, cast.east)
    actions.revoke_collector(way, by=cast.chen, now=NINE_AM)
    assert door_of(token) is None
    with pytest.raises(actions.AlreadyRevoked):
        actions.revoke_collector(way, by=cast.chen, now=NINE_AM)


def test_a_unit_that_the_campaign_does_not_ask_about_has_no_door(cast, version):
    said = fielding.facts(cast, version)
    campaign = actions.plan_campaign(said, [cast.east], by=cast.chen, now=NINE_AM)
    way = fielding.collector(campaign)
    assert door_of(token_of(way, cast.east)) is not None
    assert door_of(token_of(way, cast.west)) is None
    assert door_of(token_of(way, cast.city)) is None


def test_a_kiosk_stands_in_one_hall_and_is_left_with_its_pin(campaign, cast):
    with pytest.raises(actions.OutOfReach):
        fielding.collector(campaign, CollectorKind.KIOSK)
    kiosk = fielding.collector(campaign, CollectorKind.KIOSK, unit=cast.east, pin="2468")
    assert door_of(token_of(kiosk, cast.west)) is None
    assert "2468" not in kiosk.pin
    assert (may_leave_kiosk(kiosk, "2468"), may_leave_kiosk(kiosk, "")) == (True, False)


def test_nothing_is_opened_once_a_campaign_is_closed(campaign, cast):
    actions.take_step(campaign, State.CLOSED, by=cast.chen, now=later(hours=1))
    with pytest.raises(actions.Over):
        fielding.collector(campaign)


def test_staff_enter_answers_about_their_own_units(campaign, cast):
    li, zhou = as_seen_by(cast.li), as_seen_by(cast.zhou)
    assert phone_door(li, campaign, cast.east) is None  # there is no such collector
    fielding.collector(campaign, CollectorKind.PHONE)
    assert phone_door(li, campaign, cast.east).unit == cast.east
    assert phone_door(li, campaign, cast.west) is None
    assert phone_door(zhou, campaign, cast.east) is None


def test_receipts_are_read_however_they_are_typed():
    code = receipt_code("one")
    assert len(code) == 11
    typed = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert receipt_hash(typed) == receipt_hash(code)
    assert receipt_hash(code) != receipt_hash(receipt_code("two"))


# --- Who sees what --------------------------------------------------------------------


def test_campaigns_are_seen_where_they_ask(cast, version):
    said = fielding.facts(cast, version)
    east = actions.plan_campaign(said, [cast.east], by=cast.chen, now=NINE_AM)
    everywhere = actions.plan_campaign(said, [cast.city], by=cast.chen, now=NINE_AM)
    seen = {
        name: set(visible_campaigns(as_seen_by(person)))
        for name, person in (
            ("chen", cast.chen),
            ("wang", cast.wang),
            ("zhao", cast.zhao),
            ("li", cast.li),
        )
    }
    assert seen == {
        "chen": {east, everywhere},
        "wang": {east, everywhere},
        "zhao": {everywhere},
        "li": set(),
    }
    run = Policy.RUN_CAMPAIGNS
    assert set(visible_campaigns(as_seen_by(cast.chen), run)) == {east, everywhere}
    assert set(visible_campaigns(as_seen_by(cast.wang), run)) == set()
    assert set(visible_units_of(as_seen_by(cast.wang), everywhere, Policy.SEE_NUMBERS)) == {
        cast.east
    }


def test_answers_and_follow_ups_are_seen_below_ones_units(cast, version):
    said = {"follow_up_item": "sat", "follow_up_at_most": 4}
    campaign = fielding.in_the_field(cast, version, **said)
    for unit in (cast.east, cast.west):
        finish(fielding.door(campaign, unit), handed_in(sat="1"), now=later(hours=1))
    assert visible_responses(as_seen_by(cast.chen), campaign).count() == 2
    assert not visible_responses(as_seen_by(cast.wang), campaign).exists()
    assert [f.unit for f in visible_follow_ups(as_seen_by(cast.wang))] == [cast.east]
    assert visible_follow_ups(as_seen_by(cast.chen)).count() == 2
    assert not visible_follow_ups(as_seen_by(cast.li)).exists()


# --- What staff do with answers -------------------------------------------------------


def test_an_excluded_answer_is_kept_with_its_reason(door, cast):
    by = {"by": cast.chen, "now": later(hours=2)}
    finish(door, handed_in("one"), now=later(hours=1))
    response = Response.objects.get()
    actions.exclude_response(response, reason="A test of the staff", **by)
    assert (response.exclusion, response.answer.counted) == ("A test of the staff", False)
    with pytest.raises(actions.NotCounted):
        actions.exclude_response(response, reason="again", **by)
    actions.restore_response(response, **by)
    response.answer.refresh_from_db()
    assert (response.excluded_at, response.answer.counted) == (None, True)
    with pytest.raises(actions.NotExcluded):
        actions.restore_response(response, **by)
    assert Event.objects.get(type="answer.excluded").reason == "A test of the staff"


def test_an_excluded_answer_gives_its_place_away(door, cast):
    by = {"by": cast.chen, "now": later(hours=2)}
    actions.set_quota(door.campaign, limit=1, unit=cast.east, **by)
    finish(door, handed_in("one"), now=later(hours=1))
    one = Response.objects.get()
    actions.exclude_response(one, reason="x", **by)
    assert finish(door, handed_in(), now=later(hours=3)).state == ResponseState.COMPLETE
    with pytest.raises(actions.QuotaFull):
        actions.restore_response(one, **by)
    assert finish(door, handed_in(), now=later(hours=4)).state == ResponseState.OVER_QUOTA


def test_erased_is_gone_and_its_event_stays(door, cast):
    finish(door, handed_in("one", sat="1", why="I am Mr Sun"), now=later(hours=1))
    response = Response.objects.get()
    by = {"by": cast.chen, "now": later(hours=2)}
    actions.erase_response(response, reason="He asked for it", **by)
    actions.erase_response(response, reason="He asked for it", **by)
    assert (response.state, response.answer) == (ResponseState.ERASED, None)
    assert (response.fields, response.fingerprint, response.device) == ({}, "", "")
    assert Event.objects.filter(type="answer.erased").count() == 1


def test_quotas_are_set_before_there_are_answers(door, cast):
    campaign, by = door.campaign, {"by": cast.chen, "now": NINE_AM}
    quota = actions.set_quota(campaign, limit=5, unit=cast.east, **by)
    for _ in range(2):
        finish(door, handed_in(), now=later(hours=1))
    assert actions.set_quota(campaign, limit=2, unit=cast.east, **by) == quota
    with pytest.raises(actions.BelowFilled):
        actions.set_quota(campaign, limit=1, unit=cast.east, **by)
    with pytest.raises(actions.AlreadyAnswered):
        actions.set_quota(campaign, limit=9, unit=cast.west, **by)
    actions.remove_quota(quota, **by)
    actions.remove_quota(quota, **by)
    assert finish(door, handed_in(), now=later(hours=1)).state == ResponseState.COMPLETE


@pytest.mark.parametrize(
    "share",
    [{}, {"item": "sat", "option": 1}, {"item": "who", "option": 2}, {"item": "who"}],
)
def test_a_quota_is_about_something_that_is_asked(campaign, cast, share):
    with pytest.raises(actions.NoSuchShare):
        actions.set_quota(campaign, limit=1, **share, by=cast.chen, now=NINE_AM)


def test_a_follow_up_is_taken_and_closed_with_what_was_done(cast, version):
    said = {"follow_up_item": "T1", "follow_up_at_most": 3}
    campaign = fielding.in_the_field(cast, version, **said)
    door = fielding.door(campaign, cast.east)
    finish(door, handed_in(T1_p="2"), now=later(hours=1))
    opened, by = FollowUp.objects.get(), {"by": cast.wang, "now": later(hours=2)}
    actions.take_follow_up(opened, **by)
    with pytest.raises(actions.NothingSaid):
        actions.finish_follow_up(opened, outcome=" ", resolved=True, **by)
    actions.finish_follow_up(opened, outcome="Called, swept.", resolved=True, **by)
    assert (opened.owner, opened.state, opened.resolved) == (cast.wang, "done", True)
    for verb in (
        actions.take_follow_up,
        lambda f, **b: actions.finish_follow_up(f, outcome="x", resolved=False, **b),
    ):
        with pytest.raises(actions.AlreadyDone):
            verb(opened, **by)
