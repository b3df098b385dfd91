"""The job that takes a file of units or people in: batch after batch, each row once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from treebeard.exceptions import PathOverflow

from gapless.core.audit.actions import record
from gapless.core.calendar.actions import ChangedMeanwhile as CalendarChanged
from gapless.core.calendar.actions import set_hours
from gapless.core.files.actions import remove
from gapless.core.jobs.working import GaveUp, Run

from . import actions
from .bringing import counts_taken, plan_of
from .choices import Outcome
from .file_rows import Planned, Wrong
from .models import OrgFile, OrgFileRow, Person, RoleAssignment, Unit, UnitQuerySet
from .person_rows import PersonRow
from .queries import viewer_of
from .rules import PersonFacts, Policy, UnitFacts
from .standing import FACTS
from .unit_rows import UnitRow, in_order

BATCH = 100
"""Rows that go in together, all or none: a second or two of writing."""

NO_LONGER_YOURS = gettext_noop(
    "Whoever began this no longer administers the unit. Bring the file in again."
)


class _Refused(Exception):
    """The row cannot be taken in as it was planned; a code says why."""


def run_file(run: Run) -> None:
    """Take the rows in that no worker before has."""
    file = OrgFile.objects.select_related("within", "file", "started_by").get(
        pk=run.payload["file"]
    )
    if file.file is None:
        return  # another worker ended it, and could not say so
    by = file.started_by
    if by is None or not viewer_of(by, now=run.now()).holds_at(
        Policy.EDIT_ORGANISATION, file.within.path
    ):
        raise GaveUp(NO_LONGER_YOURS)
    done = set(file.taken.values_list("line", flat=True))
    left = [row for row in _ordered(plan_of(file, now=run.now())) if row.line not in done]
    total = len(done) + len(left)
    intake = _Intake(file.within, by)
    while left:
        rows, left = left[:BATCH], left[BATCH:]
        with run.step():
            intake.now = run.now()
            OrgFileRow.objects.bulk_create(_noted(file, intake.take(row)) for row in rows)
            run.progress(total - len(left), total)
    with run.step():
        _finish(file, by, now=run.now())


def _ordered(plan: Sequence[Planned]) -> Sequence[Planned]:
    units = [row for row in plan if isinstance(row, UnitRow)]
    return in_order(units) or plan


def _noted(file: OrgFile, row: Planned) -> OrgFileRow:
    problems: list[list[Any]] = [
        [each.column, each.code, [list(blank) for blank in each.params]]
        for each in row.wrong
    ]
    return OrgFileRow(
        of=file,
        line=row.line,
        key=row.key[:120],
        outcome=row.outcome,
        problems=problems,
        cells=list(row.cells) if row.outcome is Outcome.REJECTED else [],
    )


def _finish(file: OrgFile, by: Person, *, now: datetime) -> None:
    ended = OrgFile.objects.filter(pk=file.pk, finished_at=None)
    if ended.update(finished_at=now, file=None):
        counted = counts_taken(file)
        record(
            "org_file.came_in",
            subject=file,
            by=by,
            at=now,
            unit=file.within,
            about=file.about,
            created=counted.get(Outcome.CREATED, 0),
            changed=counted.get(Outcome.CHANGED, 0),
            moved=counted.get(Outcome.MOVED, 0),
            unchanged=counted.get(Outcome.UNCHANGED, 0),
            rejected=counted.get(Outcome.REJECTED, 0),
        )
        if file.file:
            remove(file.file, by=by, now=now, unit=file.within)


class _Intake:
    """
    The rows of one file becoming true. Every code is looked up within the reach of the
    file: a row may fail because a unit or a person elsewhere has its code or name, and
    those after it must not mean that one.
    """

    def __init__(self, top: Unit, by: Person) -> None:
        self.top, self.by = top, by
        self.now = timezone.now()
        self._added: dict[str, int] = {}  # people, by log-in name

    def take(self, row: Planned) -> Planned:
        """The row as it came in, or as it was refused after all."""
        if row.outcome in (Outcome.UNCHANGED, Outcome.REJECTED):
            return row
        try:
            with transaction.atomic(), _refusals():
                if isinstance(row, UnitRow):
                    self._unit_row(row)
                elif isinstance(row, PersonRow):
                    self._person_row(row)
        except _Refused as error:
            wrong = (Wrong("", str(error)),)
            return replace(row, outcome=Outcome.REJECTED, wrong=wrong)
        return row

    def _within(self) -> UnitQuerySet:
        top = Unit.objects.filter(pk=self.top.pk).values_list("path", flat=True)
        units: UnitQuerySet = Unit.objects.within(top)
        return units

    def _unit(self, code: str, otherwise: str) -> Unit:
        unit: Unit | None = self._within().filter(code=code).first()
        if unit is None:
            raise _Refused(otherwise)
        return unit

    # --- Units ---

    def _unit_row(self, row: UnitRow) -> None:
        unit = self._changed_unit(row) if row.known else self._new_unit(row)
        if row.hours is not None:
            set_hours(unit, row.hours, by=self.by, now=self.now)

    def _new_unit(self, row: UnitRow) -> Unit:
        parent = self._unit(row.parent, "parent_rejected")
        facts = {"time_zone": parent.time_zone} | dict(row.said)
        return actions.create_unit(
            parent, UnitFacts(code=row.key, **facts), by=self.by, now=self.now
        )

    def _changed_unit(self, row: UnitRow) -> Unit:
        unit = self._unit(row.key, "gone_meanwhile")
        if row.said:
            stands = {name: getattr(unit, name) for name in FACTS}
            facts = UnitFacts(**stands | dict(row.said))
            actions.edit_unit(unit, facts, version=unit.version, by=self.by, now=self.now)
        if row.outcome is Outcome.MOVED:
            parent = self._unit(row.parent, "parent_rejected")
            actions.move_unit(unit, under=parent, by=self.by, now=self.now)
        return unit

    # --- People ---

    def _person_row(self, row: PersonRow) -> None:
        by, now = self.by, self.now
        person = self._new_person(row) if row.adds else self._changed_person(row)
        for each in row.assigns[1:] if row.adds else row.assigns:
            unit = self._unit(each.unit, "gone_meanwhile")
            actions.assign_role(person, each.role, unit, period=each.period, by=by, now=now)
        for end in row.ends:
            held = RoleAssignment.objects.select_related("person", "unit").get(pk=end.held)
            actions.end_role(held, ends_on=end.ends_on, by=by, now=now)
        active = row.said.get("active")
        if active is not None:
            change = actions.reactivate_person if active else actions.deactivate_person
            change(person, by=by, now=now)

    def _new_person(self, row: PersonRow) -> Person:
        first = row.assigns[0]
        said = {name: value for name, value in row.said.items() if name != "active"}
        person = actions.add_person(
            PersonFacts(row.key, **said),
            first.role,
            self._unit(first.unit, "gone_meanwhile"),
            period=first.period,
            by=self.by,
            now=self.now,
        )
        self._added[row.key] = person.pk
        return person

    def _changed_person(self, row: PersonRow) -> Person:
        pk = row.person or self._added.get(row.key)
        person = Person.objects.filter(pk=pk).first()
        if person is None:
            raise _Refused("gone_meanwhile" if row.person else "person_rejected")
        said = {name: row.said[name] for name in ("name", "email") if name in row.said}
        if said:
            stands = {"name": person.name, "email": person.email}
            facts = PersonFacts(person.username, **stands | said)
            version = person.version
            actions.edit_person(person, facts, version=version, by=self.by, now=self.now)
        return person


REFUSALS: dict[type[Exception], str] = {
    actions.CodeTaken: "code_taken",
    actions.ChangedMeanwhile: "changed_meanwhile",
    CalendarChanged: "changed_meanwhile",
    actions.BelowItself: "changed_meanwhile",
    PathOverflow: "too_deep",
    actions.LoginNameTaken: "login_taken",
    actions.EmailTaken: "email_taken",
    actions.LastAdministrator: "last_administrator",
    actions.AlreadyHeld: "already_held",
    actions.EndedAlready: "changed_meanwhile",
    actions.InThePast: "ends_in_the_past",
}


@contextmanager
def _refusals() -> Iterator[None]:
    """What the verbs refuse is what is wrong with the row."""
    try:
        yield
    except tuple(REFUSALS) as error:
        raise _Refused(REFUSALS[type(error)]) from error
