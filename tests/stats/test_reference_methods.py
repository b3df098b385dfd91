"""Numbers that R and the published sources give, for the methods behind the gap pages."""

from decimal import Decimal

import numpy as np
import pytest

from gapless_stats.comparison import difference_of_means
from gapless_stats.drivers import drivers
from gapless_stats.health import straight_lining_share
from gapless_stats.importance import (
    Quadrant,
    importance_performance,
    importance_performance_of_pairs,
)
from gapless_stats.moments import Moments, Sums
from gapless_stats.shrinkage import UnitMeans, dersimonian_laird, paule_mandel, shrink
from gapless_stats.weighting import (
    WeightedCount,
    WeightedSums,
    effective_n,
    weighted_mean,
    weighted_net_score,
)
from tests.stats.conftest import columns_of, rows_of

pytestmark = pytest.mark.real_data

DIMENSIONS = (
    "tangibles",
    "security",
    "economy",
    "convenience",
    "usefulness",
    "control",
)


@pytest.fixture
def kiosk(shared_data):
    rows = rows_of(shared_data / "kiosk_servqual" / "responses.csv")
    return [row for row in rows if row["kept_by_authors"] == "1"]


def test_what_a_kiosk_has_to_concentrate_on(reference, kiosk):
    importance, satisfaction, items = reference["kiosk.ipa"]["value"]
    numbers = range(1, 25)
    names = [f"imp{item}" for item in numbers] + [f"sat{item}" for item in numbers]
    found = importance_performance(Moments.of(columns_of(kiosk, names)))
    concentrate = [
        item
        for item, point in zip(numbers, found.points, strict=True)
        if point.quadrant is Quadrant.CONCENTRATE
    ]

    assert found.n == 194
    assert (found.importance, found.performance) == pytest.approx(
        (importance, satisfaction), abs=1e-6
    )
    assert concentrate == items


def test_the_map_is_the_same_from_each_items_own_answers(kiosk):
    numbers = range(1, 25)
    names = [f"imp{item}" for item in numbers] + [f"sat{item}" for item in numbers]
    whole = importance_performance(Moments.of(columns_of(kiosk, names)))
    apart = importance_performance_of_pairs(
        [Moments.of(columns_of(kiosk, [f"imp{item}", f"sat{item}"])) for item in numbers]
    )

    assert [point.quadrant for point in apart.points] == [
        point.quadrant for point in whole.points
    ]
    assert apart.performance == pytest.approx(whole.performance, abs=1e-12)


def test_what_satisfaction_with_a_kiosk_goes_with(reference, kiosk, shared_data):
    r_squared, shares, _ = reference["kiosk.drivers"]["value"]
    items = rows_of(shared_data / "kiosk_servqual" / "items.csv")
    columns = {
        dimension: [
            each["column"]
            for each in items
            if each["instrument"] == "perception" and each["final_dimension"] == dimension
        ]
        for dimension in DIMENSIONS
    }
    # Sums say as much as means: a share is of correlations.
    scores = [columns_of(kiosk, names).sum(axis=1) for names in columns.values()]
    outcome = columns_of(kiosk, ["overall1", "overall2"]).sum(axis=1)
    found = drivers(Moments.of(np.column_stack([*scores, outcome])))

    assert found.r_squared == pytest.approx(r_squared, abs=1e-7)
    assert found.shares == pytest.approx(shares, abs=1e-7)


@pytest.mark.parametrize(
    ("name", "outcome"), [("swiss", "Fertility"), ("attitude", "rating")]
)
def test_shares_of_the_tables_that_relaimpo_ships(name, outcome, reference, shared_data):
    expected = reference[f"rw.{name}.lmg"]
    rows = rows_of(shared_data / "reference_small" / f"{name}.csv")
    names = [each for each in rows[0] if each not in ("rownames", "", outcome)]
    hundredths = np.array(
        [[int(Decimal(row[each]) * 100) for each in [*names, outcome]] for row in rows]
    )
    found = drivers(Moments.of(hundredths))

    assert found.r_squared == pytest.approx(expected["value"][0], abs=expected["tol"])
    assert found.shares == pytest.approx(expected["value"][1], abs=expected["tol"])


