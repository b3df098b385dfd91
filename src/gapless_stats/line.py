"""
A fitted line and its errors, in columns that are centred and scaled: what ``regression``
reports.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import Collinear, NoVariance, OutOfRange, TooFew

Floats = NDArray[np.float64]

CLUSTERED = ("CR0", "CR1", "CR2")

_FLAT = 1e-10  # an eigenvalue of correlations, or a share of variance, that is 0


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """
    A fitted line in standard columns: 1, and each (x - mean) / sd.

    ``back`` turns standard coefficients into those of the columns as they came; ``root`` is
    (X'X)^-½ of standard columns.
    """

    n: int
    means: Floats  # (p + 1,) of predictors and outcome
    scales: Floats  # (p,)
    standard: Floats  # (p + 1,) coefficients
    back: Floats  # (p + 1, p + 1)
    root: Floats  # (p + 1, p + 1)
    r_squared: float
    variance: float  # of residuals

    @classmethod
    def of_covariance(
        cls, n: int, means: Floats, covariance: Floats, *, mass: float | None = None
    ) -> Line:
        """:param mass: the sum of the weights, where they are not 1 each."""
        p = len(means) - 1
        among, towards, spread = _correlations(n, covariance)
        slopes = np.linalg.solve(among, towards) * spread[p]
        r_squared = float(slopes @ towards / spread[p])
        if 1 - r_squared < _FLAT:
            raise NoVariance("the predictors say the outcome exactly; errors would be 0")
        gram = np.zeros((p + 1, p + 1))
        gram[0, 0], gram[1:, 1:] = mass or n, (n - 1) * among
        back = np.diag(np.concatenate(([1.0], 1 / spread[:p])))
        back[0, 1:] = -means[:p] / spread[:p]
        return cls(
            n=n,
            means=means,
            scales=spread[:p],
            standard=np.concatenate(([means[p]], slopes)),
            back=back,
            root=_inverse_root(gram),
            r_squared=r_squared,
            variance=(1 - r_squared) * spread[p] ** 2 * (n - 1) / (n - p - 1),
        )

    @classmethod
    def of_rows(cls, columns: Floats, weights: Floats) -> Line:
        """:param columns: (n, p + 2) of 1, the predictors and the outcome."""
        n, mass = len(weights), float(weights.sum())
        means = weights @ columns[:, 1:] / mass
        apart = columns[:, 1:] - means
        # What is constant is told from rounding before it is divided by.
        apart[:, np.ptp(columns[:, 1:], axis=0) == 0] = 0.0
        scatter = (apart * weights[:, None]).T @ apart
        return cls.of_covariance(n, means, scatter / max(n - 1, 1), mass=mass)

    @property
    def freedom(self) -> int:
        return self.n - len(self.standard)

    @property
    def usual_errors(self) -> Floats:
        """Standard errors where all rows vary alike."""
        half = self.back @ self.root
        return np.asarray(np.sqrt(self.variance * (half**2).sum(axis=1)))

    def centred(self, columns: Floats) -> Floats:
        """Columns 1, x, y as 1, (x - mean) / sd, y."""
        found = columns.copy()
        found[:, 1:-1] = (columns[:, 1:-1] - self.means[:-1]) / self.scales
        return found

    def centred_grams(self, grams: Floats) -> Floats:
        """As ``centred``, of the cross-products of clusters' columns, (G, p + 2, p + 2)."""
        turn = np.eye(len(self.means) + 1)
        turn[1:-1, 0] = -self.means[:-1] / self.scales
        turn[1:-1, 1:-1] = np.diag(1 / self.scales)
        return np.asarray(turn @ grams @ turn.T)

    def by_rows(self, columns: Floats, weights: Floats, errors: str) -> Floats:
        """Covariance of standard coefficients when each row has a variance of its own."""
        seen = self.centred(columns) * np.sqrt(weights)[:, None]
        q = seen[:, :-1] @ self.root
        left = seen[:, -1] - seen[:, :-1] @ self.standard
        # A row that alone carries a coefficient fits exactly: there is nothing to inflate.
        room = 1 - (q**2).sum(axis=1)
        room = np.where(room > _FLAT, room, np.inf)
        factors = {
            "HC0": np.ones(self.n),
            "HC1": np.full(self.n, np.sqrt(self.n / self.freedom)),
            "HC2": 1 / np.sqrt(room),
            "HC3": 1 / room,
        }
        if errors == "HAC":
            meat = _newey_west(q * left[:, None]) * self.n / self.freedom
        elif errors in factors:
            scores = q * (left * factors[errors])[:, None]
            meat = scores.T @ scores
        else:
            raise OutOfRange(f"errors are classical, HC0-3, HAC or CR0-2, not {errors}")
        return np.asarray(self.root @ meat @ self.root)

    def by_clusters(self, grams: Floats, errors: str) -> tuple[Floats, Floats]:
        """
        Covariance of standard coefficients when rows of a cluster go together, and degrees.

        :param grams: (G, p + 2, p + 2) cross-products of each cluster's 1, x, y.
        """
        if errors not in CLUSTERED:
            raise OutOfRange(f"errors of clusters are CR0, CR1 or CR2, not {errors}")
        groups, centred = len(grams), self.centred_grams(grams)
        shares = self.root @ centred[:, :-1, :-1] @ self.root  # Q_g'Q_g
        scores = centred[:, :-1, -1] - centred[:, :-1, :-1] @ self.standard
        scores = scores @ self.root
        freedom = np.full(len(self.standard), float(groups - 1))
        if errors == "CR2":
            scores, freedom = _corrected(self, shares, scores)
        elif errors == "CR1":
            scores *= np.sqrt(groups / (groups - 1) * (self.n - 1) / self.freedom)
        return np.asarray(self.root @ (scores.T @ scores) @ self.root), freedom


def _correlations(n: int, covariance: Floats) -> tuple[Floats, Floats, Floats]:
    """Correlations among predictors and with the outcome, and standard deviations."""
    p = len(covariance) - 1
    if p < 1 or n <= p + 1:
        raise TooFew(f"{n} respondents cannot tell {p} predictors and a constant apart")
    spread = np.sqrt(np.diag(covariance))
    if not spread.all():
        raise NoVariance(f"column {int(np.argmin(spread))} is the same for everybody")
    correlation = covariance / np.outer(spread, spread)
    among = correlation[:p, :p]
    if np.linalg.eigvalsh(among)[0] < _FLAT:
        raise Collinear("some predictors together say exactly what another says")
    return among, correlation[:p, p], spread


def lag_of(n: int) -> int:
    """
    How many periods back errors are taken to go together, of n: ⌊4 (n / 100)^(2/9)⌋.

    :raises TooFew: of no period.

    Source: Newey and West 1994, Review of Economic Studies 61:631 (the rule without a
    plug-in). R: ``floor(4 * (n / 100)^(2 / 9))``.

    >>> lag_of(48)
    3
    """
    if n < 1:
        raise TooFew(f"errors go together over time, and there are {n} periods")
    return math.floor(4 * math.pow(n / 100, 2 / 9))


def _newey_west(scores: Floats) -> Floats:
    """The sum of scores' products over time, with Bartlett's weights."""
    lag = lag_of(len(scores))
    meat = scores.T @ scores
    for back in range(1, lag + 1):
        across = scores[back:].T @ scores[:-back]
        meat += (1 - back / (lag + 1)) * (across + across.T)
    return np.asarray(meat)


def _inverse_root(gram: Floats) -> Floats:
    lengths, directions = np.linalg.eigh(gram)
    return np.asarray(directions / np.sqrt(lengths) @ directions.T)


def _corrected(line: Line, shares: Floats, scores: Floats) -> tuple[Floats, Floats]:
    """
    Scores Q_g' A_g e_g with A_g = (I - Q_g Q_g')^-½, and Satterthwaite's degrees.

    All of it happens in Q_g'Q_g = V diag(λ) V': Q_g' A_g = V (1 - λ)^-½ V' Q_g'. Where a
    cluster alone carries a coefficient, λ is 1 and the part is left out.
    """
    lengths, directions = np.linalg.eigh(shares)
    room = 1 - np.clip(lengths, 0.0, 1.0)
    open_room = np.where(room > _FLAT, room, np.inf)
    turned = np.swapaxes(directions, 1, 2)
    lifted = (turned @ scores[:, :, None])[:, :, 0] / np.sqrt(open_room)
    corrected = (directions @ lifted[:, :, None])[:, :, 0]
    # Of each coefficient: how it weighs Q, then each cluster's own and shared parts.
    contrasts = turned @ (line.root @ line.back.T)
    held = np.maximum(lengths, 0.0)[:, :, None] * contrasts
    own = (held * contrasts / open_room[:, :, None]).sum(axis=1)  # (G, p + 1)
    shared = directions @ (held / np.sqrt(open_room)[:, :, None])  # (G, p + 1, p + 1)
    kept = own - (shared**2).sum(axis=1)
    crossed = np.einsum("gka,gla->akl", shared, shared)
    squares = (own**2).sum(axis=0) - 2 * (own * (shared**2).sum(axis=1)).sum(axis=0)
    squares = squares + (crossed**2).sum(axis=(1, 2))
    return corrected, kept.sum(axis=0) ** 2 / np.maximum(squares, np.finfo(float).tiny)
