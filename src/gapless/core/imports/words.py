"""What is wrong with a file, a column or a row, and what to do about it, in words."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .mapping import Flaw
from .tables import Problem


class Words(NamedTuple):
    reason: str | Promise
    remedy: str | Promise


FILE: dict[str, Words] = {
    "missing_file": Words(_("The file does not exist."), _("Check the path.")),
    "not_a_file": Words(_("This is a folder."), _("Name a file.")),
    "unreadable_file": Words(
        _("The file cannot be opened: %(reason)s."), _("Check its permissions.")
    ),
    "empty_file": Words(
        _("The file is empty."), _("Export it again with a row of column names.")
    ),
    "too_large": Words(
        _("The file has %(bytes)d bytes, and at most %(limit)d can be read."),
        _("Split it into several files."),
    ),
    "wrong_extension": Words(
        _("The name of the file ends in none of %(known)s."),
        _("Save it as one of these and bring it in again."),
    ),
    "unknown_encoding": Words(
        _("Line %(line)d is neither UTF-8 nor GB18030 text."),
        _("Save the file as “CSV UTF-8” and bring it in again."),
    ),
    "nul_byte": Words(
        _("Line %(line)d holds a NUL byte, which no text has."),
        _("Save the file as “CSV UTF-8” and bring it in again."),
    ),
    "malformed_quotes": Words(
        _("On line %(line)d a quotation mark does not match."),
        _("Double each one inside a quoted cell, and close the cell."),
    ),
    "no_header": Words(_("The file has no row of column names."), _("Add one at the top.")),
    "empty_name": Words(_("Column %(column)s has no name."), _("Name it or remove it.")),
    "duplicate_name": Words(
        _("Two columns are called “%(column)s”."), _("Rename one of them.")
    ),
    "too_many_rows": Words(
        _("The file has more than %(limit)d rows."), _("Split it into several files.")
    ),
    "too_many_columns": Words(
        _("The file has %(columns)d columns, and at most %(limit)d can be read."),
        _("Remove the columns that nobody needs."),
    ),
    "not_a_workbook": Words(
        _("This is no XLSX workbook, or it is damaged or locked by a password."),
        _("Open it, save it as .xlsx without a password, and bring it in again."),
    ),
    "swollen_workbook": Words(
        _("The workbook unpacks to far more than its size."),
        _("Copy the answers into a new workbook."),
    ),
    "far_cell": Words(
        _("Cell %(column)s%(line)d is in use, far from the rest."),
        _("Delete the empty rows and columns around the answers."),
    ),
    "no_such_sheet": Words(
        _("There is no sheet “%(sheet)s”; there is %(sheets)s."), _("Name one of these.")
    ),
    "not_spss": Words(
        _("This is no SPSS file, or it is damaged."), _("Save it again as .sav.")
    ),
}

ROW: dict[str, Words] = {
    "ragged_row": Words(
        _("The row has %(cells)d cells, but there are %(columns)d columns."),
        _("Complete the row, or quote the cell that holds a delimiter."),
    ),
    "cell_too_long": Words(
        _("A cell has more than %(limit)d characters."), _("Shorten it.")
    ),
    "unit_missing": Words(
        _("The row names no unit."),
        _("Fill in the unit, or choose one for rows that name none."),
    ),
    "unit_unknown": Words(
        _("There is no unit “%(cell)s” below the chosen one."),
        _("Correct the name, or let the import create the unit."),
    ),
    "unit_ambiguous": Words(
        _("Several units are called “%(cell)s”."), _("Write the unit's code instead.")
    ),
    "time_missing": Words(
        _("The row does not say when it was answered."),
        _("Fill in the time, or choose one for rows without."),
    ),
    "time_unreadable": Words(
        _("“%(cell)s” cannot be read as a time."),
        _("Write it like 2026-03-02 or 2026-03-02 14:05."),
    ),
    "time_in_future": Words(_("“%(cell)s” lies in the future."), _("Correct the date.")),
    "not_a_number": Words(
        _("“%(cell)s” is not a number."),
        _("Give this word a value in the coding, or list it among the missing codes."),
    ),
    "not_whole": Words(
        _("“%(cell)s” is not a whole number."), _("Write the point that was ticked.")
    ),
    "off_scale": Words(
        _("“%(cell)s” is outside the scale %(low)d to %(high)d."),
        _("Correct it, widen the scale, or list it among the missing codes."),
    ),
    "not_points": Words(
        _("“%(cell)s” is no number of points."),
        _("Write a whole number from 0 to 100."),
    ),
    "nothing_answered": Words(
        _("The row answers no question."), _("Nothing is lost by leaving it out.")
    ),
    "respondent_twice": Words(
        _("Respondent “%(cell)s” stands on line %(first)d already, with other answers."),
        _("Keep one of the rows, or leave out the column of respondents."),
    ),
    "respondent_known": Words(
        _(
            "An answer of this respondent is in already, from an earlier file, and says"
            " something else."
        ),
        _(
            "Take the earlier file out first, or make the respondents' numbers differ, for"
            " example by putting the year in front."
        ),
    ),
    "nul_character": Words(
        _("The cell holds a NUL character, which no text has."), _("Type the text again.")
    ),
}

COLUMN: dict[str, Words] = {
    "nothing_rated": Words(
        _("No column says how service was perceived."),
        _("Give at least one column the kind “perception” or “score”."),
    ),
    "kind_twice": Words(
        _("“%(column)s” is the second column of this kind."),
        _("Leave one of the two out."),
    ),
    "no_item": Words(
        _("“%(column)s” belongs to no item."),
        _("Write an item; an expectation and its perception have the same."),
    ),
    "item_too_long": Words(
        _("The item of “%(column)s” has more than 40 characters."), _("Shorten it.")
    ),
    "dimension_too_long": Words(
        _("The dimension of “%(column)s” has more than 40 characters."), _("Shorten it.")
    ),
    "item_twice": Words(
        _("Item “%(item)s” of “%(column)s” is taken by another column."),
        _("Correct the item or the kind."),
    ),
    "no_perception": Words(
        _("Item “%(item)s” has an expectation and no perception."),
        _("Add the perception, or leave “%(column)s” out."),
    ),
    "no_expectation": Words(
        _("Item “%(item)s” has a perception and no expectation, and others have both."),
        _("Add the expectation, or give “%(column)s” the kind “score alone”."),
    ),
    "two_dimensions": Words(
        _("Item “%(item)s” is in two dimensions."), _("Write the same in both columns.")
    ),
    "two_scales": Words(
        _("The two columns of item “%(item)s” differ in scale or direction."),
        _("Set both columns alike."),
    ),
    "weight_without_dimension": Words(
        _("“%(column)s” holds importance points for no dimension."), _("Name it.")
    ),
    "unknown_weight_dimension": Words(
        _("“%(column)s” weighs a dimension in which no item lies."),
        _("Correct the dimension."),
    ),
    "weight_twice": Words(
        _("“%(column)s” weighs a dimension for the second time."),
        _("Leave one of the two out."),
    ),
    "weight_missing": Words(
        _("Dimension “%(item)s” gets no importance points, but others do."),
        _("Map its column too, or leave all weights out."),
    ),
}

MAP: dict[str, Words] = {
    "no_map_column": Words(
        _("The map has no column “%(column)s”."),
        _("Its first line must be column,kind,item,dimension."),
    ),
    "unnamed_column": Words(
        _("Line %(line)d of the map names no column."), _("Fill in its first cell.")
    ),
    "unknown_kind": Words(
        _("Line %(line)d of the map: “%(kind)s” is no kind."),
        _("Write one of %(kinds)s."),
    ),
    "column_twice": Words(
        _("Line %(line)d of the map: “%(column)s” stands on line %(first)d already."),
        _("Keep one of the two."),
    ),
    "no_column": Words(
        _("Line %(line)d of the map names “%(column)s”, which the file does not have."),
        _("Correct the name, or write the kind ignore."),
    ),
}

EVERY: dict[str, Words] = {**FILE, **ROW, **COLUMN, **MAP}


def reason_of(problem: Problem) -> str:
    """What is wrong, as a sentence in the reader's language."""
    return _filled(EVERY[problem.code].reason, problem)


def remedy_of(problem: Problem) -> str:
    """What to do about it."""
    return _filled(EVERY[problem.code].remedy, problem)


def sentence_of(problem: Problem) -> str:
    return f"{reason_of(problem)} {remedy_of(problem)}"


def sentence_of_flaw(flaw: Flaw) -> str:
    blanks = {"column": flaw.column, "item": flaw.item}
    words = COLUMN[flaw.code]
    return f"{str(words.reason) % blanks} {str(words.remedy) % blanks}"


def _filled(sentence: str | Promise, problem: Problem) -> str:
    place = {"line": problem.line or 0, "column": problem.column}
    return str(sentence) % {**place, **problem.params}
