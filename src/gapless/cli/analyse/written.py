"""Number grammar of the report: a true minus, an interval in brackets, nothing invented."""

from __future__ import annotations

from math import isfinite

from gapless_stats.intervals import Interval

from .content import Cell, Style

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
DECIMALS = {Style.COUNT: 0, Style.POINTS: 2, Style.SIGNED: 2, Style.FINE: 3, Style.SHARE: 1}


def written(cell: Cell, style: Style) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Interval):
        return f"[{written(cell.low, style)}, {written(cell.high, style)}]"
    if not isfinite(cell):
        return NOTHING
    if style is Style.CHANCE:
        return chance(cell)
    if style is Style.SHARE:
        return f"{number(100 * cell, 1)}%"
    plus = "+" if style is Style.SIGNED else ""
    return number(cell, DECIMALS.get(style, 0), plus=plus)


def number(value: float, decimals: int, *, plus: str = "") -> str:
    size = f"{abs(value):,.{decimals}f}"
    if not size.strip("0.,"):  # what rounds to zero has no sign
        return size
    return f"{MINUS if value < 0 else plus}{size}"


def chance(value: float) -> str:
    """A probability: never quite 0 and never quite 1."""
    if value < 0.001:
        return "< 0.001"
    if value > 0.999:
        return "> 0.999"
    return f"{value:.3f}"
