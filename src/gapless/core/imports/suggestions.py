"""A first guess at what each column is, from its name and its first cells. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from gapless.core.instruments.choices import ExpectationType, ItemKind

from .cells import tidy
from .choices import ColumnKind
from .dates import possible_orders
from .exports import exported
from .guesses import alone, labelled, with_options
from .hints import hints
from .long_tables import item_names, wide_header, widened
from .mapping import ONCE, SCALED, ZONE, Column, FileMap, Long, Scale
from .recognising import Source, about_people, own_columns, source_of
from .seen import THOROUGH, Seen, coding_of, look, point_of, rates, runs, usual_scale
from .tables import Table

_AROUND = " _-.:()[]"


def suggested(table: Table, *, long: Long | None = None) -> FileMap:
    """
    A map to start from; whoever brought the file corrects it.

    :param long: which columns name the item and hold the value, where somebody says so.
    """
    long = long or _long(table)
    if long is None:
        return _of_wide(table)
    items = item_names(table, long, rows=THOROUGH)
    columns = tuple(Column(name) for name in wide_header(table, long, items))
    # By name alone first: the answers are gathered by what tells them apart.
    known = tuple(_about_the_row(c.name) if c.name in table.header else c for c in columns)
    wide = widened(table, FileMap(columns=tuple(_once(known)), long=long))
    return replace(_of_wide(wide), long=long)


def _of_wide(table: Table) -> FileMap:
    seen = look(table)
    source = source_of(table)
    columns = _columns(table, seen, source)
    asked = any(column.kind is ColumnKind.EXPECTATION for column in columns)
    times = [c.name for c in columns if c.kind is ColumnKind.TIME]
    skipped = hints().skipped if source else ()
    return FileMap(
        columns=columns,
        missing=(*hints().missing, *skipped),
        date_order=_order(table, times),
        expectation=ExpectationType.IDEAL if asked else ExpectationType.NONE,
    )


def _columns(
    table: Table, seen: Mapping[str, Seen], source: Source | None
) -> tuple[Column, ...]:
    own = own_columns(source, table.header) if source else {}
    known = {name: Column(name, kind) for name, kind in own.items()}
    known |= {name: Column(name) for name in table.header if about_people(name)}
    known |= {
        name: labelled(name, label, seen[name])
        for name, label in table.labels.items()
        if name in seen and name not in known and (label.values or label.text)
    }
    others = [name for name in table.header if name not in known]
    if source:
        found = exported(source, others, table)
    else:
        found = with_options(table, _plain_columns(others, seen))
    return tuple(_once({**found, **known}.get(name, Column(name)) for name in table.header))


def _plain_columns(names: list[str], seen: Mapping[str, Seen]) -> dict[str, Column]:
    """Columns of a file that no product is known by."""
    lower = {name: tidy(name).casefold() for name in names}
    sided = {name: side for name in names if (side := _side(lower[name]))}
    items: dict[str, set[str]] = {}
    for kind, item in sided.values():
        items.setdefault(kind, set()).add(item)
    paired = items.get("expectation", set()) & items.get("perception", set())
    zoned = set.intersection(*(items.get(kind.value, set()) for kind in ZONE))
    blocks = {name for run in runs(names, seen) for name in run}
    found = {}
    for name in names:
        kind, item = sided.get(name, ("", ""))
        whole = zoned if kind in ("least", "desired") else paired | zoned
        if kind and item in whole and rates(seen[name]):
            found[name] = Column(name, ColumnKind(kind), item=item, text=item)
        else:
            block = name in blocks and not (paired or zoned)
            alike = block or not (paired or zoned)
            found[name] = alone(seen[name], scores=alike, block=block)
    return found


def _about_the_row(name: str) -> Column:
    lower = tidy(name).casefold()
    for kind in (ColumnKind.RESPONDENT, ColumnKind.UNIT, ColumnKind.TIME):
        if lower in hints().names[kind]:
            return Column(name, kind)
    return Column(name)


def _long(table: Table) -> Long | None:
    """The columns of a file with a row for each answered item, by what they are called."""
    names = {tidy(name).casefold(): name for name in table.header}
    item = next((names[n] for n in hints().names["item"] if n in names), "")
    value = next((names[n] for n in hints().names["value"] if n in names), "")
    whose = any(name in hints().names["respondent"] for name in names)
    if not item or not value or not whose:
        return None
    seen = look(table, only=(item,))[item]
    # Each item comes up again and again, or they are no items.
    often = not seen.more and len(seen.filled) * 2 <= seen.rows
    return Long(item, value) if often and len(seen.filled) > 1 else None


def _side(name: str) -> tuple[str, str] | None:
    """The side and the item that a name like e1, P_07 or 期望-服务快捷 stands for."""
    for side, marks in hints().sides.items():
        for mark in marks:
            rest = _without(name, mark)
            if rest:
                return side, rest.lstrip("0") if rest.isdecimal() else rest
    return None


def _without(name: str, mark: str) -> str:
    """The name without its mark; nothing, if the mark is but the start of a word."""
    inner = name.strip(_AROUND)
    for rest in (inner.removeprefix(mark), inner.removesuffix(mark)):
        if rest == inner:
            continue
        bare = rest.strip(_AROUND)
        # A short mark marks a side only beside a number: e1, but not "email".
        if len(mark) > 3 or not mark.isascii() or bare.isdecimal():
            return bare
    return ""


def _once(columns: Iterable[Column]) -> list[Column]:
    """At most one column each says unit, time and respondent: the first that seems to."""
    seen: set[ColumnKind] = set()
    kept = []
    for column in columns:
        again = column.kind in ONCE and column.kind in seen
        kept.append(Column(column.name) if again else column)
        seen.add(column.kind)
    return kept


def _order(table: Table, columns: list[str]) -> str:
    """The order of the dates, if the file leaves but one; otherwise somebody must say."""
    orders = orders_in(table, columns)
    return next(iter(orders)) if len(orders) == 1 else ""


def orders_in(table: Table, columns: Iterable[str]) -> frozenset[str]:
    """The orders in which the dates of these columns can be read; "" needs none."""
    seen = look(table, rows=THOROUGH, only=columns) if columns else {}
    known = hints().missing
    found = frozenset({""})
    for column in seen.values():
        dates = [cell for cell in column.filled if cell not in known]
        orders = possible_orders(dates) if dates else frozenset({""})
        found = orders if found == {""} else (found & orders if orders != {""} else found)
    return found


def left_out(table: Table) -> tuple[str, ...]:
    """The columns that seem to say who somebody is, and so are suggested as nothing."""
    return tuple(name for name in table.header if about_people(name))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the rated columns of a file hold: the span of numbers, and words not numbers."""

    spans: Mapping[ItemKind, Scale]
    words: Mapping[str, int | None]  # word → the point that a known scale gives it


