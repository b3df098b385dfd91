import datetime
import zipfile

import pytest
import xlsxwriter

from gapless.core.imports.reading import read_table
from gapless.core.imports.tables import (
    SENTENCES,
    Limits,
    Problem,
    Reading,
    UnreadableFile,
    as_text,
    letters,
)
from tests.core.imports.corpus.spss import sav_of


@pytest.fixture
def csv_file(tmp_path):
    def write(content, name="answers.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    def write(*rows, sheet="Answers"):
        path = tmp_path / "answers.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            page = book.add_worksheet(sheet)
            for place, row in enumerate(rows):
                page.write_row(place, 0, row)
        return path

    return write


def problem_of(path, **options):
    with pytest.raises(UnreadableFile) as caught:
        list(read_table(path, **options).rows)
    problem = caught.value.problems[0]
    assert problem.sentence() in str(caught.value)
    return problem


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_reads_chinese_in_the_usual_encodings(self, csv_file, encoding):
        table = read_table(csv_file("厅,分\n东厅,7\n西厅,\n".encode(encoding)))

        assert table.header == ("厅", "分")
        assert list(table.rows) == [(2, ("东厅", "7")), (3, ("西厅", ""))]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_finds_the_delimiter(self, csv_file, delimiter):
        path = csv_file(f'"a,b;c"{delimiter}d\n1{delimiter}2\n'.replace("\t,", "\t"))

        assert len(read_table(path).header) == 2

    def test_tells_the_line_on_which_a_row_starts(self, csv_file):
        table = read_table(csv_file('a,b\r\n"one\r\ntwo",1\r\n\r\nthree,2\r\n'))

        assert list(table.rows) == [(2, ("one\r\ntwo", "1")), (5, ("three", "2"))]

    def test_can_be_gone_through_again(self, csv_file):
        table = read_table(csv_file("a\n1\n2\n"))

        assert list(table.rows) == list(table.rows)

    def test_never_holds_the_file(self, csv_file):
        path = csv_file("a,b\n" + "1,2\n" * 1000)
        rows = read_table(path).rows

        assert next(rows) == (2, ("1", "2"))
        assert sum(1 for _ in rows) == 999

    def test_leaves_it_to_the_caller_to_reject_single_rows(self, csv_file):
        good, ragged, long = read_table(
            csv_file("a,b\n1,2\n3\n4,55555\n"), limits=Limits(characters=4)
        ).lines

        assert good == (2, ("1", "2"))
        assert (ragged.code, ragged.line) == ("ragged_row", 3)
        assert (long.code, long.line) == ("cell_too_long", 4)

    @pytest.mark.parametrize(
        ("content", "code", "line"),
        [
            (b"", "empty_file", None),
            (b"\n\n", "no_header", None),
            (b"a,b\n1\n", "ragged_row", 2),
            (b"a,b\n1,2,3\n", "ragged_row", 2),
            (b"a,b\n1,\0\n", "nul_in_cell", 2),
            (b"a,b\n" + b"\0" * 40, "nul_byte", 2),
            ("a,b\n好好好好好好好好好,2\n3,4\n".encode() + b"5,\xff\n", "undecodable", 4),
            (b'a,"b"c\n1,2\n', "malformed_quotes", 1),
            (b"<html><table><tr><td>a", "web_page", None),
            (b"a,b\n1,2\n3,\xff\xff\n", "unknown_encoding", 3),
            (b'a,b\n1,2\n3,"4\n5,6\n', "malformed_quotes", 3),
            (b'a,b\n1,"2"3\n', "malformed_quotes", 2),
            (b"a\n" + b"x" * 200_000, "cell_too_long", 2),
        ],
    )
    def test_says_what_is_wrong_and_where(self, csv_file, content, code, line):
        problem = problem_of(csv_file(content))

        assert (problem.code, problem.line, problem.file) == (code, line, "answers.csv")

    def test_names_what_has_no_name_or_anothers(self, csv_file):
        table = read_table(csv_file("a,,b,a,b\n1,2,3,4,5\n"))

        assert table.header == ("a", "B", "b", "a (2)", "b (2)")
        assert [(each.code, each.column) for each in table.notes] == [
            ("empty_name", "B"),
            ("duplicate_name", "a"),
            ("duplicate_name", "b"),
        ]

    @pytest.mark.parametrize(
        ("limits", "code"),
        [
            (Limits(bytes=5), "too_large"),
            (Limits(rows=1), "too_many_rows"),
            (Limits(columns=1), "too_many_columns"),
        ],
    )
    def test_stops_at_its_limits(self, csv_file, limits, code):
        assert problem_of(csv_file("a,b\n1,2\n3,4\n"), limits=limits).code == code


class TestAnyFile:
    def test_that_is_not_there(self, tmp_path):
        assert problem_of(tmp_path / "absent.csv").code == "missing_file"

    def test_that_is_a_folder(self, tmp_path):
        assert problem_of(tmp_path).code == "not_a_file"

    def test_of_an_unknown_kind(self, csv_file):
        assert problem_of(csv_file("a\n", name="answers.pdf")).code == "wrong_extension"

    def test_is_called_what_people_call_it(self, csv_file):
        table = read_table(csv_file("a;b\n1;2\n", name="5f3e"), name="east.csv")

        assert (table.name, table.header) == ("east.csv", ("a", "b"))


class TestWorkbook:
    def test_shows_cells_as_a_person_sees_them(self, workbook):
        day, half_past_nine = datetime.date(2026, 3, 2), datetime.time(9, 30)
        path = workbook(
            ["n", "share", "on", "at", "yes", "words"],
            [7.0, 3.5, day, datetime.datetime.combine(day, half_past_nine), True, "厅"],
            [],
            [None, -1],
        )
        table = read_table(path)

        assert table.header == ("n", "share", "on", "at", "yes", "words")
        assert list(table.rows) == [
            (2, ("7", "3.5", "2026-03-02", "2026-03-02T09:30:00", "TRUE", "厅")),
            (4, ("", "-1", "", "", "", "")),
        ]

    def test_shows_a_failed_formula(self, tmp_path):
        path = tmp_path / "answers.xlsx"
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, ["a", "b"])
            page.write(1, 0, 1)
            page.write_formula(1, 1, "=1/0", None, "#DIV/0!")

        assert list(read_table(path).rows) == [(2, ("1", "#DIV/0!"))]

    def test_opens_the_sheet_asked_for(self, tmp_path):
        path = tmp_path / "answers.xlsx"
        with xlsxwriter.Workbook(path) as book:
            book.add_worksheet("东区").write(0, 0, "east")
            book.add_worksheet("西区").write(0, 0, "west")

        assert read_table(path).header == ("east",)
        assert read_table(path, reading=Reading(sheet="西区")).header == ("west",)
        assert (
            "“东区”, “西区”" in problem_of(path, reading=Reading(sheet="南区")).sentence()
        )

    def test_refuses_cells_beside_the_named_columns(self, workbook):
        assert problem_of(workbook(["a"], [1, 2])).code == "ragged_row"

    def test_refuses_an_empty_sheet(self, workbook):
        assert problem_of(workbook()).code == "no_header"

    def test_refuses_what_only_ends_like_a_workbook(self, csv_file):
        assert problem_of(csv_file("a,b\n", name="answers.xlsx")).code == "not_a_workbook"

    def test_refuses_a_truncated_workbook(self, workbook):
        path = workbook(["a"], [1])
        path.write_bytes(path.read_bytes()[:-200])

        assert problem_of(path).code == "not_a_workbook"

    def test_refuses_a_bomb(self, tmp_path):
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b" " * 5_000_000)

        assert problem_of(path).code == "swollen_workbook"

    def test_refuses_a_crowd_of_members(self, tmp_path):
        path = tmp_path / "crowd.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(201):
                archive.writestr(str(number), b"some words")

        assert problem_of(path).code == "swollen_workbook"

    @pytest.mark.parametrize(
        ("row", "column"), [(1_048_575, 16_383), (1_048_575, 100), (2, 16_383)]
    )
    def test_refuses_a_cell_far_from_the_rest(self, tmp_path, row, column):
        path = tmp_path / "far.xlsx"
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet()
            page.write(0, 0, "a")
            page.write(row, column, 1)

        problem = problem_of(path)
        assert (problem.code, problem.column, problem.line) == (
            "far_cell",
            letters(column),
            row + 1,
        )

    def test_refuses_declared_entities(self, workbook):
        path = workbook(["a"], [1])
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts["xl/workbook.xml"] = (
            b'<!DOCTYPE a [<!ENTITY b "c">]>' + parts["xl/workbook.xml"]
        )
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

        assert problem_of(path).code == "not_a_workbook"


