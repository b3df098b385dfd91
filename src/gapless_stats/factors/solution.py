"""What a fitted model says: its parameters by name, and its matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.results import Result

from .model import Cell, Kind, Model, cell_name
from .structure import Part

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One group of a fitted problem."""

    model: Model
    group: str
    n: int
    part: Part
    cells: tuple[Cell, ...]
    place: Integers  # (cells,) in θ; -1 where fixed


@dataclass(frozen=True, slots=True)
class Parameter(Result):
    """
    One number of a model, named as R's lavaan writes it: ``left operator right``.

    ``error`` is its standard error, 0 where it is fixed; ``standardised`` the value with
    items and factors of variance 1 (lavaan: ``std.all``).
    """

    method: ClassVar[str] = "factor model"
    source: ClassVar[str] = "Jöreskog 1969; McArdle and McDonald 1984"

    left: str
    operator: str
    right: str
    group: str
    value: float
    error: float
    standardised: float
    free: bool

    @classmethod
    def of(cls, member: Member, theta: Floats, errors: Floats) -> tuple[Parameter, ...]:
        """
        All of a group, fixed ones too.

        :param errors: (q + 1,) by parameter, and a last one, 0, for what is fixed.
        """
        paths, covariances, means = member.part.matrices(theta)
        spread = _roots(np.diag(member.part.at(theta).spread))
        left = _roots(np.diag(covariances))
        found = []
        for cell, at in zip(member.cells, member.place, strict=True):
            row, column = cell.row, cell.column
            if cell.kind is Kind.PATH:
                value, unit = paths[row, column], spread[row] / spread[column]
            elif cell.kind is Kind.MEAN:
                value, unit = means[row], spread[row]
            elif row == column:
                value, unit = covariances[row, row], spread[row] ** 2
            else:
                value, unit = covariances[row, column], left[row] * left[column]
            name = cell_name(member.model, cell)
            numbers = float(value), float(errors[at]), float(value / unit)
            found.append(cls(*name, member.group, *numbers, free=bool(at >= 0)))
        return tuple(found)

    @property
    def z(self) -> float | None:
        """Value over standard error; None where the value is fixed."""
        return self.value / self.error if self.error else None

    @property
    def p_value(self) -> float | None:
        """Two-sided, of no effect; None where the value is fixed."""
        z = self.z
        return None if z is None else 2 * float(scipy.special.ndtr(-abs(z)))


@dataclass(frozen=True, slots=True, eq=False)
class Solution(Result):
    """
    One group's matrices: p items, m factors.

    ``residual`` is what the model leaves of every variance and covariance of the items.
    """

    method: ClassVar[str] = "factor model"
    source: ClassVar[str] = "Jöreskog 1969; McArdle and McDonald 1984"

    group: str
    n: int
    items: tuple[str, ...]
    factors: tuple[str, ...]
    loadings: Floats  # (p, m)
    standardised_loadings: Floats  # (p, m)
    factor_covariance: Floats  # (m, m)
    factor_correlation: Floats  # (m, m)
    factor_mean: Floats  # (m,)
    residual: Floats  # (p, p)
    implied_covariance: Floats  # (p, p)
    implied_mean: Floats  # (p,)
    r_squared: Floats  # (p,)

    @classmethod
    def of(cls, member: Member, theta: Floats) -> Solution:
        """What the group's matrices say with these parameters."""
        p, implied = len(member.model.observed), member.part.at(theta)
        paths, covariances, _ = member.part.matrices(theta)
        spread = _roots(np.diag(implied.spread))
        loadings, factors = paths[:p, p:], implied.spread[p:, p:]
        return cls(
            group=member.group,
            n=member.n,
            items=member.model.observed,
            factors=tuple(member.model.factors),
            loadings=loadings,
            standardised_loadings=loadings * spread[p:] / spread[:p, None],
            factor_covariance=factors,
            factor_correlation=factors / np.outer(spread[p:], spread[p:]),
            factor_mean=implied.level[p:],
            residual=covariances[:p, :p],
            implied_covariance=implied.covariance,
            implied_mean=implied.mean,
            r_squared=1 - np.diag(covariances)[:p] / np.diag(implied.covariance),
        )


def _roots(variances: Floats) -> Floats:
    """Standard deviations; of a variance that is not positive, its size's, and of 0, 1."""
    size = np.abs(variances)
    found: Floats = np.sqrt(np.where(size > 0, size, 1.0))
    return found
