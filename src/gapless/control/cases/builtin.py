"""The categories that ship with the product, read from ``builtin.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from gapless.core.text import LanguageMap

from .choices import FailureType
from .rules import GAPS


@dataclass(frozen=True, slots=True)
class BuiltInCategory:
    """One of the tree; without a gap of its own it is that of its failure."""

    code: str
    name: LanguageMap
    characteristic: str = ""
    failure: FailureType | None = None
    gap: int | None = None
    parts: tuple["BuiltInCategory", ...] = ()


def read() -> tuple[BuiltInCategory, ...]:
    source = files("gapless.control.cases") / "builtin.toml"
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    return tuple(_category(each) for each in data["categories"])


def _category(said: Mapping[str, Any]) -> BuiltInCategory:
    failure = FailureType(said["failure"]) if "failure" in said else None
    return BuiltInCategory(
        said["code"],
        said["name"],
        said.get("characteristic", ""),
        failure,
        said.get("gap", GAPS[failure] if failure else None),
        tuple(_category(part) for part in said.get("parts", ())),
    )
