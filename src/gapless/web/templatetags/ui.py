"""What the components of cotton/ui ask for; pages use the components."""

from collections.abc import Iterator
from typing import Final

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.utils.translation import gettext as _

from gapless.evaluation.gaps.choices import State
from gapless.web.pictures import GapBar

from .numbers import interval, points

register = template.Library()

# Django's levels of messages, and the names by which pages ask for a tone themselves.
TONES: Final = {
    "success": "done",
    "done": "done",
    "warning": "soon",
    "soon": "soon",
    "error": "short",
    "short": "short",
}


@register.filter
def message_tone(level: str) -> str:
    return TONES.get(level, "info")


@register.filter
def state_word(value: str) -> str:
    """The word that always stands beside the sign of a gap's state."""
    return str(State(value).label)


@register.filter
def in_words(bar: GapBar) -> str:
    """What a gap bar says to somebody who does not see it."""
    word = state_word(bar.state)
    if bar.estimate is None:
        return word
    value, low, high = bar.estimate
    return _("Gap %(value)s, interval %(interval)s: %(state)s") % {
        "value": points(value),
        "interval": interval(low, high),
        "state": word,
    }


@register.filter
def axis(value: float) -> str:
    """A figure on an axis, as short as it is exact: 0, −0.5, −0.25."""
    return points(value, 2).rstrip("0").rstrip(".") or "0"


@register.filter
def wrong_fields(form: BaseForm) -> list[BoundField]:
    return [field for field in form if field.errors]


@register.filter
def pages_around(page: Page[object]) -> Iterator[int | str]:
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag
def worded(field: BoundField, label: str, hint: str = "") -> str:
    """Our own words for a field of a library's form; before the summary of its errors."""
    field.label, field.help_text = label, hint
    field.field.widget.attrs.pop("placeholder", None)
    return ""
