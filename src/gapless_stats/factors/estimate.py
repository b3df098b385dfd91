"""Maximum likelihood by Fisher scoring: the search behind every confirmatory model."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import (
    NotConverged,
    NotIdentified,
    NotPositiveDefinite,
    TooFew,
    WrongShape,
)

from .model import Cell, Kind, Model, Scale, cell_name, cells_of
from .samples import Sample
from .solution import Member
from .structure import Implied, Misfit, Part, Slopes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MOST_STEPS = 100
"""Scoring needs 10 to 40 where the model is any good."""

_MOST_LAST_STEPS = 60
"""With the observed information: ten are mostly enough where there is a minimum."""

_APART = 1e-4
"""Of a parameter's deviation over respondents: how far apart gradients are compared."""

_NEAR = 1e-11
"""The search ends when the next step would lower χ² by less than this."""

_STIFF = 1e12
"""With a step damped this much, nothing near lowers the misfit."""

_SINGULAR = 1e-11
"""Smallest eigenvalue of the scaled information from which parameters are told apart."""


class Level(IntEnum):
    """What groups have in common, each level with all before it (Meredith 1993)."""

    CONFIGURAL = 0
    """The same items measure the same factors."""
    METRIC = 1
    """… with the same loadings: relations may be compared."""
    SCALAR = 2
    """… and the same intercepts: factor means may be compared."""
    STRICT = 3
    """… and the same residual variances: observed means may be compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the search sees at one point: F and its slopes, over all groups."""

    value: float
    gradient: Floats  # (q,)
    information: Floats  # (q, q) of one respondent


@dataclass(frozen=True, eq=False)
class Problem:
    """Groups, their samples, and where the parameters of each stand."""

    model: Model
    samples: tuple[Sample, ...]
    cells: tuple[tuple[Cell, ...], ...]
    place: tuple[Integers, ...]
    means: bool

    @classmethod
    def of(
        cls,
        model: Model,
        samples: Sequence[Sample],
        *,
        level: Level = Level.CONFIGURAL,
        means: bool = False,
    ) -> Problem:
        """
        The problem of a model and its samples.

        :raises WrongShape: when a sample lacks an item of the model, or its means.
        :raises TooFew: with no more respondents in a group than items.
        :raises NotPositiveDefinite: when some items together say what another says.
        :raises NotIdentified: with more parameters than covariances and means.
        """
        chosen = tuple(sample.select(model.observed) for sample in samples)
        for sample in chosen:
            if sample.n <= sample.items:
                raise TooFew(f"{sample.n} respondents to {sample.items} items")
            if means and sample.mean is None:
                raise WrongShape("a model of means needs the means of every sample")
        cells = _cells_of_groups(model, chosen, level, means=means)
        found = cls(model, chosen, cells, _places(model, cells, level), means)
        if found.df < 0:
            raise NotIdentified(
                f"{found.parameters} parameters for {found.parameters + found.df}"
                " covariances and means"
            )
        return found

    @cached_property
    def n(self) -> int:
        """Respondents of all groups."""
        return sum(sample.n for sample in self.samples)

    @cached_property
    def parameters(self) -> int:
        """How many are free, q."""
        return 1 + max((int(each.max()) for each in self.place), default=-1)

    @cached_property
    def df(self) -> int:
        """Degrees of freedom: what is known less what is asked."""
        p = len(self.model.observed)
        each = p * (p + 1) // 2 + (p if self.means else 0)
        return len(self.samples) * each - self.parameters

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The matrices of each group."""
        p, v = len(self.model.observed), len(self.model.variables)
        pairs = zip(self.cells, self.place, strict=True)
        return tuple(Part.of(cells, place, p, v) for cells, place in pairs)

    @cached_property
    def saturated(self) -> float:
        """Σ n_g/n (ln|S_g| + p): the misfit of a model that says anything."""
        return sum(
            sample.n / self.n * (sample.log_determinant + sample.items)
            for sample in self.samples
        )

    @cached_property
    def start(self) -> Floats:
        """Where the search begins: of equal parameters the mean, (q,)."""
        total, count = np.zeros(self.parameters), np.zeros(self.parameters)
        for cells, place in zip(self.cells, self.place, strict=True):
            values = np.array([cell.value for cell in cells])
            np.add.at(total, place[place >= 0], values[place >= 0])
            np.add.at(count, place[place >= 0], 1.0)
        return total / count

    def groups(self, theta: Floats) -> Iterator[tuple[float, Part, Implied, Misfit]]:
        """Each group's share of respondents, its matrices, what they imply, its misfit."""
        for part, sample in zip(self.parts, self.samples, strict=True):
            implied = part.at(theta)
            misfit = Misfit.of(sample, implied, means=self.means)
            yield sample.n / self.n, part, implied, misfit

    def member(self, place: int, group: str) -> Member:
        """One group, by its number, with what it is called."""
        n, part = self.samples[place].n, self.parts[place]
        return Member(self.model, group, n, part, self.cells[place], self.place[place])

    def slopes(self, part: Part, implied: Implied) -> Slopes:
        """How a group changes with its free cells."""
        found = implied.slopes(part.cells)
        return found if self.means else replace(found, d=np.zeros_like(found.d))

    def look(self, theta: Floats) -> Look:
        """
        The misfit, its gradient and the expected information.

        :raises NotPositiveDefinite: when no respondents could have what is implied.
        """
        value, gradient = 0.0, np.zeros(self.parameters)
        information = np.zeros((self.parameters, self.parameters))
        for share, part, implied, misfit in self.groups(theta):
            slopes = self.slopes(part, implied)
            value += share * misfit.value
            downhill = slopes.gradient(misfit.towards, misfit.shift)
            gradient += share * part.spread_out(downhill, self.parameters)
            known = slopes.information(misfit.precision)
            information += share * part.spread_out(known, self.parameters)
        return Look(value, gradient, information)

    def solve(self) -> tuple[Floats, Look]:
        """
        The parameters of least misfit.

        :raises NotConverged: when the search does not end.
        """
        return Search(self.look, self.n).least(self.start)


