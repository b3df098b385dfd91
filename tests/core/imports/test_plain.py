"""Plain rows are read many at a time: the same rows and problems as one by one."""

from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gapless.core.imports import plain
from gapless.core.imports.delimited import Delimited
from gapless.core.imports.headers import Header
from gapless.core.imports.plain import Lookup, Plain, parts
from gapless.core.imports.tables import Limits, Row, Table, UnreadableFile

NAMES = ("a", "b", "c")
LIMITS = Limits()

PLAIN = ["1,2,3", "7,,10", " 5,-1,7.0", "南门店,é,1", "1234567890,\x85,\u2028", ",,", ""]
STRANGE = [
    *("1,2", "1,2,3,4", ",,,", "\ufeff1,2,3", "1\0,2,3", f"{'x' * 30},2,3"),
    *('"1",2,3', '1,"2,2",3', '1,2,5" x', '1,2,"x"y', '1,"2', '2",3', '1,2,"3', '4,5",6'),
]


@st.composite
def files(draw, delimiter):
    """Plain rows, and between them whatever people and programs write."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    row = st.sampled_from(PLAIN * 3 + STRANGE).map(lambda row: row.replace(",", delimiter))
    ends = st.sampled_from([end] * 30 + ["\r", "\r\n"])
    text = "".join(each + draw(ends) for each in draw(st.lists(row, max_size=20)))
    return text if draw(st.booleans()) else text.rstrip("\r\n")


def written(path, text, encoding, mark):
    path.write_bytes((mark + text).encode(encoding, "replace"))


def outcome(every):
    """What comes of going through it: rows, problems with their cells, the end of it."""
    found = []
    try:
        for each in every:
            if isinstance(each, Plain):
                found += [each.row(at) for at in range(len(each))]
            else:
                found.append(each)
    except UnreadableFile as error:
        found += error.problems
    return [each if isinstance(each, Row) else (each, each.cells) for each in found]


def both(path, *, encoding="utf-8", delimiter=",", last=1, limits=LIMITS):
    header = Header(NAMES, 1, 1, last, ())
    rows = Delimited(path, path.name, encoding, delimiter, header, limits)
    return outcome(parts(Table(path.name, NAMES, rows))), outcome(rows)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("plain") / "answers.csv"


@settings(max_examples=300)
@given(
    data=st.data(),
    delimiter=st.sampled_from([",", ";", "\t", "|", "，"]),
    encoding=st.sampled_from(
        ["utf-8", "utf-16-le", "gb18030", "big5hkscs", "shift_jis", "cp1252"]
    ),
    mark=st.sampled_from(["", "", "\ufeff"]),
    last=st.integers(0, 3),
    size=st.sampled_from([7, 64, 2**16]),
    few=st.sampled_from([0, 1, 4]),
    limits=st.sampled_from([LIMITS, Limits(rows=5), Limits(characters=9)]),
)
def test_many_at_a_time_are_the_same_as_one_by_one(
    path, data, delimiter, encoding, mark, last, size, few, limits
):
    written(path, data.draw(files(delimiter)), encoding, mark)
    with mock.patch.multiple(plain, SIZE=size, FEW=few):
        fast, slow = both(
            path, encoding=encoding, delimiter=delimiter, last=last, limits=limits
        )

    assert fast == slow


@pytest.mark.parametrize("size", [7, 2**16])
@pytest.mark.parametrize(
    "content",
    [
        "1,2,3\n1\0,2,3\n1,2,3\n",
        "1,2,3\n" * 9,
        "1,2,3\n" * 3 + '4,"5",6\n' * 3 + "7,8,9\n" * 3,
        # A frame that never closes takes lines back that were read already.
        '1,"2,3\n' + "4,5,6\n" * 300,
        # Blank lines do not end the doubt that a broken line leaves.
        '1,"2,3\n' + '4"x,5,6\n' * 200 + "\n" * 40 + '4,5" x,6\n',
    ],
)
def test_lines_that_bear_on_others(path, content, size):
    path.write_text("a,b,c\n" + content)
    with mock.patch.multiple(plain, SIZE=size, FEW=0):
        fast, slow = both(path)
        few_fast, few_slow = both(path, limits=Limits(rows=5))

    assert fast == slow
    assert few_fast == few_slow


@given(
    content=st.binary(max_size=60) | st.text('1,\n"\r', max_size=60).map(str.encode),
    encoding=st.sampled_from(
        ["utf-8", "utf-16-be", "gb18030", "cp949", "cp950", "latin-1"]
    ),
    size=st.sampled_from([5, 16, 2**16]),
)
@example(b"1,2,3\n" * 3 + b"1,\x81,3\n1,2,3\n", "gb18030", 16)
def test_whatever_bytes_come(path, content, encoding, size):
    path.write_bytes(content)
    with mock.patch.multiple(plain, SIZE=size, FEW=0):
        fast, slow = both(path, encoding=encoding, last=0)

    assert fast == slow


def test_plain_rows_do_come_many_at_a_time(path):
    path.write_text("a,b,c\n" + "1,2,3\r\n" * 1_000 + '1,"2",3\n' + "4,5,6\n" * 1_000)
    rows = Delimited(path, "answers.csv", "utf-8", ",", Header(NAMES, 1, 1, 1, ()), LIMITS)
    found = list(parts(Table("answers.csv", NAMES, rows)))

    assert sum(len(each) for each in found if isinstance(each, Plain)) == 2_000
    assert [each for each in found if not isinstance(each, Plain)] == [
        Row(1_002, ("1", "2", "3"))
    ]


def test_a_line_as_long_as_a_file_is_told_as_ever(path):
    path.write_text("a,b,c\n1,2,3\n" + "x" * (3 * 2**20) + ",2,3\n4,5,6\n")
    fast, slow = both(path)

    assert fast == slow
    assert fast[-1] == Row(4, ("4", "5", "6"))


@given(st.lists(st.tuples(*[st.text("01.-南 ", max_size=12)] * 3), min_size=1, max_size=30))
def test_a_cell_is_looked_up_by_its_text(path, rows):
    path.write_text("a,b,c\n" + "".join(",".join(row) + "\n" for row in rows), "utf-8")
    header = Header(NAMES, 1, 1, 1, ())
    every = Delimited(path, path.name, "utf-8", ",", header, LIMITS)
    lookup = Lookup(hash)
    with mock.patch.multiple(plain, FEW=0, SIZE=200):
        found = [
            numbers
            for each in parts(Table(path.name, NAMES, every))
            if isinstance(each, Plain)
            for numbers in lookup.of(each, [2, 0]).tolist()
        ]

    kept = [row for row in rows if any(row)]
    assert found == [[hash(row[2]), hash(row[0])] for row in kept]
