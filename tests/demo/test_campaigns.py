"""The campaigns of the demo: one in the field, one closed, one being planned."""

import pytest

from gapless.core.audit.models import Event
from gapless.core.instruments.models import Answer, Form, FormVersion
from gapless.core.instruments.queries import draft_of, wrong_cells
from gapless.core.jobs.models import Job
from gapless.demo import actions, campaigns
from gapless.evaluation.campaigns.actions import add_collector, plan_campaign, take_step
from gapless.evaluation.campaigns.choices import CollectorKind, InvitationState, State
from gapless.evaluation.campaigns.intake import HandedIn, finish
from gapless.evaluation.campaigns.models import Campaign, Contact, FollowUp, Response
from gapless.evaluation.campaigns.queries import door_of
from gapless.evaluation.campaigns.rules import CampaignFacts
from gapless.evaluation.campaigns.tokens import token_of
from gapless.people.org.models import Unit
from tests.demo.conftest import LOADED_AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def live(demo, db):
    return Campaign.objects.get(state=State.FIELDING)


def answer(campaign, hall):
    """Somebody scans the code of a hall and answers everything with the top."""
    code = campaign.collectors.get(kind=CollectorKind.QR)
    door = door_of(token_of(code, hall))
    items = draft_of(campaign.version).items
    fields = {f"q.{item.code}": [str(item.scale[1])] for item in items}
    handed_in = HandedIn(
        key="somebody-tries-it",
        fields=fields,
        language="zh-hans",
        seconds=90,
        device="",
        network="",
    )
    return finish(door, handed_in, now=LOADED_AT)


def test_there_is_one_campaign_in_each_of_three_states():
    states = Campaign.objects.order_by("state").values_list("state", flat=True)

    assert list(states) == ["closed", "draft", "fielding"]
    assert not Campaign.objects.filter(simulated=False).exists()


def test_the_cells_are_what_the_answers_make():
    version = FormVersion.objects.get(form__code=campaigns.read().data["form"]["code"])

    assert version.form.simulated
    assert version.answers.count() > 400
    assert list(wrong_cells(version)) == []


def test_the_one_in_the_field_has_every_way_in(live):
    kinds = live.collectors.values_list("kind", flat=True)

    assert set(kinds) == set(CollectorKind.values)
    assert live.takes_answers(LOADED_AT)


def test_quotas_are_nearly_full_and_never_exceeded(live):
    for quota in live.quotas.all():
        assert 0 < quota.filled <= quota.limit
        assert Response.objects.counting().filter(quotas=quota).count() == quota.filled


def test_nothing_is_ever_sent(live):
    assert not live.invitations.filter(state=InvitationState.WAITING).exists()
    assert live.invitations.filter(state=InvitationState.SUPPRESSED).exists()
    assert live.reminders == 0
    assert not Job.objects.exists()
    # RFC 2606: nobody can ever have such an address.
    assert all(c.email.endswith(".example") for c in Contact.objects.all() if c.email)


def test_bad_answers_wait_for_somebody_or_were_seen_to(live):
    found = FollowUp.objects.filter(campaign=live)

    assert set(found.values_list("state", flat=True)) == {"open", "taken", "done"}
    assert all(each.value <= live.follow_up_at_most for each in found)
    assert not found.filter(state="done", outcome="").exists()


def test_somebody_wrote_a_telephone_number():
    number = campaigns.read().data["with_a_number"]

    assert Answer.objects.exclude(within="").filter(texts__comment=number).exists()


def test_whoever_tries_a_campaign_out_does_not_keep_the_demo(demo, live):
    receipt = answer(live, Unit.objects.get(code="JZ-0104"))

    removed = actions.remove_demo(now=LOADED_AT)

    assert receipt.state == "complete"
    assert removed.answers == demo.answers + 1
    assert not Campaign.objects.exists()
    assert not Contact.objects.exists()
    assert not Form.objects.filter(simulated=True).exists()
    assert Event.objects.filter(type="answer.received").exists()


def test_answers_to_somebody_elses_campaign_keep_the_demo(live):
    hall = Unit.objects.get(code="JZ-0104")
    facts = CampaignFacts(
        name={"en": "Mine"},
        version=live.version,
        within=hall,
        starts_at=live.starts_at,
        ends_at=live.ends_at,
        notice={"en": "For a test."},
    )
    mine = plan_campaign(facts, [hall], by=live.created_by, now=LOADED_AT)
    add_collector(mine, CollectorKind.QR, by=live.created_by, now=LOADED_AT)
    for state in (State.APPROVED, State.FIELDING):
        take_step(mine, state, by=live.created_by, now=LOADED_AT)
    answer(mine, hall)

    with pytest.raises(actions.InUse) as refused:
        actions.remove_demo(now=LOADED_AT)

    assert refused.value.found == {"answers": 1}
