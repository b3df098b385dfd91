"""
Reads of clocks: all that a clock is a function of, and what pages list. Whose clocks they
are, core cannot know: pages hand in the paths within the viewer's reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, Value, When

from gapless.core.calendar.choices import Region
from gapless.core.calendar.queries import Resolved, calendars_of, standard_calendar

from . import rules
from .course import course
from .models import (
    Clock,
    ClockPolicy,
    ClockQuerySet,
    Extension,
    Happening,
    PolicyVersion,
    Replay,
    ReplayChange,
)
from .policies import Policy
from .terms import policy_of

LAST_TENTH = 0.9
"""features.md 3.5: whoever stops a clock just before its end may be stopping the count."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that a clock is a function of, except the present moment."""

    policy: Policy
    calendar: Resolved
    happenings: tuple[rules.Happening, ...]
    extensions: tuple[rules.Extension, ...]

    def read(self, now: datetime) -> rules.Reading:
        """
        What the clock says. What has been written down has happened, also if the server's
        clock was set back since.
        """
        moments = [each.at for each in self.happenings]
        moments += [each.at for each in self.extensions]
        return self.as_of(max([now, *moments]))

    def as_of(self, moment: datetime) -> rules.Reading:
        """What the clock said, or says, at a moment: what came later is left out."""
        return rules.read(
            self.policy, self.calendar.calendar, self.happenings, moment, self.extensions
        )

    def in_the_last_tenth(
        self, pauses: Iterable[rules.Stretch]
    ) -> tuple[rules.Stretch, ...]:
        """Those pauses that began when hardly any time was left: a signal, not a fault."""
        return tuple(
            each for each in pauses if LAST_TENTH <= self.as_of(each.starts_at).used < 1
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """A clock as its own page shows it."""

    reading: rules.Reading
    pauses: tuple[rules.Stretch, ...]
    late_pauses: tuple[rules.Stretch, ...]
    held: Mapping[str, timedelta]


def whole(clock: Clock, *, now: datetime) -> Whole:
    """All that is to be said of one clock."""
    told = told_of([clock])[clock.pk]
    reading = told.read(now)
    until = reading.stopped_at or now
    pauses = course(told.policy, told.happenings, now).pauses
    return Whole(
        reading,
        pauses,
        told.in_the_last_tenth(pauses),
        rules.held(told.happenings, until) if reading.started_at else {},
    )


def policy_in(version: PolicyVersion) -> Policy:
    """What a version says, as the rules take it."""
    return policy_of(version.policy.code, version.policy.kind, version.terms)


def told_of(
    clocks: Sequence[Clock], *, under: PolicyVersion | None = None
) -> dict[int, Told]:
    """
    What these clocks are read from, in a handful of queries however many they are.

    :param under: as if all of them had been started under this version.
    """
    versions = _versions({clock.version_id for clock in clocks}, under)
    happened = _happenings({clock.matter_id for clock in clocks})
    extended = _extensions([clock.pk for clock in clocks])
    resolved = calendars_of({clock.matter.unit_id for clock in clocks})
    regional: dict[str, Resolved] = {}
    found = {}
    for clock in clocks:
        version, policy = versions[under.pk if under else clock.version_id]
        region = version.region
        if region and region not in regional:
            regional[region] = standard_calendar(Region(region))
        found[clock.pk] = Told(
            policy,
            regional[region] if region else resolved[clock.matter.unit_id],
            happened.get(clock.matter_id, ()),
            extended.get(clock.pk, ()),
        )
    return found


def _versions(
    numbers: Collection[int], under: PolicyVersion | None
) -> dict[int, tuple[PolicyVersion, Policy]]:
    rows = (
        [under]
        if under
        else list(PolicyVersion.objects.filter(pk__in=numbers).select_related("policy"))
    )
    return {version.pk: (version, policy_in(version)) for version in rows}


def _happenings(matters: Collection[int]) -> dict[int, tuple[rules.Happening, ...]]:
    found: dict[int, list[rules.Happening]] = defaultdict(list)
    rows = Happening.objects.filter(matter__in=matters).order_by("at", "pk")
    for row in rows.values_list("matter", "at", "kind", "reason", "holder", "human"):
        found[row[0]].append(rules.Happening(*row[1:]))
    return {matter: tuple(each) for matter, each in found.items()}


def _extensions(clocks: Collection[int]) -> dict[int, tuple[rules.Extension, ...]]:
    found: dict[int, list[rules.Extension]] = defaultdict(list)
    rows = Extension.objects.filter(clock__in=clocks, approved=True)
    for row in rows.order_by("decided_at", "pk"):
        found[row.clock_id].append(as_rule(row))
    return {clock: tuple(each) for clock, each in found.items()}


def as_rule(extension: Extension) -> rules.Extension:
    """
    An approved extension, as the rules take it.

    :raises ValueError: nobody has approved it.
    """
    if not extension.approved or extension.decided_at is None:
        raise ValueError(f"extension {extension.pk} is not approved")
    return rules.Extension(
        at=extension.decided_at,
        approved_by=str(extension.decided_by_id),
        reason=extension.reason,
        until=extension.until,
    )


def in_force(policy: ClockPolicy) -> PolicyVersion | None:
    """The version under which clocks are started now."""
    return policy.versions.published().order_by("-number").first()


# --- What pages list ------------------------------------------------------------------


def clocks_within(paths: Iterable[str], *, person_id: int) -> ClockQuerySet:
    """
    The clocks of units in these subtrees, with what a list says of them; without those
    that are hidden from the person who asks.
    """
    shown = Clock.objects.within(paths).shown_to(person_id)
    return shown.select_related("policy", "version", "matter__unit", "matter__owner")


def policies() -> QuerySet[ClockPolicy]:
    """All time limits; they belong to the whole organisation."""
    versions = PolicyVersion.objects.order_by("-number")
    return ClockPolicy.objects.prefetch_related(Prefetch("versions", versions))


def counted(
    paths: Iterable[str], *, person_id: int, now: datetime
) -> Mapping[int, tuple[int, int]]:
    """By time limit: how many clocks run within the subtrees, and how many are overdue."""
    shown = Clock.objects.within(paths).shown_to(person_id)
    open_ = shown.open().exclude(started_at=None).order_by()
    running = _by_policy(open_)
    late = _by_policy(open_.overdue(now))
    return {policy: (many, late.get(policy, 0)) for policy, many in running.items()}


def _by_policy(clocks: ClockQuerySet) -> dict[int, int]:
    return dict(clocks.values("policy").annotate(n=Count("pk")).values_list("policy", "n"))


def happenings_of(clock: Clock) -> QuerySet[Happening]:
    return clock.matter.happenings.select_related("noted_by").order_by("at", "pk")


def clocks_beside(clock: Clock) -> QuerySet[Clock]:
    """The other clocks on the same matter."""
    others = clock.matter.clocks.exclude(pk=clock.pk).select_related("policy")
    return others.order_by("due_at", "pk")


def extensions_within(paths: Iterable[str], *, person_id: int) -> QuerySet[Extension]:
    clocks = Clock.objects.within(paths).shown_to(person_id)
    return Extension.objects.filter(clock__in=clocks).select_related(
        "clock__policy", "clock__matter__unit", "asked_by", "decided_by"
    )


def replays_within(paths: Iterable[str]) -> QuerySet[Replay]:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(unit__path__startswith=path)
    return Replay.objects.filter(found).select_related(
        "policy", "version", "unit", "asked_by", "job"
    )


def changes_in(replay: Replay, *, person_id: int) -> QuerySet[ReplayChange]:
    """
    The clocks whose limit a replay moves; those first that it judges otherwise. What is
    hidden from the person who asks is counted in the sums, and not listed.
    """
    same = Case(When(before=F("after"), then=Value(1)), default=Value(0))
    changes = replay.changes.exclude(clock__matter__hidden_from=person_id)
    changes = changes.select_related("clock__matter__unit")
    return changes.order_by(same, "before", "after", "clock")
