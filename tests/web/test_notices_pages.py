"""The inbox, my choices and the channels, as somebody meets them on the page."""

import re
from datetime import time

import pytest
from django.test import Client
from django.utils.timezone import now
from icalendar import Calendar

from gapless.core.notices.actions import notify
from gapless.core.notices.catalogue import GROUPS
from gapless.core.notices.channels import ChannelFacts, add_channel
from gapless.core.notices.choices import ChannelKind, DeliveryState, Failure, Mail
from gapless.core.notices.choosing import Chosen, chosen_by
from gapless.core.notices.models import Channel, Delivery, Notice
from gapless.core.notices.queries import unread_of
from gapless.evaluation.campaigns.intake import HandedIn, finish
from gapless.evaluation.campaigns.models import FollowUp
from gapless.evaluation.campaigns.queries import door_of
from gapless.people.org.models import Person
from tests.conftest import NINE_AM, Cast
from tests.web.asking import campaign_of, way_in
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"


def tell(*people: Person, key: str = "a", number: int = 17, urgent: bool = False) -> None:
    facts = {"number": number, "campaign": "Spring", "unit": "East hall"}
    notify(
        [each.pk for each in people],
        "follow_up.opened",
        key=key,
        facts=facts | {"due_at": "2026-03-03T01:00:00+00:00"},
        url="/follow-ups/17/",
        urgent=urgent,
        now=NINE_AM,
    )


def without_tokens(response) -> str:
    """The page without what stands there against forgery, anew each time."""
    return re.sub(r'[\w-]{64}|/notices/[^"]*', "", response.content.decode())


# --- The inbox ------------------------------------------------------------------------


def test_an_empty_inbox_says_what_will_stand_there(cast: Cast) -> None:
    page = signed_in(cast.wang).get("/notices/").content.decode()

    assert "No notices yet" in page
    assert "/notices/choices/" in page
    assert 'class="n num"' not in page


def test_the_bell_counts_what_is_unread_on_every_page(cast: Cast) -> None:
    for n in range(120):
        tell(cast.wang, key=str(n))

    page = signed_in(cast.wang).get("/profile/").content.decode()

    assert "120 unread notices" in page
    assert ">99+<" in page


def test_what_is_unread_stands_first_and_leads_where_it_is_about(cast: Cast) -> None:
    tell(cast.wang, key="a", number=1, urgent=True)
    tell(cast.wang, key="b", number=2)
    wang = signed_in(cast.wang)
    newer = Notice.objects.get(key="b")

    response = wang.post(f"/notices/{newer.pk}/reading/", {"go": "1"})

    assert response.headers["Location"] == "/follow-ups/17/"
    page = wang.get("/notices/").content.decode()
    assert page.index("Follow-up #1 ") < page.index("Follow-up #2 ")
    assert "Urgent" in page
    assert "due at 2026-03-03 09:00" in page
    assert unread_of(cast.wang.pk) == 1


def test_looking_reads_nothing(cast: Cast) -> None:
    tell(cast.wang)
    signed_in(cast.wang).get("/notices/")

    assert unread_of(cast.wang.pk) == 1


def test_a_notice_of_somebody_else_is_like_none(cast: Cast) -> None:
    tell(cast.zhao)
    wang = signed_in(cast.wang)
    foreign = wang.post(f"/notices/{Notice.objects.get().pk}/reading/")
    missing = wang.post("/notices/999999/reading/")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert without_tokens(foreign) == without_tokens(missing)
    assert unread_of(cast.zhao.pk) == 1


def test_all_are_read_at_one_press_of_one_group_or_altogether(cast: Cast) -> None:
    tell(cast.wang)
    wang = signed_in(cast.wang)
    wang.post("/notices/reading/", {"group": "time_limit"})
    assert unread_of(cast.wang.pk) == 1

    page = wang.post("/notices/reading/", {"show": "unread"}, follow=True).content.decode()

    assert unread_of(cast.wang.pk) == 0
    assert "1 notice is marked as read." in page
    assert "You have read everything that was told." in page


def test_the_list_is_narrowed_to_a_group(cast: Cast) -> None:
    tell(cast.wang)
    wang = signed_in(cast.wang)

    assert "East hall" in wang.get("/notices/?group=follow_up").content.decode()
    none = wang.get("/notices/?group=time_limit").content.decode()
    assert "Nothing of this kind has been told to you." in none
    assert "East hall" in wang.get("/notices/?group=nonsense").content.decode()


