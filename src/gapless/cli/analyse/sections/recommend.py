"""How many would recommend: the net promoter score."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from gapless.cli.analyse.content import Cell, Section, Style, Table, columns, rows
from gapless.cli.analyse.data import Asked, Data
from gapless.cli.analyse.words import Refusals
from gapless_stats.intervals import Interval, net_score
from gapless_stats.weighting import WeightedCount, weighted_net_score

SOURCES = (
    "Reichheld 2003, Harvard Business Review 81(12):46",
    "Rocks 2016, Psychometrika 81:1119",
)
PROMOTER, DETRACTOR = 9, 6


def section(data: Data) -> Section:
    title, refusals = _("Recommendation"), Refusals()
    if not data.recommend:
        lead = _("The map lists no likelihood to recommend (kind nps).")
        return Section("recommend", title, (lead,))
    heads = columns(
        ("column", _("Column")),
        ("counting", _("Counting")),
        ("n", "n", Style.COUNT),
        ("promoters", _("Promoters (9, 10)"), Style.SHARE),
        ("detractors", _("Detractors (0 to 6)"), Style.SHARE),
        ("score", _("Net promoter score"), Style.SIGNED),
        ("interval", _("95% interval"), Style.SIGNED),
    )
    lead = _(
        "The score is the share of promoters less that of detractors, in points from −100"
        " to 100; the interval is the adjusted Wald interval."
    )
    table = Table("nps", _("Net promoter score"), heads, rows(_scores(data, refusals)))
    return Section("recommend", title, (lead,), (table,), refusals.sentences, SOURCES)


def _scores(data: Data, refusals: Refusals) -> list[tuple[Cell, ...]]:
    """Each column as it was answered, and weighted where there are weights."""
    found: list[tuple[Cell, ...]] = []
    for asked in data.recommend:
        column = asked.entry.column
        subject = _("Net promoter score of %(column)s") % {"column": column}
        plain = refusals.attempt(subject, _plain, asked)
        if plain is None:
            continue
        found.append((column, _("unweighted"), *plain))
        if data.weights is not None:
            weighted = refusals.attempt(subject, _weighted, asked, data.weights)
            if weighted:
                found.append((column, _("weighted"), *weighted))
    return found


def _points(interval: Interval) -> Interval:
    return Interval(
        *(100 * interval.low, 100 * interval.high, interval.level),
        *(interval.method, interval.source),
    )


def _plain(asked: Asked) -> tuple[Cell, ...]:
    known = asked.known
    promoters = int((known >= PROMOTER).sum())
    detractors = int((known <= DETRACTOR).sum())
    found = net_score(promoters, detractors, len(known))
    return (
        *(found.n, promoters / found.n, detractors / found.n),
        *(100 * found.score, _points(found.interval)),
    )


def _weighted(asked: Asked, by: NDArray[np.int64]) -> tuple[Cell, ...]:
    counts = asked.answered & (by > 0)
    codes, weights = asked.codes[counts], by[counts].tolist()

    def of(chosen: list[bool]) -> WeightedCount:
        those = [w for w, yes in zip(weights, chosen, strict=True) if yes]
        return WeightedCount(len(those), sum(those), sum(w * w for w in those))

    found = weighted_net_score(
        of((codes >= PROMOTER).tolist()),
        of((codes <= DETRACTOR).tolist()),
        of([True] * len(codes)),
    )
    return (
        *(found.n, found.promoters, found.detractors),
        *(100 * found.score, _points(found.interval)),
    )
