"""One question's results as a page shows them: figures, lines of a distribution, notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gapless.analytics.answers import Kind
from gapless.core.instruments.choices import ItemKind, Measure
from gapless.core.instruments.rules import ItemDraft
from gapless.core.text import said
from gapless.evaluation.campaigns.reporting import CampaignPage
from gapless.evaluation.campaigns.results import Result, Share
from gapless.evaluation.campaigns.sheets import EPOCH
from gapless.evaluation.gaps.rules import INDICATIVE_BELOW
from gapless.web.templatetags.numbers import interval, points, share, signed
from gapless_stats.intervals import Interval, Mean

from .pictures import ShareBar

TEXTS = (Kind.TEXT, Kind.ATTRIBUTE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its interval, or why there is none."""

    label: str
    value: str
    interval: str = ""
    n: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer that could be given, and how many gave it."""

    label: str
    share: Share
    bar: ShareBar
    point: str = ""

    @property
    def interval(self) -> str:
        return percent_interval(self.share.interval)


@dataclass(frozen=True, slots=True)
class Card:
    item: ItemDraft
    result: Result
    figures: tuple[Figure, ...] = ()
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return said(self.item.text) or self.item.code

    @property
    def kind(self) -> str:
        return str(ItemKind(self.item.kind).label)

    @property
    def indicative(self) -> bool:
        return 0 < self.result.n < INDICATIVE_BELOW and not self.result.withheld

    @property
    def is_pair(self) -> bool:
        return self.result.pair is not None and not self.result.withheld


def cards_of(page: CampaignPage) -> list[Card]:
    """In form order; what is written in words has a page of its own."""
    return [card_of(page.items[found.code], found) for found in page.results.items]


def card_of(item: ItemDraft, found: Result) -> Card:
    if found.withheld or not found.n:
        return Card(item, found)
    return Card(
        item,
        found,
        tuple(_figures(item, found)),
        tuple(_lines(item, found)),
        tuple(_notes(item, found)),
    )


# --- Figures --------------------------------------------------------------------------


def _figures(item: ItemDraft, found: Result) -> Iterator[Figure]:
    if found.nps:
        net, limits = found.nps, found.nps.interval
        written = interval(100 * limits.low, 100 * limits.high, 1)
        yield Figure(_("NPS"), signed(100 * net.score, 1), written, net.n)
    if found.top:
        label = _("Finding it easy") if item.measure == Measure.EFFORT else _("Satisfied")
        yield _share_figure(label, found.top.share, found.n)
    if found.pair:
        gap = found.pair.gap
        yield mean_figure(_("Expected"), found.pair.expectation)
        yield mean_figure(_("Perceived"), found.pair.perception)
        yield mean_figure(_("Gap"), Mean(gap.n, gap.gap, gap.sd, gap.interval))
    elif found.zone:
        yield mean_figure(_("Perceived"), found.mean or _NOBODY)
        yield mean_figure(_("Above the least accepted (MSA)"), found.zone.adequacy)
        yield mean_figure(_("Against the desired (MSS)"), found.zone.superiority)
    elif found.mean and found.kind is Kind.DATE:
        yield _date_figure(found.mean)
    elif found.mean:
        yield mean_figure(_mean_label(found), found.mean)
        if found.kind in (Kind.NUMBER, Kind.WEIGHT):
            yield Figure(_("Standard deviation"), points(found.mean.sd))


_NOBODY = Mean(0, None, None, None)


def _mean_label(found: Result) -> str:
    return _("Mean points of 100") if found.kind is Kind.WEIGHT else _("Mean")


def mean_figure(label: str, mean: Mean) -> Figure:
    if mean.mean is None:
        return Figure(label, points(None), why=_("too few answers"))
    limits = mean.interval
    written = interval(limits.low, limits.high) if limits else ""
    why = "" if limits else _("all answers alike, so no interval")
    return Figure(label, points(mean.mean), written, mean.n, why)


def _date_figure(mean: Mean) -> Figure:
    limits = mean.interval
    written = f"[{_day(limits.low)}, {_day(limits.high)}]" if limits else ""
    why = "" if limits else _("all answers alike, so no interval")
    return Figure(_("Mean date"), _day(mean.mean or 0), written, mean.n, why)


def _day(days: float) -> str:
    return date_format(EPOCH + timedelta(days=round(days)), "Y-m-d")


def _share_figure(label: str, found: Share, n: int) -> Figure:
    return Figure(label, share(found.share), percent_interval(found.interval), n)


def percent_interval(limits: Interval) -> str:
    return f"[{share(limits.low)}, {share(limits.high)}]"


# --- The distribution -----------------------------------------------------------------


def _lines(item: ItemDraft, found: Result) -> Iterator[Line]:
    if found.zone:
        zone = found.zone
        yield _line(_("Below the least accepted"), zone.below)
        yield _line(_("Within the zone of tolerance"), zone.inside)
        yield _line(_("At the desired or above"), zone.above)
        return
    for each in found.shares:
        yield _line(label_of(item, found, each.of), each, point=point_of(item, found, each))


def _line(label: str, found: Share, *, point: str = "") -> Line:
    return Line(label, found, ShareBar(found.share, found.interval), point)


def label_of(item: ItemDraft, found: Result, of: int) -> str:
    """What an answer says: the words of an option, or those at the ends of a scale."""
    if item.options:
        place = of - (found.low if found.kind is Kind.SINGLE else 0)
        return said(item.options[place].text) or item.options[place].code
    # Reverse-keyed items are counted turned, so their words stand at the other end.
    ends = (item.low_label, item.high_label)
    low, high = reversed(ends) if item.reverse else ends
    return said({found.low: low, found.high: high}.get(of) or {})


def point_of(item: ItemDraft, found: Result, each: Share) -> str:
    return "" if item.options else points(each.of, 0)


# --- What must be said beside ---------------------------------------------------------


def _notes(item: ItemDraft, found: Result) -> Iterator[str]:
    if found.top:
        yield _top_note(item, found)
    if found.nps:
        yield _(
            "Promoters (9 and 10) minus detractors (0 to 6), of all who answered. The"
            " interval is the adjusted Wald interval; its middle lies nearer to zero."
        )
    if found.kind is Kind.MULTIPLE:
        yield _("Shares of people: whoever chose several counts in each.")
    if found.zone and found.zone.inconsistent:
        yield _("%(count)d desired less than the least they accept and are left out.") % {
            "count": found.zone.inconsistent
        }
    if item.reverse:
        yield _("Reverse-keyed: shown turned, so that a high point is always good.")
    if found.not_applicable:
        yield _("%(share)s said that it does not apply to them.") % {
            "share": share(found.not_applicable_share)
        }
    if found.not_experienced:
        yield _("Customers do not meet this often enough to judge it; review the question.")


def _top_note(item: ItemDraft, found: Result) -> str:
    at_least = found.top.at_least if found.top else 0
    scale = {"from": at_least, "low": found.low, "high": found.high}
    if item.measure == Measure.EFFORT:
        return (
            _("Finding it easy: %(from)d to %(high)d on a scale of %(low)d to %(high)d.")
            % scale
        )
    return _("Satisfied: %(from)d to %(high)d on a scale of %(low)d to %(high)d.") % scale
