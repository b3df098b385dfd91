"""Contacts on pages: found by whole addresses, edited by two, erased, listed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from gapless.core.jobs.working import run_next
from gapless.evaluation.campaigns import contacts
from gapless.evaluation.campaigns.contacts import ContactFacts
from gapless.evaluation.campaigns.models import Contact, ContactList
from gapless.loop import JOBS
from tests.conftest import Cast
from tests.web.signing_in import freshly, signed_in

FIELDS = {"name": "Li Na", "email": "li.na@example.com", "phone": "", "language": "en"}


@pytest.fixture
def contact(cast: Cast) -> Contact:
    facts = ContactFacts("Li Na", "li.na@example.com", "+8613800138000")
    return contacts.add_contact(facts, cast.east, by=cast.chen, now=now())


def test_nobody_but_quality_management_comes_near(cast: Cast, contact: Contact) -> None:
    for someone in (cast.wang, cast.zhao, cast.qian, cast.li, cast.ma, cast.sun):
        client = signed_in(someone)
        assert client.get("/contacts/").status_code == 403
        assert client.get(f"/contacts/{contact.pk}/").status_code == 403


def test_the_empty_list_says_what_to_do(cast: Cast) -> None:
    page = signed_in(cast.chen).get("/contacts/").content.decode()

    assert "Nobody is on the list yet" in page
    assert "/contacts/lists/new/" in page


def test_searching_finds_whole_addresses_only(cast: Cast, contact: Contact) -> None:
    client = signed_in(cast.chen)

    def found(words: str) -> bool:
        page = client.get("/contacts/", {"q": words}).content.decode()
        return "Li Na" in page

    assert found("138 0013 8000")
    assert found("li.na@example.com")
    assert found(f"#{contact.pk}")
    assert not found("Li")
    assert not found("li.na")


def test_somebody_is_added_and_what_is_wrong_is_said(cast: Cast) -> None:
    client = signed_in(cast.chen)
    fields = FIELDS | {"unit": cast.east.pk}

    wrong = client.post("/contacts/new/", fields | {"email": "no", "phone": "1"})
    assert "This is not an e-mail address" in wrong.content.decode()
    assert "This is not a telephone number" in wrong.content.decode()
    none = client.post("/contacts/new/", fields | {"email": ""})
    assert "Give an e-mail address or a telephone number" in none.content.decode()
    made = client.post("/contacts/new/", fields)
    assert made["Location"] == f"/contacts/{Contact.objects.get().pk}/"
    again = client.post("/contacts/new/", fields)
    assert "is on a list already" in again.content.decode()


def test_two_who_edit_see_each_other(cast: Cast, contact: Contact) -> None:
    client, url = signed_in(cast.chen), f"/contacts/{contact.pk}/facts/"
    fields = FIELDS | {"unit": cast.east.pk, "version": "1"}

    assert client.post(url, fields | {"name": "First"}).status_code == 302
    second = client.post(url, fields | {"name": "Second"})
    assert second.status_code == 409
    assert "First" in second.content.decode()
    assert Contact.objects.get().name == "First"


def test_a_customer_is_left_in_peace_and_asked_again(cast: Cast, contact: Contact) -> None:
    client, url = signed_in(cast.chen), f"/contacts/{contact.pk}/consent/"

    client.post(url, {"may_ask": "no"})
    assert Contact.objects.get().opted_out_at is not None
    client.post(url, {"may_ask": "yes"})
    assert Contact.objects.get().opted_out_at is None
    assert client.post(url, {"may_ask": "maybe"}).status_code == 400


def test_erasing_asks_for_a_reason_and_who_it_is(cast: Cast, contact: Contact) -> None:
    client, url = signed_in(cast.chen), f"/contacts/{contact.pk}/erasure/"
    assert "/reauthenticate/" in client.post(url, {"reason": "Asked for."})["Location"]

    fresh = freshly(client)
    assert "Say in a few words why" in fresh.post(url, {"reason": ""}).content.decode()
    assert fresh.post(url, {"reason": "Asked for."})["Location"] == "/contacts/"
    assert not Contact.objects.exists()


def test_a_list_is_looked_at_before_it_comes_in(cast: Cast) -> None:
    client = signed_in(cast.chen)
    rows = "name,e-mail,hobby\nLi,li@example.com,chess\nWang,nowhere,go\n"
    file = SimpleUploadedFile("list.csv", rows.encode())

    there = client.post("/contacts/lists/new/", {"file": file, "unit": cast.city.pk})
    url = there["Location"]
    page = client.get(url).content.decode()
    assert "Take in 1 contact" in page
    assert "This is not an e-mail address." in page
    assert not Contact.objects.exists()

    client.post(f"{url}columns/", {"column_2": "nothing"})
    client.post(f"{url}intake/")
    assert "Taking the contacts in" in client.get(url).content.decode()
    while run_next(JOBS):
        pass
    page = client.get(url).content.decode()
    assert "What came of it" in page
    assert Contact.objects.get().attributes == {}
    rejected = client.get(f"{url}rejected.csv").content.decode()
    assert "This is not an e-mail address." in rejected
    assert "nowhere" not in rejected
    late = client.post(f"{url}removal/", follow=True).content.decode()
    assert "Somebody had dealt with the list already" in late


def test_a_file_that_is_no_table_is_refused_in_words(cast: Cast) -> None:
    client = signed_in(cast.chen)
    file = SimpleUploadedFile("list.pdf", b"%PDF-1.7")

    page = client.post("/contacts/lists/new/", {"file": file, "unit": cast.city.pk})

    assert "The name of the file ends in none of" in page.content.decode()


def test_a_list_is_thrown_away(cast: Cast) -> None:
    client = signed_in(cast.chen)
    file = SimpleUploadedFile("list.csv", b"name\nLi\n")
    there = client.post("/contacts/lists/new/", {"file": file, "unit": cast.city.pk})

    assert "No column holds an e-mail" in client.get(there["Location"]).content.decode()
    gone = client.post(f"{there['Location']}removal/")
    assert gone["Location"] == "/contacts/lists/"
    assert not ContactList.objects.exists()
