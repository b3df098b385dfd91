from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from gapless.web.templatetags import numbers
from tests.web.conftest import Draw

NAN = float("nan")


@pytest.fixture(autouse=True)
def _in_english() -> None:
    translation.activate("en")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-0.734, "−0.73"),
        (0.06, "0.06"),
        (-1234.5, "−1,234.50"),
        (-0.001, "0.00"),
        (0, "0.00"),
        (None, "—"),
        (NAN, "—"),
        (float("-inf"), "—"),
    ],
)
def test_points(value: float | None, written: str) -> None:
    assert numbers.points(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.06, "+0.06"), (-0.1, "−0.10"), (0.0, "0.00"), (0.004, "0.00"), (None, "—")],
)
def test_a_difference_carries_its_sign(value: float | None, written: str) -> None:
    assert numbers.signed(value) == written


def test_decimals_can_be_chosen() -> None:
    assert numbers.points(-1.25, 1) == "−1.2"
    assert numbers.signed(3.0, 0) == "+3"
    assert numbers.share(0.7421, 0) == "74%"


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.7421, "74.2%"), (1, "100.0%"), (-0.072, "−7.2%"), (None, "—"), (NAN, "—")],
)
def test_a_share_is_written_in_percent(value: float | None, written: str) -> None:
    assert numbers.share(value) == written


def test_how_many() -> None:
    assert numbers.count(3657) == "3,657"
    assert numbers.count(0) == "0"
    assert numbers.count(None) == "—"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.5, "0.50"),
        (0.99, "0.99"),
        (0.9901, "greater than 0.99"),
        (1.0, "greater than 0.99"),
        (0.01, "0.01"),
        (0.0099, "less than 0.01"),
        (None, "—"),
        (NAN, "—"),
    ],
)
def test_probability(value: float | None, written: str) -> None:
    assert numbers.probability(value) == written


@given(st.floats(0, 1))
def test_a_probability_is_never_written_as_certain(value: float) -> None:
    assert numbers.probability(value) not in {"0.00", "1.00"}


@pytest.mark.parametrize(
    ("limits", "written"),
    [
        ((-0.76, -0.69), "[−0.76, −0.69]"),
        ((-0.02, 0.1), "[−0.02, 0.10]"),
        ((None, 0.1), "—"),
        ((0.1, NAN), "—"),
    ],
)
def test_interval(limits: tuple[float | None, float | None], written: str) -> None:
    assert numbers.interval(*limits) == written


def test_the_tag_takes_decimals() -> None:
    page = Template("{% interval low high 1 %}")

    assert page.render(Context({"low": -7.9, "high": 6.5})) == "[−7.9, 6.5]"


def test_n_stands_after_the_interval(draw: Draw) -> None:
    drawn = draw(
        '<c-ui.interval :low="low" :high="high" :n="n" />', low=-0.8, high=-0.7, n=1234
    )

    assert drawn == '<span class="ci">[−0.80, −0.70]&ensp;n&nbsp;1,234</span>'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (timedelta(days=12, hours=17, minutes=59), "12 days 17 hours"),
        (timedelta(hours=17, minutes=52), "17 hours 52 minutes"),
        (timedelta(days=1, minutes=5), "1 day"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(0), "0 minutes"),
        (timedelta(hours=-3), "3 hours"),
        (None, "—"),
    ],
)
def test_a_duration_has_at_most_two_units(value: timedelta | None, written: str) -> None:
    assert numbers.duration(value) == written


def test_a_language_map_is_said_in_the_language_of_the_page() -> None:
    name = {"zh-hans": "可靠性", "en": "Reliability"}

    assert numbers.said(name) == "Reliability"
    with translation.override("zh-hant"):
        assert numbers.said(name) == "可靠性"
    assert numbers.said(None) == ""
