"""The gap of a real SERVQUAL questionnaire, with the library alone, against R."""

import numpy as np
import pytest

from gapless_stats import scores
from gapless_stats.gaps import gap_of_pairs, gap_of_values
from gapless_stats.importance import Quadrant, importance_performance
from gapless_stats.moments import Moments
from gapless_stats.reliability import cronbach_alpha
from gapless_stats.tables import PairTable
from tests.stats.conftest import columns_of, rows_of

pytestmark = pytest.mark.real_data

ITEMS = range(1, 25)


@pytest.fixture
def everybody(shared_data):
    """Complete respondents; four skipped the scales."""
    rows = rows_of(shared_data / "kiosk_servqual" / "responses.csv")
    names = [f"{side}{item}" for side in "ep" for item in ITEMS]
    return [row for row in rows if all(row[name].strip() for name in names)]


@pytest.fixture
def kiosk(everybody):
    return [row for row in everybody if row["kept_by_authors"] == "1"]


@pytest.fixture
def dimensions(shared_data):
    rows = rows_of(shared_data / "kiosk_servqual" / "items.csv")
    return {
        int(row["item"]): row["final_dimension"]
        for row in rows
        if row["instrument"] == "perception"
    }


def side(rows, letter, items):
    return columns_of(rows, [f"{letter}{item}" for item in items])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("tangibles", marks=pytest.mark.reference("kiosk.gap.tangibles")),
        pytest.param("security", marks=pytest.mark.reference("kiosk.gap.security")),
        pytest.param("economy", marks=pytest.mark.reference("kiosk.gap.economy")),
        pytest.param("convenience", marks=pytest.mark.reference("kiosk.gap.convenience")),
        pytest.param("usefulness", marks=pytest.mark.reference("kiosk.gap.usefulness")),
        pytest.param("control", marks=pytest.mark.reference("kiosk.gap.control")),
    ],
)
def test_the_gap_and_the_alphas_of_a_dimension(name, kiosk, dimensions, agrees):
    items = [item for item, dimension in dimensions.items() if dimension == name]
    expected, perceived = side(kiosk, "e", items), side(kiosk, "p", items)
    answered, one = np.ones(expected.shape, bool), np.zeros(len(items), int)
    e, p, d = (
        scores.dimension_composites(each, answered, one)[0].values()
        for each in (expected, perceived, scores.differences(expected, perceived))
    )
    gap = gap_of_values(e, p, d)
    both = Moments.of(np.hstack([expected, perceived]))
    k = len(items)
    turn = np.hstack([-np.eye(k, dtype=int), np.eye(k, dtype=int)])
    alphas = [
        cronbach_alpha(each).value
        for each in (
            both.select(range(k)),
            both.select(range(k, 2 * k)),
            both.through(turn),
        )
    ]

    agrees(f"kiosk.gap.{name}", [gap.expectation, gap.perception, gap.gap, gap.sd, *alphas])


@pytest.mark.reference("kiosk.gap.item1")
def test_the_gap_of_an_item_from_its_table(kiosk, agrees):
    e, p = side(kiosk, "e", [1])[:, 0], side(kiosk, "p", [1])[:, 0]
    there = np.ones(len(e), bool)
    table = PairTable.of(
        e, p, low=1, high=7, expectation_answered=there, perception_answered=there
    )
    found = gap_of_pairs(table)
    ends = found.interval.low, found.interval.high

    agrees(
        "kiosk.gap.item1",
        [found.expectation, found.perception, found.gap, found.sd, found.t, *ends],
    )


@pytest.mark.reference("kiosk.gap.all")
def test_the_gap_over_all_items(kiosk, everybody, agrees):
    def mean(rows):
        e, p = side(rows, "e", ITEMS), side(rows, "p", ITEMS)
        d = scores.overall_by_item(
            scores.differences(e, p), np.ones(e.shape, bool)
        ).values()
        return gap_of_values(d, d, d).gap

    assert len(everybody) == 207
    agrees("kiosk.gap.all", [mean(kiosk), mean(everybody)])


@pytest.mark.reference("kiosk.ipa")
def test_what_a_kiosk_has_to_concentrate_on(kiosk, agrees):
    rows = np.hstack([side(kiosk, "imp", ITEMS), side(kiosk, "sat", ITEMS)])
    found = importance_performance(Moments.of(rows))
    concentrate = [
        item
        for item, point in zip(ITEMS, found.points, strict=True)
        if point.quadrant is Quadrant.CONCENTRATE
    ]

    agrees("kiosk.ipa", [found.importance, found.performance, concentrate])