@pytest.fixture
def airport(shared_data):
    return rows_of(shared_data / "sfo_airport_survey" / "sfo_2017.csv")


def in_millionths(row):
    return round(Decimal(row["WEIGHT"]) * 1_000_000)


def counted(rows):
    weights = [in_millionths(row) for row in rows]
    return WeightedCount(len(weights), sum(weights), sum(each**2 for each in weights))


def test_the_weighted_mean_of_an_airport(reference, airport):
    n, mean, sd, weighted, worth = reference["sfo2017.all"]["value"]
    answered = [row for row in airport if row["Q7ALL"] in "12345"]
    answers = np.array([int(row["Q7ALL"]) for row in answered])
    sums = WeightedSums.of(answers, np.array([in_millionths(row) for row in answered]))
    unweighted = Sums.of(answers)

    assert (unweighted.n, unweighted.mean, unweighted.sd) == pytest.approx(
        (n, mean, sd), abs=1e-6
    )
    assert weighted_mean(sums).mean == pytest.approx(weighted, abs=1e-6)
    # The file's weights have ten decimals and ours six, as case weights are kept.
    assert effective_n(counted(airport)) == pytest.approx(worth, abs=1e-3)


def test_the_weighted_net_promoter_score_of_an_airport(reference, airport):
    expected = reference["sfo2017.nps"]["value"]
    given = [row for row in airport if row["NETPRO"] in map(str, range(11))]
    found = weighted_net_score(
        counted([row for row in given if int(row["NETPRO"]) >= 9]),
        counted([row for row in given if int(row["NETPRO"]) <= 6]),
        counted(given),
    )

    assert found.n == expected[0]
    assert 100 * found.score == pytest.approx(expected[5], abs=1e-5)


def test_the_four_years_of_an_airport(reference, shared_data):
    years = {}
    for year in range(2014, 2018):
        rows = rows_of(shared_data / "sfo_airport_survey" / f"sfo_{year}.csv")
        answers = [
            row["Q7ALL"] for row in rows if row["Q7ALL"] in ("1", "2", "3", "4", "5")
        ]
        years[year] = Sums.of(np.array([int(answer) for answer in answers]))

    assert [each.mean for each in years.values()] == pytest.approx(
        reference["sfo.years"]["value"], abs=1e-8
    )
    assert difference_of_means(years[2017], years[2014]).interval.low > 0


def test_lecturers_are_compared_fairly(reference, shared_data):
    """1,128 lecturers; the overall mean is R's, the shrunken ones lie closer together."""
    rows = rows_of(shared_data / "insteval_ratings" / "insteval.csv")
    answers = np.array([int(float(row["y"])) for row in rows])
    _, who = np.unique([row["d"] for row in rows], return_inverse=True)
    n, total = np.bincount(who), np.bincount(who, weights=answers).astype(np.int64)
    squares = np.bincount(who, weights=answers**2).astype(np.int64)
    units = UnitMeans.of_sums(n, total, squares)
    shrunken = shrink(units)

    assert len(answers) == reference["insteval"]["value"][0]
    assert total.sum() / n.sum() == pytest.approx(
        reference["insteval"]["value"][1], abs=1e-6
    )
    assert len(units) == 1128
    assert shrunken.estimate.std() < units.mean.std()
    assert paule_mandel(units).variance == pytest.approx(
        dersimonian_laird(units).variance, rel=0.2
    )


def test_few_filled_in_the_kiosk_questionnaire_carelessly(kiosk):
    found = straight_lining_share(5, len(kiosk))

    assert found.value == pytest.approx(5 / 194)
    assert found.sure
