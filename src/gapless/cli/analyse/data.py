"""The answers of a file to everything its map lists, as arrays of whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gapless.cli.gap import cells
from gapless.cli.gap.answers import Answers, coded, span
from gapless.cli.gap.cells import (
    UNANSWERED,
    Columns,
    Scale,
    read_cells,
    refuse_absent_columns,
)
from gapless.cli.gap.mapping import Entry, Map
from gapless.core.imports.tables import Table
from gapless_stats.flags import Block

Integers = NDArray[np.int16]
Mask = NDArray[np.bool_]

OF_ITEMS = ("expectation", "perception", "importance", "satisfaction")
NEEDED = (*OF_ITEMS, "functional", "overall", "nps")
"""A map must list a column of one of these kinds for anything to be said."""

KANO = Scale(1, 5, given=True)
RECOMMEND = Scale(0, 10, given=True)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A column and what was answered in it."""

    entry: Entry
    codes: Integers  # (n,)

    @property
    def answered(self) -> Mask:
        return np.asarray(self.codes != UNANSWERED)

    @property
    def known(self) -> Integers:
        return self.codes[self.answered]


@dataclass(frozen=True, slots=True, eq=False)
class Battery:
    """All items that were asked about in one way: as expectation, say, or satisfaction."""

    kind: str
    columns: tuple[Asked, ...]

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(each.entry.item for each in self.columns)

    @property
    def dimensions(self) -> Mapping[str, tuple[int, ...]]:
        """The places of the items of each dimension, in the order of the map."""
        found: dict[str, tuple[int, ...]] = {}
        for place, each in enumerate(self.columns):
            if each.entry.dimension:
                found[each.entry.dimension] = (
                    *found.get(each.entry.dimension, ()),
                    place,
                )
        return found

    @property
    def block(self) -> Block:
        answers = np.stack([each.codes for each in self.columns], axis=1)
        return Block(answers, answers != UNANSWERED)

    def complete(self, places: Sequence[int]) -> Integers:
        """The rows of whoever answered all of these items, (n, len(places))."""
        answers = np.stack([self.columns[place].codes for place in places], axis=1)
        return np.asarray(answers[(answers != UNANSWERED).all(axis=1)])

    def named(self, item: str) -> Asked | None:
        return next((each for each in self.columns if each.entry.item == item), None)


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """A feature and the answers of whoever gave both, from 1 to 5."""

    name: str
    functional: Integers
    dysfunctional: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """
    Everything a report is computed from.

    ``weights`` are how much each row counts, in ``CASE_UNIT``, 0 where it is not said;
    None without such a column. ``gaps`` is what `gapless gap` would read; None without
    perceptions.
    """

    rows: int
    form: Map
    batteries: Mapping[str, Battery]
    features: tuple[Feature, ...]
    overall: tuple[Asked, ...]
    recommend: tuple[Asked, ...]
    weights: NDArray[np.int64] | None
    gaps: Answers | None

    @property
    def columns(self) -> tuple[Asked, ...]:
        """What was asked on a scale, in the order of the map."""
        found = [each for one in self.batteries.values() for each in one.columns]
        return tuple(
            sorted(
                (*found, *self.overall, *self.recommend), key=lambda each: each.entry.line
            )
        )

    @property
    def outcome(self) -> Integers:
        """The sum of the overall judgements; UNANSWERED where one is missing."""
        codes = np.stack([each.codes for each in self.overall], axis=1)
        found = np.where(
            (codes != UNANSWERED).all(axis=1), codes.sum(axis=1, dtype=np.int32), UNANSWERED
        )
        return found.astype(np.int16)

    @property
    def performance(self) -> Battery | None:
        """What is known of how well things are done: perception, else satisfaction."""
        return self.batteries.get("perception") or self.batteries.get("satisfaction")


