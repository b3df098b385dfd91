"""
The demo's clocks: some complaints of the last three months, by number alone, each with its
time limits. Most were answered in time, some late, some still run.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from gapless.core.clocks.actions import MatterFacts, Subject, note_happening, start_clock
from gapless.core.clocks.drafting import ship_builtin
from gapless.core.clocks.models import Clock, ClockEffect, Matter
from gapless.core.clocks.rules import Happening
from gapless.core.clocks.settling import settle
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, RoleAssignment, Unit

MATTERS = 30
SUBJECT = "demo.case"
# After so many hours they were answered; nothing: not yet.
ANSWERED = (20, 26, 31, 44, 50, 58, 66, 70, 76, 95, 0)
ORDINARY, SERIOUS = "S3-ANSWER", "S2-ANSWER"


def run_clocks(units: Sequence[Unit], owner: Person, *, seed: int, now: datetime) -> None:
    """Start them, and note what happened up to now. Nobody is told of what is past."""
    ship_builtin(now=now)
    chance = Random(seed)  # noqa: S311  a demo has no secrets
    staff = {unit.pk: _staff(unit) or (owner.name,) for unit in units}
    for number in range(MATTERS):
        at = now - timedelta(days=1 + 80 * chance.random() ** 2, hours=7 * number % 24)
        subject = Subject(SUBJECT, str(number))
        title, unit = f"TS-{at:%Y}-{number + 1:04}", units[number % len(units)]
        facts = MatterFacts(title, unit, owner_id=owner.pk)
        for policy in (ORDINARY, SERIOUS)[: 2 if number % 3 == 0 else 1]:
            start_clock(subject, policy, matter=facts, by=owner, now=at)
        for happened in _story(at, number, chance, staff[unit.pk]):
            if happened.at <= now:
                note_happening(
                    subject,
                    happened,
                    key=f"{happened.kind} {happened.at:%Y-%m-%dT%H:%M}",
                    by=owner,
                    now=happened.at,
                )
    started = Clock.objects.filter(matter__subject_type=SUBJECT).select_related("matter")
    settle(list(started), now=now)
    ours = ClockEffect.objects.filter(clock__matter__subject_type=SUBJECT)
    ours.update(told_at=now)


def _staff(unit: Unit) -> tuple[str, ...]:
    """Whoever works there by name, the desk first and who runs the place last."""
    held = RoleAssignment.objects.filter(
        unit=unit, role__in=(Role.AGENT, Role.UNIT_MANAGER)
    )
    return tuple(held.order_by("role", "pk").values_list("person__name", flat=True))


def _story(
    at: datetime, number: int, chance: Random, staff: Sequence[str]
) -> list[Happening]:
    def after(hours: float, kind: str, reason: str = "", holder: str = "") -> Happening:
        return Happening(at + timedelta(hours=hours), kind, reason, holder)

    found = [after(0, "registered", holder=staff[0])]
    found.append(after(1 + 8 * chance.random(), "contacted"))
    if number % 3 == 0:  # grave enough for whoever runs the place
        found.append(after(10, "handed_over", holder=staff[-1]))
    if number % 4 == 0:
        found.append(after(12, "paused", "awaiting_customer"))
        found.append(after(19, "customer_message"))
    if hours := chance.choice(ANSWERED):
        found.append(after(hours, "answered"))
    return found


def stop_clocks(units: Sequence[int]) -> None:
    """Take them out again, with whatever was asked of them."""
    Matter.objects.filter(unit__in=units, subject_type=SUBJECT).delete()
