"""How long charts take to signal: the tables of the literature, and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.charts.memory import WIDTHS
from gapless_stats.charts.run_length import (
    cusum_run_length,
    ewma_run_length,
    shewhart_run_length,
    two_sided_run_length,
)


def test_points_to_a_false_alarm_as_in_the_domain_manual():
    """App. D: EWMA (0.10, 2.814) 499.5; CUSUM K = 0.5, H = 5 465.4 and H = 4.77 368.5."""
    found = [
        ewma_run_length(weight=0.10, width=2.814).mean,
        two_sided_run_length(slack=0.5, decision=5).mean,
        two_sided_run_length(slack=0.5, decision=4.77).mean,
    ]

    assert [round(each, 1) for each in found] == [499.5, 465.4, 368.5]


@pytest.mark.parametrize(("weight", "width"), WIDTHS.items())
def test_every_usual_ewma_has_500_points_to_a_false_alarm(weight, width):
    """Lucas and Saccucci 1990, table 3; domain.md 4.8 has 499.5 to 499.9."""
    assert ewma_run_length(weight=weight, width=width).mean == pytest.approx(500, abs=0.6)


@pytest.mark.parametrize(
    ("shift", "mean"),
    [(0.25, 139), (0.5, 38.0), (0.75, 17.0), (1.0, 10.4), (1.5, 5.75), (2.0, 4.01)],
)
def test_a_cusum_finds_a_shift_as_tabled(shift, mean):
    """Montgomery 2013, table 9.4 (after Lucas and Crosier), k = 1/2, h = 5."""
    assert two_sided_run_length(shift=shift).mean == pytest.approx(mean, rel=0.01)


EWMA_TABLE = {
    0.25: [224, 170, 150, 106, 84.1],
    0.50: [71.2, 48.2, 41.8, 31.3, 28.8],
    0.75: [28.4, 20.1, 18.2, 15.9, 16.4],
    1.00: [14.3, 11.1, 10.5, 10.3, 11.4],
    1.50: [5.9, 5.5, 5.5, 6.1, 7.1],
    2.00: [3.5, 3.6, 3.7, 4.4, 5.2],
    3.00: [2.0, 2.3, 2.4, 2.9, 3.5],
}
"""Montgomery 2013, table 9.11 (after Lucas and Saccucci 1990), λ from 0.40 to 0.05."""


@pytest.mark.parametrize("shift", EWMA_TABLE)
def test_an_ewma_finds_a_shift_as_tabled(shift):
    found = [
        ewma_run_length(weight=weight, width=WIDTHS[weight], shift=shift).mean
        for weight in sorted(WIDTHS, reverse=True)
    ]

    assert found == pytest.approx(EWMA_TABLE[shift], rel=0.005, abs=0.06)


def test_with_a_weight_of_one_an_ewma_is_shewharts_chart():
    for shift in (0.0, 0.5, 2.0):
        plain = shewhart_run_length(shift=shift)
        same = ewma_run_length(weight=1.0, width=3.0, shift=shift)

        assert same.mean == pytest.approx(plain.mean, rel=1e-9)
        assert same.sd == pytest.approx(plain.sd, rel=1e-7)


def test_a_simulated_cusum_takes_as_long():
    random = np.random.default_rng(8)
    runs = 20_000
    sums, lengths, going = np.zeros(runs), np.zeros(runs, int), np.ones(runs, bool)
    while going.any():
        lengths[going] += 1
        sums = np.maximum(0, sums + random.standard_normal(runs) + 0.5)
        going &= sums <= 5
    found = cusum_run_length(shift=1.0)

    assert found.mean == pytest.approx(lengths.mean(), rel=0.02)
    assert found.sd == pytest.approx(lengths.std(), rel=0.05)


@given(st.floats(0, 2), st.floats(0.05, 1))
def test_a_larger_shift_is_found_sooner(shift, more):
    arguments = {"slack": 0.5, "decision": 4.0, "states": 51}
    near = two_sided_run_length(shift=shift, **arguments).mean
    far = two_sided_run_length(shift=shift + more, **arguments).mean

    assert far < near


@given(st.floats(-2, 2))
def test_both_directions_are_found_as_soon(shift):
    arguments = {"weight": 0.2, "width": 2.8, "states": 51}
    up = ewma_run_length(shift=shift, **arguments)
    down = ewma_run_length(shift=-shift, **arguments)

    assert up.mean == pytest.approx(down.mean, rel=1e-9)


def test_a_head_start_finds_a_shift_sooner():
    """Lucas and Crosier 1982: 6.35 points at a shift of 1 for H = 5 and a start of 2.5."""
    found = cusum_run_length(shift=1.0, head_start=2.5).mean

    assert found == pytest.approx(6.35, abs=0.05)
    assert found < cusum_run_length(shift=1.0).mean
