"""What a new version changes, and which trend lines go on under it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.instruments import designing
from gapless.core.instruments.choices import Comparison, ExpectationType, ItemKind
from gapless.core.instruments.comparing import (
    Because,
    Change,
    Line,
    LineKind,
    Reason,
    compare,
)
from gapless.core.instruments.rules import Condition
from tests.core.instruments.drafts import FULL, drafts, item, of, options, words

PAIRS = of(
    [
        item("T1", ItemKind.PAIR, dimension="tangibles"),
        item("T2", ItemKind.PAIR, dimension="tangibles"),
        item("R1", ItemKind.PAIR, dimension="reliability"),
        item("sat", ItemKind.OVERALL, high=5),
        item("why", ItemKind.TEXT),
    ]
)


def broken(changes):
    """(what line, of what) → why it ends."""
    return {
        (line.kind.value, line.code): {because.reason.value for because in line.broken}
        for line in changes.breaks
    }


def edited(code, draft=PAIRS, **facts):
    return designing.edit_item(draft, code, replace(draft.item(code), **facts))


@given(drafts())
def test_nothing_differs_from_itself(draft):
    changes = compare(draft, draft)
    assert changes.nothing
    assert not changes.breaks


@given(drafts(), drafts())
def test_there_and_back_are_mirror_images(old, new):
    there, back = compare(old, new), compare(new, old)
    assert [i.code for i in there.added] == [i.code for i in back.removed]
    assert {c.before.code for c in there.changed} == {c.before.code for c in back.changed}
    # The same number of moves; which of two neighbours moved is a matter of view.
    moves = [sum(Change.MOVED in c.what for c in x.changed) for x in (there, back)]
    assert moves[0] == moves[1]


@given(drafts(), st.data())
def test_one_item_that_was_moved_is_the_only_one_that_moved(draft, data):
    if len(draft.items) < 2:
        return
    code = data.draw(st.sampled_from([i.code for i in draft.items]))
    place = data.draw(st.integers(0, 5))
    section = designing.place_of(draft, code)[0]
    moved = [
        c.after.code
        for c in compare(draft, designing.move_item(draft, code, section, place)).changed
        if Change.MOVED in c.what
    ]
    assert len(moved) <= 1


def test_the_lines_of_a_form_are_its_items_its_dimensions_and_what_they_make():
    lines = [(line.kind, line.code) for line in compare(FULL, FULL).lines]
    assert lines == [
        *((LineKind.ITEM, c) for c in ("T1", "R1", "R2", "nps", "sat", "how", "what")),
        *((LineKind.ITEM, c) for c in ("age", "day")),
        (LineKind.DIMENSION, "tangibles"),
        (LineKind.DIMENSION, "reliability"),
        (LineKind.OVERALL, ""),
        (LineKind.WEIGHTS, ""),
    ]


def test_what_is_new_begins_a_line_and_ends_none_of_the_items():
    more = designing.insert_item(PAIRS, 0, item("nps", ItemKind.NPS, low=0, high=10))
    changes = compare(PAIRS, more)
    assert [i.code for i in changes.added] == ["nps"]
    assert not changes.breaks


def test_an_item_that_is_gone_ends_its_dimension_and_the_whole():
    changes = compare(PAIRS, designing.remove_item(PAIRS, "T2"))
    assert broken(changes) == {
        ("item", "T2"): {"removed"},
        ("dimension", "tangibles"): {"removed"},
        ("overall", ""): {"dimensions"},
    }
    dimension = next(line for line in changes.breaks if line.kind is LineKind.DIMENSION)
    expected = (Because(Reason.REMOVED, "T2"),)
    assert dimension == Line(LineKind.DIMENSION, "tangibles", expected)


def test_an_item_in_another_dimension_ends_both_and_not_its_own_line():
    changes = compare(PAIRS, edited("T2", dimension="reliability"))
    assert [c.what for c in changes.changed] == [(Change.DIMENSION,)]
    assert broken(changes) == {
        ("dimension", "tangibles"): {"left"},
        ("dimension", "reliability"): {"joined"},
        ("overall", ""): {"dimensions"},
    }


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"high": 5}, "scale"),
        ({"reverse": True}, "reverse"),
        ({"kind": ItemKind.SCORE}, "kind"),
        ({"text": words("other")}, "wording"),
        ({"perception_text": words("here")}, "wording"),
        ({"high_label": words("superb")}, "wording"),
        ({"matrix": words("How was it?")}, "wording"),
        ({"show_if": (Condition("R1", Comparison.IS, 1),)}, "condition"),
    ],
)
def test_what_ends_an_item_ends_its_dimension_too(facts, reason):
    found = broken(compare(PAIRS, edited("T1", **facts)))
    assert found["item", "T1"] == {reason}
    assert found["dimension", "tangibles"] == {reason}
    assert ("dimension", "reliability") not in found


@pytest.mark.parametrize(
    ("facts", "change"),
    [
        ({"required": True}, Change.REQUIRED),
        ({"not_applicable": False}, Change.NOT_APPLICABLE),
        ({"about": "T2"}, Change.ABOUT),
    ],
)
def test_other_changes_are_told_and_end_nothing(facts, change):
    changes = compare(PAIRS, edited("T1", **facts))
    assert [c.what for c in changes.changed] == [(change,)]
    assert not changes.breaks


def test_one_more_language_is_no_new_wording():
    one = of([item("a", text={"zh-hans": "甲"}), item("b", text={"zh-hans": "乙 "})])
    two = edited("a", one, text={"zh-hans": "甲", "en": "A"})
    changes = compare(one, two)
    assert [c.what for c in changes.changed] == [(Change.TRANSLATION,)]
    assert not changes.breaks
    assert not compare(two, one).breaks
    assert not compare(one, edited("b", one, text={"zh-hans": "乙"})).changed
    label = edited("b", two, low_label={"zh-hans": "差"})
    assert broken(compare(two, label)) == {("item", "b"): {"wording"}}
    both = edited("b", label, low_label={"zh-hans": "差", "en": "bad"})
    assert not compare(label, both).breaks


def test_a_changed_word_in_one_of_the_languages_ends_the_line():
    changes = compare(PAIRS, edited("T1", text=words("T1") | {"en": "Other"}))
    assert broken(changes)["item", "T1"] == {"wording"}


def test_expectation_that_means_something_else_ends_what_asks_for_it():
    other = replace(PAIRS, expectation_type=ExpectationType.WILL)
    changes = compare(PAIRS, other)
    assert changes.expectation == (ExpectationType.IDEAL, ExpectationType.WILL)
    found = broken(changes)
    assert found["item", "T1"] == {"expectation"}
    assert ("item", "sat") not in found


def test_options_in_another_order_are_the_same_options():
    draft = of([item("how", ItemKind.SINGLE, options=options("a", "b"), low=0, high=1)])
    turned = edited("how", draft, options=options("b", "a"))
    assert not compare(draft, turned).breaks
    more = edited("how", draft, options=options("a", "b", "c"))
    assert broken(compare(draft, more)) == {("item", "how"): {"options"}}
    other = edited(
        "how", draft, options=(options("a")[0], replace(*options("b"), text={"en": "B!"}))
    )
    assert broken(compare(draft, other)) == {("item", "how"): {"wording"}}


def test_a_section_asked_of_other_people_ends_the_lines_in_it():
    changes = compare(FULL, designing.set_show_if(FULL, 2, ()))
    assert broken(changes) == {
        ("item", "age"): {"condition"},
        ("item", "day"): {"condition"},
    }


def test_points_among_other_dimensions_are_other_points():
    fewer = designing.remove_item(FULL, "wR")
    assert broken(compare(FULL, fewer)) == {("weights", ""): {"dimensions"}}


def test_words_around_the_items_are_told_and_end_nothing():
    titled = designing.edit_section(
        PAIRS, 0, title={"en": "x"}, introduction={}, randomised=False
    )
    changes = compare(PAIRS, titled)
    assert changes.sections_differ
    assert not changes.nothing
    assert not changes.breaks