def test_an_address_elsewhere_is_not_followed(cast: Cast) -> None:
    tell(cast.wang)
    Notice.objects.update(url="https://evil.example/")

    response = signed_in(cast.wang).post(
        f"/notices/{Notice.objects.get().pk}/reading/", {"go": "1"}
    )

    assert response.headers["Location"] == "/notices/"


# --- My choices -----------------------------------------------------------------------


def chosen(**more: str) -> dict[str, str]:
    usual = {f"mail_{group}": "digest" for group in GROUPS}
    return usual | {"digest_hour": "8", "quiet_from": "", "quiet_until": ""} | more


def test_choices_are_kept_and_shown_again(cast: Cast) -> None:
    wang = signed_in(cast.wang)
    said = chosen(mail_follow_up="at_once", through_follow_up="on", digest_hour="18")
    said |= {"quiet_from": "22:00", "quiet_until": "07:00"}

    page = wang.post("/notices/choices/", said, follow=True).content.decode()

    choices, times = chosen_by(cast.wang.pk)
    assert choices["follow_up"] == Chosen(Mail.AT_ONCE, through_quiet=True)
    assert choices["time_limit"] == Chosen()
    assert (times.digest_hour, times.quiet_from, times.quiet_until) == (
        18,
        time(22),
        time(7),
    )
    assert 'value="22:00"' in page
    assert "Your choices are saved." in page


@pytest.mark.parametrize("wrong", [{"quiet_from": "22:00"}, {"quiet_until": "nonsense"}])
def test_half_quiet_hours_are_told_in_a_sentence(cast: Cast, wrong: dict[str, str]) -> None:
    response = signed_in(cast.wang).post("/notices/choices/", chosen(**wrong))

    assert response.status_code == 422
    assert chosen_by(cast.wang.pk)[1].quiet_from is None


def address_in(page: str) -> str:
    found = re.search(r"http://localhost:8000(/notices/feed/[\w-]+\.ics)", page)
    assert found
    return found[1]


@pytest.fixture
def bad(cast: Cast) -> FollowUp:
    """A bad answer about the East hall."""
    campaign = campaign_of(cast, follow_up_item="overall", follow_up_at_most=5)
    door = door_of(way_in(campaign, cast.east))
    assert door is not None
    fields = {"q.wait.e": ["7"], "q.wait.p": ["1"], "q.overall": ["2"]}
    finish(door, HandedIn("key", fields, "en", 60, "", ""), now=now())
    return FollowUp.objects.get()


def test_a_bad_answer_is_told_to_who_runs_the_hall(cast: Cast, bad: FollowUp) -> None:
    told = {each.person.name: each.kind for each in Notice.objects.select_related("person")}

    assert told == {"Wang": "follow_up.opened"}
    page = signed_in(cast.wang).get("/notices/").content.decode()
    assert f"Follow-up #{bad.pk} comes from the campaign" in page


def test_my_deadlines_stand_in_my_calendar(cast: Cast, bad: FollowUp) -> None:
    wang = signed_in(cast.wang)
    page = wang.post("/notices/choices/feed/", follow=True).content.decode()
    response = Client().get(address_in(page))

    assert response.headers["Content-Type"].startswith("text/calendar")
    assert "no-store" in response.headers["Cache-Control"]
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event["UID"] == f"follow_up-{bad.pk}@localhost"
    assert "East hall" in event["SUMMARY"]
    assert event["DTSTART"].dt == bad.due_at.replace(microsecond=0)
    assert event["URL"].endswith(f"/follow-ups/{bad.pk}/")
    again = Calendar.from_ical(Client().get(address_in(page)).content).walk("VEVENT")
    assert again[0]["UID"] == event["UID"]


def test_a_renewed_or_ended_address_is_like_one_never_made(cast: Cast) -> None:
    wang = signed_in(cast.wang)
    old = address_in(wang.post("/notices/choices/feed/", follow=True).content.decode())
    new = address_in(wang.post("/notices/choices/feed/", follow=True).content.decode())

    assert Client().get(new).status_code == 200
    assert Client().get(old).status_code == 404
    wang.post("/notices/choices/feed/end/")
    ended, never = Client().get(new), Client().get("/notices/feed/1-abc.ics")
    assert (ended.status_code, never.status_code) == (404, 404)
    assert without_tokens(ended) == without_tokens(never)


