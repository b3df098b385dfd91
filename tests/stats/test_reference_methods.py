"""The methods behind the gap pages, on data sets of other people."""

import numpy as np
import pytest

from gapless_stats.comparison import difference_of_means
from gapless_stats.importance import (
    importance_performance,
    importance_performance_of_pairs,
)
from gapless_stats.moments import Moments, Sums
from gapless_stats.shrinkage import UnitMeans, dersimonian_laird, paule_mandel, shrink
from tests.stats.conftest import columns_of, rows_of

pytestmark = pytest.mark.real_data


def test_the_map_is_the_same_from_each_items_own_answers(shared_data):
    rows = rows_of(shared_data / "kiosk_servqual" / "responses.csv")
    kept = [row for row in rows if row["kept_by_authors"] == "1"]
    pairs = [(f"imp{item}", f"sat{item}") for item in range(1, 25)]
    names = [name for side in zip(*pairs, strict=True) for name in side]
    whole = importance_performance(Moments.of(columns_of(kept, names)))
    apart = importance_performance_of_pairs(
        [Moments.of(columns_of(kept, pair)) for pair in pairs]
    )

    assert whole.n == 194
    assert [point.quadrant for point in apart.points] == [
        point.quadrant for point in whole.points
    ]
    assert apart.performance == pytest.approx(whole.performance, abs=1e-12)


def test_an_airport_became_better_in_three_years(shared_data):
    years = []
    for year in (2014, 2017):
        rows = rows_of(shared_data / "sfo_airport_survey" / f"sfo_{year}.csv")
        given = [row["Q7ALL"] for row in rows if row["Q7ALL"] in set("12345")]
        years.append(Sums.of(np.array([int(answer) for answer in given])))
    before, after = years

    assert difference_of_means(after, before).interval.low > 0


def test_lecturers_are_compared_fairly(shared_data):
    """1,128 lecturers; their shrunken means lie closer together."""
    rows = rows_of(shared_data / "insteval_ratings" / "insteval.csv")
    answers = np.array([int(float(row["y"])) for row in rows])
    _, who = np.unique([row["d"] for row in rows], return_inverse=True)
    n, total = np.bincount(who), np.bincount(who, weights=answers).astype(np.int64)
    squares = np.bincount(who, weights=answers**2).astype(np.int64)
    units = UnitMeans.of_sums(n, total, squares)

    assert len(units) == 1128
    assert shrink(units).estimate.std() < units.mean.std()
    assert paule_mandel(units).variance == pytest.approx(
        dersimonian_laird(units).variance, rel=0.2
    )
