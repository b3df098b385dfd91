"""What only a person can say is asked with what was seen, and never applied unasked."""

from hypothesis import given
from hypothesis import strategies as st

from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.confirming import About, Choice, answered, open_questions
from gapless.core.imports.mapping import Column, FileMap, Scale
from gapless.core.imports.suggestions import shown, suggested
from gapless.core.imports.tables import Label, Row, Table
from gapless.core.instruments.choices import ItemKind


def table_of(header, *columns):
    rows = zip(*columns, strict=True)
    return Table("a.csv", tuple(header), tuple(Row(n, r) for n, r in enumerate(rows, 2)))


def asked(table, file_map):
    return {
        (q.about, q.columns, q.cells[0][0]): q.suggestion
        for q in open_questions(table, file_map)
    }


POINTS = ["1", "2", "3", "4", "5", "5", "4", "0", "6", "6"]
RECOMMENDED = ["0", "1", "2", "3", "10", "9", "8", "7", "11", "11"]


def test_numbers_beside_the_scale_are_asked_about():
    table = table_of(["q1", "q2", "nps"], POINTS, POINTS, RECOMMENDED)
    file_map = suggested(table)
    assert [c.kind for c in file_map.columns] == [K.SCORE, K.SCORE, K.NPS]
    assert asked(table, file_map) == {
        (About.CODE, ("q1", "q2"), "0"): Choice.MISSING,
        (About.CODE, ("q1", "q2"), "6"): Choice.NOT_APPLICABLE,
        (About.CODE, ("nps",), "11"): Choice.MISSING,
    }
    # Nothing is applied unasked, and the scale shown is the one without codes.
    assert all(c.missing == c.not_applicable == () for c in file_map.columns)
    assert shown(table, file_map, rows=100).spans[ItemKind.SCORE] == Scale(1, 5)


def test_a_whole_scale_has_no_codes():
    for points in (range(1, 8), range(11), range(1, 11), range(1, 6)):
        cells = [str(point) for point in points]
        file_map = FileMap(columns=(Column("q1", K.SCORE, item="q1"),))
        assert asked(table_of(["q1"], cells), file_map) == {}


def test_words_for_no_answer_are_asked_about():
    cells = ["1", "2", "3", "4", "5", "不详", "?", "never used"]
    file_map = FileMap(columns=(Column("q1", K.SCORE, item="q1"),))
    assert asked(table_of(["q1"], cells), file_map) == {
        (About.CODE, ("q1",), "不详"): Choice.NOT_APPLICABLE,
        (About.CODE, ("q1",), "?"): Choice.MISSING,
        (About.CODE, ("q1",), "never used"): Choice.NOT_APPLICABLE,
    }


def test_the_words_of_a_scale_get_points():
    cells = ["非常满意", "满意", "一般", "不满意", "非常不满意"]
    file_map = FileMap(columns=(Column("q1", K.SCORE, item="q1"),))
    [question] = open_questions(table_of(["q1"], cells), file_map)
    assert question.suggestion == Choice.CODING
    assert dict(question.coding) == {word: 5 - at for at, word in enumerate(cells)}
    [strange] = open_questions(table_of(["q1"], ["super", "meh"]), file_map)
    assert (strange.about, strange.suggestion) == (About.WORDS, "")


def test_an_order_of_dates_is_asked_and_not_guessed():
    columns = (Column("date", K.TIME), Column("q1", K.SCORE, item="q1"))
    both = table_of(["date", "q1"], ["05/11/2016", "06/12/2016"], ["1", "5"])
    assert suggested(both).date_order == ""
    [question] = open_questions(both, FileMap(columns=columns))
    assert (question.about, question.suggestion) == (About.DATE_ORDER, "")
    assert set(question.choices) == {"dmy", "mdy"}
    one = table_of(["date", "q1"], ["05/11/2016", "06/13/2016"], ["1", "5"])
    assert suggested(one).date_order == "mdy"


def test_dates_that_programs_write_for_none_are_asked_about():
    days = ["12/31/1899 09:30:00 AM", "05/13/2017", "05/14/2017", "01/01/2095"]
    columns = (Column("date", K.TIME), Column("q1", K.SCORE, item="q1"))
    file_map = FileMap(columns=columns, date_order="mdy")
    table = table_of(["date", "q1"], days, ["1", "2", "3", "4"])
    assert asked(table, file_map) == {
        (About.NO_DATE, ("date",), "1899-12-31"): Choice.NO_DATE,
        (About.NO_DATE, ("date",), "2095-01-01"): "",
    }


def test_options_that_nobody_listed_are_asked_about():
    column = Column("sex", K.SINGLE, item="sex", options=("f", "m"))
    table = table_of(["sex"], ["f", "m", "x", "不详"])
    found = asked(table, FileMap(columns=(column,)))
    assert found == {
        (About.OPTIONS, ("sex",), "f"): Choice.OPTIONS,
        (About.CODE, ("sex",), "不详"): Choice.NOT_APPLICABLE,
    }


def test_labels_of_spss_say_what_numbers_mean():
    labels = {
        "q1": Label("Staff", tuple(zip("12345", SCALE, strict=True))),
        "sex": Label("Sex", (("1", "male"), ("2", "female"), ("9", "refused"))),
    }
    plain = table_of(["q1", "sex"], list("12345"), list("12129"))
    table = Table("a.sav", plain.header, plain.lines, labels=labels)
    score, sex = suggested(table).columns
    assert (score.kind, score.text) == (K.SCORE, "Staff")
    assert (sex.kind, sex.options) == (K.SINGLE, ("male", "female"))
    assert (sex.coding, sex.missing) == ((("1", 0), ("2", 1)), ("9",))


SCALE = ["strongly disagree", "disagree", "neutral", "agree", "strongly agree"]

cells = st.lists(
    st.integers(-2, 12).map(str) | st.sampled_from(["", "?", "agree", "a┋b", "1/2/2016"]),
    min_size=1,
    max_size=30,
)
kinds = st.sampled_from([K.SCORE, K.NPS, K.SINGLE, K.NUMBER, K.DATE, K.TIME, K.OVERALL])


@given(cells, kinds, st.data())
def test_a_question_that_was_answered_is_not_asked_again(column, kind, data):
    table = table_of(["q"], column)
    file_map = FileMap(columns=(Column("q", kind, item="q"),))
    for _ in range(60):
        questions = open_questions(table, file_map)
        if not questions:
            break
        first, *_ = questions
        assert first.suggestion in ("", *first.choices)
        choice = data.draw(st.sampled_from(first.choices))
        coding = tuple((cell, 1) for cell, _ in first.cells)
        points = coding if choice == Choice.CODING else ()
        file_map = answered(file_map, first, choice, points)
        assert first.key not in {q.key for q in open_questions(table, file_map)}
    assert open_questions(table, file_map) == ()
