"""What cells and rows say, and what a file's columns are taken for."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.imports.cells import Wrong, number
from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.dates import moment
from gapless.core.imports.mapping import Column, FileMap, Scale
from gapless.core.imports.rows import Accepted, Filtered, Rejected, outcomes
from gapless.core.imports.suggestions import coding_of, shown, suggested
from gapless.core.imports.tables import Problem, Row, Table
from gapless.core.instruments.choices import ItemKind

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Hall:
    pk: int = 1
    time_zone: str = "Asia/Shanghai"


HALLS = {"east": Hall(), "twins": None}


def table(*rows, header=("e1", "p1", "note")):
    lines = [
        line if isinstance(line, Problem) else Row(place, tuple(line))
        for place, line in enumerate(rows, start=2)
    ]
    return Table("a.csv", tuple(header), lines)


FILE_MAP = FileMap(
    columns=(
        Column("e1", K.EXPECTATION, item="1"),
        Column("p1", K.PERCEPTION, item="1"),
        Column("note", K.TEXT, item="note"),
    ),
    scales={ItemKind.PAIR: Scale(1, 7)},
    coding=(("agree", 6),),
    missing=("NA",),
    not_applicable=("没遇到",),
    unit="east",
    time="2026-01-10",
)


def read(*rows, file_map=FILE_MAP, **more):
    return list(outcomes(table(*rows, **more), file_map, HALLS, now=NOW))


@pytest.mark.parametrize(
    ("cell", "value"),
    [("7", 7), ("7.0", 7), (" 7 ", 7), ("７", 7), ("agree", 6), ("+7", 7)],
)
def test_one_point_has_many_spellings(cell, value):
    [found] = read((cell, "5", ""))
    assert found.values == {("1", 0): value, ("1", 1): 5}


def test_blank_is_unanswered_and_not_met_is_not_applicable():
    blank, named, unmet = read(("", "5", ""), ("NA", "5", ""), ("没遇到", "5", ""))
    assert blank.values == named.values == {("1", 1): 5}
    assert unmet.values[("1", 0)] == -127


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("8", "off_scale"),
        ("0", "off_scale"),
        ("good", "not_a_number"),
        ("3.5", "not_whole"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        ("1e999", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("٣", "not_a_number"),
    ],
)
def test_a_cell_that_says_nothing_rejects_its_row(cell, code):
    [found] = read((cell, "5", "words"))
    assert [p.code for p in found.problems] == [code]
    assert (found.problems[0].line, found.problems[0].column) == (2, "e1")


def test_a_ragged_row_is_rejected_alone():
    ragged = Problem("ragged_row", "a.csv", 3, params={"cells": 2, "columns": 3})
    kinds = [type(o) for o in read(("7", "5", ""), ragged, ("6", "5", ""))]
    assert kinds == [Accepted, Rejected, Accepted]


@pytest.mark.parametrize(
    ("unit", "code"),
    [("", "unit_missing"), ("north", "unit_unknown"), ("twins", "unit_ambiguous")],
)
def test_a_row_needs_a_unit(unit, code):
    columns = (*FILE_MAP.columns, Column("hall", K.UNIT))
    file_map = FileMap(columns=columns, scales=FILE_MAP.scales, time="2026-01-10")
    [found] = read(
        ("7", "5", "", unit), file_map=file_map, header=("e1", "p1", "note", "hall")
    )
    assert [p.code for p in found.problems] == [code]


@pytest.mark.parametrize(
    ("cell", "when"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=SHANGHAI)),
        ("2026-03-02 14:05", datetime(2026, 3, 2, 14, 5, tzinfo=SHANGHAI)),
        ("2026/3/2 9:05:07", datetime(2026, 3, 2, 9, 5, 7, tzinfo=SHANGHAI)),
        ("2026.3.2", datetime(2026, 3, 2, tzinfo=SHANGHAI)),
        ("2026年3月2日", datetime(2026, 3, 2, tzinfo=SHANGHAI)),
        ("2026年3月2日 14时05分", datetime(2026, 3, 2, 14, 5, tzinfo=SHANGHAI)),
        ("20260302", datetime(2026, 3, 2, tzinfo=SHANGHAI)),
        ("2026-03-02T06:05:00Z", datetime(2026, 3, 2, 6, 5, tzinfo=UTC)),
        ("2026-03-02T06:05:00+09:00", datetime(2026, 3, 1, 21, 5, tzinfo=UTC)),
        ("46083", datetime(2026, 3, 2, tzinfo=SHANGHAI)),  # Excel counts the days
        ("46083.5", datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)),
    ],
)
def test_a_moment_has_many_spellings(cell, when):
    assert moment(cell, "Asia/Shanghai") == when


@pytest.mark.parametrize(
    "cell", ["1/2/x/2026", "soon", "2026-13-01", "2026-02-30", "99999", ""]
)
def test_what_is_no_moment_is_not_guessed_at(cell):
    with pytest.raises(Wrong, match="time_unreadable"):
        moment(cell, "UTC")


@given(st.text(max_size=20))
def test_no_text_breaks_a_number_or_a_moment(cell):
    for reader in (number, lambda c: moment(c, "Asia/Shanghai")):
        with suppress(Wrong):
            reader(cell)


@given(st.integers(0, 3_000_000_000))
def test_a_moment_reads_back_from_iso(seconds):
    when = datetime(1991, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert moment(when.isoformat(), "Asia/Shanghai") == when
    assert moment(str(when.replace(tzinfo=None)), "UTC") == when


def test_every_row_has_a_key_of_its_own_and_the_same_one_every_time():
    rows = [("7", "5", ""), ("7", "5", ""), ("7", "6", "")]
    keys = [row.key for row in read(*rows)]
    assert len(set(keys)) == 3
    assert [row.key for row in read(*rows)] == keys
    assert max(map(len, keys)) <= 80


def test_the_filter_does_not_change_the_key_of_a_row():
    kept = FileMap.from_json(FILE_MAP.to_json() | {"where": [("note", "b")]})
    rows = [("7", "5", "a"), ("7", "5", "b")]
    filtered, found = read(*rows, file_map=kept)
    assert isinstance(filtered, Filtered)
    assert found.key == read(*rows)[1].key


def test_another_order_of_the_columns_makes_no_new_rows():
    turned = FileMap.from_json(
        FILE_MAP.to_json() | {"columns": FILE_MAP.to_json()["columns"][::-1]}
    )
    [one] = read(("7", "5", "x"))
    [other] = read(("x", "5", "7"), file_map=turned, header=("note", "p1", "e1"))
    assert one.key == other.key


def test_the_future_is_not_answered_yet():
    later = (NOW + timedelta(days=3)).date().isoformat()
    file_map = FileMap.from_json(FILE_MAP.to_json() | {"time": later})
    [found] = read(("7", "5", ""), file_map=file_map)
    assert found.problems[0].code == "time_in_future"


def suggest(header, *rows):
    found = suggested(table(*rows, header=header)).columns
    return {c.name: (c.kind, c.item) for c in found if c.kind is not K.IGNORE}


@pytest.mark.parametrize(
    ("one", "other", "item"),
    [
        ("e1", "p1", "1"),
        ("E_01", "P_01", "1"),
        ("期望1", "感知1", "1"),
        ("Q3 expectation", "Q3 perception", "q3"),
        ("服务快捷（期望）", "服务快捷（感知）", "服务快捷"),
    ],
)
def test_pairs_are_recognised(one, other, item):
    found = suggest((one, other), ("7", "5"), ("6", "4"))
    assert found == {one: (K.EXPECTATION, item), other: (K.PERCEPTION, item)}


def test_other_columns_are_recognised_by_name_and_cells():
    header = ("序号", "营业厅", "提交时间", "总体满意度", "意见", "email", "Q1")
    found = suggest(header, ("1", "东城厅", "2026-01-02", "8", "很好", "a@b.cn", "4"))
    assert {name: kind for name, (kind, _item) in found.items()} == {
        "序号": K.RESPONDENT,
        "营业厅": K.UNIT,
        "提交时间": K.TIME,
        "总体满意度": K.OVERALL,
        "意见": K.TEXT,
        "Q1": K.SCORE,
    }


def test_a_number_column_that_is_no_scale_is_left_out():
    assert suggest(("Q1",), *[(str(n),) for n in range(30)]) == {}


def test_a_well_known_scale_codes_its_words():
    assert coding_of(["同意", "非常不同意"]) == {"同意": 4, "非常不同意": 1}
    assert coding_of(["同意", "whatever"]) == {}


def test_the_scale_is_what_the_rows_within_the_filter_span():
    file_map = FileMap.from_json(FILE_MAP.to_json() | {"where": [("note", "x")]})
    rows = table(("2", "6", "x"), ("99", "0", "y"), ("agree", "3", "x"))
    found = shown(rows, file_map, rows=100)
    assert found.spans == {ItemKind.PAIR: (2, 6)}
    assert found.words == {"agree": 6}
