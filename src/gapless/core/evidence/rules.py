"""The strata of evidence. Pure."""

from dataclasses import dataclass

from .choices import CollectionMode

_FLAGGED = "+flagged"


@dataclass(frozen=True, slots=True)
class Stratum:
    """What is never mixed in silence: how people were chosen, and if flagged."""

    mode: CollectionMode
    flagged: bool

    def __str__(self) -> str:
        return self.mode.value + (_FLAGGED if self.flagged else "")

    @classmethod
    def parse(cls, text: str) -> "Stratum":
        mode = CollectionMode(text.removesuffix(_FLAGGED))
        return cls(mode, text.endswith(_FLAGGED))
