"""
What the clocks have on people's lists: what runs out for its owner, and requests for more
time. Core cannot know whose they are, so this is said here; so is who decides on them.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.clocks.actions import Subject, hand_over
from gapless.core.clocks.models import Clock, Extension, Matter
from gapless.core.notices.actions import notify
from gapless.people.org.models import Person, under
from gapless.people.org.queries import nearest_holders
from gapless.people.org.rules import HOLDERS, Policy, Viewer, ancestors

from .rules import Entry
from .sources import NoLongerThere, Source

UNIT = "matter__unit__path"
HANDED_OVER = "clock.handed_over"


def work(viewer: Viewer, _now: datetime) -> Iterator[Source]:
    """What this has on anybody's list: their own clocks, and decisions on others'."""
    yield _running(viewer)
    yield _asked_for(viewer)


def _running(viewer: Viewer) -> Source:
    """Of each matter the clock that runs out first; the others are seen beside it."""
    running = Clock.objects.filter(stopped_at=None, due_at__isnull=False)
    sooner = Q(due_at__lt=OuterRef("due_at"))
    sooner |= Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))
    before = running.filter(sooner, matter=OuterRef("matter"))
    own = Q(matter__owner=viewer.person_id)
    return Source(
        area="clock",
        name=gettext_lazy("Time limits"),
        rows=running.filter(~Exists(before))
        .shown_to(viewer.person_id)
        .select_related("policy", "matter__unit", "matter__owner"),
        # Whoever has it sees the matter itself; its clocks are for those who see clocks.
        seen=under(UNIT, viewer.paths(Policy.SEE_CLOCKS)) | (own & ~Q(matter__url="")),
        mine=own,
        tell=partial(_told_clock, viewer),
        words=("matter__title", "matter__unit__name", "matter__owner__name"),
        person="matter__owner",
        unit=UNIT,
        taken_by=Policy.SEE_CLOCKS,
        done=Clock.objects.filter(
            own, stopped_at__isnull=False, due_at__isnull=False
        ).filter(~Exists(Clock.objects.filter(matter=OuterRef("matter"), stopped_at=None))),
        done_at="stopped_at",
    )


def _told_clock(viewer: Viewer, clock: Clock) -> Entry:
    matter = clock.matter
    owner = matter.owner
    at_clock = reverse("clocks:detail", args=[clock.pk])
    mine = owner is not None and owner.pk == viewer.person_id
    return Entry(
        area="clock",
        number=clock.pk,
        title=matter.title,
        where=matter.unit.name,
        why=str(clock.policy),
        url=matter.url if mine and matter.url else at_clock,
        due_at=clock.due_at or clock.created_at,
        opened_at=clock.started_at or clock.created_at,
        action=_("See to it") if mine and matter.url else _("Look at it"),
        unit_path=matter.unit.path,
        person_id=owner.pk if owner else None,
        person=owner.name if owner else "",
        provisional=clock.provisional,
        may_put_off=True,
        # What has a page of its own is handed over there, by its own rules.
        may_hand_over=not matter.url,
    )


def _asked_for(viewer: Viewer) -> Source:
    """Somebody wants more time, and somebody else is to decide before the limit passes."""
    at = f"clock__{UNIT}"
    decides = under(at, viewer.paths(Policy.EDIT_CLOCKS))
    waiting = Extension.objects.filter(
        decided_at=None, clock__due_at__isnull=False, clock__stopped_at=None
    ).exclude(clock__matter__hidden_from=viewer.person_id)
    decided = Extension.objects.filter(decided_by=viewer.person_id)
    return Source(
        area="extension",
        name=gettext_lazy("Requests for more time"),
        rows=waiting.annotate(due_at=F("clock__due_at")).select_related(
            "clock__matter__unit", "clock__policy", "asked_by"
        ),
        seen=under(at, viewer.paths(Policy.SEE_CLOCKS)),
        mine=decides & ~Q(asked_by=viewer.person_id),
        tell=_told_extension,
        words=("clock__matter__title", "clock__matter__unit__name", "asked_by__name"),
        unit=at,
        done=decided.annotate(due_at=F("clock__original_due_at")),
        done_at="decided_at",
    )


def _told_extension(extension: Extension) -> Entry:
    clock = extension.clock
    matter = clock.matter
    until = f"{localtime(extension.until):%m-%d %H:%M}"
    blanks = {"title": matter.title, "until": until, "reason": extension.reason}
    return Entry(
        area="extension",
        number=extension.pk,
        title=_("Decide on more time: %(title)s") % blanks,
        where=matter.unit.name,
        why=_("Until %(until)s: %(reason)s") % blanks,
        url=reverse("clocks:detail", args=[clock.pk]),
        due_at=clock.due_at or extension.asked_at,
        opened_at=extension.asked_at,
        action=_("Decide"),
        unit_path=matter.unit.path,
        waits=extension.asked_by.name,
        provisional=clock.provisional,
        may_put_off=True,
    )


def deciders(clock: Clock, *, but: Person, now: datetime) -> set[int]:
    """
    Who decides on more time: those at the unit, or at the nearest above where there is
    anybody but who asks. Nobody whom the matter is about.
    """
    matter = clock.matter
    left_out = {but.pk, *matter.hidden_from.values_list("pk", flat=True)}
    for path in (matter.unit.path, *reversed(ancestors(matter.unit.path))):
        found = {
            person
            for role in HOLDERS[Policy.EDIT_CLOCKS]
            for person in nearest_holders(path, role, now)
        }
        if found - left_out:
            return found - left_out
    return set()


@transaction.atomic
def hand_over_clock(
    number: int, *, before: int | None, to: Person, by: Person, now: datetime
) -> None:
    """
    Give a matter that runs out to a colleague, as long as it is with whom it was: all its
    clocks go along.

    :raises NoLongerThere: when it is done, or with somebody else by now.
    """
    clock = Clock.objects.select_related("matter__unit", "policy").get(pk=number)
    matter = Matter.objects.select_for_update(of=("self",)).get(pk=clock.matter_id)
    if matter.owner_id != before or clock.stopped_at is not None:
        raise NoLongerThere(clock)
    subject = Subject(matter.subject_type, matter.subject_id)
    hand_over(subject, owner_id=to.pk, by=by, now=now)
    if to.pk != by.pk:  # taken back, there is nothing to tell
        notify(
            [to.pk],
            HANDED_OVER,
            key=f"{HANDED_OVER}:{clock.pk}:{now:%Y%m%d%H%M%S%f}",
            facts={
                "title": matter.title,
                "policy": clock.policy.name,
                "unit": clock.matter.unit.name,
                "due_at": clock.due_at.isoformat() if clock.due_at else "",
                "name": by.name,
            },
            url=reverse("clocks:detail", args=[clock.pk]),
            urgent=True,
            now=now,
        )
