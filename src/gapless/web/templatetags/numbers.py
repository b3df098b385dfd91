"""
Number grammar: a true minus, an interval in brackets, "—" where there is no number.

The three languages of the product write figures alike: a point before the decimals, a
comma between thousands. What differs between them are the words, and those are translated.
"""

from collections.abc import Mapping
from datetime import timedelta
from math import isfinite
from typing import Final

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from gapless.core import text

register = template.Library()

Number = float | int | None
MINUS: Final = "−"
NOTHING: Final = "—"


def _written(value: Number, decimals: int, *, plus: str = "") -> str:
    # A template passes "" where something on the way to the number is None.
    if not isinstance(value, int | float) or not isfinite(value):
        return NOTHING
    size = f"{abs(value):,.{decimals}f}"
    if not size.strip("0.,"):  # what rounds to zero has no sign
        return size
    return f"{MINUS if value < 0 else plus}{size}"


@register.filter
def points(value: Number, decimals: int = 2) -> str:
    """Scale points: −0.73."""
    return _written(value, decimals)


@register.filter
def signed(value: Number, decimals: int = 2) -> str:
    """A difference: +0.06, −0.10."""
    return _written(value, decimals, plus="+")


@register.filter
def share(value: Number, decimals: int = 1) -> str:
    """A share between 0 and 1, as percent: 74.2%."""
    written = _written(value * 100 if isinstance(value, int | float) else None, decimals)
    return written if written == NOTHING else f"{written}%"


@register.filter
def count(value: Number) -> str:
    """How many: 1,234."""
    return _written(value, 0)


@register.filter
def probability(value: Number) -> str:
    """Two decimals, and never a certainty."""
    if not isinstance(value, int | float) or not isfinite(value):
        return NOTHING
    if value > 0.99:
        return _("greater than 0.99")
    if value < 0.01:
        return _("less than 0.01")
    return f"{value:.2f}"


@register.simple_tag
def interval(low: Number, high: Number, decimals: int = 2) -> str:
    """[−0.76, −0.69]; without both limits there is no interval to write."""
    limits = [_written(limit, decimals) for limit in (low, high)]
    return NOTHING if NOTHING in limits else f"[{limits[0]}, {limits[1]}]"


@register.filter
def duration(value: timedelta | None) -> str:
    """At most two units: 12 days 17 hours."""
    if value is None:
        return NOTHING
    minutes = round(abs(value).total_seconds() / 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    units = [
        (days, ngettext("%(count)d day", "%(count)d days", days)),
        (hours, ngettext("%(count)d hour", "%(count)d hours", hours)),
        (minutes, ngettext("%(count)d minute", "%(count)d minutes", minutes)),
    ]
    first = next((at for at, (size, _unit) in enumerate(units) if size), 2)
    shown = [unit % {"count": size} for size, unit in units[first : first + 2] if size]
    if len(shown) < 2:
        return shown[0] if shown else units[2][1] % {"count": 0}
    return pgettext("a duration of two units", "%(larger)s %(smaller)s") % {
        "larger": shown[0],
        "smaller": shown[1],
    }


@register.filter
def said(value: Mapping[str, str] | None) -> str:
    """The text of a language map in the reader's language."""
    return text.said(value or {})
