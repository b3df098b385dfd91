"""`gapless gap`: the gap table of a whole file, without a database."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from gapless.core.imports.tables import Table

from .answers import read_answers
from .as_json import as_json
from .as_text import MINUS, NOTHING, as_text
from .cells import LISTED, Scale
from .mapping import Map, Refused, opened, read_map
from .report import Report, report

DESCRIPTION = """\
Print the gap table of a questionnaire: the customer gap (perception minus
expectation) by item, by dimension and overall, with intervals, reliability
and signs of careless answering. Nothing is stored and no database is needed.
"""

PLAIN = str.maketrans({MINUS: "-", NOTHING: "-"})

EPILOG = """\
MAP.csv says what the columns of RESPONSES are, one a line, in form order:

  column,kind,item,dimension
  e1,expectation,1,reliability
  p1,perception,1,reliability
  w1,weight,,reliability

kind is expectation, perception, weight, overall, unit or ignore. Expectation
and perception of a question share their item; a weight names its dimension;
an item without a dimension counts in the items and in the mean over items.
Without expectations, perception alone (SERVPERF) is shown. What only
`gapless analyse` and `gapless import` read is passed over.

A column “missing” may name the cells that mean “not answered”, such as 0|99.

exit status: 0 done; 2 the input cannot be used, and standard error says why.
"""


def main(argv: Sequence[str]) -> int:
    """Run the command with these arguments; the exit status."""
    options = _parser().parse_args(argv)
    try:
        found = _measured(options)
    except Refused as refused:
        tell(refused)
        return 2
    if options.json:
        write(as_json(found), plain=as_json(found, ascii_only=True))
    else:
        told = as_text(found, file=options.responses.name)
        write(told, plain=told.translate(PLAIN))
    return 0


def write(told: str, *, plain: str) -> None:
    """Print it; on a terminal that lacks a character of it, such as one in GBK, plainly."""
    try:
        sys.stdout.write(told)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding
        sys.stdout.write(plain.encode(encoding, "backslashreplace").decode(encoding))


def _measured(options: argparse.Namespace) -> Report:
    table, form = inputs(options.responses, options.map)
    answers = read_answers(
        table, form, map_name=options.map.name, where=options.where, scale=options.scale
    )
    return report(form, answers)


def inputs(
    responses: Path, map_path: Path, *, needed: Sequence[str] = ("perception",)
) -> tuple[Table, Map]:
    """
    Both files; the map lists a column of at least one of the ``needed`` kinds.

    :raises Refused: with everything that is wrong with either.
    """
    sentences: list[str] = []
    table = form = None
    try:
        table = opened(responses)
    except Refused as refused:
        sentences.extend(refused.sentences)
    try:
        form = read_map(map_path, needed=needed)
    except Refused as refused:
        sentences.extend(refused.sentences)
    if table is None or form is None:
        raise Refused(sentences)
    return table, form


def tell(refused: Refused) -> None:
    """Say on standard error what is wrong, the first twenty in full."""
    more = max(0, len(refused.sentences) - LISTED) + refused.more
    told = [*refused.sentences[:LISTED], *([f"and {more} more."] if more else [])]
    sys.stderr.writelines(f"{line}\n" for line in told)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gapless gap",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_inputs(parser)
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object, unrounded"
    )
    return parser


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """What every command that reads a file by a map asks for."""
    parser.add_argument(
        "responses",
        metavar="RESPONSES",
        type=Path,
        help="the answers: a CSV, XLSX (first sheet) or SAV file, one respondent a row",
    )
    parser.add_argument(
        "--map", metavar="MAP.csv", type=Path, required=True, help="what its columns are"
    )
    parser.add_argument(
        "--where",
        metavar="COLUMN=VALUE",
        type=_condition,
        action="append",
        default=[],
        help="only rows with this value; repeat it to ask for several at once",
    )
    parser.add_argument(
        "--scale",
        metavar="LOW-HIGH",
        type=_scale,
        help="the rating scale, such as 1-7 (write --scale=-3-3 for one below 0);"
        " what the answers span unless given",
    )


def _condition(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals or not column.strip():
        raise argparse.ArgumentTypeError(
            f"“{text}” is no condition; write COLUMN=VALUE, such as kept=1."
        )
    return column.strip(), value.strip()


def _scale(text: str) -> Scale:
    levels = re.fullmatch(r"(-?[0-9]{1,3})-(-?[0-9]{1,3})", text.strip())
    if not levels or int(levels[1]) >= int(levels[2]):
        raise argparse.ArgumentTypeError(
            f"“{text}” is no scale; write its lowest and highest level, such as 1-7."
        )
    return Scale(int(levels[1]), int(levels[2]), given=True)
