"""What one column seems to be, by itself: its name, its cells, its label. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gapless.analytics.answers import WEIGHT_UNIT
from gapless.core.instruments.rules import MOST_DECIMALS

from .cells import Wrong, tidy
from .choices import ColumnKind
from .dates import possible_orders
from .hints import hints
from .mapping import CHOICES, Column
from .meanings import weight
from .seen import (
    FEW,
    THOROUGH,
    Seen,
    coding_of,
    look,
    options_in,
    point_of,
    rates,
    separator_of,
)
from .tables import Label, Table

_NUMBERED = re.compile(r"([^0-9]*?)[ _.\-]*([0-9]{1,3})", re.ASCII)

MOST_GROUPS = 12
"""Words that repeat are options to choose from, if they are no more than these…"""

OFTEN = 5
"""…and come up so often each, on average."""


MOST_OPTIONS = 30
"""Different words of a choice; a question with more of them was answered freely."""


def item_of(name: str) -> str:
    return name.strip()[:40]


def alone(seen: Seen, *, scores: bool, block: bool = False) -> Column:
    """
    A column that is no side of a pair or a zone.

    :param scores: whether numbers may be items of this questionnaire.
    :param block: whether it stands among neighbours on the same scale.
    """
    name, lower = seen.name, tidy(seen.name).casefold()
    kind = _of_the_row(lower, seen) or _by_name(lower, seen)
    if kind is None and scores and (block or _NUMBERED.fullmatch(lower)) and rates(seen):
        kind = ColumnKind.SCORE
    if kind is not None:
        return _column(name, kind)
    return _choice(seen) or Column(name)


def _column(name: str, kind: ColumnKind) -> Column:
    if kind in (ColumnKind.RESPONDENT, ColumnKind.UNIT, ColumnKind.TIME):
        return Column(name, kind)
    return Column(name, kind, item=item_of(name), text=name)


def _of_the_row(lower: str, seen: Seen) -> ColumnKind | None:
    for kind in (ColumnKind.RESPONDENT, ColumnKind.UNIT):
        if lower in hints().names[kind]:
            return kind
    if lower in hints().names["time"] and are_moments(seen):
        return ColumnKind.TIME
    if lower in hints().names["case_weight"] and _weighs(seen):
        return ColumnKind.CASE_WEIGHT
    return None


def _by_name(lower: str, seen: Seen) -> ColumnKind | None:
    if _named(lower, "nps") and recommends(seen):
        return ColumnKind.NPS
    if _named(lower, "text"):
        return ColumnKind.TEXT
    if _named(lower, "overall") and rates(seen):
        return ColumnKind.OVERALL
    return None


def _named(lower: str, kind: str) -> bool:
    return any(lower.startswith(name) for name in hints().names[kind])


def are_moments(seen: Seen) -> bool:
    """Whether the cells are dates; a bare day of the month is one, if all are."""
    cells = list(seen.said)
    if not cells:
        return False
    days = all((point := point_of(cell)) is not None and 1 <= point <= 31 for cell in cells)
    return days or bool(possible_orders(cells))


def _weighs(seen: Seen) -> bool:
    """Weights have places behind the point; importance points have none."""
    try:
        weights = [weight(cell) for cell in seen.said]
    except Wrong:
        return False
    return any(each % WEIGHT_UNIT for each in weights)


def recommends(seen: Seen) -> bool:
    """Whether the cells go from 0 to 10; a code beyond 10 may say "no answer"."""
    points = seen.points
    whole = len(points) == len(seen.said) and not seen.more
    return (
        whole and len(points) <= FEW + 2 and bool(points & {8, 9, 10}) and min(points) >= 0
    )


def _choice(seen: Seen) -> Column | None:
    """Words that repeat: one option of a few, or several in a cell."""
    said = seen.said
    if seen.more or len(said) < 2 or sum(said.values()) < OFTEN * 2:
        return None
    if all(point_of(cell) is not None for cell in said) or are_moments(seen):
        return None
    name, item = seen.name, item_of(seen.name)
    if separator := separator_of(seen):
        options = options_in(seen, separator)
        return Column(
            name,
            ColumnKind.MULTIPLE,
            item=item,
            text=name,
            options=options,
            separator=separator,
        )
    if len(said) > MOST_GROUPS or sum(said.values()) < OFTEN * len(said):
        return None
    if any(_decimal(cell) for cell in said):
        return None
    return Column(
        name, ColumnKind.SINGLE, item=item, text=name, options=options_in(seen, "")
    )


def with_options(table: Table, columns: dict[str, Column]) -> dict[str, Column]:
    """The choices with every option of the file; one with too many is none."""
    chosen = [name for name, column in columns.items() if column.kind in CHOICES]
    seen = look(table, rows=THOROUGH, only=chosen) if chosen else {}
    found = dict(columns)
    for name in chosen:
        options = options_in(seen[name], columns[name].separator)
        few = not seen[name].more and len(options) <= MOST_OPTIONS
        found[name] = replace(columns[name], options=options) if few else Column(name)
    return found


def completed(table: Table, columns: Sequence[Column]) -> tuple[Column, ...]:
    """
    Columns with what nobody said of them and the file shows: the options of a choice,
    what stands between several of them, the decimal places of a number.
    """
    open_ = [
        c.name
        for c in columns
        if (c.kind in CHOICES and not (c.options or c.option))
        or (c.kind is ColumnKind.NUMBER and not c.decimals)
    ]
    seen = look(table, rows=THOROUGH, only=open_) if open_ else {}
    return tuple(_completed(c, seen[c.name]) if c.name in seen else c for c in columns)


def _completed(column: Column, seen: Seen) -> Column:
    codes = {*map(tidy, (*column.missing, *column.not_applicable))}
    if column.kind is ColumnKind.NUMBER:
        places = [len(cell.partition(".")[2]) for cell in seen.said if cell not in codes]
        return replace(column, decimals=min(max(places, default=0), MOST_DECIMALS))
    separator = column.separator
    if column.kind is ColumnKind.MULTIPLE:
        separator = separator or separator_of(seen)
    words = {tidy(cell) for cell, _ in column.coding}
    options = options_in(seen, separator, [*codes, *words])
    return replace(column, options=options, separator=separator)


def _decimal(cell: str) -> bool:
    return cell.replace(".", "", 1).replace(",", "").lstrip("+-").isdecimal()


def labelled(name: str, label: Label, seen: Seen) -> Column:
    """A variable of SPSS: a choice or a scale, by the labels of its values."""
    text = label.text or name
    plain = alone(seen, scores=True)
    if plain.item:
        plain = replace(plain, text=text)
    values = {tidy(value): tidy(words) for value, words in label.values}
    if not values or plain.kind in (ColumnKind.RESPONDENT, ColumnKind.UNIT):
        return plain
    absent = {v: w for v, w in values.items() if w.casefold() in hints().not_applicable}
    nothing = {v: w for v, w in values.items() if w.casefold() in hints().maybe_missing}
    answers = {v: w for v, w in values.items() if v not in absent and v not in nothing}
    points = [point_of(value) for value in answers]
    item = item_of(name)
    unlabelled = seen.points - {p for p in points if p is not None}
    scale = coding_of(answers.values()) or len(unlabelled) > len(answers)
    kind = plain.kind if plain.kind in (ColumnKind.OVERALL, ColumnKind.NPS) else None
    if kind or (scale and None not in points):
        return Column(
            name,
            kind or ColumnKind.SCORE,
            item=item,
            text=text,
            missing=tuple(nothing),
            not_applicable=tuple(absent),
        )
    return Column(
        name,
        ColumnKind.SINGLE,
        item=item,
        text=text,
        missing=tuple(nothing),
        not_applicable=tuple(absent),
        options=tuple(dict.fromkeys(answers.values())),
        coding=_places(answers),
    )


def _places(answers: dict[str, str]) -> tuple[tuple[str, int], ...]:
    place = {words: at for at, words in enumerate(dict.fromkeys(answers.values()))}
    return tuple((value, place[words]) for value, words in answers.items())
