"""How consistently the items of a dimension measure one thing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from gapless.cli.analyse.content import Cell, Section, Style, Table, columns, rows
from gapless.cli.analyse.data import Battery, Data
from gapless.cli.analyse.words import Refusals, kinds, of
from gapless.cli.gap.cells import UNANSWERED
from gapless_stats.factors.samples import Sample
from gapless_stats.moments import Moments
from gapless_stats.omega import OmegaHierarchical, omega_hierarchical, omega_total
from gapless_stats.reliability import (
    cronbach_alpha,
    difference_reliability,
    feldt_interval,
    item_analysis,
    standardised_alpha,
)

SOURCES = (
    "Cronbach 1951, Psychometrika 16:297",
    "Feldt 1965, Psychometrika 30:357",
    "McDonald 1999, Test Theory",
    "Zinbarg, Revelle, Yovel and Li 2005, Psychometrika 70:123",
    "Peter, Churchill and Brown 1993, J. Consumer Research 19:655",
)
GROUP_FACTORS = 3  # as psych::omega does unless told otherwise


def section(data: Data) -> Section:
    title, refusals = _("Reliability"), Refusals()
    scales = [
        (battery, name, places)
        for battery in _examined(data)
        for name, places in battery.dimensions.items()
    ]
    if not scales:
        lead = _("The map gives no item a dimension, so there is no scale to examine.")
        return Section("reliability", title, (lead,))
    blocks = [
        _dimensions(scales, refusals),
        *_differences(data, refusals),
        *_general(data, refusals),
        _items(scales, refusals),
    ]
    lead = _(
        "From 0.7 on a dimension is reliable enough to speak of all answers together, from"
        " 0.8 on to compare units."
    )
    return Section(
        "reliability", title, (lead,), tuple(blocks), refusals.sentences, SOURCES
    )


def _examined(data: Data) -> list[Battery]:
    """What is stated to be important need not hang together, so it is not examined."""
    return [each for kind, each in data.batteries.items() if kind != "importance"]


Scale = tuple[Battery, str, tuple[int, ...]]


def _dimensions(scales: Sequence[Scale], refusals: Refusals) -> Table:
    return Table(
        "dimensions",
        _("Dimensions"),
        columns(
            ("kind", _("Kind")),
            ("dimension", _("Dimension")),
            ("items", _("Items"), Style.COUNT),
            ("n", "n", Style.COUNT),
            ("alpha", _("Cronbach's alpha"), Style.FINE),
            ("interval", _("95% interval (Feldt)"), Style.FINE),
            ("standardised", _("Standardised alpha"), Style.FINE),
            ("omega", _("Omega total"), Style.FINE),
        ),
        rows([_dimension(each, refusals) for each in scales]),
        _("Over whoever answered every item of the dimension."),
    )


def _dimension(scale: Scale, refusals: Refusals) -> list[Cell]:
    battery, name, places = scale
    subject = of(kinds()[battery.kind], name)
    answers = battery.complete(places)
    moments = Moments.of(answers)
    alpha = refusals.attempt(
        _("Alpha of %(scale)s") % {"scale": subject}, cronbach_alpha, moments
    )
    cells: list[Cell] = [kinds()[battery.kind], name, len(places), len(answers)]
    if alpha is None:
        return [*cells, None, None, None, None]
    standardised = refusals.attempt(
        _("Standardised alpha of %(scale)s") % {"scale": subject},
        standardised_alpha,
        moments,
    )
    omega = refusals.attempt(
        _("Omega of %(scale)s") % {"scale": subject},
        lambda: omega_total(Sample.of(moments)),
    )
    interval = feldt_interval(alpha.value, n=alpha.n, k=alpha.items)
    return [
        *cells,
        *(alpha.value, interval, standardised.value if standardised else None),
        omega.value if omega else None,
    ]


def _differences(data: Data, refusals: Refusals) -> list[Table]:
    """How reliable P - E is, which is what a gap stands on."""
    expectation = data.batteries.get("expectation")
    perception = data.batteries.get("perception")
    if expectation is None or perception is None:
        return []
    found = []
    for name in perception.dimensions:
        subject = _("Reliability of the gap in %(dimension)s") % {"dimension": name}
        measured = refusals.attempt(subject, _difference, expectation, perception, name)
        if measured:
            found.append((name, *measured))
    heads = columns(
        ("dimension", _("Dimension")),
        ("n", "n", Style.COUNT),
        ("difference", _("Reliability of P − E"), Style.FINE),
        ("alpha", _("Alpha of the gaps"), Style.FINE),
    )
    note = _("Below 0.7 perception alone is the better headline.")
    return [Table("differences", _("Reliability of the gap"), heads, rows(found), note)]


def _difference(
    expectation: Battery, perception: Battery, name: str
) -> tuple[int, float, float]:
    places = perception.dimensions[name]
    items = [perception.items[place] for place in places]
    pairs = [expectation.items.index(item) for item in items]
    sides = [expectation.block.answers[:, pairs], perception.block.answers[:, list(places)]]
    complete = ((sides[0] != UNANSWERED) & (sides[1] != UNANSWERED)).all(axis=1)
    of_e, of_p = (side[complete].astype("int64") for side in sides)
    scores = Moments.of(np.stack((of_e.sum(axis=1), of_p.sum(axis=1)), axis=1))
    value = difference_reliability(
        scores,
        expectation_alpha=cronbach_alpha(Moments.of(of_e)).value,
        perception_alpha=cronbach_alpha(Moments.of(of_p)).value,
    )
    return int(complete.sum()), value, cronbach_alpha(Moments.of(of_p - of_e)).value


def _general(data: Data, refusals: Refusals) -> list[Table]:
    found: list[tuple[Cell, ...]] = []
    for battery in _examined(data):
        name = kinds()[battery.kind]
        places = [place for each in battery.dimensions.values() for place in each]
        if not places:
            continue
        subject = _("Hierarchical omega of %(scale)s") % {"scale": name}
        omega = refusals.attempt(subject, _omega, battery, places)
        if omega:
            found.append(
                (
                    *(name, omega.items, omega.n, omega.hierarchical, omega.total),
                    cronbach_alpha(Moments.of(battery.complete(places))).value,
                )
            )
    heads = columns(
        ("kind", _("Kind")),
        ("items", _("Items"), Style.COUNT),
        ("n", "n", Style.COUNT),
        ("hierarchical", _("Omega hierarchical"), Style.FINE),
        ("total", _("Omega total"), Style.FINE),
        ("alpha", _("Cronbach's alpha"), Style.FINE),
    )
    note = _("Omega hierarchical is what one general factor explains of all items' sum.")
    title = _("All items together")
    return [Table("general", title, heads, rows(found), note)] if found else []


def _omega(battery: Battery, places: Sequence[int]) -> OmegaHierarchical:
    sample = Sample.of(Moments.of(battery.complete(places)))
    return omega_hierarchical(sample, GROUP_FACTORS)


def _items(scales: Sequence[Scale], refusals: Refusals) -> Table:
    found: list[tuple[Cell, ...]] = []
    for battery, name, places in scales:
        subject = _("Item analysis of %(scale)s") % {
            "scale": of(kinds()[battery.kind], name)
        }
        if len(places) < 3:  # of two items, leaving one out leaves no alpha
            continue
        moments = Moments.of(battery.complete(places))
        analysis = refusals.attempt(subject, item_analysis, moments)
        if analysis is None:
            continue
        for at, place in enumerate(places):
            found.append(
                (
                    *(kinds()[battery.kind], name, battery.items[place], analysis.n),
                    float(analysis.corrected_total[at]),
                    float(analysis.alpha_if_deleted[at]),
                )
            )
    heads = columns(
        ("kind", _("Kind")),
        ("dimension", _("Dimension")),
        ("item", _("Item")),
        ("n", "n", Style.COUNT),
        ("total", _("Correlation with the rest"), Style.FINE),
        ("without", _("Alpha without it"), Style.FINE),
    )
    return Table("items", _("Items"), heads, rows(found))
