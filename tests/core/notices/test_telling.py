"""Telling people: once under a key, all the facts, and what each of them chose."""

from datetime import datetime, time, timedelta

import pytest

from gapless.core.notices.actions import (
    FactsMissing,
    Uncatalogued,
    notify,
    read_everything,
    read_notices,
)
from gapless.core.notices.choices import Mail
from gapless.core.notices.choosing import (
    Chosen,
    HalfQuiet,
    Times,
    choose,
    chosen_by,
    feed_of,
    open_feed,
    renew_feed,
    revoke_feed,
)
from gapless.core.notices.feeds import feed_token, read_feed
from gapless.core.notices.models import Notice
from gapless.core.notices.queries import inbox_of, unread_by_group, unread_of
from gapless.core.notices.wording import said_of
from gapless.core.notices.wordings import UnknownBlanks, WordedMeanwhile, word
from tests.conftest import NINE_AM, Cast

pytestmark = pytest.mark.django_db

FACTS = {
    "number": 17,
    "campaign": {"zh-hans": "满意度", "en": "Spring"},
    "unit": "East hall",
    "due_at": "2026-03-03T01:00:00+00:00",
}


def tell(
    *people, key="a", kind="follow_up.opened", now: datetime = NINE_AM, **more
) -> None:
    notify(
        [each.pk for each in people], kind, key=key, facts=FACTS, url="/x/", now=now, **more
    )


def test_what_is_told_twice_under_one_key_is_told_once(cast: Cast) -> None:
    tell(cast.wang, cast.li)
    tell(cast.wang, cast.wang, cast.zhao)

    assert Notice.objects.count() == 3
    assert unread_of(cast.wang.pk) == 1


def test_a_kind_that_nobody_worded_and_facts_left_out_are_refused(cast: Cast) -> None:
    with pytest.raises(Uncatalogued):
        tell(cast.wang, kind="follow_up.lost")
    with pytest.raises(FactsMissing, match="campaign"):
        notify([cast.wang.pk], "follow_up.opened", key="a", facts={}, url="", now=NINE_AM)


def test_who_may_not_sign_in_any_more_is_told_nothing(cast: Cast) -> None:
    cast.li.is_active = False
    cast.li.save()

    tell(cast.li, cast.wang)

    assert unread_of(cast.li.pk) == 0


def test_a_notice_speaks_the_readers_language(cast: Cast) -> None:
    tell(cast.wang)

    notice = inbox_of(cast.wang.pk).get()

    assert said_of(notice).title == "A bad answer about East hall needs a follow-up"
    assert "“Spring”" in said_of(notice).body


def test_by_default_mail_comes_once_a_day_and_urgent_mail_at_once(cast: Cast) -> None:
    tell(cast.wang, key="a")
    tell(cast.wang, key="b", urgent=True)

    usual, urgent = inbox_of(cast.wang.pk).order_by("key")

    # 09:00 UTC is 17:00 in Shanghai: the next 08:00 there is at midnight UTC.
    assert usual.due_at == NINE_AM.replace(hour=0) + timedelta(days=1)
    assert urgent.due_at == NINE_AM


def test_what_was_chosen_holds_for_what_comes_and_for_what_waits(cast: Cast) -> None:
    tell(cast.wang, key="a")

    choose(cast.wang.pk, {"follow_up": Chosen(Mail.NEVER)}, Times(), now=NINE_AM)
    tell(cast.wang, key="b", urgent=True)

    assert set(Notice.objects.values_list("due_at", flat=True)) == {None}
    choose(cast.wang.pk, {"follow_up": Chosen(Mail.AT_ONCE)}, Times(), now=NINE_AM)
    tell(cast.wang, key="c")
    assert Notice.objects.get(key="c").due_at == NINE_AM


def test_quiet_hours_are_by_the_persons_own_clock(cast: Cast) -> None:
    cast.zhao.time_zone = "Europe/Berlin"  # 10:00 there, 17:00 in Shanghai
    cast.zhao.save()
    for someone in (cast.wang, cast.zhao):
        choose(
            someone.pk,
            {"follow_up": Chosen(Mail.AT_ONCE)},
            Times(8, time(16), time(23)),
            now=NINE_AM,
        )

    tell(cast.wang, cast.zhao)

    due = dict(Notice.objects.values_list("person__name", "due_at"))
    assert due == {"Wang": NINE_AM + timedelta(hours=6), "Zhao": NINE_AM}


