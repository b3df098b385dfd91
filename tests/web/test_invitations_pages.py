"""Invitations on pages: looked at before they are made, and the link that ends them."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from gapless.core.jobs.working import run_next
from gapless.evaluation.campaigns import contacts
from gapless.evaluation.campaigns.contacts import ContactFacts
from gapless.evaluation.campaigns.models import Campaign, Contact, Invitation
from gapless.loop import JOBS
from tests.conftest import Cast
from tests.web.asking import campaign_of
from tests.web.signing_in import signed_in


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    for n in range(6):
        facts = ContactFacts(f"Name{n}", f"n{n}@example.com", language="en")
        unit = cast.east if n % 2 else cast.west
        contacts.add_contact(facts, unit, by=cast.chen, now=now())
    return campaign_of(cast)


def url_of(campaign: Campaign, page: str = "") -> str:
    return f"/campaigns/{campaign.pk}/invitations/{page}"


def draw(cast: Cast, **said: Any) -> dict[str, Any]:
    return {"units": [cast.east.pk, cast.west.pk], "size": "", "seed": "7"} | said


def test_who_does_not_run_it_sees_no_invitations(cast: Cast, campaign: Campaign) -> None:
    for someone in (cast.wang, cast.zhao, cast.sun, cast.qian, cast.li):
        assert signed_in(someone).get(url_of(campaign)).status_code == 403


def test_looking_at_a_draw_invites_nobody(cast: Cast, campaign: Campaign) -> None:
    page = signed_in(cast.chen).get(url_of(campaign, "draw/"), draw(cast, size="4"))

    assert "Invite 4 customers" in page.content.decode()
    assert not Invitation.objects.exists()


def test_what_is_wrong_with_a_draw_is_said(cast: Cast, campaign: Campaign) -> None:
    client = signed_in(cast.chen)

    page = client.get(url_of(campaign, "draw/"), draw(cast, size="0", units=[]))

    assert "Choose at least one unit." in page.content.decode()
    assert "Give a whole number from 1 upwards" in page.content.decode()


def test_a_draw_is_made_sent_and_listed_without_names(
    cast: Cast, campaign: Campaign
) -> None:
    client = signed_in(cast.chen)
    said = client.post(url_of(campaign, "draw/"), draw(cast, size="4"), follow=True)
    assert "4 customers are invited" in said.content.decode()
    while run_next(JOBS):
        pass

    assert len(mail.outbox) == 4
    listed = client.get(url_of(campaign), {"state": "sent", "unit": cast.east.code})
    page = listed.content.decode()
    table = client.get(url_of(campaign, "list.csv")).content.decode()
    assert "Name" not in page
    assert "example.com" not in page + table
    assert table.count("Sent") == 5  # the head of a column, and four rows


def test_a_campaign_without_contacts_says_where_they_come_from(cast: Cast) -> None:
    page = signed_in(cast.chen).get(url_of(campaign_of(cast), "draw/")).content.decode()

    assert "Nobody is left to invite" in page
    assert "/contacts/lists/new/" in page


def test_the_link_of_the_mail_asks_before_it_does_anything(
    cast: Cast, campaign: Campaign
) -> None:
    contact = Contact.objects.order_by("pk")[0]
    url = f"/stop/{contacts.opt_out_token(contact)}/"
    customer = Client()

    asked = customer.get(url)
    assert "Should we stop asking you?" in asked.content.decode()
    contact.refresh_from_db()
    assert contact.opted_out_at is None

    done = customer.post(url)
    assert "You are not asked any more" in done.content.decode()
    contact.refresh_from_db()
    assert contact.opted_out_at is not None
    assert "Name" not in done.content.decode()
    assert customer.get(url[:-2] + "x/").status_code == 404
