"""Telling people, and what they have read."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db import transaction

from .catalogue import KINDS
from .models import Channel, Choice, Hours, Notice, Wording
from .rules import DIGEST_HOUR, Quiet, Wishes, goes_out_at
from .wording import Fact

BATCH = 1_000


class Place(Protocol):
    path: str


class Uncatalogued(Exception):
    """The kind is not in catalogue.toml; what is told must be worded there first."""


class FactsMissing(Exception):
    """A notice is told with all the facts that its kind's words may ask for."""


@transaction.atomic
def notify(
    person_ids: Iterable[int],
    kind: str,
    *,
    key: str,
    facts: Mapping[str, Fact],
    url: str,
    now: datetime,
    urgent: bool = False,
    unit: Place | None = None,
) -> None:
    """
    Tell people something, in the transaction of what there is to tell: both, or neither.

    It stands in their inboxes at once; when it goes out by mail each of them has chosen.
    Told again under the same key, it is told to nobody twice.

    :param key: of what is told, at most 120 signs: ``follow_up.overdue:17``.
    :param facts: what the words of the kind ask for; a moment as ISO 8601 under a name
        that ends in ``_at``, a text of several languages as its map. No names of
        customers, and nothing that they said.
    :param url: where it leads, as a path: ``/follow-ups/17/``.
    :param urgent: goes out at once also to whoever has mail once a day.
    :param unit: what it is about: the organisation's channels for this place post it.
    :raises Uncatalogued: the catalogue does not know the kind.
    :raises FactsMissing: the kind asks for more facts.
    """
    if kind not in KINDS:
        raise Uncatalogued(kind)
    missing = set(KINDS[kind].facts) - set(facts)
    if missing:
        raise FactsMissing(f"{kind}: {sorted(missing)}")
    told = {
        "kind": kind,
        "key": key,
        "facts": dict(facts),
        "url": url,
        "urgent": urgent,
        "wording": wording_in_force(kind),
        "created_at": now,
    }
    notices = [
        Notice(person_id=pk, due_at=goes_out_at(wishes, now, urgent=urgent), **told)
        for pk, wishes in _wishes(sorted(set(person_ids)), KINDS[kind].group)
    ]
    if unit is not None:
        channels = _channels_of(unit, KINDS[kind].group)
        notices += [Notice(channel=each, due_at=now, **told) for each in channels]
    Notice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)


def wording_in_force(kind: str) -> Wording | None:
    """The organisation's own words of a kind, if it has any now."""
    newest = Wording.objects.filter(kind=kind).order_by("-number").first()
    return newest if newest and (newest.title or newest.body) else None


def _wishes(person_ids: list[int], group: str) -> Iterator[tuple[int, Wishes]]:
    """What each of the people chose, of those who still may sign in."""
    people = get_user_model().objects.filter(is_active=True)
    for start in range(0, len(person_ids), BATCH):
        some = person_ids[start : start + BATCH]
        choices = {
            each.person_id: each
            for each in Choice.objects.filter(person__in=some, group=group)
        }
        hours = {each.person_id: each for each in Hours.objects.filter(person__in=some)}
        rows = people.filter(pk__in=some).order_by("pk").values_list("pk", "time_zone")
        for pk, zone in rows:
            yield pk, wishes_of(choices.get(pk), hours.get(pk), zone)


def wishes_of(choice: Choice | None, hours: Hours | None, zone: str) -> Wishes:
    """Choice and hours as the rules want them; who has none gets a digest a day."""
    quiet = None
    if hours and hours.quiet_from is not None and hours.quiet_until is not None:
        quiet = Quiet(hours.quiet_from, hours.quiet_until)
    return Wishes(
        mail=choice.mail if choice else "digest",
        through_quiet=choice.through_quiet if choice else False,
        quiet=quiet,
        digest_hour=hours.digest_hour if hours else DIGEST_HOUR,
        zone=ZoneInfo(zone),
    )


def _channels_of(unit: Place, group: str) -> list[Channel]:
    """The channels for what happens at this unit. They are few, and read as one list."""
    open_ = Channel.objects.filter(disabled_at=None).select_related("unit")
    return [
        each
        for each in open_
        if group in each.groups and unit.path.startswith(each.unit.path)
    ]


@transaction.atomic
def read_notices(pks: Collection[int], *, person_id: int, now: datetime) -> int:
    """Mark these as read, as far as they are this person's; how many were unread."""
    mine = Notice.objects.filter(person_id=person_id, pk__in=pks)
    return mine.unread().update(read_at=now)


@transaction.atomic
def read_everything(*, person_id: int, kinds: Collection[str], now: datetime) -> int:
    """Mark all of these kinds as read, or simply all; how many were unread."""
    mine = Notice.objects.filter(person_id=person_id)
    if kinds:
        mine = mine.filter(kind__in=kinds)
    return mine.unread().update(read_at=now)
