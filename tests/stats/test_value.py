import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.errors import (
    NotConverged,
    NotIdentified,
    OutOfRange,
    TooFew,
    TooMany,
)
from gapless_stats.quality_cost import CostCategory, adoption, driven_cost, quality_cost
from gapless_stats.recovery import (
    Link,
    Path,
    faster_answers,
    return_on_quality,
    return_on_recovery,
    revenue_at_risk,
)
from gapless_stats.retention import fit_retention, residual_value
from gapless_stats.value import (
    annuity,
    iceberg,
    lifetime_spend,
    lifetime_value,
    likely_loss,
    service_profit,
    source_loss,
)

shares = st.floats(0, 1)
amounts = st.floats(0, 1e6)
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]


def test_the_sources_money():
    """domain.md, App. D: 10,418 × 7.5 %, × 35, × 10."""
    spend = 10_418 * 0.075
    value = lifetime_spend(spend, 35).value

    assert spend == pytest.approx(781.35)
    assert value == pytest.approx(27_347.25)
    assert source_loss(1, value).total == pytest.approx(273_472.50)
    assert source_loss(1, value, itself=True).total == pytest.approx(11 * 27_347.25)


def test_the_discounted_money():
    """domain.md, App. D."""
    later = lifetime_value(781.35, retention=0.85, discount=0.08, first_now=False)

    assert annuity(781.35, 35, discount=0.08).value == pytest.approx(9_106.30, abs=0.005)
    assert lifetime_value(781.35, retention=0.85, discount=0.08).value == pytest.approx(
        3_668.95, abs=0.005
    )
    assert later.value == pytest.approx(2_887.60, abs=0.005)


@given(amounts, st.floats(0, 0.99), st.floats(0.01, 0.5), st.integers(0, 60))
def test_a_lifetime_value_is_its_sum(margin, retention, discount, years):
    t = np.arange(years + 1)
    terms = margin * (retention / (1 + discount)) ** t
    kept = {"retention": retention, "discount": discount}

    assert lifetime_value(margin, **kept, years=years).value == pytest.approx(terms.sum())
    later = lifetime_value(margin, **kept, years=years, first_now=False)
    assert later.value == pytest.approx(terms[1:].sum(), abs=1e-6)
    endless = lifetime_value(margin, **kept).value
    assert endless >= terms.sum() * (1 - 1e-12)


@given(amounts, st.integers(1, 60))
def test_without_a_discount_an_annuity_is_the_sources_sum(margin, years):
    assert annuity(margin, years, discount=0).value == pytest.approx(
        lifetime_spend(margin, years).value
    )
    assert annuity(margin, years, discount=1e-9).value == pytest.approx(
        lifetime_spend(margin, years).value, rel=1e-5
    )


@given(st.floats(0, 1e4), amounts, shares)
def test_a_likely_loss_never_exceeds_the_sources(lost, value, deterred):
    likely = likely_loss(lost, value, prospect=value, deterred=deterred)
    source = source_loss(lost, value, itself=True)

    assert likely.total <= source.total * (1 + 1e-12)
    assert likely.own == source.own


def test_the_iceberg_by_hand():
    """40 complaints at 4 %: 1,000 dissatisfied, 960 silent, 240 of these severe."""
    found = iceberg(
        40,
        resolved_fast=0.5,
        resolved_slowly=0.25,
        retained_unresolved=0.2,
        retained_silent=0.5,
    )

    assert found.dissatisfied == pytest.approx(1000)
    assert (found.silent, found.severe) == pytest.approx((960, 240))
    assert found.retained == pytest.approx(40 * (0.475 + 0.1625 + 0.05) + 480)
    assert found.told_ill == pytest.approx(15 * (10 + 480))
    assert found.told_well == pytest.approx(5 * 30)


@given(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 0.65))
def test_faster_is_never_worse(fast, slow, unresolved):
    kept = {"retained_unresolved": unresolved, "retained_silent": 0.3}
    before = iceberg(100, resolved_fast=fast, resolved_slowly=slow, **kept)
    faster = iceberg(100, resolved_fast=fast + slow, resolved_slowly=0, **kept)

    assert faster.retained >= before.retained - 1e-9


def test_what_good_service_earns():
    found = service_profit(
        kept=5000,
        customers=20,
        persuaded=0.05,
        prospect=300,
        rework_avoided=400,
        complaint_handling=900,
    )

    assert found.recommended == pytest.approx(3000)
    assert found.total == pytest.approx(7500)


def test_first_contact_pays():
    found = faster_answers(0.1, 1000, 3668.95)

    assert found.kept == pytest.approx(20)
    assert found.value == pytest.approx(73_379)


def test_revenue_at_risk_by_path():
    paths = [Path("silent", 0.6, 0.7), Path("satisfied", 0.4, 0.95)]
    found = revenue_at_risk(10_000, 0.2, paths, loyalty=0.9, value=500)

    assert found.by_path["silent"] == pytest.approx(120_000)
    assert found.by_path["satisfied"] == pytest.approx(-20_000)
    assert found.total == pytest.approx(100_000)


def test_returns():
    assert return_on_recovery(
        10, 300, word_of_mouth=1000, cost=2000
    ).ratio == pytest.approx(1)


