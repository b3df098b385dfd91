"""What a factor model claims: which item measures what, and what goes with what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import NotIdentified, WrongShape

Floats = NDArray[np.float64]


class Scale(StrEnum):
    """What a factor is measured in, which data cannot tell; the fit is the same."""

    MARKER = "marker"
    """In units of its first item, whose loading is 1."""
    UNIT = "unit"
    """In its own standard deviations: its variance, or what is unexplained of it, is 1."""


class Kind(IntEnum):
    """Which matrix a parameter stands in (McArdle and McDonald 1984)."""

    PATH = 0
    """A: row is explained by column."""
    COVARIANCE = 1
    """S: what is left of row goes with what is left of column."""
    MEAN = 2
    """m: an intercept, or a factor's mean."""


@dataclass(frozen=True)
class Model:
    """
    Factors and the items that measure them; by name, as everything in a model.

    ``factors`` says which items measure each factor (R: ``=~``); a factor of factors is
    measured by theirs. ``regressions`` says what each outcome is explained by (``~``),
    ``covariances`` which residuals go together (``~~``). Factors that nothing explains go
    together unless ``orthogonal``, and so do factors that explain nothing else.
    """

    factors: Mapping[str, tuple[str, ...]]
    regressions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    covariances: tuple[tuple[str, str], ...] = ()
    scale: Scale = Scale.MARKER
    orthogonal: bool = False

    def __post_init__(self) -> None:
        if not self.factors:
            raise NotIdentified("a factor model has at least one factor")
        for name, items in self.factors.items():
            if not items:
                raise NotIdentified(f"factor {name} has no items")
            if len(set(items)) < len(items):
                raise WrongShape(f"factor {name} names an item twice")
        self._must_make_sense()

    def _must_make_sense(self) -> None:
        for outcome, causes in self.regressions.items():
            if outcome in causes or len(set(causes)) < len(causes):
                raise WrongShape(f"{outcome} is explained by itself, or twice by another")
        known = {*self.observed, *self.factors}
        for one, other in self.covariances:
            if one not in known or other not in known or one == other:
                raise WrongShape(f"no residuals of {one} and {other} can go together")

    @cached_property
    def observed(self) -> tuple[str, ...]:
        """Every item and every other column that the model speaks of, in order."""
        named = [
            *(item for items in self.factors.values() for item in items),
            *self.regressions,
            *(cause for causes in self.regressions.values() for cause in causes),
        ]
        return tuple(dict.fromkeys(each for each in named if each not in self.factors))

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The observed, then the factors."""
        return (*self.observed, *self.factors)

    def explained(self) -> frozenset[str]:
        """What something else explains: items, and outcomes of regressions."""
        measured = {item for items in self.factors.values() for item in items}
        return frozenset(measured | set(self.regressions))

    def together(self) -> Iterator[tuple[str, str]]:
        """Pairs whose covariance is free, each once: by default and as asked for."""
        pairs = dict.fromkeys(self.covariances)
        if not self.orthogonal:
            explained = self.explained()
            causes = {each for group in self.regressions.values() for each in group}
            free = [each for each in self.variables if each not in explained]
            last = [each for each in self.regressions if each not in causes]
            for pair in (*combinations(free, 2), *combinations(last, 2)):
                if pair not in pairs and pair[::-1] not in pairs:
                    pairs[pair] = None
        yield from pairs


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of a model's matrices: fixed at ``value``, or free and starting there."""

    kind: Kind
    row: int
    column: int
    value: float
    free: bool


_OPERATORS = {Kind.PATH: "~", Kind.COVARIANCE: "~~", Kind.MEAN: "~1"}


