"""Waiting and staffing: Erlang's formulas against sums, simulation and each other."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.queueing import erlang_a, erlang_b, erlang_c
from gapless_stats.staffing import roster_check, servers_for

CALLS, SECONDS = 720 / 3600, 240
loads = st.floats(0.1, 60)


def test_waiting_as_in_the_domain_manual():
    """App. D: A = 48, c = 55, 240 s: C .238701, ASA 8.184 s, SL15 .845883."""
    found = erlang_c(CALLS, SECONDS, 55)

    assert found.load == pytest.approx(48)
    assert found.waiting == pytest.approx(0.238701, abs=5e-7)
    assert found.wait == pytest.approx(8.184, abs=5e-4)
    assert found.within(15) == pytest.approx(0.845883, abs=5e-7)
    assert found.length == pytest.approx(CALLS * 8.184, abs=1e-3)


@given(loads, st.integers(0, 80))
def test_erlang_b_is_a_truncated_poisson_distribution(load, servers):
    terms = [load**each / math.factorial(each) for each in range(servers + 1)]

    assert erlang_b(load, servers).blocked == pytest.approx(terms[-1] / math.fsum(terms))


@given(loads, st.integers(1, 40))
def test_erlang_c_follows_from_b(load, more):
    servers = math.floor(load) + more
    queue, blocked = erlang_c(load, 1.0, servers), erlang_b(load, servers).blocked
    busy = load / servers

    assert queue.waiting == pytest.approx(blocked / (1 - busy * (1 - blocked)))
    assert queue.occupancy == pytest.approx(busy)


def test_one_server_waits_as_the_textbook_says():
    """M/M/1: C = ρ and W = ρ/(μ - λ)."""
    found = erlang_c(0.8, 1.0, 1)

    assert (found.waiting, found.wait, found.length) == pytest.approx((0.8, 4.0, 3.2))


def test_half_as_much_variation_waits_half_as_long():
    plain, steady = (erlang_c(0.8, 1.0, 1, variability=each) for each in (1.0, 0.5))

    assert steady.wait == pytest.approx(plain.wait / 2)
    assert steady.waiting == plain.waiting


@given(loads, st.integers(1, 60), st.floats(0.2, 5))
def test_erlang_a_balances_what_comes_and_goes(load, servers, patience):
    found = erlang_a(load, 1.0, servers, patience=patience)

    served = found.occupancy * servers
    assert served + load * found.abandoned == pytest.approx(load, rel=1e-9)
    assert found.length == pytest.approx(load * found.wait)
    assert found.within(0) == pytest.approx(1 - found.waiting)
    assert found.within(1e3 * patience) <= 1 - found.abandoned + 1e-6


def test_whoever_does_not_give_up_is_served_in_the_end():
    found = erlang_a(10.0, 1.0, 9, patience=0.5)

    assert found.within(20.0) == pytest.approx(1 - found.abandoned, abs=1e-9)


def test_with_endless_patience_erlang_a_is_c():
    patient, plain = (
        erlang_a(CALLS, SECONDS, 55, patience=1e7),
        erlang_c(CALLS, SECONDS, 55),
    )

    assert patient.waiting == pytest.approx(plain.waiting, abs=1e-4)
    assert patient.wait == pytest.approx(plain.wait, rel=1e-3)
    assert patient.within(15) == pytest.approx(plain.within(15), abs=1e-4)


def test_with_no_patience_erlang_a_is_b():
    found = erlang_a(48.0, 1.0, 55, patience=1e-9)

    assert found.abandoned == pytest.approx(erlang_b(48.0, 55).blocked, rel=1e-6)


def test_patience_as_long_as_service_is_endless_servers():
    """θ = μ: the number of customers is Poisson(A), whoever serves."""
    found = erlang_a(6.0, 1.0, 4, patience=1.0)
    expected = [math.exp(-6) * 6**n / math.factorial(n) for n in range(4)]

    assert found.waiting == pytest.approx(1 - sum(expected))


def simulated(arrivals, handling, servers, patience, customers=120_000):
    """Customers one by one: who waited how long, and who gave up."""
    random = np.random.default_rng(11)
    at = random.exponential(1 / arrivals, customers).cumsum().tolist()
    work = random.exponential(handling, customers).tolist()
    stand = random.exponential(patience, customers).tolist()
    free, waits, gone = [0.0] * servers, [], 0
    for came, long, most in zip(at, work, stand, strict=True):
        wait = max(0.0, free[0] - came)
        if wait > most:
            gone += 1
            waits.append(math.inf)
            continue
        waits.append(wait)
        heapq.heapreplace(free, came + wait + long)
    return gone / customers, np.array(waits)


def test_simulated_customers_wait_and_leave_as_often():
    gone, waits = simulated(0.2, 40, 8, 30)
    found = erlang_a(0.2, 40, 8, patience=30)

    assert found.abandoned == pytest.approx(gone, abs=0.006)
    for time in (0, 5, 15, 40):
        assert found.within(time) == pytest.approx((waits <= time).mean(), abs=0.012)


@given(loads, st.floats(0.3, 0.99), st.floats(0, 2))
def test_staff_is_enough_and_one_fewer_is_not(load, share, within):
    found = servers_for(load, 1.0, within=within, share=share)

    assert found.share >= share
    assert found.queue.within(within) == found.share
    fewer = found.servers - 1
    assert fewer <= load or erlang_c(load, 1.0, fewer).within(within) < share


@given(loads, st.floats(0.3, 0.95))
def test_impatient_customers_need_no_more_staff(load, share):
    plain = servers_for(load, 1.0, within=0.3, share=share)
    leaving = servers_for(load, 1.0, within=0.3, share=share, patience=2.0)

    assert leaving.servers <= plain.servers + 1
    assert leaving.share >= share


def test_staffing_grows_with_the_square_root():
    """Halfin and Whitt 1981: A + β√A keeps a share waiting, β 1.06 for one in five."""
    for load in (100, 1_000, 10_000):
        found = servers_for(load, 1.0, within=0.0, share=0.8)
        assert (found.servers - load) / math.sqrt(load) == pytest.approx(1.06, abs=0.08)


def test_a_roster_that_cannot_keep_its_promise():
    arrivals = np.array([100, 300, 300, 50])
    day = roster_check(
        arrivals, np.array([10, 20, 60, 60]), interval=1800, handling=300, within=120
    )

    assert day.kept.tolist() == [False, False, True, True]
    assert not day.feasible
    assert day.share[1] == 0
    assert roster_check(
        arrivals, day.required, interval=1800, handling=300, within=120
    ).feasible


def test_work_lags_behind_arrivals():
    """A handling time of half an interval moves half of what came."""
    day = roster_check(
        np.array([60, 120, 0]), np.full(3, 99), interval=1.0, handling=0.5, within=1.0
    )

    assert (day.load / 0.5).tolist() == pytest.approx([30, 90, 60])
    assert day.overall == pytest.approx(1.0)
