"""
What a file leaves open and only a person can say: what a code means, which point a word
stands for, in which order dates are written. Each with what was seen and a suggestion;
nothing is applied before somebody has said so. Pure.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .cells import tidy
from .choices import ColumnKind, DateOrder
from .dates import Dates
from .hints import hints
from .long_tables import widened
from .mapping import CHOICES, MEASURED, SCALED, Coding, Column, FileMap, Scale
from .seen import THOROUGH, Seen, coding_of, look, options_in, point_of, usual_scale
from .suggestions import orders_in
from .tables import Table

FAR = 365 * 10
"""A date so many days from all the others is asked about."""

MOST_CELLS = 40


class About(TextChoices):
    """What a question asks."""

    CODE = "code", _("Codes")
    WORDS = "words", _("Words of a scale")
    DATE_ORDER = "date_order", _("Order of the dates")
    NO_DATE = "no_date", _("Dates that may be none")
    OPTIONS = "options", _("Options")


class Choice(TextChoices):
    """What may be answered, beside the orders of dates."""

    MISSING = "missing", _("Not answered")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")
    ANSWER = "answer", _("An answer like the others")
    CODING = "coding", _("These points")
    OPTIONS = "options", _("These options")
    NO_DATE = "no_date", _("No date")
    DATE = "date", _("A date like the others")


CODES = (Choice.MISSING, Choice.NOT_APPLICABLE, Choice.ANSWER)


@dataclass(frozen=True, slots=True)
class Question:
    """
    Something to be confirmed: about which columns, what was seen in how many rows, what
    may be answered, and what is suggested; "" where nothing may be guessed.
    """

    about: About
    columns: tuple[str, ...]
    cells: tuple[tuple[str, int], ...]
    choices: tuple[str, ...]
    suggestion: str
    coding: Coding = ()  # the points suggested for words, the places of options

    @property
    def key(self) -> str:
        """Short and the same every time: the name of its field on a page."""
        said = repr((self.about.value, self.columns, [cell for cell, _ in self.cells]))
        return f"{self.about}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def open_questions(table: Table, file_map: FileMap) -> tuple[Question, ...]:
    """What is still to be confirmed; a question that was answered is not asked again."""
    wide = widened(table, file_map)
    kinds = (*SCALED, *CHOICES, *MEASURED, ColumnKind.TIME)
    names = [column.name for column in file_map.of(*kinds)]
    seen = look(wide, rows=THOROUGH, where=file_map.where, only=names)
    return (
        *_orders(wide, file_map),
        *_sentinels(file_map, seen),
        *_codes(file_map, seen),
        *_words(file_map, seen),
        *_options(file_map, seen),
    )


# --- Dates ----------------------------------------------------------------------------


def _orders(table: Table, file_map: FileMap) -> Iterator[Question]:
    dated = [c.name for c in file_map.of(ColumnKind.TIME, ColumnKind.DATE)]
    if file_map.date_order or not dated:
        return
    orders = orders_in(table, dated) - {""}
    if len(orders) < 2:
        return
    seen = look(table, only=dated)
    cells = sum((Counter(column.said) for column in seen.values()), Counter[str]())
    choices = tuple(order for order in DateOrder.values if order in orders)
    samples = tuple(cells.most_common(5))
    yield Question(About.DATE_ORDER, tuple(dated), samples, choices, "")


def _sentinels(file_map: FileMap, seen: Mapping[str, Seen]) -> Iterator[Question]:
    read = Dates(file_map.date_order)
    for column in file_map.of(ColumnKind.TIME, ColumnKind.DATE):
        days: dict[str, int] = {}
        for cell, n in seen[column.name].said.items():
            # Before the year 1900, a day is a code and nothing else.
            found = read.stated(cell)
            if found is not None:
                day = found.date().isoformat()
                days[day] = days.get(day, 0) + n
        said = {*file_map.no_dates, *file_map.real_dates}
        for day in sorted(_odd(days) - said):
            yield Question(
                About.NO_DATE,
                (column.name,),
                ((day, days[day]),),
                (Choice.NO_DATE, Choice.DATE),
                Choice.NO_DATE if day in hints().no_dates else "",
            )


def _odd(days: Mapping[str, int]) -> set[str]:
    """Days that programs write for none, and days far from all others."""
    usual = sorted(set(days) - set(hints().no_dates))
    odd = set(days) & set(hints().no_dates)
    numbers = [_number(day) for day in usual]
    middle = numbers[len(numbers) // 2] if numbers else 0
    return odd | {day for day in usual if abs(_number(day) - middle) > FAR}


def _number(day: str) -> int:
    year, month, date = map(int, day.split("-"))
    return year * 365 + month * 30 + date


# --- Codes ----------------------------------------------------------------------------


def _codes(file_map: FileMap, seen: Mapping[str, Seen]) -> Iterator[Question]:
    """The same code in columns with the same answers is one question."""
    asked: dict[tuple[str, ColumnKind, str], list[str]] = {}
    counts: Counter[tuple[str, ColumnKind, str]] = Counter()
    for column in file_map.of(*SCALED, *CHOICES, ColumnKind.NUMBER):
        for cell, suggestion in _odd_cells(file_map, column, seen[column.name]):
            key = (cell, column.kind, suggestion)
            asked.setdefault(key, []).append(column.name)
            counts[key] += seen[column.name].filled[cell]
    for (cell, kind, suggestion), columns in asked.items():
        found = ((cell, counts[cell, kind, suggestion]),)
        # A word can be an option, but no point of a scale and no number.
        may_answer = kind in CHOICES or point_of(cell) is not None
        choices = CODES if may_answer else CODES[:-1]
        yield Question(About.CODE, tuple(columns), found, choices, suggestion)


def _odd_cells(file_map: FileMap, column: Column, seen: Seen) -> Iterator[tuple[str, str]]:
    known = _explained(file_map, column)
    cells = {cell: n for cell, n in seen.filled.items() if cell not in known}
    for cell in cells:
        if cell.casefold() in hints().not_applicable:
            yield cell, Choice.NOT_APPLICABLE
        elif cell.casefold() in hints().maybe_missing:
            yield cell, Choice.MISSING
    if column.kind in SCALED:
        points = {point: cell for cell in cells if (point := point_of(cell)) is not None}
        for point, suggestion in _apart(points, column, file_map):
            yield points[point], suggestion


def _explained(file_map: FileMap, column: Column) -> set[str]:
    """The cells about which something was said already."""
    codes = (
        *column.missing,
        *column.not_applicable,
        *file_map.missing,
        *file_map.not_applicable,
        *(text for text, _ in (*column.coding, *file_map.coding)),
        *column.options,
    )
    return set(map(tidy, codes))


def _apart(
    points: Collection[int], column: Column, file_map: FileMap
) -> Iterator[tuple[int, str]]:
    """The numbers that stand outside the run of the answers."""
    scale = _scale(points, column, file_map)
    if scale is None:
        return
    for point in sorted(points):
        if not scale.low <= point <= scale.high:
            # Below the scale a blank is kept, above it what nobody could judge.
            above = point > scale.high and point < 90 and column.kind is not ColumnKind.NPS
            yield point, Choice.NOT_APPLICABLE if above else Choice.MISSING


def _scale(points: Collection[int], column: Column, file_map: FileMap) -> Scale | None:
    """The scale that somebody gave, or the usual one that leaves the fewest codes over."""
    if column.kind is ColumnKind.NPS:
        return Scale(0, 10)
    given = column.scale or file_map.scales.get(file_map.item_kind(column))
    if given:
        return given
    return usual_scale(points)


# --- Words and options ----------------------------------------------------------------


def _words(file_map: FileMap, seen: Mapping[str, Seen]) -> Iterator[Question]:
    """The words of a scale: columns that use the same words are one question."""
    asked: dict[frozenset[str], list[str]] = {}
    counts: dict[frozenset[str], Counter[str]] = {}
    codes = {*hints().not_applicable, *hints().maybe_missing}
    for column in file_map.of(*SCALED):
        known = _explained(file_map, column)
        words = {
            cell: n
            for cell, n in seen[column.name].filled.items()
            if cell not in known and point_of(cell) is None and cell.casefold() not in codes
        }
        if words:
            coding = coding_of(words)
            key = frozenset(coding) if coding else frozenset(words)
            asked.setdefault(key, []).append(column.name)
            counts.setdefault(key, Counter()).update(words)
    for key, columns in asked.items():
        coding = coding_of(key)
        cells = sorted(counts[key].items(), key=lambda c: (coding.get(c[0], 0), -c[1]))
        yield Question(
            About.WORDS,
            tuple(columns),
            tuple(cells[:MOST_CELLS]),
            (Choice.CODING, Choice.MISSING, Choice.NOT_APPLICABLE),
            Choice.CODING if coding else "",
            tuple(sorted(coding.items(), key=lambda pair: pair[1])),
        )


def _options(file_map: FileMap, seen: Mapping[str, Seen]) -> Iterator[Question]:
    """Options that come up in the file, and are not listed."""
    for column in file_map.of(*CHOICES):
        if column.option:
            continue
        known = _explained(file_map, column)
        codes = {*hints().not_applicable, *hints().maybe_missing}
        left = [c for c in seen[column.name].filled if c in known or c.casefold() in codes]
        left = [cell for cell in left if cell not in column.options]
        found = options_in(seen[column.name], column.separator, left)
        listed = {tidy(option).casefold() for option in column.options}
        coded = {tidy(cell).casefold() for cell, _ in column.coding}
        new = [text for text in found if tidy(text).casefold() not in listed | coded]
        if not new:
            continue
        every = (*column.options, *new)
        yield Question(
            About.OPTIONS,
            (column.name,),
            tuple((text, _times(seen[column.name], text)) for text in every)[:MOST_CELLS],
            (Choice.OPTIONS,),
            Choice.OPTIONS,
            tuple((text, place) for place, text in enumerate(every)),
        )


def _times(seen: Seen, text: str) -> int:
    return sum(n for cell, n in seen.filled.items() if text in cell)


# --- Answers --------------------------------------------------------------------------


def answered(
    file_map: FileMap, question: Question, choice: str, coding: Coding = ()
) -> FileMap:
    """
    The map with what somebody said about an open question.

    :param coding: the points of words, or the options in order, where they differ from
        what was suggested.
    """
    if question.about is About.DATE_ORDER:
        return replace(file_map, date_order=choice)
    if question.about is About.NO_DATE:
        days = tuple(day for day, _ in question.cells)
        if choice == Choice.NO_DATE:
            return replace(file_map, no_dates=(*file_map.no_dates, *days))
        return replace(file_map, real_dates=(*file_map.real_dates, *days))
    cells = tuple(cell for cell, _ in question.cells)
    return replace(
        file_map,
        columns=tuple(
            _answered(column, choice, cells, coding or question.coding)
            if column.name in question.columns
            else column
            for column in file_map.columns
        ),
    )


def _answered(column: Column, choice: str, cells: Iterable[str], coding: Coding) -> Column:
    new = [cell for cell in cells if cell not in (*column.missing, *column.not_applicable)]
    if choice == Choice.MISSING:
        return replace(column, missing=(*column.missing, *new))
    if choice == Choice.NOT_APPLICABLE:
        return replace(column, not_applicable=(*column.not_applicable, *new))
    if choice == Choice.OPTIONS:
        return replace(column, options=tuple(text for text, _ in coding))
    if choice == Choice.CODING:
        return replace(column, coding=(*column.coding, *coding))
    if column.kind in CHOICES:
        return replace(column, options=(*column.options, *new))
    points = tuple((cell, p) for cell in new if (p := point_of(cell)) is not None)
    return replace(column, coding=(*column.coding, *points))
