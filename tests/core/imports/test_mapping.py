"""A map says what a file means: it survives JSON, and names what is wrong with it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.evidence.choices import CollectionMode
from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.choices import State
from gapless.core.imports.mapping import (
    BadCoding,
    BadScale,
    Column,
    FileMap,
    Scale,
    fingerprint,
    flaws,
    parse_coding,
    parse_scale,
    written,
)
from gapless.core.imports.rules import STEPS, before
from gapless.core.imports.tables import SENTENCES
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
)


@given(maps)
def test_a_map_comes_back_from_json_as_it_went(file_map):
    assert FileMap.from_json(json.loads(json.dumps(file_map.to_json()))) == file_map


def test_a_map_of_a_later_version_is_not_guessed_at():
    with pytest.raises(ValueError, match="written as 2"):
        FileMap.from_json(FileMap(columns=()).to_json() | {"written_as": 2})


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
