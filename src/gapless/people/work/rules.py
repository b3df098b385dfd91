"""One thing with a name and a date on it, and how near the date is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby

from .choices import Group

SHORTEST = timedelta(minutes=5)
"""Putting something off for less is looking away."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of somebody's work: what, where, why, until when, and what to do next."""

    area: str  # of the source it comes from: what kind of work it is
    number: int  # of the record there
    title: str
    where: str
    why: str
    url: str  # where it is seen and done
    due_at: datetime
    opened_at: datetime
    action: str  # what the button says
    unit_path: str
    person_id: int | None = None  # who has it; None: nobody yet
    person: str = ""
    waits: str = ""  # who waits for it
    take_url: str = ""  # nobody has it yet: where one press makes it one's own
    provisional: bool = False  # the date may move: a calendar is not published yet
    may_put_off: bool = False
    may_hand_over: bool = False

    @property
    def key(self) -> str:
        return f"{self.area}-{self.number}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where the groups part, for one reader. Each is half-open: from, and not until."""

    now: datetime
    tomorrow: datetime
    later: datetime

    @classmethod
    def of(cls, now: datetime, zone: tzinfo) -> Bounds:
        today = now.astimezone(zone).date()
        return cls(
            now,
            midnight(today + timedelta(days=1), zone),
            # Not the end of the calendar week: on a Sunday, Monday's work is near.
            midnight(today + timedelta(days=8), zone),
        )

    def group(self, due_at: datetime) -> Group:
        """The time allowed ends before its date: at that moment a thing is overdue."""
        if due_at <= self.now:
            return Group.OVERDUE
        if due_at < self.tomorrow:
            return Group.TODAY
        return Group.WEEK if due_at < self.later else Group.LATER

    def span(self, group: Group) -> tuple[datetime | None, datetime | None]:
        """From when on, and until when, a thing of the group is due."""
        ahead = self.now + timedelta.resolution  # the first moment that is still to come
        return {
            Group.OVERDUE: (None, ahead),
            Group.TODAY: (ahead, self.tomorrow),
            Group.WEEK: (self.tomorrow, self.later),
            Group.LATER: (self.later, None),
        }[group]


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days of a reader, from the first on, until one that is no longer part of it."""

    first: date
    end: date
    zone: tzinfo

    @property
    def edges(self) -> tuple[datetime, datetime]:
        return midnight(self.first, self.zone), midnight(self.end, self.zone)

    @property
    def days(self) -> Iterator[tuple[date, datetime, datetime]]:
        """Each day, and when it begins and ends."""
        for number in range((self.end - self.first).days):
            day = self.first + timedelta(days=number)
            ends = midnight(day + timedelta(days=1), self.zone)
            yield day, midnight(day, self.zone), ends


@dataclass(frozen=True, slots=True)
class Section:
    group: Group
    entries: tuple[Entry, ...]


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """What is due first stands first."""
    return sorted(entries, key=lambda entry: (entry.due_at, entry.area, entry.number))


def sections(entries: Iterable[Entry], bounds: Bounds) -> list[Section]:
    """The entries under their headings, each under one."""
    return [
        Section(group, tuple(some))
        for group, some in groupby(
            in_order(entries), key=lambda entry: bounds.group(entry.due_at)
        )
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """How much there is, by how near it is due."""

    overdue: int = 0
    today: int = 0
    week: int = 0
    later: int = 0
    next_later: datetime | None = None  # when the first of the later ones is due

    @property
    def all(self) -> int:
        return self.overdue + self.today + self.week + self.later

    @property
    def pressing(self) -> int:
        return self.overdue + self.today

    def of(self, group: str) -> int:
        number: int = getattr(self, group)
        return number

    def __add__(self, other: Tally) -> Tally:
        nearest = [moment for moment in (self.next_later, other.next_later) if moment]
        return Tally(
            self.overdue + other.overdue,
            self.today + other.today,
            self.week + other.week,
            self.later + other.later,
            min(nearest, default=None),
        )


def may_wait_until(until: datetime, *, due_at: datetime, now: datetime) -> bool:
    """
    Putting off never moves a deadline: the reminder comes before it, and what is overdue
    cannot be put off at all.
    """
    return now + SHORTEST <= until < due_at
