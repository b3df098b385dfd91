"""What pages say of a campaign's results. Each read starts with who is asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from gapless.analytics.answers import Layout
from gapless.analytics.cells import Schema, Vector, add_packed
from gapless.analytics.folding import schema_of
from gapless.analytics.periods import ALL_TIME, Period
from gapless.core.evidence.choices import CollectionMode, Source
from gapless.core.evidence.models import CellQuerySet
from gapless.core.evidence.queries import Slice, cells_in
from gapless.core.evidence.rules import Stratum
from gapless.core.instruments.queries import draft_of, layout_of
from gapless.core.instruments.rules import ItemDraft, VersionDraft
from gapless.people.org.models import Unit, UnitQuerySet
from gapless.people.org.rules import Policy, Viewer
from gapless_stats.intervals import Interval, wilson

from .choices import InvitationState, ResponseState
from .models import Campaign, Invitation, Response, ResponseQuerySet
from .queries import visible_units_of
from .results import Result, Results, figure, headline, hidden, may_leave_out, publish
from .results import results as results_of


def threshold() -> int:
    """Numbers that rest on fewer answers are not shown."""
    return int(settings.DISPLAY_THRESHOLD)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers of a campaign somebody wants to look at."""

    unit: Unit | None = None  # with everything below it
    period: Period = ALL_TIME
    with_flagged: bool = True


def units_in(
    viewer: Viewer,
    campaign: Campaign,
    wanted: Wanted,
    policy: Policy = Policy.SEE_CAMPAIGNS,
) -> UnitQuerySet:
    """The campaign's units whose numbers the viewer may see, within the chosen one."""
    units = visible_units_of(viewer, campaign, policy)
    if wanted.unit is None:
        return units
    below: UnitQuerySet = units.within([wanted.unit.path])
    return below


# --- What was said --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """The headline figure of one unit: None where it is withheld or was not answered."""

    unit_id: int
    n: int
    value: float | None
    interval: Interval | None
    withheld: bool


@dataclass(frozen=True)
class CampaignPage:
    """What one person sees of a campaign's results: units and a period, chosen."""

    campaign: Campaign
    wanted: Wanted
    draft: VersionDraft
    layout: Layout
    cells: Mapping[tuple[int, Stratum], Vector]  # by unit and stratum

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.layout)

    @cached_property
    def items(self) -> dict[str, ItemDraft]:
        return {item.code: item for item in self.draft.items}

    @cached_property
    def answers(self) -> int:
        """All that count, flagged ones too."""
        return self._counted(self.cells)

    @cached_property
    def flagged(self) -> int:
        return self._counted(key for key in self.cells if key[1].flagged)

    @cached_property
    def modes(self) -> dict[CollectionMode, int]:
        """How many answers each way of choosing people brought."""
        modes = dict.fromkeys(stratum.mode for _, stratum in self.cells)
        counted = {mode: self._in_mode(mode) for mode in modes}
        return {mode: n for mode, n in counted.items() if n}

    def _in_mode(self, mode: CollectionMode) -> int:
        return self._counted(key for key in self.cells if key[1].mode is mode)

    @cached_property
    def can_leave_out_flagged(self) -> bool:
        left_out = self._sum((k, v) for k, v in self.cells.items() if k[1].flagged)
        found = results_of(self.layout, self.items, left_out)
        return may_leave_out(found, threshold=threshold())

    @property
    def with_flagged(self) -> bool:
        """Flagged answers stay in where leaving them out would give them away."""
        return self.wanted.with_flagged or not self.can_leave_out_flagged

    @cached_property
    def results(self) -> Results:
        """As they may be shown."""
        return self._published(with_flagged=self.with_flagged)

    @cached_property
    def counted(self) -> int:
        """How many answers the results rest on."""
        return self.answers if self.with_flagged else self.answers - self.flagged

    @cached_property
    def headline(self) -> ItemDraft | None:
        return headline(self.draft.items)

    @cached_property
    def by_unit(self) -> dict[int, UnitFigure]:
        """
        The headline figure unit by unit. Where one is withheld, so is the next smallest,
        as the two could be told apart by subtracting from the total.
        """
        sums: dict[int, Vector] = {}
        for (unit_id, stratum), cell in self.cells.items():
            if self.with_flagged or not stratum.flagged:
                sums[unit_id] = sums[unit_id] + cell if unit_id in sums else cell
        counts = {u: int(self.schema.block(c, "answers")) for u, c in sums.items()}
        kept_back = hidden(counts, threshold=threshold())
        return {
            unit_id: self._figure(unit_id, sums[unit_id], n, withheld=unit_id in kept_back)
            for unit_id, n in counts.items()
            if n
        }

    def _figure(self, unit_id: int, cell: Vector, n: int, *, withheld: bool) -> UnitFigure:
        item = self._headline_of(cell)
        if withheld or item is None or item.withheld:
            return UnitFigure(unit_id, n, None, None, withheld=True)
        return UnitFigure(unit_id, item.n, *figure(item), withheld=False)

    def _headline_of(self, cell: Vector) -> Result | None:
        if self.headline is None:
            return None
        found = publish(results_of(self.layout, self.items, cell), threshold=threshold())
        return found.item(self.headline.code)

    def _published(self, *, with_flagged: bool) -> Results:
        kept = ((k, v) for k, v in self.cells.items() if with_flagged or not k[1].flagged)
        found = results_of(self.layout, self.items, self._sum(kept))
        return publish(found, threshold=threshold())

    def _sum(self, cells: Iterable[tuple[tuple[int, Stratum], Vector]]) -> Vector:
        return sum((cell for _, cell in cells), self.schema.zero())

    def _counted(self, keys: Iterable[tuple[int, Stratum]]) -> int:
        return sum(int(self.schema.block(self.cells[key], "answers")) for key in keys)


