"""The list in the reader's words: headings, rows, and how much else there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gapless.people.work import queries
from gapless.people.work.choices import Group, Whose
from gapless.people.work.queries import Wanted
from gapless.people.work.rules import Tally, midnight, sections
from gapless.web.deadlines import Due, due_in_words, short_day

if TYPE_CHECKING:
    from gapless.people.work.models import HandOver, Snooze
    from gapless.people.work.rules import Entry

    from .listing import Asked, Desk


@dataclass(frozen=True, slots=True)
class Row:
    entry: Entry
    kind: str
    due: Due
    overdue: bool
    mine: bool
    put_off: str  # until when, and why, if whoever has it put it off
    given: str  # by whom, and with what words
    snooze: Snooze | None  # the reader's own, which can be taken up again


@dataclass(frozen=True, slots=True)
class Heading:
    group: Group
    number: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few, with how much there is of it."""

    value: str
    title: str
    number: int
    chosen: bool


def headings(
    desk: Desk, entries: Iterable[Entry], numbers: Tally, *, own: bool
) -> list[Heading]:
    """
    The rows of a page under their headings; a heading counts all of its group.

    :param own: on the reader's own lists, where whose a thing is need not be said.
    """
    entries = list(entries)
    asleep = queries.put_off_by(desk.viewer, entries, desk.now)
    given = queries.given_with(entries)
    return [
        Heading(
            section.group,
            numbers.of(section.group),
            tuple(
                _row(desk, each, asleep.get(each.key), given.get(each.key), own=own)
                for each in section.entries
            ),
        )
        for section in sections(entries, desk.bounds)
    ]


def _row(
    desk: Desk, entry: Entry, snooze: Snooze | None, given: HandOver | None, *, own: bool
) -> Row:
    mine = own or entry.person_id == desk.viewer.person_id
    return Row(
        entry=entry,
        kind=desk.kind(entry.area),
        due=due_in_words(entry.due_at, now=desk.now),
        overdue=entry.due_at <= desk.now,
        mine=mine,
        put_off=_put_off(snooze, desk.now) if snooze else "",
        given=_given(given) if given else "",
        snooze=snooze if snooze and snooze.person_id == desk.viewer.person_id else None,
    )


def _put_off(snooze: Snooze, now: datetime) -> str:
    until = localtime(snooze.until)
    day = short_day(until.date(), today=localtime(now).date())
    blanks = {"day": day, "time": f"{until:%H:%M}", "reason": snooze.reason}
    return _("Put off until %(day)s %(time)s: %(reason)s") % blanks


def _given(given: HandOver) -> str:
    blanks = {"name": given.by.name, "note": given.note}
    if given.note:
        return _("From %(name)s: %(note)s") % blanks
    return _("Handed over by %(name)s") % blanks


def kinds(desk: Desk, asked: Asked, numbers: Mapping[str, Tally]) -> list[Choice]:
    """The kinds of work that there is some of, and all of it."""
    some = [
        Choice(area, desk.kind(area), tally.all, chosen=asked.wanted.area == area)
        for area, tally in numbers.items()
        if tally.all or asked.wanted.area == area
    ]
    total = sum(tally.all for tally in numbers.values())
    everything = Choice("", _("All"), total, chosen=not asked.wanted.area)
    return [everything, *some] if len(some) > 1 or asked.wanted.area else []


def lists(desk: Desk, asked: Asked | None, *, team: bool) -> list[Choice]:
    """Whose work can be looked at. What I put off is a list only while there is some."""
    found = []
    for whose in Whose:
        if whose == Whose.TEAM and not team:
            continue
        chosen = asked is not None and asked.wanted.whose == whose
        everything = Wanted(whose)
        number = queries.lines(desk.viewer, desk.sources, everything, desk.now).count()
        if whose == Whose.MINE or number or chosen or whose == Whose.TEAM:
            found.append(Choice(whose.value, str(whose.label), number, chosen=chosen))
    return found


def later_in_words(tally: Tally, now: datetime) -> str:
    """What is folded away, in one sentence."""
    if not tally.next_later:
        return ""
    day = short_day(localtime(tally.next_later).date(), today=localtime(now).date())
    return ngettext(
        "%(count)d more later, due on %(day)s",
        "%(count)d more later, the nearest on %(day)s",
        tally.later,
    ) % {"count": tally.later, "day": day}


def yesterday_in_words(desk: Desk) -> str:
    """How yesterday went; nothing when nothing was done."""
    zone, today = get_current_timezone(), localtime(desk.now).date()
    since, until = midnight(today - timedelta(days=1), zone), midnight(today, zone)
    done, on_time = queries.how_yesterday_went(desk.sources, since, until)
    if not done:
        return ""
    return ngettext(
        "You got %(count)d thing done yesterday, %(on_time)d of it on time.",
        "You got %(count)d things done yesterday, %(on_time)d of them on time.",
        done,
    ) % {"count": done, "on_time": on_time}
