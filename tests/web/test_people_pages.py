import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from gapless.core.audit.models import Event
from gapless.people.org import actions
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, RoleAssignment
from gapless.people.org.queries import today
from gapless.people.org.rules import Period, PersonFacts
from tests.conftest import LONG_AGO, NINE_AM, Cast, person, unit
from tests.web.signing_in import freshly, signed_in

SMTP = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def ma(cast: Cast) -> Client:
    return signed_in(cast.ma)


@pytest.fixture
def ma_of_the_east(cast: Cast) -> Client:
    """An administrator of one subtree; Wang also inspects the West."""
    RoleAssignment.objects.filter(person=cast.ma).update(unit=cast.east)
    RoleAssignment.objects.create(
        person=cast.wang, role=Role.INSPECTOR, unit=cast.west, starts_on=LONG_AGO
    )
    return freshly(signed_in(cast.ma))


def new_person(**change: str) -> dict[str, str]:
    start = today(now()).isoformat()
    role = {"role": "agent", "unit": "EAST-HALL", "starts_on": start, "ends_on": ""}
    he = {"name": "He Yun", "username": "he.yun", "email": "", "way_in": "password"}
    return he | role | change


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "ZH"}, ["Zhao", "Zhou"]),
        ({"q": "wang@"}, ["Wang"]),
        ({"role": "agent"}, ["Li"]),
        ({"unit": "EAST-HALL"}, ["Li", "Wang"]),
        ({"unit": "EAST-HALL", "role": "unit_manager"}, ["Wang"]),
        ({"state": "inactive"}, ["Wu"]),
        ({"q": "zh", "sort": "-username"}, ["Zhou", "Zhao"]),
    ],
)
def test_people_are_searched_filtered_and_sorted(cast, ma, query, expected):
    Person.objects.filter(pk=cast.wu.pk).update(is_active=False)
    found = ma.get(reverse("people:index"), query)
    assert [someone.name for someone in found.context["page"]] == expected


def test_a_page_of_people_needs_few_queries(cast, ma, django_assert_max_num_queries):
    for number in range(60):
        person(f"P{number:02}", Role.AGENT, cast.east)
    with django_assert_max_num_queries(12):
        found = ma.get(reverse("people:index"), {"role": "agent", "sort": "-name"})
    assert len(found.context["page"]) == 50


def test_nobody_but_administrators_sees_people(cast):
    for someone in (cast.chen, cast.wang, cast.qian):
        assert signed_in(someone).get(reverse("people:index")).status_code == 403


