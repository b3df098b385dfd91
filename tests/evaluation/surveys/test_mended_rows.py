"""Rejected rows come back mended, in as many files as you like: each comes in once."""

from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapless.core.imports.actions import MendedMeanwhile, map_columns
from gapless.core.imports.choices import ColumnKind, State
from gapless.core.imports.mapping import Column, FileMap, Long, Scale
from gapless.core.imports.mending import marked, mended_map
from gapless.core.imports.models import Import
from gapless.core.imports.queries import mended_rows, rejected_rows, table_of
from gapless.core.instruments.actions import draft_version, publish_version
from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import draft_of, wrong_cells
from gapless.evaluation.surveys.actions import begin_import, remove_import, take_in
from gapless.evaluation.surveys.queries import batches_of
from tests.conftest import NINE_AM

from .conftest import ENGLISH, TWO_PAIRS, account, through, without_ids, work

BARE = without_ids(TWO_PAIRS)
HEADER = [column.name for column in BARE.columns]
WRONG = ["", "EAST-HALL", "2026-01-10", "7", "50", "6", "4"]
SOUND = [*WRONG[:4], "5", *WRONG[5:]]
OTHER = [*WRONG[:4], "6", *WRONG[5:]]


def text(rows):
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


@pytest.fixture
def send(bring):
    """A file of ours with mended rows: which line of which import, and its cells."""

    def send(original, rows, header=HEADER):
        lines = [[line, "", "", "", *cells] for line, cells in rows]
        titles = marked(original.pk, ["Line", "Column", "What is wrong", "What to do"])
        import_ = bring(text([[*titles, *header], *lines]), name="mended.csv")
        Import.objects.filter(pk=import_.pk).update(mends=original)
        import_.refresh_from_db()
        said = mended_map(
            original.file_map, table_of(import_).header, original=table_of(original)
        )
        map_columns(import_, said, ready=True, by=None, now=NINE_AM)
        return import_

    return send


def codes(import_):
    return list(import_.rejected_rows.order_by("line").values_list("code", flat=True))


def test_rows_mended_in_files_of_their_own_are_that_many_answers(cast, bring, send):
    first = through(bring(text([HEADER, SOUND, WRONG, WRONG, WRONG]), BARE), cast)
    one = through(send(first, [(3, SOUND)]), cast)
    two = through(send(first, [(4, SOUND)]), cast)
    assert [account(i) for i in (one, two)] == [{"rows": 1, "added": 1}] * 2
    assert [row.line for row in rejected_rows(first)] == [5]

    both = through(send(first, [(5, SOUND), (4, SOUND), (3, SOUND)]), cast)
    assert account(both) == {"rows": 3, "added": 1, "already_there": 2}
    assert not rejected_rows(first).exists()
    assert mended_rows(first).count() == first.rejected == 3
    # Nor does the whole file, mended at its source, bring anybody twice.
    whole = through(bring(text([HEADER, *[SOUND] * 4]), BARE), cast)
    assert account(whole) == {"rows": 4, "already_there": 4}
    assert Answer.objects.count() == 4


def test_a_row_that_is_in_does_not_come_in_mended_otherwise(cast, bring, send):
    first = through(bring(text([HEADER, SOUND, WRONG, WRONG]), BARE), cast)
    through(send(first, [(3, SOUND)]), cast)
    rows = [(3, OTHER), (2, OTHER), ("", OTHER), (4, OTHER), (4, SOUND)]
    second = through(send(first, rows), cast)
    assert account(second) == {"rows": 5, "added": 1, "rejected": 4}
    assert codes(second) == [
        "mended_otherwise",
        "line_unknown",
        "line_unknown",
        "mended_twice",
    ]
    assert Answer.objects.count() == 3


def test_rows_rejected_again_are_still_those_of_the_first_file(cast, bring, send):
    first = through(bring(text([HEADER, WRONG, WRONG]), BARE), cast)
    again = through(send(first, [(3, WRONG), (2, WRONG)]), cast)
    third = through(send(again, [(2, SOUND)]), cast)  # line 3 of the first file
    assert account(third) == {"rows": 1, "added": 1}
    assert [row.line for row in rejected_rows(first)] == [2]
    assert [row.line for row in rejected_rows(again)] == [3]
    fourth = through(send(first, [(3, OTHER), (2, OTHER)]), cast)
    assert account(fourth) == {"rows": 2, "added": 1, "rejected": 1}
    assert not rejected_rows(again).exists()
    assert Answer.objects.count() == 2


