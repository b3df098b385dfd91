"""Pareto's table against R's, and the laws it follows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.pareto import pareto

amounts = st.lists(st.integers(0, 99), min_size=1, max_size=12).filter(any)


@pytest.mark.real_data
@pytest.mark.reference("pareto")
def test_cumulative_shares_as_r_has_them(agrees):
    """Price code, schedule date, supplier code, contact number, part number."""
    found = pareto(np.array([80, 27, 66, 94, 33]))

    agrees("pareto", 100 * found.cumulative)


def test_of_equal_causes_the_first_named_comes_first():
    found = pareto(np.array([5, 9, 5, 9]))

    assert found.order.tolist() == [1, 3, 0, 2]
    assert found.vital == 3


@given(amounts)
def test_it_is_a_rearrangement_that_ends_at_all(counts):
    found = pareto(np.array(counts))

    assert sorted(found.order.tolist()) == list(range(len(counts)))
    assert (np.diff(found.amounts) <= 0).all()
    assert found.cumulative[-1] == 1
    assert found.shares.sum() == pytest.approx(1)
    assert found.cumulative[found.vital - 1] >= 0.8 - 1e-9
    assert found.vital == 1 or found.cumulative[found.vital - 2] < 0.8


@given(amounts, st.integers(2, 9))
def test_the_unit_does_not_matter(counts, times):
    one, two = pareto(np.array(counts)), pareto(times * np.array(counts))

    assert one.order.tolist() == two.order.tolist()
    assert one.cumulative == pytest.approx(two.cumulative)
    assert one.vital == two.vital
