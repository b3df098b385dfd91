"""The gap table as a file, under the same display threshold as the page."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from gapless.core.files.exports import Cell
from gapless.evaluation.gaps.queries import GapPage
from gapless.evaluation.gaps.report import Level, Target
from gapless_stats.gaps import Gap

from .context import Context
from .evidence import gap_in
from .pages import Table, file_name, limits
from .rows import Row, names_of, rows_of, state_in
from .words import target_name


def table(context: Context, page: GapPage) -> Table:
    header = (
        _("Level"),
        _("Code"),
        _("Name"),
        _("n"),
        _("Expected"),
        _("Perceived"),
        _("Gap"),
        _("Standard deviation"),
        _("Interval from"),
        _("Interval to"),
        _("p value"),
        _("q value"),
        _("Share below expectation"),
        _("Perception alone"),
        _("State"),
    )
    return Table(file_name(context, "gaps", context.period), header, _rows(page))


def _rows(page: GapPage) -> Iterator[tuple[Cell, ...]]:
    for row in (*_wholes(page), *rows_of(page)):
        yield _line(page, row)


def _wholes(page: GapPage) -> Iterator[Row]:
    """The overall figures; where the form asks no expectation, perception alone."""
    names = names_of(page)
    for level in (Level.OVERALL, Level.WEIGHTED, Level.BY_ITEM):
        target, alone = Target(level), None
        if level is Level.OVERALL:
            alone = page.report.performance
        gap = gap_in(page.report, target)
        if gap or alone:
            name = target_name(target, names) if gap else _("Perception alone (SERVPERF)")
            state = state_in(gap, alone, threshold=page.threshold)
            yield Row(target, name, state, gap, alone)


def _line(page: GapPage, row: Row) -> tuple[Cell, ...]:
    gap = row.gap or Gap(0, *([None] * 11))
    n = row.performance.n if row.gap is None and row.performance else gap.n
    return (
        row.target.level.value,
        row.target.code,
        row.name,
        n if n >= page.threshold else None,
        gap.expectation,
        gap.perception,
        gap.gap,
        gap.sd,
        *limits(gap.interval),
        gap.p_value,
        row.q_value,
        gap.negative,
        row.performance.mean if row.performance else None,
        str(row.state.label),
    )
