"""Which versions of a form count together, and their evidence as one."""

from __future__ import annotations

from datetime import date

from gapless.analytics.cells import Vector
from gapless.analytics.folding import schema_of
from gapless.analytics.periods import Period
from gapless.core.evidence.choices import Source
from gapless.core.evidence.queries import months_below
from gapless.core.evidence.rules import Stratum
from gapless.core.instruments.models import FormVersion
from gapless.core.instruments.queries import draft_of, layout_of, published_versions
from gapless.people.org.models import Unit

from .selection import Counting, Selection, Shared


def counting_for(
    selection: Selection, *, alone: bool | None = None
) -> tuple[Counting, ...]:
    """The chosen version, then every other whose answers count with it."""
    chosen = selection.version
    found = [Counting(chosen, layout_of(chosen), None)]
    if selection.alone if alone is None else alone:
        return tuple(found)
    others = published_versions().filter(form=chosen.form_id).exclude(pk=chosen.pk)
    for other in others.order_by("-number"):
        older, newer = sorted((chosen, other), key=lambda version: version.number)
        shared = Shared.of(draft_of(older), draft_of(newer))
        if shared.items:
            found.append(Counting(other, layout_of(other), shared))
    return tuple(found)


Months = dict[date, dict[Stratum, Vector]]


def evidence_of(selection: Selection, period: Period, unit: Unit | None = None) -> Months:
    """
    The evidence of a unit with all below it in a period, month by month, as cells of the
    chosen version. Nothing is left out of it: whoever asks chooses the strata.
    """
    chosen = layout_of(selection.version)
    schema = schema_of(chosen)
    months: Months = {}
    for each in counting_for(selection):
        found = months_below(
            Source.SURVEY,
            each.version.pk,
            unit or selection.unit,
            period,
            schema_of(each.layout),
        )
        for month, strata in found.items():
            here = months.setdefault(month, {})
            for stratum, cell in strata.items():
                seen = each.as_seen_from(chosen, cell)
                here[stratum] = here.get(stratum, schema.zero()) + seen
    return dict(sorted(months.items()))


def versions_in(selection: Selection) -> list[FormVersion]:
    """The versions whose answers count, the chosen one first."""
    return [each.version for each in counting_for(selection)]
