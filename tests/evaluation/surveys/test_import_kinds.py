"""Answers of every kind from a file: stored, counted, versioned, and the same each time."""

import random
from dataclasses import replace

import numpy as np
import pytest

from gapless.analytics.answers import NOT_APPLICABLE, numbers
from gapless.analytics.weights import case_weights
from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.mapping import Column, FileMap, Long, Scale
from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.instruments.queries import layout_of, wrong_cells
from gapless.evaluation.surveys.previews import preview
from tests.conftest import NINE_AM

from .conftest import account, through

EVERY = FileMap(
    columns=(
        Column("hall", K.UNIT),
        Column("day", K.TIME),
        Column("least", K.LEAST, item="wait", dimension="responsiveness"),
        Column("desired", K.DESIRED, item="wait", dimension="responsiveness"),
        Column("got", K.PERCEPTION, item="wait", dimension="responsiveness"),
        Column("nps", K.NPS, item="nps", missing=("11",)),
        Column("sex", K.SINGLE, item="sex", options=("女", "男"), groups=True),
        Column("used", K.MULTIPLE, item="used", options=("a", "b"), separator="┋"),
        Column("fee", K.NUMBER, item="fee", decimals=2),
        Column("since", K.DATE, item="since"),
        Column("w", K.CASE_WEIGHT, item="w"),
        Column("note", K.TEXT, item="note"),
    ),
    scales={ItemKind.ZONE: Scale(1, 9)},
    date_order="dmy",
    no_dates=("1900-01-01",),
    not_applicable=("n/a",),
    form="every",
    form_name="Every kind",
)
HEADER = "hall,day,least,desired,got,nps,sex,used,fee,since,w,note\n"
ROWS = """\
EAST-HALL,31/01/2026,3,8,6,10,女,a┋b,12.50,1/2/2020,0.5,fine
EAST-HALL,01/02/2026,4,9,n/a,11,男,b,,1/1/1900,1.25,
WEST-HALL,02/02/2026,1,2,1,0,女,,3,,,
"""


def stored(import_):
    answers = list(Answer.objects.filter(batch=import_.batch).order_by("answered_at"))
    layout = layout_of(import_.version)
    joined = b"".join(bytes(answer.values) for answer in answers)
    return layout, np.frombuffer(joined, np.int8).reshape(len(answers), layout.width)


def test_answers_of_every_kind_come_in(cast, bring):
    import_ = through(bring(HEADER + ROWS, EVERY), cast)
    assert account(import_) == {"rows": 3, "added": 3}
    assert import_.version.grouped_by == "sex"
    layout, values = stored(import_)
    at = layout.columns
    assert values[:, at["wait"] : at["wait"] + 3].tolist() == [
        [3, 8, 6],
        [4, 9, NOT_APPLICABLE],
        [1, 2, 1],
    ]
    assert values[:, at["nps"]].tolist() == [10, -128, 0]
    assert values[:, at["sex"]].tolist() == [0, 1, 0]
    assert values[:2, at["used"] : at["used"] + 2].tolist() == [[1, 1], [0, 1]]
    known = {q.code: q for q in layout.questions}
    assert numbers(layout, values, known["fee"])[[0, 2]].tolist() == [1250, 300]
    assert numbers(layout, values, known["since"])[0] == 18293  # days since 1970
    assert case_weights(layout, values).tolist() == [500_000, 1_250_000, 0]
    assert not list(wrong_cells(import_.version))


def test_again_adds_nothing_in_whatever_order_the_columns_stand(cast, bring):
    through(bring(HEADER + ROWS, EVERY), cast)
    keys = set(Answer.objects.values_list("key", flat=True))
    places = list(range(len(EVERY.columns)))
    random.Random(3).shuffle(places)  # noqa: S311  no secret
    lines = [line.split(",") for line in (HEADER + ROWS).splitlines()]
    content = "\n".join(",".join(line[place] for place in places) for line in lines)
    columns = tuple(EVERY.columns[place] for place in places)
    again = through(bring(content, replace(EVERY, columns=columns)), cast)
    assert account(again) == {"rows": 3, "already_there": 3}
    assert set(Answer.objects.values_list("key", flat=True)) == keys


def with_options(*options):
    columns = tuple(
        replace(c, options=options) if c.item == "used" else c for c in EVERY.columns
    )
    return replace(EVERY, columns=columns)


