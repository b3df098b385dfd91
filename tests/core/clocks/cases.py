"""The cases of docs/concepts/clock-cases.md, read off the page."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from gapless.core.calendar.rules import DAY, Calendar, Shift, Shifts
from gapless.core.clocks.choices import Kind, Unit
from gapless.core.clocks.rules import Extension, Happening, Limit, PausePolicy, Policy

PAGE = Path(__file__).parents[3] / "docs/concepts/clock-cases.md"
UNITS = {unit.value.replace("_", " "): unit for unit in Unit}
KINDS = frozenset({"received", "papers", "fee", "answered", "message", "reopened"})


@dataclass(frozen=True)
class Case:
    number: str
    place: str
    limit: str
    happens: str
    read_at: str
    says: str
    reasoning: str


def cases() -> list[Case]:
    """Every row with a number; Python refuses one that lacks a cell."""
    return [Case(*row) for row in rows() if re.fullmatch(r"[0-9]+\.[0-9]+", row[0])]


def rows() -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in PAGE.read_text().splitlines()
        if line.startswith("|")
    ]


def after(heading: str) -> list[list[str]]:
    """The rows of the table that begins with this heading."""
    table = rows()
    start = next(i for i, row in enumerate(table) if row[0] == heading)
    width = len(table[start])
    found = []
    for row in table[start + 2 :]:
        if len(row) != width or row[0] in ("case", "holidays", "place"):
            break
        found.append(row)
    return found


def calendars() -> dict[str, Calendar]:
    holidays = {row[0]: row[1:] for row in after("holidays")}
    return {
        name: calendar(zone, hours, holidays.get(kept), holidays)
        for name, zone, hours, kept in after("place")
    }


def calendar(
    zone: str, hours: str, kept: list[str] | None, holidays: dict[str, list[str]]
) -> Calendar:
    week = week_of(hours)
    if kept is None:
        return Calendar(ZoneInfo(zone), week)
    closed, worked, years = (
        cell.replace("as mainland", holidays["mainland"][place])
        for place, cell in enumerate(kept)
    )
    special: dict[date, Shifts] = {}
    for first, last in re.findall(r"(\S+) to ([-0-9]+)", closed):
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            special[day] = ()
            day += DAY
    for day in re.findall(r"[-0-9]+", worked):
        special[date.fromisoformat(day)] = week[0]
    known = frozenset(map(int, re.findall("[0-9]+", years)))
    return Calendar(ZoneInfo(zone), week, special, known)


def week_of(hours: str) -> tuple[Shifts, ...]:
    week: list[Shifts] = [()] * 7
    for part in filter(None, hours.split("; ")):
        days, *spans = part.split()
        first, _, last = days.partition("-")
        shifts = tuple(Shift(*map(minutes, span.split("-"))) for span in spans)
        for day in range(int(first), int(last or first) + 1):
            week[day - 1] = shifts
    return tuple(week)


def minutes(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    return hour * 60 + minute


def limit(text: str) -> Limit:
    amount, _, unit = text.partition(" ")
    return Limit(int(amount), UNITS.get(unit) or UNITS[unit.removesuffix("s")])


def policy(text: str) -> Policy:
    first, *rules = text.split("; ")
    starts, pauses, kind = frozenset({"received"}), [], Kind.PROMISE
    for rule in rules:
        if found := re.fullmatch(r"may pause for (\w+)(?: at most (\d+) hours)?", rule):
            cap = timedelta(hours=int(found[2])) if found[2] else None
            pauses.append(PausePolicy(found[1], cap))
        elif rule == "required by law":
            kind = Kind.REGULATORY
        else:
            starts = frozenset(rule.removeprefix("starts with ").split(" and "))
            assert starts <= KINDS, rule
    return Policy(
        code=text,
        kind=kind,
        limit=limit(first),
        starts_on=starts,
        stops_on=frozenset({"answered"}),
        pauses=tuple(pauses),
        resumes_on=frozenset({"message"}),
        reopens_on=frozenset({"reopened"}),
    )


MOMENT = r"(?:UTC )?\w{3} \d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?"


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment with its weekday, which has to be the right one."""
    at, wall = (UTC, text[4:]) if text.startswith("UTC ") else (zone, text)
    weekday, _, wall = wall.partition(" ")
    found = datetime.fromisoformat(wall).replace(tzinfo=at)
    assert f"{found:%a}" == weekday, text
    return found


def happened(text: str, zone: ZoneInfo) -> tuple[list[Happening], list[Extension]]:
    happenings, extensions = [], []
    for item in text.split("; "):
        at, what = re.fullmatch(rf"({MOMENT}) (.+)", item).groups()
        if what.startswith("extended until "):
            until = moment(what.removeprefix("extended until "), zone)
            extension = Extension(moment(at, zone), "Li", "parts on order", until=until)
            extensions.append(extension)
        elif what.startswith("extended by "):
            more = limit(what.removeprefix("extended by "))
            extension = Extension(moment(at, zone), "Li", "parts on order", limit=more)
            extensions.append(extension)
        else:
            happenings.append(happening(moment(at, zone), what))
    return happenings, extensions


def happening(at: datetime, what: str) -> Happening:
    kind, _, reason = what.partition(": ")
    machine = kind.endswith(" by machine")
    kind = kind.removesuffix(" by machine")
    assert kind in KINDS | {"paused", "resumed"}, what
    return Happening(at, kind, reason, human=not machine)
