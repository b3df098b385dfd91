"""`gapless analyse` on small files that are typed in: what it writes and refuses."""

import re
import subprocess
import sys

import numpy as np
import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from gapless.cli.analyse.command import main
from gapless.cli.analyse.data import NEEDED, read_data
from gapless.cli.analyse.report import report
from gapless.cli.gap.command import inputs
from tests.cli.desk import FORM, PEOPLE

SECTIONS = (
    *("data", "gaps", "reliability", "adequacy", "cfa", "validity"),
    *("ipa", "kano", "drivers", "surface", "recommend", "weights"),
)
EVERYTHING = """\
column,kind,item,dimension,missing
e1,expectation,quick,care,
e2,expectation,polite,care,
e3,expectation,clean,place,
e4,expectation,quiet,place,
p1,perception,quick,care,9
p2,perception,polite,care,9
p3,perception,clean,place,9
p4,perception,quiet,place,9
kf,functional,hotline,,
kd,dysfunctional,hotline,,
all,overall,,,
tell,nps,,,99
w,sample_weight,,,
"""


@pytest.fixture
def everything():
    """150 people with an opinion of two dimensions; the same ones every time."""
    random = np.random.default_rng(5)
    opinion = random.normal(size=(150, 2)) @ [[1, 0.4], [0, 0.9]]
    seen = np.repeat(opinion, 2, axis=1) + random.normal(size=(150, 4))
    wanted = np.repeat(opinion, 2, axis=1) + random.normal(scale=1.5, size=(150, 4))
    e, p = (np.clip(np.rint(4 + each), 1, 7).astype(int) for each in (wanted, seen))
    lines = ["e1,e2,e3,e4,p1,p2,p3,p4,kf,kd,all,tell,w"]
    for who in range(150):
        total = int(p[who].sum())
        rest = [1, 5 if who % 3 else 3, 1 + total // 6, min(total // 2, 10)]
        lines.append(",".join(map(str, [*e[who], *p[who], *rest, 0.5 + who % 4 / 2])))
    return "\n".join(lines) + "\n"


@pytest.fixture
def told(desk):
    def told(people=PEOPLE, form=FORM, *, language="en", scale=None):
        table, read = inputs(
            desk.write("people.csv", people), desk.write("form.csv", form), needed=NEEDED
        )
        data = read_data(table, read, map_name="form.csv", scale=scale)
        with translation.override(language):
            return report(data, file="people.csv", map_name="form.csv")

    return told


@pytest.fixture
def run(desk):
    def run(people, form, *options):
        answers, form = desk.write("people.csv", people), desk.write("form.csv", form)
        status = main([str(answers), "--map", str(form), *options])
        return status, desk.capsys.readouterr().err

    return run


def test_every_section_says_something(told, everything):
    for found in (told(), told(everything, EVERYTHING)):
        assert tuple(each.key for each in found.sections) == SECTIONS
        assert all(each.lead and all(each.lead) for each in found.sections)


def test_what_the_columns_allow_is_computed(told, everything):
    found = told(everything, EVERYTHING)

    empty = [each.key for each in found.sections if not each.blocks]
    assert empty == []
    assert found.section("recommend").table("nps").column("n") == (150, 150)
    assert found.section("weights").table("kish").column("n") == (150,)


def test_a_net_score_by_hand(told):
    form = "column,kind,item,dimension,missing\ntell,nps,,,99\n"
    people = "tell\n10\n9\n8\n6\n99\n\n"
    (score,) = told(people, form).section("recommend").table("nps").column("score")

    assert score == pytest.approx(100 * (2 - 1) / 4)


def test_weights_by_hand(told):
    form = "column,kind,item,dimension\nall,overall,,\nw,sample_weight,,\n"
    found = told("all,w\n1,1\n5,3\n", form).section("weights")

    assert found.table("kish").column("effective_n") == (pytest.approx(16 / 10),)
    assert found.table("means").column("weighted") == (4,)
    assert found.table("means").column("mean") == (3,)


def test_kano_by_hand(told):
    form = "column,kind,item,dimension\nf,functional,x,\nd,dysfunctional,x,\n"
    people = "f,d\n1,5\n1,5\n2,5\n3,3\n,1\n"
    found = told(people, form).section("kano")

    assert found.table("features").column("category") == ("One-dimensional",)
    assert found.table("features").column("n") == (4,)
    assert found.table("features").column("better") == (0.5,)
    assert found.table("features").column("worse") == (-0.75,)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("kano", "the map lists no functional and dysfunctional questions."),
        ("drivers", "where the map lists an overall judgement"),
        ("recommend", "The map lists no likelihood to recommend (kind nps)."),
        ("weights", "The map lists no weight of the answers (kind sample_weight)."),
        ("surface", "lists expectations, perceptions and an overall judgement."),
    ],
)
def test_what_the_columns_do_not_allow_is_said(told, section, sentence):
    found = told().section(section)

    assert found.blocks == ()
    assert sentence in found.lead[0]


def test_a_refusal_of_the_statistics_is_a_sentence(told):
    """Four people answered at most: no factor model, and the reason is there."""
    (refusal,) = {
        sentence for sentence in told().section("cfa").refusals if "Perception" in sentence
    }

    assert refusal.startswith("Factor model of Perception: ")
    assert refusal.endswith(".")


