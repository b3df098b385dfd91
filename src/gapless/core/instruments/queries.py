"""Reads of forms and answers. Forms belong to the whole organisation, answers to units."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime

import numpy as np
from django.db.models import QuerySet

from gapless.analytics.answers import Batch, Kind, Layout, Question
from gapless.analytics.cells import Key, Vector, unpack
from gapless.analytics.drivers import folded_before
from gapless.analytics.folding import fold_each, schema_of
from gapless.analytics.grouping import Groups, options_chosen
from gapless.core.evidence.choices import CollectionMode, Source
from gapless.core.evidence.models import Cell
from gapless.core.evidence.queries import Difference, cell_months, differences
from gapless.core.evidence.rolling import unsummed, wrong_roll_ups
from gapless.core.evidence.rules import NO_GROUP, Stratum

from .choices import ExpectationType, ItemKind, Operation
from .models import Answer, Draft, Form, FormVersion, Item
from .rules import (
    DimensionDraft,
    ItemDraft,
    Option,
    SectionDraft,
    VersionDraft,
    conditions,
    from_json,
)

_CHUNK = 2_000
_CELLS_AT_ONCE = 4_000_000  # integers, 32 MB


def forms() -> QuerySet[Form]:
    return Form.objects.prefetch_related("versions").order_by("code")


def published_versions() -> QuerySet[FormVersion]:
    return FormVersion.objects.published().select_related("form")


# What is published never changes, and every answer needs it: read once in each process.
_frozen: dict[tuple[int, datetime], tuple[VersionDraft, Layout]] = {}
_KEPT = 64


def _known(version: FormVersion) -> tuple[VersionDraft, Layout]:
    if version.published_at is None:
        return _draft_of(version), _layout_of(version)
    key = (version.pk, version.published_at)
    if key not in _frozen:
        if len(_frozen) >= _KEPT:
            _frozen.clear()
        _frozen[key] = _draft_of(version), _layout_of(version)
    return _frozen[key]


def forget_versions() -> None:
    """Read anew what versions ask: after one is published under a number used before."""
    _frozen.clear()


def draft_of(version: FormVersion) -> VersionDraft:
    """What a version asks, as its designer said it. What items ask about is not here."""
    return _known(version)[0]


def layout_of(version: FormVersion) -> Layout:
    """What the bytes of this version's answers mean."""
    return _known(version)[1]


def _draft_of(version: FormVersion) -> VersionDraft:
    items: dict[int | None, list[ItemDraft]] = {}
    for item in version.items.all():
        items.setdefault(item.section_id, []).append(_item_draft(item))
    return VersionDraft(
        ExpectationType(version.expectation_type),
        tuple(DimensionDraft(d.code, d.name) for d in version.dimensions.all()),
        tuple(
            SectionDraft(
                title=section.title,
                introduction=section.introduction,
                randomised=section.randomised,
                show_if=conditions(section.show_if),
                items=tuple(items.get(section.pk, ())),
            )
            for section in version.sections.all()
        ),
        version.grouped_by,
    )


_SAME = {f.name for f in fields(ItemDraft)} - {"kind", "options", "show_if", "about"}


def _item_draft(item: Item) -> ItemDraft:
    return ItemDraft(
        **{name: getattr(item, name) for name in _SAME},
        kind=ItemKind(item.kind),
        options=tuple(Option(**option) for option in item.options),
        show_if=conditions(item.show_if),
    )


def content_of(draft: Draft) -> VersionDraft:
    """What a draft asks now."""
    return from_json(draft.content)


@dataclass(frozen=True, slots=True)
class Steps:
    """What could be undone and done again: what each edit did, or None."""

    undo: Operation | None
    redo: Operation | None


def steps_of(draft: Draft) -> Steps:
    near = range(max(draft.step - 1, 0), draft.step + 2)
    done = dict(draft.edits.filter(step__in=near).values_list("step", "what"))
    may_undo = draft.step - 1 in done
    return Steps(
        Operation(done[draft.step]) if may_undo else None,
        Operation(done[draft.step + 1]) if draft.step + 1 in done else None,
    )


def _layout_of(version: FormVersion) -> Layout:
    return Layout(
        tuple(
            Question(
                code=item.code,
                kind=Kind(item.kind),
                dimension=item.dimension,
                low=item.low,
                high=item.high,
                reverse=item.reverse,
                options=len(item.options),
            )
            for item in version.items.all()
        ),
        version.grouped_by,
    )


