"""The comparison page: two units in one period, or one unit in two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from gapless.analytics.periods import Period
from gapless.core.files.exports import csv_response, xlsx_response
from gapless.evaluation.gaps import comparisons
from gapless.evaluation.gaps.compare import (
    PAIRS_FROM,
    Comparison,
    Method,
    compare,
    compare_paired,
)
from gapless.people.org.queries import units_for, visible_units
from gapless.people.org.rules import Policy, ancestors
from gapless.web.http import Request, policy
from gapless.web.templatetags.numbers import MINUS
from gapless_stats.comparison import RELEVANT

from . import compare_rows, compare_words, measures
from .context import Context, context_of
from .trend_rows import evidence_address
from .views import UNITS_OFFERED, nothing_of, shell_of
from .words import period_name

if TYPE_CHECKING:
    from gapless.people.org.models import Unit

REMEMBERED = "compare"
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
    remembered = request.session.get(REMEMBERED, {})
    typed = request.GET.get("delta", remembered.get("delta", ""))[:8]
    kind = request.GET.get("kind", remembered.get("kind", ""))[:10]
    if (typed, kind) != (remembered.get("delta", ""), remembered.get("kind", "")):
        request.session[REMEMBERED] = {"delta": typed, "kind": kind}
    unit = _other_unit(request)
    period = None if unit else _other_period(request, context)
    if unit is None and period is None:
        unit = _above(request, context)
    paired = request.GET.get("method") == Method.PAIRED.value and period is not None
    return Asked(unit, period, _relevant(typed), paired, kind == "perception")


def _relevant(typed: str) -> float:
    """The smallest difference that matters; what is no such number is the usual one."""
    try:
        value = float(typed.strip().replace(MINUS, "-"))
    except ValueError:
        return RELEVANT
    return value if isfinite(value) and 0 < value <= DELTA_AT_MOST else RELEVANT


def _other_unit(request: Request) -> Unit | None:
    typed = request.GET.get("with_unit", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        raise Http404
    unit: Unit = get_object_or_404(visible_units(request.viewer), pk=int(typed))
    if not request.viewer.holds_at(Policy.SEE_NUMBERS, unit.path):
        raise PermissionDenied(Policy.SEE_NUMBERS.value)
    return unit


def _other_period(request: Request, context: Context) -> Period | None:
    """The period asked for; else the one before, unless that is before all evidence."""
    typed = request.GET.get("with_period", "")
    if not typed:
        before = context.period.previous()
        held = before and any(before.holds(month) for month in context.months)
        return before if held else None
    try:
        period = Period.parse(typed)
    except ValueError:
        raise Http404 from None
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
        return f"{self.context.address('gaps:compare', **changed)}&{urlencode(asked.pairs)}"


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


@policy(Policy.SEE_NUMBERS)
@require_safe
def index(request: Request) -> HttpResponse:
    context = context_of(request)
    if context is None:
        return render(request, "gaps/empty.html", nothing_of(request))
    found = found_for(request, context)
    shown: dict[str, Any] = {**shell_of(context), "found": found, **_offered(context)}
    if found and not found.empty:
        shown |= _told(found)
    return render(request, "gaps/compare.html", shown)


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


def _offered(context: Context) -> dict[str, Any]:
    """The periods that this one may be held against, newest first."""
    same = context.periods().get(context.period.grain, [])
    return {"other_periods": [p for p in same if p != context.period and p.start]}


@policy(Policy.SEE_NUMBERS)
@require_safe
def units(request: Request) -> HttpResponse:
    """The units that may stand on the other side, by name or code."""
    context = context_of(request)
    if context is None:
        raise Http404
    asked = request.GET.get("q", "").strip()
    allowed = units_for(request.viewer, Policy.SEE_NUMBERS).exclude(pk=context.unit.pk)
    found = list((allowed.matching(asked) if asked else allowed)[: UNITS_OFFERED + 1])
    address = context.address("gaps:compare")
    shown = {
        **shell_of(context),
        "offered": [(unit, f"{address}&with_unit={unit.pk}") for unit in found],
        "more": len(found) > UNITS_OFFERED,
        "kept": context.chosen,
        "asked": asked,
    }
    fragment = "#choices" if request.htmx else ""
    return render(request, f"gaps/compare_units.html{fragment}", shown)


@policy(Policy.SEE_NUMBERS)
@require_safe
def table_csv(request: Request) -> HttpResponse:
    name, header, rows = _file(request)
    return csv_response(f"{name}.csv", header, rows)


@policy(Policy.SEE_NUMBERS)
@require_safe
def table_xlsx(request: Request) -> HttpResponse:
    name, header, rows = _file(request)
    return xlsx_response(f"{name}.xlsx", header, rows)


def _file(request: Request) -> tuple[str, list[str], list[tuple[Any, ...]]]:
    """The comparison as a file; without another side, one without rows."""
    context = context_of(request)
    if context is None:
        raise Http404
    name = f"compare-{context.unit.code}-{context.period}"
    found = found_for(request, context)
    if found is None:
        alone = compare_words.Names(context.unit.name, "", {})
        return name, compare_rows.file_header(alone), []
    other = found.asked.unit.code if found.asked.unit else found.asked.period
    rows = list(compare_rows.file_rows(found.comparison, found.names))
    return f"{name}-{other}", compare_rows.file_header(found.names), rows
