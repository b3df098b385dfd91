"""MAP.csv: which column of the answers is which question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gapless.core.imports import tables
from gapless.core.imports.reading import read_table
from gapless.core.imports.tables import Problem, Table, UnreadableFile

COLUMNS = ("column", "kind", "item", "dimension")
OF_AN_ITEM = (
    *("expectation", "perception", "importance", "satisfaction"),
    *("functional", "dysfunctional"),
)
MISSING = "missing"
"""The column of MAP.csv that may be absent: codes that mean “not answered”."""

KINDS = ("expectation", "perception", "weight", "overall", "unit", "ignore")
NEEDED = KINDS[:-1]
"""A column of these kinds must exist, whoever reads the map."""

FURTHER = (
    *("functional", "dysfunctional", "importance", "satisfaction"),
    *("overall", "nps", "sample_weight"),
)
"""Kinds that `gapless analyse` reads beside these, and that say nothing of a gap."""

UNUSED = (
    *("time", "respondent", "single", "multiple"),
    *("number", "date", "text", "attribute"),
)
"""Kinds that a map for `gapless import` may have, and that nothing here reads."""

OTHER_NAMES = {"case_weight": "sample_weight", **dict.fromkeys(UNUSED, "ignore")}

SENTENCES: Mapping[str, str] = {
    **tables.SENTENCES,
    "no_map_column": (
        "%(file)s has no column “%(column)s”; its first line must be"
        " column,kind,item,dimension."
    ),
    "unknown_kind": (
        "%(file)s line %(line)d: “%(kind)s” is no kind; write expectation, perception,"
        " weight, importance, satisfaction, functional, dysfunctional, overall, nps,"
        " sample_weight, unit or ignore."
    ),
    "unnamed_column": "%(file)s line %(line)d names no column; fill in its first cell.",
    "column_twice": (
        "%(file)s line %(line)d: column “%(column)s” is listed on line %(first)d already;"
        " keep one of the two."
    ),
    "no_item": (
        "%(file)s line %(line)d: column “%(column)s” has no item; write the item that"
        " it shares with the other columns of its question."
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
    "no_dysfunctional": (
        "%(file)s line %(line)d: item “%(item)s” has a functional question and no"
        " dysfunctional one; add its partner or write the kind ignore."
    ),
    "no_functional": (
        "%(file)s line %(line)d: item “%(item)s” has a dysfunctional question and no"
        " functional one; add its partner or write the kind ignore."
    ),
    "no_performance": (
        "%(file)s line %(line)d: item “%(item)s” has an importance, but neither a"
        " satisfaction nor a perception; add one of them or write the kind ignore."
    ),
    "two_dimensions": (
        "%(file)s line %(line)d: item “%(item)s” is in dimension “%(here)s” here and in"
        " “%(there)s” on line %(first)d; write the same in both."
    ),
    "no_items": "%(file)s lists no perception; give a column the kind perception.",
    "nothing_to_analyse": (
        "%(file)s lists nothing to analyse; give a column a kind such as perception,"
        " satisfaction, functional and dysfunctional, or nps."
    ),
    "second_weight": (
        "%(file)s line %(line)d: “%(column)s” is a second weight of the answers; line"
        " %(first)d has the first; keep one of the two."
    ),
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
class Entry:
    """A line of MAP.csv."""

    line: int
    column: str
    kind: str
    item: str
    dimension: str
    missing: frozenset[str] = frozenset()


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
    ``lines`` says where in MAP.csv a column of the answers that must exist is named,
    ``missing`` which cells of a column mean that it was not answered. ``further`` are the
    columns that only `gapless analyse` reads.
    """

    items: tuple[Item, ...]
    dimensions: tuple[str, ...]
    expectations: tuple[str, ...]
    perceptions: tuple[str, ...]
    weights: tuple[str, ...]
    lines: Mapping[str, int]
    missing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    further: tuple[Entry, ...] = ()


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