def cell_name(model: Model, cell: Cell) -> tuple[str, str, str]:
    """
    How R's lavaan writes a parameter: left, operator, right.

    ``factor =~ item``, ``outcome ~ cause``, ``one ~~ other``, ``item ~1`` (Rosseel 2012).
    R: ``lavaan::parTable(fit)``.

    :raises WrongShape: when the cell lies outside the model's matrices.

    >>> one = Model({"f": ("a", "b", "c")})
    >>> cell_name(one, Cell(Kind.PATH, 1, 3, 1.0, free=True))
    ('f', '=~', 'b')
    """
    names = model.variables
    if not (0 <= cell.row < len(names) and 0 <= cell.column < len(names)):
        raise WrongShape(f"cell {cell.row}, {cell.column} lies outside the model")
    row, column = names[cell.row], names[cell.column]
    if cell.kind is Kind.MEAN:
        return row, _OPERATORS[cell.kind], ""
    if cell.kind is Kind.PATH and row in model.factors.get(column, ()):
        return column, "=~", row
    return row, _OPERATORS[cell.kind], column


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """
    Where the search begins: each factor as the first principal component of its items.

    ``weights`` are what makes up each variable, over the items, with variance 1;
    ``loadings`` the correlation of item and factor; ``size`` its standard deviation;
    ``known`` what share of its variance the factors explain.
    """

    weights: dict[str, Floats]
    loadings: dict[tuple[str, str], float]
    size: dict[str, float]
    known: dict[str, float]
    correlation: Floats

    @classmethod
    def of(cls, model: Model, correlation: Floats, spread: Floats) -> Starts:
        p = len(spread)
        basis = np.eye(p)
        weights = {name: basis[place] for place, name in enumerate(model.observed)}
        size = dict(zip(model.observed, spread.tolist(), strict=True))
        found = cls(weights, {}, size, {}, correlation)
        for factor in _from_items_up(model):
            found.add(factor, model.factors[factor], model.scale)
        return found

    def add(self, factor: str, items: tuple[str, ...], scale: Scale) -> None:
        parts = np.array([self.weights[item] for item in items])
        among = parts @ self.correlation @ parts.T
        values, vectors = np.linalg.eigh(among)
        main = vectors[:, -1] * (1 if vectors[0, -1] >= 0 else -1)
        # A component overstates what items share; the root says less, and never all.
        loadings = np.clip(main * np.sqrt(values[-1]) * _SHARED, -_SHARED, _SHARED)
        loadings[np.abs(loadings) < _LEAST] = _LEAST
        self.weights[factor] = main @ parts / np.sqrt(values[-1])
        marker = loadings[0] * self.size[items[0]]
        self.size[factor] = 1.0 if scale == Scale.UNIT else float(abs(marker))
        for item, loading in zip(items, loadings.tolist(), strict=True):
            self.loadings[factor, item] = loading
            self.known[item] = self.known.get(item, 0.0) + loading**2

    def loading(self, factor: str, item: str) -> float:
        return self.loadings[factor, item] * self.size[item] / self.size[factor]

    def unexplained(self, name: str) -> float:
        known = self.known.get(name, 0.0)
        return self.size[name] ** 2 * max(1 - known, _LEAST)

    def covariance(self, one: str, other: str) -> float:
        r = float(self.weights[one] @ self.correlation @ self.weights[other])
        return min(max(r, -_SHARED), _SHARED) * self.size[one] * self.size[other]


_SHARED = 0.85
_LEAST = 0.2
"""Ours: where starting loadings are cut off, so that no residual variance starts at 0."""


def _from_items_up(model: Model) -> Iterator[str]:
    """Factors in an order in which what measures each comes before it."""
    waiting = dict(model.factors)
    while waiting:
        ready = [name for name, items in waiting.items() if not set(items) & set(waiting)]
        if not ready:
            raise NotIdentified(f"{', '.join(waiting)} measure one another")
        yield from ready
        for name in ready:
            del waiting[name]


def cells_of(model: Model, correlation: Floats, spread: Floats) -> tuple[Cell, ...]:
    """
    Every parameter of a model's covariances, free ones with a place to start the search.

    :param correlation: (p, p) of ``model.observed``; ``spread`` their (p,) deviations.
    :raises NotIdentified: when factors measure one another in a circle.
    :raises WrongShape: when the correlations are not of the model's items.

    Source: McArdle and McDonald 1984. R: ``lavaan::lavaanify(model, auto = TRUE)``.

    >>> cells = cells_of(Model({"f": ("a", "b", "c")}), np.full((3, 3), 1.0), np.ones(3))
    >>> [cell.free for cell in cells]
    [False, True, True, True, True, True, True]
    """
    names = model.variables
    if len(spread) != len(model.observed) or correlation.shape != (len(spread),) * 2:
        raise WrongShape(f"{len(spread)} items; the model has {len(model.observed)}")
    at = {name: place for place, name in enumerate(names)}
    starts = Starts.of(model, correlation, spread)
    cells = [*_paths(model, at, starts)]
    fixed = model.factors if model.scale == Scale.UNIT else {}
    for name in names:
        value = 1.0 if name in fixed else starts.unexplained(name)
        place = at[name]
        cells.append(Cell(Kind.COVARIANCE, place, place, value, name not in fixed))
    explained = model.explained()
    for one, other in model.together():
        both = one in explained or other in explained
        value = 0.0 if both else starts.covariance(one, other)
        cells.append(Cell(Kind.COVARIANCE, at[one], at[other], value, free=True))
    return tuple(cells)


def _paths(model: Model, at: Mapping[str, int], starts: Starts) -> Iterator[Cell]:
    for factor, items in model.factors.items():
        for place, item in enumerate(items):
            marker = place == 0 and model.scale == Scale.MARKER
            value = 1.0 if marker else starts.loading(factor, item)
            yield Cell(Kind.PATH, at[item], at[factor], value, not marker)
    for outcome, causes in model.regressions.items():
        for cause in causes:
            yield Cell(Kind.PATH, at[outcome], at[cause], 0.0, free=True)
