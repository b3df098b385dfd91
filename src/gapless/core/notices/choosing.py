"""What a person chooses: how notices come by mail, when, and a calendar address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.contrib.auth import get_user_model
from django.db import transaction

from gapless.core.audit.actions import record

from .actions import wishes_of
from .catalogue import GROUPS, KINDS
from .choices import Mail
from .models import Choice, Feed, Hours, Notice
from .rules import DIGEST_HOUR, goes_out_at


@dataclass(frozen=True, slots=True)
class Chosen:
    """How the notices of one group come by mail."""

    mail: Mail = Mail.DIGEST
    through_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """When mail may come, by the person's own clock; quiet both or neither."""

    digest_hour: int = DIGEST_HOUR
    quiet_from: time | None = None
    quiet_until: time | None = None


class HalfQuiet(Exception):
    """Quiet hours have a beginning and an end, and these differ."""


@transaction.atomic
def choose(
    person_id: int, choices: Mapping[str, Chosen], times: Times, *, now: datetime
) -> None:
    """
    Keep what a person chose; what waits to go out goes by it from now on.

    :raises HalfQuiet: when only one end of the quiet hours is said, or both are alike.
    """
    if (times.quiet_from is None) != (times.quiet_until is None):
        raise HalfQuiet
    if times.quiet_from is not None and times.quiet_from == times.quiet_until:
        raise HalfQuiet
    hours, _ = Hours.objects.update_or_create(
        person_id=person_id,
        defaults={
            "digest_hour": times.digest_hour,
            "quiet_from": times.quiet_from,
            "quiet_until": times.quiet_until,
        },
    )
    zone = get_user_model().objects.values_list("time_zone", flat=True).get(pk=person_id)
    for group in GROUPS:
        chosen = choices.get(group, Chosen())
        choice, _ = Choice.objects.update_or_create(
            person_id=person_id,
            group=group,
            defaults={"mail": chosen.mail, "through_quiet": chosen.through_quiet},
        )
        _plan_anew(choice, hours, zone, now=now)


def _plan_anew(choice: Choice, hours: Hours, zone: str, *, now: datetime) -> None:
    wishes = wishes_of(choice, hours, zone)
    kinds = [name for name, kind in KINDS.items() if kind.group == choice.group]
    waiting = Notice.objects.going_out().filter(person=choice.person_id, kind__in=kinds)
    for urgent in (False, True):
        due = goes_out_at(wishes, now, urgent=urgent)
        waiting.filter(urgent=urgent).update(due_at=due)


def chosen_by(person_id: int) -> tuple[dict[str, Chosen], Times]:
    """What a person chose about every group, and the hours."""
    own = {each.group: each for each in Choice.objects.filter(person=person_id)}
    choices = {
        group: Chosen(Mail(own[group].mail), own[group].through_quiet)
        if group in own
        else Chosen()
        for group in GROUPS
    }
    hours = Hours.objects.filter(person=person_id).first()
    if hours is None:
        return choices, Times()
    return choices, Times(hours.digest_hour, hours.quiet_from, hours.quiet_until)


# --- The calendar address -------------------------------------------------------------


def feed_of(person_id: int) -> Feed | None:
    """The address that works now, if the person wants one."""
    return Feed.objects.filter(person=person_id, revoked_at=None).first()


def open_feed(pk: int) -> Feed | None:
    """The feed of this number, while it works and its person may sign in."""
    working = Feed.objects.filter(revoked_at=None, person__is_active=True)
    return working.select_related("person").filter(pk=pk).first()


@transaction.atomic
def renew_feed(person_id: int, *, now: datetime) -> Feed:
    """A new address; whoever knows the old one learns nothing more."""
    person = get_user_model().objects.select_for_update().get(pk=person_id)
    Feed.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
    feed = Feed.objects.create(person=person, created_at=now)
    record("feed.renewed", subject=feed, by=person, at=now)
    return feed


@transaction.atomic
def revoke_feed(person_id: int, *, now: datetime) -> None:
    """No address any more. Where there was none, nothing happens."""
    feed = feed_of(person_id)
    if feed is None:
        return
    if Feed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=now):
        record("feed.revoked", subject=feed, by=feed.person, at=now)
