"""What matters and is done badly: importance against performance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from gapless.cli.analyse.content import Picture, Section, Style, Table, columns, rows
from gapless.cli.analyse.data import Asked, Data
from gapless.cli.analyse.svg import NARROW, Dot, Ground, scatter
from gapless.cli.analyse.words import Refusals, kinds
from gapless.cli.gap.cells import UNANSWERED
from gapless_stats.importance import (
    ImportanceMap,
    Quadrant,
    importance_performance,
    importance_performance_of_pairs,
)
from gapless_stats.moments import Moments

SOURCES = ("Martilla and James 1977, J. Marketing 41:77",)
LISTWISE = 0.8
"""Everybody's pairs are taken together where so many of the rows answered all."""

Pair = tuple[Asked, Asked]


def section(data: Data) -> Section:
    title, refusals = _("Importance and performance"), Refusals()
    kind, pairs = _pairs(data)
    if not pairs:
        lead = _(
            "A map of priorities needs importance beside satisfaction or perception, or"
            " expectation beside perception, and the columns have neither."
        )
        return Section("ipa", title, (lead,))
    found = refusals.attempt(title, _map, pairs)
    if found is None:
        lead = _("The map of priorities cannot be drawn; the reason stands below.")
        return Section("ipa", title, (lead,), (), refusals.sentences)
    sides = kinds()[kind[0]], kinds()[kind[1]]
    blocks = (
        _picture(found, pairs, sides),
        _by_quadrant(found, pairs),
        _table(found, pairs),
        _cross(found, sides),
    )
    return Section(
        "ipa", title, _lead(found, pairs, kind), blocks, refusals.sentences, SOURCES
    )


def _pairs(data: Data) -> tuple[tuple[str, str], list[Pair]]:
    """Stated importance goes before expectation, satisfaction before perception."""
    batteries = data.batteries
    for kind in (
        ("importance", "satisfaction"),
        ("importance", "perception"),
        ("expectation", "perception"),
    ):
        if kind[0] in batteries and kind[1] in batteries:
            pairs = [
                (one, other)
                for one in batteries[kind[0]].columns
                if (other := batteries[kind[1]].named(one.entry.item))
            ]
            if pairs:
                return kind, pairs
    return ("", ""), []


def _map(pairs: Sequence[Pair]) -> ImportanceMap:
    """Over complete rows where most are; else each item over whoever answered it."""
    importances, performances = zip(*pairs, strict=True)
    answers = np.stack([each.codes for each in (*importances, *performances)], axis=1)
    complete = answers[(answers != UNANSWERED).all(axis=1)]
    if len(complete) >= LISTWISE * len(answers):
        return importance_performance(Moments.of(complete))
    moments = []
    for pair in pairs:
        both = np.stack([each.codes for each in pair], axis=1)
        moments.append(Moments.of(both[(both != UNANSWERED).all(axis=1)]))
    return importance_performance_of_pairs(moments)


def quadrants() -> dict[Quadrant, str]:
    return {
        Quadrant.CONCENTRATE: _("Concentrate here"),
        Quadrant.KEEP_UP: _("Keep it up"),
        Quadrant.LOW_PRIORITY: _("Low priority"),
        Quadrant.OVERKILL: _("Perhaps too much"),
    }


def _lead(
    found: ImportanceMap, pairs: Sequence[Pair], kind: tuple[str, str]
) -> tuple[str, ...]:
    told = []
    if kind[0] == "expectation":
        told.append(_("Expectation stands for importance, as no importance was asked."))
    urgent = [
        pair[0].entry.item
        for pair, point in zip(pairs, found.points, strict=True)
        if point.quadrant is Quadrant.CONCENTRATE
    ]
    if urgent:
        told.append(
            _("Important and done badly: %(items)s.") % {"items": ", ".join(urgent)}
        )
    told.append(_("A solid dot lies in its quadrant with a probability of 0.8 or more."))
    return tuple(told)


def _picture(
    found: ImportanceMap, pairs: Sequence[Pair], sides: tuple[str, str]
) -> Picture:
    title, corners = _("Map of priorities"), quadrants()
    dots = [
        Dot(
            pair[0].entry.item,
            point.performance,
            point.importance,
            (point.ellipse.major, point.ellipse.minor, point.ellipse.angle),
            point.sure,
            "short" if point.sure and point.quadrant is Quadrant.CONCENTRATE else "even",
        )
        for pair, point in zip(pairs, found.points, strict=True)
    ]
    ground = Ground(
        (found.performance, found.importance),
        (sides[1], sides[0]),
        tuple(corners[each] for each in _CORNERS),  # type: ignore[arg-type]  # four
    )
    return Picture(
        title,
        scatter(dots, ground, label=title),
        scatter(dots, ground, label=title, width=NARROW),
    )


_CORNERS = (
    Quadrant.CONCENTRATE,
    Quadrant.KEEP_UP,
    Quadrant.LOW_PRIORITY,
    Quadrant.OVERKILL,
)


def _by_quadrant(found: ImportanceMap, pairs: Sequence[Pair]) -> Table:
    members: dict[Quadrant, list[str]] = {each: [] for each in quadrants()}
    for pair, point in zip(pairs, found.points, strict=True):
        members[point.quadrant].append(pair[0].entry.item)
    heads = columns(("quadrant", _("Quadrant")), ("items", _("Items")))
    cells = [(name, ", ".join(members[each])) for each, name in quadrants().items()]
    return Table("quadrants", _("Quadrants"), heads, rows(cells))


def _table(found: ImportanceMap, pairs: Sequence[Pair]) -> Table:
    names = quadrants()
    heads = columns(
        ("item", _("Item")),
        ("dimension", _("Dimension")),
        ("importance", _("Importance"), Style.POINTS),
        ("performance", _("Performance"), Style.POINTS),
        ("quadrant", _("Quadrant")),
        ("probability", _("Probability of it"), Style.CHANCE),
        ("priority", _("Priority"), Style.SIGNED),
    )
    cells = [
        (
            *(pair[0].entry.item, pair[0].entry.dimension),
            *(point.importance, point.performance, names[point.quadrant]),
            *(point.probability[point.quadrant], point.priority),
        )
        for pair, point in zip(pairs, found.points, strict=True)
    ]
    cells.sort(key=lambda row: -(row[-1] or 0.0))
    note = _("Priority is standardised importance less standardised performance.")
    return Table("items", _("Items"), heads, rows(cells), note)


def _cross(found: ImportanceMap, sides: tuple[str, str]) -> Table:
    heads = columns(
        ("axis", _("Axis")), ("n", "n", Style.COUNT), ("mean", _("Mean"), Style.POINTS)
    )
    cells = [
        (sides[0], found.n, found.importance),
        (sides[1], found.n, found.performance),
    ]
    return Table("cross", _("Where the axes cross"), heads, rows(cells))
