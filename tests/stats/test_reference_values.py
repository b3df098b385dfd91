"""Numbers that R and the published sources give, on the data they were computed from."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

import numpy as np
import pytest

from gapless_stats.durations import Durations
from gapless_stats.gaps import gap_of_values
from gapless_stats.intervals import (
    clopper_pearson,
    mean_of_sums,
    net_score,
    share_of,
    wilson,
)
from gapless_stats.moments import Moments, Sums
from gapless_stats.predictors import correlations
from gapless_stats.quantiles import quantile_of
from gapless_stats.reliability import cronbach_alpha
from gapless_stats.survival import kaplan_meier
from gapless_stats.tables import Histogram
from gapless_stats.weighting import (
    WeightedCount,
    WeightedSums,
    effective_n,
    weighted_mean,
    weighted_net_score,
)
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
SFO_YEARS = (2014, 2015, 2016, 2017)


@pytest.mark.reference("prop.wilson")
def test_the_interval_of_a_share(agrees):
    score, exact = wilson(15, 100), clopper_pearson(15, 100)

    agrees("prop.wilson", [score.low, score.high, exact.low, exact.high])


@pytest.fixture
def airport(shared_data):
    return rows_of(shared_data / "sfo_airport_survey" / "sfo_2017.csv")


def overall(rows):
    """Who answered item Q7ALL at all: 6 is "never used", 0 and Blank are no answer."""
    return [row for row in rows if row["Q7ALL"].strip() in set("12345")]


def weights(rows):
    """Ten decimals, as the file has them, in whole numbers."""
    return np.array([int(Decimal(row["WEIGHT"]).scaleb(10)) for row in rows], object)


def weighed(rows):
    found = [int(each) for each in weights(rows)]
    return WeightedCount(len(found), sum(found), sum(each**2 for each in found))


@pytest.mark.reference("sfo2017.all")
def test_how_satisfied_passengers_are_with_an_airport(agrees, airport):
    answered = overall(airport)
    answers = np.array([int(row["Q7ALL"]) for row in answered])
    mean = mean_of_sums(Sums.of(answers))
    heavy = weighted_mean(WeightedSums.of(answers, weights(answered)))

    agrees(
        "sfo2017.all",
        [mean.n, mean.mean, mean.sd, heavy.mean, effective_n(weighed(airport))],
    )


@pytest.mark.reference("sfo.years")
def test_how_satisfaction_with_an_airport_went_over_the_years(agrees, shared_data):
    means = []
    for year in SFO_YEARS:
        rows = rows_of(shared_data / "sfo_airport_survey" / f"sfo_{year}.csv")
        answers = np.array([int(row["Q7ALL"]) for row in overall(rows)])
        means.append(Histogram.of(answers, answers > 0, low=1, high=5).mean)

    agrees("sfo.years", means)


@pytest.mark.reference("sfo2017.nps")
def test_the_net_promoter_score_of_an_airport(agrees, airport):
    given = [row for row in airport if row["NETPRO"] in set(map(str, range(11)))]
    kinds = [int(row["NETPRO"]) for row in given]
    ups, downs = sum(each >= 9 for each in kinds), sum(each <= 6 for each in kinds)
    found = net_score(ups, downs, len(given))
    groups = [
        weighed([row for row in given if int(row["NETPRO"]) in kind])
        for kind in ({9, 10}, set(range(7)), set(range(11)))
    ]
    # The file's own Wald error; the interval is about an estimate with three answers more.
    error = np.sqrt(((ups + downs) / found.n - found.score**2) / found.n)

    agrees(
        "sfo2017.nps",
        [
            found.n,
            found.promoters,
            found.detractors,
            100 * found.score,
            100 * error,
            100 * weighted_net_score(*groups).score,
        ],
    )
    reach = (found.interval.high - found.interval.low) / 2
    assert reach / 1.959964 == pytest.approx(error, abs=0.00005)


@pytest.mark.reference("nhs.total")
def test_how_many_emergency_patients_were_seen_in_four_hours(agrees, shared_data):
    seen, late = Counter(), Counter()
    for row in rows_of(shared_data / "nhs_ae_attendances" / "ae_attendances.csv"):
        for kind in (row["type"], "all"):
            seen[kind] += int(float(row["attendances"]))
            late[kind] += int(float(row["breaches"]))
    shares = [share_of(seen[kind] - late[kind], seen[kind]).share for kind in seen]

    assert sorted(seen) == ["1", "2", "all", "other"]
    order = dict(zip(seen, shares, strict=True))
    agrees("nhs.total", [order[kind] for kind in ("1", "2", "other", "all")])


def minutes(start, end):
    return round((end - start).total_seconds() / 60)


@pytest.mark.reference("nyc311")
def test_how_long_complaints_about_animals_stay_open(agrees, shared_data):
    form = "%m/%d/%Y %H:%M"
    rows = rows_of(shared_data / "nyc311_animals" / "requests.csv")
    created = [datetime.strptime(row["Created Date"], form) for row in rows]  # noqa: DTZ007
    ends = [
        datetime.strptime(row["Closed Date"], form) if row["Closed Date"] else None  # noqa: DTZ007
        for row in rows
    ]
    latest = max(created)
    spans = np.array(
        [minutes(start, end or latest) for start, end in zip(created, ends, strict=True)]
    )
    closed = np.array([end is not None for end in ends])
    done = spans[closed]
    curve = kaplan_meier(Durations.of(spans, closed))
    plain = kaplan_meier(Durations.of(done, np.full(len(done), True)))  # noqa: FBT003

    agrees(
        "nyc311",
        [
            len(done),
            plain.median.value / 60,
            np.quantile(done, 0.9) / 60,
            mean_of_sums(Sums.of(done)).mean / 60,
            int((done <= 24 * 60).sum()),
            curve.median.value / 60,
            curve.at(24 * 60),
            curve.at(168 * 60),
        ],
    )


@pytest.mark.reference("incidents")
def test_how_long_incidents_take_to_resolve(agrees, shared_data):
    form = "%Y-%m-%d %H:%M:%S"
    rows = rows_of(shared_data / "it_service_incidents" / "incidents.csv")
    done = [row for row in rows if row["resolved_at"] not in ("", "?")]
    spans = np.array(
        [
            minutes(
                datetime.strptime(row["opened_at"], form),  # noqa: DTZ007
                datetime.strptime(row["resolved_at"], form),  # noqa: DTZ007
            )
            for row in done
        ]
    )
    priority = np.array([row["priority"][0] for row in done])

    def median(of):
        every = np.full(int(of.sum()), True)  # noqa: FBT003
        return kaplan_meier(Durations.of(spans[of], every)).median.value / 60

    agrees(
        "incidents",
        [
            len(rows),
            sum(row["made_sla"] == "true" for row in rows),
            sum(int(row["reopen_count"]) > 0 for row in rows),
            median(np.isin(priority, list("1234"))),
            [median(priority == each) for each in "1234"],
        ],
    )


@pytest.mark.reference("chicago")
def test_how_long_sanitation_requests_take(agrees, shared_data):
    rows = rows_of(shared_data / "chicago311_sanitation" / "requests.csv")
    days = np.array(
        [
            (np.datetime64(row["completed"]) - np.datetime64(row["created"])).astype(int)
            for row in rows
            if row["completed"]
        ]
    )
    counted = Histogram.of(days, days >= 0, low=0, high=int(days.max()))
    middle, three_quarters = (quantile_of(counted, at).value for at in (0.5, 0.75))

    agrees("chicago", [counted.n, counted.mean, middle, three_quarters, days.max()])


@pytest.mark.reference("sf.insp")
def test_what_restaurant_inspections_found(agrees, shared_data):
    folder = shared_data / "sf_food_inspections"
    visits = rows_of(folder / "inspections.csv")
    scores = np.array([int(row["score"]) for row in visits if row["type"] == "routine"])
    counted = Histogram.of(scores, scores > 0, low=0, high=100)
    bands = [int(counted.counts[low : high + 1].sum()) for low, high in BANDS]
    violations = Counter(
        (row["business_id"], row["date"]) for row in rows_of(folder / "violations.csv")
    )
    # Of all visits with a violation, the one after a complaint too.
    pairs = [
        (int(row["score"]), violations[row["business_id"], row["date"]])
        for row in visits
        if (row["business_id"], row["date"]) in violations
    ]
    together = correlations(Moments.of(np.array(pairs)))[0, 1]

    agrees("sf.insp", [counted.n, counted.mean, bands, together])


BANDS = ((0, 70), (71, 85), (86, 90), (91, 100))


@pytest.mark.reference("warsaw")
def test_how_many_wait_in_the_offices_of_warsaw(agrees, shared_data):
    rows = rows_of(shared_data / "warsaw_office_queues" / "snapshots_3days.csv")
    waiting = np.array([int(row["waiting"]) for row in rows])
    served = np.array([int(row["open_booths"]) > 0 for row in rows])
    office = np.array([row["office"] for row in rows])
    there = [served, served & (office == "UD_Mokotow_2")]
    everywhere, one = (Sums.of(waiting[of]).mean for of in there)

    agrees("warsaw", [len(rows), everywhere, waiting.max(), one])


@pytest.mark.reference("insteval")
def test_how_students_rate_lectures(agrees, shared_data):
    rows = rows_of(shared_data / "insteval_ratings" / "insteval.csv")
    given = columns_of(rows, ["service", "y"])
    parts = [Sums.of(given[given[:, 0] == service, 1]) for service in (0, 1)]
    whole = parts[0] + parts[1]

    agrees("insteval", [whole.n, whole.mean, parts[0].mean, parts[1].mean])


@pytest.mark.reference("t.sleep")
def test_the_paired_t_test_of_the_sleep_study(agrees, shared_data):
    rows = rows_of(shared_data / "reference_small" / "sleep.csv")
    extra = np.array([float(row["extra"]) for row in rows])
    first, second = extra[:10], extra[10:]
    gap = gap_of_values(second, first, first - second)

    agrees(
        "t.sleep",
        [gap.t, gap.n - 1, gap.p_value, gap.interval.low, gap.interval.high, gap.gap],
    )


@pytest.mark.reference("alpha.bfi.agree")
@pytest.mark.reference("alpha.bfi.conscientious")
@pytest.mark.reference("alpha.bfi.extraversion")
@pytest.mark.reference("alpha.bfi.neuroticism")
@pytest.mark.reference("alpha.bfi.openness")
def test_alpha_of_the_big_five(agrees, shared_data):
    rows = rows_of(shared_data / "reference_small" / "bfi.csv")
    for trait, items in BFI.items():
        names = items.split()
        complete = [row for row in rows if not {row[name] for name in names} & {"", "NA"}]
        answers = columns_of(complete, names)
        turned = [name in REVERSED for name in names]
        answers[:, turned] = 7 - answers[:, turned]

        agrees(f"alpha.bfi.{trait}", cronbach_alpha(Moments.of(answers)).value)
