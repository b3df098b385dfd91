"""The privacy notice that a new plan begins with, in three languages."""

import tomllib
from functools import cache
from pathlib import Path

from gapless.core.text import LanguageMap


@cache
def _ready_made() -> LanguageMap:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def ready_made(who: str) -> LanguageMap:
    """Who asks, why, what is kept for how long, and how to take it back."""
    return {
        language: text.strip().format(who=who) for language, text in _ready_made().items()
    }
