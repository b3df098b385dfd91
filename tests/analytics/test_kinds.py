"""The kinds beside pairs and scores: what their bytes hold, and what their cells count."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.analytics.answers import (
    NO_NUMBER,
    NO_SUCH_NUMBER,
    NOT_APPLICABLE,
    NUMBER_LIMIT,
    UNANSWERED,
    Batch,
    Kind,
    Layout,
    Question,
    numbers,
    score,
    written,
)
from gapless.analytics.folding import ZONES, fold, fold_each, schema_of
from gapless.analytics.grouping import Groups
from gapless_stats.scores import SCALE

LAYOUT = Layout(
    (
        Question("zone", Kind.ZONE, "tangibles", 1, 9),
        Question("turned", Kind.ZONE, "tangibles", 1, 9, reverse=True),
        Question("alone", Kind.EXPECTATION, "tangibles"),
        Question("nps", Kind.NPS, low=0, high=10),
        Question("one", Kind.SINGLE, low=0, high=3, options=4),
        Question("some", Kind.MULTIPLE, options=3),
        Question("minutes", Kind.NUMBER),
        Question("day", Kind.DATE),
        Question("words", Kind.TEXT),
    )
)
SCHEMA = schema_of(LAYOUT)

absent = st.sampled_from([UNANSWERED, NOT_APPLICABLE])
whole = st.integers(-NUMBER_LIMIT, NUMBER_LIMIT)
POSSIBLE = {
    **{("zone", side): st.integers(1, 9) | absent for side in range(3)},
    **{("turned", side): st.integers(1, 9) | absent for side in range(3)},
    ("alone", 0): st.integers(1, 7) | absent,
    ("nps", 0): st.integers(0, 10) | absent,
    ("one", 0): st.integers(0, 3) | absent,
    **{("some", option): st.integers(0, 1) | absent for option in range(3)},
    ("minutes", 0): whole | st.just(NO_SUCH_NUMBER),
    ("day", 0): whole | st.just(NO_SUCH_NUMBER),
}
answers = st.fixed_dictionaries({}, optional=POSSIBLE)
several = st.lists(answers, max_size=12)


def batch_of(said):
    return score(LAYOUT, written(LAYOUT, said))


def cell_of(said):
    return fold(LAYOUT, SCHEMA, batch_of(said))


@given(several, several)
def test_split_anywhere_the_cells_add_up(some, others):
    assert np.array_equal(cell_of(some) + cell_of(others), cell_of(some + others))


@given(several)
def test_the_cell_of_a_batch_is_the_sum_over_its_answers(said):
    alone = sum((cell_of([one]) for one in said), SCHEMA.zero())
    assert np.array_equal(alone, cell_of(said))


@given(st.lists(st.tuples(answers, st.integers(0, 3)), max_size=12))
def test_groups_get_the_cells_they_would_have_alone(said):
    of = np.array([group for _, group in said], np.intp)
    cells = fold_each(LAYOUT, SCHEMA, batch_of([a for a, _ in said]), Groups(of, 4))
    for group in range(4):
        alone = cell_of([answer for answer, belongs in said if belongs == group])
        assert np.array_equal(cells[group], alone)


@given(several, several)
def test_taking_answers_out_leaves_the_others_and_nothing_of_them(stay, out):
    left = cell_of(stay + out) - cell_of(out)
    assert np.array_equal(left, cell_of(stay))
    assert not (left - cell_of(stay)).any()


@given(several)
def test_everybody_is_counted_once_for_each_item(said):
    cell, n = cell_of(said), len(said)
    for code in ("zone", "turned", "alone", "nps", "one"):
        assert SCHEMA.block(cell, f"histogram/{code}").sum() == n
    assert SCHEMA.block(cell, "zone/zone").sum() == n
    assert (SCHEMA.block(cell, "chosen/some") <= n).all()


@given(st.lists(whole | st.just(NO_NUMBER) | st.just(NO_SUCH_NUMBER), max_size=9))
def test_numbers_are_read_as_they_were_written(said):
    question = LAYOUT.of(Kind.NUMBER)[0]
    values = written(LAYOUT, [{("minutes", 0): number} for number in said])
    told = [number if number != NO_SUCH_NUMBER else NO_NUMBER for number in said]
    assert numbers(LAYOUT, values, question).tolist() == told


@given(st.dates())
def test_every_day_of_the_calendar_that_can_be_said_is_kept(day):
    days = (day - date(1970, 1, 1)).days
    if abs(days) > NUMBER_LIMIT:
        with pytest.raises(ValueError, match="no answer to day"):
            written(LAYOUT, [{("day", 0): days}])
        return
    values = written(LAYOUT, [{("day", 0): days}])
    assert numbers(LAYOUT, values, LAYOUT.of(Kind.DATE)[0]).tolist() == [days]


def test_the_moments_of_numbers_are_those_of_the_answers_given():
    said = [
        {("minutes", 0): -4},
        {("minutes", 0): 10},
        {},
        {("minutes", 0): NO_SUCH_NUMBER},
    ]
    assert SCHEMA.block(cell_of(said), "number/minutes").tolist() == [2, 6, 116]


def zone(least, desired, perceived, *, item="zone"):
    sides = enumerate((least, desired, perceived))
    return {(item, side): value for side, value in sides if value is not None}


@pytest.mark.parametrize(
    ("triple", "where"),
    [
        ((4, 8, 3), "below"),
        ((4, 8, 4), "inside"),
        ((4, 8, 7), "inside"),
        ((4, 8, 8), "above"),
        ((5, 5, 5), "above"),
        ((8, 4, 6), "inconsistent"),
        ((4, 8, None), "unanswered"),
        ((None, 8, 9), "unanswered"),
        ((4, 8, NOT_APPLICABLE), "unanswered"),
    ],
)
def test_where_a_perception_lies(triple, where):
    """domain.md 2.3: P < A below, A ≤ P < D inside, P ≥ D above, D < A makes no sense."""
    found = SCHEMA.block(cell_of([zone(*triple)]), "zone/zone")
    assert dict(zip(ZONES, found.tolist(), strict=True))[where] == 1


def test_a_zone_of_an_item_that_is_turned_round_is_turned_whole():
    """At most 6 accepted, 2 desired, 7 found: on the turned scale 4, 8 and 3."""
    cell = cell_of([zone(6, 2, 7, item="turned")])
    assert SCHEMA.block(cell, "zone/turned").tolist() == [1, 0, 0, 0, 0]
    n, least, desired, perceived, *_ = SCHEMA.block(cell, "tolerance/turned").tolist()
    assert (n, least, desired, perceived) == (1, 4, 8, 3)
    assert SCHEMA.block(cell, "histogram/turned").tolist().index(1) == 3 - 1


def test_triples_that_make_no_sense_are_in_no_mean():
    cell = cell_of([zone(8, 4, 6), zone(4, 8, 6)])
    assert SCHEMA.block(cell, "tolerance/zone").tolist()[:4] == [1, 4, 8, 6]


def test_a_choice_is_counted_by_option_and_by_who_answered():
    said = [
        {("some", 0): 1, ("some", 1): 0, ("some", 2): 1},
        {("some", 0): 1, ("some", 1): 0, ("some", 2): 0},
        {("some", 0): NOT_APPLICABLE},
        {},
    ]
    assert SCHEMA.block(cell_of(said), "chosen/some").tolist() == [2, 0, 1, 2]


def test_one_choice_is_a_histogram_of_its_options():
    said = [{("one", 0): 3}, {("one", 0): 3}, {("one", 0): 0}, {}]
    assert SCHEMA.block(cell_of(said), "histogram/one").tolist() == [1, 0, 0, 2, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {("nps", 0): 11},
        {("one", 0): 4},
        {("some", 1): 2},
        {("some", 1): -1},
        {("alone", 0): 0},
        {("zone", 0): 10},
        {("zone", 1): 0},
        {("turned", 2): 10},
    ],
)
def test_an_answer_outside_its_scale_is_not_counted_but_refused(wrong):
    with pytest.raises(ValueError, match="outside its scale"):
        cell_of([wrong])


def test_points_beyond_a_hundred_are_refused():
    weighing = Layout((Question("w", Kind.WEIGHT, "d", 0, 100),))
    for points in (101, -1):
        values = written(weighing, [{("w", 0): points}])
        with pytest.raises(ValueError, match="outside its scale"):
            fold(weighing, schema_of(weighing), score(weighing, values))


@pytest.mark.parametrize(
    "wrong",
    [
        {("nps", 1): 5},  # it has one byte
        {("zone", 3): 5},
        {("some", -1): 1},
        {("minutes", 1): 5},
        {("minutes", 0): NUMBER_LIMIT + 1},
        {("day", 0): -NUMBER_LIMIT - 1},
        {("nps", 0): 128},
    ],
)
def test_what_fits_into_no_byte_of_its_item_is_never_written(wrong):
    with pytest.raises(ValueError, match="is no answer to"):
        written(LAYOUT, [wrong])


def test_a_form_that_rates_nothing_has_cells_all_the_same():
    layout = Layout((Question("nps", Kind.NPS, low=0, high=10), Question("t", Kind.TEXT)))
    cell = fold(layout, schema_of(layout), score(layout, written(layout, [{}] * 3)))
    assert schema_of(layout).block(cell, "answers") == 3
    assert schema_of(layout).block(cell, "histogram/nps").tolist()[-1] == 3


def test_what_was_perceived_of_a_zone_is_performance():
    said = [zone(4, 8, 6) | zone(6, 2, 6, item="turned")]
    place = LAYOUT.performance_names.index("dimension/tangibles")
    assert batch_of(said).composites[0, place] == 5 * SCALE


def twelve(kind):
    return Layout(tuple(Question(f"i{n}", kind, "d", 1, 9) for n in range(12)))


@pytest.mark.parametrize("kind", [Kind.EXPECTATION, Kind.ZONE])
def test_whoever_ticks_one_column_all_the_way_is_flagged_on_every_form(kind):
    layout = twelve(kind)
    side = layout.questions[0].perceived_at
    same = {(q.code, side): 5 for q in layout.questions}
    mixed = {(q.code, side): 1 + n % 9 for n, q in enumerate(layout.questions)}
    flags = score(layout, written(layout, [same, mixed])).flags.tolist()
    assert flags == [0b011, 0]


def test_expectations_at_the_top_are_seen_where_nothing_else_is_asked():
    layout = twelve(Kind.EXPECTATION)
    top = {(q.code, 0): 9 for q in layout.questions[:9]} | {("i9", 0): 8}
    assert score(layout, written(layout, [top])).flags[0] & 0b100


def test_who_answered_in_part_has_items_but_no_composite():
    values = written(LAYOUT, [zone(4, 8, 6), zone(4, 8, 6)])
    found = score(LAYOUT, values, partial=np.array([True, False]))
    cell = fold(LAYOUT, SCHEMA, found)
    assert SCHEMA.block(cell, "performance/by_item")[0] == 1
    assert SCHEMA.block(cell, "zone/zone")[ZONES.index("inside")] == 2
    assert isinstance(found, Batch)
