"""What weighting the answers changes, and what it costs."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from gapless.cli.analyse.content import Cell, Section, Style, Table, columns, rows
from gapless.cli.analyse.data import Asked, Data
from gapless.cli.analyse.words import Refusals, kinds
from gapless.cli.analyse.written import written
from gapless_stats.intervals import mean_of_sums
from gapless_stats.moments import Sums
from gapless_stats.weighting import (
    WeightedCount,
    WeightedSums,
    design_effect,
    effective_n,
    weighted_mean,
)

SOURCES = (
    "Kish 1965, Survey Sampling, 11.7",
    "Cochran 1977, Sampling Techniques, 6.4",
)


def section(data: Data) -> Section:
    title, refusals = _("Weights"), Refusals()
    if data.weights is None:
        lead = _("The map lists no weight of the answers (kind sample_weight).")
        return Section("weights", title, (lead,))
    weights = [each for each in data.weights.tolist() if each]
    everybody = WeightedCount(len(weights), sum(weights), sum(w * w for w in weights))
    kish = refusals.attempt(
        title, lambda: (effective_n(everybody), design_effect(everybody))
    )
    if kish is None:
        lead = _("No answer has a weight, so nothing can be weighted.")
        return Section("weights", title, (lead,), (), refusals.sentences)
    lead = _(
        "%(count)s weighted answers tell as much as %(effective)s that count alike; the"
        " design effect is %(effect)s."
    ) % {
        "count": written(everybody.n, Style.COUNT),
        "effective": written(kish[0], Style.COUNT),
        "effect": written(kish[1], Style.POINTS),
    }
    blocks = (_kish(everybody.n, kish), _means(data, data.weights, refusals))
    return Section("weights", title, (lead,), blocks, refusals.sentences, SOURCES)


def _kish(n: int, kish: tuple[float, float]) -> Table:
    heads = columns(
        ("n", "n", Style.COUNT),
        ("effective_n", _("Effective n (Kish)"), Style.POINTS),
        ("effect", _("Design effect"), Style.FINE),
    )
    return Table("kish", _("All answers"), heads, rows([(n, *kish)]))


def _means(data: Data, by: NDArray[np.int64], refusals: Refusals) -> Table:
    heads = columns(
        ("column", _("Column")),
        ("kind", _("Kind")),
        ("item", _("Item")),
        ("n", "n", Style.COUNT),
        ("mean", _("Unweighted mean"), Style.POINTS),
        ("interval", _("95% interval"), Style.POINTS),
        ("weighted", _("Weighted mean"), Style.POINTS),
        ("weighted_interval", _("95% interval"), Style.POINTS),
        ("effective_n", _("Effective n (Kish)"), Style.POINTS),
        ("effect", _("Design effect"), Style.FINE),
    )
    found = []
    for asked in data.columns:
        subject = _("Weighted mean of %(column)s") % {"column": asked.entry.column}
        cells = refusals.attempt(subject, _mean, asked, by)
        if cells:
            found.append(cells)
    return Table("means", _("Unweighted and weighted"), heads, rows(found))


def _mean(asked: Asked, by: NDArray[np.int64]) -> tuple[Cell, ...]:
    counts = asked.answered & (by > 0)
    plain = mean_of_sums(Sums.of(asked.known))
    weighted = weighted_mean(WeightedSums.of(asked.codes[counts], by[counts]))
    return (
        *(asked.entry.column, kinds()[asked.entry.kind], asked.entry.item),
        *(plain.n, plain.mean, plain.interval, weighted.mean, weighted.interval),
        *(weighted.effective_n, weighted.design_effect),
    )
