"""Who is asked what: conditions on every kind of answer, and what hides hides."""

import pytest

from gapless.analytics.answers import NOT_APPLICABLE
from gapless.core.instruments.choices import Comparison, ItemKind
from gapless.core.instruments.rules import Condition, SectionDraft, asked, share_answered
from tests.core.instruments.drafts import FULL, item, of, options, words

IS, IS_NOT = Comparison.IS, Comparison.IS_NOT
AT_LEAST, AT_MOST, INCLUDES = Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.INCLUDES


def deciding(kind, **facts):
    return item("first", kind, **facts)


@pytest.mark.parametrize(
    ("first", "condition", "values", "shown"),
    [
        (deciding(ItemKind.SCORE), (IS, 3), {0: 3}, True),
        (deciding(ItemKind.SCORE), (IS, 3), {0: 4}, False),
        (deciding(ItemKind.SCORE), (IS, 3), {}, False),
        (deciding(ItemKind.SCORE), (IS_NOT, 3), {0: 4}, True),
        (deciding(ItemKind.SCORE), (IS_NOT, 3), {}, False),
        (deciding(ItemKind.SCORE), (IS_NOT, 3), {0: NOT_APPLICABLE}, False),
        (deciding(ItemKind.PAIR), (AT_MOST, 3), {0: 7, 1: 3}, True),
        (deciding(ItemKind.PAIR), (AT_MOST, 3), {0: 1, 1: 4}, False),
        (deciding(ItemKind.ZONE), (AT_LEAST, 5), {0: 1, 1: 1, 2: 5}, True),
        (deciding(ItemKind.ZONE), (AT_LEAST, 5), {0: 9, 1: 9}, False),
        (deciding(ItemKind.NPS), (AT_MOST, 6), {0: 0}, True),
        (deciding(ItemKind.SINGLE, options=options("a", "b")), (IS, 0), {0: 0}, True),
        (
            deciding(ItemKind.MULTIPLE, options=options("a", "b")),
            (INCLUDES, 1),
            {1: 1},
            True,
        ),
        (
            deciding(ItemKind.MULTIPLE, options=options("a", "b")),
            (INCLUDES, 1),
            {0: 1, 1: 0},
            False,
        ),
    ],
)
def test_when_something_is_asked(first, condition, values, shown):
    draft = of([first, item("then", show_if=(Condition("first", *condition),))])
    given = {("first", side): value for side, value in values.items()}
    assert ("then" in asked(draft, given)) is shown


def test_every_condition_of_an_item_and_its_section_must_hold():
    both = {("how", 0): 1, ("what", 0): 1, ("nps", 0): 3}
    assert {"age", "day", "why", "group"} <= asked(FULL, both)
    assert {"age", "day", "group"} <= asked(FULL, both | {("nps", 0): 9})
    assert "why" not in asked(FULL, both | {("nps", 0): 9})
    assert not {"age", "why"} & asked(FULL, both | {("what", 0): 0})


def test_what_a_hidden_item_held_decides_nothing():
    draft = of(
        [item("a")],
        [item("b", show_if=(Condition("a", AT_LEAST, 5),))],
        SectionDraft(words("c"), (item("c"),), show_if=(Condition("b", IS, 2),)),
    )
    assert asked(draft, {("a", 0): 6, ("b", 0): 2}) == {"a", "b", "c"}
    assert asked(draft, {("a", 0): 1, ("b", 0): 2}) == {"a"}


def test_the_share_of_what_is_required_that_has_an_answer():
    three = [item(code) for code in "abc"]
    assert share_answered(three, frozenset("ab")) == pytest.approx(2 / 3)
    assert share_answered([], frozenset()) == 1
