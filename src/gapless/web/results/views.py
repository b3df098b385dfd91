"""How a campaign goes and what it found: the page of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from gapless.evaluation.campaigns import reporting
from gapless.evaluation.campaigns.queries import collectors_of
from gapless.evaluation.campaigns.results import written_in
from gapless.people.org.rules import Policy, Viewer
from gapless.web.http import Request, policy
from gapless.web.templatetags.numbers import points, share, signed

from .cards import cards_of, percent_interval
from .filters import Choice, choice_of
from .pictures import Days

if TYPE_CHECKING:
    from gapless.core.instruments.rules import ItemDraft
    from gapless.evaluation.campaigns.models import Campaign, Collector
    from gapless.evaluation.campaigns.reporting import CampaignPage, Standing, UnitFigure
    from gapless.people.org.models import Unit
    from gapless_stats.intervals import Interval

UNITS_PER_PAGE = 25
SORTS = ("name", "complete", "opened", "figure")


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def overview(request: Request, pk: int) -> HttpResponse:
    choice = choice_of(request, pk)
    if request.htmx:
        return render(request, "results/overview.html#standing", _standing(request, choice))
    page = reporting.campaign_page(request.viewer, choice.campaign, choice.wanted)
    shown = _standing(request, choice) | {
        "page": page,
        "threshold": reporting.threshold(),
        "cards": cards_of(page),
        "texts": _texts(request, choice, page),
        "units": _units(request, choice, page),
        "sort": _sort(request),
        "headline": page.headline,
        **may(request.viewer, choice.campaign),
    }
    return render(request, "results/overview.html", shown)


def may(viewer: Viewer, campaign: Campaign) -> dict[str, object]:
    """What the tabs and buttons of these pages ask about."""
    answers = reporting.may_see_answers(viewer, campaign)
    return {
        "campaign": campaign,
        "may_see_answers": answers,
        "may_see_gaps": viewer.holds(Policy.SEE_NUMBERS),
        "simulated": campaign.simulated,
    }


def _standing(request: Request, choice: Choice) -> dict[str, object]:
    """What changes while people answer: the way they came, and how far."""
    viewer, campaign, wanted = request.viewer, choice.campaign, choice.wanted
    by_collector = reporting.by_collector(viewer, campaign, wanted)
    return {
        "choice": choice,
        "campaign": campaign,
        "funnel": reporting.funnel(viewer, campaign, wanted),
        "days": Days(reporting.by_day(viewer, campaign, wanted)),
        "collectors": _collectors(campaign, by_collector),
        "live": campaign.takes_answers(now()),
        "at": now(),
    }


def _collectors(
    campaign: Campaign, standing: dict[int, Standing]
) -> list[tuple[Collector, Standing | None]]:
    return [(each, standing.get(each.pk)) for each in collectors_of(campaign)]


def _texts(
    request: Request, choice: Choice, page: CampaignPage
) -> list[tuple[ItemDraft, int]]:
    """The questions answered in words, and how many wrote something."""
    counts = reporting.texts_in(
        request.viewer, choice.campaign, choice.wanted, written_in(page.draft)
    )
    return [(page.items[code], n) for code, n in counts.items()]


@dataclass(frozen=True, slots=True)
class UnitRow:
    unit: Unit
    standing: Standing
    figure: UnitFigure | None
    value: str
    interval: str


def _units(request: Request, choice: Choice, page: CampaignPage) -> Page[UnitRow]:
    standing = reporting.by_unit(request.viewer, choice.campaign, choice.wanted)
    found = reporting.units_in(request.viewer, choice.campaign, choice.wanted)
    rows = [
        _unit_row(page, unit, standing[unit.pk])
        for unit in found.filter(pk__in=standing).order_by("path")
    ]
    sort = _sort(request)
    keys = {
        "name": lambda row: row.unit.name,
        "complete": lambda row: row.standing.complete + row.standing.partial,
        "opened": lambda row: row.standing.opened,
        "figure": _figure_of,
    }
    key = keys.get(sort.removeprefix("-"))
    if key:
        rows.sort(key=key, reverse=sort.startswith("-"))
    return Paginator(rows, UNITS_PER_PAGE).get_page(request.GET.get("page"))


def _sort(request: Request) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort.removeprefix("-") in SORTS else ""


def _figure_of(row: UnitRow) -> float:
    """Units without a figure come first going up: nobody looks there for the best."""
    value = row.figure.value if row.figure else None
    return float("-inf") if value is None else value


def _unit_row(page: CampaignPage, unit: Unit, standing: Standing) -> UnitRow:
    figure = page.by_unit.get(unit.pk)
    value, written = figure_in_words(page, figure)
    return UnitRow(unit, standing, figure, value, written)


def figure_in_words(page: CampaignPage, figure: UnitFigure | None) -> tuple[str, str]:
    """The headline figure as its question writes it: a net score, a share or a mean."""
    if figure is None or figure.value is None or page.headline is None:
        return "", ""
    if page.headline.kind == "nps":
        return signed(100 * figure.value, 1), _scaled(figure.interval, 100, 1)
    if page.headline.measure:
        limits = figure.interval
        return share(figure.value), percent_interval(limits) if limits else ""
    return points(figure.value), _scaled(figure.interval, 1, 2)


def _scaled(limits: Interval | None, by: float, decimals: int) -> str:
    if limits is None:
        return ""
    low, high = (points(by * each, decimals) for each in (limits.low, limits.high))
    return f"[{low}, {high}]"
