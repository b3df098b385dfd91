"""`gapless replay` on a small file: every number by hand, every refusal by line."""

import json
import subprocess
import sys

import pytest

from gapless.cli.replay.command import main

# Over Spring Festival 2026: closed from 15 to 23 February, worked on Saturday 14.
CASES = """\
number,opened,closed,asked,told
1,2026-02-12 10:00,2026-02-13 10:00,,
2,2026-02-12 10:00,2026-02-24 17:30,,
3,2026-02-12 10:00,2026-02-24 17:31,,
4,2026-02-13 16:00,2026-02-15 09:00,2026-02-13 17:00,2026-02-14 17:00
5,2026-02-24 09:00,,,
"""
COLUMNS = ("--opened", "opened", "--closed", "closed")


@pytest.fixture
def replayed(tmp_path, capsys):
    def run(cases, *options):
        path = tmp_path / "cases.csv"
        path.write_text(cases, encoding="utf-8")
        status = main([str(path), *COLUMNS, *options])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def counted(replayed):
    def run(cases, *options):
        status, out, err = replayed(cases, *options, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)

    return run


@pytest.fixture
def refused(replayed):
    def run(cases, *options):
        status, out, err = replayed(cases, *options)
        assert (status, out) == (2, "")
        return err.splitlines()

    return run


def test_two_limits_over_spring_festival(counted):
    """
    By three working days all end on the 24th at 17:30, the fourth case (opened on the 13th)
    on the 25th; by 24 hours only the first is on time, and the fifth is undecided.
    """
    found = counted(CASES, "--policy", "3 working days", "--policy", "24 hours")

    assert (found["rows"], found["not_stopped"]) == (5, 1)
    assert found["as_of"] == "2026-02-24T09:31:00+00:00"
    days, hours = found["policies"]
    assert days == {
        "policy": "3 working days",
        "on_time": 3,
        "late": 1,
        "open": 1,
        "waiting": 0,
        "share_on_time": 0.75,
        "share_change": None,
        "provisional": 0,
        "changed": [],
    }
    assert (hours["on_time"], hours["late"], hours["open"]) == (1, 3, 1)
    assert hours["share_change"] == -0.5
    assert hours["changed"] == [{"from": "on_time", "to": "late", "rows": 2}]


def test_waiting_for_the_customer_takes_no_time(counted):
    """The fourth case waited a day, so its 24 hours end on the 15th at 16:00."""
    found = counted(CASES, "--policy", "24 hours", "--pause", "asked", "told")

    assert found["policies"][0]["on_time"] == 2


def test_what_was_known_at_a_moment(counted):
    """On the 14th one case was done, three ran, and the last had not begun."""
    found = counted(
        CASES, "--policy", "24 hours", "--policy", "1 month", "--as-of", "2026-02-14 09:00"
    )

    assert found["not_stopped"] == 3
    hours, month = found["policies"]
    # Two are past their 24 hours by then; the fourth has them until 16:00.
    assert [hours[key] for key in ("on_time", "late", "open", "waiting")] == [1, 2, 1, 1]
    assert [month[key] for key in ("on_time", "late", "open", "waiting")] == [1, 0, 3, 1]


def test_other_places_have_other_days(counted):
    """
    The third working day after Thursday the 12th is the 24th in mainland China, Friday the
    20th in Hong Kong (closed from 17 to 19), Tuesday the 17th without holidays, and Sunday
    the 15th for whoever never closes.
    """
    done = ["16 10:00", "18 10:00", "23 10:00", "25 10:00"]
    rows = [f"2026-02-12 10:00,2026-02-{each}" for each in done]
    cases = "\n".join(["opened,closed", *rows, ""])

    def on_time(*place):
        found = counted(cases, "--policy", "3 working days", *place)
        return found["policies"][0]["on_time"]

    weeks = ("--hours", "1-5 09:00-12:00 13:30-17:30")
    assert on_time() == on_time("--calendar", "cn") == 3
    assert on_time("--calendar", "hk") == 2
    assert on_time("--calendar", "always", *weeks) == 1
    assert on_time("--calendar", "always") == 0


def test_shifts_are_taken_as_said(counted):
    """Eight open hours from Thursday 10:00 end on Friday at 14:00, or that day at 18:00."""
    limit = ("--policy", "8 business hours")
    short = ("--hours", "1-5 10:00-14:00")
    long = ("--hours", "1-5 08:00-18:00")
    one = "opened,closed\n2026-03-05 10:00,2026-03-06 14:00\n"

    assert counted(one, *limit, *short)["policies"][0]["on_time"] == 1
    assert counted(one, *limit, *long)["policies"][0]["late"] == 1


