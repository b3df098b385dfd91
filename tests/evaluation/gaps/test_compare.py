"""Two sides of a row: what is concluded, adjusted, hidden, and taken out of one another."""

import numpy as np
import pytest

from gapless.analytics.summaries import Measure, MeasureKind
from gapless.evaluation.gaps.compare import (
    Method,
    Side,
    compare,
    compare_paired,
    relevant_for,
    rest_of,
)
from gapless_stats.comparison import Conclusion
from gapless_stats.moments import Sums

GAP = Measure("overall", MeasureKind.GAP)
ITEM = Measure("item:R1", MeasureKind.GAP)
NET = Measure("item:nps", MeasureKind.NET)


def side(*values, hidden=False):
    return Side(Sums.of(np.array(values, dtype=np.int64)), hidden)


LOW, HIGH = side(*[-2, -1] * 20), side(*[0, 1] * 20)


def test_each_row_is_judged_by_its_whole_interval():
    found = compare([(GAP, HIGH, LOW), (ITEM, LOW, LOW)])
    better, cannot = found.rows
    assert better.conclusion is Conclusion.BETTER
    assert better.difference.difference == pytest.approx(2.0)
    assert cannot.conclusion is Conclusion.CANNOT_TELL
    assert cannot.needed > 0
    assert compare([(ITEM, LOW, LOW)], relevant=0.5).rows[0].conclusion is Conclusion.SAME


def test_q_is_adjusted_over_the_rows_that_are_shown():
    hidden = side(1, 2, hidden=True)
    found = compare([(GAP, HIGH, LOW), (ITEM, LOW, LOW), (NET, hidden, LOW)])
    assert found.tested == 2
    first, second, third = found.rows
    assert first.q_value == pytest.approx(min(2 * first.difference.p_value, 1))
    assert second.q_value == pytest.approx(second.difference.p_value)
    assert (third.hidden, third.q_value, third.this, third.other) == (
        True,
        None,
        None,
        None,
    )


def test_a_unit_within_another_is_taken_out_of_it():
    whole, part = side(*[1, 2] * 15), side(*[1] * 15)
    assert rest_of(whole, part, threshold=10).sums == side(*[2] * 15).sums


@pytest.mark.parametrize(
    ("whole", "part", "hidden"),
    [
        (side(*[1] * 25), side(*[1] * 15), False),
        (side(*[1] * 24), side(*[1] * 15), True),  # nine are left
        (side(*[1] * 15), side(*[1] * 15), False),  # nobody is
        (side(*[1] * 40, hidden=True), side(*[1] * 15), True),
        (side(*[1] * 40), side(*[1] * 15, hidden=True), True),
    ],
)
def test_the_rest_is_hidden_where_it_would_give_people_away(whole, part, hidden):
    assert rest_of(whole, part, threshold=10).hidden is hidden


def test_paired_each_unit_counts_the_same_and_is_its_own_comparison():
    pairs = [(side(n + 1, n + 1), side(n, n)) for n in range(6)]
    pairs[5] = (side(9, 9), side(5, 5))
    found = compare_paired([(GAP, HIGH, LOW)], [pairs])
    row = found.rows[0]
    assert found.method is Method.PAIRED
    # By hand: differences 1, 1, 1, 1, 1, 4; mean 1.5, s = 1.224745, t(5) = 2.570582
    assert row.difference.difference == pytest.approx(1.5)
    assert row.difference.interval.low == pytest.approx(1.5 - 2.570582 * 0.5, abs=1e-5)


def test_too_few_units_are_no_sample_of_units():
    pairs = [(side(2, 2), side(1, 1))] * 4 + [(side(9, hidden=True), side(1, 1))] * 3
    row = compare_paired([(GAP, HIGH, LOW)], [pairs]).rows[0]
    assert row.difference is None
    assert row.this.value == pytest.approx(0.5)


def test_a_net_score_has_a_difference_that_matters_of_its_own():
    assert relevant_for(GAP, 0.1) == 0.1
    assert relevant_for(NET, 0.1) == pytest.approx(5.0)
