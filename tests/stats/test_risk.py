import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapless_stats.errors import OutOfRange, TooFew, TooMany, WrongShape
from gapless_stats.risk import (
    Risk,
    expected_loss,
    lognormal,
    pert,
    simulate_losses,
    triangular,
)
from gapless_stats.risk_models import panjer, rate_of_incidents, risk_level

SEVERITIES = [lognormal(1000, 5000), pert(10, 20, 60), triangular(10, 20, 60)]
money = st.floats(0, 1e6)


@pytest.mark.parametrize("severity", SEVERITIES, ids=lambda each: each.shape.value)
def test_the_moments_of_a_single_loss(severity):
    drawn = severity.draw(np.random.default_rng(1), 400_000)

    assert severity.mean == pytest.approx(drawn.mean(), rel=0.02)
    assert severity.square == pytest.approx((drawn**2).mean(), rel=0.15)


def test_a_lognormal_loss_has_the_quantiles_it_was_made_of():
    drawn = lognormal(1000, 5000).draw(np.random.default_rng(2), 400_000)

    assert np.quantile(drawn, [0.5, 0.9]) == pytest.approx([1000, 5000], rel=0.02)


@pytest.mark.parametrize("dispersion", [None, 2.0])
@pytest.mark.parametrize("severity", SEVERITIES[1:], ids=lambda each: each.shape.value)
def test_simulated_losses_have_the_moments_of_the_closed_form(severity, dispersion):
    """E = λE[X], Var = λE[X²] (+ λ²E[X]²/r): Klugman, Panjer and Willmot 2012, 9.9."""
    risk = Risk(3.0, severity, dispersion, prevented=(0.2, 0.5), mitigated=0.1)
    exact, found = expected_loss(risk), simulate_losses([risk])

    assert exact.mean == pytest.approx(3 * 0.8 * 0.5 * 0.9 * severity.mean)
    assert abs(found.expected - exact.mean) < 4 * found.expected_error
    assert found.sd == pytest.approx(exact.sd, rel=0.02)


def test_overlapping_controls_and_delays_are_in_both_forms():
    """Three controls of 80 % would prevent 99.2 %, but no more than 90 % is believed."""
    risk = Risk(
        20.0,
        SEVERITIES[1],
        prevented=(0.8,) * 3,
        mitigated=0.4,
        most_prevented=0.9,
        delay=7,
    )
    exact, found = expected_loss(risk), simulate_losses([risk])

    assert exact.mean == pytest.approx(2 * (0.6 * SEVERITIES[1].mean + 7))
    assert abs(found.expected - exact.mean) < 4 * found.expected_error
    assert found.sd == pytest.approx(exact.sd, rel=0.02)


def test_quantiles_are_those_of_panjers_recursion():
    """Losses of 1, 2 or 3, drawn and computed exactly (triangular on a grid of its own)."""
    exact = panjer(4.0, [0, 0.2, 0.5, 0.3], step=1.0, points=200)
    rng = np.random.default_rng(3)
    counts = rng.poisson(4.0, 200_000)
    sizes = rng.choice([1, 2, 3], p=[0.2, 0.5, 0.3], size=counts.sum())
    drawn = np.bincount(np.repeat(np.arange(200_000), counts), sizes, 200_000)

    assert exact.chance.sum() + exact.beyond == pytest.approx(1)
    assert exact.chance @ np.arange(200) == pytest.approx(4 * 2.1)
    for level in (0.1, 0.5, 0.9, 0.99):
        assert abs(exact.quantile(level) - np.quantile(drawn, level)) <= 1


def test_a_compound_poisson_of_single_losses_is_poisson():
    found = panjer(2.0, [0, 1], step=10, points=40)

    assert found.chance[:4] == pytest.approx(
        np.exp(-2.0) * np.array([1, 2, 2, 4 / 3]), abs=1e-12
    )


def test_errors_of_quantiles_are_those_of_drawing_again():
    risks = [Risk(2.0, lognormal(1000, 5000))]
    drawn = [simulate_losses(risks, draws=2000, seed=seed) for seed in range(150)]
    spread = np.std([each.quantiles for each in drawn], axis=0, ddof=1)
    said = np.mean([each.quantile_errors for each in drawn], axis=0)

    assert said[:3] == pytest.approx(spread[:3], rel=0.25)


