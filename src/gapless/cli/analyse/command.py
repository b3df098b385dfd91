"""`gapless analyse`: every method that the columns of a file allow, as HTML and XLSX."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import django
from django.conf import settings
from django.utils import translation

from gapless.cli.analyse.as_html import as_html
from gapless.cli.analyse.as_xlsx import write_xlsx
from gapless.cli.analyse.content import Report
from gapless.cli.analyse.data import NEEDED, read_data
from gapless.cli.analyse.report import report
from gapless.cli.gap.command import add_inputs, inputs, tell
from gapless.cli.gap.mapping import Refused

LOCALE = Path(__file__).resolve().parents[2] / "web" / "locale"
LANGUAGES = ("zh-hans", "zh-hant", "en")

DESCRIPTION = """\
Analyse the answers to a questionnaire by every method that its columns allow: gaps,
reliability, factor models, validity, importance and performance, Kano, drivers,
recommendation, weights. Writes a report (HTML, one file that needs no other) and a
workbook (XLSX). What cannot be computed is explained in a sentence. Nothing is stored
and no database is needed.
"""

EPILOG = """\
MAP.csv says what the columns of RESPONSES are, one a line, in form order:

  column,kind,item,dimension,missing
  e1,expectation,1,reliability,
  p1,perception,1,reliability,0|6
  k1f,functional,hotline,,
  k1d,dysfunctional,hotline,,
  recommend,nps,,,11
  weight,sample_weight,,,

Kinds: expectation, perception, importance, satisfaction (from an item of a
dimension); functional and dysfunctional (a feature, answered from 1, like, to 5,
dislike); overall; nps (0 to 10); weight (importance points of a dimension);
sample_weight; unit; ignore. missing names the cells that mean “not answered”.

exit status: 0 done; 2 the input cannot be used, and standard error says why.
"""


def main(argv: Sequence[str]) -> int:
    """Run the command with these arguments; the exit status."""
    options = _parser().parse_args(argv)
    page = options.html or options.responses.with_suffix(".html")
    book = options.xlsx or options.responses.with_suffix(".xlsx")
    try:
        _refuse_overwriting(options, (page, book))
        _ready()
        with translation.override(options.language):
            found = _found(options)
            page.write_text(as_html(found), encoding="utf-8")
            write_xlsx(found, book)
    except Refused as refused:
        tell(refused)
        return 2
    except OSError as error:
        tell(Refused([f"{error.filename} cannot be written; name another file."]))
        return 2
    print(f"Written: {page}, {book}.")
    return 0


def _refuse_overwriting(options: argparse.Namespace, files: Sequence[Path]) -> None:
    """
    An older report, or the answers themselves, stay as they are.

    :raises Refused: when a file is there and --force is not, or it is the input.
    """
    if any(each.resolve() == options.responses.resolve() for each in files):
        raise Refused(
            [
                f"{options.responses} holds the answers; write the workbook elsewhere with"
                " --xlsx."
            ]
        )
    if not options.force:
        there = [each for each in files if each.exists()]
        if there:
            raise Refused(
                [
                    f"{each} is there already; name another, or add --force."
                    for each in there
                ]
            )


def _ready() -> None:
    """Django for the words and the template alone: no installation, no database."""
    if not settings.configured:
        settings.configure(
            USE_I18N=True, LOCALE_PATHS=[LOCALE], LANGUAGE_CODE="en", INSTALLED_APPS=[]
        )
        django.setup()


def _found(options: argparse.Namespace) -> Report:
    table, form = inputs(options.responses, options.map, needed=NEEDED)
    data = read_data(
        table, form, map_name=options.map.name, where=options.where, scale=options.scale
    )
    where = ", ".join(f"{column} = {value}" for column, value in options.where)
    return report(data, file=options.responses.name, map_name=options.map.name, where=where)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gapless analyse",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_inputs(parser)
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default="zh-hans",
        help="of the report (default: zh-hans)",
    )
    parser.add_argument(
        "--html",
        metavar="OUT.html",
        type=Path,
        help="where the report goes; beside RESPONSES unless given",
    )
    parser.add_argument(
        "--xlsx",
        metavar="OUT.xlsx",
        type=Path,
        help="where the workbook goes; beside RESPONSES unless given",
    )
    parser.add_argument(
        "--force", action="store_true", help="overwrite what is there already"
    )
    return parser
