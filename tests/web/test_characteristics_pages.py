import csv
import io

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from gapless.requirements.characteristics import actions
from gapless.requirements.characteristics.choices import State
from gapless.requirements.characteristics.models import (
    Characteristic,
    Dimension,
    DimensionSet,
)
from tests.conftest import NINE_AM


@pytest.fixture(autouse=True)
def shipped(db):
    actions.ship_builtin(now=NINE_AM)


@pytest.fixture
def chen(cast, client):
    """The quality manager, at the keyboard."""
    client.force_login(cast.chen)
    return client


@pytest.fixture
def li(cast, client):
    """An agent: reads, changes nothing."""
    client.force_login(cast.li)
    return client


def page(client, name, *args, **query):
    response = client.get(reverse(f"characteristics:{name}", args=args, query=query))
    assert response.status_code == 200
    return response.text


def codes(client, **query):
    """The codes of the list, in order, as the CSV export has them."""
    response = client.get(reverse("characteristics:csv", query=query))
    _header, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    return [row[0] for row in rows]


def r4():
    return Characteristic.objects.get(code="R4")


def dimension(code, dimension_set="servqual"):
    return Dimension.objects.get(dimension_set__code=dimension_set, code=code)


def reword(client, version, **names):
    typed = {"name_zh_hans": "", "name_zh_hant": "", "name_en": "", **names}
    address = reverse("characteristics:wording", args=[r4().pk])
    return client.post(address, {**typed, "version": version})


def add(client, **typed):
    filled = {
        "code": "VIP-2",
        "name_en": "the lounge is quiet",
        "dimension": dimension("empathy").pk,
        "state": "active",
    }
    return client.post(reverse("characteristics:new"), filled | typed)


def test_the_list_stands_by_dimension(li):
    html = page(li, "index")
    places = [
        html.index(f"<b>{name}</b>") for name in ("Tangibles", "Reliability", "Empathy")
    ]
    assert places == sorted(places)
    assert "keeps waiting and handling times as announced" in html


def test_the_other_set_groups_the_same_characteristics_anew(li):
    html = page(li, "index", set="twelve")
    assert "<b>Timeliness</b>" in html
    assert codes(li, set="twelve", dimension="timeliness") == ["R4", "S2"]
    assert sorted(codes(li, set="twelve")) == sorted(codes(li))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "announced"}, ["R4"]),
        ({"q": "公示相符"}, ["R4"]),
        ({"dimension": "assurance"}, ["A1", "A2", "A3", "A4"]),
        ({"state": "retired"}, ["M1"]),
        ({"q": "nothing says this"}, []),
    ],
)
def test_search_and_filters_narrow_page_and_export_alike(li, cast, query, found):
    m1 = Characteristic.objects.get(code="M1")
    actions.take_step(m1, to=State.RETIRED, by=cast.chen, now=NINE_AM)
    html = page(li, "index", **query)
    assert codes(li, **query) == found
    assert [c for c in Characteristic.objects.all() if f">{c.title}<" in html] == list(
        Characteristic.objects.filter(code__in=found)
    )


def test_a_filter_nobody_could_choose_counts_as_none(li):
    assert len(codes(li, set="nonsense", state="lost", dimension="42")) == 22


def test_nothing_found_names_what_was_asked_and_leads_back(li):
    html = page(li, "index", q="nothing says this", state="proposed")
    assert "No characteristic fits" in html
    assert all(f">{asked}</span>" in html for asked in ("nothing says this", "Proposed"))
    assert "Show everything" in html


def test_an_installation_without_sets_says_what_to_do(li):
    Characteristic.objects.all().delete()
    Dimension.objects.exclude(home=None).delete()
    DimensionSet.objects.all().delete()
    assert "gapless init" in page(li, "index")
    assert "gapless init" in page(li, "dimensions")


def test_htmx_gets_the_list_alone_with_its_exports(li):
    address = reverse("characteristics:index", query={"q": "wait"})
    html = li.get(address, headers={"HX-Request": "true"}).text
    assert f"{reverse('characteristics:csv')}?q=wait" in html
    assert html.lstrip().startswith('<div id="list"')
    assert "<html" not in html


def test_the_exports_hold_the_same_table(li):
    as_csv = li.get(reverse("characteristics:csv"))
    as_xlsx = li.get(reverse("characteristics:xlsx"))
    sheet = load_workbook(io.BytesIO(as_xlsx.content)).get_sheet_by_index(0).to_python()
    rows = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    r4_row = next(row for row in rows if row[0] == "R4")
    assert sheet == rows
    assert r4_row == [
        "R4",
        "等候和办理时间与公示相符",
        "等候與辦理時間與公告相符",
        "keeps waiting and handling times as announced",
        "Reliability",
        "Timeliness",
        "In use",
        "yes",
    ]
    assert "characteristics.csv" in as_csv["Content-Disposition"]
    assert "characteristics.xlsx" in as_xlsx["Content-Disposition"]


def test_the_matrix_shows_the_mapping_and_who_lies_where(li):
    html = page(li, "dimensions")
    assert html.count("by the mapping") == 12
    assert f'href="{reverse("characteristics:detail", args=[r4().pk])}"' in html


