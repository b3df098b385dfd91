"""
The ready-made questionnaires, in our own words: what a new form may begin with.

Each stands in a file of ``readymade/``; SERVQUAL stands in its own. ``asks`` is a section
with an item for each built-in characteristic, or only for some, put in the frames of the
SERVQUAL file; ``weighs`` is one that divides points among the leading dimensions; ``use``
is an item of ``items.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.instruments.rules import (
    DimensionDraft,
    ItemDraft,
    Option,
    SectionDraft,
    VersionDraft,
    conditions,
)
from gapless.core.text import LanguageMap
from gapless.requirements.characteristics.builtin import BuiltIn, BuiltInCharacteristic
from gapless.requirements.characteristics.builtin import read as built_in

from . import servqual

Words = Mapping[str, Any]

FORMS = (
    "servperf",
    "reference-perception",
    "reference-expectation",
    "zone",
    "pulse",
    "csat-nps-ces",
    "four-blocks",
)
"""In the order in which they are offered, behind SERVQUAL."""


@dataclass(frozen=True, slots=True)
class ReadyMade:
    code: str
    name: LanguageMap
    description: LanguageMap  # what it is for, and how long it takes
    draft: VersionDraft


@cache
def ready_made() -> tuple[ReadyMade, ...]:
    """Every questionnaire that a new form may begin with."""
    said = servqual.words()
    whole = ReadyMade(said["code"], said["name"], said["description"], servqual.draft())
    bank = _read("items")
    return (whole, *(_form(_read(code), bank) for code in FORMS))


def _read(name: str) -> Words:
    source = files("gapless.evaluation.surveys") / "readymade" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _form(said: Words, bank: Words) -> ReadyMade:
    sections = tuple(_section(section, bank) for section in said["sections"])
    used = {item.dimension for section in sections for item in section.items}
    named = [DimensionDraft(d["code"], d["name"]) for d in said.get("dimensions", ())]
    known = named or [DimensionDraft(d.code, d.name) for d in _leading(built_in())]
    draft = VersionDraft(
        ExpectationType(said.get("expectation_type", ExpectationType.NONE)),
        tuple(dimension for dimension in known if dimension.code in used),
        sections,
    )
    return ReadyMade(said["code"], said["name"], said["description"], draft)


def _leading(shipped: BuiltIn) -> Iterator[Any]:
    return (d for each in shipped.sets if each.leading for d in each.dimensions)


def _section(said: Words, bank: Words) -> SectionDraft:
    return SectionDraft(
        title=said["title"],
        introduction=said.get("introduction", {}),
        items=(
            *_asked(said.get("asks"), bank),
            *(servqual.weights() if said.get("weighs") else ()),
            *(_item(item, bank) for item in said.get("items", ())),
        ),
    )


def _asked(said: Words | None, bank: Words) -> Iterator[ItemDraft]:
    """An item for each characteristic, in the order in which they are shipped."""
    if said is None:
        return
    only = said.get("only")
    for each in built_in().characteristics:
        if only is None or each.code in only:
            yield _about(each, ItemKind(said["kind"]), bank["scales"][said["scale"]])


def _about(each: BuiltInCharacteristic, kind: ItemKind, scale: Words) -> ItemDraft:
    expected, perceived = servqual.framed(each.name)
    return ItemDraft(
        code=each.code,
        kind=kind,
        text=each.name,
        dimension=each.dimension,
        expectation_text=expected if kind is ItemKind.EXPECTATION else {},
        perception_text=perceived if kind is ItemKind.SCORE else {},
        about=each.code,
        **scale,
    )


def _item(said: Words, bank: Words) -> ItemDraft:
    if "use" in said:
        return _item(bank["items"][said["use"]], bank)
    kept = {name: value for name, value in said.items() if name != "scale"}
    scale = bank["scales"][said["scale"]] if "scale" in said else {}
    ends = {"low": 0, "high": 10} if said["kind"] == ItemKind.NPS else {}
    return ItemDraft(
        **{
            **ends,
            **scale,
            **kept,
            "kind": ItemKind(said["kind"]),
            "options": tuple(Option(**option) for option in said.get("options", ())),
            "show_if": conditions(said.get("show_if", ())),
        }
    )
