import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.errors import TooFew
from gapless_stats.intervals import (
    clopper_pearson,
    mean_interval,
    mean_of_sums,
    mean_of_values,
    net_score,
    ratio_of_totals,
    share_of,
    wilson,
)
from gapless_stats.moments import Sums

values = st.lists(st.integers(-50, 50), min_size=3, max_size=40)


def test_wilson_as_in_the_domain_manual():
    interval = wilson(81, 263)

    assert (interval.low, interval.high) == pytest.approx((0.255289, 0.366210), abs=5e-7)


@given(st.integers(0, 50), st.integers(1, 50), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_agrees_with_scipy(successes, more, level):
    n = successes + more
    expected = stats.binomtest(successes, n).proportion_ci(level, method="wilson")
    interval = wilson(successes, n, level=level)

    assert (interval.low, interval.high) == pytest.approx(tuple(expected), abs=1e-12)
    assert 0 <= interval.low <= successes / n <= interval.high <= 1


def test_nobody_and_everybody_are_exact():
    assert wilson(0, 20).low == 0
    assert wilson(20, 20).high == 1


def test_a_net_score_as_in_the_domain_manual():
    """Rocks 2016 as domain.md App. D has it: 19 promoters, 9 passives, 8 detractors."""
    found = net_score(19, 8, 36)

    assert found.passives == 9
    assert found.score == pytest.approx(11 / 36, abs=1e-15)
    assert found.centre == pytest.approx(0.282051, abs=5e-7)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (0.028784, 0.535318), abs=5e-7
    )


def test_a_net_score_at_other_levels():
    """By hand: 0.282051 ± z √((0.5064102564 + 0.2243589744 − 0.0795529…) / 39)."""
    p, d, n = (19 + 0.75) / 39, (8 + 0.75) / 39, 39
    reach = stats.norm.ppf(0.95) * np.sqrt((p * (1 - p) + d * (1 - d) + 2 * p * d) / n)
    found = net_score(19, 8, 36, level=0.9).interval

    assert (found.low, found.high) == pytest.approx((p - d - reach, p - d + reach))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60))
def test_the_interval_of_a_net_score_mirrors_and_stays_within_bounds(ups, downs, others):
    n = ups + downs + others
    found, turned = net_score(ups, downs, n), net_score(downs, ups, n)

    assert found.interval.low == pytest.approx(-turned.interval.high, abs=1e-12)
    assert -1 <= found.interval.low < found.interval.high <= 1
    assert found.interval.low <= found.centre <= found.interval.high


def test_everybody_a_promoter_is_no_certainty():
    found = net_score(12, 0, 12)

    assert found.score == 1
    assert found.interval.low < 0.95


@given(values.filter(lambda answers: len(set(answers)) > 1))
def test_a_mean_agrees_with_scipy(answers):
    score = mean_of_values(np.array(answers, dtype=float), level=0.9)
    expected = stats.t.interval(0.9, len(answers) - 1, np.mean(answers), stats.sem(answers))

    assert score.mean == pytest.approx(np.mean(answers), abs=1e-12)
    assert score.sd == pytest.approx(np.std(answers, ddof=1), abs=1e-12)
    assert (score.interval.low, score.interval.high) == pytest.approx(expected, abs=1e-11)


@given(values)
def test_sums_and_values_tell_the_same(answers):
    from_values = mean_of_values(np.array(answers, dtype=float))
    from_sums = mean_of_sums(Sums.of(np.array(answers)))

    assert from_sums.mean == from_values.mean
    assert from_sums.sd == pytest.approx(from_values.sd, rel=1e-14)


def test_a_mean_says_only_what_it_knows():
    nobody = mean_of_values(np.empty(0))
    one = mean_of_values(np.array([3.0]))
    alike = mean_of_values(np.array([0.1, 0.1, 0.1]))

    assert (nobody.n, nobody.mean, nobody.sd) == (0, None, None)
    assert (one.n, one.mean, one.sd, one.interval) == (1, 3.0, None, None)
    assert (alike.sd, alike.interval) == (0.0, None)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: wilson(0, 0), TooFew),
        (lambda: wilson(3, 2), ValueError),
        (lambda: wilson(1, 2, level=95), ValueError),
        (lambda: net_score(0, 0, 0), TooFew),
        (lambda: net_score(3, 3, 5), ValueError),
        (lambda: net_score(-1, 3, 5), ValueError),
        (lambda: mean_interval(1, 0.0, 1.0), TooFew),
        (lambda: mean_interval(5, 0.0, float("nan")), ValueError),
        (lambda: mean_of_values(np.array([1.0, np.nan])), ValueError),
    ],
)
def test_nonsense_is_refused(call, error):
    with pytest.raises(error):
        call()


@given(st.integers(0, 50), st.integers(1, 50), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_exact_interval_agrees_with_scipy(successes, more, level):
    n = successes + more
    expected = stats.binomtest(successes, n).proportion_ci(level, method="exact")
    interval = clopper_pearson(successes, n, level=level)

    assert (interval.low, interval.high) == pytest.approx(tuple(expected), abs=1e-12)
    score = wilson(successes, n, level=level)
    assert interval.high >= score.high - 0.02


def test_everybody_the_same_is_exact_at_that_end():
    assert clopper_pearson(0, 20).low == 0
    assert clopper_pearson(20, 20).high == 1


def test_a_ratio_of_totals_as_the_survey_textbook_has_it():
    """Cochran 1977, eq. 6.13 by hand: 205/45, rests −5.556, −1.111 and 6.667."""
    found = ratio_of_totals(np.array([40, 90, 75]), np.array([10, 20, 15]))

    assert found.ratio == pytest.approx(205 / 45)
    assert found.error == pytest.approx(
        np.sqrt(1.5 * (5.5556**2 + 1.1111**2 + 6.6667**2)) / 45, rel=1e-4
    )
    assert found.interval.high - found.ratio == pytest.approx(
        stats.t.ppf(0.975, 2) * found.error
    )


@given(values.filter(lambda answers: len(set(answers)) > 1))
def test_with_one_answer_a_cluster_a_ratio_is_a_mean(answers):
    plain = mean_of_values(np.array(answers, dtype=float))
    found = ratio_of_totals(np.array(answers), np.ones(len(answers)))

    assert found.ratio == pytest.approx(plain.mean, abs=1e-12)
    assert found.interval.low == pytest.approx(plain.interval.low, abs=1e-9)


@given(values, st.integers(1, 9))
def test_the_unit_of_the_denominator_divides_a_ratio(answers, unit):
    sizes = 1 + np.arange(len(answers)) % 4
    one = ratio_of_totals(np.array(answers), sizes)
    other = ratio_of_totals(np.array(answers), unit * sizes)

    assert other.ratio == pytest.approx(one.ratio / unit, abs=1e-12)
    assert other.error == pytest.approx(one.error / unit, abs=1e-12)


def test_every_interval_names_its_source():
    found = [
        share_of(3, 9).interval,
        net_score(3, 2, 9).interval,
        mean_interval(9, 3.0, 1.0),
        clopper_pearson(3, 9),
        ratio_of_totals(np.arange(9), np.ones(9)).interval,
    ]

    assert all(each.source and each.method for each in found)
    assert share_of(3, 9).as_dict()["interval"]["method"] == "Wilson score"
    assert mean_of_values(np.array([1.0, 2, 4])).as_dict()["source"].startswith("Student")