def test_one_characteristic_shows_its_languages_places_and_what_is_missing(li):
    Characteristic.objects.filter(code="R4").update(name={"en": "the wait is as announced"})
    html = page(li, "detail", r4().pk)
    assert html.count("Missing") == 2
    assert "Timeliness" in html
    assert "Edit the wording" not in html


def test_where_it_is_asked_is_for_those_who_may_see_forms(cast, client):
    for person, told in ((cast.li, False), (cast.chen, True)):
        client.force_login(person)
        assert ("Where it is asked" in page(client, "detail", r4().pk)) == told


def test_an_added_one_is_in_the_list(chen):
    response = add(chen)
    added = Characteristic.objects.get(code="VIP-2")
    assert response.url == reverse("characteristics:detail", args=[added.pk])
    assert codes(chen, dimension="empathy")[-1] == "VIP-2"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"code": "R4"}, "Another characteristic has this code"),
        ({"code": "vip 2"}, "A code starts with a capital letter"),
        ({"code": ""}, "Give a code"),
        ({"dimension": ""}, "Choose the dimension"),
    ],
)
def test_what_cannot_be_added_says_why_and_keeps_what_was_typed(chen, typed, said):
    html = add(chen, name_zh_hans="休息区安静", **typed).text
    assert said in html
    assert "休息区安静" in html
    assert Characteristic.objects.count() == 22


def test_a_name_in_one_language_is_needed_and_enough(chen):
    assert "Give the name in at least one language" in add(chen, name_en=" ").text
    assert add(chen, name_en="", name_zh_hant="休息區安靜").status_code == 302


def test_a_dimension_of_another_set_is_no_choice_for_a_new_one(chen):
    html = add(chen, dimension=dimension("comfort", "twelve").pk).text
    assert "form-errors" in html
    assert Characteristic.objects.count() == 22


def test_rewording_shows_the_new_words(chen):
    assert reword(chen, 1, name_en="the wait is as announced").status_code == 302
    assert "the wait is as announced" in page(chen, "detail", r4().pk)


def test_the_second_editor_sees_both_wordings_and_may_replace(chen, cast):
    actions.reword_characteristic(
        r4(), name={"en": "the first wording"}, seen=1, by=cast.chen, now=NINE_AM
    )
    answer = reword(chen, 1, name_en="the second wording")
    assert answer.status_code == 409
    assert "the first wording" in answer.text
    assert 'value="the second wording"' in answer.text
    assert 'name="version" value="2"' in answer.text

    assert reword(chen, 2, name_en="the second wording").status_code == 302
    assert r4().name == {"en": "the second wording"}


def test_moving_states_both_places_or_leaves_one_to_the_mapping(chen):
    address = reverse("characteristics:places", args=[r4().pk])
    comfort = dimension("comfort", "twelve")
    typed = {"dimension": dimension("empathy").pk, "in_twelve": comfort.pk, "version": 1}
    chen.post(address, typed)
    assert r4().dimension == dimension("empathy")
    assert codes(chen, set="twelve", dimension="comfort") == ["R4"]

    left_open = {"dimension": dimension("reliability").pk, "in_twelve": "", "version": 2}
    chen.post(address, left_open)
    assert "by the mapping" in page(chen, "detail", r4().pk)


def test_the_second_mover_sees_where_it_lies_now(chen, cast):
    actions.place_characteristic(
        r4(),
        dimension=dimension("assurance"),
        elsewhere=[],
        seen=1,
        by=cast.chen,
        now=NINE_AM,
    )
    typed = {"dimension": dimension("empathy").pk, "in_twelve": "", "version": 1}
    answer = chen.post(reverse("characteristics:places", args=[r4().pk]), typed)
    assert answer.status_code == 409
    assert "Dimension: Assurance" in answer.text
    assert r4().dimension == dimension("assurance")


def test_retire_and_restore(chen):
    address = reverse("characteristics:state", args=[r4().pk])
    for to, offered in (("retired", "Restore"), ("active", "Retire")):
        html = chen.post(address, {"to": to}, follow=True).text
        assert r4().state == to
        assert offered in html


def test_retiring_what_somebody_retired_says_how_it_stands(chen):
    address = reverse("characteristics:state", args=[r4().pk])
    chen.post(address, {"to": "retired"})
    assert "had changed already" in chen.post(address, {"to": "retired"}, follow=True).text


def test_a_state_that_does_not_exist_is_refused(chen):
    address = reverse("characteristics:state", args=[r4().pk])
    assert chen.post(address, {"to": "lost"}).status_code == 400


@pytest.mark.parametrize("name", ["new", "wording", "places", "state"])
def test_who_may_not_edit_is_refused(li, name):
    args = [] if name == "new" else [r4().pk]
    assert li.post(reverse(f"characteristics:{name}", args=args)).status_code == 403


def test_one_that_does_not_exist_is_missing(chen):
    for name in ("detail", "wording", "places"):
        assert chen.get(reverse(f"characteristics:{name}", args=[0])).status_code == 404


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    li, cast, django_assert_max_num_queries
):
    for number in range(60):
        actions.add_characteristic(
            code=f"OWN-{number}",
            name={"en": "x"},
            dimension=dimension("empathy"),
            state=State.ACTIVE,
            by=cast.chen,
            now=NINE_AM,
        )
    with django_assert_max_num_queries(14):
        page(li, "index")
