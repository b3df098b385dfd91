"""The time limits that ship with the product, read from ``builtin.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from gapless.core.text import LanguageMap


@dataclass(frozen=True, slots=True)
class BuiltInPolicy:
    code: str
    kind: str
    name: LanguageMap
    source: LanguageMap
    assumed: bool
    terms: Mapping[str, Any]


def read() -> tuple[BuiltInPolicy, ...]:
    source = files("gapless.core.clocks") / "builtin.toml"
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    return tuple(BuiltInPolicy(**policy) for policy in data["policies"])