def test_what_drives_the_loss():
    risks = [
        Risk(1.0, pert(0, 10, 20)),
        Risk(1.0, pert(0, 100, 200)),
        Risk(0.0, pert(1, 2, 3)),
    ]
    found = simulate_losses(risks, appetite=150.0)
    exact = [expected_loss(each) for each in risks]
    variances = np.array([each.sd**2 for each in exact])

    assert found.contribution.sum() == pytest.approx(1)
    assert found.contribution == pytest.approx(variances / variances.sum(), abs=0.01)
    assert found.by_risk.sum() == pytest.approx(found.expected)
    assert found.tornado[1] > found.tornado[0] > found.tornado[2] == 0
    assert 0 < found.exceedance < 0.5
    assert (np.diff(found.quantiles) > 0).all()
    assert (found.tail >= found.quantiles).all()


def test_the_same_seed_gives_the_same_losses():
    risks = [Risk(2.0, lognormal(1000, 5000))]
    one, again = (simulate_losses(risks, draws=1000) for _ in range(2))

    assert one.quantiles.tolist() == again.quantiles.tolist()
    assert (
        one.quantiles.tolist()
        != simulate_losses(risks, draws=1000, seed=1).quantiles.tolist()
    )


@settings(max_examples=20)
@given(st.floats(0.1, 5), st.floats(1, 1000))
def test_money_may_be_in_any_unit(rate, unit):
    small = simulate_losses([Risk(rate, pert(1, 2, 6))], draws=1000)
    large = simulate_losses([Risk(rate, pert(unit, 2 * unit, 6 * unit))], draws=1000)

    assert large.quantiles == pytest.approx(unit * small.quantiles)
    assert large.contribution == pytest.approx(small.contribution)


def test_without_losses_nothing_is_lost():
    found = simulate_losses([Risk(5.0, pert(1, 2, 3), prevented=(1.0,))], appetite=0)

    assert found.expected == found.sd == found.exceedance == 0
    assert found.contribution.tolist() == found.tornado.tolist() == [0]


def test_a_loss_of_one_size_only():
    assert pert(5, 5, 5).mean == triangular(5, 5, 5).mean == 5
    assert simulate_losses([Risk(1.0, pert(5, 5, 5))], draws=1000).quantiles[0] % 5 == 0


def test_rates_lean_on_what_was_known():
    seen = rate_of_incidents(4, 2.0)
    known = rate_of_incidents(4, 2.0, prior_incidents=10, prior_years=10)

    assert seen.rate == pytest.approx(2.25)
    assert known.rate == pytest.approx(14 / 12)
    assert 1 < known.rate < seen.rate
    assert seen.interval.low < seen.rate < seen.interval.high


def test_a_level_is_looked_up():
    table = np.array([[1, 1, 2, 3, 3]] * 3 + [[2, 2, 3, 4, 4]] * 2)

    assert risk_level(1, 5, table) == 3
    assert risk_level(5, 1, table) == 2


def test_what_cannot_be_simulated_is_refused_by_name():
    with pytest.raises(OutOfRange):
        lognormal(0, 5)
    with pytest.raises(OutOfRange):
        pert(3, 2, 5)
    with pytest.raises(OutOfRange):
        triangular(-1, 2, 5)
    with pytest.raises(OutOfRange):
        Risk(1.0, pert(1, 2, 3), prevented=(1.2,))
    with pytest.raises(TooFew):
        simulate_losses([])
    with pytest.raises(TooMany):
        simulate_losses([Risk(1e6, pert(1, 2, 3))])
    with pytest.raises(OutOfRange):
        simulate_losses([Risk(1.0, pert(1, 2, 3))], levels=[1.0])
    with pytest.raises(OutOfRange):
        panjer(1.0, [0.5, 0.4], step=1, points=10)
    with pytest.raises(TooMany):
        panjer(800.0, [0, 1], step=1, points=10)
    with pytest.raises(OutOfRange):
        panjer(5.0, [0, 1], step=1, points=3).quantile(0.99)
    with pytest.raises(OutOfRange):
        rate_of_incidents(0, 1.0, prior_incidents=0)
    with pytest.raises(OutOfRange):
        risk_level(6, 1, np.ones((5, 5)))
    with pytest.raises(OutOfRange):
        risk_level(1, 1, -np.arange(25).reshape(5, 5) + 25)
    with pytest.raises(WrongShape):
        risk_level(1, 1, np.ones((4, 5)))
