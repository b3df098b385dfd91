"""The comparison page: two units in one period, or one unit in two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapless.analytics.periods import Period
from gapless.evaluation.gaps import comparisons
from gapless.evaluation.gaps.compare import (
    PAIRS_FROM,
    Comparison,
    Method,
    compare,
    compare_paired,
)
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy, ancestors
from gapless.web.http import Request, policy
from gapless.web.templatetags.numbers import MINUS
from gapless_stats.comparison import RELEVANT

from . import compare_rows, compare_words, measures
from .context import Context, context_or_404, drawn_as, period_asked, unit_asked
from .pages import Table, file_name, files, gap_page
from .picking import Picking, picked_from
from .trend_rows import evidence_address
from .words import period_name

if TYPE_CHECKING:
    from gapless.people.org.models import Unit

DELTA_AT_MOST = 2.0
"""Scale points: no difference that matters is larger than this."""


@dataclass(frozen=True, slots=True)
class Asked:
    """With what a selection is compared, and how. One of unit and period is given."""

    unit: Unit | None
    period: Period | None
    relevant: float
    paired: bool
    perceived: bool

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As an address writes it."""
        said = [
            ("with_unit", str(self.unit.pk) if self.unit else ""),
            ("with_period", str(self.period) if self.period else ""),
            ("delta", f"{self.relevant:g}" if self.relevant != RELEVANT else ""),
            ("method", Method.PAIRED.value if self.paired else ""),
            ("kind", "perception" if self.perceived else ""),
        ]
        return [(name, value) for name, value in said if value]


def asked_of(request: Request, context: Context) -> Asked:
    """:raises Http404: for a unit or period that does not exist for this viewer."""
    drawn = drawn_as(request, "compare", {"delta": "", "kind": ""})
    unit = _other_unit(request, context)
    period = None if unit else _other_period(request, context)
    if unit is None and period is None:
        unit = _above(request, context)
    paired = request.GET.get("method") == Method.PAIRED.value and period is not None
    perceived = drawn["kind"] == "perception"
    return Asked(unit, period, _relevant(drawn["delta"]), paired, perceived)


def _relevant(typed: str) -> float:
    """The smallest difference that matters; what is no such number is the usual one."""
    try:
        value = float(typed.strip().replace(MINUS, "-"))
    except ValueError:
        return RELEVANT
    return value if isfinite(value) and 0 < value <= DELTA_AT_MOST else RELEVANT


def _other_unit(request: Request, context: Context) -> Unit | None:
    """The unit asked for, unless it has become the one that is compared."""
    typed = request.GET.get("with_unit", "")
    unit = unit_asked(request, typed) if typed else None
    return unit if unit != context.unit else None


def _other_period(request: Request, context: Context) -> Period | None:
    """The period asked for; else the one before, unless that is before all evidence."""
    typed = request.GET.get("with_period", "")
    if not typed:
        before = context.period.previous()
        held = before and any(before.holds(month) for month in context.months)
        return before if held else None
    period = period_asked(typed)
    if period.grain is not context.period.grain or period.start is None:
        raise Http404
    return period


def _above(request: Request, context: Context) -> Unit | None:
    """The unit above, so that there is something to begin with."""
    paths = ancestors(context.unit.path)
    within = units_for(request.viewer, Policy.SEE_NUMBERS)
    return within.filter(path=paths[-1]).first() if paths else None


@dataclass(frozen=True)
class Found:
    context: Context
    asked: Asked
    comparison: Comparison
    overlap: comparisons.Overlap
    names: compare_words.Names
    has_gaps: bool

    @property
    def empty(self) -> bool:
        """Whether nobody answered on either side."""
        return not any(r.hidden or r.this or r.other for r in self.comparison.rows)

    @property
    def kept(self) -> str:
        return urlencode([*self.context.chosen.items(), *self.asked.pairs])

    @property
    def swapped(self) -> str:
        """The other way round."""
        changed: dict[str, Any]
        if self.asked.unit:
            changed = {"unit": self.asked.unit}
            asked = replace(self.asked, unit=self.context.unit)
        else:
            changed = {"period": self.asked.period}
            asked = replace(self.asked, period=self.context.period)
        return self.context.address("gaps:compare", *asked.pairs, **changed)


