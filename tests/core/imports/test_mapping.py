"""A map says what a file means: it survives JSON, and names what is wrong with it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.evidence.choices import CollectionMode
from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.choices import DateOrder, State
from gapless.core.imports.flaws import flaws
from gapless.core.imports.mapping import (
    BadCoding,
    BadScale,
    Column,
    FileMap,
    Long,
    Scale,
    fingerprint,
    parse_coding,
    parse_options,
    parse_scale,
    written,
    written_options,
)
from gapless.core.imports.rules import STEPS, before
from gapless.core.imports.tables import SENTENCES, Reading
from gapless.core.imports.words import COLUMN, EVERY, FILE, sentence_of_flaw
from gapless.core.instruments.choices import ExpectationType, ItemKind

texts = st.text(max_size=12)
points = st.integers(-100, 127)
codings = st.lists(st.tuples(texts, points), max_size=3).map(tuple)
columns = st.builds(
    Column,
    name=texts,
    kind=st.sampled_from(K),
    item=texts,
    text=texts,
    dimension=texts,
    reverse=st.booleans(),
    coding=codings,
    scale=st.none() | st.builds(Scale, points, points),
    missing=st.lists(texts, max_size=2).map(tuple),
    not_applicable=st.lists(texts, max_size=2).map(tuple),
    options=st.lists(texts, max_size=3).map(tuple),
    separator=texts,
    option=texts,
    decimals=st.integers(0, 4),
    groups=st.booleans(),
)
maps = st.builds(
    FileMap,
    columns=st.lists(columns, max_size=4).map(tuple),
    scales=st.dictionaries(st.sampled_from(ItemKind), st.builds(Scale, points, points)),
    coding=codings,
    missing=st.lists(texts, max_size=3).map(tuple),
    where=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    unit=texts,
    time=texts,
    mode=st.sampled_from(CollectionMode),
    expectation=st.sampled_from(ExpectationType),
    form=texts,
    date_order=st.sampled_from(["", *DateOrder.values]),
    no_dates=st.lists(texts, max_size=2).map(tuple),
    real_dates=st.lists(texts, max_size=2).map(tuple),
    long=st.none() | st.builds(Long, texts, texts),
    reading=st.builds(Reading, sheet=texts, encoding=texts, header_rows=st.integers(0, 3)),
)


@given(maps)
def test_a_map_comes_back_from_json_as_it_went(file_map):
    assert FileMap.from_json(json.loads(json.dumps(file_map.to_json()))) == file_map


def test_a_map_of_the_first_version_is_read_as_it_was_meant():
    new = {"date_order", "no_dates", "real_dates", "long", "reading"}
    more = {
        "missing",
        "not_applicable",
        "options",
        "separator",
        "option",
        "decimals",
        "groups",
    }
    file_map = FileMap(
        columns=(Column("e1", K.EXPECTATION, item="1", coding=(("good", 5),)),),
        scales={ItemKind.PAIR: Scale(1, 5)},
        where=(("a", "b"),),
    )
    data = json.loads(json.dumps(file_map.to_json()))
    first = {name: value for name, value in data.items() if name not in new}
    first["columns"] = [
        {name: value for name, value in column.items() if name not in more}
        for column in data["columns"]
    ]
    assert FileMap.from_json(first | {"written_as": 1}) == file_map


words = st.text("ab1 女", min_size=1, max_size=5).map(str.strip).filter(bool)


@given(st.lists(words, max_size=4, unique=True), st.data())
def test_options_read_back_as_they_were_written(options, data):
    places = st.integers(0, max(len(options) - 1, 0))
    cells = st.lists(st.tuples(words, places), max_size=3)
    coding = data.draw(cells) if options else []
    column = Column("c", K.SINGLE, options=tuple(options), coding=tuple(coding))
    texts, found = parse_options(written_options(column))
    assert texts == column.options
    assert sorted(found) == sorted(coding)


def test_a_map_of_a_later_version_is_not_guessed_at():
    with pytest.raises(ValueError, match="written as 3"):
        FileMap.from_json(FileMap(columns=()).to_json() | {"written_as": 3})


@given(
    st.lists(st.tuples(st.text("abc 好", min_size=1).filter(str.strip), points), max_size=4)
)
def test_a_coding_reads_as_it_is_written(pairs):
    coding = tuple((text.strip(), number) for text, number in pairs)
    assert parse_coding(written(coding)) == coding


@pytest.mark.parametrize(
    "said",
    ["agree", "agree =", "= 5", "agree = five", "agree = --5", "agree = " + "5" * 30],
)
def test_what_is_no_coding_is_named(said):
    with pytest.raises(BadCoding, match=said.strip()):
        parse_coding(f"ok = 1; {said}")


@pytest.mark.parametrize(
    ("said", "scale"),
    [("1-7", (1, 7)), (" 0 - 10 ", (0, 10)), ("-3-3", (-3, 3)), ("1–5", (1, 5))],
)
def test_a_scale_reads_as_it_is_written(said, scale):
    assert parse_scale(said) == scale


@pytest.mark.parametrize("said", ["", "7", "7-1", "1-1", "1-1000", "a-b", "1.5-3", "+-1-7"])
def test_what_is_no_scale_is_refused(said):
    with pytest.raises(BadScale):
        parse_scale(said)


def pair(item="1", dimension="d", **more):
    return (
        Column(f"e{item}", K.EXPECTATION, item=item, dimension=dimension, **more),
        Column(f"p{item}", K.PERCEPTION, item=item, dimension=dimension, **more),
    )


E1, P1 = pair()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ([Column("a", K.TEXT, item="a")], "nothing_rated"),
        ([E1, P1, Column("u", K.UNIT), Column("v", K.UNIT)], "kind_twice"),
        ([E1, P1, Column("q", K.SCORE)], "no_item"),
        ([E1, P1, Column("q", K.SCORE, item="x" * 41)], "item_too_long"),
        (
            [E1, P1, Column("q", K.SCORE, item="x", dimension="x" * 41)],
            "dimension_too_long",
        ),
        ([E1, P1, Column("p1b", K.PERCEPTION, item="1", dimension="d")], "item_twice"),
        ([E1, P1, Column("s", K.OVERALL, item="1")], "item_twice"),
        ([E1], "no_perception"),
        ([E1, P1, Column("p2", K.PERCEPTION, item="2")], "no_expectation"),
        ([E1, Column("p1", K.PERCEPTION, item="1", dimension="x")], "two_dimensions"),
        (
            [E1, Column("p1", K.PERCEPTION, item="1", dimension="d", reverse=True)],
            "two_scales",
        ),
        ([E1, P1, Column("w", K.WEIGHT, item="w")], "weight_without_dimension"),
        (
            [E1, P1, Column("w", K.WEIGHT, item="w", dimension="x")],
            "unknown_weight_dimension",
        ),
        (
            [E1, P1, *(Column(w, K.WEIGHT, item=w, dimension="d") for w in "vw")],
            "weight_twice",
        ),
        (
            [E1, P1, *pair("2", "x"), Column("w", K.WEIGHT, item="w", dimension="d")],
            "weight_missing",
        ),
    ],
)
def test_a_map_that_makes_no_questionnaire_says_why(wrong, code):
    found = list(flaws(wrong))
    assert code in [flaw.code for flaw in found]
    assert all(sentence_of_flaw(flaw).endswith(".") for flaw in found)


def test_pairs_scores_and_weights_together_are_sound():
    both = [*pair("1", "d"), *pair("2", "x"), Column("s", K.SCORE, item="3")]
    weights = [Column(w, K.WEIGHT, item=w, dimension=w[1:]) for w in ("wd", "wx")]
    assert not list(flaws([*both, *weights]))


def test_perceptions_alone_are_scores():
    alone = FileMap(columns=(P1,))
    assert alone.item_kind(P1) is ItemKind.SCORE
    assert not list(flaws(alone.columns))


def test_every_problem_of_a_file_has_words():
    assert set(SENTENCES) - set(EVERY) == set()
    assert all(str(words.reason).endswith(".") for words in EVERY.values())
    assert all(str(words.remedy).endswith(".") for words in EVERY.values())
    assert not set(FILE) & set(COLUMN)


def test_a_header_is_known_again_whatever_its_signs():
    assert fingerprint(["a", "b"]) == fingerprint(("a", "b"))
    assert fingerprint(["a,b"]) != fingerprint(["a", "b"])


def test_every_state_of_an_import_leads_somewhere_and_is_reached():
    assert set(STEPS) == set(State)
    assert all(STEPS.values())
    assert all(before(state) for state in State)


def zone(**changes):
    kinds = {"a": K.LEAST, "d": K.DESIRED, "p": K.PERCEPTION} | changes
    return [Column(name, kind, item="1") for name, kind in kinds.items()]


CHOICE = Column("s", K.SINGLE, item="s", options=("a", "b"))


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        (zone(), []),
        (zone()[1:], ["zone_incomplete"]),
        (zone(e=K.EXPECTATION), ["item_twice", "no_perception"]),
        ([CHOICE], []),
        ([replace(CHOICE, options=("a",))], ["too_few_options"]),
        ([replace(CHOICE, options=("a", "a"))], ["option_twice"]),
        ([replace(CHOICE, options=tuple(map(str, range(101))))], ["too_many_options"]),
        (
            [
                replace(CHOICE, groups=True),
                replace(CHOICE, name="t", item="t", groups=True),
            ],
            ["groups_twice"],
        ),
        (
            [Column(n, K.MULTIPLE, item="m", option=n) for n in ("a", "b")],
            [],
        ),
        ([Column("a", K.MULTIPLE, item="m", option="a")], ["too_few_options"]),
        (
            [CHOICE, *(Column(n, K.CASE_WEIGHT, item=n) for n in ("v", "w"))],
            ["kind_twice"],
        ),
        ([Column("t", K.TEXT, item="t")], ["nothing_rated"]),
    ],
)
def test_what_keeps_new_kinds_from_making_a_form(columns, codes):
    assert [flaw.code for flaw in flaws(columns)] == codes
    assert all(sentence_of_flaw(flaw) for flaw in flaws(columns))


def test_a_long_file_needs_respondents():
    assert [f.code for f in flaws([CHOICE], Long("q", "v"))] == ["long_without_respondent"]
