"""What the overall judgement goes with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from gapless.cli.analyse.content import Picture, Section, Style, Table, columns, rows
from gapless.cli.analyse.data import Battery, Data, Mask
from gapless.cli.analyse.svg import Bar, bars
from gapless.cli.analyse.words import Refusals, kinds
from gapless.cli.analyse.written import written
from gapless.cli.gap.cells import UNANSWERED
from gapless_stats.drivers import Drivers, DriverSpread, driver_spread, drivers
from gapless_stats.exact import AnyIntegers
from gapless_stats.moments import Moments
from gapless_stats.relative_weights import RelativeWeights, relative_weights
from gapless_stats.scores import SCALE, dimension_composites

SOURCES = (
    "Lindeman, Merenda and Gold 1980, Introduction to Bivariate and Multivariate Analysis",
    "Johnson 2000, Multivariate Behavioral Research 35:1",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    names: tuple[str, ...]
    shares: Drivers
    spread: DriverSpread
    relative: RelativeWeights


def section(data: Data) -> Section:
    title, refusals = _("Drivers"), Refusals()
    battery = data.performance
    if not data.overall or battery is None:
        nothing = _(
            "What goes with satisfaction can be told where the map lists an overall"
            " judgement beside perceptions or satisfactions."
        )
        return Section("drivers", title, (nothing,))
    found = refusals.attempt(_("Drivers"), _found, data, battery)
    if found is None:
        nothing = _("The drivers cannot be told apart; the reason stands below.")
        return Section("drivers", title, (nothing,), (), refusals.sentences)
    lead = (
        _("Together they go with %(share)s of the differences in the overall judgement.")
        % {"share": written(found.shares.r_squared, Style.SHARE)},
        _("These are associations among answers, and prove no cause."),
        _("The overall judgement is the mean of: %(columns)s.")
        % {"columns": ", ".join(each.entry.column for each in data.overall)},
    )
    blocks = (_picture(found), _table(found, battery), _explained(found))
    return Section("drivers", title, lead, blocks, refusals.sentences, SOURCES)


def _found(data: Data, battery: Battery) -> _Found:
    names, scores, usable = _predictors(battery)
    outcome = data.outcome
    rows_used = usable & (outcome != UNANSWERED)
    together = np.column_stack((scores, outcome))[rows_used].astype(np.int64)
    moments = Moments.of(together)
    return _Found(
        names, drivers(moments), driver_spread(moments), relative_weights(moments)
    )


def _predictors(
    battery: Battery,
) -> tuple[tuple[str, ...], AnyIntegers, Mask]:
    """Dimensions where the map has two or more, else the items."""
    block, dimensions = battery.block, battery.dimensions
    if len(dimensions) < 2:
        return battery.items, block.answers, np.asarray(block.answered.all(axis=1))
    of_items = np.full(len(battery.columns), -1)
    for number, places in enumerate(dimensions.values()):
        of_items[list(places)] = number
    composites = dimension_composites(block.answers, block.answered, of_items)
    scores = np.zeros((len(block.answers), len(dimensions)), np.int64)
    for number, each in enumerate(composites):
        scores[each.usable, number] = each.rounded(SCALE)
    usable = np.stack([each.usable for each in composites]).all(axis=0)
    return tuple(dimensions), scores, np.asarray(usable)


def _order(found: _Found) -> Sequence[int]:
    return sorted(range(len(found.names)), key=lambda at: -float(found.shares.shares[at]))


def _picture(found: _Found) -> Picture:
    title = _("Share of R² that each goes with")
    drawn = [
        Bar(
            found.names[at],
            float(found.shares.shares[at]),
            found.spread.shares[at].low,
            found.spread.shares[at].high,
            written(float(found.shares.shares[at]), Style.SHARE),
            "even",
        )
        for at in _order(found)
    ]
    return Picture(title, bars(drawn, label=title))


def _table(found: _Found, battery: Battery) -> Table:
    heads = columns(
        ("name", kinds()[battery.kind]),
        ("share", _("Share of R² (LMG)"), Style.FINE),
        ("interval", _("95% interval"), Style.FINE),
        ("relative", _("Relative weight (Johnson)"), Style.FINE),
        ("correlation", _("Correlation"), Style.FINE),
        ("beta", _("Standardised slope"), Style.FINE),
        ("inflation", _("Variance inflation"), Style.POINTS),
    )
    cells = [
        (
            found.names[at],
            float(found.shares.shares[at]),
            found.spread.shares[at],
            float(found.relative.weights[at]),
            float(found.shares.correlations[at]),
            float(found.shares.weights[at]),
            float(found.shares.inflation[at]),
        )
        for at in _order(found)
    ]
    note = _("Above an inflation of 5 a slope says little, where a share still holds.")
    return Table("drivers", _("Drivers"), heads, rows(cells), note)


def _explained(found: _Found) -> Table:
    heads = columns(
        ("n", "n", Style.COUNT),
        ("r_squared", "R²", Style.FINE),
        ("interval", _("95% interval"), Style.FINE),
    )
    cells = [(found.shares.n, found.shares.r_squared, found.spread.r_squared)]
    return Table("explained", _("All together"), heads, rows(cells))