def test_rows_whose_answers_were_taken_out_are_out_and_may_come_in_anew(cast, bring, send):
    first = through(bring(text([HEADER, SOUND, WRONG]), BARE), cast)
    mended = through(send(first, [(3, SOUND)]), cast)
    remove_import(mended, by=cast.qian, reason="wrongly mended", now=NINE_AM)
    work()
    assert [row.line for row in rejected_rows(first)] == [3]
    assert account(through(send(first, [(3, OTHER)]), cast)) == {"rows": 1, "added": 1}
    assert Answer.objects.count() == 2


def test_a_new_version_of_the_questionnaire_counts_nobody_twice(cast, bring, send):
    first = through(bring(text([HEADER, SOUND, WRONG]), BARE), cast)
    through(send(first, [(3, SOUND)]), cast)
    newer = draft_version(first.version.form, draft_of(first.version), by=None, now=NINE_AM)
    publish_version(newer, by=None, now=NINE_AM)
    again = through(send(first, [(3, SOUND)]), cast)
    assert again.version == first.version
    assert account(again) == {"rows": 1, "already_there": 1}


def test_the_rows_of_an_answer_in_a_long_file_come_in_together(cast, bring, send):
    long = FileMap(
        columns=(
            Column("id", ColumnKind.RESPONDENT),
            Column("hall", ColumnKind.UNIT),
            Column("clean", ColumnKind.SCORE, item="clean"),
            Column("fast", ColumnKind.SCORE, item="fast"),
        ),
        long=Long("item", "value"),
        scales={ItemKind.SCORE: Scale(1, 7)},
        time="2026-01-10",
        form="long",
        form_name="Long",
    )
    header = ["id", "hall", "item", "value"]
    wrong = [["a", "East Hall", "clean", "7"], ["a", "East Hall", "fast", "70"]]
    sound = [["b", "East Hall", "clean", "6"], ["b", "East Hall", "fast", "5"]]
    first = through(bring(text([header, *wrong, *sound]), long), cast)
    assert account(first) == {"rows": 4, "added": 1, "joined": 1, "rejected": 2}
    rows = [(2, wrong[0]), (3, [*wrong[1][:3], "4"])]
    mended = through(send(first, rows, header), cast)
    assert account(mended) == {"rows": 2, "added": 1, "joined": 1}
    assert mended_rows(first).count() == 2
    again = through(send(first, rows, header), cast)
    assert account(again) == {"rows": 2, "already_there": 1, "joined": 1}


def test_two_files_that_mend_a_row_otherwise_at_once_bring_it_once(cast, bring, send):
    first = through(bring(text([HEADER, WRONG]), BARE), cast)
    slow, quick = send(first, [(2, OTHER)]), send(first, [(2, SOUND)])
    begin_import(slow, ENGLISH, by=cast.qian, now=NINE_AM)
    (rows,) = batches_of(slow, now=NINE_AM)
    through(quick, cast)
    with pytest.raises(MendedMeanwhile):
        take_in(slow, rows, now=NINE_AM)
    # The next try of its job sees what came in.
    slow.refresh_from_db()
    (rows,) = batches_of(slow, now=NINE_AM)
    take_in(slow, rows, now=NINE_AM)
    assert (codes(slow), Answer.objects.count()) == (["mended_otherwise"], 1)


REJECTED = range(2, 8)
sent = st.lists(
    st.tuples(st.sampled_from(REJECTED), st.sampled_from([SOUND, OTHER, WRONG])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(sent, max_size=4), size=st.integers(1, 3), lives=st.integers(0, 3))
def test_each_row_comes_in_once_however_the_files_are_cut(
    cast, bring, send, files, size, lives
):
    """The law of mended rows: whatever is sent, how often, and wherever workers die."""
    before = Answer.objects.count()
    map_ = replace(BARE, time=f"2026-02-{1 + before % 28:02}", form=f"f{before}")
    first = through(bring(text([HEADER, *[WRONG] * len(REJECTED)]), map_), cast)
    came_in: dict[int, list[str]] = {}
    for rows in files:
        import_ = send(first, rows)
        begin_import(import_, ENGLISH, by=cast.qian, now=NINE_AM)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("gapless.core.imports.queries.BATCH", size)
            for until in (lives, None):
                import_.refresh_from_db()
                for batch in islice(batches_of(import_, now=NINE_AM), until):
                    take_in(import_, batch, now=NINE_AM)
        Import.objects.filter(pk=import_.pk).update(state=State.DONE)
        # Of a line that a file has twice, the first counts; so it does of what came in.
        once = dict(reversed(rows))
        came_in = {line: cells for line, cells in once.items() if cells != WRONG} | came_in
        assert import_.rows == len(rows)
        assert import_.rejected_rows.count() == import_.rejected
        assert mended_rows(first).count() == len(came_in)
        assert rejected_rows(first).count() == first.rejected - len(came_in)
    assert Answer.objects.count() == before + len(came_in)
    assert first.version is None or not list(wrong_cells(first.version))
