"""The holidays as `holidays/*.toml` has them. No database, so that a file needs none."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from gapless.core.text import LanguageMap

from .choices import Region
from .rules import DAY, SpecialDay


@dataclass(frozen=True)
class PublishedYear:
    """The days of a year in a region, and where they were published."""

    year: int
    days: tuple[SpecialDay, ...]
    source: str
    checked_on: date
    address: str
    published_on: date | None


def years(region: Region) -> list[PublishedYear]:
    """Every year that ships."""
    folder = files("gapless.core.calendar") / "holidays"
    data = tomllib.loads((folder / f"{region.lower()}.toml").read_text("utf-8"))
    return [_year(year, data["names"]) for year in data["years"]]


def _year(year: Mapping[str, Any], names: Mapping[str, LanguageMap]) -> PublishedYear:
    days = [
        SpecialDay(day, works, names[each["name"]])
        for each in year["holidays"]
        for day, works in _days(*each["days"], worked=each.get("worked", ()))
    ]
    return PublishedYear(
        year["year"],
        tuple(sorted(days, key=lambda each: each.day)),
        year["source"],
        year["checked_on"],
        year["address"],
        year.get("published_on"),
    )


def _days(first: date, last: date, *, worked: list[date]) -> Iterator[tuple[date, bool]]:
    day = first
    while day <= last:
        yield day, False
        day += DAY
    for each in worked:
        yield each, True
