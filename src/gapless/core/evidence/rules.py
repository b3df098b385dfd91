"""The strata of evidence. Pure."""

from dataclasses import dataclass

from .choices import CollectionMode

_FLAGGED = "+flagged"
_WITHIN = "@"


@dataclass(frozen=True, slots=True)
class Stratum:
    """
    What is never mixed in silence: how people were chosen, and if flagged. ``within``
    keeps apart what is also wanted by itself, such as the answers of one campaign.
    """

    mode: CollectionMode
    flagged: bool
    within: str = ""

    def __str__(self) -> str:
        flagged = _FLAGGED if self.flagged else ""
        return f"{self.mode.value}{flagged}{_WITHIN if self.within else ''}{self.within}"

    @classmethod
    def parse(cls, text: str) -> "Stratum":
        chosen, _, within = text.partition(_WITHIN)
        mode = CollectionMode(chosen.removesuffix(_FLAGGED))
        return cls(mode, chosen.endswith(_FLAGGED), within)
