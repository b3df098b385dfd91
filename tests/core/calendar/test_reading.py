"""Days of a year as text and as iCal, there and back."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.calendar.reading import (
    HEADER,
    NoICal,
    as_ical,
    as_text,
    read_days,
    text_of_ical,
)
from gapless.core.calendar.rules import SpecialDay

NOW = datetime(2026, 1, 1, tzinfo=UTC)
names = st.dictionaries(
    st.sampled_from(["zh-hans", "zh-hant", "en"]),
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20),
)
tables = st.dictionaries(
    st.dates(date(2027, 1, 1), date(2027, 12, 31)),
    st.tuples(st.booleans(), names),
    min_size=1,
    max_size=30,
).map(lambda days: tuple(SpecialDay(day, *days[day]) for day in sorted(days)))


def wrong(text: str, year: int = 2027) -> list[tuple[int, str, str]]:
    return [(flaw.line, flaw.column, flaw.code) for flaw in read_days(text, year).flaws]


@given(tables)
def test_text_is_read_as_it_was_written(days: tuple[SpecialDay, ...]) -> None:
    found = read_days(as_text(days), 2027)
    assert (found.days, found.flaws) == (days, ())


@given(tables)
def test_ical_keeps_the_days_and_their_kinds(days: tuple[SpecialDay, ...]) -> None:
    content = as_ical(days, key="CN", language="en", stamped_at=NOW)
    text, others = text_of_ical(content, 2027)
    found = read_days(text, 2027)
    assert (found.flaws, others) == ((), 0)
    assert [(d.day, d.works) for d in found.days] == [(d.day, d.works) for d in days]


def test_lines_are_read_however_people_write_them() -> None:
    text = (
        "日期,结束日期,类型,名称\n2027年1月1日,2027/1/3,放假,元旦\n20270104,,班,元旦\n"
        "\n2027-02-06\n"
    )
    found = read_days(text, 2027)
    assert not found.flaws
    assert [(str(day.day), day.works) for day in found.days] == [
        ("2027-01-01", False),
        ("2027-01-02", False),
        ("2027-01-03", False),
        ("2027-01-04", True),
        ("2027-02-06", False),
    ]
    assert found.days[0].name == {"zh-hans": "元旦"}
    assert read_days("2027-01-01;2027-01-02;holiday;A", 2027).days[1].day.day == 2


def test_all_that_is_wrong_is_said_with_line_and_column() -> None:
    first, last, kind, name = HEADER[:4]
    text = (
        f"{','.join(HEADER)}\n"
        "2027-13-01,,holiday,A\n"
        ",,perhaps,B\n"
        "2027-05-05,2027-05-01,holiday,C\n"
        "2026-01-01,,holiday,D\n"
        "2027-01-01,,holiday,E\n"
        "2027-01-01,,working,F\n"
        "2027-06-01,2027-09-01,holiday,G\n"
        f"2027-10-01,,,{'x' * 121}\n"
    )
    assert wrong(text) == [
        (2, first, "bad_day"),
        (3, first, "no_day"),
        (3, kind, "bad_kind"),
        (4, last, "reversed"),
        (5, first, "other_year"),
        (7, first, "twice"),
        (8, last, "too_long"),
        (9, name, "long_name"),
    ]


def test_an_ical_file_may_hold_other_years_and_events_without_a_day() -> None:
    content = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260101\r\nSUMMARY:Old\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20270501\r\n"
        "DTEND;VALUE=DATE:20270504\r\nSUMMARY:劳动节\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:3\r\nDTSTART;VALUE=DATE:20270508\r\n"
        "SUMMARY:劳动节 补班\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:4\r\nSUMMARY:No day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()
    text, others = text_of_ical(content, 2027)
    assert others == 1
    assert wrong(text) == [(2, HEADER[0], "no_day")]
    days = read_days(text, 2027).days
    assert [(day.day.day, day.works) for day in days] == [
        (1, False),
        (2, False),
        (3, False),
        (8, True),
    ]


@pytest.mark.parametrize(
    "content", [b"", b"no calendar", b"\xff\xfe\x00", b"BEGIN:VCALENDAR"]
)
def test_what_is_no_ical_file_is_refused(content: bytes) -> None:
    with pytest.raises(NoICal):
        text_of_ical(content, 2027)
