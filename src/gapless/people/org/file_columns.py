"""What the columns of a file of units or people hold, and how their cells are read."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from gapless.core.calendar.choices import Weekday
from gapless.core.calendar.rules import Shift, Shifts, in_order, minutes_of
from gapless.core.files.exports import as_typed, disarmed
from gapless.core.imports.lists import guessed, plain

from .choices import About, Role, UnitKind
from .models import time_zones

MOST_CUSTOMERS = 2_000_000_000
CLOSED = _("closed")  # what a day without opening hours says
YES, NO = _("yes"), _("no")


class UnitHolds(TextChoices):
    """What a column of a file of units is about."""

    CODE = "code", _("Code")
    NAME = "name", _("Name")
    KIND = "kind", _("Kind")
    PARENT = "parent", _("Code of the unit above")
    ADDRESS = "address", _("Address")
    TIME_ZONE = "time_zone", _("Time zone")
    CUSTOMERS = "customers_per_month", _("Customers per month")
    PHONE = "phone", _("Telephone")
    SUPERVISION = "supervision_phone", _("Supervision telephone")
    MONDAY = "hours_1", _("Monday")
    TUESDAY = "hours_2", _("Tuesday")
    WEDNESDAY = "hours_3", _("Wednesday")
    THURSDAY = "hours_4", _("Thursday")
    FRIDAY = "hours_5", _("Friday")
    SATURDAY = "hours_6", _("Saturday")
    SUNDAY = "hours_7", _("Sunday")
    NOTHING = "nothing", _("Leave out")


class PersonHolds(TextChoices):
    """What a column of a file of people is about."""

    USERNAME = "username", _("Log-in name")
    NAME = "name", _("Full name")
    EMAIL = "email", _("E-mail")
    LANGUAGE = "language", _("Language")
    ACTIVE = "active", _("May sign in")
    ROLE = "role", _("Role")
    UNIT = "unit", _("Code of the unit")
    STARTS_ON = "starts_on", _("From")
    ENDS_ON = "ends_on", _("Until")
    ROLES = "roles", _("Roles in one cell, as role @ code; role @ code")
    NOTHING = "nothing", _("Leave out")


Columns = Mapping[str, str]  # the name of a column → what it holds
HOLDS: dict[About, type[TextChoices]] = {
    About.UNITS: UnitHolds,
    About.PEOPLE: PersonHolds,
}
HOURS = {UnitHolds(f"hours_{day}"): day for day in Weekday}
NOTHING = "nothing"

_MARK = r"\D"  # dash, slash, point, or the words for year and month
_BETWEEN_TIMES = (
    r"\s*(?:[-–—~]|\N{CJK UNIFIED IDEOGRAPH-81F3}|\N{CJK UNIFIED IDEOGRAPH-5230})\s*"
)

# A spreadsheet adds seconds to a time.
_CLOCK = r"(\d{1,2}:\d\d)(?::00)?"
_STRETCH = re.compile(f"{_CLOCK}{_BETWEEN_TIMES}{_CLOCK}")
_BETWEEN_STRETCHES = r"[\s,;/\N{IDEOGRAPHIC COMMA}]+"


class Unreadable(ValueError):
    """A cell that does not hold what its column is about; says why, as a code."""


# --- Columns --------------------------------------------------------------------------


def suggested(about: About, header: Iterable[str]) -> dict[str, str]:
    """A first guess by the names of the columns, in any language."""
    return guessed(header, _usual_columns(about), otherwise=NOTHING)


def flaw(about: About, columns: Columns) -> str:
    """Why these columns make no file of units or people, as a code; "" when they do."""
    held = [each for each in columns.values() if each != NOTHING]
    if len(held) > len(set(held)):
        return "held_twice"
    if about is About.UNITS:
        return "" if UnitHolds.CODE in held else "no_code_column"
    if PersonHolds.USERNAME not in held:
        return "no_username_column"
    if (PersonHolds.ROLE in held) != (PersonHolds.UNIT in held):
        return "role_without_unit"
    return ""


@cache
def _usual_columns(about: About) -> dict[str, frozenset[str]]:
    usual: dict[str, list[str]] = _hints()[about]
    holds = [each for each in HOLDS[about] if each.value != NOTHING]
    return {
        each.value: frozenset({*_said_in_every_language(each.label), *usual[each.value]})
        for each in holds
    }


# --- Cells ----------------------------------------------------------------------------


def said(cell: str, stands: str) -> str:
    """What a cell says about a text that may stand already, as an export wrote it."""
    return stands if cell in (stands.strip(), disarmed(stands).strip()) else as_typed(cell)


def short(longest: int, code: str) -> Callable[[str], str]:
    """A reader of texts that refuses longer ones by this code."""

    def read(cell: str) -> str:
        text = as_typed(cell)
        if len(text) > longest:
            raise Unreadable(code)
        return text

    return read


def code_of(cell: str) -> str:
    if not re.fullmatch(r"[^\s,;]{1,40}", as_typed(cell)):
        raise Unreadable("bad_code")
    return as_typed(cell)


def kind_of(cell: str) -> UnitKind:
    return UnitKind(_one_of("kind", cell, "unknown_kind"))


def time_zone_of(cell: str) -> str:
    if cell not in time_zones():
        raise Unreadable("unknown_time_zone")
    return cell


def customers_of(cell: str) -> int:
    digits = unicodedata.normalize("NFKC", cell).replace(",", "").removesuffix(".0")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 10:
        raise Unreadable("bad_customers")
    if int(digits) > MOST_CUSTOMERS:
        raise Unreadable("bad_customers")
    return int(digits)


def phone_of(cell: str) -> str:
    text = as_typed(cell)
    if len(text) > 40 or not re.search(r"(\d\D*){3}", text):
        raise Unreadable("bad_phone")
    return text


def hours_of(cell: str) -> Shifts:
    """The shifts of a day, such as 09:00-12:00 13:30-17:30; none: closed that day."""
    text = as_typed(cell)
    if plain(text) in _cell_words("closed")["closed"] or text == "-":
        return ()
    text = unicodedata.normalize("NFKC", text).strip()
    # What is left when every stretch is taken out is nothing but what separates them.
    if not re.fullmatch(rf"({_BETWEEN_STRETCHES})?", _STRETCH.sub("", text)):
        raise Unreadable("bad_hours")
    found = _STRETCH.findall(text)
    try:
        shifts = [Shift(minutes_of(opens), minutes_of(closes)) for opens, closes in found]
        return in_order(shifts)
    except ValueError:
        raise Unreadable("bad_hours") from None


def hours_in_figures(shifts: Shifts) -> str:
    return " ".join(map(str, shifts))


def username_of(cell: str) -> str:
    text = unicodedata.normalize("NFKC", as_typed(cell))
    if not re.fullmatch(r"[\w.@+-]{1,60}", text):
        raise Unreadable("bad_username")
    return text


def email_of(cell: str) -> str:
    text = as_typed(cell).lower()
    try:
        validate_email(text)
    except ValidationError:
        raise Unreadable("bad_email") from None
    if len(text) > 254:
        raise Unreadable("bad_email")
    return text


def language_of(cell: str) -> str:
    return _one_of("language", cell, "unknown_language")


def active_of(cell: str) -> bool:
    return _one_of("yes", cell, "bad_yes") == "yes"


def role_of(cell: str) -> Role:
    return Role(_one_of("role", cell, "unknown_role"))


def date_of(cell: str) -> date:
    """A day: year, month, day in this order, whatever stands between."""
    text = unicodedata.normalize("NFKC", cell)
    found = re.fullmatch(
        rf"(\d{{4}}){_MARK}(\d{{1,2}}){_MARK}(\d{{1,2}})\D?(?:[T ]00:00(?::00)?)?", text
    )
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise Unreadable("bad_date") from None


def _one_of(kind: str, cell: str, otherwise: str) -> str:
    called = plain(cell)
    for value, names in _cell_words(kind).items():
        if called in names:
            return value
    raise Unreadable(otherwise)


@cache
def _cell_words(kind: str) -> dict[str, frozenset[str]]:
    """A value → how it is written: as such, as pages say it in any language, otherwise."""
    labels: Iterable[tuple[str, str | Promise]] = {
        "kind": UnitKind.choices,
        "role": Role.choices,
        "yes": [("yes", YES), ("no", NO)],
        "closed": [("closed", CLOSED)],
        "language": settings.LANGUAGES,
    }[kind]
    more: dict[str, list[str]] = _hints()["cells"].get(kind, {})
    return {
        value: frozenset({value, *_said_in_every_language(label), *more.get(value, ())})
        for value, label in labels
    }


def _said_in_every_language(label: str | Promise) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield plain(str(label))


@cache
def _hints() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "columns.toml").read_text("utf-8"))
