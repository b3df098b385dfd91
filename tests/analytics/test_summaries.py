"""Measures are n, Σ and Σ² of what they name, and add up like everything else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gapless.analytics.answers import (
    NOT_APPLICABLE,
    UNUSABLE,
    Kind,
    Layout,
    Question,
    score,
    written,
)
from gapless.analytics.folding import fold, schema_of
from gapless.analytics.summaries import MeasureKind, measures

LAYOUT = Layout(
    (
        Question("one", Kind.PAIR, "tangibles"),
        Question("two", Kind.PAIR, "tangibles", reverse=True),
        Question("three", Kind.SCORE, "empathy", 1, 5),
        Question("whole", Kind.OVERALL, low=1, high=5),
        Question("nps", Kind.NPS, low=0, high=10),
        Question("choice", Kind.SINGLE, low=0, high=1, options=2),
    )
)
SCHEMA = schema_of(LAYOUT)
seven = st.integers(1, 7) | st.just(NOT_APPLICABLE)
answers = st.fixed_dictionaries(
    {},
    optional={
        **{(code, side): seven for code in ("one", "two") for side in (0, 1)},
        ("three", 0): st.integers(1, 5),
        ("whole", 0): st.integers(1, 5),
        ("nps", 0): st.integers(0, 10),
    },
)


def found_in(said):
    cell = fold(LAYOUT, SCHEMA, score(LAYOUT, written(LAYOUT, said)))
    block = SCHEMA.block(cell, "measures")
    return {
        (m.target, m.kind): tuple(map(int, block[:, place]))
        for place, m in enumerate(measures(LAYOUT))
    }


def three_sums(values):
    return len(values), sum(values), sum(value * value for value in values)


@given(st.lists(answers, max_size=12))
def test_a_measure_is_made_of_the_answers_it_names(said):
    found = found_in(said)
    pairs = [(each.get(("two", 0), -128), each.get(("two", 1), -128)) for each in said]
    gaps = [e - p for e, p in pairs if min(e, p) > 0]  # reverse-keyed: turned both
    assert found["item:two", MeasureKind.GAP] == three_sums(gaps)
    perceived = [8 - p for _, p in pairs if p > 0]
    assert found["item:two", MeasureKind.PERFORMANCE] == three_sums(perceived)
    whole = [each["whole", 0] for each in said if ("whole", 0) in each]
    assert found["item:whole", MeasureKind.PERFORMANCE] == three_sums(whole)
    likely = [each["nps", 0] for each in said if ("nps", 0) in each]
    net = [(value >= 9) - (value <= 6) for value in likely]
    assert found["item:nps", MeasureKind.NET] == three_sums(net)


@given(st.lists(answers, max_size=12))
def test_composites_are_measured_as_they_are_stored(said):
    batch = score(LAYOUT, written(LAYOUT, said))
    found = found_in(said)
    for place, name in enumerate(LAYOUT.gap_names):
        stored = batch.composites[:, 3 * place + 2].astype(object)
        usable = [value for value in stored if value != UNUSABLE]
        target = name.replace("dimension/", "dimension:")
        assert found[target, MeasureKind.GAP] == three_sums(usable)


def test_the_measures_come_first_in_a_cell():
    assert SCHEMA.head == 1 + 3 * len(measures(LAYOUT))
    assert SCHEMA.start("measures") == 1
    cell = fold(LAYOUT, SCHEMA, score(LAYOUT, written(LAYOUT, [{("nps", 0): 9}])))
    assert np.count_nonzero(cell[: SCHEMA.head]) == 4


def test_what_is_only_chosen_is_no_measure():
    assert not [m for m in measures(LAYOUT) if m.item == "choice"]
