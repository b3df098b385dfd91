"""
A file of contacts on its way in: what its columns hold, which rows are sound, the rest.

Pure but for the units it is given: the page that shows what would happen and the job that
does it go through the same rows.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gapless.core.addresses import BadEmail, BadPhone, email_of, phone_of
from gapless.core.imports.lists import guessed, plain
from gapless.core.imports.tables import Problem, Row, Table

from .contacts import ContactFacts

LONGEST_NAME, LONGEST_ATTRIBUTE = 120, 200
MOST_ATTRIBUTES = 30


class Holds(TextChoices):
    """What a column of the list is about."""

    NAME = "name", _("Name")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    UNIT = "unit", _("Code of the unit")
    LANGUAGE = "language", _("Language")
    ATTRIBUTE = "attribute", _("Attribute, kept readable")
    NOTHING = "nothing", _("Leave out")


ONCE = (Holds.NAME, Holds.EMAIL, Holds.PHONE, Holds.UNIT, Holds.LANGUAGE)
Columns = Mapping[str, Holds]


@dataclass(frozen=True, slots=True)
class Sound:
    """A row that can come in: somebody, and the number of their unit (None: the list's)."""

    line: int
    facts: ContactFacts
    unit: int | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """Where a row is wrong, and why: a code that the doors put into words."""

    line: int
    column: str
    code: str


def suggested(header: Iterable[str]) -> dict[str, Holds]:
    """A first guess by the names of the columns; the first of two alike wins."""
    found = guessed(header, _hints()["columns"], otherwise=Holds.ATTRIBUTE)
    return {name: Holds(held) for name, held in found.items()}


def flaw(columns: Columns) -> str:
    """Why these columns make no list, as a code; "" when they do."""
    held = list(columns.values())
    if any(held.count(each) > 1 for each in ONCE):
        return "held_twice"
    if Holds.EMAIL not in held and Holds.PHONE not in held:
        return "no_address_column"
    if held.count(Holds.ATTRIBUTE) > MOST_ATTRIBUTES:
        return "too_many_attributes"
    return ""


def judged(
    table: Table, columns: Columns, units: Mapping[str, int]
) -> Iterator[Sound | list[Wrong]]:
    """
    Every row of the table, in order: somebody, or all that is wrong with it.

    :param units: code in lower case → the unit, of those that the list may name.
    """
    for line in table.lines:
        if isinstance(line, Problem):
            yield [Wrong(line.line or 0, "", line.code)]
        elif any(cell.strip() for cell in line.cells):
            yield _judged(line, table.header, columns, units)


def _judged(
    row: Row, header: tuple[str, ...], columns: Columns, units: Mapping[str, int]
) -> Sound | list[Wrong]:
    cells = {
        name: unicodedata.normalize("NFKC", cell).strip()
        for name, cell in zip(header, row.cells, strict=True)
    }
    column = {columns[name]: name for name in header if columns[name] in ONCE}
    wrong: list[Wrong] = []

    def read(holds: Holds, reading: Callable[[str], str]) -> str:
        name = column.get(holds)
        try:
            return reading(cells[name]) if name else ""
        except _Unreadable as problem:
            wrong.append(Wrong(row.line, name or "", str(problem)))
            return ""

    facts = ContactFacts(
        name=read(Holds.NAME, _name),
        email=read(Holds.EMAIL, _email),
        phone=read(Holds.PHONE, _phone),
        language=read(Holds.LANGUAGE, _language),
        attributes={
            name: cells[name][:LONGEST_ATTRIBUTE]
            for name in header
            if columns[name] is Holds.ATTRIBUTE and cells[name]
        },
    )
    code = read(Holds.UNIT, lambda cell: _unit(cell, units))
    if not wrong and not (facts.email or facts.phone):
        wrong.append(Wrong(row.line, "", "no_address"))
    return wrong or Sound(row.line, facts, units[code] if code else None)


class _Unreadable(ValueError):
    """A cell that does not hold what its column is about; says why, as a code."""


def _name(cell: str) -> str:
    if len(cell) > LONGEST_NAME:
        raise _Unreadable("name_too_long")
    return cell


def _email(cell: str) -> str:
    try:
        return email_of(cell)
    except BadEmail:
        raise _Unreadable("bad_email") from None


def _phone(cell: str) -> str:
    try:
        return phone_of(cell)
    except BadPhone:
        raise _Unreadable("bad_phone") from None


def _language(cell: str) -> str:
    called = plain(cell)
    if not called:
        return ""
    for language, names in _hints()["languages"].items():
        if called in names:
            return language
    raise _Unreadable("unknown_language")


def _unit(cell: str, units: Mapping[str, int]) -> str:
    code = cell.casefold()
    if code and code not in units:
        raise _Unreadable("unknown_unit")
    return code


@cache
def _hints() -> dict[str, dict[str, list[str]]]:
    text = (files("gapless.evaluation.campaigns") / "columns.toml").read_text("utf-8")
    return tomllib.loads(text)
