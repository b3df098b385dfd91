import re
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from gapless.evaluation.gaps.choices import State
from gapless.web.pictures import Estimate, GapBar, Histogram, Scale, Spark
from gapless.web.templatetags.ui import axis, in_words

FOUR_WIDE = Scale(low=-2, high=2, width=400)
gaps = st.floats(-6, 6)


def bar(value: float, low: float, high: float) -> GapBar:
    return GapBar(State.SHORT, FOUR_WIDE, (value, low, high))


# --- Scale ----------------------------------------------------------------------------


@given(st.lists(gaps, min_size=1, max_size=30))
def test_a_scale_holds_every_estimate_and_zero(values: list[float]) -> None:
    scale = Scale.around(values)

    assert all(0 < scale.x(value) < scale.width for value in [0, *values])


@given(st.lists(gaps, max_size=30))
def test_a_scale_has_few_round_ticks_zero_among_them(values: list[float]) -> None:
    ticks = [tick.value for tick in Scale.around(values).ticks]

    assert 0 in ticks
    assert len(ticks) <= 8
    assert len({round(b - a, 6) for a, b in pairwise(ticks)}) <= 1


@given(gaps, gaps)
def test_more_is_further_right(one: float, other: float) -> None:
    scale = Scale.around([one, other])
    left, right = sorted((one, other))

    assert scale.x(left) <= scale.x(right)


def test_a_scale_for_nothing_can_still_be_drawn() -> None:
    assert Scale.around([]).ticks


@pytest.mark.parametrize(
    ("value", "written"), [(0.0, "0"), (-0.5, "−0.5"), (-0.25, "−0.25"), (10.0, "10")]
)
def test_axis_figures_are_short(value: float, written: str) -> None:
    assert axis(value) == written


# --- Gap bar --------------------------------------------------------------------------


def test_a_shortfall_grows_left_from_zero() -> None:
    drawn = bar(-0.5, -0.7, -0.3)

    assert (drawn.bar_x, drawn.bar_width) == (150, 50)
    assert drawn.bar_x + drawn.bar_width == FOUR_WIDE.zero


def test_a_surplus_grows_right_from_zero() -> None:
    drawn = bar(0.5, 0.3, 0.7)

    assert (drawn.bar_x, drawn.bar_width) == (200, 50)


def test_the_interval_has_a_cap_at_each_end() -> None:
    assert bar(-0.5, -0.7, -0.3).whisker == "M130 13H170M130 9v8M170 9v8"
    assert bar(-0.5, -0.7, -0.3).beyond == ""


def test_an_interval_that_goes_on_outside_has_an_arrow_and_no_cap() -> None:
    drawn = bar(-0.5, -2.4, 0.1)

    assert drawn.whisker == "M0 13H210M210 9v8"
    assert drawn.beyond == "M0 13l5 -4v8z"


def test_an_estimate_outside_the_scale_is_cut_at_its_edge() -> None:
    drawn = bar(-3, -3.2, -2.8)

    assert (drawn.bar_x, drawn.bar_width) == (0, 200)


def test_the_tolerance_lies_around_zero() -> None:
    drawn = bar(-0.5, -0.7, -0.3)

    assert (drawn.band_x, drawn.band_width) == (190, 20)


def test_the_label_says_the_finding() -> None:
    with translation.override("en"):
        assert in_words(bar(-0.5, -0.7, -0.3)) == (
            "Gap −0.50, interval [−0.70, −0.30]: Shortfall"
        )
        assert in_words(GapBar(State.HIDDEN, FOUR_WIDE)) == "Withheld"


# --- Trend ----------------------------------------------------------------------------

LOW, HIGH = (-1.0, -1.2, -0.8), (-0.5, -0.7, -0.3)


def heights(line: str) -> list[float]:
    return [float(point.split(",")[1]) for point in line.split()]


def test_a_trend_that_rises_is_drawn_upwards() -> None:
    (line,) = Spark([LOW, HIGH]).lines

    first, last = heights(line)
    assert first > last


def test_nothing_is_drawn_through_a_period_without_answers() -> None:
    spark = Spark([LOW, LOW, None, HIGH])

    assert [len(line.split()) for line in spark.lines] == [2, 1]
    assert spark.last == (177, heights(spark.lines[1])[0])


def test_no_estimates_at_all_draw_nothing() -> None:
    spark = Spark([None, None])

    assert (spark.lines, spark.bands, spark.last) == ((), (), None)


@given(st.lists(st.none() | st.tuples(gaps, gaps, gaps).map(sorted), max_size=12))
def test_a_trend_stays_inside_its_picture(raw: list[list[float] | None]) -> None:
    estimates: list[Estimate | None] = [v and (v[1], v[0], v[2]) for v in raw]
    spark = Spark(estimates, width=180, height=34)
    points = re.findall(r"([\d.-]+),([\d.-]+)", " ".join(spark.lines + spark.bands))

    assert all(0 <= float(x) <= 180 and 0 <= float(y) <= 34 for x, y in points)


# --- Histogram ------------------------------------------------------------------------


def test_the_middle_column_is_no_difference() -> None:
    columns = Histogram([1, 2, 4, 2, 1]).columns

    assert [c.difference for c in columns] == [-2, -1, 0, 1, 2]
    assert [c.state for c in columns] == [
        State.BIG,
        State.BIG,
        State.EVEN,
        State.OVER,
        State.OVER,
    ]


def test_columns_stand_on_the_floor_and_keep_proportion() -> None:
    histogram = Histogram([0, 35, 70])

    assert [c.height for c in histogram.columns] == [0, 35, 70]
    assert {c.y + c.height for c in histogram.columns} == {histogram.floor}


def test_a_single_answer_among_thousands_can_be_seen() -> None:
    assert Histogram([1, 9_000, 0]).columns[0].height == 1


def test_levels_taken_together_are_one_column_of_their_people() -> None:
    histogram = Histogram([3, 12, 40, 25, 0], [2, 1, 1, 2, 1])
    together, *_rest, none = histogram.columns

    assert [at for _x, at in histogram.ticks] == [-3, -2, -1, 0, 1, 2, 3]
    assert (together.difference, together.width) == (-3, 52)
    areas = [each.height * each.levels for each in histogram.columns]
    assert areas == pytest.approx([n * 70 / 40 for n in (3, 12, 40, 25, 0)], abs=0.1)
    assert none.x + none.width <= histogram.width
    assert [each.state for each in histogram.columns] == [
        State.BIG,
        State.BIG,
        State.EVEN,
        State.OVER,
        State.OVER,
    ]
    assert Histogram([3, 5], [2, 1]).columns[0].state is State.EVEN


def test_how_many_felt_less() -> None:
    assert Histogram([3, 1, 4, 1, 1]).share_below == 0.4
    assert Histogram([0, 0, 0]).share_below is None