def found_for(request: Request, context: Context) -> Found | None:
    """The comparison asked for; None where there is nothing to compare with."""
    asked = asked_of(request, context)
    if asked.unit is None and asked.period is None:
        return None
    sides = _sides(request, context, asked)
    offered = measures.offered(sides.measures, perceived=asked.perceived)
    chosen = compare_rows.in_order(sides.layout, offered)
    rows = [sides.at(measure) for measure in chosen]
    if asked.paired:
        pairs = [sides.pairs_at(measure) for measure in chosen]
        comparison = compare_paired(rows, pairs, relevant=asked.relevant)
    else:
        comparison = compare(rows, relevant=asked.relevant)
    names = _names(context, asked, sides.overlap)
    gaps = measures.has_gaps(sides.measures)
    return Found(context, asked, comparison, sides.overlap, names, gaps)


def _sides(request: Request, context: Context, asked: Asked) -> comparisons.Sides:
    if asked.period:
        return comparisons.sides_of_periods(
            request.viewer, context.selection, asked.period, paired=asked.paired
        )
    if asked.unit is None:
        raise Http404
    return comparisons.sides_of_units(request.viewer, context.selection, asked.unit)


def _names(
    context: Context, asked: Asked, overlap: comparisons.Overlap
) -> compare_words.Names:
    of = measures.names_in(context.version)
    if asked.unit is None:
        other = period_name(asked.period) if asked.period else ""
        return compare_words.Names(period_name(context.period), other, of)
    this, other = context.unit.name, asked.unit.name
    if overlap is comparisons.Overlap.OTHER:
        other = compare_words.rest(other)
    if overlap is comparisons.Overlap.THIS:
        this = compare_words.rest(this)
    return compare_words.Names(this, other, of)


# --- The page -------------------------------------------------------------------------


@gap_page("gaps/compare.html")
def index(request: Request, context: Context) -> dict[str, Any]:
    found = found_for(request, context)
    told = _told(found) if found and not found.empty else {}
    return {"found": found, "other_periods": _other_periods(context), **told}


def _told(found: Found) -> dict[str, Any]:
    context, asked = found.context, found.asked
    other = {"unit": asked.unit} if asked.unit else {"period": asked.period}
    comparison = found.comparison
    return {
        "rows": compare_rows.rows_of(
            comparison,
            found.names,
            lambda measure: evidence_address(context, measure),
            lambda measure: evidence_address(context, measure, **other),
        ),
        "ruler": compare_rows.ruler_of(comparison),
        "can": compare_words.can_be_concluded(comparison, found.names),
        "beside": [
            sentence
            for sentence in (
                compare_words.worse_in(comparison, found.names),
                compare_words.better_in(comparison, found.names),
                compare_words.cannot_be_concluded(comparison, found.names),
                compare_words.by_chance(comparison),
            )
            if sentence
        ],
        "pairs_from": PAIRS_FROM,
        "keep": [
            *context.chosen.items(),
            *((name, value) for name, value in asked.pairs if name != "delta"),
        ],
    }


def _other_periods(context: Context) -> list[Period]:
    """The periods that this one may be held against, newest first."""
    same = context.periods().get(context.period.grain, [])
    return [period for period in same if period != context.period and period.start]


@policy(Policy.SEE_NUMBERS)
@require_safe
def units(request: Request) -> HttpResponse:
    """The units that may stand on the other side, by name or code."""
    context = context_or_404(request)
    others = units_for(request.viewer, Policy.SEE_NUMBERS).exclude(pk=context.unit.pk)
    picking = Picking(
        _("Compared with which unit?"),
        "other-units",
        "gaps:compare_units",
        "gaps:compare",
        beside="with_unit",
    )
    return picked_from(request, context, others, picking)


def _table(request: Request, context: Context) -> Table:
    """Without another side, one without rows."""
    found = found_for(request, context)
    if found is None:
        name = file_name(context, "compare", context.period)
        alone = compare_words.Names(context.unit.name, "", {})
        return Table(name, compare_rows.file_header(alone), ())
    other = found.asked.unit.code if found.asked.unit else found.asked.period
    name = file_name(context, "compare", context.period, other)
    header = compare_rows.file_header(found.names)
    return Table(name, header, compare_rows.file_rows(found.comparison, found.names))


table_csv, table_xlsx = files(_table)
