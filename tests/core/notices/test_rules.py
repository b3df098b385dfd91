"""When a notice goes out: quiet hours across midnight and zones, digests, retries."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.notices.rules import (
    BOTS,
    MAX_ATTEMPTS,
    Quiet,
    Wishes,
    after_quiet,
    bot_token,
    goes_out_at,
    next_hour,
    pause,
)

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token="
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/"
SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/New_York",
         "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")  # fmt: skip

moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
clocks = st.times().map(lambda each: each.replace(second=0, microsecond=0))
quiets = st.builds(Quiet, clocks, clocks).filter(lambda each: each.starts != each.ends)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


NIGHT = Quiet(time(22), time(7))
NOON = Quiet(time(12), time(14))


@pytest.mark.parametrize(
    ("quiet", "told", "goes"),
    [
        (NIGHT, "2026-03-02 21:59", "2026-03-02 21:59"),
        (NIGHT, "2026-03-02 22:00", "2026-03-03 07:00"),
        (NIGHT, "2026-03-02 23:30", "2026-03-03 07:00"),
        (NIGHT, "2026-03-03 00:00", "2026-03-03 07:00"),
        (NIGHT, "2026-03-03 06:59", "2026-03-03 07:00"),
        (NIGHT, "2026-03-03 07:00", "2026-03-03 07:00"),
        (NIGHT, "2026-12-31 23:00", "2027-01-01 07:00"),
        (NOON, "2026-03-02 11:59", "2026-03-02 11:59"),
        (NOON, "2026-03-02 12:00", "2026-03-02 14:00"),
        (None, "2026-03-02 03:00", "2026-03-02 03:00"),
    ],
)
def test_quiet_hours_end_where_they_end(quiet, told, goes) -> None:
    assert after_quiet(quiet, SHANGHAI, at(told)) == at(goes)


@given(quiets, zones, moments)
def test_nothing_goes_out_early_or_in_quiet_hours_or_a_day_late(quiet, zone, moment):
    goes = after_quiet(quiet, zone, moment)

    assert moment <= goes <= moment + timedelta(hours=26)  # 24, and a clock put back
    assert (
        goes == moment or not quiet.covers(goes, zone) or goes - moment < timedelta(days=1)
    )


@given(quiets, zones, moments)
def test_waiting_for_the_end_of_quiet_hours_twice_is_waiting_once(quiet, zone, moment):
    once = after_quiet(quiet, zone, moment)

    # Only where the clock is put back can the hour of the end come again.
    again = after_quiet(quiet, zone, once)
    assert again == once or zone.utcoffset(once) != zone.utcoffset(again)


@given(st.integers(0, 23), zones, moments)
def test_the_digest_goes_out_at_its_hour_within_a_day(hour, zone, moment):
    goes = next_hour(hour, zone, moment)

    assert moment <= goes <= moment + timedelta(hours=25)
    local = goes.astimezone(zone)
    assert (local.hour, local.minute) == (hour, 0) or _jumped(hour, zone, local)


def _jumped(hour: int, zone: ZoneInfo, local: datetime) -> bool:
    """Whether the clock showed no such hour that day, as it was put forward."""
    wanted = datetime.combine(local.date(), time(hour), zone)
    return wanted.astimezone(UTC).astimezone(zone).time() != time(hour)


def test_a_digest_waits_for_its_hour_and_an_urgent_notice_does_not() -> None:
    wishes = Wishes(SHANGHAI)
    told = at("2026-03-02 09:00")

    assert goes_out_at(wishes, told, urgent=False) == at("2026-03-03 08:00")
    assert goes_out_at(wishes, told, urgent=True) == told


def test_quiet_hours_hold_back_urgent_ones_too_but_not_what_was_marked() -> None:
    told = at("2026-03-02 23:00")
    held = Wishes(SHANGHAI, mail="at_once", quiet=NIGHT)
    marked = Wishes(SHANGHAI, mail="at_once", quiet=NIGHT, through_quiet=True)

    assert goes_out_at(held, told, urgent=True) == at("2026-03-03 07:00")
    assert goes_out_at(marked, told, urgent=False) == told


def test_a_digest_hour_within_quiet_hours_waits_for_their_end() -> None:
    wishes = Wishes(SHANGHAI, quiet=Quiet(time(22), time(9)), digest_hour=8)

    goes = goes_out_at(wishes, at("2026-03-02 15:00"), urgent=False)

    assert goes == at("2026-03-03 09:00")


def test_never_means_never() -> None:
    wishes = Wishes(SHANGHAI, mail="never", through_quiet=True)

    assert goes_out_at(wishes, at("2026-03-02 09:00"), urgent=True) is None


def test_the_same_hour_is_another_moment_elsewhere() -> None:
    told = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai, 01:00 in Berlin

    assert after_quiet(NIGHT, SHANGHAI, told) == told
    assert after_quiet(NIGHT, ZoneInfo("Europe/Berlin"), told) == told + timedelta(hours=6)


def test_a_delivery_is_tried_for_more_than_a_day_and_less_than_two() -> None:
    tried = sum((pause(attempt) for attempt in range(1, MAX_ATTEMPTS)), timedelta())

    assert timedelta(days=1) < tried < timedelta(days=2)
    assert pause(1) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "address", "token"),
    [
        ("wecom", f"{WECOM}693a91f6-7xxx", "693a91f6-7xxx"),
        ("dingtalk", f"{DINGTALK}a1b2c3d4e5", "a1b2c3d4e5"),
        ("feishu", f" {FEISHU}aaaa-bbbb-cccc ", "aaaa-bbbb-cccc"),
        ("wecom", f"{WECOM}693a91f6".replace("https", "http"), ""),
        ("wecom", f"{WECOM}693a91f6".replace(".com", ".com.evil.example"), ""),
        ("dingtalk", DINGTALK, ""),
        ("feishu", f"{WECOM}693a91f6-7xxx", ""),
        ("wecom", f"{WECOM}客服客服客服客服", ""),
        ("wecom", f"{WECOM}693a91f6&key=../../", ""),
    ],
)
def test_a_bot_is_known_by_its_messengers_own_address(kind, address, token) -> None:
    assert bot_token(kind, address) == token
    assert kind in BOTS