class TestSpss:
    def test_keeps_the_codes(self, csv_file):
        seconds = (datetime.date(2026, 3, 2) - datetime.date(1582, 10, 14)).total_seconds()
        content = sav_of(
            ["Q1", "Q2", "DAY"], [[7, None, seconds], [3.5, 1, None]], dates=["DAY"]
        )
        table = read_table(csv_file(content, name="answers.sav"))

        assert table.header == ("Q1", "Q2", "DAY")
        assert list(table.rows) == [(1, ("7", "", "2026-03-02")), (2, ("3.5", "1", ""))]

    def test_stops_at_its_limits(self, csv_file):
        path = csv_file(sav_of(["Q1"], [[1], [2]]), name="answers.sav")

        assert problem_of(path, limits=Limits(rows=1)).code == "too_many_rows"

    def test_refuses_what_only_ends_like_one(self, csv_file):
        assert problem_of(csv_file("a,b\n", name="answers.sav")).code == "not_spss"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (7.0, "7"),
        (-0.5, "-0.5"),
        (False, "FALSE"),
        (datetime.time(9, 30), "09:30:00"),
        (datetime.timedelta(hours=30, minutes=5), "30:05:00"),
    ],
)
def test_a_value_as_a_person_reads_it(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (16_383, "XFD")]
)
def test_a_columns_letters(place, name):
    assert letters(place) == name


