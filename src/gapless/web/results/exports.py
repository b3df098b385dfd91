"""Files: the results as a table, and the answers without who gave them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapless.core.files.exports import csv_response, xlsx_response
from gapless.core.text import said
from gapless.evaluation.campaigns import reporting, single
from gapless.evaluation.campaigns.taking_out import note_export
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from . import tables
from .answers import narrowed_by
from .cards import label_of
from .filters import Choice, choice_of
from .views import may

if TYPE_CHECKING:
    from gapless.core.files.exports import Cell
    from gapless.evaluation.campaigns.reporting import CampaignPage
    from gapless.evaluation.campaigns.results import Result, Share
    from gapless_stats.intervals import Interval, Mean


# --- The results ----------------------------------------------------------------------


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def table_csv(request: Request, pk: int) -> HttpResponse:
    choice = choice_of(request, pk)
    return csv_response(_name(choice, "csv"), _header(), _table(request, choice))


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def table_xlsx(request: Request, pk: int) -> HttpResponse:
    choice = choice_of(request, pk)
    return xlsx_response(_name(choice, "xlsx"), _header(), _table(request, choice))


def _name(choice: Choice, ending: str) -> str:
    unit = f"-{choice.wanted.unit.code}" if choice.wanted.unit else ""
    without = "" if choice.wanted.with_flagged else "-without-flagged"
    return f"results-{choice.campaign.pk}{unit}-{choice.wanted.period}{without}.{ending}"


def _header() -> list[str]:
    return [
        _("Code"),
        _("Question"),
        _("Figure"),
        _("Answer"),
        _("Words"),
        _("Count"),
        _("n"),
        _("Estimate"),
        _("Interval from"),
        _("Interval to"),
        _("Standard deviation"),
        _("Interval by"),
        _("How people were chosen"),
    ]


def _table(request: Request, choice: Choice) -> Iterator[list[Cell]]:
    """Unrounded numbers; what is withheld on the page is not in the file either."""
    page = reporting.campaign_page(request.viewer, choice.campaign, choice.wanted)
    modes = "; ".join(str(mode.label) for mode in page.modes)
    for found in page.results.items:
        if found.n and not found.withheld:
            question = said(page.items[found.code].text)
            for row in _rows(page, found):
                yield [found.code, question, *row, modes]


def _rows(page: CampaignPage, found: Result) -> Iterator[list[Cell]]:
    item = page.items[found.code]
    for each in found.shares:
        yield _share(_("Share"), each, found.n, label_of(item, found, each.of))
    if found.top:
        yield _share(_("Top share"), found.top.share, found.n, "")
    if found.zone:
        zone = found.zone
        yield _share(_("Below the least accepted"), zone.below, zone.n, "", point=False)
        yield _share(
            _("Within the zone of tolerance"), zone.inside, zone.n, "", point=False
        )
        yield _share(_("At the desired or above"), zone.above, zone.n, "", point=False)
        yield _mean(_("Above the least accepted (MSA)"), zone.adequacy)
        yield _mean(_("Against the desired (MSS)"), zone.superiority)
    if found.nps:
        net = found.nps
        figures = [net.score, *_limits(net.interval), None, _by(net.interval)]
        yield [_("NPS"), None, "", None, net.n, *figures]
    if found.pair:
        gap = found.pair.gap
        yield _mean(_("Expected"), found.pair.expectation)
        yield _mean(_("Perceived"), found.pair.perception)
        figures = [gap.gap, *_limits(gap.interval), gap.sd, _by(gap.interval)]
        yield [_("Gap"), None, "", None, gap.n, *figures]
    elif found.mean:
        yield _mean(_("Mean"), found.mean)


def _share(
    figure: str, share: Share, n: int, words: str, *, point: bool = True
) -> list[Cell]:
    answer = share.of if point else None
    limits = _limits(share.interval)
    return [figure, answer, words, share.count, n, share.share, *limits, None, "Wilson"]


def _mean(figure: str, mean: Mean) -> list[Cell]:
    limits = _limits(mean.interval)
    return [
        figure,
        None,
        "",
        None,
        mean.n if mean.mean is not None else None,
        mean.mean,
        *limits,
        mean.sd,
        _by(mean.interval),
    ]


def _limits(interval: Interval | None) -> tuple[float | None, float | None]:
    return (interval.low, interval.high) if interval else (None, None)


def _by(interval: Interval | None) -> str:
    return interval.method if interval else ""


# --- The answers ----------------------------------------------------------------------


@policy(Policy.SEE_ANSWERS, step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: Request, pk: int) -> HttpResponse:
    """
    Take the answers of the list as a file. A page of its own, as asking who somebody is
    can only come back to a page; and that it was taken is written down.
    """
    choice = choice_of(request, pk, Policy.SEE_ANSWERS)
    narrowed = narrowed_by(request.GET)
    rows = single.listed(request.viewer, choice.campaign, choice.wanted, narrowed)
    rows = rows.filter(answer__isnull=False).order_by("pk")
    if request.method != "POST":
        shown = {"choice": choice, "count": rows.count()}
        shown |= may(request.viewer, choice.campaign)
        return render(request, "results/export.html", shown)
    ending = request.POST.get("format", "")
    ending = ending if ending in tables.WRITERS else "csv"
    answers = tables.answers(choice.campaign, list(rows))
    name = f"answers-{pk}.{ending}"
    note_export(choice.campaign, name, rows=answers.n, by=request.user, now=now())
    return tables.WRITERS[ending](name, answers)
