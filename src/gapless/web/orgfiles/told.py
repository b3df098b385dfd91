"""A row of a file of units or people in words: what it changes, or why it stays out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from gapless.core.imports.tables import Problem
from gapless.core.imports.words import reason_of, remedy_of
from gapless.people.org.bringing import wrong_of
from gapless.people.org.choices import Outcome, UnitKind
from gapless.people.org.file_columns import (
    CLOSED,
    HOURS,
    NO,
    YES,
    UnitHolds,
    hours_in_figures,
)
from gapless.people.org.person_rows import Assign, End
from gapless.web.intake import Told

from .words import ROWS

if TYPE_CHECKING:
    from gapless.people.org.file_rows import Change, Planned, Wrong
    from gapless.people.org.models import OrgFileRow

TONES = {
    Outcome.CREATED: "over",
    Outcome.CHANGED: "brand",
    Outcome.MOVED: "soon",
    Outcome.UNCHANGED: "plain",
    Outcome.REJECTED: "short",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """What a column changes, in words; ``before`` is empty where nothing stood."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowShown:
    line: int
    key: str
    name: str
    outcome: str
    label: str
    tone: str
    changes: list[Changed]
    wrong: list[Told]
    below: int = 0  # units that move along


def planned_row(row: Planned) -> RowShown:
    known = getattr(row, "known", None)
    return RowShown(
        row.line,
        row.key,
        row.name,
        row.outcome.value,
        str(row.outcome.label),
        TONES[row.outcome],
        [_changed(change) for change in row.changes],
        [told(row.line, wrong) for wrong in row.wrong],
        below=known.below if known else 0,
    )


def taken_row(row: OrgFileRow) -> RowShown:
    outcome = Outcome(row.outcome)
    return RowShown(
        row.line,
        row.key,
        "",
        outcome.value,
        str(outcome.label),
        TONES[outcome],
        [],
        [told(row.line, wrong) for wrong in wrong_of(row)],
    )


def told(line: int, wrong: Wrong) -> Told:
    if wrong.code not in ROWS:  # a row that the reader of tables refused already
        problem = Problem(wrong.code, "", line, wrong.column, dict(wrong.params))
        return Told(line, wrong.column, reason_of(problem), remedy_of(problem))
    reason, remedy = ROWS[wrong.code]
    blanks = dict(wrong.params)
    return Told(line, wrong.column, str(reason) % blanks, remedy)


def reasons(wrong: Iterable[Wrong]) -> str:
    lines = [told(0, each) for each in wrong]
    return "\n".join(
        f"{x.column}: {x.reason}" if x.column else str(x.reason) for x in lines
    )


def remedies(wrong: Iterable[Wrong]) -> str:
    return "\n".join(str(told(0, each).remedy) for each in wrong)


def _changed(change: Change) -> Changed:
    above = change.holds is UnitHolds.PARENT
    what = _("Unit above") if above else str(change.holds.label)
    return Changed(what, _said(change, change.before), _said(change, change.after))


def _said(change: Change, value: Any) -> str:
    if change.holds in HOURS:
        return hours_in_figures(value) or str(CLOSED)
    if value is None:
        return ""
    match value:
        case Assign():
            return _begins(value)
        case End():
            blanks = {"role": value.role.label, "unit": value.unit, "day": value.ends_on}
            return _("%(role)s at %(unit)s ends on %(day)s") % blanks
        case bool():
            return str(YES if value else NO)
        case UnitKind():
            return str(value.label)
    return str(value)


def _begins(role: Assign) -> str:
    blanks = {
        "role": role.role.label,
        "unit": role.unit,
        "start": role.period.starts_on,
        "end": role.period.ends_on,
    }
    if role.period.ends_on:
        return _("%(role)s at %(unit)s from %(start)s until %(end)s") % blanks
    return _("%(role)s at %(unit)s from %(start)s") % blanks
