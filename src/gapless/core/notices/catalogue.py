"""What kinds of notices there are: `catalogue.toml`, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gapless.core.text import LanguageMap


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice: its group, the facts it is told with, and its words."""

    group: str
    facts: tuple[str, ...]
    title: LanguageMap
    body: LanguageMap


_catalogue = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text("utf-8"))

GROUPS: Mapping[str, LanguageMap] = _catalogue["groups"]
KINDS: Mapping[str, Kind] = {
    name: Kind(entry["group"], tuple(entry["facts"]), entry["title"], entry["body"])
    for name, entry in _catalogue["kinds"].items()
}
FACTS: Mapping[str, LanguageMap] = _catalogue["facts"]
