"""
Clocks: what a time limit says of what happened, at any moment. Pure, and nothing else is
kept of a clock than what can be read again: docs/concepts/clocks.md tells the conventions.

What happened after ``now`` is not known yet, and what happened at one moment has an order
of its own, so that it does not matter in which order it is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from gapless.core.calendar.rules import Calendar, NeverOpen

from .choices import State
from .course import Course, Happening, Ignored, Stretch, by_reason, course
from .deadlines import Deadline, Extension, Refusal, deadline, moved, union
from .holders import held
from .limits import Limit, Measure, utc
from .policies import PAUSED, RESUMED, PausePolicy, Policy, Step

__all__ = [
    "PAUSED",
    "RESUMED",
    "Escalation",
    "Extension",
    "Happening",
    "Ignored",
    "Limit",
    "PausePolicy",
    "Policy",
    "Reading",
    "Refusal",
    "Step",
    "Stretch",
    "Warned",
    "held",
    "read",
]


class Warned(NamedTuple):
    share: Fraction
    at: datetime


class Escalation(NamedTuple):
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A clock at one moment.

    :param late: it ran at its deadline, or was stopped after it. A stop at the very
        moment of the deadline is on time.
    :param due_at: until when; while it is paused, if it were resumed now. None before it
        has started, and where the place is never open.
    :param original_due_at: the same without extensions.
    :param elapsed: what it has run, in the measure of its limit: open time for business
        hours and working days, else time on the wall.
    :param left: what it may still run, in the same measure; below zero when it is over.
    :param used: elapsed as a share of the limit, above 1 when it is over.
    :param waited: time on the wall since the start, pauses and all: the customer's clock.
    :param paused: time on the wall by reason; where several stood, for the first.
    :param paused_by: the reasons that pause it now.
    :param capped: the reasons that have paused it as long as they may, and since when.
    :param warnings: given so far; an extension gives them anew, from the new deadline.
    :param next_check_at: the next moment at which any of this changes by itself, but for
        what runs on with time: elapsed, left and, while it is paused, its deadline.
    :param provisional: the holidays of a year up to its deadline are not published yet.
    :param never_open: the place does not work long enough for the limit ever to end.
    """

    state: State
    late: bool = False
    started_at: datetime | None = None
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    stopped_at: datetime | None = None
    reopened: tuple[datetime, ...] = ()
    elapsed: timedelta = timedelta()
    left: timedelta | None = None
    used: float = 0.0
    waited: timedelta = timedelta()
    paused: Mapping[str, timedelta] = field(default_factory=dict)
    paused_by: tuple[str, ...] = ()
    capped: tuple[tuple[str, datetime], ...] = ()
    warnings: tuple[Warned, ...] = ()
    breached_at: datetime | None = None
    escalations: tuple[Escalation, ...] = ()
    next_check_at: datetime | None = None
    provisional: bool = False
    never_open: bool = False
    ignored: tuple[Ignored, ...] = ()
    refused: tuple[Refusal, ...] = ()


def read(
    policy: Policy,
    calendar: Calendar,
    happenings: Iterable[Happening],
    now: datetime,
    extensions: Iterable[Extension] = (),
) -> Reading:
    """What a clock says at a moment, by what had happened until then."""
    now, happenings, extensions = utc(now), list(happenings), list(extensions)
    told = [each.at for each in happenings] + [each.at for each in extensions]
    unknown = [moment for moment in told if moment > now]
    ran = course(policy, happenings, now)
    if ran.started_at is None:
        return Reading(
            State.WAITING, next_check_at=min(unknown, default=None), ignored=ran.ignored
        )
    clock = _Clock(policy, calendar, ran, ran.started_at, ran.stopped_at or now)
    known = [each for each in extensions if each.at <= clock.until]
    try:
        return clock.reading(known, unknown)
    except NeverOpen:
        return clock.endless(unknown)


