"""Answers read many rows at a time are what they are cell by cell; so is every refusal."""

from dataclasses import dataclass, replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.cli.gap import cells
from gapless.cli.gap.cells import Scale, read_cells
from gapless.cli.gap.mapping import Refused
from gapless.core.imports import plain
from gapless.core.imports.delimited import Delimited
from gapless.core.imports.reading import read_table

HEADER = "unit,e1,p1,p2,points,weight\n"

code = st.sampled_from(["", "1", "5", "7", "7.0", " 6", "99", "+3", "-1", "7."])
wrong_code = st.sampled_from(
    ["8", "x", "3.5", "3,5", "２", "1e3", "2024-01-31", "12345678901", "-"]
)
points = st.sampled_from(["", "20", "33.3", "33.333000000", "0.125"])
weight = st.sampled_from(["", "1", "0.8912345678", "1000", ".5"])
unit = st.sampled_from(["南门店", "北门店", " 南门店", '"南门店"', '"南\n门"', ""])


@st.composite
def files(draw):
    """Sound rows, few other ones between them."""
    lines = []
    for _ in range(draw(st.integers(0, 10))):
        cell = draw(st.sampled_from([code] * 7 + [wrong_code]))
        row = [draw(each) for each in (unit, code, cell, code, points, weight)]
        row += draw(st.sampled_from([[]] * 9 + [["1"]]))
        lines += [",".join(row)] * draw(st.sampled_from([1, 4]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return (HEADER + "\n".join(lines)).replace("\n", end)


@dataclass
class OneByOne:
    rows: Delimited

    def __iter__(self):
        return iter(self.rows)


def outcome(table, where, scale):
    alike = cells.codes(missing={"99"}, scale=scale)
    asked = [("p2", alike), ("e1", cells.codes(missing={"7"})), ("p1", alike)]
    amounts = [("points", cells.points()), ("weight", cells.case_weights(missing={"1"}))]
    try:
        found = read_cells(table, asked, amounts, where=where)
    except Refused as refused:
        return refused.sentences, refused.more
    return found.rows, found.codes.tolist(), found.amounts.tolist()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("many") / "answers.csv"


@given(
    content=files(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    where=st.sampled_from([(), [("unit", "南门店")], [("unit", "南门店"), ("e1", "6")]]),
    scale=st.sampled_from([None, Scale(1, 7, given=True)]),
    size=st.sampled_from([100, 2**16]),
)
def test_the_same_comes_of_the_same_file(path, content, encoding, where, scale, size):
    path.write_text(content, encoding, newline="")
    table = read_table(path)
    with mock.patch.multiple(plain, SIZE=size, FEW=0):
        many = outcome(table, where, scale)

    assert many == outcome(replace(table, lines=OneByOne(table.lines)), where, scale)


def test_a_million_cells_keep_their_places(path):
    answers = np.random.default_rng(5).integers(1, 8, (20_000, 6))
    answers[:, 0] = np.arange(20_000)
    names = HEADER.strip()
    np.savetxt(path, answers, "%d", delimiter=",", header=names, comments="")
    asked = [(name, cells.codes()) for name in ("e1", "p1", "p2")]
    found = read_cells(read_table(path), asked, [("points", cells.points())])

    assert np.array_equal(found.codes, answers[:, 1:4])
    assert np.array_equal(found.amounts[:, 0], 1_000 * answers[:, 4])


def test_the_hundredth_wrong_cell_is_counted_and_the_first_told_by_its_line(path):
    path.write_text(HEADER + "A,5,5,5,20,1\n" * 500 + "A,5,5,x,20,1\n" * 100)
    with pytest.raises(Refused) as refused:
        read_cells(read_table(path), [("p2", cells.codes())], [])

    assert refused.value.sentences[0] == (
        "answers.csv line 502, column “p2”: “x” is not a number; write a whole number, or,"
        " if it was not answered, leave the cell blank or list it as missing in the map."
    )
    assert (len(refused.value.sentences), refused.value.more) == (20, 80)
