import numpy as np
import pytest

from gapless.analytics.answers import Kind, Layout, Question, score
from gapless.analytics.folding import fold, schema_of
from gapless.evaluation.gaps.choices import State
from gapless.evaluation.gaps.report import GapReport, Level, Target, report
from gapless.evaluation.gaps.rules import (
    answers_to_settle,
    change_between,
    may_leave_out,
    publish,
    state_of,
)
from gapless_stats.gaps import Gap, benjamini_hochberg
from gapless_stats.intervals import Interval
from gapless_stats.moments import Sums

UNASKED = -128


def reported(layout: Layout, answers: np.ndarray) -> GapReport:
    cell = fold(layout, schema_of(layout), score(layout, answers.astype(np.int8)))
    return report(layout, cell)


def drawn(n: int, columns: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 8, (n, columns))


PAIRS = [Question(code, Kind.PAIR, "care") for code in ("A", "B")]
ALONE = Question("C", Kind.SCORE, "care")


def test_a_dimension_of_pairs_and_scores_has_the_gap_of_its_pairs():
    answers = drawn(60, 5)
    mixed = reported(Layout((PAIRS[0], ALONE, PAIRS[1])), answers[:, [0, 1, 4, 2, 3]])
    paired = reported(Layout(tuple(PAIRS)), answers[:, :4])

    care, alike = mixed.dimension("care"), paired.dimension("care")
    assert care.gap == alike.gap
    assert mixed.overall == paired.overall
    assert (care.alpha_expectation, care.alpha_gap) == (
        alike.alpha_expectation,
        alike.alpha_gap,
    )
    assert care.difference_reliability == alike.difference_reliability
    # SERVPERF asks for perceptions, and so counts all three.
    assert care.alpha_perception.n == 60
    assert care.performance.mean == pytest.approx(answers[:, [1, 3, 4]].mean())


def test_an_item_that_is_withheld_is_not_felt_in_the_q_values_of_the_others():
    layout = Layout(tuple(Question(c, Kind.PAIR, "care") for c in "ABC"))
    answers = drawn(40, 6)
    answers[8:, 4:] = UNASKED
    shown = publish(reported(layout, answers), threshold=10)

    a, b, c = shown.items
    expected = benjamini_hochberg([a.gap.p_value, b.gap.p_value])
    assert [a.q_value, b.q_value] == pytest.approx(expected.tolist())
    assert (c.q_value, shown.tested) == (None, 2)


@pytest.mark.parametrize(("asked", "may"), [(0, True), (1, False), (9, False), (10, True)])
def test_answers_are_left_out_only_where_no_number_would_give_away_a_few(asked, may):
    """Ten and more are left out, but of one item only as many as answered it."""
    answers = drawn(14, 4)
    answers[asked:, 2:] = UNASKED
    found = reported(Layout(tuple(PAIRS)), answers)
    assert may_leave_out(found, threshold=10) is may


def gap(value: float, half: float, n: int = 100, sd: float = 1.0) -> Gap:
    interval = Interval(value - half, value + half, 0.95, "t")
    return Gap(n, 6.0, 6.0 + value, value, sd, interval, None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (None, State.NONE),
        (gap(-1.5, 0.4), State.BIG),
        (gap(-1.5, 0.5), State.SHORT),  # reaches -1.0 itself
        (gap(-0.5, 0.3), State.SHORT),
        (gap(-0.15, 0.1), State.UNSURE),
        (gap(0.0, 0.05), State.EVEN),
        (gap(0.0, 0.1), State.UNSURE),  # reaches the limits themselves
        (gap(0.3, 0.1), State.OVER),
        (gap(-1.5, 0.1, n=9), State.HIDDEN),
        (gap(-1.5, 0.1, n=0), State.NONE),
    ],
)
def test_the_whole_interval_decides_the_state(found, state):
    assert state_of(found, threshold=10) is state


def test_one_answer_to_everything_cannot_be_told():
    alike = Gap(20, 7.0, 5.0, -2.0, 0.0, None, None, None, None, 1.0, 0.0, 0.0)
    assert state_of(alike, threshold=10) is State.UNSURE


def test_how_many_more_answers_would_settle_it():
    # (1.96 · 1 / 0.3)² = 42.7, of which 20 are there.
    assert answers_to_settle(gap(-0.4, 0.5, n=20)) == 23


def test_a_change_needs_enough_answers_on_both_sides():
    few, many = Sums(0, 0, 0), Sums(40, -80, 200)
    assert change_between(few, many, threshold=10) is None
    assert change_between(many, many, threshold=10).change == 0
    assert not change_between(many, many, threshold=10).told


@pytest.mark.parametrize(
    "text", ["item:R4", "dimension:reliability", "overall", "weighted"]
)
def test_a_target_is_read_back_as_it_is_written(text):
    assert str(Target.parse(text)) == text


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        Target.parse("nothing")
    assert Target.parse("item:a:b") == Target(Level.ITEM, "a:b")
