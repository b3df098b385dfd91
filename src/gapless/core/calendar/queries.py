"""
Reads of calendars. A unit's calendar is put together from the week that it or the nearest
unit above it has, the tables of its region, and the closures of it and the units above.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from .choices import ZONES, Region
from .models import Change, Closure, HolidayTable, Revision, WorkingWeek
from .rules import USUAL_WEEK, Calendar, Closing, SpecialDay, Week, made_of

# Beyond so many units it costs less to read what all units say than to name them.
FEW = 200


@dataclass(frozen=True)
class HolidayYear:
    """What a table says of a year in a region."""

    region: Region
    year: int
    days: tuple[SpecialDay, ...]
    source: str
    checked_on: date
    address: str = ""
    published_on: date | None = None

    @staticmethod
    def of(table: HolidayTable) -> HolidayYear:
        return HolidayYear(
            Region(table.region),
            table.year,
            tuple(table.special_days),
            table.source,
            table.checked_on,
            table.address,
            table.published_on,
        )


@dataclass(frozen=True)
class Ways:
    """When a unit works in an ordinary week, whose holidays it keeps, and who said so."""

    week: Week
    region: Region
    closed_on_holidays: bool
    said_by: int | None  # the unit whose week it is; None: nobody has said anything
    number: int  # the version of that week
    seen: int  # the version of the unit's own that stands, though it be given up; 0: none
    own: bool

    @property
    def keeps_holidays(self) -> bool:
        return self.closed_on_holidays and self.region is not Region.NONE


@dataclass(frozen=True)
class Resolved:
    """A calendar, and what it was made of."""

    calendar: Calendar
    key: str  # the same for whatever was made of the same
    ways: Ways
    tables: Mapping[int, int]  # year → version of its table
    closures: tuple[Closure, ...]
    days: Mapping[date, SpecialDay]


@dataclass(frozen=True)
class Changes:
    """What has changed since a revision: calendars below these units, or of these years."""

    revision: int
    paths: tuple[str, ...]
    years: tuple[tuple[str, int], ...]

    def __bool__(self) -> bool:
        return bool(self.paths or self.years)


# --- The calendars of units -----------------------------------------------------------


def calendar_of(unit_id: int, *, at: datetime | None = None) -> Resolved:
    """
    The calendar of a unit as it stands, or as it stood at a moment.

    :raises KeyError: there is no such unit.
    """
    return calendars_of([unit_id], at=at)[unit_id]


def calendars_of(
    unit_ids: Collection[int], *, at: datetime | None = None
) -> dict[int, Resolved]:
    """The calendars of units, in four queries however many they are."""
    places = _places(unit_ids)
    ways = _ways(places, at)
    closures = _closures(places, at)
    regions = {way.region for way in ways.values() if way.keeps_holidays}
    tables = _tables(regions, at)
    known: dict[str, Resolved] = {}
    found = {}
    for pk, place in places.items():
        way = ways[pk]
        closed = tuple(each for path in place.line for each in closures.get(path, ()))
        years = tables.get(way.region, ()) if way.keeps_holidays else None
        key = _key(place.zone, way.week, years, closed)
        # Units that work alike share one calendar, and with it the days it has worked out.
        stands = known.get(key) or _resolved(key, place.zone, way, years, closed)
        known[key] = stands
        found[pk] = replace(stands, ways=way, closures=closed)
    return found


def standard_calendar(
    region: Region, zone: str = "", *, at: datetime | None = None
) -> Resolved:
    """Office hours with the holidays of a region: the calendar of no unit in particular."""
    zone = zone or ZONES.get(region, "UTC")
    ways = Ways(
        USUAL_WEEK,
        region,
        closed_on_holidays=True,
        said_by=None,
        number=0,
        seen=0,
        own=False,
    )
    years = _tables({region}, at).get(region, ()) if ways.keeps_holidays else None
    return _resolved(_key(zone, ways.week, years, ()), zone, ways, years, ())


def ways_of(unit_ids: Collection[int]) -> dict[int, Ways]:
    """When units work in an ordinary week, in two queries however many they are."""
    return _ways(_places(unit_ids), None)


def own_week(unit_id: int) -> WorkingWeek | None:
    """The week that a unit has of its own, or has given up; None: it never had one."""
    return WorkingWeek.objects.standing().filter(unit_id=unit_id).first()


def own_weeks(unit_ids: Collection[int]) -> dict[int, Week]:
    """The weeks of those units that have one of their own, by unit."""
    standing = WorkingWeek.objects.standing().exclude(shifts=None)
    if len(unit_ids) <= FEW:
        standing = standing.filter(unit_id__in=unit_ids)
    return {week.unit_id: week.week for week in standing}


def weeks_before(unit_id: int) -> QuerySet[WorkingWeek]:
    """All versions of a unit's own week, the last first."""
    return WorkingWeek.objects.filter(unit_id=unit_id).select_related("created_by")


def closures_of(units: QuerySet[Any]) -> QuerySet[Closure]:
    """The closures of these units, withdrawn ones too."""
    return Closure.objects.filter(unit__in=units).select_related("unit", "created_by")


def closures_over(unit: Any) -> QuerySet[Closure]:
    """The closures of a unit and of the units above it, withdrawn ones too."""
    ends = range(unit.steplen, len(unit.path) + 1, unit.steplen)
    found = Closure.objects.filter(unit__path__in=[unit.path[:end] for end in ends])
    return found.select_related("unit", "created_by").order_by("from_on", "pk")


# --- Years ----------------------------------------------------------------------------