def campaign_page(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> CampaignPage:
    """The results of a campaign from its cells alone, however many answers there are."""
    layout = layout_of(campaign.version)
    schema = schema_of(layout)
    sums: dict[tuple[int, Stratum], Vector] = {}
    found = _cells(viewer, campaign, wanted).values_list("unit_id", "stratum", "value")
    for unit_id, name, value in found.iterator():
        key = unit_id, Stratum.parse(name)
        add_packed(bytes(value), sums.setdefault(key, schema.zero()))
    return CampaignPage(campaign, wanted, draft_of(campaign.version), layout, sums)


def _cells(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> CellQuerySet:
    part = Slice(units_in(viewer, campaign, wanted), wanted.period.start, wanted.period.end)
    return cells_in(Source.SURVEY, campaign.version_id, part).within(campaign.stratum)


def months_in(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> list[date]:
    """The months in which somebody answered, oldest first."""
    everything = Wanted(unit=wanted.unit)
    cells = _cells(viewer, campaign, everything)
    return list(cells.order_by("month").values_list("month", flat=True).distinct())


def may_see_answers(viewer: Viewer, campaign: Campaign) -> bool:
    """Whether the viewer may read single answers of some unit of the campaign."""
    if not viewer.holds(Policy.SEE_ANSWERS):
        return False
    return visible_units_of(viewer, campaign, Policy.SEE_ANSWERS).exists()


def texts_in(
    viewer: Viewer, campaign: Campaign, wanted: Wanted, codes: Iterable[str]
) -> dict[str, int]:
    """How many of those who count wrote something, by the item they wrote it under."""
    codes = list(codes)
    if not codes:
        return {}
    counting = responses_in(viewer, campaign, wanted).counting()
    rows = in_period(counting, wanted)
    counts = {
        f"n{place}": Count("pk", filter=wrote(code)) for place, code in enumerate(codes)
    }
    found = rows.order_by().aggregate(**counts)
    return {code: found[f"n{place}"] for place, code in enumerate(codes)}


def wrote(code: str) -> Q:
    """Responses whose answer holds words under an item."""
    return Q(answer__texts__has_key=code)


def in_period(rows: ResponseQuerySet, wanted: Wanted) -> ResponseQuerySet:
    """Responses whose answer lies in the wanted months, with or without flagged ones."""
    if not wanted.with_flagged:
        rows = rows.filter(answer__flags=0)
    if wanted.period.start is None:
        return rows
    return rows.filter(
        answer__month__gte=wanted.period.start, answer__month__lt=wanted.period.end
    )


# --- How it goes ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Funnel:
    """From being invited to being counted. Every number is of people, or of devices."""

    listed: int  # on the lists, asked or not
    suppressed: int
    waiting: int
    failed: int
    sent: int
    opened: int
    started: int
    complete: int
    partial: int
    broken_off: int
    over_quota: int
    withdrawn: int
    erased: int
    excluded: int  # of the complete and partial ones
    answered_on_invitation: int

    @property
    def asked(self) -> int:
        return self.sent + self.failed

    @property
    def counting(self) -> int:
        return self.complete + self.partial - self.excluded

    @property
    def being_answered(self) -> int:
        done = self.complete + self.partial + self.broken_off + self.over_quota
        return max(self.started - done - self.withdrawn - self.erased, 0)

    @property
    def response_rate(self) -> tuple[float, Interval] | None:
        """
        Complete answers of those invited, reached or not (AAPOR's RR1); None where nobody
        was: how many pass by a QR code, no list says.
        """
        if not self.asked:
            return None
        complete = min(self.answered_on_invitation, self.asked)
        return complete / self.asked, wilson(complete, self.asked)


def _in_state(state: ResponseState, **more: object) -> Count:
    return Count("pk", filter=Q(state=state, **more))


_COUNTING = Q(state__in=(ResponseState.COMPLETE, ResponseState.PARTIAL))
_STANDING = {
    "opened": Count("pk"),
    "started": Count("pk", filter=Q(started_at__isnull=False)),
    "complete": _in_state(ResponseState.COMPLETE),
    "partial": _in_state(ResponseState.PARTIAL),
    "broken_off": _in_state(ResponseState.BROKEN_OFF),
    "over_quota": _in_state(ResponseState.OVER_QUOTA),
    "withdrawn": _in_state(ResponseState.WITHDRAWN),
    "erased": _in_state(ResponseState.ERASED),
    "excluded": Count("pk", filter=_COUNTING & Q(excluded_at__isnull=False)),
    "answered_on_invitation": _in_state(ResponseState.COMPLETE, invitation__isnull=False),
}
_INVITED = {
    "listed": Count("pk"),
    "suppressed": Count("pk", filter=Q(state=InvitationState.SUPPRESSED)),
    "waiting": Count("pk", filter=Q(state=InvitationState.WAITING)),
    "failed": Count("pk", filter=Q(state=InvitationState.FAILED)),
    "sent": Count("pk", filter=Q(state=InvitationState.SENT)),
}


def funnel(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> Funnel:
    """How far people came, of the chosen units and since the campaign began."""
    units = units_in(viewer, campaign, wanted).order_by()
    invited = Invitation.objects.filter(campaign=campaign, unit__in=units)
    answered = responses_in(viewer, campaign, wanted)
    return Funnel(
        **invited.aggregate(**_INVITED), **answered.order_by().aggregate(**_STANDING)
    )


def responses_in(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> ResponseQuerySet:
    units = units_in(viewer, campaign, wanted).order_by()
    rows: ResponseQuerySet = Response.objects.filter(campaign=campaign, unit__in=units)
    return rows


@dataclass(frozen=True, slots=True)
class Standing:
    """How many opened, started and finished, in one part of the campaign."""

    opened: int
    started: int
    complete: int
    partial: int
    broken_off: int
    excluded: int


_PART = ("opened", "started", "complete", "partial", "broken_off", "excluded")
_PARTS = {name: _STANDING[name] for name in _PART}


def by_collector(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> dict[int, Standing]:
    return _grouped(responses_in(viewer, campaign, wanted), "collector_id")


def by_unit(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> dict[int, Standing]:
    return _grouped(responses_in(viewer, campaign, wanted), "unit_id")


def _grouped(rows: QuerySet[Response], of: str) -> dict[int, Standing]:
    found = rows.order_by().values(of).annotate(**_PARTS)
    return {each.pop(of): Standing(**each) for each in found}


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    opened: int
    finished: int


def by_day(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> list[Day]:
    """
    How many opened and finished the questionnaire on each day of the reader's own time
    zone; a day without either is absent.
    """
    rows = responses_in(viewer, campaign, wanted).order_by()
    opened = _days(rows, "opened_at")
    finished = _days(rows.filter(_COUNTING), "finished_at")
    days = sorted(opened.keys() | finished.keys())
    return [Day(day, opened.get(day, 0), finished.get(day, 0)) for day in days]


def _days(rows: QuerySet[Response], moment: str) -> dict[date, int]:
    dated = rows.filter(**{f"{moment}__isnull": False}).annotate(day=TruncDate(moment))
    counted = dated.values("day").annotate(n=Count("pk"))
    return dict(counted.values_list("day", "n"))