def test_every_problem_is_a_sentence_that_says_what_to_do():
    assert all(
        text.startswith("%(file)s") and text.endswith(".") for text in SENTENCES.values()
    )
    assert all("; " in text for text in SENTENCES.values())


def test_a_problem_may_be_told_in_other_words():
    problem = Problem("ragged_row", "a.csv", 3, params={"cells": 1, "columns": 2})

    assert problem.sentence({"ragged_row": "%(line)d行:%(cells)d"}) == "3行:1"


@pytest.mark.parametrize(
    ("content", "decimal"),
    [
        ('name,fee\na,"1,200"\nb,"12,345"\n', "."),  # thousands, put between quotes
        ('name,fee\na,"¥1,200"\nb,"-1,234,567.50"\n', "."),
        ('name,fee\na,"1,5"\nb,"1,200"\n', ","),
        ("name;fee\na;1,200\nb;2,300\n", ","),
        ("name;fee\na;1.200,50\nb;12,5 %\n", ","),
        ("name;fee\na;3.5\nb;4.5\n", "."),
    ],
)
def test_commas_part_thousands_where_they_part_the_columns_too(csv_file, content, decimal):
    assert read_table(csv_file(content)).read_as.decimal == decimal


def test_a_number_has_as_many_digits_as_a_spreadsheet_shows(workbook):
    table = read_table(workbook(["name", "share"], ["a", 0.05 * 12], ["b", 1 / 3]))
    assert [row.cells[1] for row in table.rows] == ["0.6", "0.333333333333333"]


def test_what_is_true_is_no_1_although_they_are_equal(workbook):
    path = workbook(["a", "b"], [1, 0], [True, False], [1, 0], [True, 1], [-0.5, "1"])
    rows = [row.cells for row in read_table(path).rows]

    assert rows == [("1", "0"), ("TRUE", "FALSE"), ("1", "0"), ("TRUE", "1"), ("-0.5", "1")]


@pytest.mark.parametrize("start", ["<x:c ", "<c t='n' ", "<c\t"])
def test_a_cell_that_is_written_in_another_way_is_seen_all_the_same(workbook, start):
    path = workbook(["a", "b"], [1, 2], [3, 4])
    member = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    near, far = b'<c r="B3"', start.encode() + b'r="ZZZ3"'
    end = b"</x:c>" if start.startswith("<x:") else b"</c>"
    assert near in parts[member]
    sheet = parts[member].replace(near, far)
    parts[member] = sheet.replace(b"4</v></c>", b"4</v>" + end)
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)

    assert problem_of(path).code == "far_cell"
