"""A distribution as pictures, as tables and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gapless.analytics.answers import Kind
from gapless.core.files.exports import Cell
from gapless.core.text import said
from gapless.evaluation.gaps.distribution import Chosen, Distribution, Part, Row
from gapless.web.pictures_distribution import Bar, Bars, ground
from gapless.web.templatetags.numbers import points, share

from .pages import limits

if TYPE_CHECKING:
    from gapless.core.instruments.models import Item


@dataclass(frozen=True, slots=True)
class Line:
    """One share of a table."""

    name: str
    share: float | None
    low: float | None
    high: float | None

    @property
    def width(self) -> float:
        """Of its bar, in hundredths."""
        return round(100 * (self.share or 0), 1)


@dataclass(frozen=True, slots=True)
class Place:
    ground: str
    text: str
    on_diagonal: bool


@dataclass(frozen=True, slots=True)
class CrossRow:
    name: str
    n: int
    places: tuple[Place, ...]


def bars_of(found: Distribution) -> Bars | None:
    """The histogram; None for a choice, and where it would have a single column."""
    if not found.parts:
        return None
    return Bars([Bar(level_name(p), p.share, _tone(found, p)) for p in found.parts])


def _tone(found: Distribution, part: Part) -> str:
    kind = found.question.kind
    if kind is Kind.PAIR:
        return "big" if part.high < 0 else "over" if part.low > 0 else "even"
    if kind is Kind.NPS and found.groups:
        detractors, _passives, promoters = found.groups
        below = part.high <= detractors.high
        return "big" if below else "over" if part.low >= promoters.low else "even"
    return "plain"


def level_name(part: Part | Row) -> str:
    """A level, or several: −3, 5–7."""
    low, high = points(part.low, 0), points(part.high, 0)
    if part.low == part.high:
        return low
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def signs_of(found: Distribution) -> list[Line]:
    names = (_("Less than expected"), _("As much as expected"), _("More than expected"))
    return _lines(found.signs, names)


def groups_of(found: Distribution) -> list[Line]:
    names = (_("Detractors, 0 to 6"), _("Passives, 7 and 8"), _("Promoters, 9 and 10"))
    return _lines(found.groups, names)


def _lines(parts: tuple[Part, ...], names: tuple[str, ...]) -> list[Line]:
    return [
        Line(name, part.share, part.interval.low, part.interval.high)
        for name, part in zip(names, parts, strict=bool(parts))
    ]


def parts_of(found: Distribution) -> list[Line]:
    """The numbers of the histogram."""
    return [
        Line(level_name(p), p.share, p.interval.low, p.interval.high) for p in found.parts
    ]


def chosen_of(found: Distribution, item: Item) -> list[Line]:
    names = [said(option["text"]) or option["code"] for option in item.options]
    return [_option(each, names) for each in found.chosen]


def _option(each: Chosen, names: list[str]) -> Line:
    listed = pgettext("between the members of a list", ", ").join(
        names[at] for at in each.options
    )
    name = _("%(options)s, together") % {"options": listed} if each.options[1:] else listed
    return Line(name, each.share, *limits(each.interval))


def crossed_of(found: Distribution) -> list[CrossRow]:
    """The table of a pair, highest expectation first."""
    if found.crossed is None:
        return []
    levels, n = found.crossed.levels, found.crossed.n
    return [
        CrossRow(
            level_name(row),
            row.n,
            tuple(_place(row, at, level, n) for at, level in enumerate(levels)),
        )
        for row in reversed(found.crossed.rows)
    ]


def _place(row: Row, at: int, level: int, n: int) -> Place:
    count = row.counts[at]
    of_all = None if count is None else count / n
    tint = ground(of_all, low=row.low, high=row.high, level=level)
    text = "·" if count is None else whole_percent(row.share(at)) if count else ""
    return Place(tint, text, on_diagonal=row.low <= level <= row.high)


def whole_percent(found: float | None) -> str:
    """A share without decimals; of very little, that it is not nothing."""
    return "<1%" if found and found < 0.005 else share(found, 0)


def totals_of(found: Distribution) -> list[str]:
    """How many of all perceived each level."""
    if found.crossed is None:
        return []
    n = found.crossed.n
    return ["·" if total is None else share(total / n, 0) for total in found.crossed.totals]


def file_rows(found: Distribution, item: Item) -> Iterator[tuple[Cell, ...]]:
    """Every share that the page shows, with its interval; then the table of a pair."""
    for kind, lines in (
        (_("Against expectation"), signs_of(found)),
        (_("Recommendation"), groups_of(found)),
        (_("Level"), parts_of(found)),
        (_("Option"), chosen_of(found, item)),
    ):
        for line in lines:
            yield kind, line.name, None, found.n, line.share, line.low, line.high
    if found.crossed:
        for row in found.crossed.rows:
            for at, level in enumerate(found.crossed.levels):
                known = row.share(at)
                cells = (level_name(row), level, row.n, known, None, None)
                yield (_("Expected, then perceived"), *cells)