def test_the_export_asks_who_one_is_and_holds_what_the_list_shows(cast, ma):
    asked = ma.get(reverse("people:csv"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    given = freshly(ma).get(reverse("people:csv"), {"role": "agent"})
    rows = list(csv.reader(io.StringIO(given.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["Li"]
    assert rows[1][5:7] == ["Front-line staff", "EAST-HALL"]


def test_a_person_shows_roles_and_what_they_allow(cast, ma):
    shown = text(ma.get(reverse("people:detail", args=[cast.wang.pk])))
    assert "Unit manager at East hall" in shown
    assert "See the gaps and all other numbers." in shown
    assert "Import answers" not in shown


def test_a_new_person_gets_a_password_that_works_once_shown(cast, ma):
    shown = text(ma.post(reverse("people:new"), new_person()))
    given = re.search(r"<code>([a-z2-9-]{17})</code>", shown)
    assert given
    he = Person.objects.get(username="he.yun")
    assert he.check_password(given[1])
    assert given[1] not in str(list(Event.objects.values()))
    assert given[1] not in str(dict(ma.session))
    assert given[1] not in text(ma.get(reverse("people:detail", args=[he.pk])))


def test_the_first_password_is_changed_before_anything_else(cast):
    given = actions.give_password(cast.li, by=cast.ma, now=NINE_AM)
    client = Client()
    client.post(reverse("account_login"), {"login": "li", "password": given})
    change = reverse("account_change_password")
    for name in ("home", "units:index", "profile"):
        assert client.get(reverse(name))["Location"] == change
    chosen = "a lake in the evening"
    client.post(change, {"oldpassword": given, "password1": chosen, "password2": chosen})
    assert client.get(reverse("units:index")).status_code == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"username": "LI"}, "Someone already has this log-in name; choose another."),
        ({"email": "LI@example.com"}, "Someone already logs in by this address"),
        ({"email": "li@"}, "This is not an e-mail address"),
        ({"unit": "NO-SUCH"}, "You administer no unit “NO-SUCH”"),
        ({"starts_on": "soon"}, "Give a date, for example 2026-03-02."),
        ({"ends_on": "2020-01-01"}, "The role ends before it begins"),
        ({"way_in": "link"}, "link"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(cast, ma, change, sentence):
    before = Person.objects.count()
    shown = text(ma.post(reverse("people:new"), new_person(**change)))
    assert sentence in shown
    assert 'value="He Yun"' in shown
    assert Person.objects.count() == before


def test_a_unit_is_found_by_its_only_name(cast, ma):
    ma.post(reverse("people:new"), new_person(unit="West hall"))
    assert RoleAssignment.objects.get(person__username="he.yun").unit == cast.west


def test_a_name_of_two_units_is_not_guessed(cast, ma):
    double = unit("Double", cast.city)
    other = unit("Other", cast.city)
    type(other).objects.filter(pk=other.pk).update(name=double.name)
    shown = text(ma.post(reverse("people:new"), new_person(unit="Double")))
    assert "He Yun" in shown  # by its code “DOUBLE” it is found
    assert RoleAssignment.objects.get(person__username="he.yun").unit == double


def test_with_mail_a_link_for_choosing_a_password_goes_out(cast, ma, settings):
    settings.EMAIL_BACKEND = SMTP
    ma.post(reverse("people:new"), new_person(way_in="link", email="he@example.com"))
    (letter,) = mail.outbox
    assert letter.to == ["he@example.com"]
    link = re.search(r"/password/reset/key/\S+", letter.body)
    assert link
    he = Client()
    form = he.get(link[0], follow=True)
    where = form.redirect_chain[-1][0]
    chosen = "a lake in the evening"
    he.post(where, {"password1": chosen, "password2": chosen})
    assert Person.objects.get(username="he.yun").check_password(chosen)
    again = Client().get(link[0], follow=True)
    assert not again.redirect_chain  # T10: the link served once


def test_a_foreign_role_cannot_be_given(cast, ma_of_the_east):
    """T3: a unit beyond reach answers like one that does not exist."""
    for code in (cast.west.code, cast.city.code):
        shown = text(ma_of_the_east.post(reverse("people:new"), new_person(unit=code)))
        assert f"You administer no unit “{code}”" in shown
    address = reverse("people:roles", args=[cast.li.pk])
    ma_of_the_east.post(address, new_person(unit=cast.west.code))
    assert not RoleAssignment.objects.filter(person=cast.li, unit=cast.west).exists()


def test_strangers_answer_like_nobody(cast, ma_of_the_east):
    for name in ("detail", "facts", "roles", "password"):
        for pk in (cast.zhao.pk, 987654):
            address = reverse(f"people:{name}", args=[pk])
            assert ma_of_the_east.get(address).status_code == 404


@pytest.mark.parametrize("name", ["facts", "password", "access", "invitation"])
def test_who_holds_roles_elsewhere_is_not_edited_here(cast, ma_of_the_east, name):
    address = reverse(f"people:{name}", args=[cast.wang.pk])
    answer = ma_of_the_east.post(address, {"may_sign_in": "no", "version": "1"})
    assert answer.status_code == 403
    shown = text(ma_of_the_east.get(reverse("people:detail", args=[cast.wang.pk])))
    assert "also holds roles outside the units you administer" in shown
    assert "West hall" not in shown


def test_a_role_elsewhere_cannot_be_ended_here(cast, ma_of_the_east):
    foreign = RoleAssignment.objects.get(person=cast.wang, unit=cast.west)
    own = RoleAssignment.objects.get(person=cast.wang, unit=cast.east)
    ends = {"ends_on": today(now()).isoformat()}
    for held, status in ((foreign, 404), (own, 302)):
        address = reverse("people:role-end", args=[cast.wang.pk, held.pk])
        assert ma_of_the_east.post(address, ends).status_code == status


def test_a_role_ended_today_shuts_the_page_at_the_next_request(cast, ma):
    chens = signed_in(cast.chen)
    assert chens.get(reverse("units:index")).status_code == 200
    held = RoleAssignment.objects.get(person=cast.chen)
    address = reverse("people:role-end", args=[cast.chen.pk, held.pk])
    ma.post(address, {"ends_on": today(now()).isoformat()})
    assert chens.get(reverse("units:index")).status_code == 403


def test_the_past_and_the_last_administrator_are_said_at_the_field(cast, ma):
    held = RoleAssignment.objects.get(person=cast.ma)
    address = reverse("people:role-end", args=[cast.ma.pk, held.pk])
    yesterday = today(now()) - timedelta(days=1)
    assert "That day is over" in text(ma.post(address, {"ends_on": yesterday.isoformat()}))
    last = text(ma.post(address, {"ends_on": today(now()).isoformat()}))
    assert "Nobody else administers City without an end" in last


def test_a_role_is_assigned_and_not_twice(cast, ma):
    address = reverse("people:roles", args=[cast.li.pk])
    assert ma.post(address, new_person(role="analyst")).status_code == 302
    twice = text(ma.post(address, new_person(role="analyst")))
    assert "This role is already held there in that time." in twice


def test_shut_out_means_at_the_very_next_request(cast, ma):
    lis = signed_in(cast.li)
    assert lis.get(reverse("profile")).status_code == 200
    address = reverse("people:access", args=[cast.li.pk])
    ma.post(address, {"may_sign_in": "no"})
    assert lis.get(reverse("profile"))["Location"].startswith(reverse("account_login"))
    ma.post(address, {"may_sign_in": "yes"})
    assert lis.get(reverse("profile")).status_code == 302  # the old session stays dead
    assert signed_in(Person.objects.get(pk=cast.li.pk)).get("/profile/").status_code == 200


def test_the_last_administrator_is_not_shut_out(cast, ma):
    address = reverse("people:access", args=[cast.ma.pk])
    told = text(ma.post(address, {"may_sign_in": "no"}, follow=True))
    assert "make someone else administrator there first" in told


def test_an_access_that_is_neither_yes_nor_no_is_refused(cast, ma):
    address = reverse("people:access", args=[cast.li.pk])
    assert ma.post(address, {"may_sign_in": "maybe"}).status_code == 400


def test_a_new_password_ends_open_sessions(cast, ma):
    lis = signed_in(cast.li)
    freshly(ma).post(reverse("people:password", args=[cast.li.pk]))
    assert lis.get(reverse("profile")).status_code == 302


def test_two_people_edit_and_the_second_sees_both_versions(cast, ma):
    actions.edit_person(
        cast.li,
        PersonFacts("li", "Li Na", "li@example.com"),
        version=1,
        by=cast.ma,
        now=NINE_AM,
    )
    typed = {"name": "Li Ya", "username": "li", "email": "li@example.com", "version": "1"}
    address = reverse("people:facts", args=[cast.li.pk])
    second = ma.post(address, typed)
    assert second.status_code == 409
    assert {"Li Na", "Li Ya"} <= {
        words for d in second.context["differences"] for words in (d.typed, d.stands)
    }
    assert ma.post(address, typed | {"version": "2"}).status_code == 302


def test_hidden_fields_change_nothing_else(cast, ma):
    """T5: a payload with every other column of the table."""
    more = {"password": "x", "is_active": "", "session_epoch": "9", "language": "zh-hant"}
    typed = {"name": "Li Na", "username": "li", "email": "", "version": "1"}
    ma.post(reverse("people:facts", args=[cast.li.pk]), typed | more)
    li = Person.objects.get(pk=cast.li.pk)
    assert li.name == "Li Na"
    assert (li.is_active, li.session_epoch, li.language) == (True, 0, "en")


def test_an_old_address_opens_nothing_after_it_was_changed(cast, ma, settings):
    settings.EMAIL_BACKEND = SMTP
    reset = reverse("account_reset_password")
    Client().post(reset, {"email": "li@example.com"})
    assert len(mail.outbox) == 1
    actions.edit_person(
        cast.li,
        PersonFacts("li", "Li", "new@example.com"),
        version=1,
        by=cast.ma,
        now=NINE_AM,
    )
    Client().post(reset, {"email": "li@example.com"})
    assert len(mail.outbox) == 1
    link = re.search(r"/password/reset/key/\S+", mail.outbox[0].body)
    assert link
    assert not Client().get(link[0], follow=True).redirect_chain


def test_a_coming_role_is_told_from_a_present_one(cast, ma):
    actions.assign_role(
        cast.li,
        Role.ANALYST,
        cast.east,
        period=Period(date(2999, 1, 1)),
        by=cast.ma,
        now=NINE_AM,
    )
    assert "not yet" in text(ma.get(reverse("people:detail", args=[cast.li.pk])))
