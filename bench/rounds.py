"""Taking turns: every contestant once a round, and what their times say of each other."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Work = Callable[[], object]


@dataclass(frozen=True)
class Times:
    """The seconds of one contestant, round by round."""

    seconds: tuple[float, ...]
    scaled: float = 1.0  # the whole work is so many times what was done

    @property
    def median(self) -> float:
        return statistics.median(self.seconds) * self.scaled


@dataclass(frozen=True)
class Ratio:
    """How many times as long as ours theirs took: in the median, and round by round."""

    median: float
    least: float
    most: float


def ratio(ours: Times, theirs: Times) -> Ratio:
    rounds = [
        theirs.scaled * b / (ours.scaled * a)
        for a, b in zip(ours.seconds, theirs.seconds, strict=False)
    ]
    return Ratio(theirs.median / ours.median, min(rounds), max(rounds))


def in_turns(contestants: Mapping[str, Work], rounds: int) -> dict[str, list[float]]:
    """Each once for nothing, so that all are warm; then all once a round."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for nth in range(rounds + 1):
        for name, work in contestants.items():
            gc.collect()
            began = time.perf_counter()
            work()
            if nth:
                found[name].append(time.perf_counter() - began)
    return found


def must_agree(ours: object, theirs: object, *, within: float, what: str) -> None:
    """Nobody is timed for a wrong answer."""
    one, other = np.asarray(ours, float), np.asarray(theirs, float)
    if one.shape != other.shape or not np.allclose(one, other, rtol=within, atol=within):
        raise SystemExit(f"{what}: the results differ; nothing is compared.")
