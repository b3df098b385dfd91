"""What is asked of everybody, and how each answers it."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import peers
from rounds import Work, must_agree
from synthetic import BRANCHES, DIMENSION, ITEMS, SIZES, Answers, answers

from gapless_stats import rows

ALPHA_BRANCHES = range(20)
"""pingouin takes a millisecond for each alpha: some branches, and the time scaled."""


@dataclass(frozen=True)
class Peer:
    """A contestant, and how many times as long as ours it is to take."""

    name: str
    work: Work
    aim: float
    scaled: float = 1.0


@dataclass(frozen=True)
class Question:
    goal: str
    name: str
    note: str
    ours: Work
    peers: tuple[Peer, ...]
    check: Callable[[], None]
    why_missed: str = "Measured as it is; nothing was left out to reach it."


@dataclass
class Setting:
    """The answers, in everybody's own form; each is made when first asked for."""

    answers: Answers
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp()))

    @classmethod
    def of(cls, n: int) -> "Setting":
        return cls(answers(n))

    @cached_property
    def pandas(self) -> Any:
        return peers.in_pandas(self.answers)

    @cached_property
    def polars(self) -> Any:
        return peers.in_polars(self.answers)

    @cached_property
    def duckdb(self) -> Any:
        return peers.in_duckdb(self.polars)

    @cached_property
    def paired(self) -> rows.PairedRows:
        values = self.answers.values
        return rows.PairedRows(values[:, :ITEMS], values[:, ITEMS:], DIMENSION)

    @cached_property
    def moments(self) -> list[rows.GroupMoments]:
        """The cells of all branches: what alpha is computed from in the product."""
        perceived = self.answers.values[:, ITEMS:]
        return [
            rows.group_moments(
                perceived[:, np.flatnonzero(at == DIMENSION)], self.answers.branch, BRANCHES
            )
            for at in range(len(SIZES))
        ]


def every(setting: Setting, *, quick: bool) -> Iterator[Question]:
    yield gaps(setting, compiled=True)
    yield alphas(setting)
    yield covariances(setting, compiled=True, quick=quick)
    if not quick:
        yield gaps(setting, compiled=False)
        yield covariances(setting, compiled=False, quick=True)


WAYS = {True: "compiled", False: "without numba"}
WHY_COVARIANCES = {
    True: "Bits of answers are counted in words; at fewer rows setting up weighs more.",
    False: "One product of single-precision matrices, here on one BLAS thread.",
}
WHY_GAPS = {
    True: "Adding to 10,000 sums in no order waits for memory; the aim was measured on a "
    "quiet machine and ten times the rows.",
    False: "numpy passes over the rows a dozen times, where others pass once.",
}


def covariances(setting: Setting, *, compiled: bool, quick: bool) -> Question:
    def ours() -> Any:
        return rows.pairwise_sums(setting.answers.values, compiled=compiled).covariance

    def check() -> None:
        must_agree(
            ours(), peers.pandas_covariance(setting.pandas), within=1e-9, what="covariance"
        )

    every_peer = (
        Peer("pandas", lambda: peers.pandas_covariance(setting.pandas), 30),
        Peer("polars", lambda: peers.polars_covariance(setting.polars), 25),
        Peer("DuckDB", lambda: peers.duckdb_covariance(setting.duckdb), 50),
    )
    return Question(
        "1",
        f"44 × 44 covariances, {WAYS[compiled]}",
        "of every pair of items over who answered both; ours are exact integers until the "
        "last division.",
        ours,
        every_peer[:1] if quick else every_peer,
        check,
        WHY_COVARIANCES[compiled],
    )


def gaps(setting: Setting, *, compiled: bool) -> Question:
    def ours() -> Any:
        found = rows.gap_sums(
            setting.paired, setting.answers.branch, BRANCHES, compiled=compiled
        )
        mean = found.total / (found.n * found.scale)
        scatter = found.squares / found.scale**2 - found.n * mean**2
        return np.stack((mean, np.sqrt(scatter / (found.n - 1)), found.n), axis=2)

    def check() -> None:
        for theirs in (
            peers.pandas_gaps(setting.pandas),
            peers.polars_gaps(setting.polars),
            peers.duckdb_gaps(setting.duckdb),
        ):
            must_agree(ours(), theirs, within=1e-6, what="gaps")

    return Question(
        "5",
        f"person-mean gaps of 2,000 branches, {WAYS[compiled]}",
        "each respondent's mean gap in five dimensions where half the items are answered "
        "on both sides; its mean, standard deviation and n in every branch, from the rows.",
        ours,
        (
            Peer("polars", lambda: peers.polars_gaps(setting.polars), 3),
            Peer("DuckDB", lambda: peers.duckdb_gaps(setting.duckdb), 4),
            Peer("pandas", lambda: peers.pandas_gaps(setting.pandas), 15),
        ),
        check,
        WHY_GAPS[compiled],
    )


def alphas(setting: Setting) -> Question:
    def ours() -> Any:
        return np.stack([each.alpha for each in setting.moments], axis=1)

    def theirs() -> Any:
        return peers.pingouin_alphas(setting.pandas, ALPHA_BRANCHES)

    def check() -> None:
        must_agree(ours()[: len(ALPHA_BRANCHES)], theirs(), within=1e-9, what="alpha")

    scaled = BRANCHES / len(ALPHA_BRANCHES)
    return Question(
        "4",
        "alpha of 2,000 branches × 5 dimensions",
        "ours from the branches' moments, as cells hold them; pingouin's from the rows of "
        f"{len(ALPHA_BRANCHES)} branches, its time scaled to all of them.",
        ours,
        (Peer("pingouin", theirs, 25, scaled),),
        check,
    )