def test_who_tries_addresses_is_kept_waiting_and_nobody_else_is(cast: Cast) -> None:
    wang = signed_in(cast.wang)
    mine = address_in(wang.post("/notices/choices/feed/", follow=True).content.decode())
    stranger = Client()

    tried = [stranger.get(f"/notices/feed/{n}-abc.ics") for n in range(21)]

    assert {each.status_code for each in tried[:20]} == {404}
    assert (tried[20].status_code, stranger.get(mine).status_code) == (429, 200)
    assert 0 < int(tried[20].headers["Retry-After"]) <= 60


# --- Channels -------------------------------------------------------------------------


def add(cast: Cast, **more: object) -> Channel:
    facts = {
        "kind": ChannelKind.WEBHOOK,
        "name": "Duty room",
        "address": "https://hooks.example/in?token=verysecret",
        "secret": "",
        "groups": ("follow_up",),
        "language": "en",
    } | more
    return add_channel(cast.east, ChannelFacts(**facts), by=cast.ma, now=NINE_AM)  # type: ignore[arg-type]


def said(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "kind": "wecom",
        "name": "Duty room",
        "address": WECOM,
        "unit": cast.city.pk,
        "groups": ["follow_up"],
        "language": "en",
    } | more


def test_a_channel_is_added_and_its_address_never_shown_again(cast: Cast) -> None:
    ma = signed_in(cast.ma)

    page = ma.post("/notices/channels/new/", said(cast), follow=True).content.decode()

    assert "Duty room" in page
    assert "693a91f6" not in page
    assert Channel.objects.get().address == WECOM


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"address": "https://hooks.example/"}, "This is not the address of a WeCom bot"),
        ({"kind": "webhook", "address": "http://hooks.example/"}, "go out by https"),
        ({"kind": "webhook", "address": "https://192.168.1.1/"}, "go out by https"),
        ({"groups": []}, "Choose at least one group of notices."),
        ({"name": ""}, "Give it a name"),
        ({"unit": ""}, "Choose the unit"),
    ],
)
def test_what_cannot_work_is_said_beside_the_field(cast: Cast, wrong, sentence) -> None:
    response = signed_in(cast.ma).post("/notices/channels/new/", said(cast, **wrong))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Channel.objects.exists()


def test_a_test_message_waits_for_the_worker(cast: Cast) -> None:
    channel = add(cast)
    ma = signed_in(cast.ma)

    page = ma.post(f"/notices/channels/{channel.pk}/test/", follow=True).content.decode()

    assert "goes out within a minute" in page
    assert Notice.objects.get(channel=channel).kind == "channel.test"


def test_what_went_wrong_stands_on_the_channels_page(cast: Cast) -> None:
    channel = add(cast)
    Delivery.objects.create(
        channel=channel,
        key="k",
        state=DeliveryState.DEAD,
        attempts=8,
        failure=Failure.REFUSED,
        next_attempt_at=NINE_AM,
        created_at=NINE_AM,
    )
    ma = signed_in(cast.ma)
    assert "Needs a look" in ma.get("/notices/channels/").content.decode()
    page = ma.get(f"/notices/channels/{channel.pk}/").content.decode()
    assert "The other side does not take it." in page
    assert "whsec_" in page

    ma.post(f"/notices/channels/{channel.pk}/deliveries/")

    assert Delivery.objects.get().state == DeliveryState.WAITING


def test_switching_off_and_on(cast: Cast) -> None:
    channel = add(cast)
    ma = signed_in(cast.ma)
    ma.post(f"/notices/channels/{channel.pk}/state/", {"to": "off"})
    channel.refresh_from_db()
    assert channel.disabled_at is not None
    twice = ma.post(f"/notices/channels/{channel.pk}/state/", {"to": "off"}, follow=True)
    assert "had changed already" in twice.content.decode()
    off = ma.post(f"/notices/channels/{channel.pk}/test/", follow=True).content.decode()
    assert "switch it on first" in off

    ma.post(f"/notices/channels/{channel.pk}/state/", {"to": "on"})

    channel.refresh_from_db()
    assert channel.disabled_at is None
