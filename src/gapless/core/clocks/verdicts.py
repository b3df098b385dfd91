"""Whether a clock was kept, as a period of them is counted. Pure."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .choices import State
from .rules import Reading


class Verdict(TextChoices):
    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")
    OPEN = "open", _("Still running")
    WAITING = "waiting", _("Not started")


def verdict_of(reading: Reading) -> Verdict:
    """What a reading says of the clock at its moment."""
    return verdict(State(reading.state), late=reading.late)


def verdict_then(
    *, due_at: datetime | None, stopped_at: datetime | None, paused: bool, at: datetime
) -> Verdict:
    """What the columns of a clock said at a moment: a later stop had not come yet."""
    if stopped_at is not None and stopped_at <= at:
        return verdict(State.STOPPED, late=due_at is not None and stopped_at > due_at)
    late = due_at is not None and due_at <= at and not paused
    return verdict(State.RUNNING, late=late)


def verdict(state: State, *, late: bool) -> Verdict:
    if state == State.WAITING:
        return Verdict.WAITING
    if late:
        return Verdict.LATE
    return Verdict.ON_TIME if state == State.STOPPED else Verdict.OPEN


def share_on_time(counts: Mapping[str, int]) -> float | None:
    """Of those that were decided: what still runs in time says nothing yet."""
    kept, late = counts.get(Verdict.ON_TIME, 0), counts.get(Verdict.LATE, 0)
    return kept / (kept + late) if kept + late else None
