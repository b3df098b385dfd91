"""The strata of evidence. Pure."""

from dataclasses import dataclass
from functools import cache

from .choices import CollectionMode

_FLAGGED = "+flagged"
WITHIN = "@"
GROUP = "#"

NO_GROUP = "-"
"""Who gave no answer to the item that groups the others."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """
    What is never mixed in silence: how people were chosen, and if flagged. ``within``
    keeps apart what is also wanted by itself, such as the answers of one campaign;
    ``group``, where the form has groups, says which option of its grouping item.
    """

    mode: CollectionMode
    flagged: bool
    within: str = ""
    group: str = ""

    def __str__(self) -> str:
        flagged = _FLAGGED if self.flagged else ""
        within = WITHIN + self.within if self.within else ""
        group = GROUP + self.group if self.group else ""
        return f"{self.mode.value}{flagged}{within}{group}"

    @classmethod
    def parse(cls, text: str) -> "Stratum":
        return _parsed(text)


@cache
def _parsed(text: str) -> Stratum:
    """Kept: a table of thousands of units reads as many names of few strata."""
    text, _, group = text.partition(GROUP)
    chosen, _, within = text.partition(WITHIN)
    mode = CollectionMode(chosen.removesuffix(_FLAGGED))
    return Stratum(mode, chosen.endswith(_FLAGGED), within, group)
