import pytest

from gapless.evaluation.gaps.choices import State
from gapless.evaluation.gaps.report import Level, Target
from gapless.evaluation.gaps.rules import answers_to_settle, change_between, state_of
from gapless_stats.gaps import Gap, GapSums
from gapless_stats.intervals import Interval


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
    few, many = GapSums.empty(), GapSums(40, 280, 200, -80, 200, 40, 0, 0)
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
