"""The clocks of one case, read and drawn: the customer's first, then ours, then hands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.control.cases.rules import OPEN
from gapless.core.clocks import queries
from gapless.core.clocks.choices import Kind
from gapless.core.clocks.course import course
from gapless.people.org.rules import Policy
from gapless.web.clocks.picture import Bar, Mark
from gapless.web.deadlines import time_left, tone_of
from gapless.web.templatetags.numbers import duration

from .picture import Axis, ran, shaded
from .words import Moment

if TYPE_CHECKING:
    from gapless.control.cases.chain import Hand
    from gapless.control.cases.models import Case
    from gapless.core.clocks.models import Clock
    from gapless.core.clocks.rules import Reading, Stretch
    from gapless.people.org.rules import Viewer
_OURS = gettext_lazy("ours; pauses while we wait for the customer")
_LAW = gettext_lazy("the law’s; never pauses")


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    sub: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    left: str  # what is left, or what became of it
    tone: str = ""
    at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A clock at this moment."""

    clock: Clock
    reading: Reading
    pauses: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Clocks:
    axis: Axis
    lines: tuple[Line, ...]
    due_at: datetime | None
    breaches: tuple[Moment, ...]


def read(case: Case, *, now: datetime) -> list[Read]:
    """In a handful of queries, however many they are."""
    if case.matter is None:
        return []
    found = case.matter.clocks.select_related("policy", "version", "matter__unit")
    clocks = list(found.order_by("due_at", "pk"))
    told = queries.told_of(clocks)
    return [
        Read(
            clock,
            told[clock.pk].read(now),
            course(told[clock.pk].policy, told[clock.pk].happenings, now).pauses,
        )
        for clock in clocks
    ]


def drawn(
    viewer: Viewer,
    case: Case,
    hands: Sequence[Hand],
    names: Mapping[int, str],
    *,
    now: datetime,
) -> Clocks:
    clocks = [each for each in read(case, now=now) if each.reading.started_at]
    until = case.ended_at or now
    moments = [case.opened_at, until, *(hand.until for hand in hands)]
    moments += [each.reading.due_at for each in clocks if each.reading.due_at]
    if case.promised_at:
        moments.append(case.promised_at)
    axis = Axis.over(moments)
    lines = [*_customer(case, axis, now=now)]
    lines += [_line(viewer, each, axis, now=now) for each in clocks]
    lines += _hands(case, hands, names, _pauses(clocks), axis, now=now)
    running = [
        each.reading.due_at
        for each in clocks
        if each.reading.due_at and not each.reading.stopped_at
    ]
    breaches = tuple(
        Moment(
            each.reading.breached_at,
            _("The limit passed: %(limit)s") % {"limit": each.clock.policy.title},
            tone="short",
        )
        for each in clocks
        if each.reading.breached_at
    )
    return Clocks(axis, tuple(lines), min(running, default=None), breaches)


def _customer(case: Case, axis: Axis, *, now: datetime) -> Iterator[Line]:
    """What the customer waits: time on the wall, up to what the receipt promised."""
    until, promised = case.answered_at or case.ended_at or now, case.promised_at
    waits = case.answered_at is None and case.ended_at is None
    tone, left = "", ""
    if waits and promised:
        left, tone = time_left(promised - now), tone_of(promised - now)
    elif not waits:
        late = promised is not None and until > promised
        tone = "short" if late else "over"
        waited = {"length": duration(until - case.opened_at)}
        left = (
            _("answered late, after %(length)s") % waited
            if late
            else _("answered after %(length)s") % waited
        )
    ends = ("now" if waits else "stop", until)
    yield Line(
        _("Customer"),
        _("never pauses; as the receipt says"),
        axis.bars(ran(case.opened_at, until, promised)),
        axis.marks([("due", promised), ends]),
        left,
        tone,
        promised,
    )


def _line(viewer: Viewer, each: Read, axis: Axis, *, now: datetime) -> Line:
    clock, reading = each.clock, each.reading
    start, until = reading.started_at or now, reading.stopped_at or now
    spans = ran(start, until, reading.breached_at)
    spans += [("pause", gap.starts_at, min(gap.ends_at, until)) for gap in each.pauses]
    left, tone = _left(reading, now=now)
    sees = viewer.holds_at(Policy.SEE_CLOCKS, clock.matter.unit.path)
    return Line(
        clock.policy.title,
        str(_LAW) if clock.policy.kind == Kind.REGULATORY else str(_OURS),
        axis.bars(spans),
        axis.marks(
            [
                ("due", reading.due_at),
                ("stop" if reading.stopped_at else "now", until),
            ]
        ),
        left,
        tone,
        reading.due_at,
        reverse("clocks:detail", args=[clock.pk]) if sees else "",
    )


def _left(reading: Reading, *, now: datetime) -> tuple[str, str]:
    if reading.stopped_at:
        return (_("kept late"), "short") if reading.late else (_("kept in time"), "over")
    if reading.due_at is None:
        return _("no limit"), ""
    left = reading.due_at - now
    if reading.paused_by:
        return _("paused; %(left)s") % {"left": time_left(left)}, ""
    return time_left(left), tone_of(left)


def _pauses(clocks: Sequence[Read]) -> tuple[Stretch, ...]:
    return max((each.pauses for each in clocks), key=len, default=())


def _hands(
    case: Case,
    hands: Sequence[Hand],
    names: Mapping[int, str],
    pauses: Sequence[Stretch],
    axis: Axis,
    *,
    now: datetime,
) -> Iterator[Line]:
    if not hands:
        return
    last = hands[-1]
    spans = [(shaded(turn), each.since, each.until) for turn, each in enumerate(hands)]
    spans += [("pause", gap.starts_at, min(gap.ends_at, last.until)) for gap in pauses]
    open_ = case.state in OPEN
    yield Line(
        _("In whose hands"),
        names.get(last.holder, ""),
        axis.bars(spans),
        axis.marks([("now" if open_ else "stop", last.until)]),
        duration(last.length),
        "",
        None,
    )


def told(clocks: Clocks) -> list[str]:
    """The picture in sentences, for whoever does not see it."""
    return [
        _("%(clock)s: %(left)s; limit %(at)s")
        % {
            "clock": line.title,
            "left": line.left,
            "at": f"{localtime(line.at):%Y-%m-%d %H:%M}",
        }
        if line.at
        else _("%(clock)s: %(left)s") % {"clock": line.title, "left": line.left}
        for line in clocks.lines
    ]
