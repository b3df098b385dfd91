"""Factor models of ordered answers: least squares on polychorics, with robust tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import NotIdentified, WrongShape
from gapless_stats.exact import AnyIntegers
from gapless_stats.results import Result

from .estimate import Look, Search, inverse_information
from .indices import FitIndices, fit_indices
from .model import Cell, Kind, Model, cells_of
from .ordinal import Pairs, pair_counts
from .solution import Member, Parameter, Solution
from .structure import Part, Slopes

Floats = NDArray[np.float64]

_BLOCK = 8192
_EVERYBODY = "all"


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalSample:
    """
    Polychoric correlations of p items with the covariance of their estimates.

    ``gamma`` is n times the covariance of the m = p(p - 1)/2 correlations, in the order of
    ``numpy.triu_indices(p, 1)`` (Muthén 1984).
    """

    n: int
    names: tuple[str, ...]
    correlation: Floats  # (p, p)
    gamma: Floats  # (m, m)

    @classmethod
    def of_rows(
        cls, rows: AnyIntegers, *, low: int, high: int, names: Sequence[str] | None = None
    ) -> OrdinalSample:
        """
        Of complete (n, p) rows of answers from ``low`` to ``high``.

        Refuses as ``ordinal.pair_counts`` and ``ordinal.polychorics`` do.
        """
        pairs = Pairs.of(pair_counts(rows, low=low, high=high))
        rho = pairs.solve()
        influence = pairs.influence(rho)
        codes = rows.astype(np.int64) - low
        every = np.arange(len(rho))
        gamma = np.zeros((len(rho), len(rho)))
        for start in range(0, pairs.n, _BLOCK):
            part = codes[start : start + _BLOCK]
            moved = influence[every, part[:, pairs.first], part[:, pairs.second]]
            gamma += moved.T @ moved
        called = tuple(names or (f"x{at}" for at in range(1, rows.shape[1] + 1)))
        if len(called) != rows.shape[1]:
            raise WrongShape(f"{len(called)} names do not fit {rows.shape[1]} items")
        return cls(pairs.n, called, pairs.matrix(rho, 1.0), gamma / pairs.n)

    def select(self, names: Sequence[str]) -> OrdinalSample:
        """
        The same respondents on some of the items, in the order asked for.

        :raises WrongShape: when an item is unknown.
        """
        unknown = sorted(set(names) - set(self.names))
        if unknown:
            raise WrongShape(f"the sample has no item {', '.join(unknown)}")
        chosen = np.array([self.names.index(name) for name in names])
        p = len(self.names)
        where = np.zeros((p, p), np.intp)
        low, high = np.triu_indices(p, 1)
        where[low, high] = where[high, low] = np.arange(len(low))
        low, high = np.triu_indices(len(chosen), 1)
        at = where[chosen[low], chosen[high]]
        correlation = self.correlation[np.ix_(chosen, chosen)]
        return OrdinalSample(self.n, tuple(names), correlation, self.gamma[np.ix_(at, at)])


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalFit(Result):
    """
    A factor model of what lies behind ordered answers, whose variances are 1.

    ``indices`` are of the scaled and shifted χ², ``chi_square · scaling + shift``, for the
    independence model too. ``srmr`` is over correlations of different items.
    """

    method: ClassVar[str] = "DWLS on polychorics, scaled and shifted (WLSMV)"
    source: ClassVar[str] = "Muthén, du Toit and Spisic 1997; Asparouhov and Muthén 2010"

    n: int
    parameters: tuple[Parameter, ...]
    solution: Solution
    indices: FitIndices
    chi_square: float
    scaling: float
    shift: float
    srmr: float
    negative: tuple[str, ...]


def fit_ordinal(model: Model, sample: OrdinalSample) -> OrdinalFit:
    """
    Fit a factor model to polychoric correlations by diagonally weighted least squares.

    Least Σ_{i<j} (r_ij - ρ_ij(θ))²/γ_ij over the m correlations, χ² = (n - 1) times that.
    Errors are (Δ'WΔ)⁻¹Δ'WΓWΔ(Δ'WΔ)⁻¹/n; the test is a χ² + b with the mean and variance
    of df degrees: a = √(df/tr((UΓ)²)), b = df - a tr(UΓ), U = W - WΔ(Δ'WΔ)⁻¹Δ'W
    (Asparouhov and Muthén 2010, eq. 4). Thresholds are those of the sample.

    R: ``lavaan::cfa(model, d, ordered = TRUE, estimator = "WLSMV")``.

    :raises WrongShape: when the sample lacks an item of the model.
    :raises NotIdentified: with more parameters than correlations, without degrees of
        freedom, when other parameters fit equally well, or with regressions of items.
    :raises NotConverged: when the search does not end.

    >>> draws = np.random.default_rng(7)
    >>> true = draws.normal(size=(500, 1)) + draws.normal(size=(500, 5))
    >>> answers = 1 + (true[:, :, None] > np.array([-1.5, 0, 1.5])).sum(axis=2)
    >>> sample = OrdinalSample.of_rows(answers, low=1, high=4)
    >>> found = fit_ordinal(Model({"f": sample.names}), sample)
    >>> found.indices.df, found.solution.standardised_loadings[:, 0].round(2).tolist()
    (5, [0.71, 0.67, 0.68, 0.66, 0.7])
    """
    state = _Ordinal.of(model, sample.select(model.observed))
    theta, look = Search(state.look, state.sample.n).least(state.start)
    bread = inverse_information(look.information, state.labels)
    jacobian = state.jacobian(theta)
    gamma, weight = state.sample.gamma, state.weight
    weighted = weight[:, None] * jacobian
    filling = weighted.T @ gamma @ weighted
    whole = np.diag(weight) - weighted @ bread @ weighted.T
    size = state.sample.n - 1
    chi_square = size * max(look.value, 0.0)
    shifted = _Shifted.of(whole @ gamma, state.df)
    alone = _Shifted.of(weight[:, None] * gamma, len(weight))
    member = state.member(theta)
    errors = np.sqrt(np.diag(bread @ filling @ bread) / state.sample.n)
    parameters = Parameter.of(member, theta, np.append(errors, 0.0))
    apart = state.apart(theta)
    return OrdinalFit(
        n=state.sample.n,
        parameters=parameters,
        solution=Solution.of(member, theta),
        indices=fit_indices(
            max(shifted.of_value(chi_square), 0.0),
            state.df,
            baseline_chi_square=alone.of_value(size * float(weight @ state.observed**2)),
            baseline_df=len(weight),
            n=state.sample.n,
        ),
        chi_square=chi_square,
        scaling=shifted.scaling,
        shift=shifted.shift,
        srmr=float(np.sqrt((apart**2).mean())),
        negative=tuple(
            each.left
            for each in parameters
            if each.operator == "~~" and each.left == each.right and each.value < 0
        ),
    )


@dataclass(frozen=True, slots=True)
class _Shifted:
    """The line that gives a χ² the mean and variance of its degrees."""

    scaling: float
    shift: float

    @classmethod
    def of(cls, product: Floats, df: int) -> _Shifted:
        first, second = float(np.trace(product)), float((product * product.T).sum())
        if not second > 0:
            raise NotIdentified("the correlations have no variance to test against")
        scaling = math.sqrt(df / second)
        return cls(scaling, df - scaling * first)

    def of_value(self, chi_square: float) -> float:
        return self.scaling * chi_square + self.shift


@dataclass(frozen=True, slots=True, eq=False)
class _Ordinal:
    """A model of correlations only: the items' own variances follow from the rest."""

    model: Model
    sample: OrdinalSample
    cells: tuple[Cell, ...]
    part: Part
    place: NDArray[np.int64]
    weight: Floats  # (m,)
    observed: Floats  # (m,)

    @classmethod
    def of(cls, model: Model, sample: OrdinalSample) -> _Ordinal:
        p, v = len(model.observed), len(model.variables)
        for outcome, causes in model.regressions.items():
            if {outcome, *causes} - set(model.factors):
                raise NotIdentified("regressions of an ordinal model are among factors")
        cells = tuple(
            replace(cell, free=False, value=0.0) if _own(cell, p) else cell
            for cell in cells_of(model, sample.correlation, np.ones(p))
        )
        free = np.array([cell.free for cell in cells])
        place = np.where(free, np.cumsum(free) - 1, -1)
        found = cls(
            model,
            sample,
            cells,
            Part.of(cells, place, p, v),
            place,
            1 / np.diag(sample.gamma),
            sample.correlation[np.triu_indices(p, 1)],
        )
        if found.df < 1:
            raise NotIdentified(
                f"{len(found.weight)} correlations leave {found.df} degrees of freedom"
            )
        return found

    @property
    def df(self) -> int:
        return len(self.weight) - len(self.part.place)

    @property
    def start(self) -> Floats:
        return np.array([cell.value for cell in self.cells if cell.free])

    @property
    def labels(self) -> list[str]:
        names = self.model.variables
        return [
            f"{names[cell.row]} {names[cell.column]}" for cell in self.cells if cell.free
        ]

    def jacobian(self, theta: Floats) -> Floats:
        slopes: Slopes = self.part.at(theta).slopes(self.part.cells)
        low, high = np.triu_indices(len(slopes.u), 1)
        return slopes.u[low] * slopes.w[high] + slopes.u[high] * slopes.w[low]

    def apart(self, theta: Floats) -> Floats:
        implied = self.part.at(theta).covariance
        found: Floats = self.observed - implied[np.triu_indices(len(implied), 1)]
        return found

    def look(self, theta: Floats) -> Look:
        jacobian, apart = self.jacobian(theta), self.apart(theta)
        weighted = self.weight[:, None] * jacobian
        value = float(self.weight @ apart**2)
        return Look(value, -2 * (apart @ weighted), jacobian.T @ weighted)

    def member(self, theta: Floats) -> Member:
        """The group with its items' own variances, which make each item's 1."""
        p = len(self.sample.names)
        own = 1 - np.diag(self.part.at(theta).covariance)
        cells = tuple(
            replace(cell, value=float(own[cell.row])) if _own(cell, p) else cell
            for cell in self.cells
        )
        part = Part.of(cells, self.place, p, len(self.model.variables))
        return Member(self.model, _EVERYBODY, self.sample.n, part, cells, self.place)


def _own(cell: Cell, observed: int) -> bool:
    return cell.kind is Kind.COVARIANCE and cell.row == cell.column < observed
