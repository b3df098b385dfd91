"""Follow-ups: who sees which, who takes one, what is said of the customer."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from gapless.evaluation.campaigns import contacts, inviting
from gapless.evaluation.campaigns.contacts import ContactFacts
from gapless.evaluation.campaigns.intake import HandedIn, finish
from gapless.evaluation.campaigns.models import Campaign, FollowUp, Invitation
from gapless.evaluation.campaigns.queries import door_of
from gapless.evaluation.campaigns.tokens import invitation_token
from gapless.people.org.models import Unit
from gapless.web.deadlines import time_left
from tests.conftest import Cast
from tests.web.asking import campaign_of, way_in
from tests.web.signing_in import signed_in


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return campaign_of(cast, follow_up_item="overall", follow_up_at_most=5)


def bad(campaign: Campaign, unit: Unit, token: str = "") -> FollowUp:
    """A bad answer about a unit."""
    door = door_of(token or way_in(campaign, unit))
    assert door is not None
    words = "Nobody came. Call 13800138000."
    fields = {"q.wait.e": ["7"], "q.wait.p": ["1"], "q.overall": ["2"], "q.why": [words]}
    key = door.key or f"key-{FollowUp.objects.count()}"
    finish(door, HandedIn(key, fields, "en", 60, "", ""), now=now())
    return FollowUp.objects.latest("pk")


def test_managers_see_those_of_their_units_alone(cast: Cast, campaign: Campaign) -> None:
    east, west = bad(campaign, cast.east), bad(campaign, cast.west)

    def seen(someone: object) -> set[int]:
        client = signed_in(someone)
        page = client.get("/follow-ups/").content.decode()
        listed = {f.pk for f in (east, west) if f"/follow-ups/{f.pk}/" in page}
        opened = {
            f.pk
            for f in (east, west)
            if client.get(f"/follow-ups/{f.pk}/").status_code == 200
        }
        assert listed == opened
        return listed

    assert seen(cast.wang) == {east.pk}
    assert seen(cast.zhao) == {west.pk}
    assert seen(cast.chen) == {east.pk, west.pk}
    for someone in (cast.li, cast.qian, cast.sun, cast.ma):
        assert signed_in(someone).get("/follow-ups/").status_code == 403


def test_numbers_of_people_are_taken_out_of_what_they_wrote(
    cast: Cast, campaign: Campaign
) -> None:
    follow_up = bad(campaign, cast.east)

    page = signed_in(cast.wang).get(f"/follow-ups/{follow_up.pk}/").content.decode()

    assert "Nobody came." in page
    assert "13800138000" not in page


def test_who_it_was_is_told_to_quality_management_alone(
    cast: Cast, campaign: Campaign
) -> None:
    facts = ContactFacts("Li Na", "li.na@example.com")
    contacts.add_contact(facts, cast.east, by=cast.chen, now=now())
    draw = inviting.Draw(frozenset({cast.east.pk}), None, 1)
    inviting.invite(campaign, draw, by=cast.chen, now=now())
    token = invitation_token(Invitation.objects.get())
    url = f"/follow-ups/{bad(campaign, cast.east, token).pk}/"

    assert "Li Na" in signed_in(cast.chen).get(url).content.decode()
    assert "Li Na" not in signed_in(cast.wang).get(url).content.decode()


def test_one_of_two_takes_it_and_the_other_is_told(cast: Cast, campaign: Campaign) -> None:
    follow_up = bad(campaign, cast.east)
    url = f"/follow-ups/{follow_up.pk}/"

    first = signed_in(cast.wang).post(f"{url}owner/", {"from": ""}, follow=True)
    second = signed_in(cast.chen).post(f"{url}owner/", {"from": ""}, follow=True)

    assert "It is yours" in first.content.decode()
    assert "Wang took it in hand just before" in second.content.decode()
    follow_up.refresh_from_db()
    assert follow_up.owner == cast.wang
    signed_in(cast.chen).post(f"{url}owner/", {"from": str(cast.wang.pk)})
    follow_up.refresh_from_db()
    assert follow_up.owner == cast.chen


def test_it_is_closed_with_what_was_done(cast: Cast, campaign: Campaign) -> None:
    follow_up = bad(campaign, cast.east)
    client, url = signed_in(cast.wang), f"/follow-ups/{follow_up.pk}/"
    client.post(f"{url}owner/", {"from": ""})

    empty = client.post(f"{url}outcome/", {"outcome": " "})
    assert empty.status_code == 422
    assert "Say in a few words what was done." in empty.content.decode()
    said = {"outcome": "A second counter opens at noon.", "resolved": "yes"}
    done = client.post(f"{url}outcome/", said, follow=True).content.decode()
    late = client.post(f"{url}outcome/", said, follow=True).content.decode()

    assert "The follow-up is closed." in done
    assert "It is closed already" in late
    listed = client.get("/follow-ups/").content.decode()
    assert f"/follow-ups/{follow_up.pk}/" not in listed
    assert (
        "A second counter" in client.get("/follow-ups/list.csv?show=all").content.decode()
    )


def test_overdue_ones_stand_first_and_say_so(cast: Cast, campaign: Campaign) -> None:
    bad(campaign, cast.east)
    old = bad(campaign, cast.east)
    FollowUp.objects.filter(pk=old.pk).update(due_at=now() - timedelta(hours=3, minutes=1))

    page = signed_in(cast.wang).get("/follow-ups/").content.decode()

    assert page.index("overdue by 3 h 1 min") < page.index("23 h 59 min left")


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=17, minutes=52), "17 h 52 min left"),
        (timedelta(days=2, hours=1), "2 d 1 h left"),
        (-timedelta(minutes=5), "overdue by 0 h 5 min"),
        (-timedelta(days=3, hours=2), "overdue by 3 d 2 h"),
    ],
)
def test_time_left_is_said_in_two_units(left: timedelta, words: str) -> None:
    assert time_left(left) == words
