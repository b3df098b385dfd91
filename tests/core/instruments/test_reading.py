"""Fields become what was said: on every kind of item, and whatever is sent."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.analytics.answers import NO_SUCH_NUMBER, NOT_APPLICABLE
from gapless.core.instruments.choices import Comparison, ExpectationType
from gapless.core.instruments.choices import ItemKind as K
from gapless.core.instruments.reading import (
    LONGEST_TEXT,
    Problem,
    apportioned,
    carrying,
    left_out,
    needed,
    perceived,
    read,
)
from gapless.core.instruments.rules import (
    Condition,
    ItemDraft,
    Option,
    SectionDraft,
    VersionDraft,
)

NAME = {"en": "x"}
OPTIONS = tuple(Option(code, NAME) for code in "abc")


def form(*items: ItemDraft) -> VersionDraft:
    return VersionDraft(ExpectationType.IDEAL, (), (SectionDraft(NAME, items),))


def item(kind: K, code: str = "a", **more: object) -> ItemDraft:
    options = OPTIONS if kind in (K.SINGLE, K.MULTIPLE) else ()
    return ItemDraft(code, kind, NAME, **{"options": options} | more)


def said(kind: K, *values: str, **more: object):
    return read(form(item(kind, **more)), {"q.a": list(values)})


ALL = [
    (K.SCORE, {"q.a": ["7"]}, {("a", 0): 7}),
    (K.OVERALL, {"q.a": ["１"]}, {("a", 0): 1}),
    (K.EXPECTATION, {"q.a": [" 2 "]}, {("a", 0): 2}),
    (K.PAIR, {"q.a.e": ["7"], "q.a.p": ["3"]}, {("a", 0): 7, ("a", 1): 3}),
    (K.PAIR, {"q.a.p": ["3"]}, {("a", 1): 3}),
    (
        K.ZONE,
        {"q.a.a": ["2"], "q.a.d": ["6"], "q.a.p": ["4"]},
        {("a", 0): 2, ("a", 1): 6, ("a", 2): 4},
    ),
    (K.SINGLE, {"q.a": ["2"]}, {("a", 0): 2}),
    (K.MULTIPLE, {"q.a": ["0", "2"]}, {("a", 0): 1, ("a", 1): 0, ("a", 2): 1}),
    (K.NUMBER, {"q.a": ["-12"]}, {("a", 0): -12}),
    (K.DATE, {"q.a": ["1970-01-02"]}, {("a", 0): 1}),
    (K.DATE, {"q.a": ["1969-12-31"]}, {("a", 0): -1}),
]


@pytest.mark.parametrize(("kind", "fields", "values"), ALL)
def test_what_each_kind_of_item_says(kind, fields, values):
    found = read(form(item(kind)), fields)
    assert dict(found.values) == values
    assert found.problems == ()


WRONG = [
    (K.SCORE, ["0"], "off_scale"),
    (K.SCORE, ["8"], "off_scale"),
    (K.SCORE, ["3.5"], "off_scale"),
    (K.SCORE, ["1_0"], "off_scale"),
    (K.SCORE, ["99999999999999999999"], "off_scale"),
    (K.SINGLE, ["3"], "no_such_option"),
    (K.SINGLE, ["-1"], "no_such_option"),
    (K.SINGLE, ["b"], "no_such_option"),
    (K.MULTIPLE, ["0", "9"], "no_such_option"),
    (K.NUMBER, ["ten"], "not_a_number"),
    (K.NUMBER, ["1e3"], "not_a_number"),
    (K.NUMBER, ["NaN"], "not_a_number"),
    (K.NUMBER, ["1.5"], "too_many_decimals"),
    (K.NUMBER, ["1000001"], "off_scale"),
    (K.DATE, ["20260101"], "not_a_date"),
    (K.DATE, ["2026-02-30"], "not_a_date"),
    (K.DATE, ["9999-12-31"], "off_scale"),
]


@pytest.mark.parametrize(("kind", "given", "code"), WRONG)
def test_what_cannot_be_right_is_a_problem_and_no_value(kind, given, code):
    found = said(kind, *given)
    assert found.problems == (Problem(code, "a"),)
    assert not found.values
    assert not found.answered


def test_numbers_are_counted_in_their_last_decimal_place():
    within = {"decimals": 2, "minimum": 0, "maximum": 5}
    assert said(K.NUMBER, "4.25", **within).values == {("a", 0): 425}
    assert said(K.NUMBER, "5", **within).values == {("a", 0): 500}
    assert said(K.NUMBER, "5.01", **within).problems == (Problem("off_scale", "a"),)


@pytest.mark.parametrize(
    ("kind", "width"),
    [(K.SCORE, 1), (K.PAIR, 2), (K.ZONE, 3), (K.SINGLE, 1), (K.MULTIPLE, 3), (K.NUMBER, 1)],
)
def test_does_not_apply_is_an_answer_where_it_may_be_given(kind, width):
    found = said(kind, "na")
    meant = NO_SUCH_NUMBER if kind is K.NUMBER else NOT_APPLICABLE
    assert set(found.values.values()) == {meant}
    assert len(found.values) == width
    assert found.answered == {"a"}
    refused = said(kind, "na", not_applicable=False)
    assert refused.problems == (Problem("must_apply", "a"),)


def test_words_are_kept_and_cleaned():
    assert said(K.TEXT, " One\r\ntwo\0 ").texts == {"a": "One\ntwo"}
    assert said(K.TEXT, "na").texts == {"a": "na"}
    long = said(K.TEXT, "x" * (LONGEST_TEXT + 1))
    assert len(long.texts["a"]) == LONGEST_TEXT
    assert long.problems == (Problem("too_long", "a"),)


def test_half_a_pair_is_kept_and_is_no_answer():
    found = read(form(item(K.PAIR, required=True)), {"q.a.e": ["7"]})
    assert (dict(found.values), found.answered) == ({("a", 0): 7}, frozenset())
    assert left_out(form(item(K.PAIR, required=True)), found) == (Problem("required", "a"),)


def test_what_skip_logic_hides_was_not_said():
    draft = form(
        item(K.SCORE, "first"),
        item(
            K.SCORE,
            "second",
            required=True,
            show_if=(Condition("first", Comparison.AT_MOST, 3),),
        ),
        item(K.TEXT, "third", show_if=(Condition("second", Comparison.IS, 1),)),
    )
    fields = {"q.second": ["1"], "q.third": ["because"], "other": ["x"]}
    shown = read(draft, fields | {"q.first": ["2"]})
    hidden = read(draft, fields | {"q.first": ["5"]})
    assert shown.asked == shown.answered == {"first", "second", "third"}
    assert (hidden.asked, dict(hidden.texts)) == ({"first"}, {})
    assert left_out(draft, hidden) == ()
    assert [each.code for each in needed(draft, hidden)] == ["first"]
    assert [each.code for each in needed(draft, shown)] == ["second"]


WEIGHTS = form(*(item(K.WEIGHT, code) for code in "vwxyz"))


def weighed(*points: str):
    return read(WEIGHTS, {f"q.{c}": [p] for c, p in zip("vwxyz", points, strict=True)})


def test_points_that_add_up_are_taken_as_they_are():
    found = weighed("30", "20", "20", "20", "10")
    assert [found.values[code, 0] for code in "vwxyz"] == [30, 20, 20, 20, 10]
    assert not found.normalised


def test_points_that_nearly_add_up_are_made_to():
    found = weighed("21", "21", "21", "21", "21")
    assert [found.values[code, 0] for code in "vwxyz"] == [20] * 5
    assert found.normalised
    assert found.answered == set("vwxyz")


def test_a_blank_box_beside_others_holds_nothing():
    found = weighed("60", "40", "", "", "")
    assert [found.values[code, 0] for code in "vwxyz"] == [60, 40, 0, 0, 0]


@pytest.mark.parametrize(
    "points", [("na", "0", "0", "0", "20"), ("20", "20", "20", "20", "14"), ("30",) * 5]
)
def test_points_that_do_not_add_up_are_missing_altogether(points):
    found = weighed(*points)
    assert not found.values
    assert not found.answered
    assert {problem.code for problem in found.problems} == {"points_off"}
    assert weighed("", "", "", "", "").problems == ()


@given(st.lists(st.integers(0, 100), min_size=1, max_size=9).filter(sum))
def test_apportioned_points_add_up_and_stay_near(points):
    named = {str(place): value for place, value in enumerate(points)}
    shares = apportioned(named)
    assert sum(shares.values()) == 100
    exact = {code: 100 * value / sum(points) for code, value in named.items()}
    assert all(abs(shares[code] - exact[code]) < 1 for code in named)


EVERY = form(*(item(kind, kind.value) for kind in K))
FIELD = st.sampled_from(
    [f"q.{kind.value}{side}" for kind, side in product(K, ("", ".e", ".p", ".a", ".d"))]
)
VALUE = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", "na", "1", "7", "0", "-1", "2026-01-01", "１０", "\0"]),
)


@given(st.dictionaries(FIELD, st.lists(VALUE, max_size=3)))
def test_whatever_is_sent_reads_as_something_that_can_be_stored(fields):
    found = read(EVERY, fields)
    assert not any("\0" in text for text in found.texts.values())
    assert {code for code, _ in found.values} <= found.asked
    assert {problem.item for problem in found.problems} & found.answered <= {"text"}
    kept = carrying(EVERY, fields)
    assert read(EVERY, kept).values == found.values  # what is saved says the same
    assert not any("\0" in value for values in kept.values() for value in values)


def test_what_was_perceived_is_the_last_side():
    draft = form(item(K.PAIR, "p"), item(K.ZONE, "z"), item(K.NPS, "n", low=0, high=10))
    values = {("p", 0): 7, ("p", 1): 2, ("z", 2): 4, ("n", 0): NOT_APPLICABLE}
    assert [perceived(draft, code, values) for code in "pznx"] == [2, 4, None, None]