@pytest.mark.parametrize(
    "times", [Times(8, time(22), None), Times(8, None, time(7)), Times(8, time(7), time(7))]
)
def test_half_quiet_hours_are_refused(cast: Cast, times: Times) -> None:
    with pytest.raises(HalfQuiet):
        choose(cast.wang.pk, {}, times, now=NINE_AM)

    assert chosen_by(cast.wang.pk)[1] == Times()


def test_reading_is_ones_own_business(cast: Cast) -> None:
    tell(cast.wang, cast.zhao)
    theirs = inbox_of(cast.zhao.pk).get()

    assert read_notices([theirs.pk], person_id=cast.wang.pk, now=NINE_AM) == 0
    assert read_everything(person_id=cast.wang.pk, kinds=(), now=NINE_AM) == 1
    assert (unread_of(cast.wang.pk), unread_of(cast.zhao.pk)) == (0, 1)
    assert unread_by_group(cast.zhao.pk) == {"follow_up": 1}


def test_unread_ones_stand_first(cast: Cast) -> None:
    for hour, key in enumerate("abc"):
        tell(cast.wang, key=key, now=NINE_AM + timedelta(hours=hour))
    read_notices([Notice.objects.get(key="c").pk], person_id=cast.wang.pk, now=NINE_AM)

    assert [each.key for each in inbox_of(cast.wang.pk)] == ["b", "a", "c"]


# --- Words of the organisation's own --------------------------------------------------


def reword(cast: Cast, title: str, after: int = 0):
    return word("follow_up.opened", {"en": title}, {}, after=after, by=cast.ma, now=NINE_AM)


def test_own_words_hold_from_now_on_and_go_by_version(cast: Cast) -> None:
    tell(cast.wang, key="a")
    reword(cast, "Call them: {unit}!")
    tell(cast.wang, key="b")
    reword(cast, "", after=1)  # ours again
    tell(cast.wang, key="c")

    titles = [said_of(each).title for each in inbox_of(cast.wang.pk).order_by("key")]

    ours = "A bad answer about East hall needs a follow-up"
    assert titles == [ours, "Call them: East hall!", ours]


def test_words_that_ask_for_what_nobody_says_are_refused(cast: Cast) -> None:
    with pytest.raises(UnknownBlanks) as refused:
        reword(cast, "{unit}: {customer} {phone}")

    assert refused.value.names == ("customer", "phone")


def test_of_two_who_word_at_once_one_is_told(cast: Cast) -> None:
    reword(cast, "First")

    with pytest.raises(WordedMeanwhile):
        reword(cast, "Second")


# --- The calendar address -------------------------------------------------------------


def test_a_renewed_address_ends_the_old_one(cast: Cast) -> None:
    first = renew_feed(cast.wang.pk, now=NINE_AM)
    second = renew_feed(cast.wang.pk, now=NINE_AM)

    assert feed_token(first) != feed_token(second)
    assert open_feed(first.pk) is None
    assert open_feed(read_feed(feed_token(second)) or 0) == second
    revoke_feed(cast.wang.pk, now=NINE_AM)
    assert open_feed(second.pk) is None
    assert feed_of(cast.wang.pk) is None


def test_an_address_that_we_did_not_make_is_nobodys(cast: Cast) -> None:
    token = feed_token(renew_feed(cast.wang.pk, now=NINE_AM))
    number, signature = token.split("-")

    assert read_feed(f"{number}-{'a' * 26}") is None
    assert read_feed(f"{int(number, 36) + 1}-{signature}") is None
    assert read_feed(token.upper()) is None
    assert read_feed("") is None


def test_who_may_not_sign_in_has_no_calendar_either(cast: Cast) -> None:
    feed = renew_feed(cast.wang.pk, now=NINE_AM)
    cast.wang.is_active = False
    cast.wang.save()

    assert open_feed(feed.pk) is None
