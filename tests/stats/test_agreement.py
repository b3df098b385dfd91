"""Agreement on categories: R's and published numbers, laws, slow obvious definitions."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.agreement.kappa import cohen_kappa, light_kappa, weighted_kappa
from gapless_stats.agreement.krippendorff import (
    coincidences,
    krippendorff_alpha,
    krippendorff_interval,
)
from gapless_stats.agreement.raters import (
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    percent_agreement,
)
from gapless_stats.agreement.ratings import Ratings, pair_tables
from gapless_stats.errors import WrongShape
from tests.stats.conftest import columns_of, rows_of

COHEN = np.array([[44, 5, 1], [7, 20, 3], [9, 5, 6]])
PASSES = np.array([[20, 5], [10, 15]])
NOT = 0
KRIPPENDORFF = np.array(  # Krippendorff 2011: four observers by twelve units, 0 for none
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NOT, NOT, NOT],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NOT, NOT],
        [NOT, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NOT],
    ]
).T
SCALE = np.arange(1.0, 6.0)
tables = st.integers(2, 4).flatmap(
    lambda q: st.lists(st.integers(0, 9), min_size=q * q, max_size=q * q).map(
        lambda counts: np.array(counts).reshape(q, q)
    )
)
varied_tables = tables.filter(
    lambda t: (
        (t.sum(axis=0) > 0).sum() > 1
        and (t.sum(axis=1) > 0).sum() > 1
        and (t.sum(axis=0) * t.sum(axis=1)).any()
    )
)


def close(expected, tol):
    return pytest.approx(expected, abs=tol)


def krippendorffs():
    return Ratings.of(KRIPPENDORFF, KRIPPENDORFF != NOT, values=SCALE)


class TestReference:
    pytestmark = pytest.mark.real_data

    @pytest.fixture
    def small(self, shared_data):
        return shared_data / "reference_small"

    @pytest.fixture
    def diagnoses(self, small):
        rows = rows_of(small / "diagnoses.csv")
        return np.array(
            [[int(row[f"rater{j}"][0]) - 1 for j in range(1, 7)] for row in rows]
        )

    @pytest.fixture
    def anxiety(self, small):
        return columns_of(rows_of(small / "anxiety.csv"), ("rater1", "rater2", "rater3"))

    @pytest.mark.reference("kappa.diagnoses.12")
    def test_cohens_kappa_of_two_psychiatrists(self, agrees, diagnoses):
        table = pair_tables(diagnoses[:, :2], categories=5)[0, 1]
        found, linear = cohen_kappa(table), weighted_kappa(table, weights="linear")

        agrees("kappa.diagnoses.12", [found.value, found.z, linear.value])

    @pytest.mark.reference("kappa.fleiss.diagnoses")
    def test_fleiss_kappa_of_six_psychiatrists(self, agrees, diagnoses):
        found = fleiss_kappa(_all_rated(diagnoses, 5))

        agrees("kappa.fleiss.diagnoses", [found.value, found.z])
        assert (found.n, found.raters) == (30, 6)

    @pytest.mark.reference("kappa.fleiss.cat")
    def test_fleiss_kappa_of_each_diagnosis(self, agrees, diagnoses):
        found = fleiss_kappa(_all_rated(diagnoses, 5))

        agrees("kappa.fleiss.cat", found.category_kappas)

    @pytest.mark.reference("kappa.light")
    def test_lights_kappa_of_six_psychiatrists(self, agrees, diagnoses):
        found = light_kappa(pair_tables(diagnoses, categories=5))

        agrees("kappa.light", found.value)
        assert found.n == 30

    @pytest.mark.reference("kappa.anxiety.w")
    def test_weighted_kappas_of_two_raters_of_anxiety(self, agrees, anxiety):
        levels = np.unique(anxiety[:, :2])
        codes = np.searchsorted(levels, anxiety[:, :2])
        table = pair_tables(codes, categories=len(levels))[0, 1]
        measured = [weighted_kappa(table, weights=w).value for w in ("quadratic", "linear")]

        agrees("kappa.anxiety.w", measured)

    @pytest.mark.reference("agree.video")
    def test_how_often_four_raters_of_videos_agree(self, agrees, small):
        names = [f"rater{j}" for j in range(1, 5)]
        answers = columns_of(rows_of(small / "video.csv"), names)
        found = percent_agreement(_all_rated(answers - 1, int(answers.max())))

        agrees("agree.video", 100 * found.share)

    @pytest.mark.reference("kappa.cohen3x3")
    def test_kappa_and_its_interval(self, agrees):
        found, quadratic = cohen_kappa(COHEN), weighted_kappa(COHEN)
        measured = [found.value, quadratic.value, found.interval.low, found.interval.high]

        agrees("kappa.cohen3x3", measured)

    @pytest.mark.reference("kripp.nmm")
    def test_krippendorffs_own_example(self, agrees, small):
        rows = rows_of(small / "krippendorff_nominal.csv")
        said = [[row[f"V{unit}"] for row in rows] for unit in range(1, 13)]
        given = np.array([[0 if v == "NA" else int(v) for v in unit] for unit in said])
        ratings = Ratings.of(given, given != 0, values=SCALE)
        measured = [krippendorff_alpha(ratings, metric=m).value for m in METRICS]

        agrees("kripp.nmm", measured)
        assert np.array_equal(given, KRIPPENDORFF)


METRICS = ("nominal", "ordinal", "interval", "ratio")


def _all_rated(codes, categories):
    rated = np.ones(codes.shape, bool)
    return Ratings.of(codes, rated, values=np.arange(float(categories)))


class TestVectors:
    """domain.md, appendix D."""

    def test_kappa_and_ac1_of_a_table(self):
        assert cohen_kappa(PASSES).value == close(0.400000, 5e-7)
        assert gwet_ac1(Ratings.of_table(PASSES)).value == close(0.405941, 5e-7)

    def test_krippendorff(self):
        found = [krippendorff_alpha(krippendorffs(), metric=m).value for m in METRICS]

        assert found == close([0.743, 0.815, 0.849, 0.797], 5e-4)


class TestPublished:
    def test_the_paradox_of_kappa_does_not_meet_ac1(self):
        """Gwet 2008, table 3: 118 of 125 agree, and kappa is below 0."""
        table = np.array([[118, 5], [2, 0]])

        assert cohen_kappa(table).value == close(-0.0234, 5e-5)
        assert gwet_ac1(Ratings.of_table(table)).value == close(0.9408, 5e-5)


# --- Slow obvious definitions ----------------------------------------------------------


def slow_alpha(units, delta):
    """Krippendorff 2011, pair by pair; units are lists of values."""
    pairable = [unit for unit in units if len(unit) > 1]
    everything = [v for unit in pairable for v in unit]
    observed = sum(
        sum(delta(a, b) for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1)
        for unit in pairable
    ) / len(everything)
    pairs = list(itertools.permutations(everything, 2))
    return 1 - observed / (sum(delta(a, b) for a, b in pairs) / len(pairs))


units = st.lists(
    st.lists(st.integers(1, 4), min_size=1, max_size=4), min_size=2, max_size=8
).filter(lambda us: len({v for u in us if len(u) > 1 for v in u}) > 1)


def counted(us, q=4):
    counts = np.array([[unit.count(v) for v in range(1, q + 1)] for unit in us])
    return Ratings.of_counts(counts, values=np.arange(1.0, q + 1))


@given(units)
def test_alpha_is_that_of_all_pairs(us):
    ratings = counted(us)
    nominal = krippendorff_alpha(ratings, metric="nominal").value
    interval = krippendorff_alpha(ratings, metric="interval").value
    ratio = krippendorff_alpha(ratings, metric="ratio").value

    assert nominal == close(slow_alpha(us, lambda a, b: a != b), 1e-9)
    assert interval == close(slow_alpha(us, lambda a, b: (a - b) ** 2), 1e-9)
    assert ratio == close(slow_alpha(us, lambda a, b: ((a - b) / (a + b)) ** 2), 1e-9)


@given(units, units)
def test_coincidences_of_two_groups_add(one, other):
    both = counted(one) + counted(other)

    assert coincidences(both) == pytest.approx(
        coincidences(counted(one)) + coincidences(counted(other))
    )
    assert coincidences(both) == pytest.approx(coincidences(counted(one + other)))


@given(units, st.floats(0.1, 10), st.floats(-5, 5))
def test_interval_alpha_forgets_where_the_scale_begins(us, factor, shift):
    ratings = counted(us)
    moved = Ratings(factor * ratings.values + shift, ratings.counts, ratings.times)
    of_moved = krippendorff_alpha(moved, metric="interval").value

    assert of_moved == close(krippendorff_alpha(ratings, metric="interval").value, 1e-7)


@given(units)
def test_what_is_said_of_raters_does_not_depend_on_the_order_of_units(us):
    there, back = counted(us), counted(us[::-1])

    assert percent_agreement(there) == percent_agreement(back)
    assert krippendorff_alpha(there) == krippendorff_alpha(back)


def slow_kappa(table, distance):
    pairs = [
        (i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)
    ]
    observed = np.mean([distance(i, j) for i, j in pairs])
    chance = np.mean([distance(i, j) for i, _ in pairs for _, j in pairs])
    return 1 - observed / chance


@given(varied_tables)
def test_kappa_is_one_minus_disagreement_over_chance(table):
    for weights, distance in (
        ("identity", lambda i, j: float(i != j)),
        ("linear", lambda i, j: abs(i - j)),
        ("quadratic", lambda i, j: (i - j) ** 2),
    ):
        found = weighted_kappa(table, weights=weights)

        assert found.value == close(slow_kappa(table.tolist(), distance), 1e-9)
        assert found.interval.low <= found.value + 1e-12
        assert -1 <= found.interval.low <= found.interval.high <= 1


@given(varied_tables)
def test_kappa_does_not_ask_who_was_first(table):
    assert cohen_kappa(table).value == close(cohen_kappa(table.T).value, 1e-12)
    assert cohen_kappa(table).error == close(cohen_kappa(table.T).error, 1e-12)


@given(varied_tables, st.integers(0, 100))
def test_unordered_categories_may_be_named_anew(table, seed):
    order = np.random.default_rng(seed).permutation(len(table))
    renamed = table[np.ix_(order, order)]

    assert cohen_kappa(renamed).value == close(cohen_kappa(table).value, 1e-12)
    assert gwet_ac1(Ratings.of_table(renamed)).value == close(
        gwet_ac1(Ratings.of_table(table)).value, 1e-12
    )


@given(varied_tables)
def test_two_raters_krippendorff_is_fleiss_but_for_small_n(table):
    ratings = Ratings.of_table(table)
    n = 2 * ratings.n
    fleiss = fleiss_kappa(ratings).value
    alpha = krippendorff_alpha(ratings, metric="nominal").value

    # Krippendorff draws without replacement: D_e grows by n / (n - 1).
    assert alpha == close(1 - (1 - fleiss) * (n - 1) / n, 1e-9)


def test_the_error_of_ac1_is_that_of_simulation():
    rng = np.random.default_rng(5)
    shares = PASSES.ravel() / PASSES.sum()
    drawn = rng.multinomial(200, shares, size=3_000).reshape(-1, 2, 2)
    values = [gwet_ac1(Ratings.of_table(table)).value for table in drawn[:600]]
    found = gwet_ac1(Ratings.of_table(4 * PASSES))

    assert found.error == pytest.approx(np.std(values), rel=0.1)


def test_the_error_of_kappa_is_that_of_simulation():
    rng = np.random.default_rng(6)
    drawn = rng.multinomial(400, COHEN.ravel() / COHEN.sum(), size=600).reshape(-1, 3, 3)
    for weights in ("identity", "linear", "quadratic"):
        values = [weighted_kappa(table, weights=weights).value for table in drawn]

        assert weighted_kappa(4 * COHEN, weights=weights).error == pytest.approx(
            np.std(values), rel=0.1
        )


def test_fleiss_interval_rests_on_the_error_of_simulation():
    rng = np.random.default_rng(7)
    patterns = np.array([[3, 0, 0], [2, 1, 0], [1, 1, 1], [0, 3, 0], [0, 1, 2], [0, 0, 3]])
    drawn = rng.multinomial(300, np.array([6, 3, 1, 4, 2, 4]) / 20, size=600)
    scale = np.arange(3.0)
    values = [fleiss_kappa(Ratings(scale, patterns, times)).value for times in drawn]
    found = fleiss_kappa(Ratings(scale, patterns, np.array([6, 3, 1, 4, 2, 4]) * 15))

    assert found.error == pytest.approx(np.std(values), rel=0.1)


def test_the_bootstrap_interval_holds_alpha_and_does_not_change():
    found = krippendorff_interval(krippendorffs(), metric="ordinal")

    assert found == krippendorff_interval(krippendorffs(), metric="ordinal")
    assert found.low < 0.815 < found.high
    assert found != krippendorff_interval(krippendorffs(), metric="ordinal", seed=2)


def test_ratings_on_other_scales_do_not_add():
    with pytest.raises(WrongShape):
        counted([[1, 2]]) + counted([[1, 2]], q=3)


def test_near_misses_count_when_they_are_tolerated():
    """irr::agree(d, tolerance = 1): units whose ratings are at most one apart."""
    ratings = counted([[1, 2, 2], [1, 3], [4, 4], [2]])
    found = percent_agreement(ratings, tolerance=1)

    assert (found.n, found.count) == (3, 2)
    assert found.pairs == close(2 / 3, 1e-12)
    assert gwet_ac2(ratings, weights="linear").value > gwet_ac1(ratings).value
