"""What each column of a file means, and what its cells stand for. Pure, and JSON."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.choices import ExpectationType, ItemKind

from .choices import ColumnKind
from .tables import Reading

WRITTEN_AS = 2
"""The shape of the JSON below; a change of shape is a new number and a reader for both."""

ZONE = (ColumnKind.LEAST, ColumnKind.DESIRED, ColumnKind.PERCEPTION)
"""The three sides of a zone of tolerance, in the order of their bytes."""

RATED = (
    ColumnKind.EXPECTATION,
    ColumnKind.PERCEPTION,
    ColumnKind.SCORE,
    ColumnKind.LEAST,
    ColumnKind.DESIRED,
)
SCALED = (*RATED, ColumnKind.OVERALL, ColumnKind.NPS)
CHOICES = (ColumnKind.SINGLE, ColumnKind.MULTIPLE)
MEASURED = (ColumnKind.NUMBER, ColumnKind.DATE, ColumnKind.CASE_WEIGHT)
WRITTEN = (ColumnKind.TEXT, ColumnKind.ATTRIBUTE)
ITEMS = (*SCALED, ColumnKind.WEIGHT, *CHOICES, *MEASURED, *WRITTEN)
ABOUT_THE_ROW = (ColumnKind.UNIT, ColumnKind.TIME, ColumnKind.RESPONDENT)
ONCE = (*ABOUT_THE_ROW, ColumnKind.CASE_WEIGHT)
"""The kinds of which a file has one column at most."""


class Scale(NamedTuple):
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"


POINTS = Scale(0, 100)
"""The scale of importance points: each dimension gets some of a hundred."""

RECOMMENDING = Scale(0, 10)
"""The scale of the NPS, which is never another."""

USUAL = Scale(1, 7)
"""The scale of SERVQUAL, while nobody has said another."""

Coding = tuple[tuple[str, int], ...]

_POINT = re.compile(r"[+-]?\d{1,4}")


@dataclass(frozen=True, slots=True)
class Long:
    """
    A file with a row for each answered item: which column names the item, and which
    holds the value. Its items then are columns too, called as the first column says.
    """

    item: str
    value: str


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column. Its own scale, coding and codes go before the file's. The coding of a
    choice gives a cell the place of its option; without one, a cell is the option's text.
    """

    name: str
    kind: ColumnKind = ColumnKind.IGNORE
    item: str = ""
    text: str = ""
    dimension: str = ""
    reverse: bool = False
    coding: Coding = ()
    scale: Scale | None = None
    missing: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # of a choice, in order
    separator: str = ""  # between the options in one cell of a multiple choice
    option: str = ""  # the one option of a multiple choice that this column is about
    decimals: int = 0  # places of a number
    groups: bool = False  # this choice keeps the evidence of its options apart


