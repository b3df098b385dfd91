"""What ships with the product, read from ``builtin.toml``."""

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files

from gapless.core.text import LanguageMap


@dataclass(frozen=True, slots=True)
class BuiltInDimension:
    code: str
    name: LanguageMap
    description: LanguageMap = field(default_factory=dict)
    home: str = ""


@dataclass(frozen=True, slots=True)
class BuiltInSet:
    code: str
    name: LanguageMap
    dimensions: tuple[BuiltInDimension, ...]
    leading: bool = False


@dataclass(frozen=True, slots=True)
class BuiltInCharacteristic:
    code: str
    name: LanguageMap
    dimension: str  # of the leading set
    elsewhere: LanguageMap = field(default_factory=dict)  # set → dimension


@dataclass(frozen=True, slots=True)
class BuiltIn:
    sets: tuple[BuiltInSet, ...]  # the leading set first: the others' homes lie in it
    characteristics: tuple[BuiltInCharacteristic, ...]


def read() -> BuiltIn:
    source = files("gapless.requirements.characteristics") / "builtin.toml"
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    sets = (
        BuiltInSet(
            **{**s, "dimensions": tuple(BuiltInDimension(**d) for d in s["dimensions"])}
        )
        for s in data["sets"]
    )
    return BuiltIn(
        sets=tuple(sets),
        characteristics=tuple(BuiltInCharacteristic(**c) for c in data["characteristics"]),
    )
