"""What happened, as one policy sees it: when a clock started, paused and stopped. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from .choices import Why
from .limits import utc
from .policies import PAUSED, RESUMED, Policy


@dataclass(frozen=True, slots=True)
class Happening:
    """
    Something that happened to a thing with a clock, or several.

    :param reason: why it pauses, or which pause ends; a pause that ends without a reason
        is every pause.
    :param holder: in whose hands it is from now on; nothing: in the same as before.
    :param human: whether a person did it; what a machine sends stops no clock.
    """

    at: datetime
    kind: str
    reason: str = ""
    holder: str = ""
    human: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", utc(self.at))


class Ignored(NamedTuple):
    happening: Happening
    why: Why


class Stretch(NamedTuple):
    """A pause. Half-open: with its last moment the clock runs again."""

    reason: str
    starts_at: datetime
    ends_at: datetime
    standing: bool  # nobody has ended it; unless its cap has


@dataclass(frozen=True, slots=True)
class Course:
    started_at: datetime | None
    stopped_at: datetime | None
    reopened: tuple[datetime, ...]
    pauses: tuple[Stretch, ...]
    capped: tuple[tuple[str, datetime], ...]
    ignored: tuple[Ignored, ...]


def course(policy: Policy, happenings: Iterable[Happening], now: datetime) -> Course:
    """How a clock went up to a moment, whatever the order in which it is told."""
    known = [each for each in happenings if each.at <= now]
    walk = _Walk(policy, _start(policy, known))
    for each in sorted(known, key=lambda happening: _order(policy, happening)):
        walk.take(each)
    stood = [*walk.stood, *_standing(walk.standing, now)]
    pauses, capped = within_caps(stood, policy.caps)
    return Course(
        walk.started_at,
        walk.stopped_at,
        tuple(walk.reopened),
        tuple(pauses),
        tuple(capped),
        tuple(walk.ignored),
    )


def _standing(standing: Mapping[str, datetime], now: datetime) -> list[Stretch]:
    return [
        Stretch(reason, since, now, standing=True) for reason, since in standing.items()
    ]


def _start(policy: Policy, happenings: Sequence[Happening]) -> datetime | None:
    """The last of the first times that each of the conditions was fulfilled."""
    first: dict[str, datetime] = {}
    for each in happenings:
        if each.kind in policy.starts_on:
            first[each.kind] = min(each.at, first.get(each.kind, each.at))
    if first.keys() < policy.starts_on:
        return None
    return max(first.values())


def _order(policy: Policy, happening: Happening) -> tuple[object, ...]:
    """
    At one moment a clock starts before it pauses, pauses before it resumes, resumes
    before it stops, and stops before it is opened again. The rest is for the sake of one
    order only.
    """
    kind = happening.kind
    if kind in policy.reopens_on:
        rank = 4
    elif kind in policy.stops_on:
        rank = 3
    elif kind == RESUMED or kind in policy.resumes_on:
        rank = 2
    else:
        rank = 1 if kind == PAUSED else 0
    return happening.at, rank, kind, happening.reason, happening.holder, happening.human


@dataclass(slots=True)
class _Walk:
    """Through what happened, in its order."""

    policy: Policy
    started_at: datetime | None
    stopped_at: datetime | None = None
    standing: dict[str, datetime] = field(default_factory=dict)
    stood: list[Stretch] = field(default_factory=list)
    reopened: list[datetime] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)

    def take(self, happening: Happening) -> None:
        if self.started_at is None or happening.at < self.started_at:
            self._pass_over(happening, Why.NOT_STARTED)
        elif self.stopped_at is not None:
            self._after_the_stop(happening)
        else:
            self._while_it_runs(happening)

    def _pass_over(self, happening: Happening, why: Why) -> None:
        if happening.kind == PAUSED or happening.kind in self.policy.stops_on:
            self.ignored.append(Ignored(happening, why))

    def _after_the_stop(self, happening: Happening) -> None:
        if happening.kind in self.policy.reopens_on:
            self.stopped_at = None
            self.reopened.append(happening.at)
        else:
            self._pass_over(happening, Why.ALREADY_STOPPED)

    def _while_it_runs(self, happening: Happening) -> None:
        kind = happening.kind
        if kind == PAUSED:
            self._pause(happening)
        elif kind == RESUMED and happening.reason:
            self._resume(happening.at, [happening.reason])
        elif kind == RESUMED or kind in self.policy.resumes_on:
            self._resume(happening.at, list(self.standing))
        if kind in self.policy.stops_on:
            self._stop(happening)

    def _pause(self, happening: Happening) -> None:
        if happening.reason not in self.policy.caps:
            self.ignored.append(Ignored(happening, Why.REASON))
        elif self._used_up(happening):
            self.ignored.append(Ignored(happening, Why.USED_UP))
        elif happening.reason in self.standing:
            self.ignored.append(Ignored(happening, Why.ALREADY_PAUSED))
        else:
            self.standing[happening.reason] = happening.at

    def _used_up(self, happening: Happening) -> bool:
        reason, cap = happening.reason, self.policy.caps[happening.reason]
        stood = [
            each.ends_at - each.starts_at for each in self.stood if each.reason == reason
        ]
        if reason in self.standing:
            stood.append(happening.at - self.standing[reason])
        return cap is not None and sum(stood, timedelta()) >= cap

    def _resume(self, at: datetime, reasons: Iterable[str]) -> None:
        for reason in reasons:
            since = self.standing.pop(reason, None)
            if since is not None:
                self.stood.append(Stretch(reason, since, at, standing=False))

    def _stop(self, happening: Happening) -> None:
        if not happening.human:
            self.ignored.append(Ignored(happening, Why.AUTOMATIC))
            return
        self._resume(happening.at, list(self.standing))
        self.stopped_at = happening.at


def within_caps(
    stood: Iterable[Stretch], caps: Mapping[str, timedelta | None]
) -> tuple[list[Stretch], list[tuple[str, datetime]]]:
    """
    The pauses in their order, each cut off where its reason has paused long enough
    altogether, and when that was. Time for which two reasons stood counts for both.
    """
    used: dict[str, timedelta] = {}
    kept, capped = [], []
    for each in sorted(stood, key=lambda pause: (pause.starts_at, pause.reason)):
        cap = caps[each.reason]
        if cap is not None:
            left = cap - used.get(each.reason, timedelta())
            length = each.ends_at - each.starts_at
            used[each.reason] = used.get(each.reason, timedelta()) + min(length, left)
            if length >= left:
                ends_at = each.starts_at + left
                capped.append((each.reason, ends_at))
                each = each._replace(ends_at=ends_at, standing=False)
        kept.append(each)
    return kept, capped


def by_reason(pauses: Iterable[Stretch]) -> dict[str, timedelta]:
    """Time on the wall by reason, that of several at once for the one that came first."""
    times: dict[str, timedelta] = {}
    counted: datetime | None = None
    for each in sorted(pauses, key=lambda pause: (pause.starts_at, pause.reason)):
        starts_at = each.starts_at if counted is None else max(counted, each.starts_at)
        length = max(each.ends_at - starts_at, timedelta())
        times[each.reason] = times.get(each.reason, timedelta()) + length
        counted = max(starts_at, each.ends_at)
    return times
