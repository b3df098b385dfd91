"""The covariances and means a model implies, and how they change with its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import NotPositiveDefinite

from .model import Cell, Kind
from .samples import Sample, triangle

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Where c parameters stand: the matrix, row and column of each."""

    kind: Integers  # (c,)
    row: Integers  # (c,)
    column: Integers  # (c,)

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> Cells:
        table = np.array(
            [(cell.kind, cell.row, cell.column) for cell in cells], np.int64
        ).reshape(-1, 3)
        return cls(table[:, 0], table[:, 1], table[:, 2])


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """
    How Σ and μ change with each of c parameters, without c matrices.

    dΣ/dθ_i = u_i w_i' + w_i u_i' and dμ/dθ_i = d_i: every parameter changes Σ by rank two
    (Bentler and Weeks 1980; McArdle and McDonald 1984).
    """

    u: Floats  # (p, c)
    w: Floats  # (p, c)
    d: Floats  # (p, c)

    def gradient(self, towards: Floats, shift: Floats) -> Floats:
        """tr(V dΣ) - 2 d'y for each parameter, (c,)."""
        found: Floats = 2 * ((self.u * (towards @ self.w)).sum(axis=0) - shift @ self.d)
        return found

    def information(self, precision: Floats) -> Floats:
        """½ tr(Σ⁻¹ dΣ_i Σ⁻¹ dΣ_j) + d_i' Σ⁻¹ d_j of one respondent, (c, c)."""
        u, w, d = self.u, self.w, self.d
        across = u.T @ precision @ w
        return (
            (u.T @ precision @ u) * (w.T @ precision @ w)
            + across * across.T
            + d.T @ precision @ d
        )

    def jacobian(self) -> Floats:
        """The slopes of vech Σ, (p*, c)."""
        low, high = triangle(len(self.u))
        return self.u[low] * self.w[high] + self.u[high] * self.w[low]


@dataclass(frozen=True, slots=True, eq=False)
class Implied:
    """What a model with numbers in it says of its v variables, the p observed first."""

    observed: int
    reach: Floats  # (v, v)  (I - A)⁻¹
    spread: Floats  # (v, v)  (I - A)⁻¹ S (I - A)⁻ᵀ
    level: Floats  # (v,)    (I - A)⁻¹ m

    @property
    def covariance(self) -> Floats:
        """Σ of the observed, (p, p)."""
        return self.spread[: self.observed, : self.observed]

    @property
    def mean(self) -> Floats:
        """μ of the observed, (p,)."""
        return self.level[: self.observed]

    def slopes(self, cells: Cells) -> Slopes:
        """How Σ and μ change with parameters at these places."""
        p = self.observed
        path, mean = cells.kind == Kind.PATH, cells.kind == Kind.MEAN
        u = self.reach[:p, cells.row]
        halved = np.where(cells.row == cells.column, 0.5, 1.0)
        other = np.where(mean, 0.0, self.reach[:p, cells.column] * halved)
        w = np.where(path, self.spread[:p, cells.column], other)
        return Slopes(u, w, u * np.where(path, self.level[cells.column], mean))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One group: the matrices at their fixed values, and which parameter goes where."""

    observed: int
    paths: Floats  # (v, v)  A
    covariances: Floats  # (v, v)  S
    means: Floats  # (v,)  m
    cells: Cells  # the free ones
    place: Integers  # (c,) in θ

    @classmethod
    def of(cls, cells: Sequence[Cell], place: Integers, observed: int, v: int) -> Part:
        """:param place: which parameter each cell takes, (cells,); -1 where it is fixed."""
        paths, covariances, means = np.zeros((v, v)), np.zeros((v, v)), np.zeros(v)
        for cell in cells:
            if cell.kind is Kind.PATH:
                paths[cell.row, cell.column] = cell.value
            elif cell.kind is Kind.COVARIANCE:
                covariances[cell.row, cell.column] = cell.value
                covariances[cell.column, cell.row] = cell.value
            else:
                means[cell.row] = cell.value
        free = [cell for cell, at in zip(cells, place, strict=True) if at >= 0]
        return cls(observed, paths, covariances, means, Cells.of(free), place[place >= 0])

    def matrices(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """A, S and m with the parameters in them."""
        paths, covariances = self.paths.copy(), self.covariances.copy()
        means = self.means.copy()
        cells, values = self.cells, theta[self.place]
        at = cells.kind == Kind.PATH
        paths[cells.row[at], cells.column[at]] = values[at]
        at = cells.kind == Kind.COVARIANCE
        covariances[cells.row[at], cells.column[at]] = values[at]
        covariances[cells.column[at], cells.row[at]] = values[at]
        at = cells.kind == Kind.MEAN
        means[cells.row[at]] = values[at]
        return paths, covariances, means

    def at(self, theta: Floats) -> Implied:
        """What the group's model says with these parameters."""
        paths, covariances, means = self.matrices(theta)
        reach: Floats = np.linalg.inv(np.eye(len(paths)) - paths).astype(np.float64)
        return Implied(self.observed, reach, reach @ covariances @ reach.T, reach @ means)

    def spread_out(self, values: Floats, parameters: int) -> Floats:
        """What belongs to the cells, (c,) or (c, c), at the places of their parameters."""
        found = np.zeros((parameters,) * values.ndim)
        # Groups share parameters; within one every free cell has a parameter of its own.
        at = self.place if values.ndim == 1 else np.ix_(self.place, self.place)
        found[at] = values
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Misfit:
    """How far one group's sample lies from what is implied (Jöreskog 1969)."""

    value: float
    """ln|Σ| + tr(SΣ⁻¹) + (x̄ - μ)'Σ⁻¹(x̄ - μ), of which a saturated model has ln|S| + p."""
    precision: Floats  # (p, p)  Σ⁻¹
    towards: Floats  # (p, p)  dF/dΣ
    shift: Floats  # (p,)    Σ⁻¹(x̄ - μ)

    @classmethod
    def of(cls, sample: Sample, implied: Implied, *, means: bool) -> Misfit:
        """
        The misfit of a sample, with its means or without.

        :raises NotPositiveDefinite: when no respondents could have what is implied.
        """
        sigma = implied.covariance
        try:
            half = np.linalg.inv(np.linalg.cholesky(sigma))
        except np.linalg.LinAlgError as error:
            raise NotPositiveDefinite(
                "the implied covariances cannot be of anything"
            ) from error
        precision = half.T @ half
        apart = np.zeros(len(sigma))
        if means and sample.mean is not None:
            apart = sample.mean - implied.mean
        shift = precision @ apart
        within = precision @ sample.covariance
        value = np.trace(within) - 2 * np.log(np.diag(half)).sum() + apart @ shift
        towards = precision - within @ precision - np.outer(shift, shift)
        return cls(float(value), precision, towards, shift)
