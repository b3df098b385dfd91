"""The pictures of the heat map: geometry alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.evaluation.gaps.heatmap import Standing
from gapless.web.pictures_heat import RankBar, Shrunk, ground

values = st.floats(-6, 6).map(lambda value: round(value, 3))


@pytest.mark.parametrize(
    ("standing", "distance", "drawn"),
    [
        (Standing.BELOW, -0.1, "h-s1"),
        (Standing.BELOW, -0.2, "h-s2"),
        (Standing.BELOW, -0.9, "h-s3"),
        (Standing.ABOVE, 0.3, "h-o2"),
        (Standing.UNSURE, -2.0, "h-unsure"),
        (Standing.HIDDEN, 0.0, "h-hidden"),
    ],
)
def test_only_what_is_certain_has_a_colour(standing, distance, drawn):
    assert ground(standing, distance) == drawn


@given(st.integers(2, 2_000), st.data())
def test_a_rank_bar_stays_on_its_line_and_is_never_a_point(of, data):
    low = data.draw(st.integers(1, of))
    bar = RankBar(low, data.draw(st.integers(low, of)), of)

    assert bar.margin <= bar.x1 < bar.x2 <= bar.end + 0.5


@given(values, values, values, values)
def test_everything_of_a_shrunken_estimate_lies_inside_its_picture(raw, low, high, ref):
    low, high = sorted((low, high))
    drawn = Shrunk(raw, (low + high) / 2, low, high, ref)
    places = [drawn.raw_x, drawn.estimate_x, drawn.reference_x, drawn.x(low), drawn.x(high)]

    assert all(0 <= x <= drawn.width for x in places)
    assert len(drawn.marks) <= 8
    assert (drawn.raw_x <= drawn.reference_x) == (drawn.x(raw) <= drawn.x(ref))