def batch_of(layout: Layout, answers: list[Answer]) -> Batch:
    """Stored answers as arrays, for the kernel."""
    values = b"".join(bytes(answer.values) for answer in answers)
    composites = b"".join(bytes(answer.composites) for answer in answers)
    n = len(answers)
    return Batch(
        np.frombuffer(values, np.int8).reshape(n, layout.width),
        np.frombuffer(composites, "<i4").astype(np.int32).reshape(n, layout.composites),
        np.array([answer.flags for answer in answers], np.uint8),
    )


def _key_of(answer: Answer, group: str) -> Key:
    mode, flagged = CollectionMode(answer.mode), bool(answer.flags)
    stratum = Stratum(mode, flagged, answer.within, group)
    return Key(answer.unit_id, answer.month, str(stratum))


def _keys_of(layout: Layout, answers: list[Answer], batch: Batch) -> list[Key]:
    if not layout.grouped_by:
        return [_key_of(answer, "") for answer in answers]
    chosen = options_chosen(layout, batch.values).tolist()
    names = [str(option) if option >= 0 else NO_GROUP for option in chosen]
    return [_key_of(a, group) for a, group in zip(answers, names, strict=True)]


def folded(layout: Layout, answers: list[Answer]) -> dict[Key, Vector]:
    """The cells that these answers make."""
    places: dict[Key, int] = {}
    batch, schema = batch_of(layout, answers), schema_of(layout)
    keys = _keys_of(layout, answers, batch)
    of = np.array([places.setdefault(key, len(places)) for key in keys], np.intp)
    # A table of 100 levels has 10,000 places: only so many cells at a time.
    step = max(1, _CELLS_AT_ONCE // schema.size)
    cells: list[Vector] = []
    for first in range(0, len(places), step):
        last = min(first + step, len(places))
        chosen = np.flatnonzero((of >= first) & (of < last))
        groups = Groups(of[chosen] - first, last - first)
        cells += list(fold_each(layout, schema, batch.only(chosen), groups))
    return dict(zip(places, cells, strict=True))


def answered_months(version: FormVersion) -> set[date]:
    counted = version.answers.filter(counted=True).order_by("month")
    return set(counted.values_list("month", flat=True).distinct())


def recomputed(version: FormVersion, month: date) -> Iterator[tuple[Key, Vector]]:
    """
    The cells of a month as the stored answers make them, a chunk of answers at a time. A
    month, because those of years of thousands of halls would fill memory.
    """
    layout = layout_of(version)
    chunk: list[Answer] = []
    counted = version.answers.filter(counted=True, month=month)
    for answer in counted.order_by("unit", "pk").iterator(chunk_size=_CHUNK):
        chunk.append(answer)
        if len(chunk) == _CHUNK:
            yield from folded(layout, chunk).items()
            chunk = []
    if chunk:
        yield from folded(layout, chunk).items()


def wrong_cells(version: FormVersion) -> Iterator[Difference]:
    """Where cells != recompute(answers): the doctor's question."""
    schema = schema_of(layout_of(version))
    months = answered_months(version) | cell_months(Source.SURVEY, version.pk)
    for month in sorted(months):
        right = recomputed(version, month)
        yield from differences(Source.SURVEY, version.pk, month, right, schema)


def versions_without_sums() -> list[FormVersion]:
    """Versions with cells but no roll-ups: folded before there were any."""
    return [v for v in published_versions() if unsummed(Source.SURVEY, v.pk)]


def versions_to_fold_anew() -> list[FormVersion]:
    """Versions whose cells were made by a program that kept less in them."""
    early = versions_without_sums()
    return early + [v for v in published_versions() if v not in early and _lacking(v)]


def _lacking(version: FormVersion) -> bool:
    """By the oldest cell: cells are made anew all together or not at all."""
    schema = schema_of(layout_of(version))
    cells = Cell.objects.of(Source.SURVEY, version.pk).exclude(value=b"")
    oldest = cells.order_by("pk").values_list("value", flat=True).first()
    return oldest is not None and folded_before(schema, unpack(bytes(oldest), schema.size))


def wrong_sums(version: FormVersion) -> int:
    """How many roll-ups are not what the cells add up to."""
    head = schema_of(layout_of(version)).head
    return wrong_roll_ups(Source.SURVEY, version.pk, head=head)
