"""Numbers that R and the published sources give, on the data they were computed from."""

import numpy as np
import pytest

from gapless_stats.gaps import gap_of_values
from gapless_stats.intervals import net_score, wilson
from gapless_stats.moments import Moments
from gapless_stats.reliability import cronbach_alpha
from tests.stats.conftest import columns_of, rows_of

pytestmark = pytest.mark.real_data

BFI = {
    "agree": "A1 A2 A3 A4 A5",
    "conscientious": "C1 C2 C3 C4 C5",
    "extraversion": "E1 E2 E3 E4 E5",
    "neuroticism": "N1 N2 N3 N4 N5",
    "openness": "O1 O2 O3 O4 O5",
}
REVERSED = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
ATTITUDE = (
    "rating",
    "complaints",
    "privileges",
    "learning",
    "raises",
    "critical",
    "advance",
)


def test_wilson(reference):
    expected = reference["prop.wilson"]
    interval = wilson(15, 100)

    assert (interval.low, interval.high) == pytest.approx(
        expected["value"][:2], abs=expected["tol"]
    )


def test_the_net_promoter_score_of_an_airport(reference, shared_data):
    expected = reference["sfo2017.nps"]["value"]
    rows = rows_of(shared_data / "sfo_airport_survey" / "sfo_2017.csv")
    answers = [int(row["NETPRO"]) for row in rows if row["NETPRO"].isdecimal()]
    given = [answer for answer in answers if answer <= 10]
    found = net_score(
        sum(answer >= 9 for answer in given),
        sum(answer <= 6 for answer in given),
        len(given),
    )

    assert [found.n, found.promoters, found.detractors] == expected[:3]
    assert 100 * found.score == pytest.approx(expected[3], abs=1e-5)
    # The file's own Wald standard error; three more answers hardly move one of 2,746.
    reach = (found.interval.high - found.interval.low) / 2
    assert 100 * reach / 1.959964 == pytest.approx(expected[4], abs=0.005)


def test_the_paired_t_test_of_the_sleep_study(reference, shared_data):
    expected = reference["t.sleep"]
    rows = rows_of(shared_data / "reference_small" / "sleep.csv")
    extra = np.array([float(row["extra"]) for row in rows])
    first, second = extra[:10], extra[10:]
    gap = gap_of_values(second, first, first - second)
    found = [gap.t, gap.n - 1, gap.p_value, gap.interval.low, gap.interval.high, gap.gap]

    assert found == pytest.approx(expected["value"], abs=expected["tol"])


@pytest.mark.parametrize("trait", BFI)
def test_alpha_of_the_big_five(trait, reference, shared_data):
    expected = reference[f"alpha.bfi.{trait}"]
    names = BFI[trait].split()
    rows = rows_of(shared_data / "reference_small" / "bfi.csv")
    complete = [row for row in rows if all(row[name] not in ("", "NA") for name in names)]
    answers = columns_of(complete, names)
    turned = [name in REVERSED for name in names]
    answers[:, turned] = 7 - answers[:, turned]

    assert cronbach_alpha(Moments.of(answers)).value == pytest.approx(
        expected["value"], abs=expected["tol"]
    )


def test_alpha_of_attitudes(reference, shared_data):
    expected = reference["alpha.attitude"]
    rows = rows_of(shared_data / "reference_small" / "attitude.csv")

    assert cronbach_alpha(Moments.of(columns_of(rows, ATTITUDE))).value == pytest.approx(
        expected["value"][0], abs=expected["tol"]
    )


def test_alpha_and_equal_answers_of_the_course_evaluation(reference, shared_data):
    expected = reference["turkiye"]
    rows = rows_of(shared_data / "turkiye_course_evaluation" / "responses.csv")
    answers = columns_of(rows, [f"Q{item}" for item in range(1, 29)])

    assert cronbach_alpha(Moments.of(answers)).value == pytest.approx(
        expected["value"][0], abs=expected["tol"][0]
    )
    assert int((np.ptp(answers, axis=1) == 0).sum()) == expected["value"][1]
