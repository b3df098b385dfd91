"""Reads of forms and answers. Forms belong to the whole organisation, answers to units."""

from collections.abc import Iterator

import numpy as np
from django.db.models import QuerySet

from gapless.analytics.answers import Batch, Kind, Layout, Question
from gapless.analytics.cells import Key, Vector
from gapless.analytics.folding import Groups, fold_each, schema_of
from gapless.core.evidence.choices import CollectionMode, Source
from gapless.core.evidence.queries import Difference, differences
from gapless.core.evidence.rules import Stratum

from .models import Answer, Form, FormVersion

_CHUNK = 2_000
_CELLS_AT_ONCE = 4_000_000  # integers, 32 MB


def forms() -> QuerySet[Form]:
    return Form.objects.prefetch_related("versions").order_by("code")


def published_versions() -> QuerySet[FormVersion]:
    return FormVersion.objects.published().select_related("form")


def layout_of(version: FormVersion) -> Layout:
    """What the bytes of this version's answers mean."""
    return Layout(
        tuple(
            Question(
                code=item.code,
                kind=Kind(item.kind),
                dimension=item.dimension,
                low=item.low,
                high=item.high,
                reverse=item.reverse,
            )
            for item in version.items.all()
        )
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


def key_of(answer: Answer) -> Key:
    stratum = Stratum(CollectionMode(answer.mode), flagged=bool(answer.flags))
    return Key(answer.unit_id, answer.month, str(stratum))


def folded(layout: Layout, answers: list[Answer]) -> dict[Key, Vector]:
    """The cells that these answers make."""
    places: dict[Key, int] = {}
    of = np.array([places.setdefault(key_of(a), len(places)) for a in answers], np.intp)
    batch, schema = batch_of(layout, answers), schema_of(layout)
    # A table of 100 levels has 10,000 places: only so many cells at a time.
    step = max(1, _CELLS_AT_ONCE // schema.size)
    cells: list[Vector] = []
    for first in range(0, len(places), step):
        last = min(first + step, len(places))
        chosen = np.flatnonzero((of >= first) & (of < last))
        groups = Groups(of[chosen] - first, last - first)
        cells += list(fold_each(layout, schema, batch.only(chosen), groups))
    return dict(zip(places, cells, strict=True))


def recomputed(version: FormVersion) -> Iterator[tuple[Key, Vector]]:
    """The cells as the stored answers make them, a chunk of answers at a time."""
    layout = layout_of(version)
    chunk: list[Answer] = []
    for answer in version.answers.order_by("pk").iterator(chunk_size=_CHUNK):
        chunk.append(answer)
        if len(chunk) == _CHUNK:
            yield from folded(layout, chunk).items()
            chunk = []
    if chunk:
        yield from folded(layout, chunk).items()


def wrong_cells(version: FormVersion) -> Iterator[Difference]:
    """Where cells != recompute(answers): the doctor's question."""
    schema = schema_of(layout_of(version))
    return differences(Source.SURVEY, version.pk, recomputed(version), schema)
