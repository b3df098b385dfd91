"""Files of people and their roles: planned row by row, taken in, out and in again."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.timezone import now

from gapless.core.audit.models import Event
from gapless.core.files.exports import csv_response, xlsx_response
from gapless.core.jobs.choices import State
from gapless.core.jobs.working import run_next
from gapless.loop import JOBS
from gapless.people.org import actions, bringing
from gapless.people.org.choices import About, Outcome, Role
from gapless.people.org.going_out import person_header, person_rows
from gapless.people.org.models import OrgFile, Person, RoleAssignment, Unit
from gapless.people.org.queries import today, viewer_of, visible_people
from gapless.people.org.rules import Period
from tests.conftest import LONG_AGO, NINE_AM, Cast, person

RESPONSES = {"csv": csv_response, "xlsx": xlsx_response}


def received(cast: Cast, rows: str, within: Unit | None = None) -> OrgFile:
    upload = SimpleUploadedFile("people.csv", rows.encode())
    top = within or cast.city
    return bringing.receive_file(upload, About.PEOPLE, top, by=cast.ma, now=now())


def outcomes(file: OrgFile) -> list[str]:
    return [str(row.outcome) for row in bringing.plan_of(file, now=now())]


def problems(file: OrgFile) -> list[list[str]]:
    plan = bringing.plan_of(file, now=now())
    return [[each.code for each in row.wrong] for row in plan]


def taken_in(cast: Cast, file: OrgFile) -> dict[str, int]:
    bringing.take_in(file, by=cast.ma, now=now())
    job = run_next(JOBS)
    assert job
    job.refresh_from_db()
    assert job.state == State.DONE, job.error
    return bringing.counts_taken(file)


def test_a_person_comes_in_with_roles_row_by_row_and_no_password(cast: Cast) -> None:
    rows = (
        "登录名,姓名,邮箱,语言,角色,单位编号,起始日,截止日,密码\n"
        "He.Yun,何云,HE@example.com,简体中文,单位经理,east-hall,2026年3月2日,,secret\n"
        "he.yun,,,,analyst,CITY,2026/1/1,2099-01-01,secret\n"
    )
    file = received(cast, rows)
    assert outcomes(file) == ["created", "changed"]
    assert dict(file.columns)["密码"] == "nothing"

    assert taken_in(cast, file) == {"created": 1, "changed": 1}
    he = Person.objects.get(username="He.Yun")
    assert (he.name, he.email, he.language) == ("何云", "he@example.com", "zh-hans")
    assert not he.has_usable_password()
    held = he.assignments.values_list("role", "unit__code", "starts_on", "ends_on")
    assert set(held) == {
        ("unit_manager", "EAST-HALL", date(2026, 3, 2), None),
        ("analyst", "CITY", date(2026, 1, 1), date(2099, 1, 1)),
    }
    assert "secret" not in str(list(Event.objects.values()))


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    rows = "login,name,roles\nhe,He,analyst @ CITY; Agent@EAST-HALL\n".replace(
        "Agent", "Front-line staff"
    )
    assert taken_in(cast, received(cast, rows)) == {"created": 1}
    roles = RoleAssignment.objects.count()

    assert taken_in(cast, received(cast, rows)) == {"unchanged": 1}
    assert RoleAssignment.objects.count() == roles


def test_what_stands_and_is_not_named_stays(cast: Cast) -> None:
    rows = "login,name,email,active,role,unit\nLI,Li Na,,no,,\n"
    assert taken_in(cast, received(cast, rows)) == {"changed": 1}

    li = Person.objects.get(username="li")
    assert (li.name, li.email, li.is_active) == ("Li Na", "li@example.com", False)
    assert li.assignments.count() == 1


def test_a_role_ends_and_an_end_only_comes_nearer(cast: Cast) -> None:
    day = today(now()) + timedelta(days=30)
    rows = "login,role,unit,until\nli,agent,EAST-HALL,{}\n"
    assert taken_in(cast, received(cast, rows.format(day))) == {"changed": 1}
    assert RoleAssignment.objects.get(person=cast.li).ends_on == day

    assert outcomes(received(cast, rows.format(day))) == ["unchanged"]
    later = received(cast, rows.format(day + timedelta(days=1)))
    assert problems(later) == [["ends_already"]]
    past = received(cast, rows.format(today(now()) - timedelta(days=1)))
    assert problems(past) == [["ends_in_the_past"]]
    never = received(cast, rows.format(LONG_AGO))
    assert problems(never) == [["ends_before"]]


def test_what_is_wrong_is_said_with_its_column(cast: Cast) -> None:
    rows = (
        "login,name,email,language,active,role,unit,from\n"
        "a b,A,nowhere,Klingon,maybe,king,CITY,yesterday\n"
        "new1,New,,,,,,\n"
        "new2,,,,,agent,EAST-HALL,\n"
        "li,,,,,agent,,\n"
        "li,,,,,agent,NO-HALL,\n"
        "li,,wang@example.com,,,,,\n"
        "li,,,,,agent,EAST-HALL,2021-01-01\n"
        ",,,,,agent,EAST-HALL,\n"
        "li,Li 2,,,,,,\nli,Li 3,,,,,,\n"
    )
    assert problems(received(cast, rows)) == [
        [
            "bad_email",
            "unknown_language",
            "bad_yes",
            "unknown_role",
            "bad_date",
            "bad_username",
        ],
        ["no_first_role"],
        ["no_person_name"],
        ["half_a_role"],
        ["unknown_unit"],
        ["email_taken"],
        ["already_held"],
        ["no_username"],
        [],
        ["said_otherwise"],
    ]


def test_foreign_people_and_units_are_like_nobody_and_nowhere(cast: Cast) -> None:
    rows = "login,name,role,unit\n{},Zhao 2,agent,EAST-HALL\nx,X,agent,{}\n"
    foreign = received(cast, rows.format("zhao", "WEST-HALL"), cast.east)
    unknown = received(cast, rows.format("zhao2", "NO-HALL"), cast.east)

    def seen(file: OrgFile) -> list[object]:
        plan = bringing.plan_of(file, now=now())
        return [(r.outcome, r.name, [w.code for w in r.wrong]) for r in plan]

    assert seen(foreign) == seen(unknown)


def test_a_taken_name_gives_nobody_elsewhere_a_role(cast: Cast) -> None:
    rows = (
        "login,name,role,unit\nzhao,Zhao 2,agent,EAST-HALL\nzhao,,unit_manager,EAST-HALL\n"
    )
    file = received(cast, rows, cast.east)
    assert outcomes(file) == ["created", "changed"]

    assert taken_in(cast, file) == {"rejected": 2}
    codes = [bringing.wrong_of(row)[0].code for row in bringing.rows_taken(file)]
    assert codes == ["login_taken", "person_rejected"]
    assert cast.zhao.assignments.count() == 1


def test_nobody_is_renamed_who_has_roles_beyond_the_reach(cast: Cast) -> None:
    actions.assign_role(
        cast.li, Role.AGENT, cast.west, period=Period(LONG_AGO), by=cast.ma, now=NINE_AM
    )
    rows = "login,name,role,unit\nli,Li 2,,\nli,,analyst,EAST-HALL\n"

    assert problems(received(cast, rows, cast.east)) == [["not_editable"], []]
    assert problems(received(cast, rows)) == [[], []]


def test_the_last_administrator_stays(cast: Cast) -> None:
    file = received(cast, "login,active\nma,no\n")
    assert taken_in(cast, file) == {"rejected": 1}
    (row,) = bringing.rows_taken(file)
    assert bringing.wrong_of(row)[0].code == "last_administrator"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_what_went_out_comes_in_without_a_change(
    cast: Cast, ending: str, language: str
) -> None:
    day = today(now())
    several = person("+Tricky", Role.ANALYST, cast.west)
    Person.objects.filter(pk=several.pk).update(name="=1+1", is_active=False)
    for role, starts, ends in (
        (Role.AGENT, day + timedelta(days=9), day + timedelta(days=20)),
        (Role.AGENT, day + timedelta(days=20), None),
        (Role.SHOPPER, LONG_AGO, day - timedelta(days=1)),
        (Role.INSPECTOR, LONG_AGO, day + timedelta(days=1)),
    ):
        period = Period(starts, ends)
        actions.assign_role(
            several, role, cast.east, period=period, by=cast.ma, now=NINE_AM
        )
    Person.objects.create(username="nobody", name="No role", joined_at=NINE_AM)
    viewer = viewer_of(cast.ma, now=NINE_AM)
    with translation.override(language):
        rows = person_rows(viewer, visible_people(viewer), on=day)
        content = RESPONSES[ending](f"p.{ending}", person_header(), rows).content

    upload = SimpleUploadedFile(f"people.{ending}", content)
    file = bringing.receive_file(upload, About.PEOPLE, cast.city, by=cast.ma, now=now())
    plan = bringing.plan_of(file, now=now())
    assert {(row.outcome, row.changes, row.wrong) for row in plan} == {
        (Outcome.UNCHANGED, (), ())
    }
    assert len(plan) == 9 + 4 + 1
