"""Files of units: planned row by row, taken in once, out and in again without a change."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.utils import translation
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapless.core.audit.models import Event
from gapless.core.calendar.actions import set_hours
from gapless.core.calendar.queries import own_week, own_weeks
from gapless.core.calendar.rules import Shift
from gapless.core.files.exports import csv_response, xlsx_response
from gapless.core.files.models import StoredFile
from gapless.core.imports.tables import UnreadableFile
from gapless.core.jobs.choices import State
from gapless.core.jobs.models import Job
from gapless.core.jobs.working import run_next
from gapless.loop import JOBS
from gapless.people.org import actions, bringing, taking_in
from gapless.people.org.choices import About, Outcome, Role, UnitKind
from gapless.people.org.file_columns import hours_in_figures, hours_of
from gapless.people.org.going_out import unit_header, unit_rows
from gapless.people.org.models import OrgFile, Unit
from gapless.people.org.queries import units_for, viewer_of
from gapless.people.org.rules import Policy, UnitFacts
from gapless.people.org.unit_rows import UnitRow
from tests.conftest import NINE_AM, Cast, person, unit

RESPONSES = {"csv": csv_response, "xlsx": xlsx_response}


def received(cast: Cast, rows: str, within: Unit | None = None) -> OrgFile:
    upload = SimpleUploadedFile("units.csv", rows.encode())
    top = within or cast.city
    return bringing.receive_file(upload, About.UNITS, top, by=cast.ma, now=now())


def outcomes(file: OrgFile) -> dict[str, str]:
    return {row.key: row.outcome for row in bringing.plan_of(file, now=now())}


def problems(file: OrgFile) -> dict[str, list[str]]:
    plan = bringing.plan_of(file, now=now())
    return {row.key: [each.code for each in row.wrong] for row in plan if row.wrong}


def taken_in(cast: Cast, file: OrgFile) -> dict[str, int]:
    bringing.take_in(file, by=cast.ma, now=now())
    job = run_next(JOBS)
    assert job
    job.refresh_from_db()
    assert job.state == State.DONE, job.error
    return bringing.counts_taken(file)


def tree() -> dict[str, str]:
    """Every unit's code, and the codes from the top down to it."""
    codes = dict(Unit.objects.values_list("path", "code"))
    return {
        code: "/".join(codes[path[:end]] for end in range(4, len(path) + 1, 4))
        for path, code in codes.items()
    }


def test_parents_may_come_later_in_the_file(cast: Cast) -> None:
    rows = "code,name,kind,parent\nH,Hall,hall,C\nC,Inner,city,R\nR,North,region,\n"
    file = received(cast, rows)
    assert set(outcomes(file).values()) == {"created"}

    assert taken_in(cast, file) == {"created": 3}
    assert tree()["H"] == "CITY/R/C/H"
    assert Unit.objects.get(code="R").kind == UnitKind.REGION
    assert not Unit.objects.find_problems()[0]


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    rows = "code,name,parent,address,mon,sun\nH,Hall,EAST-HALL,1 Road,9:00-18:00,closed\n"
    assert taken_in(cast, received(cast, rows)) == {"created": 1}
    events = Event.objects.exclude(type__startswith="org_file").exclude(
        type__startswith="file."
    )
    before = events.count()

    assert taken_in(cast, received(cast, rows)) == {"unchanged": 1}
    assert events.count() == before


def test_a_row_says_what_it_changes_and_an_empty_cell_says_nothing(cast: Cast) -> None:
    facts = UnitFacts("Hall", "H", address="1 Road", customers_per_month=5)
    actions.create_unit(cast.city, facts, by=cast.ma, now=NINE_AM)
    file = received(cast, 'code,name,address,customers,mon\nh,Hall 2,,"1,200",\n')

    (row,) = bringing.plan_of(file, now=now())
    assert [(change.before, change.after) for change in row.changes] == [
        ("Hall", "Hall 2"),
        (5, 1200),
    ]
    taken_in(cast, file)
    hall = Unit.objects.get(code="H")
    assert (hall.name, hall.address, hall.customers_per_month) == ("Hall 2", "1 Road", 1200)
    assert own_week(hall.pk) is None


