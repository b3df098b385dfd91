import csv
import json
import os
import subprocess
import sys

import pytest
import xlsxwriter

from gapless.cli.gap.command import main
from tests.cli.desk import FORM, PEOPLE

NOTHING = {"gap": None, "sd": None, "ci_low": None, "ci_high": None}


def test_items_are_told_over_their_pairs(desk):
    found = desk.json()

    assert found["rows"] == 4
    assert [each["item"] for each in found["items"]] == [
        "clean",
        "modern",
        "prompt",
        "parking",
    ]
    modern = found["items"][1]
    assert modern["dimension"] == "tangibles"
    assert modern["n"] == 3
    assert modern["expectation"] == pytest.approx(19 / 3, abs=1e-15)
    assert modern["perception"] == 5
    assert modern["gap"] == pytest.approx(-4 / 3, abs=1e-15)
    # Differences 0, -3, -1: s = √(7/3), t(2) = 4.302653 at 97.5 %.
    assert modern["sd"] == pytest.approx((7 / 3) ** 0.5, abs=1e-15)
    half = 4.30265272975 * (7 / 9) ** 0.5
    assert modern["ci_low"] == pytest.approx(-4 / 3 - half, abs=1e-9)
    assert modern["ci_high"] == pytest.approx(-4 / 3 + half, abs=1e-9)


def test_dimensions_are_told_over_the_respondents_with_half_their_pairs(desk):
    tangibles, care = desk.json()["dimensions"]

    # Per respondent: -1, 0 (one pair of two), -2, -1.
    assert (tangibles["dimension"], tangibles["n"], tangibles["gap"]) == (
        "tangibles",
        4,
        -1,
    )
    assert tangibles["expectation"] == (6.5 + 6 + 7 + 5.5) / 4
    assert tangibles["perception"] == (5.5 + 6 + 5 + 4.5) / 4
    assert (care["n"], care["gap"]) == (3, pytest.approx(-5 / 3, abs=1e-15))


def test_overall_scores_weigh_dimensions_or_items_alike(desk):
    found = desk.json()

    # Two dimensions: both are needed. By dimension (-1-3)/2, 0, none, (-1-2)/2.
    assert found["overall"]["n"] == 3
    assert found["overall"]["gap"] == pytest.approx(-3.5 / 3, abs=1e-15)
    # By item -9/4, 0, -6/3, -4/3.
    assert found["overall_by_item"]["n"] == 4
    assert found["overall_by_item"]["gap"] == pytest.approx(
        -(9 / 4 + 2 + 4 / 3) / 4, abs=1e-15
    )
    assert found["overall_weighted"] is None


def test_each_respondents_own_weights_count(desk):
    header, *people = PEOPLE.splitlines()
    points = ["50,50", "20,80", "10,90", "70,"]
    weighed = "\n".join(
        [f"{header},w1,w2", *(",".join(each) for each in zip(people, points, strict=True))]
    )
    form = FORM + "w2,weight,,care\nw1,weight,,tangibles\n"

    # (-1·50 - 3·50)/100, 0; the third lacks care, the fourth's points sum to 70.
    assert desk.json(weighed, form)["overall_weighted"]["n"] == 2
    assert desk.json(weighed, form)["overall_weighted"]["gap"] == -1


def test_alphas_need_every_pair_of_the_dimension(desk):
    tangibles, care = desk.json()["dimensions"]

    # E of the three complete respondents: (7,6) (7,7) (5,6); variances 4/3, 1/3, total 7/3.
    assert tangibles["alpha_expectation"] == pytest.approx(2 * (1 - 5 / 7), abs=1e-15)
    assert [care[name] for name in care if name.startswith("alpha")] == [None] * 3


def test_conditions_choose_rows(desk):
    assert desk.json(PEOPLE, FORM, "--where", "hall=East")["rows"] == 2
    both = ("--where", "hall=West", "--where", "p1=6")
    assert desk.json(PEOPLE, FORM, *both)["rows"] == 1


def test_what_cannot_be_computed_is_null(desk):
    one = desk.json(PEOPLE, FORM, "--where", "p1=5")
    nobody = desk.json(PEOPLE, FORM, "--where", "hall=North")

    assert one["items"][0]["gap"] == -2
    assert (one["items"][0]["sd"], one["items"][0]["p_value"]) == (None, None)
    assert nobody["rows"] == nobody["items"][0]["n"] == 0
    assert nobody["overall"] == {"n": 0, **NOTHING}


