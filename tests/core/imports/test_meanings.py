"""What cells of every kind stand for, and what none of them does."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.analytics.answers import (
    NO_SUCH_NUMBER,
    NOT_APPLICABLE,
    WEIGHT_LIMIT,
    Kind,
    Layout,
    Question,
    written,
)
from gapless.core.imports.cells import Wrong
from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.mapping import Column, FileMap, Scale
from gapless.core.imports.meanings import Meaning


def meaning(column, *others, decimal=".", **changes):
    file_map = FileMap(columns=(column, *others), **changes)
    return Meaning(column, file_map, decimal=decimal)


def values(found):
    assert not isinstance(found, Wrong), found.code
    return {side: value for (_, side), value in found}


def code(found):
    assert isinstance(found, Wrong)
    return found.code


SEX = Column("sex", K.SINGLE, item="sex", options=("男", "女", "Other"), coding=(("2", 1),))
VISITS = Column(
    "done", K.MULTIPLE, item="done", options=("宽带", "缴费", "其他"), separator="┋"
)


def test_a_choice_is_told_by_its_words_or_its_code():
    of = meaning(SEX, missing=("-",), not_applicable=("n/a",))
    assert [values(of[cell]) for cell in ("男", "女", "2", "2.0", "other", " 男 ")] == [
        {0: 0},
        {0: 1},
        {0: 1},
        {0: 1},
        {0: 2},
        {0: 0},
    ]
    assert (of[""], of["-"]) == ((), ())
    assert values(of["n/a"]) == {0: NOT_APPLICABLE}
    assert code(of["3"]) == "no_such_option"


def test_several_options_stand_in_one_cell():
    of = meaning(VISITS)
    assert values(of["宽带┋其他〖修电话〗"]) == {0: 1, 1: 0, 2: 1}
    assert values(of["缴费"]) == {0: 0, 1: 1, 2: 0}
    assert of[""] == ()
    assert code(of["宽带┋电视"]) == "no_such_option"


def test_each_option_may_have_a_column():
    columns = [Column(n, K.MULTIPLE, item="done", option=n) for n in ("a", "b", "c")]
    of = meaning(columns[1], columns[0], columns[2])
    # The options stand in the order of the columns: b first.
    assert [values(of[cell]) for cell in ("1", "Y", "b", "是", "√")] == [{0: 1}] * 5
    assert [values(of[cell]) for cell in ("0", "No", "0.0")] == [{0: 0}] * 3
    assert code(of["perhaps"]) == "not_ticked"


def test_a_number_is_kept_in_its_last_place():
    of = meaning(Column("fee", K.NUMBER, item="fee", decimals=2), missing=("-1",))
    assert values(of["12.5"]) == {0: 1250}
    assert values(of["1,234.50"]) == {0: 123450}
    assert of["-1"] == ()
    assert code(of["1.255"]) == "too_many_decimals"
    assert code(of["10000.01"]) == "number_too_large"
    assert code(of["many"]) == "not_a_number"
    for cell in ("¥1,200.50", "1,200.5 元", "1 200.50", "$1200.50", "￥1,200.50"):
        assert of[cell] == ((("fee", 0), 120_050),)
    assert of["-1,200"] == of["-$1,200.00"] == ((("fee", 0), -120_000),)
    assert of["45%"] == of["45.0 ％"] == of["0.45"]
    assert code(of["45.5%"]) == "too_many_decimals"
    for cell in ("1,20", "1,2000", "12%%", "$", "5 stars", "1,200,5", "1.2.3"):
        assert code(of[cell]) == "not_a_number"
    comma = meaning(Column("fee", K.NUMBER, item="fee", decimals=2), decimal=",")
    assert comma["1.200,50"] == comma["1200,5"] == comma["€ 1 200,50"] == of["1200.50"]
    # A point that parts no thousands is not passed over: 1.5 is not 15.
    assert comma["1.5"] == of["1.5"]
    assert values(comma["1.234,5"]) == {0: 123450}


def test_a_date_is_kept_in_days():
    column = Column("bought", K.DATE, item="bought", not_applicable=("never",))
    of = meaning(column, date_order="dmy", no_dates=("1900-01-01",))
    assert values(of["2/1/1970"]) == {0: 1}
    assert of["1/1/1900"] == ()
    assert values(of["never"]) == {0: NO_SUCH_NUMBER}
    assert code(of["soon"]) == "time_unreadable"


def test_a_weight_is_rounded_once_to_millionths():
    of = meaning(Column("w", K.CASE_WEIGHT, item="w"))
    assert values(of["0.8694341151"]) == {0: 869_434}
    assert values(of["0.0000025"]) == {0: 2}  # half to even
    assert [code(of[cell]) for cell in ("0", "-1", "1000.1", "x")] == ["not_a_weight"] * 4


@given(st.decimals("0.000001", 1000, places=6))
def test_a_weight_of_six_places_is_kept_exactly(weight):
    [((_, _), kept)] = meaning(Column("w", K.CASE_WEIGHT, item="w"))[f"{weight:f}"]
    assert Decimal(kept) / 1_000_000 == weight
    assert kept <= WEIGHT_LIMIT


def test_a_zone_has_three_sides_and_one_scale():
    zone = [
        Column(name, kind, item="1", scale=Scale(1, 9))
        for name, kind in (("a", K.LEAST), ("d", K.DESIRED), ("p", K.PERCEPTION))
    ]
    found = [values(meaning(c, *zone)["9"]) for c in zone]
    assert found == [{0: 9}, {1: 9}, {2: 9}]


def test_a_columns_own_codes_go_before_the_files():
    column = Column("q", K.SCORE, item="q", missing=("0",), not_applicable=("6",))
    of = meaning(column, missing=("3",), coding=(("good", 5),))
    assert (of["0"], of["3"]) == ((), ())
    assert values(of["6"]) == {0: NOT_APPLICABLE}
    assert values(of["good"]) == {0: 5}
    # A coding of its own says that a code of the file is an answer here.
    own = Column("q", K.SCORE, item="q", coding=(("3", 3),))
    assert values(meaning(own, missing=("3",))["3"]) == {0: 3}


def test_recommending_goes_from_0_to_10():
    of = meaning(Column("n", K.NPS, item="n", missing=("11",)))
    assert values(of["0"]) == {0: 0}
    assert of["11"] == ()
    assert code(of["12"]) == "off_scale"


KINDS = [
    (Column("q", K.SCORE, item="q"), Question("q", Kind.SCORE)),
    (SEX, Question("sex", Kind.SINGLE, options=3)),
    (VISITS, Question("done", Kind.MULTIPLE, options=3)),
    (Column("q", K.NUMBER, item="q", decimals=1), Question("q", Kind.NUMBER)),
    (Column("q", K.DATE, item="q"), Question("q", Kind.DATE)),
    (Column("q", K.CASE_WEIGHT, item="q"), Question("q", Kind.CASE_WEIGHT)),
    (Column("q", K.NPS, item="q"), Question("q", Kind.NPS, low=0, high=10)),
]
CELLS = st.text(max_size=12) | st.integers().map(str) | st.decimals().map(str)


@pytest.mark.parametrize(("column", "question"), KINDS)
@given(cell=CELLS | st.sampled_from(["宽带┋缴费", "男", "2014-05-03", "na"]))
def test_whatever_a_cell_says_can_be_stored_or_is_wrong(column, question, cell):
    found = meaning(column, not_applicable=("na",))[cell]
    if not isinstance(found, Wrong):
        written(Layout((question,)), [dict(found)])
