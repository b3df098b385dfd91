"""Which versions of a form count together, and their evidence as one."""

from __future__ import annotations

from gapless.analytics.cells import Vector
from gapless.analytics.folding import schema_of
from gapless.core.evidence.choices import Source
from gapless.core.evidence.queries import by_stratum
from gapless.core.evidence.rules import Stratum
from gapless.core.instruments.queries import draft_of, layout_of, published_versions

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


def evidence_of(selection: Selection) -> dict[Stratum, Vector]:
    """
    The evidence of the unit with all below it in the period, as cells of the chosen
    version. Nothing is left out of it: whoever asks chooses the strata.
    """
    chosen = layout_of(selection.version)
    zero = schema_of(chosen).zero()
    found: dict[Stratum, Vector] = {}
    for each in counting_for(selection):
        strata = by_stratum(
            Source.SURVEY,
            each.version.pk,
            selection.unit,
            selection.period,
            schema_of(each.layout),
        )
        for stratum, cell in strata.items():
            found[stratum] = found.get(stratum, zero) + each.as_seen_from(chosen, cell)
    return found
