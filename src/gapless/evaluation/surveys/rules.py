"""From the columns of a file to the questionnaire that was asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gapless.analytics.answers import Kind, Layout, Question
from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.mapping import ITEMS, Column, FileMap
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.instruments.rules import (
    DimensionDraft,
    ItemDraft,
    SectionDraft,
    VersionDraft,
)
from gapless.core.text import LanguageMap


def questions(file_map: FileMap) -> tuple[Question, ...]:
    """What the file says was asked, in the order of its columns."""
    asked: dict[str, Question] = {}
    for column in file_map.of(*ITEMS):
        kind = file_map.item_kind(column)
        scale = file_map.scale_of(column)
        asked.setdefault(
            column.item,
            Question(
                code=column.item,
                kind=Kind(kind.value),
                dimension=column.dimension,
                low=scale.low,
                high=scale.high,
                reverse=column.reverse,
            ),
        )
    return tuple(asked.values())


def expectation_of(file_map: FileMap) -> ExpectationType:
    """What expectation means on the form: nothing, where none is asked."""
    return file_map.expectation if file_map.paired else ExpectationType.NONE


def fits(layout: Layout, asked: Iterable[Question]) -> bool:
    """
    Whether answers to these questions can count under a version: it asks each of them
    alike. What it asks beyond them stays unanswered.
    """
    known = {question.code: question for question in layout.questions}
    return all(_alike(known.get(question.code), question) for question in asked)


def _alike(known: Question | None, asked: Question) -> bool:
    if known is None or known.kind is not asked.kind:
        return False
    # A text has no scale, and no dimension counts it.
    return known == asked or not known.width


def draft(
    file_map: FileMap, names: Mapping[str, LanguageMap], language: str
) -> VersionDraft:
    """
    The form version that the file's columns make.

    :param names: dimensions that the organisation knows; others are called by their code.
    :param language: in which the person says what the items are called.
    """
    by_item: dict[str, Column] = {}
    for column in file_map.of(*ITEMS):
        # A pair is named by what was perceived: that is what its tables show.
        if column.kind is ColumnKind.PERCEPTION or column.item not in by_item:
            by_item[column.item] = column
    items = [_item(file_map, q, by_item[q.code], language) for q in questions(file_map)]
    dimensions = dict.fromkeys(item.dimension for item in items if item.dimension)
    return VersionDraft(
        expectation_type=expectation_of(file_map),
        dimensions=tuple(
            DimensionDraft(code, names.get(code, {language: code})) for code in dimensions
        ),
        sections=(SectionDraft(title={language: file_map.form_name}, items=tuple(items)),),
    )


def _item(
    file_map: FileMap, question: Question, column: Column, language: str
) -> ItemDraft:
    labels = {number: text for text, number in (*file_map.coding, *column.coding)}
    low, high = labels.get(question.low), labels.get(question.high)
    return ItemDraft(
        code=question.code,
        kind=ItemKind(question.kind.value),
        text={language: column.text or column.name},
        dimension=question.dimension,
        low=question.low,
        high=question.high,
        reverse=question.reverse,
        low_label={language: low} if low else {},
        high_label={language: high} if high else {},
    )
