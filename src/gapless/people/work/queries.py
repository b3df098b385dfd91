"""
Reads of work: one list over all areas. Each starts with who is asking, and counts and
cuts in the database: a page costs a query or two for each kind of work, however much
there is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Value
from django.db.models.functions import Substr

from gapless.people.org.models import Person, Unit, under
from gapless.people.org.queries import colleagues, units_for
from gapless.people.org.rules import STEP, Policy, Viewer

from .choices import Group, Whose
from .models import HandOver, Snooze
from .rules import Bounds, Entry, Span, Tally
from .sources import Source, Work

MOST_SHOWN_A_DAY = 3
MOST_TOLD = 500  # things in a month of which the first of each day are told
LONGEST_NUMBER = 18  # digits that a database takes for a number


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the work is asked for."""

    whose: Whose = Whose.MINE
    area: str = ""
    words: str = ""
    unit: Unit | None = None  # of a team: this one and all below


def sources_for(areas: Iterable[Work], viewer: Viewer, now: datetime) -> list[Source]:
    """All kinds of work that there are for such as the viewer."""
    return [source for area in areas for source in area(viewer, now)]


# --- Which rows -----------------------------------------------------------------------


def _rows(viewer: Viewer, source: Source, wanted: Wanted, now: datetime) -> QuerySet[Any]:
    rows = _searched(source.rows.filter(source.seen), source, wanted.words)
    if wanted.whose == Whose.TEAM:
        rows = rows.filter(under(source.unit, viewer.paths(Policy.SEE_TEAM_WORK)))
        if wanted.unit:
            rows = rows.filter(**{f"{source.unit}__startswith": wanted.unit.path})
        return rows
    if wanted.whose == Whose.HANDED:
        handed = HandOver.objects.filter(
            by=viewer.person_id, area=source.area, taken_back_at=None
        )
        rows = rows.filter(pk__in=handed.values("number"))
        return (
            rows.exclude(**{source.person: viewer.person_id}) if source.taken_by else rows
        )
    put_off = _put_off(viewer, source, now)
    mine = rows.filter(source.mine)
    return mine.filter(put_off) if wanted.whose == Whose.PUT_OFF else mine.exclude(put_off)


def _put_off(viewer: Viewer, source: Source, now: datetime) -> Q:
    """What the viewer put off until later; what is overdue by now comes back before."""
    snoozed = Snooze.objects.filter(
        person=viewer.person_id, area=source.area, until__gt=now, ended_at=None
    )
    return Q(pk__in=snoozed.values("number"), **{f"{source.due}__gt": now})


def _searched(rows: QuerySet[Any], source: Source, words: str) -> QuerySet[Any]:
    if not words:
        return rows
    found = (Q(**{f"{field}__icontains": words}) for field in source.words)
    return rows.filter(reduce(or_, found))


def _within(field: str, bounds: Bounds, group: Group) -> Q:
    since, until = bounds.span(group)
    found = Q(**{f"{field}__gte": since}) if since else Q()
    return found & Q(**{f"{field}__lt": until}) if until else found


# --- How much -------------------------------------------------------------------------


def _numbers(field: str, bounds: Bounds) -> dict[str, Any]:
    later = _within(field, bounds, Group.LATER)
    each = {
        group.value: Count("pk", filter=_within(field, bounds, group)) for group in Group
    }
    return each | {"next_later": Min(field, filter=later)}


def tallies(
    viewer: Viewer, sources: Iterable[Source], wanted: Wanted, bounds: Bounds
) -> dict[str, Tally]:
    """How much of each kind there is, by how near it is due: one query for each kind."""
    return {
        source.area: Tally(
            **_rows(viewer, source, wanted, bounds.now).aggregate(
                **_numbers(source.due, bounds)
            )
        )
        for source in sources
    }


def pressing(viewer: Viewer, sources: Iterable[Source], bounds: Bounds) -> int:
    """How many things of the viewer's are overdue or due today, in one query."""
    wanted = Wanted()
    parts = [
        _rows(viewer, source, wanted, bounds.now)
        .filter(**{f"{source.due}__lt": bounds.tomorrow})
        .order_by()
        .values_list("pk")
        for source in sources
    ]
    return parts[0].union(*parts[1:], all=True).count() if parts else 0


