"""What is wrong with a file, what was mended in it, and what to do about it, in words."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    reason: str | Promise
    remedy: str | Promise


NOTES: dict[str, Words] = {
    "empty_name": Words(
        _("Column %(column)s has no name, so it goes by its letter."),
        _("Name it in the file if you want to know it again."),
    ),
    "duplicate_name": Words(
        _("Two columns are called “%(column)s”; the later is “%(name)s” here."),
        _("Check that each is described as what it is."),
    ),
    "lines_above": Words(
        _("The column names were found on line %(line)d."),
        _("What stands above them is left out; say another line if this is wrong."),
    ),
    "names_joined": Words(
        _("The column names fill %(rows)d rows and were joined."),
        _("The answers begin below them; say another number if this is wrong."),
    ),
    "no_names": Words(
        _("The first row looks like answers, so the columns go by their letters."),
        _("Add a row of column names if the file should have one."),
    ),
    "hidden_sheets": Words(
        _("The workbook has hidden sheets: %(sheets)s."),
        _("Choose one to read it instead."),
    ),
}
"""What was mended or passed over while the file was read."""

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
        _("Line %(line)d is text in no encoding that is known."),
        _("Save the file as “CSV UTF-8” and bring it in again, or say its encoding."),
    ),
    "no_such_encoding": Words(
        _("The file cannot be read as %(encoding)s."), _("Choose one of %(encodings)s.")
    ),
    "no_such_delimiter": Words(
        _("The file cannot be split at “%(delimiter)s”."),
        _("Choose one of %(delimiters)s."),
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
    "not_xls": Words(
        _("This is no XLS workbook, or it is damaged, locked by a password or too large."),
        _("Open it, save it as .xlsx without a password, and bring it in again."),
    ),
    "web_page": Words(
        _("This is a web page under another name."),
        _("Open it in a spreadsheet, save it as .xlsx, and bring it in again."),
    ),
    "swollen_workbook": Words(
        _("The workbook unpacks to far more than its size."),
        _("Copy the answers into a new workbook."),
    ),
    "far_cell": Words(
        _("Cell %(column)s%(line)d is in use, far from the rest."),
        _("Delete the empty rows and columns around the answers."),
    ),
    "failed_formulas": Words(
        _("More than %(limit)d formulas failed."), _("Save the sheet as values.")
    ),
    "no_such_sheet": Words(
        _("There is no sheet “%(sheet)s”; there is %(sheets)s."), _("Name one of these.")
    ),
    "rows_scattered": Words(
        _("The rows of one respondent do not stand together, and there are too many."),
        _("Sort the file by respondent and bring it in again."),
    ),
    "not_spss": Words(
        _("This is no SPSS file, or it is damaged."), _("Save it again as .sav.")
    ),
    **NOTES,
}