def test_the_object_has_exactly_the_promised_names(desk):
    found = desk.json()
    spread = ["n", *NOTHING]
    sides = ["n", "expectation", "perception", *NOTHING]
    alphas = ["alpha_expectation", "alpha_perception", "alpha_gap"]

    assert list(found) == [
        "rows",
        *("items", "dimensions", "overall", "overall_by_item", "overall_weighted"),
        "flags",
    ]
    assert list(found["items"][0]) == ["item", "dimension", *sides, "p_value"]
    assert list(found["dimensions"][0]) == ["dimension", *sides, *alphas]
    assert list(found["overall"]) == list(found["overall_by_item"]) == spread
    assert list(found["flags"]) == ["straight_lining", "all_equal", "expectation_ceiling"]


def test_without_expectations_only_perceptions_are_told(desk):
    form = "\n".join(line for line in FORM.splitlines() if "expectation" not in line)
    found = desk.json(PEOPLE, form)
    tangibles = found["dimensions"][0]

    assert (tangibles["n"], tangibles["perception"]) == (4, (5.5 + 4.5 + 5 + 4.5) / 4)
    assert tangibles["alpha_perception"] is not None
    assert [tangibles[name] for name in ("expectation", "alpha_gap", *NOTHING)] == [
        None
    ] * 6
    assert found["items"][3] == {
        "item": "parking",
        "dimension": None,
        "n": 3,
        "expectation": None,
        "perception": pytest.approx(8 / 3, abs=1e-15),
        **NOTHING,
        "p_value": None,
    }
    assert [found[f"overall{kind}"] for kind in ("", "_by_item", "_weighted")] == [None] * 3
    assert found["flags"] == {
        "straight_lining": 0,
        "all_equal": 0,
        "expectation_ceiling": None,
    }


def test_flags_follow_the_form_not_the_file(desk):
    columns = [f"{side}{item}" for item in range(10) for side in "ep"]
    form = "column,kind,item,dimension\n" + "".join(
        f"{side}{item},{kind},{item},d\n"
        for side, kind in (("e", "expectation"), ("p", "perception"))
        for item in range(10)
    )
    steady = [7 if name[0] == "e" else 1 + int(name[1]) % 5 for name in columns]
    varied = [1 + place % 7 for place in range(20)]
    people = "\n".join(",".join(map(str, row)) for row in (columns, steady, varied))

    assert desk.json(people, form)["flags"] == {
        "straight_lining": 1,
        "all_equal": 1,
        "expectation_ceiling": 1,
    }


def test_the_scale_is_what_the_answers_span_unless_given(desk):
    people = "e1,p1\n5,3\n4,2\n"
    form = "column,kind,item,dimension\ne1,expectation,1,d\np1,perception,1,d\n"

    assert desk.json(people, form)["flags"]["expectation_ceiling"] == 1
    given = desk.json(people, form, "--scale", "1-7")
    assert given["flags"]["expectation_ceiling"] == 0
    assert desk.json(people, form, "--scale=-3-5")["rows"] == 2


def test_a_workbook_gives_the_same_as_the_text_file(desk):
    path = desk.folder / "people.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as book:
        page = book.add_worksheet()
        for place, row in enumerate(csv.reader(PEOPLE.splitlines())):
            page.write_row(place, 0, row)

    assert desk.json(path) == desk.json()


def test_a_person_reads_aligned_tables(desk):
    status, out, _ = desk.run()

    assert status == 0
    assert "people.csv: 4 rows, scale 1 to 7 (as the answers span it)." in out
    assert "tangibles  4  6.25  5.25  −1.00  [−2.30, 0.30]" in out
    assert "straight-lining" in out
    assert "nan" not in out.lower()


def test_a_person_is_told_that_there_is_no_expectation(desk):
    form = "\n".join(line for line in FORM.splitlines() if "expectation" not in line)
    _, out, _ = desk.run(PEOPLE, form)

    assert "There is no expectation in the map, so there is no gap" in out
    assert "SERVPERF" in out


def test_help_says_what_the_map_is(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    assert "column,kind,item,dimension" in capsys.readouterr().out


def test_the_command_needs_no_django():
    code = "import sys, gapless.cli.gap.command; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252"])
