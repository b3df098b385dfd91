"""A trend as pictures and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gapless.analytics.periods import Period
from gapless.analytics.summaries import Measure
from gapless.core.files.exports import Cell as FileCell
from gapless.evaluation.gaps.events import Mark, MarkKind
from gapless.evaluation.gaps.trend import Shown, Trend
from gapless.evaluation.gaps.trends import Trends
from gapless.web import pictures_trend as pictures
from gapless.web.templatetags.numbers import count

from . import measures, trend_words
from .context import Context
from .pages import limits
from .words import period_name

MARKS_AT_MOST = 30
IMPORTS_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the picture: a measure, or a version of the form that stands apart."""

    name: str
    trend: Trend
    version: str = ""  # of one that stands apart

    @property
    def measure(self) -> Measure:
        return self.trend.measure

    @property
    def course(self) -> pictures.Course:
        estimates = [
            p.estimate.with_limits if p.estimate else None for p in self.trend.points
        ]
        return pictures.Course(self.version or self.name, estimates, self.trend.breaks)


def lines_of(
    trends: Trends, chosen: Sequence[Measure], names: dict[str, str]
) -> list[Line]:
    """The lines asked for; behind a single one, other versions that cannot be compared."""
    lines = [Line(measures.name_of(m, names), trends.trend(m)) for m in chosen]
    if len(chosen) == 1:
        lines += [
            Line(lines[0].name, trend, str(version))
            for version, trend in trends.others(chosen[0])
        ]
    return lines


# --- Pictures -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Small:
    """One dimension, for comparison with the others."""

    name: str
    address: str
    picture: pictures.TrendPicture
    words: str


def places_of(trend: Trend) -> list[pictures.Place]:
    return [
        pictures.Place(
            trend_words.short_name(point.period),
            count(point.estimate.n) if point.estimate else "",
            "" if point.shown is Shown.YES else point.shown.value,
        )
        for point in trend.points
    ]


def picture(
    lines: Sequence[Line], marks: Sequence[pictures.Mark], sizes: pictures.Sizes
) -> pictures.TrendPicture:
    courses = [line.course for line in lines]
    axis = pictures.Axis.over(e for course in courses for e in course.estimates)
    return pictures.TrendPicture(places_of(lines[0].trend), courses, axis, marks, sizes)


def smalls_of(lines: Sequence[tuple[Line, str]]) -> list[Small]:
    """Small pictures on one scale. Each line comes with the address of its own page."""
    courses = [line.course for line, _address in lines]
    axis = pictures.Axis.over(e for course in courses for e in course.estimates)
    return [
        Small(
            line.name,
            address,
            pictures.TrendPicture(
                places_of(line.trend), [line.course], axis, sizes=pictures.SMALL
            ),
            trend_words.change(line.trend, line.trend.changes[0])
            if line.trend.changes
            else "",
        )
        for line, address in lines
    ]


# --- What happened --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happened:
    """A mark of the picture, as the list beneath tells it."""

    drawn: pictures.Mark
    mark: Mark
    may_edit: bool


def happened(
    marks: Sequence[Mark], periods: Sequence[Period], editable: frozenset[int]
) -> list[Happened]:
    """What lies within the periods, numbered; of many imports the newest."""
    within = [(mark, at) for mark in marks if (at := _place(mark.on, periods)) is not None]
    imports = [mark for mark, _at in within if mark.kind is MarkKind.IMPORT]
    left_out = set(map(id, imports[: max(len(imports) - IMPORTS_AT_MOST, 0)]))
    kept = [(mark, at) for mark, at in within if id(mark) not in left_out]
    return [
        Happened(
            pictures.Mark(at, number, mark.kind.value, mark.name),
            mark,
            may_edit=mark.event is not None and mark.event.pk in editable,
        )
        for number, (mark, at) in enumerate(kept[-MARKS_AT_MOST:], start=1)
    ]


def _place(day: date, periods: Sequence[Period]) -> float | None:
    for at, period in enumerate(periods):
        if period.start and period.end and period.holds(day):
            return at + (day - period.start).days / (period.end - period.start).days
    return None


# --- Table ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    shown: str
    value: str = ""
    limits: str = ""
    n: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    period: Period
    name: str
    cells: tuple[Cell, ...]


def rows_of(lines: Sequence[Line], context: Context) -> list[Row]:
    """Newest first."""
    periods = [point.period for point in lines[0].trend.points]
    rows = [
        Row(period, period_name(period), tuple(_cell(line, at, context) for line in lines))
        for at, period in enumerate(periods)
    ]
    return rows[::-1]


def latest(line: Line, context: Context) -> Cell | None:
    """The newest period that is shown."""
    last = line.trend.last
    return _cell(line, line.trend.points.index(last), context) if last else None


def _cell(line: Line, at: int, context: Context) -> Cell:
    point = line.trend.points[at]
    found = point.estimate
    if found is None:
        return Cell(point.shown.value)
    address = evidence_address(context, line.measure, period=point.period)
    return Cell(
        point.shown.value,
        measures.written(line.measure, found.value),
        measures.limits(line.measure, found.interval),
        count(found.n),
        "" if line.version else address,
    )


def evidence_address(context: Context, measure: Measure, **changes: object) -> str:
    """The evidence of a number, or of an item that is no part of a gap its distribution."""
    if measures.in_gap_table(context.version, measure):
        return context.address("gaps:evidence", ("of", measure.target), **changes)
    return context.address("gaps:distribution", ("item", measure.item), **changes)


# --- File -----------------------------------------------------------------------------


def file_rows(trends: Trends, names: dict[str, str]) -> Iterator[tuple[FileCell, ...]]:
    """Every measure in every period, unrounded; nothing of what is withheld."""
    for measure in trends.measures:
        lines = [("", trends.trend(measure))]
        lines += [(str(version), trend) for version, trend in trends.others(measure)]
        for version, trend in lines:
            for point in trend.points:
                if point.shown is Shown.NONE:
                    continue
                found = point.estimate
                yield (
                    str(point.period),
                    point.period.start,
                    measure.target,
                    measures.name_of(measure, names),
                    measure.kind.value,
                    version,
                    found.n if found else None,
                    found.value if found else None,
                    *limits(found.interval if found else None),
                    point.shown.value,
                )
