"""The drawer of derived importance: what lies behind one share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gapless.evaluation.gaps.derived import UNSTEADY, Derived, Found
from gapless.evaluation.gaps.importance import Placed, Spot
from gapless.web.templatetags.numbers import interval, share

from . import importance_words as words

if TYPE_CHECKING:
    from gapless.evaluation.gaps.report import Target


@dataclass(frozen=True)
class Part:
    """One thing that the overall judgement goes with."""

    spot: Spot
    derived: Derived
    found: Found
    name: str
    judgement: str

    @property
    def target(self) -> Target:
        return self.spot.target

    @property
    def _place(self) -> int:
        return [part.target for part in self.derived.parts].index(self.target)

    @property
    def share(self) -> float:
        return float(self.found.drivers.shares[self._place])

    @property
    def interval(self) -> str:
        limits = self.found.spread.shares[self._place]
        return interval(100 * limits.low, 100 * limits.high, 1)

    @property
    def of_explained(self) -> str:
        """How much of all that is explained is this one's."""
        whole = self.found.drivers.r_squared
        return share(self.share / whole) if whole else ""

    @property
    def correlation(self) -> float:
        return float(self.found.drivers.correlations[self._place])

    @property
    def weight(self) -> float:
        return float(self.found.drivers.weights[self._place])

    @property
    def inflation(self) -> float:
        return float(self.found.drivers.inflation[self._place])

    @property
    def unsteady(self) -> bool:
        return self.inflation > UNSTEADY


def part_in(placed: Placed, names: dict[str, str], target: str) -> Part | None:
    """The share of ``target``; None where the map has no such share."""
    derived = placed.derived
    spots = [spot for spot in placed.spots if str(spot.target) == target]
    if derived is None or derived.found is None or not spots:
        return None
    name = names.get(target) or spots[0].target.code
    judgement = words.judgement(names, derived.outcome)
    return Part(spots[0], derived, derived.found, name, judgement)
