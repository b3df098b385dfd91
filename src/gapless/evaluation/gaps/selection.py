"""What a gap page is about, and whose answers count for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gapless.analytics.answers import Kind, Layout
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.drivers import predictors
from gapless.analytics.folding import schema_of
from gapless.analytics.summaries import Measure, measures, summarise, terms_of
from gapless.core.evidence.choices import CollectionMode
from gapless.core.evidence.rules import Stratum
from gapless.core.instruments.comparing import LineKind, compare
from gapless.core.instruments.rules import VersionDraft

if TYPE_CHECKING:
    from gapless.analytics.periods import Period
    from gapless.core.instruments.models import FormVersion
    from gapless.people.org.models import Unit

Part = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """
    A unit with all below it, a period, a form version, and which of the answers. Those to
    other versions of the form count with it as far as they can be compared, unless it is
    to stand ``alone``.
    """

    unit: Unit
    period: Period
    version: FormVersion
    alone: bool = False
    with_flagged: bool = True
    mode: CollectionMode | None = None
    within: str = ""  # of one campaign: "c12"
    group: str = ""  # of one option of the grouping item, by its place

    def takes(self, stratum: Stratum) -> bool:
        """Whether answers of a stratum count."""
        return (
            (self.with_flagged or not stratum.flagged)
            and self.mode in (None, stratum.mode)
            and self.within in ("", stratum.within)
            and self.group in ("", stratum.group)
        )

    def part_of(self, stratum: Stratum, version_id: int) -> Part:
        """Which of the parts that this selection tells apart the answers are in."""
        return (
            None if self.with_flagged else stratum.flagged,
            None if self.mode is None else stratum.mode,
            stratum.within if self.within else None,
            stratum.group if self.group else None,
            version_id if self.alone else None,
        )


@dataclass(frozen=True)
class Shared:
    """What of a version's evidence counts as evidence of another one."""

    items: frozenset[str]
    dimensions: frozenset[str]
    overall: bool
    by_item: bool
    weighted: bool

    @classmethod
    def of(cls, one: VersionDraft, other: VersionDraft) -> Shared:
        """By the lines that go on from the older version to the newer one."""
        going_on = [line for line in compare(one, other).lines if not line.broken]
        codes = {
            kind: frozenset(line.code for line in going_on if line.kind is kind)
            for kind in LineKind
        }
        items, overall = codes[LineKind.ITEM], bool(codes[LineKind.OVERALL])
        rated = [_rated(draft) for draft in (one, other)]
        same = rated[0] == rated[1] and rated[0] <= items
        weighted = overall and bool(codes[LineKind.WEIGHTS])
        return cls(items, codes[LineKind.DIMENSION], overall, same, weighted)

    def measure(self, target: str) -> bool:
        level, _, code = target.partition(":")
        if level == "item":
            return code in self.items
        if level == "dimension":
            return code in self.dimensions
        return {
            "overall": self.overall,
            "by_item": self.by_item,
            "weighted": self.weighted,
        }[level]


def _rated(draft: VersionDraft) -> frozenset[str]:
    kinds = (Kind.PAIR.value, Kind.SCORE.value, Kind.ZONE.value)
    return frozenset(item.code for item in draft.items if item.kind.value in kinds)


@dataclass(frozen=True)
class Counting:
    """A version whose answers count for the chosen one, and what of them does."""

    version: FormVersion
    layout: Layout
    shared: Shared | None  # None: it is the chosen one

    def as_seen_from(self, chosen: Layout, cell: Vector) -> Vector:
        """A cell of this version as a cell of the chosen one; the rest is left out."""
        if self.shared is None:
            return cell
        there, here = schema_of(self.layout), schema_of(chosen)
        found = here.zero()
        for name in _blocks(self.shared, self.layout, chosen, there, here):
            here.block(found, name)[...] = there.block(cell, name)
        _carry_not_applicable(self, chosen, cell, found)
        summarise(terms_of(chosen, here), here, found[None, :])
        return found

    def measures_in(self, chosen: Layout) -> NDArray[np.intp]:
        """For each measure of the chosen version the place of this one's, or −1."""
        places = {measure: place for place, measure in enumerate(measures(self.layout))}
        return np.array(
            [places.get(m, -1) if self._shares(m) else -1 for m in measures(chosen)],
            np.intp,
        )

    def _shares(self, measure: Measure) -> bool:
        return self.shared is None or self.shared.measure(measure.target)


def _blocks(
    shared: Shared, one: Layout, other: Layout, there: Schema, here: Schema
) -> Iterator[str]:
    """The blocks that mean the same in both, by name."""
    for name, shape in there.shapes.items():
        if here.shapes.get(name) == shape and _means_the_same(shared, one, other, name):
            yield name


_ALWAYS = ("answers", "flags", "circumstances", "weight")


def _means_the_same(shared: Shared, one: Layout, other: Layout, name: str) -> bool:
    if name in _ALWAYS:
        return True
    kind, _, rest = name.removeprefix("weighted/").partition("/")
    if name.startswith("weighted/item:"):
        return name.removeprefix("weighted/item:") in shared.items
    if kind in ("gap", "signs", "performance"):
        return shared.measure(rest.replace("dimension/", "dimension:", 1))
    if kind == "items":
        same = _codes(one, rest) == _codes(other, rest)
        return rest in shared.dimensions and same
    if kind == "points":
        return shared.weighted
    if kind == "drivers":
        with_it = predictors(one)
        same = with_it == predictors(other) and all(map(shared.measure, with_it))
        return same and rest in shared.items
    return rest in shared.items


def _codes(layout: Layout, dimension: str) -> list[str]:
    return [q.code for q in layout.rated if q.dimension == dimension]


def _carry_not_applicable(
    counting: Counting, chosen: Layout, cell: Vector, found: Vector
) -> None:
    there, here = schema_of(counting.layout), schema_of(chosen)
    said = dict(
        zip(
            (q.code for q in counting.layout.questions),
            there.block(cell, "not_applicable").tolist(),
            strict=True,
        )
    )
    items = counting.shared.items if counting.shared else frozenset(said)
    here.block(found, "not_applicable")[...] = [
        said.get(q.code, 0) if q.code in items else 0 for q in chosen.questions
    ]