def read_data(
    table: Table,
    form: Map,
    *,
    map_name: str,
    where: Sequence[tuple[str, str]] = (),
    scale: Scale | None = None,
) -> Data:
    """
    The answers in the rows that fulfil every ``where`` (column, value).

    :raises Refused: with everything that is wrong, the first twenty in full.
    """
    lines = {**form.lines, **{each.column: each.line for each in form.further}}
    refuse_absent_columns(table, lines, map_name, where)
    weights = [each for each in form.further if each.kind == "sample_weight"]
    amounts = [
        *[(n, cells.points(missing=form.missing.get(n, ()))) for n in form.weights],
        *[(each.column, cells.case_weights(missing=each.missing)) for each in weights],
    ]
    asked = _asked(form, scale)
    found = read_cells(table, asked, amounts, where=where)
    by_column = {name: found.codes[:, at] for at, (name, _) in enumerate(asked)}
    return Data(
        rows=found.rows,
        form=form,
        batteries=_batteries(form, by_column),
        features=_features(form, by_column),
        overall=_of_kind(form, "overall", by_column),
        recommend=_of_kind(form, "nps", by_column),
        weights=found.amounts[:, -1] if weights else None,
        gaps=_gaps(form, found, scale) if form.perceptions else None,
    )


def _asked(form: Map, scale: Scale | None) -> Columns:
    """Expectations and perceptions first, as `gapless gap` has them."""
    kinds = {kind: [e for e in form.further if e.kind == kind] for kind in _FURTHER}
    found = [
        *coded((*form.expectations, *form.perceptions), form.missing, scale),
        *coded(
            [e.column for kind in OF_ITEMS[2:] for e in kinds[kind]], form.missing, scale
        ),
        *coded([e.column for e in kinds["overall"]], form.missing, None),
    ]
    fixed = {"functional": KANO, "dysfunctional": KANO, "nps": RECOMMEND}
    for kind, its_scale in fixed.items():
        for e in kinds[kind]:
            numbers = cells.codes(missing=e.missing, scale=its_scale, outside="off_kind")
            found.append((e.column, numbers))
    return found


_FURTHER = (*OF_ITEMS[2:], "functional", "dysfunctional", "overall", "nps")


def _of_kind(form: Map, kind: str, by_column: Mapping[str, Integers]) -> tuple[Asked, ...]:
    found = [each for each in form.further if each.kind == kind]
    return tuple(Asked(each, by_column[each.column]) for each in found)


def _batteries(form: Map, by_column: Mapping[str, Integers]) -> Mapping[str, Battery]:
    entries: dict[str, list[Entry]] = {kind: [] for kind in OF_ITEMS}
    for item in form.items:
        for kind, column in zip(
            OF_ITEMS, (item.expectation, item.perception), strict=False
        ):
            if column:
                missing = form.missing.get(column, frozenset())
                line = form.lines[column]
                entry = Entry(line, column, kind, item.name, item.dimension or "", missing)
                entries[kind].append(entry)
    for entry in form.further:
        if entry.kind in OF_ITEMS:
            entries[entry.kind].append(entry)
    return {
        kind: Battery(kind, tuple(Asked(each, by_column[each.column]) for each in found))
        for kind, found in entries.items()
        if found
    }


def _features(form: Map, by_column: Mapping[str, Integers]) -> tuple[Feature, ...]:
    sides = {
        each.item: by_column[each.column]
        for each in form.further
        if each.kind == "dysfunctional"
    }
    found = []
    for each in form.further:
        if each.kind == "functional":
            with_it, without = by_column[each.column], sides[each.item]
            both = (with_it != UNANSWERED) & (without != UNANSWERED)
            found.append(Feature(each.item, with_it[both], without[both]))
    return tuple(found)


def _gaps(
    form: Map,
    found: cells.Cells,
    scale: Scale | None,
) -> Answers:
    split, both = len(form.expectations), len(form.expectations) + len(form.perceptions)
    codes = found.codes[:, :both]
    answered = codes != UNANSWERED
    return Answers(
        rows=found.rows,
        expectation=Block(codes[:, :split], answered[:, :split]) if split else None,
        perception=Block(codes[:, split:], answered[:, split:]),
        weights=found.amounts[:, : len(form.weights)] if form.weights else None,
        scale=scale or span(codes[answered]),
    )
