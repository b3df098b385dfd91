"""What a characteristic may become, and what its wording must hold."""

from collections.abc import Mapping

from gapless.core.text import LANGUAGES

from .choices import State

# Each step of a characteristic's life, and the event that the trail keeps of it.
STEPS: dict[tuple[State, State], str] = {
    (State.PROPOSED, State.ACTIVE): "characteristic.adopted",
    (State.PROPOSED, State.RETIRED): "characteristic.retired",
    (State.ACTIVE, State.RETIRED): "characteristic.retired",
    (State.RETIRED, State.ACTIVE): "characteristic.restored",
}


class NoWording(Exception):
    """A characteristic is named in at least one language."""


def may_become(state: State) -> list[State]:
    return [after for before, after in STEPS if before == state]


def worded(name: Mapping[str, str]) -> dict[str, str]:
    """
    The wording as it is stored: our languages, no outer blanks, nothing empty.

    :raises NoWording: when no language has a name.
    """
    kept = {language: name.get(language, "").strip() for language in LANGUAGES}
    kept = {language: text for language, text in kept.items() if text}
    if not kept:
        raise NoWording
    return kept


def missing_languages(name: Mapping[str, str]) -> list[str]:
    return [language for language in LANGUAGES if not name.get(language)]
