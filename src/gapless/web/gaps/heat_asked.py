"""How a heat map is to be drawn: from its address, else as it was drawn last."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from urllib.parse import urlencode

from gapless.web.http import Request
from gapless.web.templatetags.numbers import MINUS

from .context import drawn_as

# What is remembered, and what stands in each until somebody chooses.
REMEMBERED = {
    "rows": "lowest",
    "columns": "dimensions",
    "against": "mean",
    "target": "",
    "raw": "",
}
FURTHEST = 100.0  # no scale reaches further


@dataclass(frozen=True, slots=True)
class Asked:
    rows: str  # "lowest" units, or those directly "below"
    columns: str  # "dimensions" or "items"
    held: str  # against: "mean", "zero" or "target"
    typed: str  # the target as it was typed
    raw: bool  # whether the means of the answers stand beside
    sort: str
    words: str

    @property
    def lowest(self) -> bool:
        return self.rows != "below"

    @property
    def items(self) -> bool:
        return self.columns == "items"

    @property
    def target(self) -> float | None:
        """The target, if what was typed is a number of a scale."""
        try:
            value = float(self.typed.strip().replace(MINUS, "-"))
        except ValueError:
            return None
        return value if isfinite(value) and abs(value) <= FURTHEST else None

    @property
    def against(self) -> float | None:
        """What units are held against; None: their own mean."""
        return {"zero": 0.0, "target": self.target}.get(self.held)

    @property
    def no_target(self) -> bool:
        """Whether a target was asked for and what was typed is none."""
        return self.held == "target" and self.target is None

    @property
    def grouped(self) -> bool:
        """Halls stand under what they hang from, unless they are sorted or searched."""
        return self.lowest and not self.sort

    @property
    def kept(self) -> dict[str, str]:
        """
        What links and forms carry on, as an address writes it: all of it, so that it shows
        the same to somebody who has drawn the map in another way since.
        """
        return {
            "rows": self.rows,
            "columns": self.columns,
            "against": self.held,
            "target": self.typed,
            "raw": "1" if self.raw else "",
        }

    @property
    def query(self) -> str:
        return urlencode(self.kept)


def asked_of(request: Request) -> Asked:
    said = drawn_as(request, "heatmap", REMEMBERED)
    return Asked(
        rows=said["rows"],
        columns=said["columns"],
        held=said["against"],
        typed=said["target"],
        raw=said["raw"] == "1",
        sort=request.GET.get("sort", ""),
        words=request.GET.get("q", "").strip(),
    )
