"""Which encoding a text is in: told by evidence, never by luck."""

import pytest

from gapless.core.imports.encodings import LEGACY, encoding_of
from gapless.core.imports.reading import read_table
from gapless.core.imports.tables import Problem, Reading, UnreadableFile

SIMPLIFIED = "厅,意见\n东城厅,排队太久，窗口少\n西城厅,工作人员态度不错\n"
TRADITIONAL = "廳,意見\n東城廳,排隊太久，窗口少\n西城廳,工作人員態度不錯\n"
WESTERN = "Zweigstelle,Bemerkung\nMünchen,très bien, señor\nKöln,größer\n"
KOREAN = "지점,의견\n서울,대기 시간이 길었습니다\n부산,직원이 친절했습니다\n"


@pytest.fixture
def told(tmp_path):
    def write(content, **options):
        path = tmp_path / "answers.csv"
        path.write_bytes(content)
        return encoding_of(path, name="answers.csv", **options)

    return write


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "cp950", "big5hkscs"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (WESTERN, "cp1252", "cp1252"),
        (WESTERN, "latin-1", "cp1252"),
        (KOREAN, "cp949", "cp949"),
        ("a,b\n1,2\n", "ascii", "utf-8"),
        ("a,b\n1,2\n", "utf-16-le", "utf-16-le"),
    ],
)
def test_an_encoding_is_told_from_the_text(told, text, encoding, expected):
    assert told(text.encode(encoding)) == expected


@pytest.mark.parametrize(
    "word", ["厅", "满意", "很好", "服务态度", "剩 2 小时", "1 为选中"]
)
def test_a_word_of_gb18030_is_enough(told, word):
    assert told(f"a\n{word}\n".encode("gb18030")) == "gb18030"


@pytest.mark.parametrize("word", ["滿意", "很好", "服務態度", "排隊太久"])
def test_a_word_of_big5_is_enough(told, word):
    assert told(f"a\n{word}\n".encode("big5")) == "big5hkscs"


@pytest.mark.parametrize("word", ["café", "Ärger", "naïve", "señor"])
def test_a_western_word_is_enough(told, word):
    assert told(f"a\n{word}\n".encode("cp1252")) == "cp1252"


def test_the_text_may_begin_after_megabytes_of_figures(told):
    assert told(b"a,b\n" + b"1,2\n" * 400_000 + "很好".encode("gb18030")) == "gb18030"


def test_what_nothing_speaks_for_is_refused(told):
    with pytest.raises(UnreadableFile, match="line 2"):
        told(b"a\n\xff\xff\n")


def test_somebody_may_insist(told):
    content = SIMPLIFIED.encode("gb18030")
    assert told(content, insisted="BIG5HKSCS") == "big5hkscs"
    assert all(told(content, insisted=encoding) == encoding for encoding in LEGACY)
    with pytest.raises(UnreadableFile, match="gb18030"):
        told(content, insisted="zip")


def test_rows_of_another_encoding_are_rejected_and_not_garbled(tmp_path):
    lines = SIMPLIFIED.splitlines(keepends=True)
    path = tmp_path / "mixed.csv"
    path.write_bytes(
        (lines[0] + lines[1]).encode() + lines[2].encode("gb18030") + lines[1].encode() * 9
    )
    first, strange, *_ = read_table(path).lines

    assert first.cells[0] == "东城厅"
    assert (strange.code, strange.line, strange.column) == ("undecodable", 3, "厅")
    assert isinstance(strange, Problem)
    assert strange.cells[0].startswith("\ufffd")


def test_the_wrong_encoding_rejects_rows_and_does_not_fail(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(SIMPLIFIED.encode("gb18030"))
    table = read_table(path, reading=Reading(encoding="utf-8"))

    assert table.read_as.encoding == "utf-8"
    assert {line.code for line in table.lines} == {"undecodable"}
