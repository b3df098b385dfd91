"""Old workbooks, sheets, SPSS labels; and that our own exports come in unchanged."""

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapless.core.files.exports import as_typed, csv_response, disarmed, xlsx_response
from gapless.core.imports import parse_spss
from gapless.core.imports.reading import read_table
from gapless.core.imports.tables import Label, Limits, Reading, UnreadableFile
from tests.core.imports.corpus.spss import sav_of
from tests.core.imports.corpus.xls import DAY, compound_of, xls_of


@pytest.fixture
def written(tmp_path):
    def write(content, name):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


class TestOldWorkbooks:
    def test_are_read_like_new_ones(self, written):
        rows = [["厅", "分", "日期"], ["东厅", 7, (46_083, DAY)], ["西厅", 3.5, 46_083]]
        table = read_table(written(xls_of(rows), "answers.xls"))

        assert table.header == ("厅", "分", "日期")
        assert list(table.rows) == [
            (2, ("东厅", "7", "2026-03-02")),
            (3, ("西厅", "3.5", "46083")),
        ]
        assert list(table.rows) == list(table.rows)

    def test_tell_their_hidden_sheets_and_read_the_first_that_is_shown(self, written):
        path = written(xls_of([["a"], [1]], hidden=["说明"]), "answers.xls")
        table = read_table(path)

        assert (table.read_as.sheet, table.read_as.sheets) == ("答卷", ("说明", "答卷"))
        assert [note.code for note in table.notes] == ["hidden_sheets"]
        assert read_table(path, reading=Reading(sheet="说明")).header == ("x",)

    def test_may_have_merged_names(self, written):
        rows = [["厅", "服务", None], [None, "快", "好"], ["东", 7, 6]]
        merged = [(0, 0, 1, 0), (0, 1, 0, 2)]
        table = read_table(written(xls_of(rows, merged=merged), "answers.xls"))

        assert table.header == ("厅", "服务 / 快", "服务 / 好")

    @pytest.mark.parametrize(
        "content",
        [
            xls_of([["a"], [1]], far=(65_000, 255)),
            xls_of([["a"], [1]])[:2_000],
            compound_of(b"no records"),
        ],
    )
    def test_harm_nobody(self, written, content):
        with pytest.raises(UnreadableFile, match="not an XLS"):
            read_table(written(content, "answers.xls"))

    def test_may_be_text_under_another_name(self, written):
        table = read_table(written(b"a\tb\n1\t2\n", "answers.xls"))
        assert (table.header, table.read_as.delimiter) == (("a", "b"), "\t")


def _xlsx(path):
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_column(3, 2, ["分", 7])


def _xls(path):
    blank = [None] * 3
    path.write_bytes(xls_of([blank, blank, blank, [*blank[:2], "分"], [*blank[:2], 7]]))


@pytest.mark.parametrize(("write", "name"), [(_xlsx, "a.xlsx"), (_xls, "a.xls")])
def test_a_sheet_may_begin_anywhere(tmp_path, write, name):
    path = tmp_path / name
    write(path)
    table = read_table(path)

    assert table.header == ("A", "B", "分")
    assert list(table.rows) == [(5, ("", "", "7"))]


class TestSpss:
    def test_labels_stand_beside_the_codes(self, written):
        content = sav_of(
            ["Q1", "Q2"],
            [[1, 5], [5, None]],
            labels={"Q1": "满意度"},
            values={"Q1": {1: "不满意", 5: "满意"}},
        )
        table = read_table(written(content, "answers.sav"))

        assert list(table.rows) == [(1, ("1", "5")), (2, ("5", ""))]
        assert table.labels == {"Q1": Label("满意度", (("1", "不满意"), ("5", "满意")))}

    def test_cases_are_read_some_at_a_time(self, written, monkeypatch):
        monkeypatch.setattr(parse_spss, "AT_A_TIME", 3)
        path = written(sav_of(["Q1"], [[n] for n in range(9)]), "answers.sav")
        _, *cases = parse_spss.things(str(path), rows=True)

        assert cases == [[str(n)] for n in range(9)]

    def test_every_case_comes_up_to_the_limit(self, written):
        path = written(sav_of(["Q1"], [[n % 5 + 1] for n in range(2_000)]), "answers.sav")

        assert sum(1 for _ in read_table(path).lines) == 2_000
        with pytest.raises(UnreadableFile, match="1999 rows"):
            read_table(path, limits=Limits(rows=1_999))


words = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12
)
tables = st.lists(
    st.tuples(words, words, words).filter(lambda row: any(map(str.strip, row))),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize(
    ("export", "ending"), [(csv_response, "csv"), (xlsx_response, "xlsx")]
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables)
def test_what_we_export_comes_in_as_it_went_out(tmp_path, rows, export, ending):
    """reliability.md F14: the re-import of an exported file is no change."""
    header = ("单位", "第一题", "意见")
    path = tmp_path / f"answers.{ending}"
    path.write_bytes(export("answers", header, rows).content)
    once = read_table(path, reading=Reading(header_line=1, header_rows=1))
    assert [row.cells for row in once.rows] == [tuple(map(disarmed, row)) for row in rows]

    typed = [tuple(map(as_typed, row.cells)) for row in once.rows]
    assert typed == rows
    path.write_bytes(export("answers", once.header, typed).content)
    again = read_table(path, reading=Reading(header_line=1, header_rows=1))
    assert (again.header, list(again.rows)) == (once.header, list(once.rows))
