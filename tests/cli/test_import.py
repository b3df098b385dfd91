"""`gapless import`: what it says, what it keeps, how it ends."""

import pytest
from django.core.management import CommandError, call_command

from gapless.cli.gap.mapping import KINDS, UNUSED
from gapless.core.audit.models import Event
from gapless.core.evidence.models import Cell
from gapless.core.files.blobs import path_of
from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.models import Import
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.jobs.models import Job
from gapless.people.org.models import Unit

FORM = """\
column,kind,item,dimension
id,respondent,,
hall,unit,,
day,time,,
e1,expectation,clean,tangibles
p1,perception,clean,tangibles
sat,overall,,
sex,attribute,,
"""
ANSWERS = """\
id,hall,day,e1,p1,sat,sex,kept
1,EAST-HALL,2026-01-10,7,5,8,f,1
2,West hall,2026-01-11,7,6,,m,1
3,EAST-HALL,2026-01-12,7,7,9,f,0
"""


@pytest.fixture
def bring(cast, tmp_path, capsys):
    def bring(*options, answers=ANSWERS, form=FORM):
        file, map_file = tmp_path / "answers.csv", tmp_path / "form.csv"
        file.write_text(answers)
        map_file.write_text(form)
        status = 0
        try:
            call_command("import", str(file), "--map", str(map_file), *options)
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out, said.err

    return bring


def test_every_row_in_or_filtered_out_is_0(bring, cast):
    status, out, err = bring("--where", "kept=1", "--by", "qian", "--mode", "on_event")
    assert (status, err) == (0, "")
    assert out == "3 rows = 2 imported (2 new) + 1 filtered out + 0 rejected.\n"
    assert Import.objects.get().created_by == cast.qian
    assert not Job.objects.exists()
    assert set(Event.objects.values_list("type", flat=True)) >= {
        "import.started",
        "import.finished",
    }
    stored = Answer.objects.values_list("texts", flat=True)
    assert list(stored) == [{"sex": "f"}, {"sex": "m"}]


def test_a_rejected_row_is_1_and_says_where_and_what_to_do(bring):
    bad = ANSWERS + "4,Nowhere,2026-01-12,7,5,8,f,1\n"
    status, out, err = bring("--scale", "1-7", answers=bad)
    assert status == 1
    assert "3 imported" in out
    assert err == (
        "answers.csv line 5, column “hall”: There is no unit “Nowhere” below the chosen"
        " one. Correct the name, or let the import create the unit.\n"
    )


def test_again_adds_nothing(bring):
    bring()
    assert "3 imported (0 new)" in bring()[1]
    assert FormVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--by", "nobody"], "Nobody logs in as nobody; correct --by."),
        (["--by", "wang"], "wang may not import for the whole organisation; correct --by."),
        (["--unit", "NORTH"], "There is no unit with the code NORTH; correct --unit."),
        (["--where", "x=1"], "--where x=1 names no column of answers.csv"),
        (["--scale", "7-1"], "--scale 7-1 is no scale; write it like 1-7."),
        (["--time", "soon"], "--time soon is no day; write it like 2026-03-02."),
    ],
)
def test_wrong_usage_is_2_and_keeps_nothing(bring, options, said):
    with pytest.raises(CommandError, match=said.split(";")[0]) as refused:
        bring(*options)
    assert refused.value.returncode == 2
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("column,kind\ne1,expectation\n", "The map has no column “item”."),
        (FORM + "q,mood,,\n", "“mood” is no kind."),
        (FORM + "e9,expectation,x,\n", "names “e9”, which the file does not have."),
        ("column,kind,item,dimension\nsat,text,,\n", "No column says how service"),
    ],
)
def test_a_wrong_map_is_2(bring, form, said):
    with pytest.raises(CommandError, match=said) as refused:
        bring(form=form)
    assert refused.value.returncode == 2


def test_a_row_that_breaks_off_stays_out_alone(bring):
    status, out, err = bring(answers=ANSWERS + '4,"EAST')
    assert status == 1
    assert "3 imported" in out
    assert "a quotation mark does not match" in err


