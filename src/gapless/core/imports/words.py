"""What is wrong with a file, a column or a row, and what to do about it, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .file_words import FILE, Words
from .flaws import Flaw
from .tables import Problem

ROW: dict[str, Words] = {
    "ragged_row": Words(
        _("The row has %(cells)d cells, but there are %(columns)d columns."),
        _("Complete the row, or quote the cell that holds a delimiter."),
    ),
    "nul_in_cell": Words(
        _("A cell of “%(column)s” holds a NUL byte, which no text has."),
        _("Remove it, or type the cell again."),
    ),
    "total_row": Words(
        _("“%(cell)s” begins a row that looks like a total or a note, and not an answer."),
        _("Leave it out; if it is an answer, write something else in its first cell."),
    ),
    "undecodable": Words(
        _(
            "A cell of “%(column)s” holds bytes that are no text in the encoding"
            " %(encoding)s."
        ),
        _("Write the cell again, or say in which encoding the file is."),
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
    "time_order_unsaid": Words(
        _("“%(cell)s” can be read as several days."),
        _("Say in which order the file writes its dates."),
    ),
    "time_day_alone": Words(
        _("“%(cell)s” is a day without its month."),
        _("Choose a day of that month as the day of rows that name none."),
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
    "no_such_option": Words(
        _("“%(cell)s” is none of the options."),
        _("Add it to the options, or list it among the missing codes."),
    ),
    "not_ticked": Words(
        _("“%(cell)s” does not say whether the option was chosen."),
        _("Write 1 or 0."),
    ),
    "too_many_decimals": Words(
        _("“%(cell)s” has more decimal places than the question."),
        _("Raise its number of decimal places, or round the cell."),
    ),
    "number_too_large": Words(
        _("“%(cell)s” is too large a number."),
        _("Correct it, or keep fewer decimal places."),
    ),
    "not_a_weight": Words(
        _("“%(cell)s” is no weight."), _("Write a number above 0 and at most 1,000.")
    ),
    "respondent_missing": Words(
        _("The row does not say whose answer it holds."), _("Fill in the respondent.")
    ),
    "item_unknown": Words(
        _("“%(cell)s” is an item that no column stands for."),
        _("Describe the columns again, so that it is among them."),
    ),
    "item_answered_twice": Words(
        _("“%(column)s” has two different answers of one respondent."),
        _("Keep one of the two rows."),
    ),
    "rows_disagree": Words(
        _("The rows of one respondent differ in “%(column)s”."),
        _("Write the same in all of them."),
    ),
    "answer_rejected": Words(
        _("The row belongs to the answer on line %(first)d, which is rejected."),
        _("Correct that row; this one comes with it."),
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
    "line_unknown": Words(
        _("No row that the original rejected has the line in the first column."),
        _("Write the line of the download there; new rows belong in a file of their own."),
    ),
    "mended_twice": Words(
        _("The same row of the original is mended on line %(first)d already."),
        _("Keep one of the two."),
    ),
    "mended_otherwise": Words(
        _("This row is in already: it came mended before, and said something else."),
        _("Leave it out, or first take out the file with which it came in."),
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
    "zone_incomplete": Words(
        _("Item “%(item)s” has not all three sides of a zone of tolerance."),
        _("Map the least, the desired and the perceived, or give it another kind."),
    ),
    "too_few_options": Words(
        _("“%(column)s” gives fewer than two options to choose from."),
        _("List its options, one a line."),
    ),
    "too_many_options": Words(
        _("“%(column)s” gives more than 100 options to choose from."),
        _("Give it the kind “attribute” or “free text”."),
    ),
    "option_twice": Words(
        _("“%(column)s” lists an option twice."), _("Remove one of the two.")
    ),
    "groups_twice": Words(
        _("“%(column)s” is the second question by which answers are kept apart."),
        _("Choose one."),
    ),
    "long_without_respondent": Words(
        _("Each row holds one answered item, but no column says whose it is."),
        _("Give the column that names the respondent its kind."),
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
    "bad_map_cell": Words(
        _("Line %(line)d of the map: “%(cell)s” cannot be read as %(name)s."),
        _("Write it as the guide to map files shows."),
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
