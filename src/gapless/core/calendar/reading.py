"""
Days of a year's table as text: what a CSV file holds, an iCal file turned into it, and
back. Pure. A line is a stretch of days: first day, last day, kind, its name in three
languages.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from icalendar import Calendar as ICalendar
from icalendar import Event

from .rules import DAY, SpecialDay

LANGUAGES = ("zh-hans", "zh-hant", "en")
HEADER = (
    "first_day",
    "last_day",
    "kind",
    *(f"name_{language.replace('-', '_')}" for language in LANGUAGES),
)
_COLUMNS = ("first", "last", "kind", *LANGUAGES)
HOLIDAY, WORKING = "holiday", "working"
LONGEST_NAME = 120
# A table lists the special days of one year; a stretch of more is a slip.
LONGEST_STRETCH = 60
MOST_LINES = 1000


class NoICal(ValueError):
    """The text is no iCal file."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a line, where, and what stands there."""

    line: int
    column: str  # as in HEADER
    code: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    days: tuple[SpecialDay, ...]
    flaws: tuple[Flaw, ...]


# --- From text ------------------------------------------------------------------------


def read_days(text: str, year: int) -> Read:
    """The days that a text lists, and everything that is wrong with it."""
    days: dict[date, SpecialDay] = {}
    flaws: list[Flaw] = []
    columns: Sequence[str] = _COLUMNS
    for line, cells in _lines(text):
        if line > MOST_LINES:
            return Read((), (Flaw(line, HEADER[0], "too_many"),))
        if header := _header(cells):
            columns = header
            continue
        found = _stretch(line, dict(zip(columns, map(str.strip, cells), strict=False)))
        if isinstance(found, list):
            flaws += found
            continue
        for each in found.days:
            if each.day.year != year:
                flaws.append(Flaw(line, HEADER[0], "other_year", str(each.day)))
                break
            if each.day in days:
                flaws.append(Flaw(line, HEADER[0], "twice", str(each.day)))
                break
            days[each.day] = each
    return Read(tuple(days[day] for day in sorted(days)), tuple(flaws))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = next((sign for sign in "\t;" if sign in first and "," not in first), ",")
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _header(cells: Iterable[str]) -> list[str]:
    """What the columns hold, if this line names them; nothing if it is a line of days."""
    usual: Mapping[str, list[str]] = _words()["columns"]
    held = [
        next((name for name, words in usual.items() if _plain(cell) in words), "")
        for cell in cells
    ]
    return held if "first" in held and not any(map(_day, cells)) else []


def _stretch(line: int, cells: Mapping[str, str]) -> Read | list[Flaw]:
    first, last = cells.get("first", ""), cells.get("last", "")
    flaws: list[Flaw] = []
    from_on = _day(first)
    until_on = _day(last) if last else from_on
    if from_on is None:
        flaws.append(Flaw(line, HEADER[0], "no_day" if not first else "bad_day", first))
    if last and until_on is None:
        flaws.append(Flaw(line, HEADER[1], "bad_day", last))
    if from_on and until_on:
        if until_on < from_on:
            flaws.append(Flaw(line, HEADER[1], "reversed", last))
        elif (until_on - from_on).days >= LONGEST_STRETCH:
            flaws.append(Flaw(line, HEADER[1], "too_long", last))
    works = _works(cells.get("kind", ""))
    if works is None:
        flaws.append(Flaw(line, HEADER[2], "bad_kind", cells["kind"]))
    name = {each: cells[each] for each in LANGUAGES if cells.get(each)}
    flaws += (
        Flaw(line, HEADER[_COLUMNS.index(language)], "long_name", text)
        for language, text in name.items()
        if len(text) > LONGEST_NAME
    )
    if flaws or from_on is None or until_on is None or works is None:
        return flaws
    return Read(tuple(SpecialDay(day, works, name) for day in _from(from_on, until_on)), ())