def test_a_day_is_closed_and_the_others_stay(cast: Cast) -> None:
    week = {1: hours_of("9:00-18:00"), 7: hours_of("10:00-16:00")}
    set_hours(cast.east, week, by=cast.ma, now=NINE_AM)

    rows = "编号,周日,周六\nEAST-HALL,休息,10:00—12:30\n"
    assert taken_in(cast, received(cast, rows)) == {"changed": 1}
    hours = enumerate(own_weeks([cast.east.pk])[cast.east.pk], start=1)
    assert [(day, str(shift)) for day, shifts in hours for shift in shifts] == [
        (1, "09:00–18:00"),
        (6, "10:00–12:30"),
    ]


def test_a_day_may_have_a_break(cast: Cast) -> None:
    rows = "编号,周一,周二\nEAST-HALL,9:00-12:00 13:30-17:30,9:00–12:00、12:00–17:30\n"
    assert taken_in(cast, received(cast, rows)) == {"changed": 1}
    monday, tuesday, *_rest = own_weeks([cast.east.pk])[cast.east.pk]
    assert hours_in_figures(monday) == "09:00–12:00 13:30–17:30"
    assert hours_in_figures(tuesday) == "09:00–17:30"
    assert problems(received(cast, "code,mon\nEAST-HALL,9:00-12:00 11:00-17:00\n")) == {
        "EAST-HALL": ["bad_hours"]
    }


def test_who_has_said_nothing_changes_from_what_holds_above(cast: Cast) -> None:
    set_hours(cast.city, {2: hours_of("8:00-20:00")}, by=cast.ma, now=NINE_AM)
    assert taken_in(cast, received(cast, "code,sat\nEAST-HALL,10:00-12:00\n")) == {
        "changed": 1
    }
    hours = own_weeks([cast.east.pk])[cast.east.pk]
    assert [str(shift) for shifts in hours for shift in shifts] == [
        "08:00–20:00",
        "10:00–12:00",
    ]


def test_a_move_is_named_with_what_moves_along(cast: Cast) -> None:
    unit("Counter", cast.east)
    (row,) = bringing.plan_of(
        received(cast, "code,parent\nEAST-HALL,WEST-HALL\n"), now=now()
    )

    assert row.outcome is Outcome.MOVED
    assert isinstance(row, UnitRow)
    assert row.known
    assert row.known.below == 1
    assert (row.changes[0].before, row.changes[0].after) == (
        "City (CITY)",
        "West hall (WEST-HALL)",
    )


def test_two_units_change_places_whatever_the_order_of_the_rows(cast: Cast) -> None:
    inner = unit("Inner", cast.east)
    assert inner.depth == cast.east.depth + 1

    counted = taken_in(cast, received(cast, "code,parent\nEAST-HALL,INNER\nINNER,CITY\n"))
    assert counted == {"moved": 2}
    assert tree()["EAST-HALL"] == "CITY/INNER/EAST-HALL"
    assert Event.objects.filter(type="unit.moved").count() == 2


def test_circles_and_what_hangs_on_rejected_rows_stay_out(cast: Cast) -> None:
    rows = (
        "code,name,parent\nA,A,B\nB,B,C\nC,C,A\nD,D,A\nE,E,E\nF,,\nG,G,F\n"
        "EAST-HALL,,D\nH,H,EAST-HALL\n"
    )
    assert problems(received(cast, rows)) == {
        "A": ["cycle"],
        "B": ["cycle"],
        "C": ["cycle"],
        "D": ["parent_rejected"],
        "E": ["cycle"],
        "F": ["no_name"],
        "G": ["parent_rejected"],
        "EAST-HALL": ["parent_rejected"],
    }