def shown(table: Table, file_map: FileMap, *, rows: int) -> Shown:
    """Look through the first rows of a file for its scales."""
    table = widened(table, file_map)
    rated = file_map.of(*SCALED)
    seen = look(table, rows=rows, where=file_map.where, only=[c.name for c in rated])
    found: dict[ItemKind, set[str]] = {}
    missing, inapplicable = file_map.missing, file_map.not_applicable
    for column in rated:
        codes = (*column.missing, *column.not_applicable, *missing, *inapplicable)
        said = seen[column.name].filled.keys() - set(map(tidy, codes))
        own = {tidy(text) for text, _ in column.coding}
        found.setdefault(file_map.item_kind(column), set()).update(said - own)
    every = set().union(*found.values()) if found else set()
    words = sorted(cell for cell in every if point_of(cell) is None)
    known = coding_of(words) | dict(file_map.coding)
    return Shown(
        {kind: span for kind, some in found.items() if (span := _span(some, known))},
        {word: known.get(word) for word in sorted(words, key=_by_point(known))[:60]},
    )


def _by_point(known: Mapping[str, int]) -> Callable[[str], tuple[bool, int, str]]:
    """Words whose point is known first, from the lowest; then the others."""
    return lambda word: (word not in known, known.get(word, 0), word)


def _span(cells: Iterable[str], coding: Mapping[str, int]) -> Scale | None:
    points = []
    for cell in cells:
        point = coding[cell] if cell in coding else point_of(cell)
        if point is not None:
            points.append(point)
    if not points:
        return None
    if usual := usual_scale(points):
        return usual
    low, high = min(points), max(points)
    # One point only: no scale to be seen, so the usual one, stretched if need be.
    return Scale(low, high) if low < high else Scale(min(low, 1), max(high, 7))
