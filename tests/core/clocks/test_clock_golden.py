"""
Every case of docs/concepts/clock-cases.md, worked out by hand, against what a clock says.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from gapless.core.clocks.choices import State
from gapless.core.clocks.rules import Reading, read
from tests.core.clocks.cases import MOMENT, Case, calendars, cases, happened, moment, policy

CASES = cases()
PLACES = calendars()


def length(text: str) -> timedelta:
    hours, minutes = map(int, text.split(":"))
    return timedelta(hours=hours, minutes=minutes)


CLAIMS: dict[str, Callable[[Reading, ZoneInfo, re.Match[str]], bool]] = {
    rf"ends ({MOMENT})": lambda r, zone, m: r.due_at == moment(m[1], zone),
    rf"first ended ({MOMENT})": lambda r, zone, m: (
        r.original_due_at == moment(m[1], zone) and r.due_at != r.original_due_at
    ),
    rf"look again ({MOMENT})": lambda r, zone, m: r.next_check_at == moment(m[1], zone),
    r"(waiting|running|paused|stopped)": lambda r, _, m: r.state == State(m[1]),
    "late": lambda r, *_: r.late and r.breached_at == r.due_at,
    "on time": lambda r, *_: not r.late and r.breached_at is None,
    r"left (\d+:\d\d)": lambda r, _, m: r.left == length(m[1]),
    r"has run (\d+:\d\d)": lambda r, _, m: r.elapsed == length(m[1]),
    r"paused (\d+:\d\d) for (\w+)": lambda r, _, m: r.paused[m[2]] == length(m[1]),
    "provisional": lambda r, *_: r.provisional,
    "settled": lambda r, *_: not r.provisional,
    "never ends": lambda r, *_: r.never_open and r.due_at is None,
    r"passes over (\d)": lambda r, _, m: len(r.ignored) == int(m[1]),
    r"refuses (\d)": lambda r, _, m: len(r.refused) == int(m[1]),
    r"warned (\d)": lambda r, _, m: len(r.warnings) == int(m[1]),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_a_clock_says_what_was_worked_out_by_hand(case: Case):
    calendar = PLACES[case.place]
    zone = calendar.zone
    happenings, extensions = happened(case.happens, zone)
    last = max(each.at for each in (*happenings, *extensions))
    now = moment(case.read_at, zone) if case.read_at else last

    found = read(policy(case.limit), calendar, happenings, now, extensions)

    for claim in case.says.split("; "):
        holds, match = next(
            (holds, match)
            for pattern, holds in CLAIMS.items()
            if (match := re.fullmatch(pattern, claim))
        )
        assert holds(found, zone, match), (claim, found)


def test_there_are_at_least_forty_cases_and_each_is_reasoned():
    assert len(CASES) >= 40
    assert len({case.number for case in CASES}) == len(CASES)
    assert all(case.reasoning for case in CASES)