class _Clock:
    """One that has started."""

    def __init__(
        self,
        policy: Policy,
        calendar: Calendar,
        ran: Course,
        started_at: datetime,
        until: datetime,
    ) -> None:
        self.policy, self.calendar, self.ran = policy, calendar, ran
        self.started_at, self.until = started_at, until
        self.measure = Measure.of(policy.limit.unit, calendar)
        self.pauses = union(ran.pauses)
        self.standing = [each for each in ran.pauses if each.standing]

    def reading(self, extensions: Sequence[Extension], unknown: list[datetime]) -> Reading:
        policy, found = self.policy, self._deadline(extensions)
        allowed, elapsed = self._ran(found.due_at), self._ran(self.until)
        late = self._over(found.due_at) and not self._paused_before(found.due_at)
        warnings = [
            Warned(share, self._reaching(allowed, share))
            for share in sorted(set(policy.warn_at))
        ]
        escalations = [
            Escalation(step.role, found.due_at + step.after)
            for step in sorted(policy.escalation)
        ]
        turns = [each.at for each in escalations if late or not self.standing]
        if not self.standing:
            turns += [found.due_at, *(each.at for each in warnings)]
        return replace(
            self._without_a_limit(),
            late=late,
            due_at=found.due_at,
            original_due_at=found.original_due_at,
            left=allowed - elapsed,
            used=elapsed / allowed if allowed else float(late),
            warnings=tuple(each for each in warnings if self._over(each.at)),
            breached_at=found.due_at if late else None,
            escalations=tuple(each for each in escalations if late and self._over(each.at)),
            next_check_at=self._next(unknown, turns),
            provisional=self._provisional(found.due_at),
            refused=found.refused,
        )

    def endless(self, unknown: list[datetime]) -> Reading:
        next_check_at = self._next(unknown, [])
        return replace(
            self._without_a_limit(), next_check_at=next_check_at, never_open=True
        )

    def _without_a_limit(self) -> Reading:
        ran = self.ran
        state = State.PAUSED if self.standing else State.RUNNING
        return Reading(
            state if ran.stopped_at is None else State.STOPPED,
            started_at=self.started_at,
            stopped_at=ran.stopped_at,
            reopened=ran.reopened,
            elapsed=self._ran(self.until),
            waited=self.until - self.started_at,
            paused=by_reason(ran.pauses),
            paused_by=tuple(each.reason for each in self.standing),
            capped=ran.capped,
            ignored=ran.ignored,
        )

    def _deadline(self, extensions: Sequence[Extension]) -> Deadline:
        return deadline(
            self.policy.limit, self.calendar, self.started_at, self.pauses, extensions
        )

    def _ran(self, until: datetime) -> timedelta:
        """How much the clock has run up to a moment, in the measure of its limit."""
        measure = self.measure
        paused = (
            measure.between(starts_at, min(ends_at, until))
            for starts_at, ends_at in self.pauses
        )
        return measure.between(self.started_at, until) - sum(paused, timedelta())

    def _reaching(self, allowed: timedelta, share: Fraction) -> datetime:
        """When a share of the limit is used up, by the pauses so far."""
        part = allowed * share.numerator // share.denominator
        unpaused = self.measure.after(self.started_at, part)
        return moved(unpaused, self.pauses, self.measure, since=self.started_at)

    def _over(self, moment: datetime) -> bool:
        """A stop at that very moment is in time; a clock that runs at it is not."""
        if self.ran.stopped_at is not None:
            return moment < self.until
        return moment <= self.until

    def _paused_before(self, due_at: datetime) -> bool:
        return bool(self.standing) and self.pauses[-1][0] < due_at

    def _next(self, unknown: list[datetime], turns: list[datetime]) -> datetime | None:
        if self.ran.stopped_at is not None:
            turns = []
        elif self.standing:
            turns = [*turns, *self._caps()]
        coming = (moment for moment in turns if moment > self.until)
        return min((*unknown, *coming), default=None)

    def _caps(self) -> Iterator[datetime]:
        """When the reasons that pause the clock now will have paused it long enough."""
        for each in self.standing:
            cap = self.policy.caps[each.reason]
            if cap is not None:
                stood = (
                    pause.ends_at - pause.starts_at
                    for pause in self.ran.pauses
                    if pause.reason == each.reason
                )
                yield self.until + cap - sum(stood, timedelta())

    def _provisional(self, due_at: datetime) -> bool:
        day_of = self.calendar.day_of
        return self.measure.open_time and self.calendar.is_provisional(
            day_of(self.started_at), day_of(due_at)
        )