EVERY_KIND = """\
column,kind,item,dimension,options,missing,not_applicable,separator,groups
nr,respondent,,,,,,,
hall,unit,,,,,,,
day,time,,,,,,,
q1,score,,tangibles,,0,6,,
nps,nps,,,,11,,,
sex,single,,,1 = female | 2 = male,,,,yes
used,multiple,,,,,,;,
fee,number,,,,,,,
w,case_weight,,,,,,,
"""
KINDS_FILE = """\
nr,hall,day,q1,nps,sex,used,fee,w
1,EAST-HALL,31/01/2026,5,10,1,desk;phone,12.50,0.5
2,EAST-HALL,01/02/2026,6,11,2,desk,,1.5
3,EAST-HALL,02/02/2026,0,0,2,phone,3,1
"""


def test_a_map_says_everything_that_the_wizard_can(bring):
    status, out, err = bring(answers=KINDS_FILE, form=EVERY_KIND)
    assert (status, err) == (0, "")
    assert out.startswith("3 rows = 3 imported")
    version = FormVersion.objects.get()
    kinds = dict(version.items.values_list("code", "kind"))
    assert kinds == {
        "q1": "score",
        "nps": "nps",
        "sex": "single",
        "used": "multiple",
        "fee": "number",
        "w": "case_weight",
    }
    assert version.grouped_by == "sex"
    assert version.items.get(code="fee").decimals == 2
    options = [o["text"]["zh-hans"] for o in version.items.get(code="used").options]
    assert options == ["desk", "phone"]
    days = Answer.objects.order_by("answered_at").values_list("month", flat=True)
    assert [day.month for day in days] == [1, 2, 2]


def test_a_long_file_makes_one_answer_of_several_rows(bring):
    answers = "who,q,v\na,x,5\na,y,4\nb,x,3\n"
    form = "column,kind,item,dimension\nwho,respondent,,\nx,score,,\ny,score,,\n"
    asked = ("--long", "q,v", "--unit", "EAST-HALL", "--time", "2026-01-10")
    status, out, _err = bring(*asked, "--scale", "1-5", answers=answers, form=form)
    assert (status, Answer.objects.count()) == (0, 2)
    assert "1 further rows" in out or "3 rows = 3 imported (2 new)" in out


def test_a_map_serves_both_commands():
    known = {*KINDS, *UNUSED, "nps", "case_weight", "score", "least", "desired"}
    assert known == set(ColumnKind.values)


def test_a_map_cell_that_says_nothing_is_2(bring):
    form = "column,kind,item,dimension,scale\nq1,score,,,7-1\n"
    with pytest.raises(CommandError, match="cannot be read as scale"):
        bring(form=form)


@pytest.fixture
def doctor(cast, capsys, monkeypatch):
    # The server of a test run is quick and forgetful on purpose.
    monkeypatch.setattr("gapless.cli.doctor.POSTGRES", {})

    def doctor(*options):
        status = 0
        try:
            call_command("doctor", *options)
        except SystemExit as end:
            status = end.code
        return status, capsys.readouterr().out

    return doctor


def test_the_doctor_finds_all_well(bring, doctor):
    bring()
    status, out = doctor()
    assert status == 0, out
    assert "cells of 1 versions" in out


def test_the_doctor_finds_a_wrong_cell_and_mends_it(bring, doctor):
    bring()
    Cell.objects.filter(unit=Unit.objects.get(code="EAST-HALL")).update(value=b"")
    status, out = doctor("--json")
    assert status == 1
    assert '"ok": false' in out
    assert doctor("--repair")[0] == 0
    assert doctor()[0] == 0


def test_the_doctor_finds_a_file_without_content_and_a_job_that_gave_up(bring, doctor):
    bring()
    path_of(Import.objects.get().file.sha256).unlink()
    Job.objects.create(
        kind="x",
        state="failed",
        run_at=Import.objects.get().created_at,
        created_at=Import.objects.get().created_at,
        finished_at=Import.objects.get().created_at,
        error="boom",
    )
    status, out = doctor()
    assert status == 1
    assert "has lost its content" in out
    assert "gave up: boom" in out
