"""The replay for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from gapless.cli.gap.as_text import MINUS, NOTHING, table
from gapless.core.clocks.verdicts import Verdict

from .options import written
from .report import Report, Result

HEADINGS = (
    "Time limit",
    "on time",
    "late",
    "still running",
    "share on time",
    "change (points)",
)

WORDS = {
    Verdict.ON_TIME: "on time",
    Verdict.LATE: "late",
    Verdict.OPEN: "still running",
    Verdict.WAITING: "not started",
}


def as_text(report: Report, *, file: str, zone: tzinfo) -> str:
    return "\n".join(_lines(report, file, zone)) + "\n"


def _lines(report: Report, file: str, zone: tzinfo) -> Iterator[str]:
    as_of = f"{report.as_of.astimezone(zone):%Y-%m-%d %H:%M}"
    yield f"{file}: {_rows(report.rows)}, looked at as of {as_of} ({zone})."
    if report.unstopped:
        verbs = ("has", "counts") if report.unstopped == 1 else ("have", "count")
        yield "{} {} no stop by then and {} as open.".format(
            _rows(report.unstopped), *verbs
        )
    yield ""
    yield from table(HEADINGS, [_cells(each) for each in report.results])
    for each in report.results[1:]:
        yield ""
        yield from _changes(each, report.results[0])
    yield from _provisional(report)


def _cells(result: Result) -> Sequence[str]:
    counts = result.replayed.counts
    change = result.share_change
    return (
        written(result.limit),
        *(str(counts[each]) for each in (Verdict.ON_TIME, Verdict.LATE, Verdict.OPEN)),
        NOTHING if result.replayed.share is None else f"{result.replayed.share:.1%}",
        NOTHING if change is None else f"{100 * change:+z.1f}".replace("-", MINUS),
    )


def _changes(result: Result, first: Result) -> Iterator[str]:
    count = result.changed.total()
    verb = "changes" if count == 1 else "change"
    yield (
        f"{_rows(count)} {verb} from “{written(first.limit)}” to “{written(result.limit)}”"
        f"{':' if count else '.'}"
    )
    for (before, after), rows in sorted(result.changed.items()):
        yield f"  {rows} from {WORDS[before]} to {WORDS[after]}"


def _provisional(report: Report) -> Iterator[str]:
    told = [each for each in report.results if each.replayed.provisional]
    if told:
        yield ""
    for each in told:
        count = each.replayed.provisional
        verb = "runs" if count == 1 else "run"
        yield (
            f"{written(each.limit)}: {_rows(count)} {verb} in years whose holidays are not"
            " known, and counted as if there were none."
        )


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"
