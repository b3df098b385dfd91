"""What the list of clocks shows, on the page and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _

from gapless.core.clocks import queries
from gapless.core.clocks.choices import State
from gapless.core.files.exports import Cell
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.web.deadlines import time_left, tone_of

if TYPE_CHECKING:
    from gapless.core.clocks.models import Clock, ClockPolicy, ClockQuerySet
    from gapless.people.org.models import Unit
    from gapless.people.org.rules import Viewer

SHOWN = ("open", "overdue", "soon", "paused", "stopped", "all")
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; a value that nobody could have chosen counts as not asked."""

    which: str
    policy: ClockPolicy | None
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Row:
    clock: Clock
    left: str  # "" when nothing runs out
    tone: str


def visible(viewer: Viewer) -> ClockQuerySet:
    paths = viewer.paths(Policy.SEE_CLOCKS)
    return queries.clocks_within(paths, person_id=viewer.person_id)


def asked(viewer: Viewer, query: Mapping[str, str]) -> Asked:
    which, policy, unit = (query.get(name, "") for name in ("show", "limit", "unit"))
    units = units_for(viewer, Policy.SEE_CLOCKS)
    return Asked(
        which=which if which in SHOWN else "open",
        policy=queries.policies().filter(code=policy).first() if policy else None,
        unit=units.filter(code=unit).first() if unit else None,
    )


def found(viewer: Viewer, listing: Asked, *, now: datetime) -> ClockQuerySet:
    """Overdue ones first, by their limit; those that are stopped come last."""
    clocks = visible(viewer)
    if listing.policy:
        clocks = clocks.filter(policy=listing.policy)
    if listing.unit:
        clocks = clocks.filter(matter__unit__path__startswith=listing.unit.path)
    if listing.which in ("open", "soon"):
        clocks = clocks.open()
    if listing.which == "soon":
        clocks = clocks.filter(state=State.RUNNING, due_at__gt=now, due_at__lte=now + SOON)
    if listing.which == "overdue":
        clocks = clocks.overdue(now)
    if listing.which in (State.PAUSED, State.STOPPED):
        clocks = clocks.filter(state=listing.which)
    ended = F("stopped_at").desc(nulls_first=True)
    return clocks.order_by(ended, F("due_at").asc(nulls_last=True), "pk")


def rows(clocks: Iterable[Clock], *, now: datetime) -> list[Row]:
    return [row(clock, now=now) for clock in clocks]


def row(clock: Clock, *, now: datetime) -> Row:
    """How much time a clock has left. While it is paused, its limit moves along."""
    runs = clock.state == State.RUNNING or (clock.breached_at and not clock.stopped_at)
    if clock.due_at is None or not runs:
        return Row(clock, "", "plain")
    left = clock.due_at - now
    return Row(clock, time_left(left), tone_of(left))


def header() -> list[str]:
    return [
        _("Time limit"),
        _("Matter"),
        _("Unit"),
        _("State"),
        _("Started at"),
        _("Due"),
        _("Due at first"),
        _("Stopped at"),
        _("Limit passed"),
        _("Owner"),
    ]


def cells(viewer: Viewer, listing: Asked, *, now: datetime) -> Iterator[list[Cell]]:
    for clock in found(viewer, listing, now=now):
        yield [
            clock.policy.code,
            clock.matter.title,
            clock.matter.unit.code,
            clock.get_state_display(),
            clock.started_at,
            clock.due_at,
            clock.original_due_at,
            clock.stopped_at,
            clock.breached_at,
            clock.matter.owner.name if clock.matter.owner else "",
        ]
