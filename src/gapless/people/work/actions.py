"""Verbs of one's own list: put something off, take it up again, give it to a colleague."""

from datetime import datetime

from django.db import IntegrityError, transaction

from gapless.core.audit.actions import record
from gapless.people.org.models import Person

from .models import HandOver, Snooze
from .rules import Entry, may_wait_until
from .sources import HandingOver


class StaysHere(Exception):
    """Work of this kind cannot be put off, or not be handed over."""


class TooLate(Exception):
    """It would come back only after its date, or it is overdue already."""


class NoReason(Exception):
    """Nothing is put off without saying why."""


class AlreadyPutOff(Exception):
    """It was put off meanwhile, perhaps in another window."""


class NotPutOff(Exception):
    """It is back on the list already."""


class TakenBack(Exception):
    """It was taken back already."""


@transaction.atomic
def put_off(
    entry: Entry, *, until: datetime, reason: str, by: Person, now: datetime
) -> Snooze:
    """
    Take something off one's list for a while. Its date stays where it is.

    :raises StaysHere: when work of this kind cannot wait.
    :raises NoReason: without one.
    :raises TooLate: when it would not be back before it is due.
    :raises AlreadyPutOff: when it is put off already.
    """
    if not entry.may_put_off:
        raise StaysHere(entry)
    if not reason.strip():
        raise NoReason(entry)
    if not may_wait_until(until, due_at=entry.due_at, now=now):
        raise TooLate(entry)
    before = Snooze.objects.filter(
        person=by, area=entry.area, number=entry.number, ended_at=None
    )
    before.filter(until__lte=now).update(ended_at=now)
    try:
        with transaction.atomic():
            snooze = Snooze.objects.create(
                person=by,
                area=entry.area,
                number=entry.number,
                reason=reason.strip(),
                made_at=now,
                until=until,
            )
    except IntegrityError as error:
        raise AlreadyPutOff(entry) from error
    record("work.put_off", subject=snooze, by=by, at=now, work=entry.key, until=until)
    return snooze


@transaction.atomic
def take_up(snooze: Snooze, *, by: Person, now: datetime) -> None:
    """
    Put it back on the list.

    :raises NotPutOff: when it is there already.
    """
    if not Snooze.objects.filter(pk=snooze.pk, ended_at=None).update(ended_at=now):
        raise NotPutOff(snooze)
    record("work.taken_up", subject=snooze, by=by, at=now, work=str(snooze))


@transaction.atomic
def hand_over(
    entry: Entry, verb: HandingOver, *, to: Person, note: str, by: Person, now: datetime
) -> HandOver:
    """
    Give something to a colleague. Its own area decides whether it is still to be given,
    and writes down that it was.

    :raises StaysHere: when work of this kind cannot be handed over.
    """
    if not entry.may_hand_over:
        raise StaysHere(entry)
    verb(entry.number, before=entry.person_id, to=to, by=by, now=now)
    # Whoever gives a thing away twice has it once in the list of what was given.
    given = HandOver.objects.filter(
        by=by, area=entry.area, number=entry.number, taken_back_at=None
    )
    given.update(taken_back_at=now)
    return HandOver.objects.create(
        area=entry.area,
        number=entry.number,
        by=by,
        to=to,
        note=note.strip(),
        handed_at=now,
    )


@transaction.atomic
def take_back(handed: HandOver, verb: HandingOver, *, by: Person, now: datetime) -> None:
    """
    Take back what was handed over, as long as it is still with the colleague.

    :raises TakenBack: when it was taken back before.
    """
    back = HandOver.objects.filter(pk=handed.pk, taken_back_at=None)
    if not back.update(taken_back_at=now):
        raise TakenBack(handed)
    verb(handed.number, before=handed.to_id, to=by, by=by, now=now)
