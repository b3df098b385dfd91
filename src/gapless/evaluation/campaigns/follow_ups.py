"""Verbs of follow-ups: somebody takes a bad answer in hand, and says what came of it."""

from datetime import datetime

from django.db import transaction

from gapless.core.audit.actions import record
from gapless.people.org.models import Person
from gapless.people.work.sources import NoLongerThere

from .choices import FollowUpState
from .models import FollowUp
from .telling import tell_handed_over


class AlreadyDone(NoLongerThere):
    """The follow-up is closed; what was done about it stands."""


class TakenMeanwhile(NoLongerThere):
    """Somebody else took it in hand after this one looked."""


class NothingSaid(Exception):
    """A follow-up is closed by saying what was done."""


@transaction.atomic
def take_follow_up(follow_up: FollowUp, *, by: Person, now: datetime) -> None:
    """
    Take it in hand, also from a colleague: the trail says from whom.

    :raises AlreadyDone: when it is closed.
    :raises TakenMeanwhile: when it is not with whom it was, for all that this one knew.
    """
    before = follow_up.owner_id
    _give(follow_up, before=before, to=by)
    record(
        "follow_up.taken",
        subject=follow_up,
        by=by,
        at=now,
        unit=follow_up.unit,
        before=before,
        after=by.pk,
    )


@transaction.atomic
def hand_over_follow_up(
    number: int, *, before: int | None, to: Person, by: Person, now: datetime
) -> None:
    """
    Give it to a colleague, as long as it is with whom it was.

    :raises AlreadyDone: when it is closed.
    :raises TakenMeanwhile: when somebody else has it by now.
    """
    follow_up = FollowUp.objects.select_related("unit").get(pk=number)
    _give(follow_up, before=before, to=to)
    record(
        "follow_up.handed_over",
        subject=follow_up,
        by=by,
        at=now,
        unit=follow_up.unit,
        before=before,
        after=to.pk,
    )
    if to.pk != by.pk:  # taken back, there is nothing to tell
        tell_handed_over(follow_up, by=by, now=now)


def _give(follow_up: FollowUp, *, before: int | None, to: Person) -> None:
    this = FollowUp.objects.filter(pk=follow_up.pk, owner=before)
    won = this.exclude(state=FollowUpState.DONE).update(state=FollowUpState.TAKEN, owner=to)
    follow_up.refresh_from_db()
    if not won:
        done = follow_up.state == FollowUpState.DONE
        raise (AlreadyDone if done else TakenMeanwhile)(follow_up)


@transaction.atomic
def finish_follow_up(
    follow_up: FollowUp, *, outcome: str, resolved: bool, by: Person, now: datetime
) -> None:
    """
    Close it with what was done and whether that helped the customer.

    :raises AlreadyDone: when it is closed.
    :raises NothingSaid: without an outcome.
    """
    if not outcome.strip():
        raise NothingSaid(follow_up)
    won = FollowUp.objects.filter(pk=follow_up.pk).exclude(state=FollowUpState.DONE)
    done = won.update(
        state=FollowUpState.DONE,
        owner=by,
        outcome=outcome.strip(),
        resolved=resolved,
        closed_at=now,
    )
    if not done:
        raise AlreadyDone(follow_up)
    follow_up.refresh_from_db()
    record(
        "follow_up.finished",
        subject=follow_up,
        by=by,
        at=now,
        unit=follow_up.unit,
        resolved=resolved,
    )
