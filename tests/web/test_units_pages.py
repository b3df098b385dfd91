import csv
import io
import re

import pytest
from django.test import Client
from django.urls import reverse

from gapless.core.audit.models import Event
from gapless.core.calendar.actions import set_hours
from gapless.core.calendar.queries import ways_of
from gapless.core.calendar.rules import Shift
from gapless.people.org import actions
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, RoleAssignment, Unit
from gapless.people.org.rules import UnitFacts
from gapless.web.units import tree
from tests.conftest import LONG_AGO, NINE_AM, Cast, unit
from tests.web.signing_in import freshly, signed_in

FACTS = {
    "name": "South hall",
    "code": "SOUTH",
    "kind": "hall",
    "address": "",
    "time_zone": "Asia/Shanghai",
    "customers_per_month": "1200",
}


@pytest.fixture
def ma(cast: Cast) -> Client:
    return signed_in(cast.ma)


def page(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"units:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_tree_opens_at_the_top_of_ones_reach(cast, ma):
    shown = page(ma, "index")
    assert all(u.name in shown for u in (cast.city, cast.east, cast.west))
    wangs = page(signed_in(cast.wang), "index")
    assert cast.east.name in wangs
    assert cast.west.name not in wangs
    assert f">{cast.city.name}</a>" not in wangs


def test_the_telephones_stand_on_the_page_also_those_from_above(cast, ma):
    Unit.objects.filter(pk=cast.city.pk).update(supervision_phone="12300")
    edited = FACTS | {"code": "EAST-HALL", "version": "1", "phone": "0571-8888 1234"}
    address = reverse("units:facts", args=[cast.east.pk])
    assert "three digits" in ma.post(address, edited | {"phone": "none"}).text
    assert ma.post(address, edited).status_code == 302
    shown = page(ma, "detail", cast.east.pk)
    assert "0571-8888 1234" in shown
    assert re.search(r"12300\s*<span[^>]*>of a unit above</span>", shown)


def test_a_closed_branch_says_how_many_and_leads_on_without_scripts(cast, ma):
    for number in range(3):
        unit(f"Desk {number}", cast.east)
    closed = page(ma, "index")
    assert "Show 3 units below" in closed
    assert "Desk 1" not in closed
    assert "Desk 1" in page(ma, "index", at=cast.east.code)


def test_a_branch_comes_as_a_fragment_or_as_the_whole_tree(cast, ma):
    desk = unit("Desk", cast.east)
    address = reverse("units:children", args=[cast.east.pk])
    fragment = ma.get(address, headers={"HX-Request": "true"})
    assert desk.name in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert ma.get(address)["Location"] == "/units/?at=EAST-HALL"


def test_five_thousand_halls_come_by_the_hundred(cast, ma, django_assert_max_num_queries):
    halls = [
        {"data": {"name": f"H{n:04}", "code": f"H{n:04}", "created_at": NINE_AM}}
        for n in range(5_000)
    ]
    Unit.objects.load_bulk(halls, parent=cast.east, bulk_create=True)
    with django_assert_max_num_queries(12):
        shown = page(ma, "index", at=cast.east.code)
    assert "H0099" in shown
    assert "H0100" not in shown
    with django_assert_max_num_queries(12):
        late = page(ma, "index", at="H4321")
    assert "H4321" in late
    with django_assert_max_num_queries(6):
        more = ma.get(
            reverse("units:children", args=[cast.east.pk]),
            {"start": "100"},
            headers={"HX-Request": "true"},
        )
    assert more.content.decode().count("<li>") == tree.PER_BRANCH + 1
    with django_assert_max_num_queries(8):
        page(ma, "index", q="H43")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "east"}, ["East hall"]),
        ({"q": "EAST-H"}, ["East hall"]),
        ({"kind": "city"}, ["City"]),
        ({"under": "WEST-HALL"}, ["West hall"]),
        ({"view": "list", "sort": "-name"}, ["West hall", "East hall", "City"]),
        ({"view": "list", "sort": "password"}, ["City", "East hall", "West hall"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(cast, ma, query, expected):
    response = ma.get(reverse("units:index"), query)
    assert [row.unit.name for row in response.context["rows"]] == expected


def test_a_search_without_a_hit_says_what_was_asked(cast, ma):
    assert "No unit within your reach has “nowhere”" in page(ma, "index", q="nowhere")


def test_the_export_holds_what_the_list_shows(cast, ma):
    Unit.objects.filter(pk=cast.east.pk).update(address="=1+1")
    response = ma.get(reverse("units:csv"), {"q": "hall", "sort": "-name"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["West hall", "East hall"]
    assert rows[2][3:5] == ["CITY", "'=1+1"]
    assert ma.get(reverse("units:xlsx")).content[:2] == b"PK"


def test_a_unit_shows_what_is_known_to_those_who_may(cast, ma):
    set_hours(cast.east, {1: (Shift(540, 1080),)}, by=cast.ma, now=NINE_AM)
    mas = page(ma, "detail", cast.east.pk)
    assert "09:00–18:00" in mas
    assert "Li" in mas
    assert "/gaps/?unit=" not in mas  # administrators see no numbers
    lis = page(signed_in(cast.li), "detail", cast.east.pk)
    assert "Administered by" in lis
    assert "Ma" in lis
    assert f"/gaps/?unit={cast.east.pk}" in lis
    assert "Unit manager" not in lis  # nor who else works here: shoppers stay unknown


def test_what_is_foreign_answers_like_what_does_not_exist(cast):
    zhao = signed_in(cast.zhao)
    foreign = zhao.get(reverse("units:detail", args=[cast.east.pk]))
    missing = zhao.get(reverse("units:detail", args=[987654]))
    assert (foreign.status_code, missing.status_code) == (404, 404)


@pytest.mark.parametrize("name", ["new", "facts", "position", "removal"])
def test_seen_is_not_yet_permitted(cast, name):
    """Ma administers the East only and sees the rest as an executive."""
    RoleAssignment.objects.filter(person=cast.ma).update(unit=cast.east)
    ma = freshly(signed_in(cast.ma))
    address = reverse(f"units:{name}", args=[cast.west.pk])
    assert ma.get(address).status_code == 404
    RoleAssignment.objects.create(
        person=cast.ma, role=Role.EXECUTIVE, unit=cast.city, starts_on=LONG_AGO
    )
    assert ma.get(address).status_code == 403
    assert ma.post(address, FACTS).status_code == 403
    assert freshly(signed_in(cast.wang)).get(address).status_code == 403


def test_the_top_of_ones_reach_can_be_edited_but_not_moved(cast):
    RoleAssignment.objects.filter(person=cast.ma).update(unit=cast.east)
    ma = freshly(signed_in(cast.ma))
    assert ma.get(reverse("units:facts", args=[cast.east.pk])).status_code == 200
    for name in ("position", "removal"):
        assert ma.get(reverse(f"units:{name}", args=[cast.east.pk])).status_code == 403


def test_a_unit_is_added_below_another(cast, ma):
    response = ma.post(reverse("units:new", args=[cast.city.pk]), FACTS)
    south = Unit.objects.get(code="SOUTH")
    assert response["Location"] == reverse("units:detail", args=[south.pk])
    assert south.customers_per_month == 1200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "EAST-HALL"}, "Another unit has this code; choose another one."),
        ({"code": "SO UTH"}, "A code has no spaces, commas or semicolons"),
        ({"name": ""}, "Give the unit a name, as people call it."),
        ({"kind": "castle"}, "castle"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(cast, ma, change, sentence):
    response = ma.post(
        reverse("units:new", args=[cast.city.pk]), FACTS | {"address": "2 Lake St"} | change
    )
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert "2 Lake St" in response.content.decode()
    assert Unit.objects.count() == 3


def test_hidden_fields_change_nothing_else(cast, ma):
    """T5: a payload with every other column of the table."""
    more = {"path": "9999", "depth": "7", "numchild": "9", "simulated": "on", "id": "1"}
    ma.post(reverse("units:facts", args=[cast.east.pk]), FACTS | more | {"version": "1"})
    east = Unit.objects.get(pk=cast.east.pk)
    assert east.name == "South hall"
    assert (east.path, east.depth, east.simulated) == (cast.east.path, 2, False)


def test_two_people_edit_and_the_second_sees_both_versions(cast, ma):
    address = reverse("units:facts", args=[cast.east.pk])
    opened = ma.get(address).context["form"]["version"].value()
    facts = UnitFacts("East gate", "EAST-HALL")
    actions.edit_unit(cast.east, facts, version=1, by=cast.chen, now=NINE_AM)
    typed = FACTS | {"code": "EAST-HALL", "name": "East door", "version": opened}
    second = ma.post(address, typed)
    shown = second.content.decode()
    assert second.status_code == 409
    assert "Chen saved this record on" in shown
    assert "East gate" in shown
    assert "East door" in shown
    assert 'name="version" value="2"' in shown
    assert '<th scope="row">version</th>' not in shown
    third = ma.post(address, typed | {"version": "2"})
    assert third.status_code == 302
    assert Unit.objects.get(pk=cast.east.pk).name == "East door"


def test_opening_hours_need_both_times_in_order(cast, ma):
    address = reverse("calendars:week", args=[cast.east.pk])
    told = {"version": "0", "region": "CN"}
    wrong = {
        "opens_1": "09:00",
        "opens_2": "09:00",
        "closes_2": "08:00",
        "closes_3": "noon",
    }
    refused = ma.post(address, told | wrong).content.decode()
    assert "Give both times, or neither when it is closed." in refused
    assert "Closing comes after opening; check both times." in refused
    assert "Give a time of day, for example 09:00." in refused
    right = {"opens_1": "09:00", "closes_1": "18:00"}
    assert ma.post(address, told | right).status_code == 302
    assert ways_of([cast.east.pk])[cast.east.pk].week[0] == (Shift(9 * 60, 18 * 60),)


def test_a_move_is_searched_looked_at_and_made(cast, ma):
    unit("Desk", cast.east)
    address = reverse("units:position", args=[cast.east.pk])
    offered = ma.get(address, {"q": "hall"}).content.decode()
    assert "West hall" in offered
    assert f"under={cast.east.code}" not in offered
    looked_at = ma.get(address, {"under": cast.west.code}).content.decode()
    assert "1 unit below it moves along." in looked_at
    assert "2 people keep their roles there" in looked_at
    assert Unit.objects.get(pk=cast.east.pk).depth == 2
    ma.post(address, {"under": cast.west.code})
    assert Unit.objects.get(pk=cast.east.pk).path.startswith(cast.west.path)


def test_nothing_moves_to_where_one_may_not_edit(cast):
    """T3: a foreign code in the body answers like one that does not exist."""
    north = unit("North hall", cast.west)
    RoleAssignment.objects.filter(person=cast.ma).update(unit=cast.west)
    ma = signed_in(cast.ma)
    address = reverse("units:position", args=[north.pk])
    for code in (cast.east.code, "NO-SUCH"):
        assert ma.post(address, {"under": code}).status_code == 404


def test_deleting_needs_the_code_a_reason_and_an_empty_unit(cast, ma):
    spare = unit("Spare", cast.city)
    ma = freshly(ma)
    address = reverse("units:removal", args=[spare.pk])
    refused = ma.post(address, {"code": "SPAR", "reason": "mistake"})
    assert "This is not the code of the unit; type SPARE." in refused.content.decode()
    assert ma.post(address, {"code": "SPARE", "reason": "mistake"}).status_code == 302
    assert not Unit.objects.filter(pk=spare.pk).exists()
    assert Event.objects.get(type="unit.deleted").reason == "mistake"


def test_what_hangs_on_a_unit_is_said(cast, ma):
    address = reverse("units:removal", args=[cast.east.pk])
    refused = freshly(ma).post(address, {"code": "EAST-HALL", "reason": "closed"})
    assert refused.status_code == 409
    assert "role assignments: 2" in refused.content.decode()


def test_deleting_asks_who_one_is_once_more(cast, ma):
    spare = unit("Spare", cast.city)
    address = reverse("units:removal", args=[spare.pk])
    asked = ma.post(address, {"code": "SPARE", "reason": "mistake"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert Unit.objects.filter(pk=spare.pk).exists()


def test_suggestions_name_what_one_sees(cast):
    address = reverse("units:choices")
    wangs = signed_in(cast.wang).get(address, {"unit": "hall"}).content.decode()
    assert 'value="EAST-HALL"' in wangs
    assert "WEST" not in wangs


def test_without_any_role_there_is_nothing_and_a_sentence(cast, client):
    nobody = Person.objects.create(
        username="new", name="New", language="en", joined_at=NINE_AM
    )
    assert signed_in(nobody).get(reverse("units:index")).status_code == 403