def how_yesterday_went(
    sources: Iterable[Source], since: datetime, until: datetime
) -> tuple[int, int]:
    """How many things the viewer got done in that time, and how many of them in time."""
    done = on_time = 0
    for source in sources:
        if source.done is not None:
            at = source.done_at
            ended = source.done.filter(**{f"{at}__gte": since, f"{at}__lt": until})
            in_time = Q(**{f"{at}__lte": F(source.due)})
            found = ended.aggregate(all=Count("pk"), in_time=Count("pk", filter=in_time))
            done, on_time = done + found["all"], on_time + found["in_time"]
    return done, on_time


@dataclass(frozen=True, slots=True)
class Place:
    """A unit and how much work lies there and below."""

    unit: Unit
    tally: Tally
    whole: bool = False  # the unit that was asked for, of which the others are parts


def work_counts(
    viewer: Viewer, sources: Iterable[Source], unit: Unit, bounds: Bounds
) -> list[Place]:
    """
    How much work there is at a unit and each unit right below it: numbers alone, for
    those who may count it and need not see any of it.
    """
    units = units_for(viewer, Policy.COUNT_WORK)
    below = list(units.filter(path__startswith=unit.path, depth__lte=unit.depth + 1))
    found: dict[str, Tally] = defaultdict(Tally)
    for source in sources:
        rows = source.rows.filter(
            under(source.unit, viewer.paths(Policy.COUNT_WORK)),
            **{f"{source.unit}__startswith": unit.path},
        )
        counted = (
            rows.order_by()
            .annotate(place=Substr(source.unit, 1, len(unit.path) + STEP))
            .values("place")
            .annotate(**_numbers(source.due, bounds))
        )
        for numbers in counted:
            found[numbers.pop("place")] += Tally(**numbers)
    whole = sum(found.values(), Tally())
    parts = [Place(each, found[each.path]) for each in below if each != unit]
    return [Place(unit, whole, whole=True), *parts] if unit in below else []


# --- Which ----------------------------------------------------------------------------


def lines(
    viewer: Viewer,
    sources: Iterable[Source],
    wanted: Wanted,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Any]:
    """
    What is asked for and due in that time, the nearest date first, as `(due, area,
    number)`: to be counted and cut, and told by `entries_of`.
    """
    parts = []
    for source in sources:
        if wanted.area in ("", source.area):
            rows = _rows(viewer, source, wanted, now).order_by()
            rows = rows.filter(**{f"{source.due}__gte": since}) if since else rows
            rows = rows.filter(**{f"{source.due}__lt": until}) if until else rows
            named = rows.annotate(
                work_due=F(source.due), work_area=Value(source.area), work_number=F("pk")
            )
            parts.append(named.values_list("work_due", "work_area", "work_number"))
    if not parts:
        return Snooze.objects.none().values_list("until", "area", "number")
    together: QuerySet[Any] = parts[0].union(*parts[1:], all=True)
    return together.order_by("work_due", "work_area", "work_number")


def entries_of(
    sources: Iterable[Source], lines: Iterable[tuple[datetime, str, int]]
) -> list[Entry]:
    """The lines told, in their order; one query for each kind among them."""
    wanted: dict[str, list[int]] = defaultdict(list)
    order: dict[tuple[str, int], int] = {}
    for place, (_due, area, number) in enumerate(lines):
        wanted[area].append(number)
        order[area, number] = place
    found = [
        source.tell(row)
        for source in sources
        if wanted[source.area]
        for row in source.rows.filter(source.seen, pk__in=wanted[source.area])
    ]
    return sorted(found, key=lambda entry: order[entry.area, entry.number])


