import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapless_stats.errors import NotIdentified, OutOfRange, TooFew, WrongShape
from gapless_stats.factors.confirmatory import fit
from gapless_stats.factors.model import Model, Scale
from gapless_stats.factors.samples import Sample
from gapless_stats.moments import Moments
from gapless_stats.omega import omega_hierarchical, omega_total
from gapless_stats.reliability import cronbach_alpha
from gapless_stats.validity import convergent_validity, fornell_larcker, htmt, htmt2

seeds = st.integers(0, 2**31)
few = settings(max_examples=10, deadline=None)
NAMES = tuple("abcdef")
TWO = {"one": NAMES[:3], "two": NAMES[3:]}


def parallel(load=0.6, between=0.5, per=3):
    """Two factors of items that all load alike."""
    loadings = np.kron(np.eye(2), np.full((per, 1), load))
    factors = np.array([[1, between], [between, 1]])
    correlation = loadings @ factors @ loadings.T
    np.fill_diagonal(correlation, 1)
    return Sample(400, NAMES[: 2 * per], correlation)


def congeneric(seed, between=0.5):
    draws = np.random.default_rng(seed)
    loadings = np.zeros((6, 2))
    loadings[:3, 0], loadings[3:, 1] = draws.uniform(0.4, 0.9, (2, 3))
    factors = np.array([[1, between], [between, 1]])
    correlation = loadings @ factors @ loadings.T
    np.fill_diagonal(correlation, 1)
    return loadings, Sample(400, NAMES, correlation)


def test_items_that_load_alike_by_hand():
    """ℓ = 0.6: AVE .36, CR 3.24/(3.24 + 1.92), H the same."""
    found = convergent_validity(fit(Model(TWO), parallel()).solution)

    assert found.extracted == pytest.approx([0.36, 0.36], abs=1e-6)
    assert found.composite == pytest.approx([3.24 / 5.16] * 2, abs=1e-6)
    assert found.maximal == pytest.approx([3.24 / 5.16] * 2, abs=1e-6)
    assert found.omega == pytest.approx(found.composite, abs=1e-9)
    assert found.extracted_variance == pytest.approx(found.extracted, abs=1e-9)


@given(seeds)
@few
def test_the_best_weighting_is_no_worse_than_the_sum(seed):
    _, sample = congeneric(seed)
    found = convergent_validity(fit(Model(TWO), sample).solution)

    assert (found.maximal >= found.composite - 1e-9).all()
    assert ((found.extracted > 0) & (found.composite < 1)).all()


@given(seeds, st.sampled_from(Scale))
@few
def test_what_a_factor_is_measured_in_is_immaterial(seed, scale):
    _, sample = congeneric(seed)
    marker = convergent_validity(fit(Model(TWO), sample).solution)
    other = convergent_validity(fit(Model(TWO, scale=scale), sample).solution)

    for name in ("extracted", "composite", "maximal", "omega", "extracted_variance"):
        assert getattr(other, name) == pytest.approx(getattr(marker, name), abs=1e-5)


@pytest.mark.parametrize(("between", "holds"), [(0.5, True), (0.7, False)])
def test_fornell_and_larcker(between, holds):
    """√AVE is 0.6 here: distinct from a correlation of 0.5, not from 0.7."""
    found = fornell_larcker(fit(Model(TWO), parallel(between=between)).solution)

    assert found.holds.tolist() == [holds, holds]
    assert found.table == pytest.approx(
        np.array([[0.6, between], [between, 0.6]]), abs=1e-6
    )


@given(seeds, st.floats(0.1, 0.9))
@few
def test_htmt2_is_the_true_correlation_of_congeneric_items(seed, between):
    _, sample = congeneric(seed, between)

    assert htmt2(sample, TWO).largest == pytest.approx(between, abs=1e-9)


@given(st.floats(0.3, 0.9), st.floats(0.1, 0.9))
@few
def test_htmt_is_the_true_correlation_of_items_that_load_alike(load, between):
    sample = parallel(load, between)

    assert htmt(sample, TWO).largest == pytest.approx(between, abs=1e-9)
    assert htmt2(sample, TWO).largest == pytest.approx(between, abs=1e-9)


@given(seeds)
@few
def test_omega_is_alpha_where_items_load_alike_and_more_elsewhere(seed):
    loadings, sample = congeneric(seed)
    one = sample.select(NAMES[:3])
    k, covariance = 3, one.covariance
    alpha = k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())
    true = loadings[:3, 0].sum() ** 2 / covariance.sum()

    assert omega_total(one).value == pytest.approx(true, abs=1e-6)
    assert omega_total(one).value >= alpha - 1e-9
    alike = parallel().select(NAMES[:3])
    assert omega_total(alike).value == pytest.approx(3.24 / 5.16, abs=1e-6)


