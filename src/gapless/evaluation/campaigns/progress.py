"""How far a campaign has come, as far as the viewer's units go: counts, never answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from gapless.people.org.models import Unit, under
from gapless.people.org.rules import Policy, Viewer

from .choices import ResponseState
from .models import Campaign, Collector, Response, ResponseQuerySet
from .queries import collectors_of
from .rules import COUNTING


@dataclass(slots=True)
class Tally:
    """Responses by how they stand. What was excluded is counted apart, whatever it was."""

    by_state: dict[ResponseState, int] = field(default_factory=dict)
    excluded: int = 0

    def add(self, state: ResponseState, n: int, *, excluded: bool) -> None:
        if excluded:
            self.excluded += n
        else:
            self.by_state[state] = self.by_state.get(state, 0) + n

    def _in(self, *states: ResponseState) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def open(self) -> int:
        return self._in(ResponseState.OPEN)

    @property
    def complete(self) -> int:
        return self._in(ResponseState.COMPLETE)

    @property
    def partial(self) -> int:
        return self._in(ResponseState.PARTIAL)

    @property
    def broken_off(self) -> int:
        return self._in(ResponseState.BROKEN_OFF)

    @property
    def over_quota(self) -> int:
        return self._in(ResponseState.OVER_QUOTA)

    @property
    def taken_back(self) -> int:
        """By the customer, or erased at somebody's wish."""
        return self._in(ResponseState.WITHDRAWN, ResponseState.ERASED)

    @property
    def counting(self) -> int:
        """Those whose answers stand in the numbers."""
        return self._in(*COUNTING)

    @property
    def lost(self) -> int:
        """Begun, and for whatever reason not in the numbers."""
        return self.broken_off + self.over_quota + self.taken_back + self.excluded

    @property
    def total(self) -> int:
        return sum(self.by_state.values()) + self.excluded


@dataclass(frozen=True, slots=True)
class Progress:
    whole: Tally
    by_collector: tuple[tuple[Collector, Tally], ...]
    by_unit: tuple[tuple[Unit, Tally], ...]  # those with any response, most first


def progress_of(viewer: Viewer, campaign: Campaign) -> Progress:
    """Every response about the viewer's units, once by the way in and once by the unit."""
    whole = Tally()
    collectors: defaultdict[int, Tally] = defaultdict(Tally)
    units: defaultdict[int, Tally] = defaultdict(Tally)
    for collector, unit, state, excluded, n in _counted(viewer, campaign):
        for tally in (whole, collectors[collector], units[unit]):
            tally.add(ResponseState(state), n, excluded=excluded)
    named = Unit.objects.filter(pk__in=units).order_by("path")
    most_first = sorted(named, key=lambda unit: -units[unit.pk].counting)
    return Progress(
        whole,
        tuple((each, collectors[each.pk]) for each in collectors_of(campaign)),
        tuple((unit, units[unit.pk]) for unit in most_first),
    )


def answers_of(viewer: Viewer, campaigns: Iterable[Campaign]) -> dict[int, int]:
    """How many answers about the viewer's units stand in each campaign's numbers."""
    counted = _within(viewer).counting().filter(campaign__in=[c.pk for c in campaigns])
    return dict(counted.values_list("campaign").annotate(n=Count("pk")))


def _within(viewer: Viewer) -> ResponseQuerySet:
    return Response.objects.filter(under("unit__path", viewer.paths(Policy.SEE_CAMPAIGNS)))


def _counted(
    viewer: Viewer, campaign: Campaign
) -> Iterable[tuple[int, int, str, bool, int]]:
    return (
        _within(viewer)
        .filter(campaign=campaign)
        .annotate(left_out=Q(excluded_at__isnull=False))
        .values_list("collector", "unit", "state", "left_out")
        .annotate(n=Count("pk"))
    )
