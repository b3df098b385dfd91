"""Quantiles from histograms, with intervals that hold whatever the distribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.quantiles import quantile_of
from gapless_stats.tables import Histogram

counts = st.lists(st.integers(0, 30), min_size=7, max_size=7).filter(any)
places = st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9])


@given(counts, places)
def test_it_is_rs_first_type(of, at):
    rows = np.repeat(np.arange(1, 8), of)
    found = quantile_of(Histogram(1, 7, np.array(of)), at)

    assert found.value == np.quantile(rows, at, method="inverted_cdf")
    assert found.interval.low <= found.value <= found.interval.high


@given(counts, places)
def test_its_interval_is_of_order_statistics(of, at):
    rows, n = np.sort(np.repeat(np.arange(1, 8), of)), sum(of)
    found = quantile_of(Histogram(1, 7, np.array(of)), at).interval
    first = int(stats.binom.ppf(0.025, n, at))
    last = int(stats.binom.ppf(0.975, n, at)) + 1

    assert found.low == (rows[first - 1] if first else 1)
    assert found.high == (rows[last - 1] if last <= n else 7)


def test_the_interval_keeps_its_level():
    """Of 41 answers the median lies between the 14th and the 28th with 97 % (tables)."""
    random = np.random.default_rng(6)
    held = 0
    for _ in range(2_000):
        drawn = random.integers(0, 1_000, 41)
        found = quantile_of(Histogram.of(drawn, drawn >= 0, low=0, high=999), 0.5)
        held += found.interval.low <= 499.5 <= found.interval.high

    assert held / 2_000 == pytest.approx(0.97, abs=0.015)
