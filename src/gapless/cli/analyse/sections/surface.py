"""Whether the gap alone tells the overall judgement: the response surface."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gapless.cli.analyse.content import Cell, Section, Style, Table, columns, rows
from gapless.cli.analyse.data import Asked, Data
from gapless.cli.analyse.words import Refusals
from gapless.cli.gap.cells import UNANSWERED, Scale
from gapless_stats.intervals import Interval
from gapless_stats.multiplicity import benjamini_hochberg
from gapless_stats.response_surface import (
    Feature,
    Surface,
    SurfaceCells,
    response_surface,
)

SOURCES = (
    "Edwards and Parry 1993, Academy of Management Journal 36:1577",
    "Edwards 2002, in Drasgow and Schmitt, Measuring and Analyzing Behavior",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    item: str
    surface: Surface


def section(data: Data) -> Section:
    title, refusals = _("Response surface"), Refusals()
    expectation = data.batteries.get("expectation")
    if not data.overall or expectation is None:
        lead = _(
            "Whether the gap alone tells the overall judgement can be asked where the map"
            " lists expectations, perceptions and an overall judgement."
        )
        return Section("surface", title, (lead,))
    found = []
    for asked in data.batteries["perception"].columns:
        item = asked.entry.item
        expected = expectation.named(item)
        subject = _("Surface of item %(item)s") % {"item": item}
        if expected is not None:
            surface = refusals.attempt(subject, _surface, data, expected, asked)
            if surface:
                found.append(_Found(item, surface))
    if not found:
        lead = _("No surface can be computed; the reasons stand below.")
        return Section("surface", title, (lead,), (), refusals.sentences)
    lead = _(
        "The gap alone tells the judgement where its q value is not small: then expectation"
        " counts as much against as perception counts for, in straight lines."
    )
    return Section(
        "surface", title, (lead,), (_table(found, data),), refusals.sentences, SOURCES
    )


def _surface(data: Data, expected: Asked, perceived: Asked) -> Surface:
    outcome = data.outcome
    known = expected.answered & perceived.answered & (outcome != UNANSWERED)
    # Nobody answered: any scale holds no answers, and the surface refuses.
    scale = (data.gaps and data.gaps.scale) or Scale(0, 2, given=False)
    return response_surface(
        SurfaceCells.of(
            *(expected.codes[known], perceived.codes[known], outcome[known]),
            low=scale.low,
            high=scale.high,
        )
    )


def _table(found: list[_Found], data: Data) -> Table:
    heads = columns(
        ("item", _("Item")),
        ("n", "n", Style.COUNT),
        ("r_squared", "R²", Style.FINE),
        ("congruence", _("Slope where both rise"), Style.FINE),
        ("congruence_interval", _("95% interval"), Style.FINE),
        ("incongruence", _("Slope as perception outruns expectation"), Style.FINE),
        ("incongruence_interval", _("95% interval"), Style.FINE),
        ("gap_alone", _("R² of the gap alone"), Style.FINE),
        ("p", _("p value"), Style.CHANCE),
        ("q", _("q value"), Style.CHANCE),
    )
    q_values = benjamini_hochberg([one.surface.gap_alone.p_value for one in found])
    unit = len(data.overall)  # the judgement is a mean; the surface was of its sum
    cells: list[tuple[Cell, ...]] = []
    for one, q_value in zip(found, q_values.tolist(), strict=True):
        of = one.surface
        cells.append(
            (
                *(one.item, of.n, of.r_squared),
                *_feature(of.congruence_slope, unit),
                *_feature(of.incongruence_slope, unit),
                *(of.gap_alone.r_squared, of.gap_alone.p_value, q_value),
            )
        )
    note = _("The p value is for the gap alone telling as much as the whole surface.")
    return Table("surface", _("Items"), heads, rows(cells), note)


def _feature(found: Feature, unit: int) -> tuple[Cell, Cell]:
    interval = Interval(
        found.low / unit, found.high / unit, found.level, Feature.method, Feature.source
    )
    return found.value / unit, interval
