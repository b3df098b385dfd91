"""What each column of a file means, and what its cells stand for. Pure, and JSON."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.choices import ExpectationType, ItemKind

from .choices import ColumnKind

WRITTEN_AS = 1
"""The shape of the JSON below; a change of shape is a new number and a reader for both."""

RATED = (ColumnKind.EXPECTATION, ColumnKind.PERCEPTION, ColumnKind.SCORE)
SCALED = (*RATED, ColumnKind.OVERALL)
ITEMS = (*SCALED, ColumnKind.WEIGHT, ColumnKind.TEXT, ColumnKind.ATTRIBUTE)
SINGLE = (ColumnKind.UNIT, ColumnKind.TIME, ColumnKind.RESPONDENT)


class Scale(NamedTuple):
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"


POINTS = Scale(0, 100)
"""The scale of importance points: each dimension gets some of a hundred."""

USUAL = Scale(1, 7)
"""The scale of SERVQUAL, while nobody has said another."""

Coding = tuple[tuple[str, int], ...]

_POINT = re.compile(r"[+-]?\d{1,4}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Its own ``scale`` and ``coding`` go before the file's."""

    name: str
    kind: ColumnKind = ColumnKind.IGNORE
    item: str = ""
    text: str = ""
    dimension: str = ""
    reverse: bool = False
    coding: Coding = ()
    scale: Scale | None = None

    @property
    def side(self) -> int:
        """Which byte of its item the column fills: 1 is a pair's perception."""
        return int(self.kind is ColumnKind.PERCEPTION)