def test_all_that_is_wrong_with_a_row_is_said_at_once(cast: Cast) -> None:
    rows = (
        "code,name,kind,parent,time zone,customers,mon\n"
        "a b,,castle,NOPE,Moon,many,18:00-9:00\nCITY,,,EAST-HALL,,,\n,x,,,,,\n"
    )
    found = problems(received(cast, rows))

    assert found["a b"] == [
        "bad_code",
        "unknown_kind",
        "unknown_time_zone",
        "bad_customers",
        "bad_hours",
        "unknown_parent",
    ]
    assert found["CITY"] == ["top_stays"]
    assert found[""] == ["no_code"]


def test_a_code_stands_once(cast: Cast) -> None:
    file = received(cast, "code,name\nH,Hall\nh,Hall again\n")
    second = bringing.plan_of(file, now=now())[1]
    assert second.wrong[0].code == "code_twice"
    assert dict(second.wrong[0].params) == {"first": 2}


def test_what_is_foreign_is_like_what_does_not_exist(cast: Cast) -> None:
    """An administrator of the East names units of the West, and units of nobody."""
    rows = "code,name,parent\n{0},New,\nX1,X,{0}\nEAST-HALL,,{0}\n"
    foreign = received(cast, rows.format("WEST-HALL"), cast.east)
    unknown = received(cast, rows.format("NO-HALL"), cast.east)

    def seen(file: OrgFile) -> list[object]:
        plan = bringing.plan_of(file, now=now())
        return [(r.outcome, r.changes and r.changes[0].before, r.wrong) for r in plan]

    assert seen(foreign) == seen(unknown)
    assert outcomes(foreign)["X1"] == "created"


def test_a_taken_code_takes_nobody_along_to_a_foreign_place(cast: Cast) -> None:
    """
    The code is free as far as the East sees. When it turns out not to be, what was to hang
    below must not hang below the foreign unit.
    """
    rows = "code,name,parent\nWEST-HALL,Mine,\nX1,X,WEST-HALL\n"
    file = received(cast, rows, cast.east)

    assert taken_in(cast, file) == {"rejected": 2}
    codes = [bringing.wrong_of(row)[0].code for row in bringing.rows_taken(file)]
    assert codes == ["code_taken", "parent_rejected"]
    assert Unit.objects.get(code="WEST-HALL").name == "West hall"
    assert "X1" not in tree()


def test_only_administrators_of_the_place_see_the_file(cast: Cast) -> None:
    file = received(cast, "code,name\nH,Hall\n")
    easterner = person("Feng", Role.ADMINISTRATOR, cast.east)

    def sees(someone: object) -> bool:
        viewer = viewer_of(someone, now=now())  # type: ignore[arg-type]
        return bringing.visible_files(viewer, About.UNITS).filter(pk=file.pk).exists()

    assert sees(cast.ma)
    assert not sees(easterner)
    assert not sees(cast.chen)


def test_whoever_lost_the_role_takes_nothing_in(cast: Cast) -> None:
    file = received(cast, "code,name\nH,Hall\n")
    bringing.take_in(file, by=cast.ma, now=now())
    cast.ma.assignments.all().delete()

    run_next(JOBS)
    job = Job.objects.get(kind=bringing.TAKING_IN)
    assert job.state == State.FAILED
    assert job.message == taking_in.NO_LONGER_YOURS
    assert "H" not in tree()


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "code,name,parent\n" + "".join(f"H{n},Hall {n},\n" for n in range(7))
    file = received(cast, rows)
    monkeypatch.setattr(taking_in, "BATCH", 2)
    bringing.take_in(file, by=cast.ma, now=now())
    created = actions.create_unit
    calls: list[int] = []

    def dies(*args: object, **kwargs: object) -> object:
        calls.append(1)
        if len(calls) == 6:
            raise RuntimeError
        return created(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "create_unit", dies)
    run_next(JOBS)
    assert bringing.counts_taken(file) == {"created": 4}  # the third batch is undone
    assert run_next(JOBS, clock=lambda: now() + timedelta(minutes=10))

    assert bringing.counts_taken(file) == {"created": 7}
    assert Unit.objects.filter(code__startswith="H").count() == 7
    assert Event.objects.filter(type="unit.created").count() == 7


