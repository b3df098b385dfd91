"""
The sweep of every minute. What is due is a column, so a worker that was dead looks at it
later and at nothing less; what was brought about has a key, so that no clock that runs
ahead, or is set back, brings it about twice.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from fractions import Fraction
from itertools import compress, groupby

from gapless.core.audit.actions import record
from gapless.core.calendar.queries import revision
from gapless.core.jobs.working import Run
from gapless.core.notices.actions import notify
from gapless.core.notices.wording import Fact

from .effects import EffectKind, each_once, worth_telling
from .models import Clock, ClockEffect, ClockQuerySet
from .settling import settle

SWEEP = "clocks.sweep"
BATCH = 200
NOTICES = {
    EffectKind.WARNING: "clock.warning",
    EffectKind.BREACH: "clock.breached",
    EffectKind.ESCALATION: "clock.escalated",
}
# Who hears of a matter that nobody has in hand.
UNOWNED = "unit_manager"

# Who holds a role at a unit, or at the nearest one above that has somebody: path, role.
Reach = Callable[[str, str, datetime], Collection[int]]


def run_sweep(run: Run, reach: Reach) -> None:
    """The job of every minute: look, look anew where a calendar changed, and tell."""
    _in_batches(run, lambda now: Clock.objects.to_look_at(now), _look)
    stands = revision()
    unsettled = Clock.objects.unsettled().filter(calendar_revision__lt=stands)
    _in_batches(run, lambda _now: unsettled, _look_anew)
    while True:
        with run.step():
            told = tell(reach, now=run.now())
        if not told:
            return


def _in_batches(
    run: Run,
    wanted: Callable[[datetime], ClockQuerySet],
    act: Callable[[list[Clock], datetime], None],
) -> None:
    last = 0
    while True:
        with run.step():
            now = run.now()
            clocks = wanted(now).filter(pk__gt=last).select_related("matter__unit")
            # Whoever holds one of them just now is reading it anyway.
            free = clocks.select_for_update(skip_locked=True, of=("self",))
            some = list(free.order_by("pk")[:BATCH])
            if some:
                act(some, now)
        if not some:
            return
        last = some[-1].pk


def _look(clocks: list[Clock], now: datetime) -> None:
    settle(clocks, now=now)


def _look_anew(clocks: list[Clock], now: datetime) -> None:
    """Read by the calendar as it stands; the trail says whose limit moved."""
    before = {clock.pk: clock.due_at for clock in clocks}
    readings = settle(clocks, now=now)
    for clock in clocks:
        due_at = readings[clock.pk].due_at
        if due_at != before[clock.pk] and not readings[clock.pk].paused_by:
            record(
                "clock.recomputed",
                subject=clock,
                by=None,
                at=now,
                unit=clock.matter.unit,
                before=before[clock.pk],
                after=due_at,
            )


def tell(reach: Reach, *, now: datetime) -> int:
    """
    Tell some of what nobody has been told yet, in one transaction with saying that it was
    told; how many effects that were.
    """
    waiting = ClockEffect.objects.filter(told_at=None).order_by("clock")
    clocks = list(waiting.values_list("clock", flat=True).distinct()[:BATCH])
    held = (
        ClockEffect.objects.filter(told_at=None, clock__in=clocks)
        .select_related("clock__policy", "clock__matter__unit")
        .prefetch_related("clock__matter__hidden_from")
        .select_for_update(skip_locked=True, of=("self",))
    )
    effects = list(held.order_by("clock", "at", "pk"))
    for _clock, group in groupby(effects, key=lambda effect: effect.clock_id):
        _tell_of_one(list(group), reach, now)
    ClockEffect.objects.bulk_update(effects, ["told_at", "told"])
    return len(effects)


def _tell_of_one(effects: list[ClockEffect], reach: Reach, now: datetime) -> None:
    """Whoever is to hear of several of them hears of the gravest alone."""
    stopped = effects[0].clock.stopped_at is not None
    kinds = [effect.kind for effect in effects]
    for effect in effects:
        effect.told_at = now
    worth = list(compress(effects, worth_telling(kinds, stopped=stopped)))
    wanted = [(effect.kind, _who(effect, reach, now)) for effect in worth]
    for effect, people in zip(worth, each_once(wanted), strict=True):
        effect.told = len(people)
        _notify(effect, people, now)


def _who(effect: ClockEffect, reach: Reach, now: datetime) -> set[int]:
    matter = effect.clock.matter
    kept_out = {person.pk for person in matter.hidden_from.all()}
    if effect.kind == EffectKind.ESCALATION:
        return set(reach(matter.unit.path, effect.about, now)) - kept_out
    if matter.owner_id is None or matter.owner_id in kept_out:
        return set(reach(matter.unit.path, UNOWNED, now)) - kept_out
    return {matter.owner_id}


def _notify(effect: ClockEffect, people: Collection[int], now: datetime) -> None:
    clock, kind = effect.clock, EffectKind(effect.kind)
    # A channel of the unit is read by everybody there: also by whom it is hidden from.
    among_few = kind == EffectKind.WARNING or bool(clock.matter.hidden_from.all())
    facts: dict[str, Fact] = {
        "title": clock.matter.title,
        "policy": clock.policy.name,
        "unit": clock.matter.unit.name,
        "due_at": clock.due_at.isoformat() if clock.due_at else "",
    }
    if kind == EffectKind.WARNING:
        facts["share"] = round(100 * Fraction(effect.about))
    notify(
        people,
        NOTICES[kind],
        key=f"{NOTICES[kind]}:{clock.pk}:{effect.mark}",
        facts=facts,
        url=clock.matter.url or f"/clocks/{clock.pk}/",
        urgent=kind != EffectKind.WARNING,
        unit=None if among_few else clock.matter.unit,
        now=now,
    )
