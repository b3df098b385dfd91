"""
Stored answers as columns: what an export holds, and what one answer's page reads. As the
customer answered: reverse-keyed items are not turned here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum

import numpy as np

from gapless.analytics.answers import (
    NO_NUMBER,
    NOT_APPLICABLE,
    WEIGHT_UNIT,
    Bytes,
    Kind,
    Layout,
    Question,
    numbers,
)
from gapless.analytics.weights import case_weights
from gapless.core.instruments.rules import ItemDraft
from gapless.core.text import LanguageMap

from .redacting import redact

EPOCH = date(1970, 1, 1)


class Side(StrEnum):
    """Which part of an item's answer a column holds."""

    WHOLE = ""
    EXPECTATION = "e"
    PERCEPTION = "p"
    LEAST = "a"
    DESIRED = "d"
    OPTION = "o"


class Missing(Enum):
    NOT_APPLICABLE = "na"


Given = int | float | date | str | Missing | None
"""What stands in one column of one answer; None: unanswered."""

_SIDES = {
    Kind.PAIR: (Side.EXPECTATION, Side.PERCEPTION),
    Kind.ZONE: (Side.LEAST, Side.DESIRED, Side.PERCEPTION),
}
_WRITTEN = (Kind.TEXT, Kind.ATTRIBUTE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table of answers."""

    question: Question
    item: ItemDraft
    side: Side = Side.WHOLE
    option: int = 0  # of a multiple choice

    @property
    def name(self) -> str:
        """As `q.<code>` fields write it, with the option's code where there is one."""
        if self.side is Side.OPTION:
            return f"{self.item.code}.{self.item.options[self.option].code}"
        return f"{self.item.code}.{self.side}" if self.side else self.item.code

    @property
    def kind(self) -> Kind:
        return self.question.kind

    @property
    def is_text(self) -> bool:
        return self.kind in _WRITTEN

    @property
    def words(self) -> LanguageMap:
        """How the questionnaire asks it."""
        wordings = {
            Side.EXPECTATION: self.item.expectation_text,
            Side.PERCEPTION: self.item.perception_text,
        }
        return wordings.get(self.side) or self.item.text

    @property
    def labels(self) -> dict[int, LanguageMap]:
        """What single values mean: the options of a choice, the ends of a scale."""
        if self.kind is Kind.SINGLE:
            low = self.question.low
            return {low + at: each.text for at, each in enumerate(self.item.options)}
        ends = {self.item.low: self.item.low_label, self.item.high: self.item.high_label}
        return {point: label for point, label in ends.items() if label}


def columns_of(layout: Layout, items: Mapping[str, ItemDraft]) -> tuple[Column, ...]:
    """The columns of a version's answers, in form order."""
    return tuple(
        column
        for question in layout.questions
        for column in _columns(question, items[question.code])
    )


def _columns(question: Question, item: ItemDraft) -> Iterator[Column]:
    if question.kind is Kind.MULTIPLE:
        for option in range(question.options):
            yield Column(question, item, Side.OPTION, option)
    else:
        for side in _SIDES.get(question.kind, (Side.WHOLE,)):
            yield Column(question, item, side)


def values_in(
    column: Column, layout: Layout, values: Bytes, texts: Sequence[Mapping[str, str]]
) -> list[Given]:
    """
    One column of n answers.

    :param values: (n, layout.width) as stored; ``texts`` what was written, of the same n.
    """
    if column.is_text:
        said = (each.get(column.item.code, "").strip() for each in texts)
        return [redact(words) if words else None for words in said]
    if column.kind in (Kind.NUMBER, Kind.DATE):
        return _measured(column, numbers(layout, values, column.question))
    if column.kind is Kind.CASE_WEIGHT:
        weights = case_weights(layout, values).tolist()
        return [each / WEIGHT_UNIT if each else None for each in weights]
    given = values[:, layout.columns[column.question.code] + _place(column)]
    return [_point(each) for each in given.tolist()]


def _place(column: Column) -> int:
    if column.side is Side.OPTION:
        return column.option
    return _SIDES.get(column.kind, (Side.WHOLE,)).index(column.side)


def _point(stored: int) -> Given:
    if stored == NOT_APPLICABLE:
        return Missing.NOT_APPLICABLE
    return stored if stored > NOT_APPLICABLE else None


def _measured(column: Column, stored: np.ndarray) -> list[Given]:
    found = [None if each == NO_NUMBER else each for each in stored.tolist()]
    if column.kind is Kind.DATE:
        return [None if each is None else EPOCH + timedelta(each) for each in found]
    if not column.item.decimals:
        return list(found)
    scale = 10**column.item.decimals
    return [None if each is None else each / scale for each in found]
