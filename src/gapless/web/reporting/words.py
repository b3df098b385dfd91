"""How a case stands, in words for its customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.control.cases.choices import NotFiling, State, Step
from gapless.control.cases.customer import words_shown
from gapless.web.deadlines import short_day

from .forms import RATING_SAID

if TYPE_CHECKING:
    from gapless.control.cases.models import Case, Entry

BEFORE_ANSWER = (State.RECEIVED, State.HANDLING, State.PROPOSED, State.WAITING)
HEADS: dict[State, Promise] = {
    State.RECEIVED: gettext_lazy("We have it, and look into it."),
    State.HANDLING: gettext_lazy("We are looking into it."),
    State.WAITING: gettext_lazy("We have a question to you."),
    State.PROPOSED: gettext_lazy("The answer is being prepared."),
    State.ANSWERED: gettext_lazy("We have answered. Is it settled?"),
    State.CONFIRMED: gettext_lazy("You say that it is settled. Thank you."),
    State.CLOSED: gettext_lazy("It is closed."),
    State.NOT_FILED: gettext_lazy("We do not take it up."),
    State.MERGED: gettext_lazy("It goes on together with another report of the same."),
}
# Why it is not taken up. That somebody took it for malice is nothing to write to anybody.
NOT_FILED: dict[NotFiling, Promise] = {
    NotFiling.SETTLED: gettext_lazy("It was settled before."),
    NotFiling.ELSEWHERE: gettext_lazy("A court, an arbitrator or an authority has it."),
    NotFiling.NO_FACTS: gettext_lazy(
        "We found no fact to go by. Add what you know, and somebody looks at it again."
    ),
    NotFiling.UNRELATED: gettext_lazy("It has nothing to do with our service."),
    NotFiling.TOO_LATE: gettext_lazy("The period for it has passed."),
}
STEPS: dict[Step, Promise] = {
    Step.RECEIVED: gettext_lazy("You said"),
    Step.SAID: gettext_lazy("You said"),
    Step.TOLD: gettext_lazy("We said"),
    Step.ASKED: gettext_lazy("We asked you"),
    Step.FOUND: gettext_lazy("We looked into it"),
    Step.ANSWERED: gettext_lazy("Our answer"),
    Step.CONFIRMED: gettext_lazy("It is settled, you said"),
    Step.REOPENED: gettext_lazy("It was taken up again"),
    Step.NOT_FILED: gettext_lazy("We do not take it up"),
    Step.MERGED: gettext_lazy("It goes on together with another report of the same"),
    Step.CLOSED: gettext_lazy("Closed"),
}
OWN = frozenset({Step.RECEIVED, Step.SAID, Step.REOPENED})
WEIGHTY = OWN | {Step.ANSWERED, Step.ASKED}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, as its customer reads it."""

    on: str
    at: str
    title: str
    words: str
    own: bool
    weighty: bool
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the four stages at the top of the page."""

    name: str
    on: str
    done: bool
    now: bool


def head(case: Case) -> str:
    return str(HEADS[State(case.state)])


def why_not(case: Case) -> str:
    """Why it is not taken up, where that is the case and can be said."""
    if case.state != State.NOT_FILED:
        return ""
    why = NOT_FILED.get(NotFiling(case.not_filed_as))
    return str(why) if why else ""


def promise(case: Case, *, now: datetime) -> str:
    """By when there is an answer, as long as there is none."""
    if case.promised_at is None or case.state not in BEFORE_ANSWER:
        return ""
    if case.promised_at <= now:
        return _("You should have had our answer by %(moment)s. We are late; call us.") % {
            "moment": moment(case, case.promised_at, now)
        }
    return _("You have our answer by %(moment)s.") % {
        "moment": moment(case, case.promised_at, now)
    }


def moment(case: Case, at: datetime, now: datetime) -> str:
    """By the clock on the wall of the unit."""
    zone = ZoneInfo(case.unit.time_zone)
    local = localtime(at, zone)
    return f"{short_day(local.date(), today=localtime(now, zone).date())} {local:%H:%M}"


def stages(case: Case, entries: Sequence[Entry]) -> list[Stage]:
    """Received, looked into, answered, confirmed: how far it is."""
    zone = ZoneInfo(case.unit.time_zone)
    found = next((each.at for each in entries if each.step == Step.FOUND), None)
    agreed = next((each.at for each in entries if each.step == Step.CONFIRMED), None)
    settled = case.state in (State.CONFIRMED, State.CLOSED)
    answered = case.answered_at is not None
    looked = found is not None or answered
    line = (
        (_("With us"), case.opened_at, True),
        (_("Looked into"), found, looked),
        (_("Answer given"), case.answered_at, answered),
        (_("Settled"), agreed if settled else None, settled),
    )
    done = sum(is_done for _name, _at, is_done in line)
    return [
        Stage(
            name=name,
            on=f"{localtime(at, zone):%m-%d}" if at else "",
            done=is_done,
            now=place == min(done, len(line) - 1),
        )
        for place, (name, at, is_done) in enumerate(line)
    ]


def story(case: Case, entries: Sequence[Entry]) -> list[Line]:
    zone = ZoneInfo(case.unit.time_zone)
    return [_line(entry, zone) for entry in entries]


def _line(entry: Entry, zone: ZoneInfo) -> Line:
    step = Step(entry.step)
    local = localtime(entry.at, zone)
    return Line(
        on=f"{local:%m-%d}",
        at=f"{local:%H:%M}",
        title=_rated(entry) if step == Step.RATED else str(STEPS[step]),
        words=words_shown(entry),
        own=step in OWN,
        weighty=step in WEIGHTY,
        photos=tuple(each.file.name for each in entry.attachments.all()),
    )


def _rated(entry: Entry) -> str:
    return _("How we handled it, you said, was %(rating)s") % {
        "rating": RATING_SAID[int(entry.code)]
    }
