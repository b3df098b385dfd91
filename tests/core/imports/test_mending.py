"""Rejected rows go out, come back corrected, and are known again."""

import pytest

from gapless.core.files.exports import csv_response
from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.mapping import Column, FileMap
from gapless.core.imports.mending import (
    as_it_was,
    lines_of,
    marked,
    mended_map,
    origin_of,
    without_marks,
)
from gapless.core.imports.tables import ReadAs, Row, Table

HEADER = ("id", "e1", "p1", "comment")
TITLES = ("行", "列", "原因", "怎么办")
MAP = FileMap(
    columns=(
        Column("id", ColumnKind.RESPONDENT),
        Column("e1", ColumnKind.EXPECTATION, item="1"),
        Column("p1", ColumnKind.PERCEPTION, item="1"),
        Column("comment"),
    )
)


def table(header=HEADER, rows=(), **how):
    return Table("a.csv", tuple(header), [Row(i, r) for i, r in enumerate(rows, 2)], **how)


@pytest.mark.parametrize("titles", [TITLES, ("Line", "Column", "What is wrong")])
def test_a_file_with_our_columns_names_its_import_in_any_language(titles):
    header = [*marked(12, titles), *HEADER]
    assert origin_of(header) == 12
    assert without_marks(header) == HEADER


@pytest.mark.parametrize("dot", ["·", "路", "Â·", "?"])
def test_whatever_a_program_made_of_the_dot_the_file_is_known(dot):
    header = [name.replace("·", dot) for name in marked(12, ["Line", "Column"])]
    assert origin_of(header) == 12
    assert without_marks([*header, "id"]) == ("id",)


@pytest.mark.parametrize(
    "header",
    [HEADER, [*marked(1, ["Line"]), *marked(2, ["Line"])], ["Gapless 7", "Gapless x · a"]],
)
def test_other_files_name_none(header):
    assert origin_of(header) is None


def test_the_mapping_fits_the_file_that_comes_back():
    header = [*marked(12, TITLES), "p1", "e1", "id"]
    read_as = ReadAs(decimal=",", encoding="gb18030")
    found = mended_map(MAP, header, original=table(read_as=read_as))
    assert [(c.name, c.kind.value) for c in found.columns[4:]] == [
        ("p1", "perception"),
        ("e1", "expectation"),
        ("id", "respondent"),
    ]
    assert {c.kind.value for c in found.columns[:4]} == {"ignore"}
    # The file is ours and in UTF-8; what stands in its cells is theirs.
    assert (found.reading.encoding, found.reading.decimal) == ("", ",")


def test_a_file_without_a_column_that_counts_is_another_file():
    assert mended_map(MAP, [*marked(12, TITLES), "id", "e1"], original=table()) is None


CELLS = ["=1+1", "-3", "+1", "@me", "'tis", " =x", "plain", "7", "", "－１", "\tx"]


@pytest.mark.parametrize("cell", CELLS)
def test_what_an_export_disarms_comes_back_as_it_was(cell):
    content = csv_response("a.csv", ["a", "b"], [[cell, "x"]]).content.decode("utf-8-sig")
    written = content.splitlines()[1].removesuffix(",x").strip('"')
    back = as_it_was(table(("a", "b"), [(written, "x")]))
    assert next(iter(back.lines)).cells[0] == cell


def test_the_lines_of_the_original_are_read_from_the_file():
    header = [*marked(12, TITLES), "id"]
    rows = [("4", "p1", "no", "do", "1"), ("10", "", "", "", "2"), ("?", "", "", "", "3")]
    assert lines_of(table(header, rows)) == {2: 4, 3: 10}
    assert lines_of(table(rows=[("1", "2", "3", "4")])) == {}