def read_map(path: Path, *, needed: Sequence[str] = ("perception",)) -> Map:
    """
    What MAP.csv says; it must have a column of at least one of the ``needed`` kinds.

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
        *_nothing_needed(path.name, entries, needed),
        *_repeated_items(path.name, entries),
        *_unpaired_items(path.name, entries),
        *_unpaired_features(path.name, entries),
        *_unpaired_importance(path.name, entries),
        *_wrong_weights(path.name, entries),
        *_second_weight(path.name, entries),
    ]
    if problems:
        raise refusal(problems)
    return _map(entries)


def _entries(table: Table) -> Iterator[Entry]:
    places = [table.header.index(name) for name in COLUMNS]
    absent = table.header.index(MISSING) if MISSING in table.header else None
    for line, cells in table.rows:
        column, kind, item, dimension = (cells[place].strip() for place in places)
        kind = OTHER_NAMES.get(kind.lower(), kind.lower())
        codes = cells[absent].split("|") if absent is not None else ()
        missing = frozenset(code.strip() for code in codes if code.strip())
        yield Entry(line, column, kind, item, dimension, missing)


def _wrong_entries(file: str, entries: Sequence[Entry]) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for entry in entries:
        at = (file, entry.line, entry.column)
        if not entry.column:
            yield Problem("unnamed_column", *at)
        elif entry.column in lines:
            yield Problem("column_twice", *at, {"first": lines[entry.column]})
        lines.setdefault(entry.column, entry.line)
        if entry.kind not in KINDS and entry.kind not in FURTHER:
            yield Problem("unknown_kind", *at, {"kind": entry.kind})
        if entry.kind in OF_AN_ITEM and not entry.item:
            yield Problem("no_item", *at)


def _second_weight(file: str, entries: Sequence[Entry]) -> Iterator[Problem]:
    weights = [each for each in entries if each.kind == "sample_weight"]
    for each in weights[1:]:
        params = {"first": weights[0].line}
        yield Problem("second_weight", file, each.line, each.column, params)


def _nothing_needed(
    file: str, entries: Sequence[Entry], needed: Sequence[str]
) -> Iterator[Problem]:
    if not any(entry.kind in needed for entry in entries):
        yield Problem("no_items" if len(needed) == 1 else "nothing_to_analyse", file)


def _repeated_items(file: str, entries: Sequence[Entry]) -> Iterator[Problem]:
    for kind in OF_AN_ITEM:
        first = _of_kind(entries, kind)
        for entry in entries:
            if entry.kind == kind and entry.item and first[entry.item] is not entry:
                params = {"item": entry.item, "kind": kind, "first": first[entry.item].line}
                yield Problem("item_twice", file, entry.line, entry.column, params)


def _unpaired_items(file: str, entries: Sequence[Entry]) -> Iterator[Problem]:
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


def _unpaired_features(file: str, entries: Sequence[Entry]) -> Iterator[Problem]:
    """A feature is asked about twice: with it and without it."""
    sides = {kind: _of_kind(entries, kind) for kind in ("functional", "dysfunctional")}
    for kind, other in zip(sides, reversed(sides), strict=True):
        for item, entry in sides[kind].items():
            if item not in sides[other]:
                yield Problem(f"no_{other}", file, entry.line, entry.column, {"item": item})


def _unpaired_importance(file: str, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Importance needs a performance beside it; what shares an item, shares a dimension."""
    importances = _of_kind(entries, "importance")
    satisfactions = _of_kind(entries, "satisfaction")
    perceptions = _of_kind(entries, "perception")
    for item, entry in importances.items():
        if item not in satisfactions and item not in perceptions:
            yield Problem("no_performance", file, entry.line, entry.column, {"item": item})
    for first in (perceptions, satisfactions):
        for item, entry in (*satisfactions.items(), *importances.items()):
            other = first.get(item, entry)
            if other.dimension != entry.dimension:
                params = {"item": item, "here": entry.dimension, "there": other.dimension}
                at = (file, entry.line, entry.column)
                yield Problem("two_dimensions", *at, {**params, "first": other.line})


def _wrong_weights(file: str, entries: Sequence[Entry]) -> Iterator[Problem]:
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


def _of_kind(entries: Sequence[Entry], kind: str) -> dict[str, Entry]:
    """The first entry of each item that is of this kind, in form order."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.kind == kind and entry.item:
            found.setdefault(entry.item, entry)
    return found


def _dimensions(entries: Sequence[Entry]) -> tuple[str, ...]:
    asked = (each for each in entries if each.kind in ("expectation", "perception"))
    return tuple(dict.fromkeys(each.dimension for each in asked if each.dimension))


def _map(entries: Sequence[Entry]) -> Map:
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
        lines={each.column: each.line for each in entries if each.kind in NEEDED},
        missing={each.column: each.missing for each in entries if each.missing},
        further=tuple(each for each in entries if each.kind in FURTHER),
    )
