"""`gapless replay`: what time limits make of a file of past cases, without a database."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from gapless.cli.gap.as_text import MINUS, NOTHING
from gapless.cli.gap.command import tell, write
from gapless.cli.gap.mapping import Refused, opened
from gapless.core.calendar.rules import NeverOpen
from gapless.core.imports.cells import Wrong
from gapless.core.imports.choices import DateOrder
from gapless.core.imports.dates import stated

from .as_json import as_json
from .as_text import as_text
from .cases import Columns, read_cases
from .options import PLACES, Unclear, calendar_of, limit_of, week_of, zone_of
from .report import Report, report

T = TypeVar("T")

DESCRIPTION = """\
What would another time limit have meant? Count which cases of a file were on time
under each limit, and which of them change from the first limit to the others.
Nothing is stored and no database is needed.
"""

PLAIN = str.maketrans({MINUS: "-", NOTHING: "-", "“": '"', "”": '"'})

EPILOG = """\
A limit in working days ends at the close of business of the last of them, the day of
the start not counted; business hours count open time; days and months go by the clock
on the wall. A stop at the very moment of the deadline is on time. What has no stop is
open: late when its deadline has passed as of the moment of the count, and undecided
before. The share is that of what is on time or late.

exit status: 0 done; 2 the input cannot be used, and standard error says why.
"""


def main(argv: Sequence[str]) -> int:
    """Run the command with these arguments; the exit status."""
    options = _parser().parse_args(argv)
    try:
        found, zone = _replayed(options)
    except Refused as refused:
        tell(refused)
        return 2
    if options.json:
        write(as_json(found), plain=as_json(found, ascii_only=True))
    else:
        told = as_text(found, file=options.file.name, zone=zone)
        write(told, plain=told.translate(PLAIN))
    return 0


def _replayed(options: argparse.Namespace) -> tuple[Report, tzinfo]:
    try:
        calendar = calendar_of(options.calendar, options.zone, options.hours)
    except Unclear as unclear:
        raise Refused([str(unclear)]) from None
    zone = calendar.zone
    cases = read_cases(
        opened(options.file),
        Columns(options.opened, options.closed, tuple(map(tuple, options.pause))),
        zone,
        order=options.dates,
        missing=options.missing,
    )
    as_of = cases.latest
    if options.as_of is not None:
        as_of = options.as_of
        as_of = (as_of if as_of.tzinfo else as_of.replace(tzinfo=zone)).astimezone(UTC)
    try:
        return report(cases, options.policy, calendar, as_of=as_of), zone
    except NeverOpen:
        raise Refused(
            ["The place does not work long enough for a limit to end; say other --hours."]
        ) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gapless replay",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_file(parser)
    _add_place(parser)
    parser.add_argument(
        "--as-of",
        metavar="MOMENT",
        type=_moment,
        help="by what was known then; the latest moment in these columns unless given",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object, unrounded"
    )
    return parser


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="the cases: a CSV, XLSX (first sheet), XLS or SAV file, one case a row",
    )
    parser.add_argument(
        "--opened", metavar="COLUMN", required=True, help="when a case began"
    )
    parser.add_argument(
        "--closed", metavar="COLUMN", required=True, help="when it was done; blank: not yet"
    )
    parser.add_argument(
        "--policy",
        metavar="LIMIT",
        type=_said(limit_of),
        action="append",
        required=True,
        help="a time limit, such as “3 working days”, “24 hours” or “1 month”; repeat it"
        " to compare others with the first",
    )
    parser.add_argument(
        "--pause",
        metavar=("FROM", "UNTIL"),
        nargs=2,
        action="append",
        default=[],
        help="two columns between which a case waited for the customer and no time ran",
    )
    parser.add_argument(
        "--dates",
        choices=DateOrder.values,
        default="",
        help="the order of dates that do not begin with the year",
    )
    parser.add_argument(
        "--missing",
        metavar="TEXT",
        action="append",
        default=[],
        help="what a cell says that holds no date, such as ?; blank cells never do",
    )


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--calendar",
        choices=PLACES,
        default=PLACES[0],
        help="whose public holidays and make-up working days: mainland China (unless"
        " given), Hong Kong or Taiwan; or always, without any and round the clock",
    )
    parser.add_argument(
        "--hours",
        metavar="HOURS",
        action="append",
        default=[],
        type=_said(_hours),
        help="when the place works, Monday being 1; repeat it for other days;"
        " “1-5 09:00-12:00 13:30-17:30” unless given",
    )
    parser.add_argument(
        "--zone",
        type=_said(zone_of),
        help="the time zone of the place and the file; that of the calendar unless given",
    )


def _hours(text: str) -> str:
    week_of([text])
    return text


def _said(read: Callable[[str], T]) -> Callable[[str], T]:
    """The same, refusing as an option does."""

    def found(text: str) -> T:
        try:
            return read(text)
        except Unclear as unclear:
            raise argparse.ArgumentTypeError(str(unclear)) from None

    return found


def _moment(text: str) -> datetime:
    try:
        return stated(text.strip())
    except Wrong:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no moment; write it such as 2026-03-09 10:00."
        ) from None
