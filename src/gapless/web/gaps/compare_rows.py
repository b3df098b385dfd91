"""A comparison as a table and as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gapless.analytics.answers import Layout
from gapless.analytics.summaries import Measure
from gapless.core.files.exports import Cell
from gapless.evaluation.gaps.compare import Compared, Comparison
from gapless.evaluation.gaps.estimates import Estimate
from gapless.web.pictures_compare import Dumbbell, Ruler
from gapless.web.templatetags.numbers import count

from . import measures
from .compare_words import Q_LIMIT, WORDS, Names
from .pages import limits


@dataclass(frozen=True, slots=True)
class SideCell:
    value: str
    limits: str
    n: str
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    measure: Measure
    name: str
    found: Compared
    this: SideCell | None
    other: SideCell | None
    difference: str
    limits: str
    word: str
    picture: Dumbbell | None

    @property
    def is_item(self) -> bool:
        return bool(self.measure.item)

    @property
    def by_chance(self) -> bool:
        q = self.found.q_value
        return q is not None and q > Q_LIMIT


def in_order(layout: Layout, chosen: Sequence[Measure]) -> list[Measure]:
    """The overall figures, each dimension before its items, then the other items."""
    dimension_of = {q.code: q.dimension for q in layout.questions}
    items = [measure for measure in chosen if measure.item]
    ordered = [m for m in chosen if not m.item and not m.target.startswith("dimension:")]
    for measure in chosen:
        level, _colon, code = measure.target.partition(":")
        if level == "dimension":
            ordered.append(measure)
            ordered += [item for item in items if dimension_of[item.item] == code]
    return ordered + [item for item in items if item not in ordered]


Address = Callable[[Measure], str]


def rows_of(
    found: Comparison, names: Names, this_address: Address, other_address: Address
) -> list[Row]:
    ruler = ruler_of(found)
    lead = found.rows[0].measure.kind if found.rows else None
    return [
        Row(
            row.measure,
            names.row(row),
            row,
            _side(row.measure, row.this, this_address),
            _side(row.measure, row.other, other_address),
            *_difference(row),
            str(WORDS[row.conclusion]) if row.conclusion else "",
            _dumbbell(row, ruler) if row.measure.kind is lead else None,
        )
        for row in found.rows
    ]


def ruler_of(found: Comparison) -> Ruler:
    """One scale for all rows of one kind; what is measured otherwise is not drawn."""
    lead = found.rows[0].measure.kind if found.rows else None
    sides = [
        side.with_limits
        for row in found.rows
        for side in (row.this, row.other)
        if side and row.measure.kind is lead
    ]
    return Ruler.over(sides)


def _side(measure: Measure, found: Estimate | None, address: Address) -> SideCell | None:
    if found is None:
        return None
    value = measures.written(measure, found.value)
    written = measures.limits(measure, found.interval)
    return SideCell(value, written, count(found.n), address(measure))


def _difference(row: Compared) -> tuple[str, str]:
    if row.difference is None:
        return "", ""
    told = row.difference
    whole = measures.difference(row.measure, told.difference, told.interval)
    value, _space, interval = whole.partition(" ")
    return value, interval


def _dumbbell(row: Compared, ruler: Ruler) -> Dumbbell | None:
    this = row.this.with_limits if row.this else None
    other = row.other.with_limits if row.other else None
    if this is None or other is None:
        return None
    return Dumbbell(ruler, this, other)


def file_header(names: Names) -> list[str]:
    sides = [
        _("%(side)s: n"),
        _("%(side)s: value"),
        _("%(side)s: interval from"),
        _("%(side)s: interval to"),
    ]
    both = [text % {"side": side} for side in (names.this, names.other) for text in sides]
    return [
        _("Code"),
        _("Name"),
        _("Kind"),
        *both,
        _("Difference"),
        _("Interval from"),
        _("Interval to"),
        _("p value"),
        _("q value"),
        _("Conclusion"),
    ]


def file_rows(found: Comparison, names: Names) -> Iterator[tuple[Cell, ...]]:
    """Unrounded; a row that is withheld has no numbers."""
    for row in found.rows:
        told = row.difference
        word = WORDS[row.conclusion] if row.conclusion else ""
        yield (
            row.measure.target,
            names.row(row),
            row.measure.kind.value,
            *_file_side(row.this),
            *_file_side(row.other),
            told.difference if told else None,
            *limits(told.interval if told else None),
            told.p_value if told else None,
            row.q_value,
            _("Withheld") if row.hidden else str(word),
        )


def _file_side(found: Estimate | None) -> tuple[Cell, ...]:
    if found is None:
        return None, None, None, None
    return found.n, found.value, *limits(found.interval)
