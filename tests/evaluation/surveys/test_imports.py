"""Files become answers, exactly once; every row is accounted for."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapless.core.audit.models import Event
from gapless.core.imports.actions import NotNow, map_columns
from gapless.core.imports.choices import State
from gapless.core.imports.models import Import, RejectedRow
from gapless.core.imports.tables import Problem
from gapless.core.imports.words import reason_of, remedy_of
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.instruments.queries import wrong_cells
from gapless.core.jobs.models import Job
from gapless.evaluation.surveys import actions
from gapless.evaluation.surveys.actions import (
    Beginning,
    NewUnits,
    OutOfReach,
    begin_import,
    go_on,
    remove_import,
    start_import,
    stop_import,
    take_in,
)
from gapless.evaluation.surveys.previews import preview, unknown_units
from gapless.evaluation.surveys.queries import answers_in, batches_of, visible_imports
from gapless.people.org.models import Unit
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM

from .conftest import ENGLISH, HEADER, TWO_PAIRS, account, lines, through, without_ids, work


def test_each_row_is_one_answer_in_its_hall_and_month(cast, bring):
    import_ = through(bring(lines(30)), cast)
    assert import_.state == State.DONE
    assert account(import_) == {"rows": 30, "added": 30}
    months = Answer.objects.filter(unit=cast.east).values_list("month", flat=True)
    assert set(months) == {date(2026, 1, 1), date(2026, 2, 1)}
    assert not list(wrong_cells(import_.version))


def test_importing_a_file_twice_adds_nothing(cast, bring):
    through(bring(lines(20)), cast)
    again = through(bring(lines(20)), cast)
    assert account(again) == {"rows": 20, "already_there": 20}
    assert Answer.objects.count() == 20
    assert FormVersion.objects.count() == 1


def test_equal_rows_without_respondents_are_that_many_answers(cast, bring):
    content = HEADER + "\n" + ",EAST-HALL,2026-01-10,7,5,6,4\n" * 3
    nobody = without_ids(TWO_PAIRS)
    assert account(through(bring(content, nobody), cast)) == {"rows": 3, "added": 3}
    more = content + ",EAST-HALL,2026-01-10,7,5,6,4\n"
    assert account(through(bring(more, nobody), cast)) == {
        "rows": 4,
        "added": 1,
        "already_there": 3,
    }


def test_equal_rows_of_two_halls_in_files_of_their_own_are_two_answers(cast, bring):
    columns = tuple(c for c in TWO_PAIRS.columns if c.name not in ("id", "hall"))
    content = "day,e1,p1,e2,p2\n2026-01-10,7,5,6,4\n"
    for hall in ("EAST-HALL", "WEST-HALL"):
        through(bring(content, replace(TWO_PAIRS, columns=columns, unit=hall)), cast)
    assert Answer.objects.values("unit").distinct().count() == 2


def test_rejected_rows_name_line_column_and_reason(cast, bring):
    content = "\n".join(
        [
            HEADER,
            "1,EAST-HALL,2026-01-10,7,5,6,4",
            "2,North hall,2026-01-10,7,5,6,4",
            "3,EAST-HALL,soon,7,9,6,4",
            "4,EAST-HALL,2026-01-10,7,5,6",
            "5,EAST-HALL,2026-01-10,,,NA,",
            "1,EAST-HALL,2026-01-10,1,1,1,1",
            "7,EAST-HALL,2026-05-10,7,5,6,4",
        ]
    )
    import_ = through(bring(content), cast)
    assert account(import_) == {"rows": 7, "added": 1, "rejected": 6}
    told = [
        (row.line, row.column, row.code, len(row.others))
        for row in RejectedRow.objects.order_by("line")
    ]
    assert told == [
        (3, "hall", "unit_unknown", 0),
        (4, "day", "time_unreadable", 1),
        (5, "", "ragged_row", 0),
        (6, "", "nothing_answered", 0),
        (7, "id", "respondent_twice", 0),
        (8, "day", "time_in_future", 0),
    ]


def test_the_row_filter_takes_rows_out_and_counts_them(cast, bring):
    file_map = replace(TWO_PAIRS, where=(("e1", "7"), ("p1", "3")))
    import_ = through(bring(lines(14), file_map), cast)
    assert account(import_) == {"rows": 14, "added": 2, "filtered": 12}


def test_units_are_created_on_confirmation_only(cast, bring):
    content = lines(3, hall="Harbour hall")
    assert account(through(bring(content), cast)) == {"rows": 3, "rejected": 3}
    confirmed = Beginning("en", NewUnits(cast.city, ["Harbour hall"]))
    assert account(through(bring(content), cast, confirmed)) == {"rows": 3, "added": 3}
    harbour = Unit.objects.get(name="Harbour hall")
    assert Unit.objects.get_parent(harbour) == cast.city


def test_new_units_lie_below_the_unit_of_the_file(cast, bring):
    import_ = bring(lines(3, hall="Harbour hall"))
    Import.objects.filter(pk=import_.pk).update(within=cast.east)
    import_.refresh_from_db()
    with pytest.raises(OutOfReach):
        start_import(
            import_,
            Beginning("en", NewUnits(cast.west, ["Harbour hall"])),
            by=cast.qian,
            now=NINE_AM,
        )
    import_.refresh_from_db()
    assert import_.state == State.MAPPED


def test_a_file_for_the_east_says_nothing_about_the_west(cast, bring):
    import_ = bring(lines(2, hall="WEST-HALL"))
    Import.objects.filter(pk=import_.pk).update(within=cast.east)
    import_.refresh_from_db()
    assert account(through(import_, cast)) == {"rows": 2, "rejected": 2}


def test_answers_are_taken_out_again_and_can_come_back(cast, bring):
    kept = through(bring(lines(10, first=1)), cast)
    gone = through(bring(lines(10, first=11)), cast)
    remove_import(gone, by=cast.chen, reason="wrong file", now=NINE_AM)
    work()
    gone.refresh_from_db()
    assert (gone.state, gone.removed, answers_in(gone)) == (State.REMOVED, 10, 0)
    assert answers_in(kept) == 10
    assert not list(wrong_cells(kept.version))
    assert Event.objects.get(type="answers.removed").reason == "wrong file"

    map_columns(gone, TWO_PAIRS, ready=True, by=cast.qian, now=NINE_AM)
    assert account(through(gone, cast)) == {"rows": 10, "added": 10}
    assert not list(wrong_cells(kept.version))


def test_a_stopped_import_takes_no_more_rows_and_leaves_what_is_in(
    cast, bring, monkeypatch
):
    monkeypatch.setattr("gapless.core.imports.queries.BATCH", 5)
    import_ = bring(lines(20))
    start_import(import_, ENGLISH, by=cast.qian, now=NINE_AM)
    first, second, *_ = list(batches_of(import_, now=NINE_AM))
    take_in(import_, first, now=NINE_AM)
    stop_import(import_, by=cast.chen, now=NINE_AM)
    with pytest.raises(NotNow):
        take_in(import_, second, now=NINE_AM)
    work()
    import_.refresh_from_db()
    assert (import_.state, import_.rows, answers_in(import_)) == (State.CANCELLED, 5, 5)
    assert not list(wrong_cells(import_.version))


def test_rows_that_two_workers_hold_go_in_once(cast, bring):
    import_ = bring(lines(20))
    begin_import(import_, ENGLISH, by=cast.qian, now=NINE_AM)
    one, other = (Import.objects.get(pk=import_.pk) for _ in range(2))
    [rows] = batches_of(import_, now=NINE_AM)
    take_in(one, rows, now=NINE_AM)
    with pytest.raises(NotNow):
        take_in(other, rows, now=NINE_AM)
    assert account(Import.objects.get()) == {"rows": 20, "added": 20}


def test_a_job_that_gave_up_goes_on_where_it_stopped(cast, bring, monkeypatch):
    monkeypatch.setattr("gapless.core.imports.queries.BATCH", 5)
    import_ = bring(lines(20))
    start_import(import_, ENGLISH, by=cast.qian, now=NINE_AM)
    with pytest.raises(NotNow):
        go_on(import_, by=cast.qian, now=NINE_AM)
    take_in(import_, next(batches_of(import_, now=NINE_AM)), now=NINE_AM)
    Job.objects.update(state="failed", lease_until=None)
    import_ = Import.objects.select_related("job").get()
    go_on(import_, by=cast.qian, now=NINE_AM)
    work()
    assert account(Import.objects.get()) == {"rows": 20, "added": 20}


def test_a_worker_that_goes_on_says_on_the_way_that_it_is_alive(cast, bring, monkeypatch):
    monkeypatch.setattr("gapless.core.imports.queries.BATCH", 5)
    import_ = bring(lines(20))
    begin_import(import_, ENGLISH, by=cast.qian, now=NINE_AM)
    take_in(import_, next(batches_of(import_, now=NINE_AM)), now=NINE_AM)
    Import.objects.update(rows=7, filtered=2)
    import_.refresh_from_db()
    sizes = [rows.rows for rows in batches_of(import_, now=NINE_AM)]
    assert sizes == [0, 3, 5, 5]


def test_an_import_starts_once(cast, bring):
    import_ = bring(lines(3))
    start_import(import_, ENGLISH, by=cast.qian, now=NINE_AM)
    with pytest.raises(NotNow):
        start_import(import_, ENGLISH, by=cast.chen, now=NINE_AM)
    assert Job.objects.filter(kind=actions.IMPORT).count() == 1


def test_a_changed_question_is_a_new_version_of_the_form(cast, bring):
    through(bring(lines(3)), cast)
    wider = replace(
        TWO_PAIRS, scales={k: s._replace(high=9) for k, s in TWO_PAIRS.scales.items()}
    )
    through(bring(lines(3), wider), cast)
    versions = FormVersion.objects.order_by("number")
    assert [(v.form.code, v.number) for v in versions] == [("halls", 1), ("halls", 2)]


def test_a_file_that_asks_less_counts_under_the_same_version(cast, bring):
    through(bring(lines(3)), cast)
    fewer = replace(TWO_PAIRS, columns=TWO_PAIRS.columns[:5])
    import_ = through(bring(lines(3, first=50), fewer), cast)
    assert import_.version.number == 1
    assert not list(wrong_cells(import_.version))


def test_a_preview_keeps_nothing_and_says_what_would_happen(cast, bring):
    import_ = bring(lines(4) + "9,Harbour,2026-01-10,7,5,6,4\n10,EAST-HALL,,7,5,6,4\n")
    found = preview(import_, now=NINE_AM)
    assert (found.accepted, found.waiting, found.rejected, found.whole) == (4, 1, 1, True)
    assert unknown_units(import_) == {"Harbour": 1}
    assert Answer.objects.count() == 0


def test_zhao_sees_no_import_and_wang_who_may_not_import_neither(cast, bring):
    bring(lines(2))
    for who, sees in ((cast.qian, 1), (cast.chen, 1), (cast.wang, 0), (cast.zhao, 0)):
        assert visible_imports(viewer_of(who, now=NINE_AM)).count() == sees


def test_the_database_refuses_an_account_that_does_not_balance(cast, bring):
    import_ = bring(lines(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.filter(pk=import_.pk).update(rows=5)


cells = st.sampled_from(["", "NA", "1", "7", "8", "x", "4.0", "3.5", "−1", "=1+1", "\t"])
halls = st.sampled_from(["EAST-HALL", "West hall", "", "Nowhere", "East Hall"])
days = st.sampled_from(
    ["2026-01-10", "2026/2/3 14:05", "46000", "", "01/02/2026", "2027-01-01"]
)
rows = st.lists(
    st.tuples(st.integers(1, 6).map(str) | st.just(""), halls, days, *[cells] * 4),
    max_size=25,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, size=st.integers(1, 9))
def test_imported_and_filtered_and_rejected_are_the_rows_of_the_file(
    cast, bring, rows, size
):
    """The law of the account, whatever the file, however it is cut into batches."""
    content = "\n".join([HEADER, *(",".join(row) for row in rows)])
    import_ = bring(content, replace(TWO_PAIRS, where=(("e1", "7"),)))
    begin_import(import_, ENGLISH, by=cast.qian, now=NINE_AM)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gapless.core.imports.queries.BATCH", size)
        for batch in batches_of(import_, now=NINE_AM):
            take_in(import_, batch, now=NINE_AM)
    assert import_.imported + import_.filtered + import_.rejected == len(rows)
    assert import_.rejected_rows.count() == import_.rejected
    assert answers_in(import_) == import_.added
    assert not list(wrong_cells(import_.version))


hostile = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=9)
any_row = st.lists(cells | halls | hostile, min_size=1, max_size=9).filter(any)
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(any_row, max_size=12),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(",;\t"),
)
def test_whatever_stands_in_a_file_each_row_is_accounted_for(
    cast, bring, rows, encoding, delimiter
):
    """reliability.md F14: encodings, delimiters, ragged rows, cells of any text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([HEADER.split(","), *rows])
    import_ = bring(out.getvalue().encode(encoding))
    begin_import(import_, ENGLISH, by=cast.qian, now=NINE_AM)
    for batch in batches_of(import_, now=NINE_AM):
        take_in(import_, batch, now=NINE_AM)
    assert import_.imported + import_.filtered + import_.rejected == len(rows)
    for rejected in import_.rejected_rows.all():
        problem = Problem(
            rejected.code, "", rejected.line, rejected.column, rejected.params
        )
        assert reason_of(problem).endswith(".")
        assert remedy_of(problem).endswith(".")
