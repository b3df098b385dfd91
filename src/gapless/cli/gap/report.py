"""The gap table of a whole file: what is computed, before it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gapless_stats import flags, scores
from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.flags import Block
from gapless_stats.gaps import Gap, benjamini_hochberg, gap_of_pairs, gap_of_values
from gapless_stats.intervals import Mean, mean_of_sums, mean_of_values
from gapless_stats.moments import Moments
from gapless_stats.reliability import Alpha, cronbach_alpha
from gapless_stats.scores import Composite
from gapless_stats.tables import Histogram, PairTable

from .answers import Answers
from .cells import WEIGHT_UNIT, Scale
from .mapping import Item, Map

DIFFERENCE = np.array([-1, 1])
"""P - E of the columns (E, P)."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """An item; ``q_value`` is its p value adjusted for the number of items."""

    name: str
    dimension: str | None
    gap: Gap | None
    q_value: float | None
    perception: Mean


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """A dimension; an alpha is None where it cannot be computed."""

    name: str
    gap: Gap | None
    perception: Mean
    alpha_expectation: Alpha | None
    alpha_perception: Alpha | None
    alpha_gap: Alpha | None


@dataclass(frozen=True, slots=True)
class Flagged:
    """How many respondents carry each sign of careless answering."""

    straight_lining: int
    all_equal: int
    expectation_ceiling: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """
    Everything ``gapless gap`` says.

    Without expectations every gap is None; ``perception`` and ``perception_by_item``
    (SERVPERF) are there in any case, over all answered perceptions.
    """

    rows: int
    scale: Scale | None
    items: tuple[ItemResult, ...]
    dimensions: tuple[DimensionResult, ...]
    overall: Gap | None
    overall_by_item: Gap | None
    overall_weighted: Gap | None
    perception: Mean
    perception_by_item: Mean
    flagged: Flagged


@dataclass(frozen=True, slots=True)
class _Pairs:
    """
    Both sides of every item, in the order of the items, and the pairs they form.

    ``dimensions`` are the scores of E, of P and of the gap, over exactly the same pairs.
    """

    expectation: Block
    perception: Block
    gap: Block
    dimensions: tuple[tuple[Composite, ...], ...]

    @classmethod
    def of(
        cls, expectation: Block, perception: Block, dimension: NDArray[np.int64]
    ) -> _Pairs:
        both = expectation.answered & perception.answered
        gap = scores.differences(expectation.answers, perception.answers)
        dimensions = tuple(
            scores.dimension_composites(side, both, dimension)
            for side in (expectation.answers, perception.answers, gap)
        )
        return cls(expectation, perception, Block(gap, both), dimensions)


def report(form: Map, answers: Answers) -> Report:
    """The gap table of these answers to this form."""
    dimension = _dimension_of_items(form)
    perception = _in_item_order(
        answers.perception, form.perceptions, [each.perception for each in form.items]
    )
    pairs = None
    if answers.expectation is not None:
        columns = [each.expectation or "" for each in form.items]
        expectation = _in_item_order(answers.expectation, form.expectations, columns)
        pairs = _Pairs.of(expectation, perception, dimension)
    perceived = scores.dimension_composites(
        perception.answers, perception.answered, dimension
    )
    by_item = scores.overall_by_item(perception.answers, perception.answered)
    return Report(
        rows=answers.rows,
        scale=answers.scale,
        items=_items(form.items, perception, pairs, answers.scale),
        dimensions=_dimensions(form.dimensions, dimension, perceived, perception, pairs),
        overall=_overall(pairs),
        overall_by_item=_overall_by_item(pairs),
        overall_weighted=_overall_weighted(pairs, answers.weights),
        perception=_mean(scores.overall(perceived)) if perceived else _mean(None),
        perception_by_item=_mean(by_item),
        flagged=_flagged(answers),
    )


def _in_item_order(block: Block, columns: Sequence[str], wanted: Sequence[str]) -> Block:
    order = [columns.index(name) for name in wanted]
    return Block(block.answers[:, order], block.answered[:, order])


def _dimension_of_items(form: Map) -> NDArray[np.int64]:
    return np.array(
        [
            form.dimensions.index(each.dimension) if each.dimension else -1
            for each in form.items
        ]
    )


def _items(
    items: Sequence[Item], perception: Block, pairs: _Pairs | None, scale: Scale | None
) -> tuple[ItemResult, ...]:
    # Nobody answered anything: any scale holds no answers.
    low, high = (scale.low, scale.high) if scale else (0, 0)
    gaps: list[Gap | None] = [None] * len(items)
    if pairs is not None:
        gaps = [gap_of_pairs(_pair_table(pairs, j, low, high)) for j in range(len(items))]
    q_values = _adjusted([gap.p_value if gap else None for gap in gaps])
    results = []
    for place, item in enumerate(items):
        answers, answered = perception.answers[:, place], perception.answered[:, place]
        histogram = Histogram.of(answers, answered, low=low, high=high)
        mean = mean_of_sums(histogram.sums())
        results.append(
            ItemResult(item.name, item.dimension, gaps[place], q_values[place], mean)
        )
    return tuple(results)


def _pair_table(pairs: _Pairs, place: int, low: int, high: int) -> PairTable:
    return PairTable.of(
        pairs.expectation.answers[:, place],
        pairs.perception.answers[:, place],
        low=low,
        high=high,
        expectation_answered=pairs.expectation.answered[:, place],
        perception_answered=pairs.perception.answered[:, place],
    )


def _adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    known = [p for p in p_values if p is not None]
    adjusted = iter(benjamini_hochberg(known).tolist())
    return [None if p is None else next(adjusted) for p in p_values]


def _dimensions(
    names: Sequence[str],
    dimension: NDArray[np.int64],
    perceived: Sequence[Composite],
    perception: Block,
    pairs: _Pairs | None,
) -> tuple[DimensionResult, ...]:
    gaps: list[Gap | None] = [None] * len(names)
    if pairs is not None:
        gaps = [_gap(*sides) for sides in zip(*pairs.dimensions, strict=True)]
    return tuple(
        DimensionResult(
            name,
            gaps[place],
            _mean(perceived[place]),
            *_alphas(np.flatnonzero(dimension == place), perception, pairs),
        )
        for place, name in enumerate(names)
    )


def _alphas(
    columns: NDArray[np.intp], perception: Block, pairs: _Pairs | None
) -> tuple[Alpha | None, Alpha | None, Alpha | None]:
    """Alpha of E, P and P - E over those who answered every pair of the dimension."""
    k = len(columns)
    if pairs is None:
        complete = perception.answered[:, columns].all(axis=1)
        moments = Moments.of(perception.answers[np.ix_(complete, columns)])
        return None, _alpha(moments), None
    complete = pairs.gap.answered[:, columns].all(axis=1)
    sides = (pairs.expectation.answers, pairs.perception.answers)
    moments = Moments.of(np.hstack([side[np.ix_(complete, columns)] for side in sides]))
    gaps = moments.through(np.kron(DIFFERENCE, np.eye(k, dtype=np.int64)))
    expected, perceived = moments.select(range(k)), moments.select(range(k, 2 * k))
    return _alpha(expected), _alpha(perceived), _alpha(gaps)


def _alpha(moments: Moments) -> Alpha | None:
    try:
        return cronbach_alpha(moments)
    except (TooFew, NoVariance):
        return None


def _overall(pairs: _Pairs | None) -> Gap | None:
    if pairs is None:
        return None
    if not any(pairs.dimensions):
        nobody = np.empty(0)
        return gap_of_values(nobody, nobody, nobody)
    return _gap(*map(scores.overall, pairs.dimensions))


def _overall_by_item(pairs: _Pairs | None) -> Gap | None:
    if pairs is None:
        return None
    sides = (pairs.expectation, pairs.perception, pairs.gap)
    return _gap(
        *(scores.overall_by_item(each.answers, pairs.gap.answered) for each in sides)
    )


def _overall_weighted(
    pairs: _Pairs | None, weights: NDArray[np.int64] | None
) -> Gap | None:
    if pairs is None or weights is None:
        return None
    whole = 100 * WEIGHT_UNIT
    return _gap(
        *(scores.overall_weighted(side, weights, whole=whole) for side in pairs.dimensions)
    )


def _gap(expectation: Composite, perception: Composite, gap: Composite) -> Gap:
    return gap_of_values(expectation.values(), perception.values(), gap.values())


def _mean(composite: Composite | None) -> Mean:
    return mean_of_values(np.empty(0) if composite is None else composite.values())


def _flagged(answers: Answers) -> Flagged:
    blocks = [each for each in (answers.expectation, answers.perception) if each]
    ceiling = None
    if answers.expectation is not None:
        top = answers.scale.high if answers.scale else 0
        ceiling = int(flags.expectation_ceiling(answers.expectation, top=top).sum())
    return Flagged(
        int(flags.straight_lining(blocks).sum()),
        int(flags.all_equal(blocks).sum()),
        ceiling,
    )
