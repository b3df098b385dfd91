"""Must show 2: `gapless replay` over 20,769 real cases, as its guide prints it."""

import csv
import shlex
import time
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from gapless.cli.replay.command import main
from tests.docs.pages import DOCS, blocks

pytestmark = pytest.mark.real_data
GUIDE = DOCS / "guides" / "replay-time-limits.md"
SECONDS = 10


@pytest.fixture
def incidents(shared_data):
    return shared_data / "it_service_incidents" / "incidents.csv"


def shown():
    """The commands of the guide that show what they print, and that."""
    return [
        pytest.param(command.text, output.text, id=f"line {command.line}")
        for command, output in pairwise(blocks(GUIDE))
        if (command.language, output.language) == ("sh", "text")
    ]


@pytest.mark.parametrize(("command", "output"), shown())
def test_the_guide_shows_what_is_printed_within_ten_seconds(
    command, output, incidents, capsys
):
    _, _, file, *options = shlex.split(command.replace("\\\n", ""))
    assert file == incidents.name

    began = time.perf_counter()
    status = main([str(incidents), *options])
    took = time.perf_counter() - began

    assert status == 0
    assert capsys.readouterr().out == output
    assert took < SECONDS


def test_the_counts_are_those_of_a_slide_rule(incidents, capsys):
    """24 hours by subtraction, 3 working days by numpy's business days."""
    with incidents.open(encoding="utf-8", newline="") as file:
        rows = [(row["opened_at"], row["resolved_at"]) for row in csv.DictReader(file)]
    begun = [datetime.fromisoformat(opened) for opened, _ in rows]
    done = [datetime.fromisoformat(at or "9999-12-31") for _, at in rows]
    pairs = list(zip(begun, done, strict=True))
    within_a_day = sum(stop - start <= timedelta(hours=24) for start, stop in pairs)
    days = np.busday_offset([start.date() for start in begun], 3, roll="backward")
    closes = [datetime.fromisoformat(f"{day}T17:30") for day in np.datetime_as_string(days)]
    within_three = sum(stop <= close for stop, close in zip(done, closes, strict=True))

    main(
        [
            *(str(incidents), "--opened", "opened_at", "--closed", "resolved_at"),
            *("--policy", "3 working days", "--policy", "24 hours", "--json"),
            *("--calendar", "always", "--hours", "1-5 09:00-12:00 13:30-17:30"),
        ]
    )

    told = capsys.readouterr().out
    assert f'"policy": "3 working days", "on_time": {within_three},' in told
    assert f'"policy": "24 hours", "on_time": {within_a_day},' in told
