import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.intervals import share_of, wilson
from gapless_stats.moments import Moments
from gapless_stats.tolerance import position_in_zone, zone_of_tolerance

triples = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)).map(
        lambda each: (*sorted(each[:2]), each[2])
    ),
    min_size=1,
    max_size=40,
)


def zone_of(rows):
    least, desired, perceived = np.array(rows).T
    below, above = perceived < least, perceived >= desired
    above &= ~below
    inside = ~below & ~above
    counts = [int(below.sum()), int(inside.sum()), int(above.sum()), 2, 3]
    return zone_of_tolerance(counts, Moments.of(np.array(rows)))


@given(triples)
def test_adequacy_is_superiority_and_the_width_of_the_zone(rows):
    zone = zone_of(rows)
    least, desired, perceived = np.array(rows).mean(axis=0)

    assert zone.least.mean == pytest.approx(least)
    assert zone.desired.mean == pytest.approx(desired)
    assert zone.adequacy.mean == pytest.approx(perceived - least, abs=1e-12)
    assert zone.superiority.mean == pytest.approx(perceived - desired, abs=1e-12)
    assert zone.adequacy.mean - zone.superiority.mean == pytest.approx(
        zone.width.mean, abs=1e-12
    )


@given(triples)
def test_everybody_is_in_one_zone(rows):
    zone = zone_of(rows)

    assert zone.below.count + zone.inside.count + zone.above.count == zone.n == len(rows)
    assert zone.below.share + zone.inside.share + zone.above.share == pytest.approx(1)
    assert zone.below.interval == wilson(zone.below.count, zone.n)
    assert (zone.inconsistent, zone.unanswered) == (2, 3)


@given(triples.filter(lambda rows: len(rows) > 1 and any(d > a for a, d, _ in rows)))
def test_a_position_is_where_perception_lies_between_the_two(rows):
    zone = zone_of(rows)
    lies = zone.least.mean + zone.position.value * zone.width.mean

    assert lies == pytest.approx(zone.perceived.mean)


def test_the_interval_of_a_position_holds_it_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = []
    for _ in range(1000):
        least = rng.integers(3, 6, 80)
        desired = least + rng.integers(1, 4, 80)
        perceived = least + rng.integers(-1, 4, 80)
        found = position_in_zone(Moments.of(np.column_stack([least, desired, perceived])))
        held.append(found.interval.low <= 1.0 / 2.0 <= found.interval.high)

    # E[P - A] = 1 and E[D - A] = 2.
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_nobody_has_no_zone():
    zone = zone_of_tolerance([0, 0, 0, 1, 4], Moments.empty(3))

    assert (zone.n, zone.adequacy.mean, zone.position) == (0, None, None)
    assert (zone.below.share, zone.below.interval) == (None, None)


def test_a_zone_without_width_has_no_position():
    assert zone_of([(5, 5, 4), (6, 6, 7)]).position is None
    assert zone_of([(5, 7, 6)]).position is None


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(ValueError, match="triples"):
        zone_of_tolerance([1, 0, 0, 0, 0], Moments.empty(3))
    with pytest.raises(ValueError, match="columns"):
        position_in_zone(Moments.empty(2))
    with pytest.raises(ValueError, match="level"):
        position_in_zone(Moments.empty(3), level=0)
    with pytest.raises(ValueError, match="not a share"):
        share_of(3, 2)