def tables_of(region: Region) -> QuerySet[HolidayTable]:
    """The tables of a region that stand, the last year first."""
    return HolidayTable.objects.standing().filter(region=region)


def versions_of(region: Region, year: int) -> QuerySet[HolidayTable]:
    """Every version of a year's table, the last first."""
    versions = HolidayTable.objects.filter(region=region, year=year)
    return versions.select_related("created_by").order_by("-number")


def all_tables() -> QuerySet[HolidayTable]:
    """Every version of every year: they belong to the whole organisation."""
    return HolidayTable.objects.select_related("created_by")


# --- Revisions ------------------------------------------------------------------------


def revision() -> int:
    """The number of the last change of any calendar; it never falls."""
    return Revision.objects.values_list("number", flat=True).first() or 0


def changed_since(seen: int) -> Changes:
    """What changed after a revision: whoever computed by calendars computes these anew."""
    changes = Change.objects.filter(revision__gt=seen).order_by("revision")
    found = list(changes.values_list("revision", "unit__path", "region", "year"))
    return Changes(
        # As far as was read, not as it stands by now.
        max((number for number, *_rest in found), default=seen),
        tuple(sorted({path for _number, path, _region, _year in found if path})),
        tuple(sorted({(region, year) for _number, _path, region, year in found if year})),
    )


# --- How they are put together --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    line: tuple[str, ...]  # the paths from the root down to the unit itself
    zone: str


def _places(unit_ids: Collection[int]) -> dict[int, _Place]:
    # The units belong to people/org, which core does not import.
    units: Any = WorkingWeek._meta.get_field("unit").related_model
    step = units.steplen
    wanted = set(unit_ids)
    rows = units.objects.order_by()
    if len(wanted) <= FEW:
        rows = rows.filter(pk__in=wanted)
    return {
        pk: _Place(tuple(path[:end] for end in range(step, len(path) + 1, step)), zone)
        for pk, path, zone in rows.values_list("pk", "path", "time_zone")
        if pk in wanted
    }


def _lines(places: Mapping[int, _Place]) -> set[str]:
    return {path for place in places.values() for path in place.line}


def _ways(places: Mapping[int, _Place], at: datetime | None) -> dict[int, Ways]:
    paths = _lines(places)
    standing = WorkingWeek.objects.standing(at)
    if len(paths) <= FEW:
        standing = standing.filter(unit__path__in=paths)
    said = {week.unit.path: week for week in standing.select_related("unit")}
    return {pk: _nearest(place, said) for pk, place in places.items()}


def _nearest(place: _Place, said: Mapping[str, WorkingWeek]) -> Ways:
    own = said.get(place.line[-1])
    seen = own.number if own else 0
    for path in reversed(place.line):
        week = said.get(path)
        if week and week.own:
            return Ways(
                week.week,
                Region(week.region),
                week.closed_on_holidays,
                said_by=week.unit_id,
                number=week.number,
                seen=seen,
                own=week is own,
            )
    return _unsaid(region_of(place.zone), seen)


def _unsaid(region: Region, seen: int = 0) -> Ways:
    """What is taken where nobody has said anything."""
    closes = True
    return Ways(USUAL_WEEK, region, closes, said_by=None, number=0, seen=seen, own=False)


def region_of(zone: str) -> Region:
    """The region whose holidays are kept where nobody has said which: by the time zone."""
    regions = {zone: region for region, zone in ZONES.items()}
    regions |= {"Asia/Urumqi": Region.CN, "Asia/Chongqing": Region.CN, "PRC": Region.CN}
    return regions.get(zone, Region.NONE)


def _closures(
    places: Mapping[int, _Place], at: datetime | None
) -> dict[str, list[Closure]]:
    paths = _lines(places)
    standing = Closure.objects.filter(withdrawn_at=None)
    if at is not None:
        later = Q(withdrawn_at=None) | Q(withdrawn_at__gt=at)
        standing = Closure.objects.filter(later, created_at__lte=at)
    if len(paths) <= FEW:
        standing = standing.filter(unit__path__in=paths)
    found: dict[str, list[Closure]] = {}
    for closure in standing.select_related("unit").order_by("from_on", "pk"):
        found.setdefault(closure.unit.path, []).append(closure)
    return found


def _tables(
    regions: Collection[Region], at: datetime | None
) -> dict[Region, tuple[HolidayTable, ...]]:
    if not regions:
        return {}
    found: dict[Region, tuple[HolidayTable, ...]] = {}
    for table in HolidayTable.objects.standing(at).filter(region__in=regions):
        region = Region(table.region)
        found[region] = (*found.get(region, ()), table)
    return found


def _resolved(
    key: str,
    zone: str,
    ways: Ways,
    tables: Collection[HolidayTable] | None,
    closures: tuple[Closure, ...],
) -> Resolved:
    days = list(_days(tables or ()))
    years = None if tables is None else [table.year for table in tables]
    closings: list[Closing] = [closure.closing for closure in closures]
    return Resolved(
        made_of(ZoneInfo(zone), ways.week, days, closings, years),
        key,
        ways,
        {table.year: table.number for table in tables or ()},
        closures,
        {each.day: each for each in days},
    )


def _days(tables: Iterable[HolidayTable]) -> Iterator[SpecialDay]:
    return (day for table in tables for day in table.special_days)


def _key(
    zone: str,
    week: Week,
    tables: Collection[HolidayTable] | None,
    closures: Iterable[Closure],
) -> str:
    said: list[Any] = [
        zone,
        [[[shift.opens, shift.closes] for shift in day] for day in week],
        None if tables is None else sorted(str(table) for table in tables),
        sorted([str(each.from_on), str(each.until_on)] for each in closures),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
