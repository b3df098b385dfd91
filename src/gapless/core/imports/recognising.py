"""Which product exported a file, and what its columns are by that product's rules. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .cells import tidy
from .choices import ColumnKind
from .headers import JOINED_BY
from .hints import hints
from .lists import plain
from .tables import Table

ENOUGH = 3
"""So many of a product's own columns make its export."""


class Source(TextChoices):
    """A product whose exports are known by themselves."""

    WJX = "wjx", _("Wenjuanxing")
    LIMESURVEY = "limesurvey", "LimeSurvey"
    SURVEYMONKEY = "surveymonkey", "SurveyMonkey"


@dataclass(frozen=True, slots=True)
class Part:
    """A column by its product's rules: its question, and which row or option of it."""

    name: str
    question: str  # a short code, the same for all columns of a question
    text: str  # of the question
    part: str = ""  # the row of a table, or the option
    typed: bool = False  # what somebody wrote beside an option


# "3、…": the number of a question, and its words.
_NUMBERED = re.compile(r"([0-9]{1,3})\s*[\u3001.\uff0e)]\s*(.+)", re.DOTALL)
# What follows the words of the question: a row of a table, or one of its options.
_ROW = re.compile(
    r"(.+?)\s*(?:[:\uff1a]|\u2014+|[(\uff08])\s*([^:\uff1a\u2014()\uff08\uff09]+?)\s*[)\uff09]?",
    re.DOTALL,
)
# LimeSurvey's codes: G1Q1, G1Q1[SQ001], perhaps with the words behind.
_CODE = re.compile(
    r"([A-Za-z][A-Za-z0-9_]*)(?:[\[_]([A-Za-z0-9_ ]+)\]?)?(?:[.:]\s*(.*))?", re.DOTALL
)


def source_of(table: Table) -> Source | None:
    """The product whose own columns this file has."""
    names = {plain(name) for name in table.header}
    for source in Source:
        if len(names & hints().sources[source].keys()) >= ENOUGH:
            return source
    return None


def own_columns(source: Source, header: Sequence[str]) -> dict[str, ColumnKind]:
    """What the columns are that the product itself added; the first of a kind is it."""
    found: dict[str, ColumnKind] = {}
    for name in header:
        kind = hints().sources[source].get(plain(name))
        if kind is not None:
            again = kind in found.values()
            found[name] = ColumnKind.IGNORE if again else ColumnKind(kind)
    return found


def parts_of(source: Source, names: Iterable[str]) -> list[Part]:
    """The questions that the other columns belong to."""
    if source is Source.WJX:
        return _with_rows([_numbered(name) for name in names])
    if source is Source.LIMESURVEY:
        return [_coded(name) for name in names]
    return _headed(names)


def _numbered(name: str) -> Part:
    found = _NUMBERED.fullmatch(tidy(name))
    if found is None:
        return Part(name, "", tidy(name))
    return Part(name, f"Q{found[1]}", found[2].strip(), typed=_typed(found[2]))


def _with_rows(parts: list[Part]) -> list[Part]:
    """Columns with one number are the rows or options of one question."""
    shared = [part.question for part in parts if part.question and not part.typed]
    found = []
    for part in parts:
        row = _ROW.fullmatch(part.text) if shared.count(part.question) > 1 else None
        if row and not part.typed:
            found.append(replace(part, text=row[1].strip(), part=row[2].strip()))
        elif shared.count(part.question) > 1 and not part.typed:
            found.append(replace(part, part=part.text))
        else:
            found.append(part)
    return found


def _coded(name: str) -> Part:
    found = _CODE.fullmatch(name.strip())
    if found is None:
        return Part(name, "", name)
    question, part, words = found[1], found[2] or "", (found[3] or "").strip()
    typed = part.casefold() in hints().typed
    return Part(name, question, words or question, part=part, typed=typed)


def _headed(names: Iterable[str]) -> list[Part]:
    """Two rows of names: the question, and below it an option, a row, or "Response"."""
    numbers: dict[str, int] = {}
    found = []
    for name in names:
        question, joined, part = name.rpartition(JOINED_BY)
        if not joined:
            question, part = name, ""
        number = numbers.setdefault(question, len(numbers) + 1)
        if part.casefold() in hints().response:
            part = ""
        found.append(Part(name, f"Q{number}", question, part=part, typed=_typed(part)))
    return found


def _typed(words: str) -> bool:
    last = re.split(r"[(\uff08:\uff1a\u2014]", words.casefold())[-1]
    return any(mark in last for mark in hints().typed)


def about_people(name: str) -> bool:
    """Whether a column seems to say who somebody is: it is never suggested as anything."""
    bare = plain(name)
    if found := _NUMBERED.fullmatch(bare):
        bare = found[2].strip()
    if bare in hints().personal:
        return True
    # In Chinese, a question may be put at length around the word.
    marks = (mark for mark in hints().personal if not mark.isascii())
    return len(bare) <= 12 and any(mark in bare for mark in marks)