def test_a_file_is_taken_in_once_and_then_gone(cast: Cast) -> None:
    file = received(cast, "code,name\nH,Hall\nI,\n")
    taken_in(cast, file)

    with pytest.raises(bringing.NotNow):
        bringing.take_in(file, by=cast.ma, now=now())
    with pytest.raises(bringing.NotNow):
        bringing.discard_file(file, by=cast.ma, now=now())
    file.refresh_from_db()
    assert file.file is None
    assert not StoredFile.objects.exists()
    (out,) = bringing.rejected_rows(file, now=now())
    assert (out.line, out.cells) == (3, ("I", ""))


def test_a_title_above_the_names_is_passed_over(cast: Cast) -> None:
    with pytest.raises(UnreadableFile):
        received(cast, "")
    assert received(cast, "code,name\nH,Hall\n").header_line == 1


@contextmanager
def rolled_back() -> Iterator[None]:
    """Every example of a property begins with the same cast."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- Out and in again -----------------------------------------------------------------

# What a form would let through, and what spreadsheets take for formulas.
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20
).map(str.strip)
names = texts.filter(bool)
codes = st.text("=+-@'AbzÄ中１:/.", min_size=1, max_size=6)
shifts = st.lists(st.integers(0, 1440), unique=True, max_size=6).map(
    # Every other moment opens, the next one closes.
    lambda at: tuple(
        Shift(*pair) for pair in zip(sorted(at)[::2], sorted(at)[1::2], strict=False)
    )
)
weeks = st.dictionaries(st.integers(1, 7), shifts)
drafts = st.tuples(
    names,
    texts,
    st.sampled_from(UnitKind),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]),
    st.none() | st.integers(0, 2_000_000_000),
    weeks,
    st.integers(0, 5),
)


def _spelled(code: str) -> str:
    return code.casefold().lstrip("'")


companies = st.dictionaries(codes, drafts, max_size=6).filter(
    lambda units: (
        len({*map(_spelled, units), "city", "east-hall", "west-hall"}) == len(units) + 3
    )
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    units=companies,
    ending=st.sampled_from(["csv", "xlsx"]),
    language=st.sampled_from(["en", "zh-hans", "zh-hant"]),
)
def test_what_went_out_comes_in_without_a_change(
    cast: Cast, units: dict[str, tuple], ending: str, language: str
) -> None:
    with rolled_back():
        made = [cast.city]
        for code, (name, address, kind, zone, customers, week, place) in units.items():
            facts = UnitFacts(name, code, kind, address, zone, customers)
            parent = Unit.objects.get(pk=made[place % len(made)].pk)
            one = actions.create_unit(parent, facts, by=cast.ma, now=NINE_AM)
            set_hours(one, week, by=cast.ma, now=NINE_AM)
            made.append(one)
        with translation.override(language):
            content = exported(cast, ending, at=NINE_AM).content
        upload = SimpleUploadedFile(f"units.{ending}", content)
        city = cast.city
        file = bringing.receive_file(upload, About.UNITS, city, by=cast.ma, now=now())
        plan = bringing.plan_of(file, now=now())

    assert len(plan) == len(units) + 3
    assert {(row.outcome, row.changes, row.wrong) for row in plan} == {
        (Outcome.UNCHANGED, (), ())
    }


def exported(cast: Cast, ending: str, *, at: datetime) -> HttpResponse:
    viewer = viewer_of(cast.ma, now=at)
    rows = unit_rows(viewer, units_for(viewer, Policy.SEE_UNITS))
    return RESPONSES[ending](f"units.{ending}", unit_header(), rows)