def entry_of(sources: Iterable[Source], key: str, *, mine: bool = True) -> Entry | None:
    """The entry of this key, if it is work of the viewer's, or else if it is seen."""
    area, _dash, number = key.rpartition("-")
    sound = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    source = next((each for each in sources if each.area == area), None)
    if source is None or not sound:
        return None
    rows = source.rows.filter(source.seen, pk=int(number))
    row = (rows.filter(source.mine) if mine else rows).first()
    return source.tell(row) if row else None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar: how much is due, and the first few of it."""

    day: date
    number: int
    entries: tuple[Entry, ...]


def days(
    viewer: Viewer, sources: Sequence[Source], wanted: Wanted, now: datetime, span: Span
) -> dict[date, Day]:
    """
    What is due on each day: all of it counted. The first few are told as long as so many
    fit on a page; of thousands, only numbers are.
    """
    since, until = span.edges
    found = lines(viewer, sources, wanted, now, since=since, until=until)
    some = list(found[: MOST_TOLD + 1])
    numbers = Counter(line[0].astimezone(span.zone).date() for line in some)
    told: dict[date, list[Entry]] = defaultdict(list)
    if len(some) > MOST_TOLD:
        numbers = _numbers_by_day(viewer, sources, wanted, now, span)
    else:
        for entry in entries_of(sources, _first_few(some, span.zone)):
            told[entry.due_at.astimezone(span.zone).date()].append(entry)
    return {day: Day(day, number, tuple(told[day])) for day, number in numbers.items()}


def _numbers_by_day(
    viewer: Viewer, sources: Sequence[Source], wanted: Wanted, now: datetime, span: Span
) -> Counter[date]:
    numbers: Counter[date] = Counter()
    for source in sources:
        if wanted.area in ("", source.area):
            rows = _rows(viewer, source, wanted, now).order_by()
            for day, number in rows.aggregate(**_by_day(source.due, span)).items():
                numbers[date.fromisoformat(day)] += number
    return +numbers  # without the days on which nothing is due


def _by_day(field: str, span: Span) -> dict[str, Any]:
    return {
        day.isoformat(): Count("pk", filter=Q(**{f"{field}__gte": a, f"{field}__lt": b}))
        for day, a, b in span.days
    }


def _first_few(
    lines: Iterable[tuple[datetime, str, int]], zone: tzinfo
) -> Iterator[tuple[datetime, str, int]]:
    so_far: dict[date, int] = defaultdict(int)
    for line in lines:
        day = line[0].astimezone(zone).date()
        so_far[day] += 1
        if so_far[day] <= MOST_SHOWN_A_DAY:
            yield line


# --- Putting off and handing over -----------------------------------------------------


def snoozes_of(viewer: Viewer) -> QuerySet[Snooze]:
    """What the viewer put off and has not taken up again."""
    return Snooze.objects.filter(person=viewer.person_id, ended_at=None)


def put_off_by(
    viewer: Viewer, entries: Iterable[Entry], now: datetime
) -> dict[str, Snooze]:
    """Of entries that are shown, those that the viewer, or whoever has them, put off."""
    wanted = {entry.key: entry for entry in entries if entry.due_at > now}
    live = Snooze.objects.filter(
        number__in={entry.number for entry in wanted.values()},
        until__gt=now,
        ended_at=None,
    )
    found: dict[str, Snooze] = {}
    for snooze in live:
        entry = wanted.get(str(snooze))
        own = snooze.person_id == viewer.person_id
        if entry and (own or snooze.person_id == entry.person_id):
            found[entry.key] = snooze if own else found.get(entry.key, snooze)
    return found


def given_with(entries: Iterable[Entry]) -> dict[str, HandOver]:
    """Of entries that are shown, how whoever has them got them, if from a colleague."""
    wanted = {entry.key: entry for entry in entries if entry.person_id}
    handed = HandOver.objects.filter(
        number__in={entry.number for entry in wanted.values()}, taken_back_at=None
    )
    return {
        str(each): each
        for each in handed.select_related("by").order_by("handed_at")
        if str(each) in wanted and wanted[str(each)].person_id == each.to_id
    }


def hand_overs_of(viewer: Viewer) -> QuerySet[HandOver]:
    """What the viewer gave to others and did not take back."""
    handed = HandOver.objects.filter(by=viewer.person_id, taken_back_at=None)
    return handed.select_related("to")


def takers(
    viewer: Viewer, sources: Iterable[Source], entry: Entry, *, on: date
) -> list[Person]:
    """The colleagues to whom it may be handed: who may see to such work at its unit."""
    for source in sources:
        if source.area == entry.area and source.taken_by and entry.may_hand_over:
            people = colleagues(viewer, source.taken_by, entry.unit_path, on=on)
            return list(people.exclude(pk__in=[viewer.person_id, entry.person_id or 0]))
    return []