def test_a_chain_of_slopes_has_the_spread_of_their_product():
    chain = [Link(0.5, 0.1), Link(0.02, 0.005)]
    found = return_on_quality(1.0, chain, worth=1e6, cost=4000, draws=100_000)
    # Goodman 1960: Var(ab) = a²v + b²u + uv.
    sd = 1e6 * np.sqrt(0.5**2 * 0.005**2 + 0.02**2 * 0.1**2 + 0.1**2 * 0.005**2)

    assert found.value == pytest.approx(6000)
    assert (found.high - found.low) / (2 * 1.645) == pytest.approx(sd, rel=0.05)
    assert found.low < 6000 < found.high
    assert found == return_on_quality(1.0, chain, worth=1e6, cost=4000, draws=100_000)


def test_the_published_cohorts():
    """Fader and Hardie 2007, figure 5 and appendix: two cohorts of a telecom."""
    high, regular = fit_retention(HIGH_END), fit_retention(REGULAR)

    assert (high.alpha, high.beta) == pytest.approx((0.668, 3.806), abs=5e-4)
    assert (regular.alpha, regular.beta) == pytest.approx((0.704, 1.182), abs=5e-4)
    assert high.log_likelihood == pytest.approx(-1611.2, abs=0.05)
    assert regular.surviving == pytest.approx(np.array(REGULAR[1:]) / 1000, abs=0.01)


def test_who_stayed_is_worth_more():
    found = fit_retention(HIGH_END)
    t = np.arange(1, 4001)
    survival = np.cumprod((found.beta + t - 1) / (found.alpha + found.beta + t - 1))
    summed = 100 * (1 + (survival / 1.1**t)[:2000].sum())

    assert residual_value(found, 100, discount=0.1) == pytest.approx(summed)
    later = [residual_value(found, 100, discount=0.1, period=n) for n in range(5)]
    assert later == sorted(later)


@pytest.mark.parametrize("times", [2, 30])
def test_cohorts_of_a_kind_say_the_same(times):
    one, many = fit_retention(HIGH_END), fit_retention(np.array(HIGH_END) * times)

    assert (many.alpha, many.beta) == pytest.approx((one.alpha, one.beta), rel=1e-3)


@given(st.lists(st.tuples(st.sampled_from(CostCategory), amounts), min_size=1, max_size=20))
def test_costs_add_up(entries):
    found = quality_cost(entries, revenue=1e6, transactions=100)

    assert found.total == pytest.approx(sum(amount for _, amount in entries))
    assert found.total == pytest.approx(sum(found.by_category.values()))
    assert found.poor <= found.total
    assert found.of_revenue == pytest.approx(found.poor / 1e6)
    assert found.per_transaction == pytest.approx(found.total / 100)


@given(st.floats(0, 0.2), st.floats(0, 1), shares)
def test_nobody_comes_twice_and_ill_words_slow_all(innovation, imitation, dissatisfied):
    usual = adoption(1000, innovation=innovation, imitation=imitation, periods=60)
    slowed = adoption(
        1000,
        innovation=innovation,
        imitation=imitation,
        periods=60,
        dissatisfied=dissatisfied,
        harm=2,
    )

    assert (usual.newcomers >= 0).all()
    assert usual.customers[-1] <= 1000 * (1 + 1e-12)
    assert (slowed.customers <= usual.customers + 1e-9).all()


def test_what_is_no_money_is_refused_by_name():
    with pytest.raises(OutOfRange):
        lifetime_spend(-1, 3)
    with pytest.raises(OutOfRange):
        lifetime_value(100, retention=1, discount=0)
    with pytest.raises(OutOfRange):
        annuity(100, 3, discount=-1)
    with pytest.raises(OutOfRange):
        likely_loss(1, 2, prospect=3, deterred=1.5)
    with pytest.raises(OutOfRange):
        source_loss(float("nan"), 3)
    with pytest.raises(OutOfRange):
        iceberg(
            1,
            resolved_fast=0.8,
            resolved_slowly=0.3,
            retained_unresolved=0,
            retained_silent=0,
        )
    with pytest.raises(OutOfRange):
        service_profit(kept=1, customers=1, persuaded=2, prospect=1)
    with pytest.raises(OutOfRange):
        faster_answers(1.1, 1, 1)
    with pytest.raises(TooFew):
        revenue_at_risk(1, 0.1, [], loyalty=0.9, value=1)
    with pytest.raises(OutOfRange):
        revenue_at_risk(1, 0.1, [Path("silent", 0.5, 0.5)], loyalty=0.9, value=1)
    with pytest.raises(OutOfRange):
        return_on_recovery(1, 2, cost=0)
    with pytest.raises(TooFew):
        return_on_quality(1, [], worth=1, cost=1)
    with pytest.raises(TooFew):
        quality_cost([])
    with pytest.raises(OutOfRange):
        driven_cost(-1, 1)
    with pytest.raises(TooMany):
        adoption(10, innovation=0, imitation=0, periods=10_001)
    with pytest.raises(TooFew):
        fit_retention([10, 9])
    with pytest.raises(OutOfRange):
        fit_retention([10, 9, 11])
    with pytest.raises(NotIdentified):
        fit_retention([10, 10, 10])
    with pytest.raises(NotConverged):
        fit_retention([1000, 500, 250, 125])
    with pytest.raises(OutOfRange):
        residual_value(fit_retention(HIGH_END), 100, discount=0)
