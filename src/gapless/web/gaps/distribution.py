"""The distribution page: how one item was answered, as far as that may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.analytics.answers import Kind
from gapless.core.text import said
from gapless.evaluation.gaps.distribution import (
    FEW,
    SHOWN,
    Distribution,
    Withheld,
    distribution,
)
from gapless.evaluation.gaps.report import Level, Target
from gapless.web.http import Request
from gapless.web.templatetags.numbers import share

from . import distribution_rows as rows
from .context import Context, page_of
from .pages import Table, file_name, files, gap_page

if TYPE_CHECKING:
    from gapless.core.instruments.models import Item
    from gapless.evaluation.gaps.queries import GapPage

WITHHELD = {
    Withheld.NOBODY: gettext_lazy("Nobody answered this in the period chosen."),
    Withheld.TOO_FEW: gettext_lazy(
        "Too few answers: nothing is shown, so that nobody can be recognised."
    ),
    Withheld.ALL_EQUAL: gettext_lazy(
        "Everybody gave the same answer. It is not shown, because it would say of each of"
        " them what they answered."
    ),
}


@dataclass(frozen=True)
class Found:
    context: Context
    page: GapPage
    item: Item
    target: Target
    distribution: Distribution

    @property
    def name(self) -> str:
        return said(self.item.text) or self.item.code

    @property
    def kept(self) -> str:
        return urlencode({**self.context.chosen, "item": self.item.code})


def found_for(request: Request, context: Context) -> Found | None:
    """
    The item asked for; else, or where another form is chosen that does not ask it, the
    first one. None where the form has nothing to show.
    """
    page = page_of(request, context)
    codes = [question.code for question in page.layout.of(*SHOWN)]
    if not codes:
        return None
    rated = [question.code for question in page.layout.rated]
    asked = request.GET.get("item", "")
    code = asked if asked in codes else (rated or codes)[0]
    found = distribution(
        page.layout, page.schema, page.cell, code, threshold=page.threshold
    )
    item = next((i for i in context.version.items.all() if i.code == code), None)
    if found is None or item is None:
        raise Http404
    target = Target(Level.ITEM, code)
    if found.n and not page.may_show(target, found.n):
        found = Distribution(found.question, 0, 0, Withheld.TOO_FEW)
    return Found(context, page, item, target, found)


@gap_page("gaps/distribution.html")
def index(request: Request, context: Context) -> dict[str, Any]:
    found = found_for(request, context)
    if found is None:
        return {}
    return {"found": found, "instead": _instead(found), **_told(found)}


def _instead(found: Found) -> list[tuple[str, str, bool]]:
    """The other items, in form order."""
    codes = {question.code for question in found.page.layout.of(*SHOWN)}
    return [
        (
            said(item.text) or item.code,
            found.context.address("gaps:distribution", ("item", item.code)),
            item.code == found.item.code,
        )
        for item in found.context.version.items.all()
        if item.code in codes
    ]


def _told(found: Found) -> dict[str, Any]:
    dist = found.distribution
    if dist.withheld:
        return {"withheld": WITHHELD[dist.withheld]}
    return {
        "dist": dist,
        "is_pair": dist.question.kind is Kind.PAIR,
        "bars": rows.bars_of(dist),
        "parts": rows.parts_of(dist),
        "signs": rows.signs_of(dist),
        "groups": rows.groups_of(dist),
        "chosen": rows.chosen_of(dist, found.item),
        "crossed": rows.crossed_of(dist),
        "totals": rows.totals_of(dist),
        "verdict": _verdict(dist, found.item),
        "weighted": found.page.weighted(found.target),
        "few_missing": 0 < dist.missing < FEW,
        "ends": (said(found.item.low_label), said(found.item.high_label)),
    }


def _verdict(dist: Distribution, item: Item) -> str:
    """One sentence before any picture."""
    if dist.signs:
        below, _at, above = dist.signs
        return _(
            "%(below)s found less than they expected, %(above)s more than they expected."
        ) % {"below": share(below.share), "above": share(above.share)}
    if dist.groups:
        detractors, _passives, promoters = dist.groups
        return _("%(promoters)s would recommend it, %(detractors)s would not.") % {
            "promoters": share(promoters.share),
            "detractors": share(detractors.share),
        }
    known = [line for line in rows.chosen_of(dist, item) if line.share is not None]
    if known:
        most = max(known, key=lambda line: line.share or 0)
        return _("Chosen most often: %(option)s, by %(share)s.") % {
            "option": most.name,
            "share": share(most.share),
        }
    if dist.parts:
        fullest = max(dist.parts, key=lambda part: part.share)
        return _("The most frequent answer is %(level)s, given by %(share)s.") % {
            "level": rows.level_name(fullest),
            "share": share(fullest.share),
        }
    return _("So few people answered each level that only the mean is shown.")


# --- Files ----------------------------------------------------------------------------


def _table(request: Request, context: Context) -> Table:
    found = found_for(request, context)
    if found is None:
        raise Http404
    header = (
        _("Table"),
        _("Answer"),
        _("Perceived"),
        _("n"),
        _("Share"),
        _("Interval from"),
        _("Interval to"),
    )
    name = file_name(context, "distribution", context.period, found.item.code)
    return Table(name, header, rows.file_rows(found.distribution, found.item))


table_csv, table_xlsx = files(_table)