@dataclass(frozen=True, slots=True)
class FileMap:
    """How a file is read."""

    columns: tuple[Column, ...]
    scales: Mapping[ItemKind, Scale] = field(default_factory=dict)
    coding: Coding = ()
    missing: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    unit: str = ""  # code of the unit, where a row names none
    time: str = ""  # moment of the answer, where a row names none
    mode: CollectionMode = CollectionMode.UNKNOWN
    expectation: ExpectationType = ExpectationType.NONE
    form: str = ""  # its code
    form_name: str = ""

    def of(self, *kinds: ColumnKind) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind in kinds)

    @property
    def paired(self) -> bool:
        """Whether expectations are asked at all; without them, perceptions stand alone."""
        return bool(self.of(ColumnKind.EXPECTATION))

    def item_kind(self, column: Column) -> ItemKind:
        """What the column's item is on the form."""
        if column.kind in RATED:
            alone = column.kind is ColumnKind.SCORE or not self.paired
            return ItemKind.SCORE if alone else ItemKind.PAIR
        return ItemKind(column.kind.value)

    def scale_of(self, column: Column) -> Scale:
        """Where the column's numbers must lie."""
        if column.kind is ColumnKind.WEIGHT:
            return POINTS
        return column.scale or self.scales.get(self.item_kind(column), USUAL)

    def to_json(self) -> dict[str, Any]:
        return {"written_as": WRITTEN_AS, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FileMap:
        """:raises ValueError: when it was written by a later version of this program."""
        if data["written_as"] != WRITTEN_AS:
            raise ValueError(f"a mapping written as {data['written_as']} cannot be read")
        return cls(
            columns=tuple(_column(column) for column in data["columns"]),
            scales={ItemKind(kind): Scale(*s) for kind, s in data["scales"].items()},
            coding=_coding(data["coding"]),
            missing=tuple(data["missing"]),
            not_applicable=tuple(data["not_applicable"]),
            where=tuple((name, value) for name, value in data["where"]),
            unit=data["unit"],
            time=data["time"],
            mode=CollectionMode(data["mode"]),
            expectation=ExpectationType(data["expectation"]),
            form=data["form"],
            form_name=data["form_name"],
        )


def _column(data: Mapping[str, Any]) -> Column:
    return Column(
        name=data["name"],
        kind=ColumnKind(data["kind"]),
        item=data["item"],
        text=data["text"],
        dimension=data["dimension"],
        reverse=data["reverse"],
        coding=_coding(data["coding"]),
        scale=Scale(*data["scale"]) if data["scale"] else None,
    )


def _coding(data: Sequence[Sequence[Any]]) -> Coding:
    return tuple((str(text), int(number)) for text, number in data)


def fingerprint(header: Sequence[str]) -> str:
    """Files with this header are mapped alike: a saved mapping is offered for them."""
    return hashlib.sha256(json.dumps(list(header)).encode()).hexdigest()


class BadCoding(Exception):
    """A line of a coding is not "text = number"; its argument is that line."""


class BadScale(Exception):
    """A scale is not two whole numbers, the lower first, such as 1-7."""


def parse_coding(written: str) -> Coding:
    """
    The coding that somebody wrote: ``text = number``, one a line or between semicolons.

    :raises BadCoding: naming the line that is none.
    """
    return tuple(
        _code(part) for part in written.replace(";", "\n").splitlines() if part.strip()
    )


def _code(part: str) -> tuple[str, int]:
    text, _, number = part.rpartition("=")
    if not text.strip() or not _POINT.fullmatch(number.strip()):
        raise BadCoding(part.strip())
    return text.strip(), int(number)


def parse_scale(written: str) -> Scale:
    """
    The scale that somebody wrote as LOW-HIGH, such as 1-7 or -3-3.

    :raises BadScale: when it is none, or no answer byte can hold it.
    """
    low, dash, high = written.strip().replace("–", "-").rpartition("-")
    if not dash or not all(_POINT.fullmatch(point.strip()) for point in (low, high)):
        raise BadScale(written)
    scale = Scale(int(low), int(high))
    if not -100 <= scale.low < scale.high <= 127:
        raise BadScale(written)
    return scale


def written(coding: Coding) -> str:
    """A coding as ``parse_coding`` reads it."""
    return "\n".join(f"{text} = {number}" for text, number in coding)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a file cannot be read by this map: a code, and the column or item concerned."""

    code: str
    column: str = ""
    item: str = ""


def flaws(columns: Sequence[Column]) -> Iterator[Flaw]:
    """Everything that keeps these columns from making a questionnaire."""
    if not any(column.kind in RATED for column in columns):
        yield Flaw("nothing_rated")
    for kind in SINGLE:
        for column in [c for c in columns if c.kind is kind][1:]:
            yield Flaw("kind_twice", column.name)
    yield from _item_flaws([c for c in columns if c.kind in ITEMS])
    yield from _pair_flaws([c for c in columns if c.kind in RATED])
    yield from _weight_flaws(columns)


def _item_flaws(columns: Sequence[Column]) -> Iterator[Flaw]:
    first: dict[tuple[str, bool], Column] = {}
    groups: dict[str, Column] = {}
    for column in columns:
        if not column.item:
            yield Flaw("no_item", column.name)
            continue
        if len(column.item) > 40:
            yield Flaw("item_too_long", column.name, column.item)
        if len(column.dimension) > 40:
            yield Flaw("dimension_too_long", column.name, column.item)
        place = (column.item, column.kind is ColumnKind.EXPECTATION)
        both = {column.kind, groups.setdefault(column.item, column).kind}
        if place in first or not (len(both) == 1 or both == set(RATED[:2])):
            yield Flaw("item_twice", column.name, column.item)
        first.setdefault(place, column)


def _pair_flaws(columns: Sequence[Column]) -> Iterator[Flaw]:
    expected = {c.item: c for c in columns if c.kind is ColumnKind.EXPECTATION and c.item}
    perceived = {c.item: c for c in columns if c.kind is ColumnKind.PERCEPTION and c.item}
    for item, column in expected.items():
        other = perceived.get(item)
        if other is None:
            yield Flaw("no_perception", column.name, item)
        elif column.dimension != other.dimension:
            yield Flaw("two_dimensions", other.name, item)
        elif column.reverse != other.reverse or column.scale != other.scale:
            yield Flaw("two_scales", other.name, item)
    for item, column in perceived.items():
        if expected and item not in expected:
            yield Flaw("no_expectation", column.name, item)


def _weight_flaws(columns: Sequence[Column]) -> Iterator[Flaw]:
    known = {c.dimension for c in columns if c.kind in RATED and c.dimension}
    weighed: set[str] = set()
    for column in columns:
        if column.kind is not ColumnKind.WEIGHT:
            continue
        if not column.dimension:
            yield Flaw("weight_without_dimension", column.name)
        elif column.dimension not in known:
            yield Flaw("unknown_weight_dimension", column.name)
        elif column.dimension in weighed:
            yield Flaw("weight_twice", column.name)
        weighed.add(column.dimension)
    if weighed and (left := sorted(known - weighed)):
        yield Flaw("weight_missing", item=left[0])
