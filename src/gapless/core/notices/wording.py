"""What a notice says: its wording, filled, in the reader's language and zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.timezone import localtime

from gapless.core.text import LanguageMap, said

from .catalogue import KINDS
from .rules import filled

if TYPE_CHECKING:
    from .models import Notice, Wording


Fact = str | int | LanguageMap
"""What a notice is told with; words of several languages are shown in the reader's."""


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in words."""

    title: str
    body: str


def said_of(notice: Notice) -> Said:
    """In the active language; in the words that were in force when it was told."""
    title, body = words_of(notice.kind, notice.wording)
    return Said(put(title, notice.facts), put(body, notice.facts))


def words_of(kind: str, own: Wording | None) -> tuple[LanguageMap, LanguageMap]:
    """
    Title and body in all languages: the organisation's, and ours where it has none. A
    kind that is no longer in the catalogue is told by its name.
    """
    ours = KINDS.get(kind)
    title = {**(ours.title if ours else {"en": kind}), **(own.title if own else {})}
    body = {**(ours.body if ours else {}), **(own.body if own else {})}
    return title, body


def put(wording: LanguageMap, facts: Mapping[str, Fact]) -> str:
    return filled(said(wording), {name: _shown(name, facts[name]) for name in facts})


def _shown(name: str, fact: Fact) -> str | int:
    if isinstance(fact, Mapping):
        return said(fact)
    if not name.endswith("_at") or not fact:
        return fact
    return f"{localtime(datetime.fromisoformat(str(fact))):%Y-%m-%d %H:%M}"
