"""Where a model would fit better: what one more parameter would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import OutOfRange
from gapless_stats.results import Result

from .estimate import Estimate, Problem
from .model import Cell, Kind, Model, cell_name
from .samples import Sample
from .structure import Cells, Implied, Slopes

Floats = NDArray[np.float64]

_UNDETERMINED = 1e-8
"""Of its own information, what is left of a parameter that the others already fix."""


@dataclass(frozen=True, slots=True)
class Hint(Result):
    """
    A parameter that is 0 in the model: by how much χ² would fall were it free.

    ``index`` is χ² with 1 degree of freedom; ``change`` what its value would be, about,
    and ``standardised`` the same between variables of variance 1. A hint is not a reason:
    free what makes sense, one at a time.
    """

    method: ClassVar[str] = "score test with expected information"
    source: ClassVar[str] = "Sörbom 1989; Saris, Satorra and Sörbom 1987"

    n: int
    left: str
    operator: str
    right: str
    index: float
    change: float
    standardised: float
    p_value: float


def modification_hints(
    model: Model, sample: Sample, *, least: float = 0.0
) -> tuple[Hint, ...]:
    """
    The modification index and expected parameter change of what the model fixes at 0.

    With the score s_j = -(n/2) ∂F/∂θ_j and v_j = I_jj - I_jθ I_θθ⁻¹ I_θj, the index is
    s_j²/v_j and the change s_j/v_j (Sörbom 1989, eq. 9): loadings of every item on every
    factor, and covariances of the residuals of every pair of items. Largest first.

    R: ``lavaan::modindices(fit, sort. = TRUE)``.

    :param least: leave out indices below this; 3.84 leaves those significant at 5 %.
    :raises OutOfRange: when ``least`` is negative.
    :raises WrongShape: when the sample lacks an item of the model.
    :raises TooFew: with no more respondents than items.
    :raises NotIdentified: with more parameters than covariances.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotConverged: when the search does not end.

    >>> r = np.array([[1, .7, .4, .4], [.7, 1, .4, .4], [.4, .4, 1, .4], [.4, .4, .4, 1]])
    >>> sample = Sample.covariance_of(r, n=201, names=("a", "b", "c", "d"))
    >>> hint = modification_hints(Model({"f": ("a", "b", "c", "d")}), sample)[0]
    >>> hint.left, hint.operator, hint.right, round(hint.index, 1)
    ('a', '~~', 'b', 9.1)
    """
    if not least >= 0:
        raise OutOfRange(f"a modification index is at least 0, not {least}")
    estimate = Estimate.of(Problem.of(model, [sample]))
    candidates = tuple(_candidates(model, estimate.problem))
    if not candidates:
        return ()
    found = _hints(estimate, candidates)
    return tuple(
        sorted(
            (hint for hint in found if hint.index >= least), key=lambda hint: -hint.index
        )
    )


def _candidates(model: Model, problem: Problem) -> Iterator[Cell]:
    p, v = len(model.observed), len(model.variables)
    taken = {(cell.kind, cell.row, cell.column) for cell in problem.cells[0]}
    for factor in range(p, v):
        for item in range(p):
            if (Kind.PATH, item, factor) not in taken:
                yield Cell(Kind.PATH, item, factor, 0.0, free=False)
    for one, other in combinations(range(p), 2):
        pairs = {(Kind.COVARIANCE, one, other), (Kind.COVARIANCE, other, one)}
        if not pairs & taken:
            yield Cell(Kind.COVARIANCE, one, other, 0.0, free=False)


def _hints(estimate: Estimate, candidates: tuple[Cell, ...]) -> Iterator[Hint]:
    problem = estimate.problem
    ((_, part, implied, misfit),) = problem.groups(estimate.theta)
    free = len(part.place)
    inside = problem.slopes(part, implied)
    outside = implied.slopes(Cells.of(candidates))
    both = Slopes(
        np.hstack([inside.u, outside.u]),
        np.hstack([inside.w, outside.w]),
        np.zeros((len(inside.u), free + len(candidates))),
    )
    known = both.information(misfit.precision)
    downhill = -both.gradient(misfit.towards, misfit.shift) / 2
    among, across = known[:free, :free], known[:free, free:]
    own = np.diag(known)[free:]
    left = own - (across * np.linalg.solve(among, across)).sum(axis=0)
    unit = _units(implied, estimate, candidates)
    for place, cell in enumerate(candidates):
        if left[place] <= _UNDETERMINED * own[place]:
            continue  # what is free already says as much: the index would be 0/0
        change = float(downhill[free + place] / left[place])
        index = problem.n * change * float(downhill[free + place])
        yield Hint(
            problem.n,
            *_name(problem.model, cell),
            index=index,
            change=change,
            standardised=change * float(unit[place]),
            p_value=float(scipy.special.chdtrc(1, index)),
        )


def _name(model: Model, cell: Cell) -> tuple[str, str, str]:
    left, operator, right = cell_name(model, cell)
    # A path from a factor to an item would be a loading, and is written as one.
    return (right, "=~", left) if operator == "~" else (left, operator, right)


def _units(implied: Implied, estimate: Estimate, candidates: tuple[Cell, ...]) -> Floats:
    """What turns each change into one between variables of variance 1."""
    spread = np.sqrt(np.abs(np.diag(implied.spread)))
    _, covariances, _ = estimate.problem.parts[0].matrices(estimate.theta)
    own = np.sqrt(np.abs(np.diag(covariances)))
    at = Cells.of(candidates)
    path = at.kind == Kind.PATH
    found: Floats = np.where(
        path,
        spread[at.column] / spread[at.row],
        1 / np.maximum(own[at.row] * own[at.column], _UNDETERMINED),
    )
    return found
