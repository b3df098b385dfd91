"""
Drawn answers into the database: scored, stored and folded by the kernel of all answers.

What is spared against ``instruments.actions.record_answers`` is a Python dictionary per
answer, and asking what is already there: the halls were made in this same transaction, so
nobody else can know them, and neither an answer nor a cell of theirs can exist.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from gapless.analytics.answers import Kind, Layout, score
from gapless.analytics.cells import Key, add_packed, pack
from gapless.core.evidence.choices import CollectionMode, Source
from gapless.core.evidence.models import Cell
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.instruments.queries import folded
from gapless.core.instruments.storing import store
from gapless_stats.flags import RULES_VERSION

from .founding import Units
from .generator import Month

BATCH = "demo"
_CHUNK = 20_000  # answers in memory at a time


@dataclass(frozen=True, slots=True)
class Recorder:
    version: FormVersion
    layout: Layout
    units: Units
    now: datetime

    def record(self, month: Month) -> Iterator[int]:
        """Take the answers of a month in; tell how many, a chunk at a time."""
        rows = self._rows(month)
        cells: dict[Key, bytes] = {}
        while chunk := list(islice(rows, _CHUNK)):
            store(chunk)
            for key, vector in folded(self.layout, chunk).items():
                # Packed at once: the cells of thousands of halls would fill memory.
                if key in cells:
                    add_packed(cells[key], vector)
                cells[key] = pack(vector)
            yield len(chunk)
        Cell.objects.bulk_create(self._cell(key, cells[key]) for key in sorted(cells))

    def _cell(self, key: Key, packed: bytes) -> Cell:
        return Cell(
            source=Source.SURVEY,
            version_id=self.version.pk,
            unit_id=key.unit_id,
            month=key.month,
            stratum=key.stratum,
            value=packed,
        )

    def _rows(self, month: Month) -> Iterator[Answer]:
        scored = score(self.layout, month.values)
        composites = scored.composites.astype("<i4")
        text = next((q.code for q in self.layout.of(Kind.TEXT)), "")
        for row, group in enumerate(month.group.tolist()):
            said = month.groups[group]
            unit = self.units[said.place.code]
            comment = month.comments.get(row)
            yield Answer(
                version=self.version,
                unit=unit,
                answered_at=month.answered_at[row].replace(tzinfo=ZoneInfo(unit.time_zone)),
                month=month.first,
                mode=mode_of(self_selected=said.self_selected),
                values=month.values[row].tobytes(),
                composites=composites[row].tobytes(),
                flags=int(scored.flags[row]),
                flag_rules=RULES_VERSION,
                texts={text: comment} if text and comment else {},
                key=f"demo:{month.first:%Y-%m}:{row}",
                batch=BATCH,
                recorded_at=self.now,
            )


def mode_of(*, self_selected: bool) -> CollectionMode:
    return CollectionMode.SELF_SELECTED if self_selected else CollectionMode.ON_EVENT
