"""A case in one line of the list: how much time is left, in whose hands it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gapless.control.cases.choices import Severity, State, Step
from gapless.control.cases.rules import OPEN, may_happen
from gapless.people.org.rules import Policy
from gapless.web.deadlines import Due, due_in_words

if TYPE_CHECKING:
    from gapless.control.cases.models import Case
    from gapless.people.org.rules import Viewer

TONES = {Severity.GRAVE: "short", Severity.SERIOUS: "soon"}


@dataclass(frozen=True, slots=True)
class Row:
    case: Case
    due: Due | None  # None: nothing runs out
    tone: str  # of its severity
    ended: bool
    chosen: str  # what its box sends; "" without one
    ticked: bool


def row(viewer: Viewer, case: Case, *, ticked: Collection[int], now: datetime) -> Row:
    due_at: datetime | None = case.due_at  # type: ignore[attr-defined]  # annotated
    ended = case.state not in OPEN
    assignable = may_happen(Step.ASSIGNED, State(case.state))
    may = assignable and viewer.holds_at(Policy.DECIDE_CASES, case.unit.path)
    return Row(
        case=case,
        due=None if ended or due_at is None else due_in_words(due_at, now=now),
        tone=TONES.get(Severity(case.severity), "plain"),
        ended=ended,
        chosen=f"{case.pk}:{case.version}" if may else "",
        ticked=case.pk in ticked,
    )
