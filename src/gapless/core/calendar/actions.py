"""Verbs of calendars: say when a unit works, close it, load the holidays of a year."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F

from gapless.core.audit.actions import Actor, record

from . import shipped
from .choices import Region
from .models import Change, Closure, HolidayTable, Revision, WorkingWeek
from .queries import HolidayYear, own_week, ways_of
from .rules import Shifts, SpecialDay, Week, in_order

# A longer closure is a unit that does not exist any more, or a slip of the year.
LONGEST_CLOSURE_DAYS = 2 * 366


class ChangedMeanwhile(Exception):
    """Somebody else saved a version after the form was opened."""


class AlreadyWithdrawn(Exception):
    """The closure was withdrawn before."""


class ClosureTooLong(Exception):
    """It would last more than two years, or end before it begins."""


class OtherYear(Exception):
    """A day of the table lies in another year. ``day`` says which."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class DayTwice(Exception):
    """A day stands twice in the table. ``day`` says which."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


# --- The week -------------------------------------------------------------------------


@transaction.atomic
def set_week(
    unit: models.Model,
    week: Week | None,
    *,
    region: Region,
    closed_on_holidays: bool,
    seen: int,
    by: Actor | None,
    now: datetime,
) -> WorkingWeek:
    """
    Say when a unit works, as its next version; without a week it works as the unit above.

    :param unit: an `org.Unit`.
    :param seen: the version of its own that stood on the page; 0: it had none.
    :raises ChangedMeanwhile: another version stands by now.
    :raises ShiftsOverlap: two shifts of one day overlap.
    """
    ordered = None if week is None else tuple(in_order(day) for day in week)
    shifts = ordered and [[[s.opens, s.closes] for s in day] for day in ordered]
    before = own_week(unit.pk)
    won = WorkingWeek.objects.standing().filter(unit_id=unit.pk, number=seen)
    if seen and not won.update(replaced_at=now):
        raise ChangedMeanwhile(unit)
    try:
        with transaction.atomic():
            made = WorkingWeek.objects.create(
                unit_id=unit.pk,
                number=seen + 1,
                shifts=shifts,
                region=region,
                closed_on_holidays=closed_on_holidays,
                created_by_id=by.pk if by else None,
                created_at=now,
            )
    except IntegrityError as error:
        raise ChangedMeanwhile(unit) from error
    _changed(now, unit_id=unit.pk)
    record(
        "unit.hours_set",
        subject=unit,
        by=by,
        at=now,
        unit=unit,  # type: ignore[arg-type]  # an org.Unit, which core does not import
        before=_in_figures(before),
        after=_in_figures(made),
        number=made.number,
    )
    return made


def set_hours(
    unit: models.Model, hours: Mapping[int, Shifts], *, by: Actor | None, now: datetime
) -> WorkingWeek:
    """
    Say on which weekday (1 is Monday) a unit works which shifts; it keeps the holidays
    that it kept.

    :raises ChangedMeanwhile: somebody says something else at the same moment.
    """
    ways = ways_of([unit.pk])[unit.pk]
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        tuple(hours.get(day, ())) for day in range(1, 8)
    )
    return set_week(
        unit,
        (monday, tuesday, wednesday, thursday, friday, saturday, sunday),
        region=ways.region,
        closed_on_holidays=ways.closed_on_holidays,
        seen=ways.seen,
        by=by,
        now=now,
    )


@transaction.atomic
def note_unit_changed(unit: models.Model, *, now: datetime) -> None:
    """
    Count a revision for a unit that has another place in the tree or another time zone:
    the calendars of all below it may be others now.
    """
    _changed(now, unit_id=unit.pk)


# --- Closures -------------------------------------------------------------------------


@transaction.atomic
def add_closure(
    unit: models.Model,
    *,
    from_on: date,
    until_on: date,
    reason: str,
    by: Actor | None,
    now: datetime,
) -> Closure:
    """
    Close a unit and all below it for some days, of which ``until_on`` is the first open.

    :raises ClosureTooLong: it lasts more than two years, or no day at all.
    """
    if not 0 < (until_on - from_on).days <= LONGEST_CLOSURE_DAYS:
        raise ClosureTooLong(from_on, until_on)
    closure = Closure.objects.create(
        unit_id=unit.pk,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        created_by_id=by.pk if by else None,
        created_at=now,
    )
    _changed(now, unit_id=unit.pk)
    record(
        "closure.added",
        subject=closure,
        by=by,
        at=now,
        unit=unit,  # type: ignore[arg-type]  # an org.Unit, which core does not import
        reason=reason,
        starts_on=from_on,
        ends_on=until_on,
    )
    return closure


@transaction.atomic
def withdraw_closure(closure: Closure, *, by: Actor | None, now: datetime) -> None:
    """
    Take a closure back, as if it had never been entered; what was judged meanwhile is
    judged anew.

    :raises AlreadyWithdrawn: somebody did so before.
    """
    standing = Closure.objects.filter(pk=closure.pk, withdrawn_at=None)
    if not standing.update(withdrawn_at=now):
        raise AlreadyWithdrawn(closure)
    _changed(now, unit_id=closure.unit_id)
    record(
        "closure.withdrawn",
        subject=closure,
        by=by,
        at=now,
        unit=closure.unit,
        starts_on=closure.from_on,
        ends_on=closure.until_on,
    )


# --- Years ----------------------------------------------------------------------------


@transaction.atomic
def load_year(
    year: HolidayYear,
    *,
    seen: int,
    by: Actor | None,
    now: datetime,
    built_in: bool = False,
) -> HolidayTable:
    """
    Enter the holidays and make-up working days of a year, as the next version of its
    table: what was provisional is no longer, and clocks are computed anew.

    :param seen: the version that stood on the page; 0: the year had none.
    :raises ChangedMeanwhile: another version stands by now.
    :raises OtherYear: a day lies in another year.
    :raises DayTwice: a day stands twice.
    """
    days = _checked(year)
    standing = HolidayTable.objects.standing().filter(
        region=year.region, year=year.year, number=seen
    )
    if seen and not standing.update(replaced_at=now):
        raise ChangedMeanwhile(year.region, year.year)
    try:
        with transaction.atomic():
            table = HolidayTable.objects.create(
                region=year.region,
                year=year.year,
                number=seen + 1,
                days=[[each.day.isoformat(), each.works, dict(each.name)] for each in days],
                source=year.source,
                address=year.address,
                published_on=year.published_on,
                checked_on=year.checked_on,
                built_in=built_in,
                created_by_id=by.pk if by else None,
                created_at=now,
            )
    except IntegrityError as error:
        raise ChangedMeanwhile(year.region, year.year) from error
    _changed(now, region=year.region, year=year.year)
    record(
        "holidays.loaded",
        subject=table,
        by=by,
        at=now,
        region=year.region,
        year=year.year,
        number=table.number,
        source=year.source,
        holidays=sum(not each.works for each in days),
        make_up_days=sum(each.works for each in days),
    )
    return table


def ship_years(*, now: datetime) -> list[HolidayTable]:
    """
    Load the years that ship with the product and are new or better than those shipped
    before; return them. Safe to repeat: a year that people have edited stays.
    """
    loaded = []
    for year in shipped.years():
        stands = HolidayTable.objects.standing().filter(region=year.region, year=year.year)
        found = stands.first()
        if found and (not found.built_in or HolidayYear.of(found) == year):
            continue
        seen = found.number if found else 0
        loaded.append(load_year(year, seen=seen, by=None, now=now, built_in=True))
    return loaded


def _checked(year: HolidayYear) -> list[SpecialDay]:
    days = sorted(year.days, key=lambda each: each.day)
    for each in days:
        if each.day.year != year.year:
            raise OtherYear(each.day)
    for one, next_ in pairwise(days):
        if one.day == next_.day:
            raise DayTwice(one.day)
    return days


# --- What the verbs share -------------------------------------------------------------


def _changed(now: datetime, **what: Any) -> None:
    """
    Count a revision. Its row stays locked until the transaction ends, so that whoever
    reads revision n has missed none below it.
    """
    Revision.objects.bulk_create([Revision(pk=1)], ignore_conflicts=True)
    Revision.objects.filter(pk=1).update(number=F("number") + 1)
    number = Revision.objects.values_list("number", flat=True).get(pk=1)
    Change.objects.create(revision=number, at=now, **what)


def _in_figures(week: WorkingWeek | None) -> list[str]:
    """The same in every language, for the audit trail."""
    days: Iterable[Shifts] = week.week if week and week.own else ()
    return [
        f"{number} {' '.join(map(str, shifts))}"
        for number, shifts in enumerate(days, start=1)
        if shifts
    ]
