"""Must show 4: what `gapless analyse` says of published files is what R says of them."""

import json
from functools import cache

import pytest
from django.utils import translation

from gapless.cli.analyse.data import NEEDED, read_data
from gapless.cli.analyse.report import report
from gapless.cli.gap.command import inputs
from tests.docs.pages import ROOT

pytestmark = pytest.mark.real_data
MAPS = ROOT / "docs" / "examples" / "maps"


@pytest.fixture
def reference(shared_data):
    values = json.loads((shared_data / "reference_values.json").read_text("utf-8"))
    return {each["id"]: each for each in values}


@cache
def told(answers, form, *where):
    table, read = inputs(answers, MAPS / form, needed=NEEDED)
    data = read_data(table, read, map_name=form, where=where)
    with translation.override("en"):
        return report(data, file=answers.name, map_name=form)


@pytest.fixture
def kiosk(shared_data):
    answers = shared_data / "kiosk_servqual" / "responses.csv"
    return told(answers, "kiosk.csv", ("kept_by_authors", "1"))


@pytest.fixture
def course(shared_data):
    return told(shared_data / "turkiye_course_evaluation" / "responses.csv", "turkiye.csv")


@pytest.fixture
def airport(shared_data):
    return told(shared_data / "sfo_airport_survey" / "sfo_2017.csv", "sfo_2017.csv")


def by(table, key):
    """The rows of a table as dicts, by the cell of one of its columns."""
    names = [each.key for each in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    return {row[key]: row for row in rows}


def holds(found, expected):
    """Every number within the tolerance that belongs to it."""
    tolerances = expected["tol"]
    if not isinstance(tolerances, list):
        tolerances = [tolerances] * len(found)
    return all(
        abs(one - other) <= tolerance
        for one, other, tolerance in zip(found, expected["value"], tolerances, strict=True)
    )


FIT = ("chi_square", "df", "cfi", "tli", "rmsea", "srmr", "n")


@pytest.mark.parametrize(
    ("name", "kind"), [("kiosk.cfa.p", "Perception"), ("kiosk.cfa.sat", "Satisfaction")]
)
def test_factor_models_of_the_kiosks(kiosk, reference, name, kind):
    found = by(kiosk.section("cfa").table("fit"), "kind")[kind]

    assert holds([found[each] for each in FIT], reference[name])


@pytest.mark.parametrize(
    "name", ["tangibles", "security", "economy", "convenience", "usefulness", "control"]
)
def test_gaps_and_alphas_of_the_kiosks(kiosk, reference, name):
    gap = by(kiosk.section("gaps").table("dimensions"), "dimension")[name]
    reliability = kiosk.section("reliability")
    alphas = [row[4] for row in reliability.table("dimensions").rows[:12] if row[1] == name]
    of_gap = by(reliability.table("differences"), "dimension")[name]["alpha"]
    measured = [gap[each] for each in ("expectation", "perception", "gap", "sd")]

    assert holds([*measured, *alphas, of_gap], reference[f"kiosk.gap.{name}"])


def test_careless_answers_are_those_of_the_gap_table(kiosk):
    assert kiosk.section("data").table("flags").column("count") == (5, 5, 8)


def test_priorities_of_the_kiosks(kiosk, reference):
    section, expected = kiosk.section("ipa"), reference["kiosk.ipa"]
    cross = section.table("cross").column("mean")
    items = by(section.table("items"), "item").values()

    assert cross == pytest.approx(expected["value"][:2], abs=expected["tol"])
    assert (
        sorted(int(e["item"]) for e in items if e["quadrant"] == "Concentrate here")
        == expected["value"][2]
    )


def test_kano_of_the_kiosks(kiosk, reference):
    features = by(kiosk.section("kano").table("features"), "feature")
    names = {
        "A": "Attractive",
        "O": "One-dimensional",
        "M": "Must-be",
        "I": "Indifferent",
    }

    assert {
        letter: [int(f) for f, row in features.items() if row["category"] == name]
        for letter, name in names.items()
    } == reference["kiosk.kano"]["value"]


@pytest.mark.parametrize("feature", ["5", "10"])
def test_a_feature_of_the_kiosks(kiosk, reference, feature):
    section = kiosk.section("kano")
    one = by(section.table("features"), "feature")[feature]
    counts = by(section.table("counts"), "feature")[feature]
    order = (
        *("attractive", "one_dimensional", "must_be"),
        *("indifferent", "reverse", "questionable"),
    )
    found = [*(counts[each] for each in order), one["better"], one["worse"]]

    assert holds(found, reference[f"kiosk.kano.{feature}"])


def test_drivers_of_the_kiosks(kiosk, reference):
    section, expected = kiosk.section("drivers"), reference["kiosk.drivers"]
    found = by(section.table("drivers"), "name")
    order = ("tangibles", "security", "economy", "convenience", "usefulness", "control")
    r_squared, shares, relative = expected["value"]
    near = {"abs": expected["tol"]}

    assert section.table("explained").column("r_squared")[0] == pytest.approx(
        r_squared, **near
    )
    assert [found[each]["share"] for each in order] == pytest.approx(shares, **near)
    assert [found[each]["relative"] for each in order] == pytest.approx(relative, **near)


def test_the_course_evaluation(course, reference):
    expected = reference["turkiye"]
    (fit,) = by(course.section("cfa").table("fit"), "kind").values()
    (all_items,) = course.section("reliability").table("general").column("alpha")
    signs = course.section("data").table("flags").column("count")
    found = [
        *(all_items, signs[1]),
        *(fit[each] for each in ("chi_square", "df", "cfi", "rmsea", "srmr")),
    ]
    first = {name: expected[name][:7] for name in ("value", "tol")}

    assert holds(found, first)
    assert course.section("gaps").lead[0].startswith("The map lists no expectation")


def test_passengers_who_would_recommend(airport, reference):
    plain, weighted = airport.section("recommend").table("nps").rows
    n, promoters, detractors, score, _error, weighted_score = reference["sfo2017.nps"][
        "value"
    ]

    assert plain[2] == n
    assert (round(plain[3] * n), round(plain[4] * n)) == (promoters, detractors)
    assert plain[5] == pytest.approx(score, abs=1e-5)
    assert weighted[5] == pytest.approx(weighted_score, abs=1e-5)


def test_passengers_weighted(airport, reference):
    section, expected = airport.section("weights"), reference["sfo2017.all"]
    row = by(section.table("means"), "column")["Q7ALL"]
    sd = by(airport.section("data").table("columns"), "column")["Q7ALL"]["sd"]
    (kish,) = section.table("kish").column("effective_n")

    found = [row["n"], row["mean"], sd, row["weighted"], kish]
    assert found == pytest.approx(expected["value"], abs=expected["tol"])
