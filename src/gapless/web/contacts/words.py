"""What is wrong with a list of contacts or a row of it, and what to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapless.web.intake import Told

Words = str | Promise

FLAWS: dict[str, Words] = {
    "held_twice": _(
        "Two columns are said to hold the same. Choose one, and leave the other out or keep"
        " it as an attribute."
    ),
    "no_address_column": _(
        "No column holds an e-mail address or a telephone number. Say which one does."
    ),
    "too_many_attributes": _(
        "There are more than 30 attributes. Leave out what nobody will need."
    ),
}

ROWS: dict[str, tuple[Words, Words]] = {
    "bad_email": (
        _("This is not an e-mail address."),
        _("Write it like li.na@example.com, or leave it empty."),
    ),
    "bad_phone": (
        _("This is not a telephone number."),
        _("Write digits, like 138 0013 8000 or +852 2345 6789, or leave it empty."),
    ),
    "no_address": (
        _("The row has neither an e-mail address nor a telephone number."),
        _("Fill in one of them, or leave this customer out."),
    ),
    "unknown_unit": (
        _("No unit of yours has this code."),
        _("Write the code as the page of units shows it, or leave it empty."),
    ),
    "unknown_language": (
        _("This is none of the three languages."),
        _("Write zh-hans, zh-hant or en, or leave it empty."),
    ),
    "name_too_long": (
        _("The name has more than 120 characters."),
        _("Shorten it."),
    ),
    "ragged_row": (
        _("The row has more or fewer cells than there are columns."),
        _("Complete the row, or quote the cell that holds a delimiter."),
    ),
    "cell_too_long": (_("A cell is far too long."), _("Shorten it.")),
}


def told(line: int, column: str, code: str) -> Told:
    reason, remedy = ROWS[code]
    return Told(line, column, reason, remedy)