@given(seeds, st.permutations(NAMES))
@few
def test_the_order_of_items_is_immaterial_to_omega(seed, order):
    _, sample = congeneric(seed)
    one, other = omega_hierarchical(sample, 2), omega_hierarchical(sample.select(order), 2)

    assert other.hierarchical == pytest.approx(one.hierarchical, abs=1e-5)
    assert other.total == pytest.approx(one.total, abs=1e-5)


@given(seeds)
@few
def test_the_general_part_is_no_more_than_the_whole(seed):
    _, sample = congeneric(seed)
    found = omega_hierarchical(sample, 2)

    assert 0 <= found.hierarchical <= found.total + 1e-9 <= 1
    assert 0 <= found.common_variance <= 1


def test_a_true_hierarchy_is_found_again():
    """γ = .8, .7, .6 above loadings of .7: g = .7 γ, ω_h = (Σ g)²/1'R1 by hand."""
    above, load = np.array([0.8, 0.7, 0.6]), 0.7
    between = np.outer(above, above)
    np.fill_diagonal(between, 1)
    loadings = np.kron(np.eye(3), np.full((4, 1), load))
    correlation = loadings @ between @ loadings.T
    np.fill_diagonal(correlation, 1)
    found = omega_hierarchical(Sample.covariance_of(correlation, n=500), 3)
    whole = correlation.sum()

    assert found.hierarchical == pytest.approx(
        (4 * load * above).sum() ** 2 / whole, abs=1e-5
    )
    assert found.total == pytest.approx(1 - 12 * (1 - load**2) / whole, abs=1e-5)
    assert found.common_variance == pytest.approx((above**2).mean(), abs=1e-5)


def test_alpha_of_the_correlations_is_the_standardised_one():
    rows = np.random.default_rng(1).integers(1, 8, (100, 4))
    scaled = Sample.of(Moments.of(rows))
    r = scaled.correlation
    mean = (r.sum() - 4) / 12

    assert omega_hierarchical(scaled, 1).alpha == pytest.approx(4 * mean / (1 + 3 * mean))
    assert cronbach_alpha(Moments.of(rows)).value < 1


# Holzinger and Swineford 1939 as in domain.md App. D; on the file, so with the real data.
ITEMS = tuple(f"x{item}" for item in range(1, 10))
THREE = {"visual": ITEMS[:3], "textual": ITEMS[3:6], "speed": ITEMS[6:]}


@pytest.mark.real_data
def test_as_in_the_domain_manual(shared_data):
    path = shared_data / "reference_small" / "holzinger_swineford1939.csv"
    rows = np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(6, 15))
    sample = Sample.of_rows(rows, ITEMS)
    found = fit(Model(THREE), sample)
    validity = convergent_validity(found.solution)
    loadings = found.solution.standardised_loadings.sum(axis=1)
    between = np.triu_indices(3, 1)

    assert loadings == pytest.approx(
        [0.772, 0.424, 0.581, 0.852, 0.855, 0.838, 0.570, 0.723, 0.665], abs=5e-4
    )
    assert found.solution.factor_correlation[between] == pytest.approx(
        [0.459, 0.471, 0.283], abs=5e-4
    )
    assert found.indices.p_close == pytest.approx(0.00066, abs=5e-6)
    assert validity.omega == pytest.approx([0.625, 0.885, 0.688], abs=5e-4)
    assert validity.extracted == pytest.approx([0.371, 0.720, 0.430], abs=5e-4)
    assert validity.composite == pytest.approx([0.626, 0.885, 0.691], abs=5e-4)
    assert htmt(sample, THREE).ratio[between] == pytest.approx(
        [0.4243, 0.4665, 0.2896], abs=5e-5
    )
    assert htmt2(sample, THREE).ratio[between] == pytest.approx(
        [0.3841, 0.3868, 0.2797], abs=5e-5
    )


def test_what_cannot_be_told_is_refused():
    sample = parallel()
    one = fit(Model({"general": NAMES}), sample).solution
    with pytest.raises(TooFew, match="from two on"):
        fornell_larcker(one)
    with pytest.raises(TooFew, match="construct one has 1 items"):
        htmt(sample, {"one": ("a",), "two": ("b", "c")})
    with pytest.raises(WrongShape):
        htmt(sample, {"one": ("a", "z"), "two": ("b", "c")})
    apart = Sample(400, NAMES, np.eye(6))
    with pytest.raises(NotIdentified, match="do not correlate"):
        htmt(apart, TWO)
    with pytest.raises(OutOfRange, match="geometric"):
        htmt2(apart, TWO)
    with pytest.raises(NotIdentified, match="three items"):
        omega_total(sample.select(("a", "b")))
    r = np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]])
    heywood = fit(Model({"f": ("x1", "x2", "x3")}), Sample.covariance_of(r, n=100))
    with pytest.raises(NotIdentified, match="no variance of its own"):
        convergent_validity(heywood.solution)