@dataclass(frozen=True, slots=True)
class Search:
    """
    For the least of n F: Fisher scoring, θ - ½ I⁻¹ ∂F, damped where it would overshoot
    (Levenberg 1944); after 100 steps with the observed information, not the expected.
    """

    look: Callable[[Floats], Look]
    n: int

    def least(self, theta: Floats) -> tuple[Floats, Look]:
        """
        Where F is least, and what it looks like there.

        :raises NotConverged: when no number of steps gets there.
        """
        look, damping = self.look(theta), 0.0
        for count in range(_MOST_STEPS + _MOST_LAST_STEPS):
            curve = look.information if count < _MOST_STEPS else self.curvature(theta, look)
            step = _step(look, curve, damping)
            gained = -float(look.gradient @ step)
            if self.n * abs(gained) < _NEAR and damping < 1:
                return theta, look
            further = self._tried(theta + step) if gained > 0 else None
            if further is not None and further.value <= look.value + _rounding(look):
                theta, look, damping = theta + step, further, damping / 8
                damping = damping if damping > _SINGULAR else 0.0
            else:
                damping = max(damping * 8, 1e-4)
                if damping > _STIFF:
                    break
        raise NotConverged(
            "the parameters go on without end: the model does not suit these"
            f" {self.n} respondents"
        )

    def curvature(self, theta: Floats, look: Look) -> Floats:
        """½ ∂²F, (q, q): the observed information, from differences of gradients."""
        rows = []
        for place, reach in enumerate(_APART / np.sqrt(np.diag(look.information))):
            apart = np.zeros(len(theta))
            apart[place] = reach
            ahead, behind = self.look(theta + apart), self.look(theta - apart)
            rows.append((ahead.gradient - behind.gradient) / (4 * reach))
        found: Floats = np.array(rows)
        return (found + found.T) / 2

    def _tried(self, theta: Floats) -> Look | None:
        try:
            look = self.look(theta)
        except (NotPositiveDefinite, np.linalg.LinAlgError):
            return None
        return look if math.isfinite(look.value) else None


def _rounding(look: Look) -> float:
    return 8 * float(np.finfo(float).eps) * abs(look.value)


