"""How a single cell is compared, and the whole number it may write. Pure."""

from __future__ import annotations

import math
import re
import unicodedata

LONGEST_NUMBER = 20
"""How many characters a whole number may have."""

FIGURES = re.compile(
    r"(?P<sign>[+-]?)[\xa5$\u20ac\xa3]? ?"
    r"(?P<figures>[+-]?[0-9.,' ]*[0-9]) ?(?P<unit>[%\u5143]?)",
    re.ASCII,
)
"""A tidy number as people write it: with the sign of a currency, or in per cent."""

_WHOLE = re.compile(r"[+-]?[0-9]+(\.0*)?", re.ASCII)


class Wrong(Exception):
    """A cell that says nothing we can use; its argument is the code of the reason."""

    @property
    def code(self) -> str:
        return str(self.args[0])


def tidy(cell: str) -> str:
    """The cell as it is compared: full-width figures are figures, outer blanks are none."""
    return unicodedata.normalize("NFKC", cell).strip()


def number(cell: str) -> int:
    """
    The whole number that a cell writes: 7, 7.0 and ７ are one.

    :raises Wrong: when it writes none.
    """
    if _WHOLE.fullmatch(cell):
        whole = cell.partition(".")[0]
        # int() itself refuses thousands of digits; no scale needs twenty.
        if len(whole) > LONGEST_NUMBER:
            raise Wrong("off_scale")
        return int(whole)
    try:
        # float() also reads the figures of other scripts, which nobody here means.
        found = float(cell) if cell.isascii() else math.nan
    except ValueError:
        raise Wrong("not_a_number") from None
    raise Wrong("not_whole" if math.isfinite(found) else "not_a_number")
