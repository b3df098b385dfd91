"""
What is derived of clocks, written down: the columns that the sweep and the lists read,
and the effects that there are by now. Read again, the same comes out.
"""

from collections.abc import Sequence
from datetime import datetime

from gapless.core.calendar.queries import revision

from .effects import Effect, effects
from .models import Clock, ClockEffect, Matter
from .queries import Told, told_of
from .rules import Reading

DERIVED = (
    "state",
    "started_at",
    "stopped_at",
    "due_at",
    "original_due_at",
    "breached_at",
    "next_check_at",
    "provisional",
    "read_at",
    "calendar_key",
    "calendar_revision",
)


class Withdrawn(Exception):
    """The clock is gone: it should never have run."""


def hold(about: Matter) -> None:
    """Whoever writes a clock of a matter waits for the others that do."""
    Matter.objects.select_for_update().filter(pk=about.pk).first()


def read_again(clock: Clock, now: datetime) -> Reading:
    """
    Hold one clock, read it and write down what it says.

    :raises Withdrawn: somebody took it away meanwhile.
    """
    hold(clock.matter)
    this = Clock.objects.filter(pk=clock.pk).select_related("matter__unit")
    held = list(this.select_for_update(of=("self",)))
    if not held:
        raise Withdrawn(clock)
    reading = settle(held, now=now)[clock.pk]
    clock.refresh_from_db()
    return reading


def settle(clocks: Sequence[Clock], *, now: datetime) -> dict[int, Reading]:
    """
    Read these clocks and write down what they say, within the caller's transaction. The
    caller holds their rows, so that nobody writes an older reading over this one.
    """
    # Before the calendars: if they change in between, the next sweep reads anew.
    stands = revision()
    told = told_of(clocks)
    readings = {clock.pk: told[clock.pk].read(now) for clock in clocks}
    for clock in clocks:
        _derive(clock, readings[clock.pk], told[clock.pk], stands, now)
    Clock.objects.bulk_update(clocks, DERIVED)
    found = [
        _row(clock, effect, now)
        for clock in clocks
        for effect in effects(readings[clock.pk], extended=len(told[clock.pk].extensions))
    ]
    # What was brought about before is there already: the key decides, not a look.
    ClockEffect.objects.bulk_create(found, ignore_conflicts=True)
    return readings


def _derive(clock: Clock, reading: Reading, told: Told, stands: int, now: datetime) -> None:
    clock.state = reading.state
    clock.started_at, clock.stopped_at = reading.started_at, reading.stopped_at
    clock.due_at, clock.original_due_at = reading.due_at, reading.original_due_at
    clock.breached_at = reading.breached_at
    clock.next_check_at = reading.next_check_at
    clock.provisional = reading.provisional
    clock.read_at = now
    clock.calendar_key, clock.calendar_revision = told.calendar.key, stands


def _row(clock: Clock, effect: Effect, now: datetime) -> ClockEffect:
    return ClockEffect(
        clock=clock,
        kind=effect.kind,
        mark=effect.mark,
        about=effect.about,
        at=effect.at,
        done_at=now,
    )
