"""`gapless import`: the wizard's import in one command, with the map in a file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _

from gapless.core.evidence.choices import CollectionMode
from gapless.core.files.actions import store
from gapless.core.files.blobs import Empty, TooLarge
from gapless.core.imports import actions
from gapless.core.imports.cells import Wrong
from gapless.core.imports.choices import ColumnKind, DateOrder
from gapless.core.imports.dates import moment
from gapless.core.imports.flaws import flaws
from gapless.core.imports.guesses import completed
from gapless.core.imports.hints import hints
from gapless.core.imports.long_tables import item_names, wide_header
from gapless.core.imports.map_files import columns_by, read_map
from gapless.core.imports.mapping import BadScale, Column, FileMap, Long, parse_scale
from gapless.core.imports.queries import rejected_rows, rows_in, table_of
from gapless.core.imports.reading import read_table
from gapless.core.imports.seen import THOROUGH
from gapless.core.imports.suggestions import orders_in, shown
from gapless.core.imports.tables import Problem, Table, UnreadableFile
from gapless.core.imports.words import sentence_of, sentence_of_flaw
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.evaluation.surveys.actions import Beginning, begin_import, take_in
from gapless.evaluation.surveys.queries import batches_of, places
from gapless.people.org.queries import organisation, signing_in_as, viewer_of
from gapless.people.org.rules import Policy

BAD_INPUT = 2
SOME_REJECTED = 1
TOLD = 20
SCALES_FROM = 20_000
LONGEST_CODE = 40


class Command(BaseCommand):
    help = (
        "Bring the answers of a CSV, XLSX or SAV file in. Importing a file twice adds "
        "nothing. Exit code 0: every row is in or filtered out; 1: some rows were "
        "rejected, each with line, column and remedy; 2: wrong usage or file, and nothing "
        "is in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--map",
            type=Path,
            required=True,
            metavar="MAP.csv",
            help="its columns are column,kind,item,dimension, as for `gapless gap`, and if "
            "you like text, reverse, scale, coding, missing, not_applicable, options, "
            "separator, option, decimals, groups; kinds: " + ", ".join(ColumnKind.values),
        )
        parser.add_argument(
            "--long",
            metavar="ITEM,VALUE",
            help="the file has a row for each answered item: the column that names the "
            "item, and the one that holds the value",
        )
        parser.add_argument(
            "--missing",
            action="append",
            default=[],
            metavar="CELL",
            help="a cell that means “not answered”; may be given again",
        )
        parser.add_argument(
            "--not-applicable",
            action="append",
            default=[],
            metavar="CELL",
            help="a cell that means “does not apply”; may be given again",
        )
        parser.add_argument(
            "--date-order",
            choices=DateOrder.values,
            default="",
            help="in which order dates are written that do not begin with the year",
        )
        parser.add_argument(
            "--no-date",
            action="append",
            default=[],
            metavar="DATE",
            help="a date that stands for none, such as 1900-01-01; may be given again",
        )
        parser.add_argument("--unit", metavar="CODE", help="unit of rows that name none")
        parser.add_argument("--time", metavar="DATE", help="day of rows that name none")
        parser.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="COLUMN=VALUE",
            help="take only rows in which this holds; may be given again",
        )
        parser.add_argument(
            "--scale", metavar="LOW-HIGH", help="what the answers span unless given"
        )
        parser.add_argument(
            "--form", metavar="CODE", help="questionnaire, made if there is none"
        )
        parser.add_argument(
            "--mode",
            choices=CollectionMode.values,
            default=CollectionMode.UNKNOWN.value,
            help="how the people asked were chosen",
        )
        parser.add_argument(
            "--expectation",
            choices=[e.value for e in ExpectationType if e is not ExpectationType.NONE],
            default=ExpectationType.IDEAL.value,
            help="what “expected” means in this questionnaire (default: ideal)",
        )
        parser.add_argument(
            "--by", metavar="USERNAME", help="who stands in the audit trail"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            within, by = _where_and_who(options["by"])
            table = read_table(options["file"])
            rows_in(table)
            file_map = _file_map(table, options)
        except UnreadableFile as error:
            raise refusal(*map(_with_file, error.problems)) from None
        if file_map.unit and file_map.unit.casefold() not in places(within):
            sentence = _("There is no unit with the code %(code)s; correct --unit.")
            raise refusal(sentence % {"code": file_map.unit})
        try:
            with options["file"].open("rb") as file:
                stored = store(File(file), by=by, now=now(), unit=within)
        except (Empty, TooLarge):
            raise refusal(_("The file is empty or too large; split it.")) from None
        import_ = actions.bring_in(
            stored, name=options["file"].name, within=within, by=by, now=now()
        )
        actions.map_columns(import_, file_map, ready=True, by=by, now=now())
        language = by.language if by else settings.LANGUAGE_CODE
        self._run(import_, Beginning(language), by)
        if import_.rejected:
            self._tell_rejected(import_)
            sys.exit(SOME_REJECTED)

    def _run(self, import_: Any, beginning: Beginning, by: Any) -> None:
        total = rows_in(table_of(import_))
        begin_import(import_, beginning, by=by, now=now())
        for rows in batches_of(import_, now=now()):
            take_in(import_, rows, now=now())
            self._progress(import_.rows, total)
        actions.finish(import_, by=by, now=now())
        account = _(
            "%(rows)d rows = %(imported)d imported (%(added)d new) + %(filtered)d filtered"
            " out + %(rejected)d rejected."
        )
        self.stdout.write(
            account
            % {
                "rows": import_.rows,
                "imported": import_.imported + import_.joined,
                "added": import_.added,
                "filtered": import_.filtered,
                "rejected": import_.rejected,
            }
        )

    def _progress(self, rows: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{rows} / {total}", ending="\n" if rows == total else "")

    def _tell_rejected(self, import_: Any) -> None:
        for row in rejected_rows(import_)[:TOLD]:
            problem = Problem(row.code, import_.name, row.line, row.column, row.params)
            self.stderr.write(_with_place(problem))
        if import_.rejected > TOLD:
            more = _("and %(count)d more; the page of the import lists them all.")
            self.stderr.write(more % {"count": import_.rejected - TOLD})


def refusal(*sentences: str) -> CommandError:
    return CommandError("\n".join(sentences), returncode=BAD_INPUT)


def _with_file(problem: Problem) -> str:
    return f"{problem.file}: {sentence_of(problem)}"


def _with_place(problem: Problem) -> str:
    place = _("%(file)s line %(line)d, column “%(column)s”: %(what)s")
    blanks = {"file": problem.file, "line": problem.line, "column": problem.column or "–"}
    return place % {**blanks, "what": sentence_of(problem)}


def _where_and_who(username: str | None) -> tuple[Any, Any]:
    within = organisation()
    if within is None:
        raise refusal(_("There is no organisation yet; run `gapless init` first."))
    if username is None:
        return within, None
    by = signing_in_as(username)
    if by is None:
        sentence = _("Nobody logs in as %(username)s; correct --by.")
        raise refusal(sentence % {"username": username})
    if not viewer_of(by, now=now()).holds_at(Policy.IMPORT, within.path):
        sentence = _(
            "%(username)s may not import for the whole organisation; correct --by."
        )
        raise refusal(sentence % {"username": username})
    return within, by


def _file_map(table: Table, options: dict[str, Any]) -> FileMap:
    entries = read_map(options["map"])
    long = _long(options["long"], table)
    header = table.header
    if long:
        header = wide_header(table, long, item_names(table, long, rows=THOROUGH))
    columns = columns_by(entries, header, file=options["map"].name)
    if not long:
        columns = completed(table, columns)
    if found := [sentence_of_flaw(flaw) for flaw in flaws(columns, long)]:
        raise refusal(*(f"{options['map'].name}: {sentence}" for sentence in found))
    form = (options["form"] or options["file"].stem)[:LONGEST_CODE]
    file_map = FileMap(
        columns,
        missing=(*hints().missing, *options["missing"]),
        not_applicable=tuple(options["not_applicable"]),
        date_order=options["date_order"] or _order(table, columns),
        no_dates=tuple(options["no_date"]),
        long=long,
        where=tuple(_condition(said, table) for said in options["where"]),
        unit=options["unit"] or "",
        time=_day(options["time"]),
        mode=CollectionMode(options["mode"]),
        expectation=ExpectationType(options["expectation"]),
        form=form,
        form_name=form,
    )
    spans = shown(table, file_map, rows=SCALES_FROM).spans
    if options["scale"]:
        scale = _scale(options["scale"])
        spans = {**spans, ItemKind.PAIR: scale, ItemKind.SCORE: scale}
    return replace(file_map, scales=spans)


def _long(said: str | None, table: Table) -> Long | None:
    if not said:
        return None
    item, comma, value = said.partition(",")
    if not comma or not {item, value} <= set(table.header):
        sentence = _("--long %(said)s names no two columns of %(file)s.")
        raise refusal(sentence % {"said": said, "file": table.name})
    return Long(item, value)


def _order(table: Table, columns: Sequence[Column]) -> str:
    """The order of the dates, where the file leaves but one; nothing is guessed."""
    dated = [c.name for c in columns if c.kind in (ColumnKind.TIME, ColumnKind.DATE)]
    orders = orders_in(table, [name for name in dated if name in table.header])
    return next(iter(orders)) if len(orders) == 1 else ""


def _condition(said: str, table: Table) -> tuple[str, str]:
    column, equals, value = said.partition("=")
    if not equals or column not in table.header:
        sentence = _("--where %(said)s names no column of %(file)s; write COLUMN=VALUE.")
        raise refusal(sentence % {"said": said, "file": table.name})
    return column, value


def _day(said: str | None) -> str:
    try:
        return said if said and moment(said, "UTC") else ""
    except Wrong:
        sentence = _("--time %(said)s is no day; write it like 2026-03-02.")
        raise refusal(sentence % {"said": said}) from None


def _scale(said: str) -> Any:
    try:
        return parse_scale(said)
    except BadScale:
        sentence = _("--scale %(said)s is no scale; write it like 1-7.")
        raise refusal(sentence % {"said": said}) from None
