"""MAP.csv: which column of the answers is which question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gapless.core.imports import tables
from gapless.core.imports.reading import read_table
from gapless.core.imports.tables import Problem, Table, UnreadableFile

COLUMNS = ("column", "kind", "item", "dimension")
KINDS = ("expectation", "perception", "weight", "overall", "unit", "ignore")
UNUSED = (
    *("time", "respondent", "case_weight", "nps", "single", "multiple"),
    *("number", "date", "text", "attribute"),
)
"""Kinds that a map for `gapless import` may have, and that say nothing of a gap."""

SENTENCES: Mapping[str, str] = {
    **tables.SENTENCES,
    "no_map_column": (
        "%(file)s has no column “%(column)s”; its first line must be"
        " column,kind,item,dimension."
    ),
    "unknown_kind": (
        "%(file)s line %(line)d: “%(kind)s” is no kind; write expectation, perception,"
        " weight, overall, unit or ignore."
    ),
    "unnamed_column": "%(file)s line %(line)d names no column; fill in its first cell.",
    "column_twice": (
        "%(file)s line %(line)d: column “%(column)s” is listed on line %(first)d already;"
        " keep one of the two."
    ),
    "no_item": (
        "%(file)s line %(line)d: column “%(column)s” has no item; write the item that"
        " its expectation and perception share."
    ),
    "item_twice": (
        "%(file)s line %(line)d: item “%(item)s” has its %(kind)s on line %(first)d"
        " already; correct the item or the kind."
    ),
    "no_perception": (
        "%(file)s line %(line)d: item “%(item)s” has an expectation and no perception;"
        " add the perception or write the kind ignore."
    ),
    "no_expectation": (
        "%(file)s line %(line)d: item “%(item)s” has a perception and no expectation, but"
        " other items have both; add the expectation or write the kind ignore."
    ),
    "two_dimensions": (
        "%(file)s line %(line)d: item “%(item)s” is in dimension “%(here)s” here and in"
        " “%(there)s” on line %(first)d; write the same in both."
    ),
    "no_items": "%(file)s lists no perception; give a column the kind perception.",
    "no_weight_dimension": (
        "%(file)s line %(line)d: weight “%(column)s” has no dimension; name it."
    ),
    "unknown_weight_dimension": (
        "%(file)s line %(line)d: no item is in dimension “%(dimension)s”, which"
        " “%(column)s” weighs; correct the name."
    ),
    "weight_twice": (
        "%(file)s line %(line)d: dimension “%(dimension)s” has its weight on line"
        " %(first)d already; keep one of the two."
    ),
    "no_weight": (
        "%(file)s gives dimension “%(dimension)s” no weight, but others have one;"
        " add its column, or remove all weights."
    ),
}


class Refused(Exception):
    """The input cannot be used; ``sentences`` say why and what to do."""

    def __init__(self, sentences: Sequence[str], *, more: int = 0) -> None:
        super().__init__(*sentences)
        self.sentences = sentences
        self.more = more


@dataclass(frozen=True, slots=True)
class Item:
    """A question: the columns of its answers, and its dimension if it has one."""

    name: str
    dimension: str | None
    expectation: str | None
    perception: str


@dataclass(frozen=True, slots=True)
class Map:
    """
    The form in the order of MAP.csv.

    ``expectations`` and ``perceptions`` are the columns of the two blocks, each in its
    own order; ``weights`` the weight column of each of ``dimensions``, or nothing;
    ``lines`` says where in MAP.csv a column of the answers that must exist is named.
    """

    items: tuple[Item, ...]
    dimensions: tuple[str, ...]
    expectations: tuple[str, ...]
    perceptions: tuple[str, ...]
    weights: tuple[str, ...]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    column: str
    kind: str
    item: str
    dimension: str


def opened(path: Path) -> Table:
    """
    The table in a file.

    :raises Refused: when it cannot be read.
    """
    try:
        return read_table(path)
    except UnreadableFile as error:
        raise refusal(error.problems) from None


def refusal(
    problems: Sequence[Problem], *, sentences: Mapping[str, str] = SENTENCES, more: int = 0
) -> Refused:
    """The exception that tells these problems, and how many more there are."""
    return Refused([problem.sentence(sentences) for problem in problems], more=more)


def read_map(path: Path) -> Map:
    """
    What MAP.csv says.

    :raises Refused: with everything that is wrong in it.
    """
    table = opened(path)
    absent = [name for name in COLUMNS if name not in table.header]
    if absent:
        raise refusal([Problem("no_map_column", path.name, column=name) for name in absent])
    try:
        entries = list(_entries(table))
    except UnreadableFile as error:
        raise refusal(error.problems) from None
    problems = [
        *_wrong_entries(path.name, entries),
        *_repeated_items(path.name, entries),
        *_unpaired_items(path.name, entries),
        *_wrong_weights(path.name, entries),
    ]
    if problems:
        raise refusal(problems)
    return _map(entries)


def _entries(table: Table) -> Iterator[_Entry]:
    places = [table.header.index(name) for name in COLUMNS]
    for line, cells in table.rows:
        column, kind, item, dimension = (cells[place].strip() for place in places)
        kind = "ignore" if kind.lower() in UNUSED else kind.lower()
        yield _Entry(line, column, kind, item, dimension)


def _wrong_entries(file: str, entries: Sequence[_Entry]) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for entry in entries:
        at = (file, entry.line, entry.column)
        if not entry.column:
            yield Problem("unnamed_column", *at)
        elif entry.column in lines:
            yield Problem("column_twice", *at, {"first": lines[entry.column]})
        lines.setdefault(entry.column, entry.line)
        if entry.kind not in KINDS:
            yield Problem("unknown_kind", *at, {"kind": entry.kind})
        if entry.kind in ("expectation", "perception") and not entry.item:
            yield Problem("no_item", *at)
    if not any(entry.kind == "perception" for entry in entries):
        yield Problem("no_items", file)


def _repeated_items(file: str, entries: Sequence[_Entry]) -> Iterator[Problem]:
    for kind in ("expectation", "perception"):
        first = _of_kind(entries, kind)
        for entry in entries:
            if entry.kind == kind and entry.item and first[entry.item] is not entry:
                params = {"item": entry.item, "kind": kind, "first": first[entry.item].line}
                yield Problem("item_twice", file, entry.line, entry.column, params)


def _unpaired_items(file: str, entries: Sequence[_Entry]) -> Iterator[Problem]:
    expectations = _of_kind(entries, "expectation")
    perceptions = _of_kind(entries, "perception")
    for item, entry in expectations.items():
        other = perceptions.get(item)
        at = (file, entry.line, entry.column)
        if other is None:
            yield Problem("no_perception", *at, {"item": item})
        elif other.dimension != entry.dimension:
            params = {"item": item, "here": entry.dimension, "there": other.dimension}
            yield Problem("two_dimensions", *at, {**params, "first": other.line})
    for item, entry in perceptions.items():
        if expectations and item not in expectations:
            yield Problem("no_expectation", file, entry.line, entry.column, {"item": item})


def _wrong_weights(file: str, entries: Sequence[_Entry]) -> Iterator[Problem]:
    known = _dimensions(entries)
    lines: dict[str, int] = {}
    for entry in entries:
        if entry.kind != "weight":
            continue
        at, params = (file, entry.line, entry.column), {"dimension": entry.dimension}
        if not entry.dimension:
            yield Problem("no_weight_dimension", *at)
        elif entry.dimension not in known:
            yield Problem("unknown_weight_dimension", *at, params)
        elif entry.dimension in lines:
            yield Problem("weight_twice", *at, {**params, "first": lines[entry.dimension]})
        lines.setdefault(entry.dimension, entry.line)
    for dimension in known:
        if lines and dimension not in lines:
            yield Problem("no_weight", file, params={"dimension": dimension})


def _of_kind(entries: Sequence[_Entry], kind: str) -> dict[str, _Entry]:
    """The first entry of each item that is of this kind, in form order."""
    found: dict[str, _Entry] = {}
    for entry in entries:
        if entry.kind == kind and entry.item:
            found.setdefault(entry.item, entry)
    return found


def _dimensions(entries: Sequence[_Entry]) -> tuple[str, ...]:
    asked = (each for each in entries if each.kind in ("expectation", "perception"))
    return tuple(dict.fromkeys(each.dimension for each in asked if each.dimension))


def _map(entries: Sequence[_Entry]) -> Map:
    expectations = _of_kind(entries, "expectation")
    perceptions = _of_kind(entries, "perception")
    dimensions = _dimensions(entries)
    weights = {each.dimension: each.column for each in entries if each.kind == "weight"}
    asked = (each.item for each in entries if each.kind in ("expectation", "perception"))
    items = [
        Item(
            name,
            perceptions[name].dimension or None,
            expectations[name].column if name in expectations else None,
            perceptions[name].column,
        )
        for name in dict.fromkeys(asked)
    ]
    return Map(
        items=tuple(items),
        dimensions=dimensions,
        expectations=tuple(each.column for each in expectations.values()),
        perceptions=tuple(each.column for each in perceptions.values()),
        weights=tuple(weights[name] for name in dimensions) if weights else (),
        lines={each.column: each.line for each in entries if each.kind != "ignore"},
    )
