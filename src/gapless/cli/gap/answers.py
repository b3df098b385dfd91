"""The answers of a file to the two blocks of a form, as arrays of whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gapless.core.imports.tables import Table
from gapless_stats.flags import Block

from . import cells
from .cells import UNANSWERED, Columns, Numbers, Scale, read_cells, refuse_absent_columns
from .mapping import Map


@dataclass(frozen=True, slots=True)
class Answers:
    """
    What the respondents answered, block by block, each in the order of its columns.

    ``scale`` is None when it was not given and nobody answered anything; ``weights``
    are (n, dimensions) in thousandths of a point, a blank one counting none.
    """

    rows: int
    expectation: Block | None
    perception: Block
    weights: NDArray[np.int64] | None
    scale: Scale | None


def read_answers(
    table: Table,
    form: Map,
    *,
    map_name: str,
    where: Sequence[tuple[str, str]] = (),
    scale: Scale | None = None,
) -> Answers:
    """
    The answers in the rows that fulfil every ``where`` (column, value).

    :raises Refused: with everything that is wrong, the first twenty in full.
    """
    refuse_absent_columns(table, form.lines, map_name, where)
    asked = (*form.expectations, *form.perceptions)
    points = [
        (name, cells.points(missing=form.missing.get(name, ()))) for name in form.weights
    ]
    found = read_cells(table, coded(asked, form.missing, scale), points, where=where)
    codes, split = found.codes, len(form.expectations)
    answered = codes != UNANSWERED
    return Answers(
        rows=found.rows,
        expectation=Block(codes[:, :split], answered[:, :split]) if split else None,
        perception=Block(codes[:, split:], answered[:, split:]),
        weights=found.amounts if form.weights else None,
        scale=scale or span(codes[answered]),
    )


def coded(
    columns: Sequence[str],
    missing: Mapping[str, frozenset[str]],
    scale: Scale | None,
) -> Columns:
    """How to read these columns: alike where the same cells are missing."""
    alike: dict[frozenset[str], Numbers] = {}
    return [
        (name, alike.setdefault(absent, cells.codes(missing=absent, scale=scale)))
        for name in columns
        for absent in [missing.get(name, frozenset())]
    ]


def span(codes: NDArray[np.int16]) -> Scale | None:
    """The scale that these answers use."""
    if not len(codes):
        return None
    return Scale(int(codes.min()), int(codes.max()), given=False)
