"""Calendars as people see and change them."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gapless.core.calendar import actions
from gapless.core.calendar.choices import Region
from gapless.core.calendar.models import Closure, HolidayTable
from gapless.core.calendar.queries import calendar_of, ways_of
from gapless.core.calendar.rules import USUAL_WEEK, Shift
from gapless.people.org.models import RoleAssignment
from tests.conftest import NINE_AM, Cast
from tests.web.signing_in import signed_in

DAYS = "2027-02-05,2027-02-11,holiday,春节,春節,Spring Festival\n2027-01-31,,working,春节\n"
NOTICE = {
    "version": "0",
    "region": "CN",
    "year": "2027",
    "source": "Notice 1",
    "checked_on": "2026-11-20",
    "days": DAYS,
}


@pytest.fixture
def chen(cast: Cast) -> Client:
    return signed_in(cast.chen)


@pytest.fixture
def shipped(db: None) -> list[HolidayTable]:
    return actions.ship_years(now=NINE_AM)


def text(client: Client, name: str, *args: int, **query: str) -> str:
    return client.get(reverse(f"calendars:{name}", args=args), query).content.decode()


# --- A year ---------------------------------------------------------------------------


def test_a_year_shows_holidays_make_up_days_and_closures(
    cast: Cast, chen: Client, shipped: list[HolidayTable]
) -> None:
    when = {"from_on": date(2026, 3, 2), "until_on": date(2026, 3, 4)}
    actions.add_closure(cast.city, **when, reason="New floor", by=cast.ma, now=NINE_AM)
    page = text(chen, "unit", cast.east.pk, year="2026")
    assert "Public holiday: Spring Festival" in page
    assert "Make-up working day: Spring Festival" in page
    assert page.count('class="cal-d closure') == 2 + 1  # and one in the key
    assert "New floor" in page
    assert "246 working days in 2026." in page
    assert "provisional" not in page


def test_a_year_that_is_not_published_says_so(
    cast: Cast, chen: Client, shipped: list[HolidayTable]
) -> None:
    page = text(chen, "unit", cast.east.pk, year="2027")
    assert "2027 is provisional." in page
    assert 'class="cal-year prov"' in page
    address = reverse("calendars:new-holidays")
    assert f"{address}?region=CN&amp;year=2027" in page
    assert address not in text(signed_in(cast.li), "unit", cast.east.pk, year="2027")


def test_an_odd_year_is_this_year(cast: Cast, chen: Client) -> None:
    for odd in ("1", "99999", "abc", "²02６"):
        response = chen.get(reverse("calendars:unit", args=[cast.east.pk]), {"year": odd})
        assert response.status_code == 200


def test_why_a_unit_above_is_closed_is_said_to_those_who_see_it(cast: Cast) -> None:
    when = {"from_on": date(2026, 3, 2), "until_on": date(2026, 3, 4)}
    actions.add_closure(cast.city, **when, reason="A secret", by=cast.ma, now=NINE_AM)
    li = text(signed_in(cast.li), "unit", cast.east.pk, year="2026")
    assert "2026-03-02" in li
    assert "Said for a unit above this one." in li
    assert "A secret" not in li


def test_the_list_finds_units_and_years(
    cast: Cast, chen: Client, shipped: list[HolidayTable]
) -> None:
    page = text(chen, "index", q="west")
    assert "West hall" in page
    assert "East hall" not in page
    assert reverse("calendars:holidays", args=[shipped[2].pk]) in page
    assert "No unit fits" in text(chen, "index", q="nowhere")


# --- The week -------------------------------------------------------------------------


def test_a_week_of_two_stretches_a_day_is_set_and_given_up(
    cast: Cast, chen: Client
) -> None:
    address = reverse("calendars:week", args=[cast.east.pk])
    typed = {
        "version": "0",
        "region": "HK",
        "opens_1": "09:00",
        "closes_1": "12:00",
        "opens_1_2": "13:30",
        "closes_1_2": "00:00",
    }
    assert chen.post(address, typed).status_code == 302
    ways = ways_of([cast.east.pk])[cast.east.pk]
    assert ways.week == ((Shift(540, 720), Shift(810, 1440)), *((),) * 6)
    assert (ways.region, ways.closed_on_holidays) == (Region.HK, False)
    assert "09:00–12:00 13:30–24:00" in text(chen, "unit", cast.east.pk)
    assert 'value="00:00"' in chen.get(address).content.decode()

    stale = chen.post(address, typed | {"opens_1": "08:00"})
    assert stale.status_code == 409
    assert "Somebody saved this record" in stale.content.decode()
    give_up = reverse("calendars:inheritance", args=[cast.east.pk])
    assert chen.post(give_up, {"version": "1"}, follow=True).status_code == 200
    assert not ways_of([cast.east.pk])[cast.east.pk].own
    late = chen.post(give_up, {"version": "1"}, follow=True).content.decode()
    assert "Somebody else changed the week meanwhile" in late


def test_stretches_that_overlap_are_refused(cast: Cast, chen: Client) -> None:
    typed = {
        "version": "0",
        "region": "CN",
        "opens_3": "09:00",
        "closes_3": "12:00",
        "opens_3_2": "11:00",
        "closes_3_2": "17:00",
    }
    address = reverse("calendars:week", args=[cast.east.pk])
    refused = chen.post(address, typed)
    assert "The two stretches overlap; check the times." in refused.content.decode()
    assert ways_of([cast.east.pk])[cast.east.pk].week == USUAL_WEEK


@pytest.mark.parametrize("name", ["week", "closure"])
def test_seen_is_not_yet_permitted(cast: Cast, name: str) -> None:
    """Ma administers the East only, and sees nothing else."""
    RoleAssignment.objects.filter(person=cast.ma).update(unit=cast.east)
    own, foreign = (
        reverse(f"calendars:{name}", args=[unit.pk]) for unit in (cast.east, cast.west)
    )
    assert signed_in(cast.wang).get(own).status_code == 403
    assert signed_in(cast.ma).get(own).status_code == 200
    assert signed_in(cast.ma).get(foreign).status_code == 404


# --- Closures -------------------------------------------------------------------------


def test_a_closure_is_entered_and_withdrawn(cast: Cast, chen: Client) -> None:
    address = reverse("calendars:closure", args=[cast.east.pk])
    wrong = {"from_on": "2026-03-02", "until_on": "2026-03-02", "reason": ""}
    refused = chen.post(address, wrong).content.decode()
    assert "It opens again after it has closed; check both days." in refused
    assert "Say in a few words why it is closed." in refused
    far = {"from_on": "2026-03-02", "until_on": "2036-03-02", "reason": "Moving"}
    assert "two years at most" in chen.post(address, far).content.decode()
    chen.post(address, far | {"until_on": "2026-03-03"})
    closure = Closure.objects.get()
    assert not calendar_of(cast.east.pk).calendar.works_on(date(2026, 3, 2))

    withdrawal = reverse("calendars:withdrawal", args=[closure.pk])
    assert signed_in(cast.wang).post(withdrawal).status_code == 403
    assert signed_in(cast.zhao).post(withdrawal).status_code == 403
    assert (
        "The closure is withdrawn." in chen.post(withdrawal, follow=True).content.decode()
    )
    again = chen.post(withdrawal, follow=True).content.decode()
    assert "Somebody had withdrawn the closure already." in again
    assert "withdrawn" in text(chen, "unit", cast.east.pk, year="2026")
    assert calendar_of(cast.east.pk).calendar.works_on(date(2026, 3, 2))


# --- Years ----------------------------------------------------------------------------


def test_a_year_is_loaded_by_lines(
    cast: Cast, chen: Client, shipped: list[HolidayTable]
) -> None:
    new_year = date(2026, 12, 31), date(2027, 1, 4)
    assert calendar_of(cast.east.pk).calendar.is_provisional(*new_year)
    address = reverse("calendars:new-holidays")
    done = chen.post(address, NOTICE, follow=True).content.decode()
    assert "Public holidays of Mainland China, 2027" in done
    assert "Notice 1" in done
    calendar = calendar_of(cast.east.pk).calendar
    assert not calendar.is_provisional(*new_year)
    assert calendar.works_on(date(2027, 1, 31))  # a Sunday
    # Somebody else was faster.
    late = chen.post(address, NOTICE)
    assert late.status_code == 409
    assert "The year has another version by now." in late.content.decode()
    assert "Spring Festival" in late.content.decode()


def test_wrong_lines_are_named_and_nothing_is_lost(cast: Cast, chen: Client) -> None:
    days = "2027-02-31,,holiday,X-Mas\n2026-01-01,,holidoy,Y-Day\n"
    address = reverse("calendars:new-holidays")
    page = chen.post(address, NOTICE | {"days": days, "source": ""}).content.decode()
    assert "Line 1, first day: “2027-02-31” is no day. Write it like 2027-01-01." in page
    assert "Line 2, kind: “holidoy” is no kind of day. Write holiday or working." in page
    assert "Say which notice publishes these days." in page
    assert "2027-02-31,,holiday,X-Mas" in page
    assert not HolidayTable.objects.exists()


def test_a_file_is_looked_at_before_it_is_loaded(cast: Cast, chen: Client) -> None:
    address = reverse("calendars:new-holidays")
    content = DAYS.encode("gb18030")
    file = SimpleUploadedFile("2027.csv", content, "text/csv")
    page = chen.post(address, NOTICE | {"days": "", "file": file}).content.decode()
    assert "2027-02-05,2027-02-11,holiday,春节,春節,Spring Festival" in page
    assert "Look at them, then load the year." in page
    assert not HolidayTable.objects.exists()
    # Also where another field is wrong.
    file = SimpleUploadedFile("2027.csv", content, "text/csv")
    wrong = NOTICE | {"days": "", "source": "", "file": file}
    assert "2027-02-05,2027-02-11" in chen.post(address, wrong).content.decode()
    odd = SimpleUploadedFile("2027.ics", b"BEGIN:VCALENDAR")
    page = chen.post(address, NOTICE | {"file": odd}).content.decode()
    assert "This is no iCal file." in page
    assert "2027-02-05,2027-02-11" in page


def test_what_goes_out_comes_in_again(
    cast: Cast, chen: Client, shipped: list[HolidayTable]
) -> None:
    """A revised year by its own export, as CSV and as iCal: version 2 says the same."""
    table = next(each for each in shipped if (each.region, each.year) == ("CN", 2026))
    for name in ("holidays-csv", "holidays-ics"):
        exported = chen.get(reverse(f"calendars:{name}", args=[table.pk]))
        assert "attachment" in exported["Content-Disposition"]
        file = SimpleUploadedFile(f"x.{name[-3:]}", exported.content)
        told = NOTICE | {"days": "", "year": "2026", "file": file}
        form = chen.post(reverse("calendars:new-holidays"), told).context["form"]
        read = [(day.day, day.works) for day in form.read.days]
        assert read == [(day.day, day.works) for day in table.special_days]


def test_a_new_version_follows_the_one_that_stands(
    cast: Cast, chen: Client, shipped: list[HolidayTable]
) -> None:
    table = next(each for each in shipped if (each.region, each.year) == ("CN", 2026))
    address = reverse("calendars:revised-holidays", args=[table.pk])
    form = chen.get(address).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields if name != "file"}
    typed["days"] += "2026-12-24,,holiday,Extra\n"
    done = chen.post(address, typed, follow=True)
    assert done.status_code == 200
    assert not calendar_of(cast.east.pk).calendar.works_on(date(2026, 12, 24))
    assert [t.number for t in HolidayTable.objects.filter(region="CN", year=2026)] == [2, 1]
    assert "A later version took its place" in text(chen, "holidays", table.pk)
    assert calendar_of(cast.east.pk, at=NINE_AM + timedelta(1)).tables[2026] == 1