def _step(look: Look, curve: Floats, damping: float) -> Floats:
    scale = np.sqrt(np.diag(look.information))
    if not (scale > 0).all():
        raise NotIdentified("a parameter changes nothing that was observed")
    scaled = curve / np.outer(scale, scale)
    scaled.flat[:: len(scaled) + 1] += max(damping, _SINGULAR)
    found: Floats = np.linalg.solve(scaled, -look.gradient / 2 / scale) / scale
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A solved problem: the parameters and how sure they are."""

    problem: Problem
    theta: Floats  # (q,)
    value: float  # F at the minimum, 0 for a perfect fit
    covariance: Floats  # (q, q) of θ, from the expected information

    @classmethod
    def of(cls, problem: Problem) -> Estimate:
        """
        The estimate of a problem.

        :raises NotConverged: when the search does not end.
        :raises NotIdentified: when other parameters fit just as well.
        """
        saturated = problem.saturated  # first: it refuses what has no inverse
        theta, look = problem.solve()
        covariance = inverse_information(look.information, _labels(problem)) / problem.n
        value = max(look.value - saturated, 0.0)
        return cls(problem, theta, value, covariance)

    @property
    def chi_square(self) -> float:
        """The test statistic n F."""
        return self.problem.n * self.value


def inverse_information(information: Floats, labels: Sequence[str]) -> Floats:
    """
    The inverse of a (q, q) information matrix, or a refusal that says what is undetermined.

    By eigenvalues of the information scaled to a unit diagonal, so that units do not
    matter (Rothenberg 1971). R: ``solve(lavaan::lavInspect(fit, "information"))``.

    :param labels: what its q parameters are called.
    :raises NotIdentified: when some parameters can change together and nothing else does.

    >>> inverse_information(np.diag([4.0, 0.25]), ["a", "b"]).tolist()
    [[0.25, 0.0], [0.0, 4.0]]
    """
    scale = np.sqrt(np.maximum(np.diag(information), 0))
    if not (scale > 0).all():
        raise NotIdentified(f"nothing observed depends on {labels[int(np.argmin(scale))]}")
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    if values[0] < _SINGULAR:
        worst = np.argsort(-np.abs(vectors[:, 0]))[:4]
        named = ", ".join(labels[place] for place in worst)
        raise NotIdentified(f"parameters fit equally well at other values, as {named}")
    half = (vectors / np.sqrt(values)) / scale[:, None]
    found: Floats = half @ half.T
    return found


def _labels(problem: Problem) -> list[str]:
    names = [""] * problem.parameters
    for cells, places in zip(problem.cells, problem.place, strict=True):
        for cell, place in zip(cells, places.tolist(), strict=True):
            if place >= 0:
                names[place] = " ".join(cell_name(problem.model, cell)).strip()
    return names


def _cells_of_groups(
    model: Model, samples: Sequence[Sample], level: Level, *, means: bool
) -> tuple[tuple[Cell, ...], ...]:
    found = []
    for group, sample in enumerate(samples):
        cells = cells_of(model, sample.correlation, sample.spread)
        if level >= Level.METRIC and group and model.scale == Scale.UNIT:
            # The loadings of the first group set the scale of all.
            cells = tuple(_freed(cell, sample.items) for cell in cells)
        if means:
            cells += _intercepts(model, sample, freed=level >= Level.SCALAR and group > 0)
        found.append(cells)
    return tuple(found)


def _freed(cell: Cell, observed: int) -> Cell:
    factor = cell.kind is Kind.COVARIANCE and cell.row == cell.column >= observed
    return replace(cell, free=True) if factor else cell


def _intercepts(model: Model, sample: Sample, *, freed: bool) -> tuple[Cell, ...]:
    mean = np.zeros(sample.items) if sample.mean is None else sample.mean
    of_items = [
        Cell(Kind.MEAN, at, at, float(each), free=True) for at, each in enumerate(mean)
    ]
    lower = {item for items in model.factors.values() for item in items}
    of_factors = [
        Cell(Kind.MEAN, at, at, 0.0, freed and name not in lower)
        for at, name in enumerate(model.factors, start=sample.items)
    ]
    return (*of_items, *of_factors)


def _places(
    model: Model, groups: Sequence[Sequence[Cell]], level: Level
) -> tuple[Integers, ...]:
    """Which parameter each cell takes: those that groups share take the first group's."""
    taken: dict[tuple[int, Kind, int, int], int] = {}
    found = []
    for group, cells in enumerate(groups):
        places = np.full(len(cells), -1, np.int64)
        for at, cell in enumerate(cells):
            if cell.free:
                owner = 0 if _is_shared(model, cell, level) else group
                key = (owner, cell.kind, cell.row, cell.column)
                places[at] = taken.setdefault(key, len(taken))
        found.append(places)
    return tuple(found)


def _is_shared(model: Model, cell: Cell, level: Level) -> bool:
    observed = cell.row < len(model.observed)
    if cell.kind is Kind.PATH:
        return level >= Level.METRIC and cell_name(model, cell)[1] == "=~"
    if cell.kind is Kind.MEAN:
        return level >= Level.SCALAR and observed
    return level >= Level.STRICT and observed and cell.row == cell.column
