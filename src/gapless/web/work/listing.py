"""What of the work is asked for, on the page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from gapless.loop import WORK
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.people.work import queries
from gapless.people.work.choices import Group, Whose
from gapless.people.work.queries import Wanted
from gapless.people.work.rules import Bounds, midnight

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gapless.core.files.exports import Cell
    from gapless.people.org.models import Unit
    from gapless.people.org.rules import Viewer
    from gapless.people.work.sources import Source

BATCH = 500
YEARS = (2000, 2100)  # what a calendar is asked for


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; a value that nobody could have chosen counts as not asked."""

    wanted: Wanted
    group: str  # one of the groups alone, or ""
    later: bool  # also what is due later
    day: date | None  # one day alone

    @property
    def narrowed(self) -> bool:
        return bool(self.wanted.words or self.wanted.area or self.group or self.day)


def asked(viewer: Viewer, query: Mapping[str, str]) -> Asked:
    lists = [whose for whose in Whose if whose != Whose.TEAM or sees_team(viewer)]
    whose, group = query.get("list", ""), query.get("due", "")
    return Asked(
        wanted=Wanted(
            whose=Whose(whose) if whose in lists else Whose.MINE,
            area=query.get("kind", ""),
            words=query.get("q", "").strip()[:100],
            unit=unit_of(viewer, query, Policy.SEE_TEAM_WORK),
        ),
        group=group if group in Group.values else "",
        later=query.get("later", "") == "1",
        day=day_of(query.get("day", "")),
    )


def day_of(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def sees_team(viewer: Viewer) -> bool:
    return viewer.holds(Policy.SEE_TEAM_WORK)


def unit_of(viewer: Viewer, query: Mapping[str, str], policy: Policy) -> Unit | None:
    code = query.get("unit", "")
    found: Unit | None = units_for(viewer, policy).filter(code=code).first()
    return found if code else None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page of work starts from: who asks, what there can be, and the moment."""

    viewer: Viewer
    sources: list[Source]
    now: datetime
    bounds: Bounds

    @classmethod
    def of(cls, viewer: Viewer, now: datetime) -> Desk:
        sources = queries.sources_for(WORK, viewer, now)
        return cls(viewer, sources, now, Bounds.of(now, get_current_timezone()))

    def lines(self, asked: Asked) -> QuerySet[Any]:
        """What the list shows: what is due later only when it is asked for."""
        since, until = None, None if asked.later else self.bounds.later
        if asked.group:
            since, until = self.bounds.span(Group(asked.group))
        if asked.day:
            zone = get_current_timezone()
            since = midnight(asked.day, zone)
            until = midnight(asked.day + timedelta(days=1), zone)
        return queries.lines(
            self.viewer, self.sources, asked.wanted, self.now, since=since, until=until
        )

    def kind(self, area: str) -> str:
        names = {source.area: source.name for source in self.sources}
        return str(names.get(area, area))


def header() -> list[str]:
    return [
        _("Due"),
        _("Group"),
        _("Kind"),
        _("What to see to"),
        _("Where"),
        _("Why"),
        _("Who has it"),
        _("Who is waiting"),
        _("Since"),
    ]


def rows(desk: Desk, asked: Asked) -> Iterator[list[Cell]]:
    """The list whole, also what is due later."""
    lines = list(desk.lines(replace(asked, later=True)))
    for start in range(0, len(lines), BATCH):
        for entry in queries.entries_of(desk.sources, lines[start : start + BATCH]):
            yield [
                entry.due_at,
                str(desk.bounds.group(entry.due_at).label),
                desk.kind(entry.area),
                entry.title,
                entry.where,
                entry.why,
                entry.person,
                entry.waits,
                entry.opened_at,
            ]
