"""Acceptance plans against published tables and scipy's distributions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.acceptance import Plan, operating, outgoing_limit, plan_for

shares = st.floats(0.0, 1.0)


def test_the_operating_characteristic_of_the_textbook():
    """Montgomery 2013, table 15.2: n 89, c 2."""
    failing = np.array([0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09])
    found = operating(Plan(89, 2), failing)

    assert found.accepted == pytest.approx(
        [0.9897, 0.9397, 0.7366, 0.4985, 0.3042, 0.1721, 0.0919, 0.0468, 0.0230, 0.0109],
        abs=1.1e-4,
    )


@given(st.integers(2, 200), st.data())
def test_no_quality_leaves_more_failures_than_the_limit(n, data):
    plan = Plan(
        n, data.draw(st.integers(0, n - 1)), data.draw(st.sampled_from([None, 10**6]))
    )
    found = outgoing_limit(plan)
    grid = np.linspace(0, 1, 2_001)
    left = grid * stats.binom.cdf(plan.accept, n, grid)

    assert left.max() <= found.limit * (1 + 1e-9) / (1 - n / (plan.lot or math.inf))
    at = operating(Plan(n, plan.accept), np.array([found.failing])).outgoing[0]
    assert found.limit == pytest.approx(at, rel=1e-3)


def test_the_smallest_plan_as_r_finds_it():
    """``find.plan(c(0.05, 0.95), c(0.15, 0.075), "binom")``: Kiermeier 2008, JSS 26(6)."""
    found = plan_for(0.05, 0.15, producer_risk=0.05, consumer_risk=0.075)

    assert (found.plan.n, found.plan.accept) == (80, 7)


@given(st.floats(0.005, 0.08), st.floats(2.5, 8), st.floats(0.02, 0.2))
def test_a_plan_keeps_both_risks_and_no_smaller_one_does(good, times, risk):
    bad = good * times
    found = plan_for(good, bad, producer_risk=risk, consumer_risk=risk)
    n, accept = found.plan.n, found.plan.accept

    assert found.producer_risk <= risk + 1e-12
    assert found.consumer_risk <= risk + 1e-12
    assert stats.binom.cdf(accept, n - 1, bad) > risk - 1e-12


@given(st.integers(2, 60), st.data())
def test_lots_are_hypergeometric(n, data):
    lot = data.draw(st.integers(n, 200))
    accept = data.draw(st.integers(0, n - 1))
    bad = np.arange(0, lot + 1, max(1, lot // 7))
    found = operating(Plan(n, accept, lot), bad / lot)

    assert found.accepted == pytest.approx(
        stats.hypergeom.cdf(accept, lot, bad, n), abs=1e-9
    )


@given(st.integers(2, 60), st.data(), st.lists(shares, min_size=2, max_size=9))
def test_worse_lots_are_accepted_less(n, data, failing):
    accept = data.draw(st.integers(0, n - 1))
    found = operating(Plan(n, accept), np.sort(failing))
    looser = operating(Plan(n + 1, accept + 1), np.sort(failing))

    assert (np.diff(found.accepted) <= 1e-12).all()
    assert (looser.accepted >= found.accepted - 1e-12).all()


def test_a_stream_is_a_very_large_lot():
    failing = np.array([0.01, 0.05, 0.1])
    stream, lot = (operating(Plan(50, 2, size), failing) for size in (None, 10**9))

    assert lot.accepted == pytest.approx(stream.accepted, abs=1e-6)
    assert lot.outgoing == pytest.approx(stream.outgoing, abs=1e-6)