def test_years_without_a_table_are_told(replayed):
    one = "opened,closed\n2035-03-05 10:00,2035-03-06 14:00\n"

    _, out, _ = replayed(one, "--policy", "3 working days", "--policy", "24 hours")

    assert "3 working days: 1 row runs in years whose holidays are not known" in out
    assert "24 hours: " not in out


def test_the_table_for_a_person(replayed):
    _, out, _ = replayed(CASES, "--policy", "3 working days", "--policy", "24 hours")

    assert out.splitlines() == [
        "cases.csv: 5 rows, looked at as of 2026-02-24 17:31 (Asia/Shanghai).",
        "1 row has no stop by then and counts as open.",
        "",
        "Time limit      on time  late  still running  share on time  change (points)",
        "3 working days        3     1              1          75.0%                –",
        "24 hours              1     3              1          25.0%            −50.0",
        "",
        "2 rows change from “3 working days” to “24 hours”:",
        "  2 from on time to late",
    ]


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        (
            "opened,closed\nlately,\n",
            "cases.csv line 2, column “opened”: “lately” is no date",
        ),
        ("opened,closed\n,2026-02-12\n", "cases.csv line 2, column “opened” is empty"),
        (
            "opened,closed\n2026-02-12,2026-02-13\n2026-02-12 10:00,2026-02-12 09:00\n",
            "cases.csv line 3, column “closed”: 2026-02-12 09:00 is before 2026-02-12 10",
        ),
        (
            "opened,closed\n02/03/2026,\n",
            "cases.csv line 2, column “opened”: “02/03/2026” can be read in two ways",
        ),
        ("opened,closed\n2026-02-12\n", "cases.csv line 2 has 1 cells"),
        ("opened,closed\n", "cases.csv has no rows"),
        ("opened,done\n2026-02-12,\n", "cases.csv has no column “closed” for --closed"),
    ],
)
def test_a_wrong_cell_is_refused_by_line_and_column(refused, cases, told):
    (sentence,) = refused(cases, "--policy", "24 hours")

    assert sentence.startswith(told)


def test_twenty_problems_are_told_and_the_rest_counted(refused):
    told = refused("opened,closed\n" + "soon,\n" * 30, "--policy", "24 hours")

    assert len(told) == 21
    assert told[-1] == "and 10 more."


def test_a_pause_that_ends_before_it_begins_is_refused(refused):
    turned = CASES.replace("2026-02-13 17:00,", "2026-02-14 18:00,")

    (told,) = refused(turned, "--policy", "24 hours", "--pause", "asked", "told")

    assert told.startswith("cases.csv line 5, column “told”: the pause ends at 2026-02-14")


def test_what_stands_for_no_date_and_the_order_of_dates_can_be_said(counted):
    found = counted(
        "opened,closed\n02/03/2026 10:00,02/03/2026 11:00\n02/03/2026 10:00,?\n",
        *("--policy", "2 hours", "--dates", "dmy", "--missing", "?"),
    )

    assert found["as_of"] == "2026-03-02T03:00:00+00:00"
    assert found["not_stopped"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ["--policy", "soon"],
        ["--policy", "0 days"],
        ["--policy", "200 months"],
        ["--policy", "3 wrking days"],
        ["--hours", "all day"],
        ["--hours", "1-5"],
        ["--hours", "5-1 09:00-12:00"],
        ["--hours", "1-5 12:00-09:00"],
        ["--hours", "1-5 09:00-12:00 11:00-13:00"],
        ["--zone", "Mars"],
        ["--as-of", "yesterday"],
        ["--calendar", "mars"],
        [],
    ],
)
def test_a_wrong_option_ends_with_2(wrong, replayed):
    given = wrong if "--policy" in wrong or not wrong else ["--policy", "1 day", *wrong]

    with pytest.raises(SystemExit) as ended:
        replayed(CASES, *given)

    assert ended.value.code == 2


def test_hours_that_overlap_across_options_are_refused(refused):
    hours = ("--hours", "1-5 09:00-12:00", "--hours", "5 11:00-13:00")

    (told,) = refused(CASES, "--policy", "1 day", *hours)

    assert "overlap" in told


def test_it_needs_no_installation(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(CASES, encoding="utf-8")
    command = [sys.executable, "-m", "gapless.cli", "replay", str(path), *COLUMNS]

    done = subprocess.run(
        [*command, "--policy", "1 day"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"},
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "5 rows" in done.stdout
    assert [each.name for each in tmp_path.iterdir()] == ["cases.csv"]