# Without slots, so that what is worked out from the columns is kept.
@dataclass(frozen=True)
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
    date_order: str = ""  # of choices.DateOrder; empty where every year has four figures
    no_dates: tuple[str, ...] = ()  # dates that stand for none, such as 1900-01-01
    real_dates: tuple[str, ...] = ()  # that look like none, and are dates
    long: Long | None = None
    mode: CollectionMode = CollectionMode.UNKNOWN
    expectation: ExpectationType = ExpectationType.NONE
    form: str = ""  # its code
    form_name: str = ""
    reading: Reading = field(default_factory=Reading)

    def of(self, *kinds: ColumnKind) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind in kinds)

    @cached_property
    def paired(self) -> bool:
        """Whether expectations are asked at all; without them, perceptions stand alone."""
        return bool(self.of(ColumnKind.EXPECTATION))

    @cached_property
    def zoned(self) -> frozenset[str]:
        """The items of which is also asked what is the least and what is desired."""
        return frozenset(c.item for c in self.of(ColumnKind.LEAST, ColumnKind.DESIRED))

    @cached_property
    def grouped_by(self) -> str:
        """The item whose options keep their evidence apart, if any does."""
        return next((c.item for c in self.of(ColumnKind.SINGLE) if c.groups), "")

    def item_kind(self, column: Column) -> ItemKind:
        """What the column's item is on the form."""
        if column.kind not in RATED:
            return ItemKind(column.kind.value)
        if column.item in self.zoned:
            return ItemKind.ZONE
        alone = column.kind is ColumnKind.SCORE or not self.paired
        return ItemKind.SCORE if alone else ItemKind.PAIR

    def side_of(self, column: Column) -> int:
        """Which byte of its item a rated column fills."""
        kind = self.item_kind(column)
        if kind is ItemKind.ZONE:
            return ZONE.index(column.kind)
        return int(kind is ItemKind.PAIR and column.kind is ColumnKind.PERCEPTION)

    def scale_of(self, column: Column) -> Scale:
        """Where the column's numbers must lie."""
        if column.kind is ColumnKind.WEIGHT:
            return POINTS
        if column.kind is ColumnKind.NPS:
            return RECOMMENDING
        return column.scale or self.scales.get(self.item_kind(column), USUAL)

    def options_of(self, item: str) -> tuple[str, ...]:
        """What an item gives to choose from: in one column, or each in its own."""
        columns = [c for c in self.of(*CHOICES) if c.item == item]
        listed = next((c.options for c in columns if c.options), ())
        return listed or tuple(c.option for c in columns if c.option)

    def to_json(self) -> dict[str, Any]:
        return {"written_as": WRITTEN_AS, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FileMap:
        """:raises ValueError: when it was written by a later version of this program."""
        if data["written_as"] not in (1, WRITTEN_AS):
            raise ValueError(f"a mapping written as {data['written_as']} cannot be read")
        # The first shape had less in it; what it did not say is what nobody said.
        known = {
            "date_order": "",
            "no_dates": [],
            "real_dates": [],
            "long": None,
            "reading": {},
            **data,
        }
        return cls(
            columns=tuple(_column(column) for column in known["columns"]),
            scales={ItemKind(kind): Scale(*s) for kind, s in known["scales"].items()},
            coding=_coding(known["coding"]),
            missing=tuple(known["missing"]),
            not_applicable=tuple(known["not_applicable"]),
            where=tuple((name, value) for name, value in known["where"]),
            unit=known["unit"],
            time=known["time"],
            date_order=known["date_order"],
            no_dates=tuple(known["no_dates"]),
            real_dates=tuple(known["real_dates"]),
            long=Long(**known["long"]) if known["long"] else None,
            mode=CollectionMode(known["mode"]),
            expectation=ExpectationType(known["expectation"]),
            form=known["form"],
            form_name=known["form_name"],
            reading=Reading(**known["reading"]),
        )


_LISTS = ("missing", "not_applicable", "options")


def _column(data: Mapping[str, Any]) -> Column:
    said = {
        **data,
        "kind": ColumnKind(data["kind"]),
        "coding": _coding(data["coding"]),
        "scale": Scale(*data["scale"]) if data["scale"] else None,
    }
    return Column(**said | {name: tuple(data.get(name, ())) for name in _LISTS})


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


def parse_options(said: str) -> tuple[tuple[str, ...], Coding]:
    """
    The options that somebody listed, one a line: its words, or ``cell = words`` where a
    cell does not say them itself. Several cells may stand for one option.
    """
    options: dict[str, int] = {}
    coding = []
    for line in said.splitlines():
        cell, equals, words = line.partition("=")
        text = (words if equals else line).strip()
        if not text:
            continue
        place = options.setdefault(text, len(options))
        if equals and cell.strip():
            coding.append((cell.strip(), place))
    return tuple(options), tuple(coding)


def written_options(column: Column) -> str:
    """Options as ``parse_options`` reads them."""
    lines = []
    for place, text in enumerate(column.options):
        cells = [cell for cell, at in column.coding if at == place]
        alone = f"= {text}" if "=" in text else text
        lines += [f"{cell} = {text}" for cell in cells] or [alone]
    return "\n".join(lines)