def test_a_file_with_fewer_options_counts_under_the_same_version(cast, bring):
    first = through(bring(HEADER + ROWS, EVERY), cast)
    row = "EAST-HALL,03/03/2026,3,8,6,9,男,b,1,,1,\n"
    second = through(bring(HEADER + row, with_options("b")), cast)
    assert second.version == first.version
    layout, values = stored(second)
    used = layout.columns["used"]
    assert values[:, used : used + 2].tolist() == [[0, 1]]
    assert values[0, layout.columns["sex"]] == 1
    assert not list(wrong_cells(first.version))


def test_a_file_with_another_option_makes_a_new_version(cast, bring):
    first = through(bring(HEADER + ROWS, EVERY), cast)
    row = "EAST-HALL,03/03/2026,3,8,6,9,男,c┋a,1,,1,\n"
    second = through(bring(HEADER + row, with_options("a", "b", "c")), cast)
    assert second.version != first.version
    assert second.version.form == first.version.form
    # What the first file said still fits the new version: one more file, no new version.
    third = through(bring(HEADER + row.replace("03/03", "04/03"), EVERY), cast)
    assert account(third) == {"rows": 1, "rejected": 1}  # it has no option c
    assert FormVersion.objects.count() == 2


@pytest.mark.parametrize("places", [1, 2])
def test_numbers_with_fewer_places_fit(cast, bring, places):
    through(bring(HEADER + ROWS, EVERY), cast)
    columns = tuple(
        replace(c, decimals=places) if c.item == "fee" else c for c in EVERY.columns
    )
    row = "EAST-HALL,03/03/2026,3,8,6,9,男,a,7.5,,1,\n"
    second = through(bring(HEADER + row, replace(EVERY, columns=columns)), cast)
    layout, values = stored(second)
    [fee] = [q for q in layout.questions if q.code == "fee"]
    assert numbers(layout, values, fee).tolist() == [750]
    assert FormVersion.objects.count() == 1


def test_what_a_sentinel_date_says_is_that_there_is_none(cast, bring):
    bad = "EAST-HALL,01/01/1900,3,8,6,9,男,a,1,,1,\n"
    assert account(through(bring(HEADER + bad, EVERY), cast)) == {"rows": 1, "rejected": 1}
    with_day = replace(EVERY, time="2026-02-01")
    assert account(through(bring(HEADER + bad, with_day), cast)) == {"rows": 1, "added": 1}


LONG = FileMap(
    columns=(
        Column("who", K.RESPONDENT),
        Column("hall", K.UNIT),
        Column("x", K.SCORE, item="x"),
        Column("y", K.SCORE, item="y"),
    ),
    scales={ItemKind.SCORE: Scale(1, 5)},
    time="2026-01-10",
    long=Long("q", "v"),
    form="long",
    form_name="Long",
)


def long_file(n):
    rows = (
        f"{i},EAST-HALL,{item},{1 + (i + place) % 5 if i % 10 else 9}"
        for i in range(n)
        for place, item in enumerate("xy")
    )
    return "\n".join(["who,hall,q,v", *rows])


def test_the_account_of_a_long_file_counts_its_rows(cast, bring):
    import_ = bring(long_file(30), LONG)
    found = preview(import_, now=NINE_AM)
    assert (found.rows, found.rejected) == (60, 6)
    assert account(through(import_, cast)) == {
        "rows": 60,
        "added": 27,
        "joined": 27,
        "rejected": 6,
    }
    assert import_.rejected_rows.count() == 6
    again = through(bring(long_file(30), LONG), cast)
    assert account(again) == {"rows": 60, "already_there": 27, "joined": 27, "rejected": 6}


def test_other_answers_of_a_known_respondent_reject_all_their_rows(cast, bring):
    through(bring(long_file(3), LONG), cast)
    other = long_file(3).replace("1,EAST-HALL,x,2", "1,EAST-HALL,x,5")
    second = bring(other, LONG)
    assert account(through(second, cast)) == {
        "rows": 6,
        "already_there": 1,
        "joined": 1,
        "rejected": 4,
    }
    codes = sorted(second.rejected_rows.values_list("code", flat=True))
    assert codes == ["answer_rejected", "answer_rejected", "off_scale", "respondent_known"]
