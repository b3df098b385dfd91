"""What makes a form sound, and when an answer counts. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gapless.analytics.answers import HIGHEST, LOWEST
from gapless.core.text import LanguageMap

from .choices import ExpectationType, ItemKind


@dataclass(frozen=True, slots=True)
class DimensionDraft:
    code: str
    name: LanguageMap


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One item as somebody wants it; becomes an ``Item`` when its version is made."""

    code: str
    kind: ItemKind
    text: LanguageMap
    dimension: str = ""
    low: int = 1
    high: int = 7
    reverse: bool = False
    expectation_text: LanguageMap = field(default_factory=dict)
    perception_text: LanguageMap = field(default_factory=dict)
    low_label: LanguageMap = field(default_factory=dict)
    high_label: LanguageMap = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SectionDraft:
    title: LanguageMap
    items: tuple[ItemDraft, ...]
    introduction: LanguageMap = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VersionDraft:
    expectation_type: ExpectationType
    dimensions: tuple[DimensionDraft, ...]
    sections: tuple[SectionDraft, ...]

    @property
    def items(self) -> tuple[ItemDraft, ...]:
        return tuple(item for section in self.sections for item in section.items)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a draft cannot become a version: a code that the doors put into words."""

    code: str
    item: str = ""


def flaws(draft: VersionDraft) -> Iterator[Flaw]:
    """Everything that keeps a draft from being a form that can be answered and counted."""
    if not any(item.kind in (ItemKind.PAIR, ItemKind.SCORE) for item in draft.items):
        yield Flaw("nothing_rated")
    yield from _repeated("code_twice", (item.code for item in draft.items))
    weights = [item for item in draft.items if item.kind is ItemKind.WEIGHT]
    yield from _repeated("weighted_twice", (item.dimension for item in weights))
    known = {dimension.code for dimension in draft.dimensions}
    for item in draft.items:
        yield from _item_flaws(item, known)


def _item_flaws(item: ItemDraft, known: set[str]) -> Iterator[Flaw]:
    if item.dimension and item.dimension not in known:
        yield Flaw("unknown_dimension", item.code)
    if item.kind is ItemKind.WEIGHT and not item.dimension:
        yield Flaw("weight_without_dimension", item.code)
    if not LOWEST <= item.low < item.high <= HIGHEST:
        yield Flaw("impossible_scale", item.code)


def _repeated(code: str, names: Iterable[str]) -> Iterator[Flaw]:
    return (Flaw(code, name) for name, times in Counter(names).items() if times > 1)


def month_of(moment: datetime, zone: str) -> date:
    """The month an answer counts in: the unit's own calendar decides."""
    return moment.astimezone(ZoneInfo(zone)).date().replace(day=1)
