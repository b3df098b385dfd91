"""The importance map as a picture: nothing overlaps, and ellipses are where they should."""

from itertools import combinations
from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.web.pictures_importance import (
    LINE,
    NARROW,
    WIDE,
    Box,
    Map,
    Spot,
    text_width,
)
from gapless_stats.importance import Ellipse, Quadrant

NAMES = {each: each.value.title() for each in Quadrant}
scores = st.floats(1, 7)


@st.composite
def spots(draw):
    major = draw(st.floats(0.05, 0.6))
    return Spot(
        draw(st.sampled_from(["一次办对", "承诺的事按时兑现", "keeps what it promised"])),
        draw(scores),
        draw(scores),
        Ellipse(major, major * draw(st.floats(0.1, 1)), draw(st.floats(-1.5, 1.5)), 0.95),
        draw(st.sampled_from(list(Quadrant))),
        draw(st.booleans()),
    )


def box_of(label):
    return Box(label.x, label.y - LINE + 4, text_width(label.text), LINE)


@given(st.lists(spots(), min_size=2, max_size=25), scores, scores)
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_names_hide_neither_each_other_nor_a_dot(size, every, importance, performance):
    picture = Map(every, importance, performance, NAMES, size)
    boxes = [box_of(label) for label in picture.labels]

    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    assert not any(
        box.meets(Box(dot.x - 4, dot.y - 4, 8, 8)) for box in boxes for dot in picture.drawn
    )
    assert all(box.x >= picture.plot.x for box in boxes)
    assert picture.unnamed == len(every) - len(boxes)


@given(st.lists(spots(), min_size=2, max_size=25), scores, scores)
def test_every_dot_and_the_crosshair_lie_in_the_picture(every, importance, performance):
    picture = Map(every, importance, performance, NAMES)
    inside = Box(
        picture.plot.x - 0.1,
        picture.plot.y - 0.1,
        picture.plot.width + 0.2,
        picture.plot.height + 0.2,
    )
    at = [(dot.x, dot.y) for dot in picture.drawn] + [picture.cross]
    assert all(Box(x, y, 0, 0).within(inside) for x, y in at)


def test_on_a_phone_only_the_certain_ones_have_names():
    def spot(name, at, *, sure):
        ellipse = Ellipse(0.2, 0.1, 0, 0.95)
        return Spot(name, at, at, ellipse, Quadrant.KEEP_UP, sure)

    two = [spot("sure", 3, sure=True), spot("perhaps", 5, sure=False)]
    assert [x.text for x in Map(two, 4, 4, NAMES, NARROW).labels] == ["sure"]
    assert len(Map(two, 4, 4, NAMES, WIDE).labels) == 2


@given(spots(), spots(), st.floats(0, 2 * pi))
def test_the_matrix_puts_a_circle_on_the_ellipse(spot, other, turn):
    picture = Map([spot, other], 4, 4, NAMES)
    drawn = next(each for each in picture.drawn if each.spot is spot)
    a, b, c, d, e, f = map(float, drawn.matrix.split())
    found = a * cos(turn) + c * sin(turn) + e, b * cos(turn) + d * sin(turn) + f
    major, minor, angle = spot.ellipse.major, spot.ellipse.minor, spot.ellipse.angle
    along, aside = major * cos(turn), minor * sin(turn)
    performance = spot.performance + along * cos(angle) - aside * sin(angle)
    importance = spot.importance + along * sin(angle) + aside * cos(angle)

    assert found == pytest.approx((picture.x(performance), picture.y(importance)), abs=0.2)


def test_a_name_that_is_too_long_ends_in_dots():
    ellipse = Ellipse(0.2, 0.1, 0, 0.95)
    long = Spot(
        "员工关怀尊重每个人（含老年人、残疾人）",
        5,
        3,
        ellipse,
        Quadrant.CONCENTRATE,
        sure=True,
    )
    short = Spot("礼貌", 3, 5, ellipse, Quadrant.OVERKILL, sure=True)
    picture = Map([long, short], 4, 4, NAMES, NARROW)
    texts = {label.text for label in picture.labels}

    assert "礼貌" in texts
    assert all(text_width(text) <= NARROW.label for text in texts)
    assert any(text.endswith("…") for text in texts)