def _from(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _day(text: str) -> date | None:
    found = re.fullmatch(
        r"(\d{4})(?:\D(\d{1,2})\D(\d{1,2})\D?|(\d\d)(\d\d))",
        unicodedata.normalize("NFKC", text),
    )
    try:
        return date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        return None


def _works(text: str) -> bool | None:
    """Whether such a day is worked; without a word it is a holiday; None: unknown."""
    if not text:
        return False
    kinds: Mapping[str, list[str]] = _words()["kinds"]
    kind = next((kind for kind, words in kinds.items() if _plain(text) in words), None)
    return None if kind is None else kind == WORKING


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


# --- Into text ------------------------------------------------------------------------


def rows_of(days: Iterable[SpecialDay]) -> Iterator[list[str]]:
    """A row for every stretch of days alike that follow one another."""
    for stretch in stretches(days):
        one = stretch[0]
        last = stretch[-1].day.isoformat()
        names = (one.name.get(language, "") for language in LANGUAGES)
        yield [one.day.isoformat(), last, WORKING if one.works else HOLIDAY, *names]


def stretches(days: Iterable[SpecialDay]) -> list[list[SpecialDay]]:
    found: list[list[SpecialDay]] = []
    for each in sorted(days, key=lambda each: each.day):
        last = found[-1][-1] if found else None
        alike = last and (last.works, last.name) == (each.works, each.name)
        if last and alike and each.day - last.day == DAY:
            found[-1].append(each)
        else:
            found.append([each])
    return found


def as_text(days: Iterable[SpecialDay]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([HEADER, *rows_of(days)])
    return written.getvalue()


# --- iCal -----------------------------------------------------------------------------


def text_of_ical(content: bytes, year: int | None) -> tuple[str, int]:
    """
    The events of an iCal file in a year as lines of text, and how many it has of other
    years. An event without a day becomes a line without one, to be filled in.

    :param year: None: all of them.

    :raises NoICal: it is none.
    """
    try:
        calendar = ICalendar.from_ical(content)
    except (ValueError, IndexError, KeyError) as error:
        raise NoICal(str(error)) from error
    rows, elsewhere = [], 0
    for event in calendar.walk("VEVENT"):
        first, last = _days_of(event)
        if first and last and year and year not in (first.year, last.year):
            elsewhere += 1
            continue
        title = " ".join(str(event.get("SUMMARY", "")).split())
        kind = WORKING if _worked(event, title) else HOLIDAY
        rows.append([str(first or ""), str(last or ""), kind, title, title, title])
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([HEADER, *sorted(rows)])
    return written.getvalue(), elsewhere


def _days_of(event: Any) -> tuple[date | None, date | None]:
    first, until = event.get("DTSTART"), event.get("DTEND")
    start = getattr(first, "dt", None)
    if start is None:
        return None, None
    end = getattr(until, "dt", None)
    day = start.date() if isinstance(start, datetime) else start
    if end is None:
        return day, day
    if isinstance(end, datetime):
        return day, max(day, (end - timedelta(microseconds=1)).date())
    return day, max(day, end - DAY)  # the end of an iCal event is no part of it


def _worked(event: Any, title: str) -> bool:
    if str(event.get("CATEGORIES", "")) and _category(event) in (WORKING, HOLIDAY):
        return _category(event) == WORKING
    return any(word in title.casefold() for word in _words()["titles"]["working"])


def _category(event: Any) -> str:
    found = event.get("CATEGORIES")
    return next((str(each) for each in getattr(found, "cats", ())), "")


def as_ical(
    days: Iterable[SpecialDay], *, key: str, language: str, stamped_at: datetime
) -> bytes:
    """An event for every stretch of days, which a calendar can take in or subscribe to."""
    calendar = ICalendar()
    calendar.add("prodid", "-//Gapless//Holidays//EN")
    calendar.add("version", "2.0")
    for stretch in stretches(days):
        one = stretch[0]
        event = Event()
        event.add("uid", f"{key}-{one.day.isoformat()}@gapless")
        event.add("dtstamp", stamped_at)
        event.add("dtstart", one.day)
        event.add("dtend", stretch[-1].day + DAY)
        event.add("summary", one.name.get(language) or next(iter(one.name.values()), ""))
        event.add("categories", [WORKING if one.works else HOLIDAY])
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@cache
def _words() -> dict[str, Any]:
    words = files("gapless.core.calendar") / "reading_words.toml"
    return tomllib.loads(words.read_text("utf-8"))
