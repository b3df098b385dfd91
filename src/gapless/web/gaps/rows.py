"""The gap table: one row per overall figure, dimension and item, for page and export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gapless.core.text import said
from gapless.evaluation.gaps.choices import State
from gapless.evaluation.gaps.queries import GapPage
from gapless.evaluation.gaps.report import DimensionGap, ItemGap, Level, Target
from gapless.evaluation.gaps.rules import INDICATIVE_BELOW, state_of
from gapless.web.pictures import GapBar, Scale
from gapless_stats.gaps import Gap
from gapless_stats.intervals import Mean, NetScore
from gapless_stats.weighting import WeightedMean, WeightedNetScore

BAR_WIDTH = 220


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``gap`` is None where the form asks perceptions alone."""

    target: Target
    name: str
    state: State
    gap: Gap | None
    performance: Mean | None
    q_value: float | None = None
    bar: GapBar | None = None
    weighted: WeightedMean | WeightedNetScore | None = None

    @property
    def withheld(self) -> bool:
        return self.state is State.HIDDEN

    @property
    def indicative(self) -> bool:
        """Shown, but resting on fewer answers than a finding should."""
        return self.gap is not None and not self.withheld and self.gap.n < INDICATIVE_BELOW

    @property
    def is_item(self) -> bool:
        return self.target.level is Level.ITEM


def names_of(page: GapPage) -> dict[str, str]:
    """What dimensions and items are called in the reader's language, by target."""
    dimensions = {
        str(Target(Level.DIMENSION, d.code)): said(d.name) or d.code
        for d in page.version.dimensions.all()
    }
    items = {
        str(Target(Level.ITEM, item.code)): said(item.text) or item.code
        for item in page.version.items.all()
    }
    return dimensions | items


def rows_of(page: GapPage, *, by_size: bool = False) -> list[Row]:
    """
    In form order each dimension before its items, and last the items outside every
    dimension; by size the items alone, widest shortfall first.
    """
    names = names_of(page)
    scale = Scale.around(_reach(page), width=BAR_WIDTH)
    items = [
        _row(page, Target(Level.ITEM, i.code), i, names, scale) for i in page.report.items
    ]
    if by_size:
        return sorted(items, key=_size)
    ordered: list[Row] = []
    for dimension in page.report.dimensions:
        target = Target(Level.DIMENSION, dimension.code)
        ordered.append(_row(page, target, dimension, names, scale))
        ordered += _within(page, items, dimension.code)
    return ordered + _within(page, items, "")


def _within(page: GapPage, items: list[Row], dimension: str) -> list[Row]:
    codes = {item.code for item in page.report.items if item.dimension == dimension}
    return [row for row in items if row.target.code in codes]


def _row(
    page: GapPage,
    target: Target,
    found: ItemGap | DimensionGap,
    names: dict[str, str],
    scale: Scale,
) -> Row:
    alone = found.perception if isinstance(found, ItemGap) else found.performance
    state = state_in(found.gap, alone, threshold=page.threshold)
    return Row(
        target,
        names.get(str(target), target.code),
        state,
        found.gap,
        alone,
        q_value=found.q_value if isinstance(found, ItemGap) else None,
        bar=bar_of(found.gap, state, scale) if found.gap else None,
        weighted=page.weighted(target),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of its own: how satisfied, how likely to recommend."""

    target: Target
    name: str
    withheld: bool
    mean: Mean | None
    net: NetScore | None
    weighted: WeightedMean | WeightedNetScore | None


def figures_of(page: GapPage) -> list[Figure]:
    """What the form asks beside its rated items, in form order."""
    names = names_of(page)
    return [
        Figure(
            found.target,
            names.get(str(found.target), found.target.code),
            found.withheld,
            found.mean,
            found.net,
            page.weighted(found.target),
        )
        for found in page.figures
    ]


def state_in(gap: Gap | None, alone: Mean | None, *, threshold: int) -> State:
    """What may be said; of perception alone, only whether it is withheld."""
    if gap is None and alone and 0 < alone.n < threshold:
        return State.HIDDEN
    return state_of(gap, threshold=threshold)


def bar_of(gap: Gap | None, state: State, scale: Scale) -> GapBar:
    if gap is None or gap.gap is None or gap.interval is None:
        return GapBar(state if state in (State.HIDDEN, State.NONE) else State.NONE, scale)
    return GapBar(state, scale, (gap.gap, gap.interval.low, gap.interval.high))


def _reach(page: GapPage) -> Iterator[float]:
    """Every gap of the page, so that all its bars share one scale."""
    gaps = [item.gap for item in page.report.items] + [
        d.gap for d in page.report.dimensions
    ]
    yield from (gap.gap for gap in gaps if gap and gap.gap is not None)


def _size(row: Row) -> float:
    if row.gap and row.gap.gap is not None:
        return row.gap.gap
    if row.performance and row.performance.mean is not None and row.gap is None:
        return row.performance.mean
    return float("inf")
