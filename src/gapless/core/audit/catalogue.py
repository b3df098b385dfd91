"""What kinds of events there are: `catalogue.toml`, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gapless.core.text import LanguageMap

from .choices import Severity


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event: its group in the filter, and whether it needs a reason."""

    group: str
    severity: Severity
    needs_reason: bool
    label: LanguageMap


_catalogue = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text("utf-8"))

GROUPS: Mapping[str, LanguageMap] = _catalogue["groups"]
EVENTS: Mapping[str, EventType] = {
    name: EventType(
        entry["group"], Severity(entry["severity"]), entry["needs_reason"], entry["label"]
    )
    for name, entry in _catalogue["events"].items()
}
REFUSALS: Mapping[str, LanguageMap] = {
    name: entry["label"] for name, entry in _catalogue["refusals"].items()
}
FACTS: Mapping[str, LanguageMap] = _catalogue["facts"]
