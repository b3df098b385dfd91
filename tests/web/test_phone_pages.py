"""Telephone entry: whom it is about, consent, every kind of item, the receipt."""

import pytest

from gapless.evaluation.campaigns import contacts
from gapless.evaluation.campaigns.choices import CollectorKind
from gapless.evaluation.campaigns.contacts import ContactFacts
from gapless.evaluation.campaigns.models import Campaign, Response
from tests.conftest import NINE_AM, Cast
from tests.web.asking import EVERY_KIND, campaign_of, way_in
from tests.web.signing_in import signed_in

ANSWER = {"q.wait.e": "7", "q.wait.p": "5", "q.overall": "8", "key": "a-call"}


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    made = campaign_of(cast)
    way_in(made, cast.east, CollectorKind.PHONE)
    return made


def call_url(campaign: Campaign, cast: Cast, **more: str) -> str:
    asked = {"unit": cast.east.code, "language": "en"} | more
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/phone/{campaign.pk}/call/?{query}"


def test_an_agent_enters_what_a_customer_says(cast: Cast, campaign: Campaign) -> None:
    client, url = signed_in(cast.li), call_url(campaign, cast)
    assert f"/phone/{campaign.pk}/" in client.get("/phone/").content.decode()
    assert cast.west.name not in client.get(f"/phone/{campaign.pk}/").content.decode()

    page = client.get(url).content.decode()
    assert "keep your answers for a year" in page
    assert "East hall" in page
    assert not Response.objects.exists()
    done = client.post(url, ANSWER | {"consent": "yes", "seconds": "61"})

    response = Response.objects.get()
    assert "Read out the receipt" in done.content.decode()
    assert (response.entered_by, response.unit) == (cast.li, cast.east)
    assert response.seconds == 61
    assert response.collector.kind == CollectorKind.PHONE
    assert response.answer is not None
    assert response.answer.mode == response.collector.mode


def test_without_consent_nothing_is_kept_and_nothing_typed_is_lost(
    cast: Cast, campaign: Campaign
) -> None:
    page = signed_in(cast.li).post(call_url(campaign, cast), ANSWER)

    assert page.status_code == 422
    assert "without that, nothing is kept" in page.content.decode()
    assert 'value="8" checked' in page.content.decode()
    assert not Response.objects.exists()


def test_what_is_missing_is_said_at_the_question(cast: Cast, campaign: Campaign) -> None:
    page = signed_in(cast.li).post(
        call_url(campaign, cast), {"consent": "yes", "q.overall": "8", "key": "a-call"}
    )

    assert page.status_code == 422
    assert "This one needs an answer." in page.content.decode()
    assert 'value="8" checked' in page.content.decode()


def test_a_second_press_of_the_button_changes_nothing(
    cast: Cast, campaign: Campaign
) -> None:
    client, url = signed_in(cast.li), call_url(campaign, cast)
    said = ANSWER | {"consent": "yes"}

    codes = {client.post(url, said).context["receipt"].code for _ in range(3)}

    assert len(codes) == 1
    assert Response.objects.count() == 1


def test_staff_enter_answers_about_their_own_units_only(
    cast: Cast, campaign: Campaign
) -> None:
    url = call_url(campaign, cast, unit=cast.west.code)
    client = signed_in(cast.li)

    assert "Begin the call" in client.get(url).content.decode()
    client.post(url, ANSWER | {"consent": "yes"})
    assert not Response.objects.exists()


def test_an_agent_neither_sees_nor_names_contacts(cast: Cast, campaign: Campaign) -> None:
    facts = ContactFacts("Li Na", phone="+8613800138000")
    contact = contacts.add_contact(facts, cast.east, by=cast.chen, now=NINE_AM)
    url = call_url(campaign, cast, contact=str(contact.pk))

    assert "Li Na" not in signed_in(cast.li).get(url).content.decode()
    assert "Li Na" in signed_in(cast.chen).get(url).content.decode()
    signed_in(cast.chen).post(url, ANSWER | {"consent": "yes"})
    assert Response.objects.get().invitation.contact == contact
    again = signed_in(cast.chen).post(url, ANSWER | {"consent": "yes", "q.overall": "3"})
    assert "has answered already" in again.content.decode()


def test_whoever_wants_peace_is_not_called(cast: Cast, campaign: Campaign) -> None:
    facts = ContactFacts("Li Na", phone="+8613800138000")
    contact = contacts.add_contact(facts, cast.east, by=cast.chen, now=NINE_AM)
    contacts.opt_out(contact, by=None, now=NINE_AM)

    page = signed_in(cast.chen).get(call_url(campaign, cast, contact=str(contact.pk)))

    assert "does not want to be asked" in page.content.decode()


def test_every_kind_of_item_can_be_typed_in(cast: Cast) -> None:
    campaign = campaign_of(cast, EVERY_KIND)
    way_in(campaign, cast.east, CollectorKind.PHONE)

    page = signed_in(cast.li).get(call_url(campaign, cast)).content.decode()

    for item in EVERY_KIND.items:
        assert f'name="q.{item.code}' in page
    assert "\0" not in page


def test_without_a_telephone_collector_no_calls_are_made(cast: Cast) -> None:
    campaign = campaign_of(cast)
    client = signed_in(cast.li)

    assert "No calls are made at present" in client.get("/phone/").content.decode()
    page = client.get(f"/phone/{campaign.pk}/").content.decode()
    assert "No calls are made in this campaign" in page
