"""Periods and gaps in words, for templates."""

from dataclasses import replace
from urllib.parse import urlencode

from django import template

from gapless.web.templatetags.numbers import count, signed

from . import words
from .context import Context, own_choices
from .narrowing import Choice
from .printed import Foot, foot_of
from .tabs import Tab, tabs_of

register = template.Library()
register.filter("period_name", words.period_name)


@register.filter
def net(score: float | None) -> str:
    """A net score, from −1 to 1, as people write it: +39.8 of 100."""
    return signed(None if score is None else 100 * score, 1)


@register.filter
def effective(n: float) -> str:
    """An effective number of answers, which need not be whole, as a whole number."""
    return count(round(n))


@register.simple_tag
def gap_tabs(context: Context) -> list[Tab]:
    return list(tabs_of(context))


@register.simple_tag(takes_context=True)
def narrowed_address(context: template.Context, here: Context, choice: Choice) -> str:
    """The page that is open, about another part of the answers."""
    other = replace(here, selection=choice.selection)
    kept = own_choices(context["request"])
    return f"?{urlencode([*other.chosen.items(), *kept])}"


@register.simple_tag(takes_context=True)
def units_address(context: template.Context, here: Context, name: str) -> str:
    """Where a unit is chosen for the page that is open, which keeps what it was asked."""
    own = own_choices(context["request"])
    # There a search looks for units.
    return here.address(name, *(pair for pair in own if pair[0] != "q"))


@register.simple_tag(takes_context=True)
def printed_foot(context: template.Context, here: Context) -> Foot:
    return foot_of(context["request"].viewer, here)


@register.filter
def p_value(value: float | None) -> str:
    """A p value to three decimals; what is smaller is said to be smaller."""
    if value is None:
        return "—"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
