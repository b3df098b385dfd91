"""Each operation of the designer: what it gives, what stays, and what it refuses."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.instruments import designing
from gapless.core.instruments.choices import Comparison, ExpectationType, ItemKind
from gapless.core.instruments.rules import (
    Condition,
    DimensionDraft,
    SectionDraft,
    flaws,
    from_json,
    tables,
    to_json,
)
from tests.core.instruments.drafts import FULL, drafts, item, of, options, words

LOW_SCORE = Condition("nps", Comparison.AT_MOST, 6)


def codes(draft):
    return [[item.code for item in section.items] for section in draft.sections]


def problems(draft):
    return {(flaw.code, flaw.item) for flaw in designing.objections(draft)}


@given(drafts())
def test_a_draft_is_read_as_it_was_written(draft):
    assert from_json(json.loads(json.dumps(to_json(draft)))) == draft


def test_everything_a_draft_says_is_kept():
    assert from_json(json.loads(json.dumps(to_json(FULL)))) == FULL
    assert not list(designing.objections(FULL))


# --- Sections -------------------------------------------------------------------------


def test_a_section_comes_last_or_where_it_is_wanted():
    longer = designing.add_section(FULL, title={"en": "new"})
    assert codes(longer) == [*codes(FULL), []]
    assert designing.add_section(FULL, at=0).sections[1:] == FULL.sections


def test_a_section_is_edited_and_keeps_its_items():
    edited = designing.edit_section(
        FULL, 0, title={"en": "x"}, introduction={"en": "y"}, randomised=True
    )
    assert codes(edited) == codes(FULL)
    assert (edited.sections[0].title, edited.sections[0].randomised) == ({"en": "x"}, True)


@given(drafts(), st.data())
def test_moving_a_section_there_and_back_changes_nothing(draft, data):
    places = st.integers(0, len(draft.sections) - 1)
    here, there = data.draw(places), data.draw(places)
    moved = designing.move_section(draft, here, there)
    assert moved.sections[there] == draft.sections[here]
    assert designing.move_section(moved, there, here) == draft


def test_a_section_goes_with_the_conditions_that_look_at_its_items():
    left = designing.remove_section(FULL, 1)
    assert codes(left) == [codes(FULL)[0], codes(FULL)[2]]
    assert left.sections[1].show_if == ()
    assert left.item("why").show_if == (LOW_SCORE,)


@pytest.mark.parametrize("place", [-1, 3])
def test_a_section_that_is_not_there_is_refused(place):
    with pytest.raises(designing.NoSuchSection):
        designing.remove_section(FULL, place)
    with pytest.raises(designing.NoSuchSection):
        designing.add_item(FULL, place, ItemKind.TEXT)
    with pytest.raises(designing.NoSuchSection):
        designing.move_item(FULL, "T1", place, 0)


# --- Items ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(ItemKind))
def test_a_new_item_of_any_kind_is_sound_once_it_has_words_and_a_dimension(kind):
    draft = designing.add_item(of([], meaning=ExpectationType.NONE), 0, kind)
    [new] = draft.items
    assert new.code == "q1"
    dimension = "tangibles" if kind is ItemKind.WEIGHT else ""
    worded = replace(
        new,
        text=words("?"),
        dimension=dimension,
        options=options(*"ab"[: len(new.options)]),
    )
    assert not problems(designing.edit_item(draft, "q1", worded))


def test_new_items_get_the_first_code_that_is_free():
    draft = designing.add_item(of([item("q1"), item("q3")]), 0, ItemKind.TEXT, at=1)
    draft = designing.add_item(draft, 0, ItemKind.TEXT)
    assert codes(draft) == [["q1", "q2", "q3", "q4"]]


def test_a_new_item_stands_on_the_scale_of_the_last_of_its_kind():
    five = item("a", high=5, low_label=words("bad"), high_label=words("good"))
    new = designing.add_item(of([five]), 0, ItemKind.SCORE).items[-1]
    assert (new.low, new.high, new.high_label) == (1, 5, words("good"))
    assert new.text == {}


def test_the_first_expectation_gives_the_form_a_meaning_of_it():
    nothing = designing.fresh()
    assert nothing.expectation_type is ExpectationType.NONE
    asked = designing.add_item(nothing, 0, ItemKind.PAIR)
    assert asked.expectation_type is ExpectationType.IDEAL
    said = designing.set_expectation_type(asked, ExpectationType.WILL)
    assert designing.add_item(said, 0, ItemKind.PAIR).expectation_type == "will"


def test_a_code_is_given_once():
    with pytest.raises(designing.CodeTaken):
        designing.insert_item(FULL, 0, item("sat"))
    with pytest.raises(designing.CodeTaken):
        designing.edit_item(FULL, "T1", item("sat"))


@pytest.mark.parametrize("code", ["", "a b", "q.e", "题", "-a", "x" * 41])
def test_a_code_that_no_field_can_carry_is_refused(code):
    with pytest.raises(designing.UnusableCode):
        designing.edit_item(FULL, "T1", item(code))


def test_a_code_that_a_file_brought_stays_while_the_item_is_edited():
    draft = of([item("总体 满意")])
    edited = designing.edit_item(draft, "总体 满意", item("总体 满意", high=5))
    assert edited.items[0].high == 5


def test_an_item_that_is_not_there_is_refused():
    for verb in (designing.remove_item, designing.duplicate_item):
        with pytest.raises(designing.NoSuchItem):
            verb(FULL, "none")
    with pytest.raises(designing.NoSuchItem):
        designing.set_show_if(FULL, "none", ())


def test_conditions_follow_an_item_to_its_new_code():
    renamed = designing.edit_item(FULL, "nps", replace(FULL.item("nps"), code="likely"))
    assert renamed.item("why").show_if == (Condition("likely", Comparison.AT_MOST, 6),)
    assert not problems(renamed)


def test_conditions_follow_an_option_to_its_new_place():
    how = FULL.item("how")  # web, hall, phone; the last section wants the hall
    turned = designing.edit_item(
        FULL, "how", replace(how, options=options("new", "phone", "web", "hall"))
    )
    assert turned.sections[2].show_if[0] == Condition("how", Comparison.IS, 3)
    assert (turned.item("how").low, turned.item("how").high) == (0, 3)


def test_a_condition_on_an_option_that_is_gone_goes_with_it():
    what = replace(FULL.item("what"), options=options("ask", "more"))
    left = designing.edit_item(FULL, "what", what).sections[2].show_if
    assert [condition.item for condition in left] == ["how"]


def test_a_duplicate_stands_right_behind():
    twice = designing.duplicate_item(FULL, "T1")
    assert codes(twice)[0] == ["T1", "q1", "R1", "R2", "nps"]
    assert replace(twice.item("q1"), code="T1") == FULL.item("T1")


@given(drafts(), st.data())
def test_moving_an_item_loses_nothing_and_moving_it_back_restores_everything(draft, data):
    if not draft.items:
        return
    code = data.draw(st.sampled_from([item.code for item in draft.items]))
    section = data.draw(st.integers(0, len(draft.sections) - 1))
    place = data.draw(st.integers(0, 6))
    before = designing.place_of(draft, code)
    moved = designing.move_item(draft, code, section, place)
    assert designing.place_of(moved, code)[0] == section
    assert {i.code: i for i in moved.items} == {i.code: i for i in draft.items}
    assert designing.move_item(moved, code, *before) == draft


def test_an_item_moved_in_front_of_what_it_depends_on_keeps_its_condition():
    moved = designing.move_item(FULL, "why", 0, 0)
    assert moved.item("why").show_if == (LOW_SCORE,)
    assert ("condition_looks_ahead", "why") in problems(moved)


def test_an_item_goes_with_the_conditions_that_look_at_it():
    left = designing.remove_item(FULL, "nps")
    assert left.item("nps") is None
    assert left.item("why").show_if == ()
    assert not problems(left)


def test_the_question_above_a_table_is_that_of_all_its_rows():
    rows = [item(code, matrix=words("How was it?")) for code in ("a", "b", "c")]
    draft = of([*rows, item("d")])
    asked = designing.set_matrix(draft, "b", words("And now?"))
    assert [i.matrix == words("And now?") for i in asked.items] == [True] * 3 + [False]
    assert [len(table) for table in tables(asked.items)] == [3, 1]


def test_neighbours_on_other_scales_stand_in_tables_of_their_own():
    asked = words("How was it?")
    rows = [
        item("a", matrix=asked),
        item("b", matrix=asked),
        item("c", matrix=asked, high=5),
    ]
    assert [len(table) for table in tables((*rows, item("d"), item("e")))] == [2, 1, 1, 1]


def test_points_are_divided_among_the_dimensions_that_have_none():
    draft = designing.add_allocation(of([item("a", dimension="tangibles")], []), 1)
    assert [(i.code, i.dimension, i.scale) for i in draft.sections[1].items] == [
        ("points-tangibles", "tangibles", (0, 100)),
        ("points-reliability", "reliability", (0, 100)),
    ]
    assert not problems(draft) - {("section_empty", "")}
    with pytest.raises(designing.NoDimensions):
        designing.add_allocation(draft, 0)


# --- The form as a whole --------------------------------------------------------------


def test_items_of_a_dimension_that_is_gone_belong_to_none():
    left = designing.edit_dimensions(FULL, FULL.dimensions[:1])
    assert left.item("R1").dimension == ""
    assert left.item("wR") is None
    assert left.item("wT").dimension == "tangibles"


def test_conditions_are_set_on_an_item_and_on_a_section():
    one = designing.set_show_if(FULL, "sat", [LOW_SCORE])
    assert one.item("sat").show_if == (LOW_SCORE,)
    assert designing.set_show_if(FULL, 2, []).sections[2].show_if == ()


# --- What keeps it from being published -----------------------------------------------


def shown_if(*conditions, randomised=False):
    first, second = item("first"), item("second", show_if=conditions)
    return of(SectionDraft(words("part"), (first, second), randomised=randomised))


@pytest.mark.parametrize(
    ("draft", "flaw"),
    [
        (of([item("a", high=12)]), ("scale_too_long", "a")),
        (of([item("a", ItemKind.ZONE, low=1, high=2)]), ("scale_too_long", "a")),
        (of([item("x" * 41)]), ("code_unusable", "x" * 41)),
        (of([item("a")], []), ("section_empty", "")),
        (
            of([item("a", ItemKind.PAIR)], meaning=ExpectationType.NONE),
            ("expectation_undefined", ""),
        ),
        (of([item("a", text={})]), ("words_missing", "")),
        (of([item("a")], dimensions=("d", "d")), ("dimension_twice", "d")),
        (of([item("a", ItemKind.SINGLE, options=options("x"))]), ("too_few_options", "a")),
        (
            of([item("a", ItemKind.MULTIPLE, options=options("x", "x"))]),
            ("option_twice", "a"),
        ),
        (
            of([item("a", ItemKind.MULTIPLE, options=options(*map(str, range(101))))]),
            ("too_many_options", "a"),
        ),
        (
            of([item("a", ItemKind.NUMBER, minimum=5, maximum=5)]),
            ("impossible_limits", "a"),
        ),
        (
            of([item("a", ItemKind.NUMBER, maximum=200, decimals=4)]),
            ("impossible_limits", "a"),
        ),
        (of([item("a", ItemKind.NUMBER, decimals=5)]), ("impossible_limits", "a")),
        (
            shown_if(Condition("gone", Comparison.IS, 1)),
            ("condition_looks_ahead", "second"),
        ),
        (
            shown_if(Condition("first", Comparison.IS, 8)),
            ("condition_cannot_hold", "second"),
        ),
        (
            shown_if(Condition("first", Comparison.INCLUDES, 1)),
            ("condition_cannot_hold", "second"),
        ),
        (
            shown_if(Condition("first", Comparison.IS, 1), randomised=True),
            ("condition_looks_ahead", "second"),
        ),
    ],
    ids=lambda case: case[0] if isinstance(case, tuple) else "",
)
def test_what_keeps_a_draft_from_being_published_is_named(draft, flaw):
    assert flaw in problems(draft)


def test_the_condition_of_a_section_looks_at_earlier_sections_only():
    inside = designing.set_show_if(FULL, 0, [LOW_SCORE])
    found = [(flaw.code, flaw.section) for flaw in flaws(inside)]
    assert found == [("condition_looks_ahead", 0)]


def test_a_long_scale_from_a_file_is_no_flaw_of_the_form_itself():
    assert not list(flaws(of([item("a", ItemKind.OVERALL, low=0, high=100)])))


def test_a_dimension_without_a_name_in_use_is_no_matter_of_language():
    draft = replace(of([item("a")]), dimensions=(DimensionDraft("d", {}),))
    assert not problems(draft)