def test_a_terminal_that_lacks_a_character_gets_the_numbers_plainly(desk, encoding):
    people = desk.write("people.csv", PEOPLE)
    form = desk.write("form.csv", FORM.replace("tangibles", "有形𠀋性"))
    asked = [sys.executable, "-m", "gapless.cli", "gap", str(people), "--map", str(form)]
    terminal = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}

    told, as_json = (
        subprocess.run(
            [*asked, *more], env=terminal, capture_output=True, check=True
        ).stdout.decode(encoding)
        for more in ([], ["--json"])
    )

    assert " -1.00" in told
    assert json.loads(as_json)["dimensions"][0]["dimension"] == "有形𠀋性"


@pytest.mark.real_data
class TestKiosks:
    """Must show 2: the numbers that R gives for a published questionnaire."""

    @pytest.fixture
    def reference(self, shared_data):
        values = json.loads((shared_data / "reference_values.json").read_text("utf-8"))
        return {each["id"]: each for each in values}

    @pytest.fixture
    def run(self, desk, shared_data):
        folder = shared_data / "kiosk_servqual"
        with (folder / "items.csv").open(encoding="utf-8-sig") as file:
            rows = [
                f"{each['column']},{each['instrument']},{each['item']},{each['final_dimension']}"
                for each in csv.DictReader(file)
                if each["instrument"] in ("expectation", "perception")
            ]
        form = "\n".join(["column,kind,item,dimension", *rows])
        return lambda *options: desk.json(folder / "responses.csv", form, *options)

    @pytest.fixture
    def kept(self, run):
        return run("--where", "kept_by_authors=1")

    @pytest.mark.parametrize(
        "name", ["tangibles", "security", "economy", "convenience", "usefulness", "control"]
    )
    def test_dimensions(self, kept, reference, name):
        (found,) = [each for each in kept["dimensions"] if each["dimension"] == name]
        expected = reference[f"kiosk.gap.{name}"]
        measures = ("expectation", "perception", "gap", "sd")
        alphas = ("alpha_expectation", "alpha_perception", "alpha_gap")

        assert [found[each] for each in (*measures, *alphas)] == pytest.approx(
            expected["value"], abs=expected["tol"]
        )
        assert found["n"] == kept["rows"] == 194

    def test_an_item(self, kept, reference):
        expected = reference["kiosk.gap.item1"]
        found = kept["items"][0]
        t = found["gap"] / found["sd"] * found["n"] ** 0.5
        measures = [found[each] for each in ("expectation", "perception", "gap", "sd")]

        assert [*measures, t, found["ci_low"], found["ci_high"]] == pytest.approx(
            expected["value"], abs=expected["tol"]
        )

    def test_all_items(self, kept, run, reference):
        expected = reference["kiosk.gap.all"]
        everybody = run()

        assert kept["overall_by_item"]["gap"] == pytest.approx(
            expected["value"][0], abs=expected["tol"]
        )
        assert everybody["overall_by_item"]["gap"] == pytest.approx(
            expected["value"][1], abs=expected["tol"]
        )
        assert (everybody["rows"], everybody["overall_by_item"]["n"]) == (211, 207)

    def test_flags(self, kept):
        assert kept["flags"] == {
            "straight_lining": 5,
            "all_equal": 5,
            "expectation_ceiling": 8,
        }


@pytest.mark.real_data
def test_the_course_evaluation_has_no_expectation(desk, shared_data):
    """Must show 3: perception only, and half of it careless."""
    form = "column,kind,item,dimension\n" + "".join(
        f"Q{item},perception,{item},course\n" for item in range(1, 29)
    )
    found = desk.json(shared_data / "turkiye_course_evaluation" / "responses.csv", form)
    expected = json.loads((shared_data / "reference_values.json").read_text("utf-8"))
    (turkiye,) = [each for each in expected if each["id"] == "turkiye"]

    assert found["rows"] == 5820
    assert found["dimensions"][0]["alpha_perception"] == pytest.approx(
        turkiye["value"][0], abs=turkiye["tol"][0]
    )
    assert found["flags"] == {
        "straight_lining": 3155,
        "all_equal": 2985,
        "expectation_ceiling": None,
    }