def test_an_answer_on_no_scale_of_its_kind_is_refused(run):
    form = "column,kind,item,dimension\ntell,nps,,\nw,sample_weight,,\n"
    status, err = run("tell,w\n11,1\n3,-2\n", form)

    assert status == 2
    assert "line 2, column “tell”: “11” is outside 0-10, the scale of its kind" in err
    assert "line 3, column “w”: “-2” is not the weight of an answer" in err


def test_a_map_with_nothing_to_analyse_is_refused(run):
    status, err = run("hall\nEast\n", "column,kind,item,dimension\nhall,unit,,\n")

    assert (status, "lists nothing to analyse" in err) == (2, True)


def test_a_column_that_the_file_lacks_is_refused(run):
    status, err = run(PEOPLE, FORM + "tell,nps,,\n")

    assert (status, "maps column “tell”" in err) == (2, True)


def test_both_files_stand_beside_the_answers_and_are_not_overwritten(run, desk):
    assert run(PEOPLE, FORM) == (0, "")
    assert {each.suffix for each in desk.folder.glob("people.*")} == {
        ".csv",
        ".html",
        ".xlsx",
    }

    status, err = run(PEOPLE, FORM)
    assert (status, err.count("is there already; name another, or add --force.")) == (2, 2)
    assert run(PEOPLE, FORM, "--force") == (0, "")


def test_a_workbook_of_answers_is_never_overwritten(desk):
    answers = desk.write("people.xlsx", "")
    status = main([str(answers), "--map", "form.csv", "--force"])

    assert (status, answers.read_text()) == (2, "")
    assert "write the workbook elsewhere with --xlsx" in desk.capsys.readouterr().err


def test_the_page_needs_nothing_beside_it(run, desk, everything):
    run(everything, EVERYTHING, "--language", "en")
    page = (desk.folder / "people.html").read_text("utf-8")

    assert "<script" not in page
    assert not re.search(r"(src|href)=[\"'](?!#)", page)
    assert "url(" not in page
    assert page.count("<svg viewBox") >= 6
    assert "nan" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S).lower().split()


def test_names_in_the_file_are_text(run, desk):
    form = FORM.replace("tangibles", "<b>&amp;").replace("parking", "<script>1</script>")
    run(PEOPLE, form, "--language", "en")
    page = (desk.folder / "people.html").read_text("utf-8")

    assert "<script>" not in page
    assert "&lt;b&gt;&amp;amp;" in page


def test_the_workbook_holds_the_numbers_of_the_page(told, run, desk, everything):
    run(everything, EVERYTHING, "--language", "en")
    found = told(everything, EVERYTHING)
    book = CalamineWorkbook.from_path(desk.folder / "people.xlsx")

    assert book.sheet_names == [each.title for each in found.sections]
    for section in found.sections:
        held = {
            cell
            for row in book.get_sheet_by_name(section.title).to_python()
            for cell in row
            if isinstance(cell, float)
        }
        numbers = [
            cell
            for table in section.tables
            for row in table.rows
            for cell in row
            if isinstance(cell, int | float)
        ]
        assert all(any(abs(x - y) <= 1e-9 * abs(x) for y in held) for x in numbers)


def test_no_name_becomes_a_formula(run, desk):
    run(PEOPLE, FORM.replace("parking", "=1+1"), "--language", "en")
    book = CalamineWorkbook.from_path(desk.folder / "people.xlsx")
    cells = [c for row in book.get_sheet_by_name("Data").to_python() for c in row]

    assert "'=1+1" in cells
    assert "=1+1" not in cells


def test_the_command_needs_no_installation(desk):
    people, form = desk.write("people.csv", PEOPLE), desk.write("form.csv", FORM)
    asked = [
        sys.executable,
        "-m",
        "gapless.cli",
        "analyse",
        str(people),
        "--map",
        str(form),
    ]
    done = subprocess.run(asked, capture_output=True, text=True, env={}, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert '<html lang="zh-Hans">' in (desk.folder / "people.html").read_text("utf-8")


LATIN = re.compile(r"[A-Za-z]{4,}")
NAMES = re.compile(
    r"people\.csv|form\.csv|SERVPERF|SERVQUAL|RMSEA|SRMR|HTMT2?|Kano|Cronbach|Feldt|Fong|"
    r"Kaiser|Meyer|Olkin|Bartlett|Benjamini|Hochberg|Johnson|Kish|Wald|Kaiser-Meyer-Olkin|"
    r"care|place|quick|polite|clean|quiet|hotline|tell|tangibles|modern|prompt|parking|"
    r"functional|dysfunctional|sample_weight|overall|kind|gapless|analyse|Omega|alpha|omega"
)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_no_word_is_left_in_english(told, everything, language):
    for found in (
        told(language=language),
        told(everything, EVERYTHING, language=language),
    ):
        said = [found.title]
        for section in found.sections:
            said += [section.title, *section.lead, *section.refusals]
            for block in section.blocks:
                said.append(block.title)
            for table in section.tables:
                said += [table.note, *(each.heading for each in table.columns)]
                said += [c for row in table.rows for c in row if isinstance(c, str)]
        assert [each for each in said if LATIN.search(NAMES.sub("", each))] == []
