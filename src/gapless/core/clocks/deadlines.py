"""
When a clock's time is over: its limit, what was added to it, and its pauses. Pure.

A pause moves the deadline by as much of it as the limit would have counted: open time for
business hours and working days, else time on the wall. What is over stays over: a pause
or an extension that begins at the deadline or later moves nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gapless.core.calendar.rules import Calendar

from .choices import Why
from .course import Stretch
from .limits import LONGEST, Limit, Measure, utc

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Extension:
    """
    More time, that somebody approved, and why.

    :param limit: so much more, counted on from the limit before.
    :param until: or until a moment; pauses from then on move this one, too.
    :raises ValueError: it says neither, or both.
    """

    at: datetime
    approved_by: str
    reason: str
    limit: Limit | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if (self.limit is None) == (self.until is None):
            raise ValueError("an extension is by a limit, or until a moment")
        object.__setattr__(self, "at", utc(self.at))
        if self.until is not None:
            object.__setattr__(self, "until", utc(self.until))


class Refusal(NamedTuple):
    """An extension that moved nothing."""

    extension: Extension
    why: Why


class Deadline(NamedTuple):
    due_at: datetime
    original_due_at: datetime
    refused: tuple[Refusal, ...]


def union(pauses: Iterable[Stretch]) -> tuple[Span, ...]:
    """The time for which any pause stood, apart and in order."""
    spans: list[Span] = []
    for each in sorted(pauses, key=lambda pause: pause.starts_at):
        if spans and each.starts_at <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], each.ends_at))
        else:
            spans.append((each.starts_at, each.ends_at))
    return tuple(spans)


def moved(
    due_at: datetime,
    pauses: Iterable[Span],
    measure: Measure,
    *,
    since: datetime,
    until: datetime | None = None,
) -> datetime:
    """
    A deadline moved by the pauses that began before it, as far as they lie between two
    moments.

    :raises NeverOpen: the place does not work for so long.
    """
    for starts_at, ends_at in pauses:
        starts_at = max(starts_at, since)
        ends_at = min(ends_at, until) if until else ends_at
        if starts_at >= due_at:
            break
        if starts_at < ends_at:
            later = measure.after(due_at, measure.between(starts_at, ends_at))
            # Where nothing was left to count, the clock still does not end in its pause.
            due_at = later if due_at > ends_at else max(later, ends_at)
    return due_at


@dataclass(slots=True)
class _Term:
    """
    Where a clock's time ends if it is not paused any more.

    :param since: from when on pauses move it.
    :param total: the limit from the start, as long as only more of the same is added.
    """

    ends_at: datetime
    since: datetime
    total: Limit | None


def deadline(
    limit: Limit,
    calendar: Calendar,
    started_at: datetime,
    pauses: Sequence[Span],
    extensions: Iterable[Extension] = (),
) -> Deadline:
    """
    When the time is over, with and without the extensions.

    :raises NeverOpen: the place does not work for so long.
    """
    measure = Measure.of(limit.unit, calendar)
    original = limit.end(calendar, started_at)
    term = _Term(original, started_at, limit)
    refused = []
    for each in sorted(extensions, key=_order):
        due_at = moved(term.ends_at, pauses, measure, since=term.since, until=each.at)
        if each.at >= due_at:
            refused.append(Refusal(each, Why.TOO_LATE))
        elif each.until is not None and each.until <= due_at:
            refused.append(Refusal(each, Why.NO_LATER))
        else:
            _extend(term, each, calendar, started_at)
    return Deadline(
        moved(term.ends_at, pauses, measure, since=term.since),
        moved(original, pauses, measure, since=started_at),
        tuple(refused),
    )


def _order(extension: Extension) -> tuple[object, ...]:
    # Of two at one moment, more time comes first, and a fixed moment has the last word.
    until, limit = extension.until, extension.limit
    return (
        extension.at,
        until is not None,
        until or extension.at,
        (limit.unit.value, limit.amount) if limit else ("", 0),
    )


def _extend(
    term: _Term, extension: Extension, calendar: Calendar, started_at: datetime
) -> None:
    if extension.until is not None:
        term.ends_at, term.total = extension.until, None
        term.since = max(extension.at, started_at)
    elif extension.limit is not None:
        term.total = _sum(term.total, extension.limit)
        if term.total is not None:
            term.ends_at = term.total.end(calendar, started_at)
        else:
            term.ends_at = extension.limit.end(calendar, term.ends_at)


def _sum(total: Limit | None, more: Limit) -> Limit | None:
    """One limit, where both are in the same unit; no longer than the longest."""
    if total is None or total.unit != more.unit:
        return None
    return Limit(min(total.amount + more.amount, LONGEST[more.unit]), more.unit)
