"""What is wrong with a file of units or people or a row of it, and what to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

FLAWS: dict[str, Words] = {
    "held_twice": _(
        "Two columns are said to hold the same. Choose one, and leave the other out."
    ),
    "no_code_column": _(
        "No column holds the codes of the units. Say which one does: a row says by its code"
        " which unit it is about."
    ),
    "no_username_column": _(
        "No column holds log-in names. Say which one does: a row says by the log-in name"
        " whom it is about."
    ),
    "role_without_unit": _(
        "Roles need the code of the unit where they are held, and units need a role. Say"
        " which columns hold the two, or leave both out."
    ),
}

SHORTEN = _("Shorten it.")
A_DATE = _("Write year, month and day, for example 2026-03-02.")

ROWS: dict[str, tuple[Words, Words]] = {
    # Units
    "no_code": (
        _("The row has no code."),
        _("Give the unit a code that no other has, for example JZ-0103."),
    ),
    "bad_code": (
        _("“%(cell)s” cannot be a code."),
        _("A code has at most 40 characters and no spaces, commas or semicolons."),
    ),
    "code_twice": (
        _("Line %(first)s has the same code."),
        _("Keep one of the two rows, or correct the code."),
    ),
    "code_taken": (
        _("Another unit has this code."),
        _("Choose another code, or ask whoever administers the whole organisation."),
    ),
    "no_name": (
        _("The unit is new and has no name."),
        _("Write the name, as people call the unit; or correct the code if it is known."),
    ),
    "name_too_long": (_("The name has more than 120 characters."), SHORTEN),
    "address_too_long": (_("The address has more than 200 characters."), SHORTEN),
    "unknown_kind": (
        _("“%(cell)s” is no kind of unit."),
        _("Write company, region, city, hall, department or other."),
    ),
    "unknown_time_zone": (
        _("“%(cell)s” is no time zone."),
        _("Write it like Asia/Shanghai, or leave it empty."),
    ),
    "bad_customers": (
        _("“%(cell)s” is no number of customers."),
        _("Write a whole number from 0 upwards, for example 1200, or nothing."),
    ),
    "bad_phone": (
        _("“%(cell)s” is no telephone number."),
        _("Write at least three digits and at most 40 characters, or nothing."),
    ),
    "bad_hours": (
        _("“%(cell)s” are no opening hours."),
        _(
            "Write them like 09:00-17:30, with a break like 09:00-12:00 13:30-17:30, or"
            " “closed”; closing comes after opening."
        ),
    ),
    "unknown_parent": (
        _("No unit of yours has the code of the unit above, nor does any row."),
        _("Write the code as the page of units shows it, or add a row for that unit."),
    ),
    "parent_rejected": (
        _("The unit above it is new in this file, and its row stays out."),
        _("Mend that row first; this one needs no change."),
    ),
    "cycle": (
        _("The unit would hang below itself."),
        _("Correct the code of the unit above, here or in the rows of the units above."),
    ),
    "top_stays": (
        _("This unit is where your own reach begins, so it stays where it is."),
        _("Leave the code of the unit above it empty, or ask whoever administers there."),
    ),
    "too_deep": (
        _("The tree would have more than 63 levels here."),
        _("Hang the unit higher up."),
    ),
    "changed_meanwhile": (
        _("Somebody changed this at the same moment."),
        _("Bring the row in again."),
    ),
    "gone_meanwhile": (
        _("The unit or the person is not there any more."),
        _("Look at the page of units or people, and bring the row in again."),
    ),
    "nul_character": (
        _("The cell holds a NUL character, which no text has."),
        _("Type the text again."),
    ),
    # People
    "no_username": (
        _("The row has no log-in name."),
        _("Write one, for example li.na."),
    ),
    "bad_username": (
        _("“%(cell)s” cannot be a log-in name."),
        _("A log-in name has only letters, digits and . @ + - _, such as li.na."),
    ),
    "login_taken": (
        _("Someone already has this log-in name."),
        _("Choose another, or ask whoever administers the whole organisation."),
    ),
    "email_taken": (
        _("Someone already logs in by this address."),
        _("Ask for another address, or leave it empty."),
    ),
    "no_person_name": (
        _("The person is new and has no name."),
        _("Write the name, as colleagues do; or correct the log-in name if it is known."),
    ),
    "person_name_too_long": (_("The name has more than 80 characters."), SHORTEN),
    "bad_email": (
        _("This is not an e-mail address."),
        _("Write it like li.na@example.com, or leave it empty."),
    ),
    "unknown_language": (
        _("This is none of the three languages."),
        _("Write zh-hans, zh-hant or en, or leave it empty."),
    ),
    "bad_yes": (_("“%(cell)s” is neither yes nor no."), _("Write yes or no, or nothing.")),
    "unknown_role": (
        _("“%(cell)s” is no role."),
        _("Write a role as the page of people shows it."),
    ),
    "unknown_unit": (
        _("No unit of yours has this code."),
        _("Write the code as the page of units shows it; bring new units in first."),
    ),
    "half_a_role": (
        _("A role needs the code of the unit where it is held, and a unit needs a role."),
        _("Fill in both cells, or leave both empty."),
    ),
    "no_first_role": (
        _("The person is new and has no role."),
        _("Write a role and the code of the unit where it is held."),
    ),
    "bad_date": (_("“%(cell)s” is no date."), A_DATE),
    "said_otherwise": (
        _("Line %(first)s says something else of the same person."),
        _("Let all rows of a person say the same, or leave the cell empty."),
    ),
    "not_editable": (
        _("This person also holds roles beyond your reach."),
        _("Leave the cell as it stands, or ask whoever administers there."),
    ),
    "ends_before": (
        _("The role would end before it begins."),
        _("Give a later day, or leave it empty for a role without end."),
    ),
    "ends_already": (
        _("The role ends earlier already, and an end can be brought forward only."),
        _("Add a row that begins on the day on which it ends."),
    ),
    "ends_in_the_past": (
        _("That day is over: the role was held then."),
        _("The earliest day on which a role can end is today."),
    ),
    "role_twice": (
        _("An earlier row gives the same role with another end."),
        _("Keep one of the rows."),
    ),
    "already_held": (
        _("The role is already held there in that time."),
        _("Write the first day that the page of the person shows, or leave it empty."),
    ),
    "last_administrator": (
        _("Nobody would administer the organisation any more."),
        _("Make somebody else an administrator there first."),
    ),
    "person_rejected": (
        _("The row that adds this person stays out."),
        _("Mend that row first; this one needs no change."),
    ),
}
