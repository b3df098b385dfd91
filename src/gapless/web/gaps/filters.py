"""Periods and gaps in words, for templates."""

from django import template

from . import words

register = template.Library()
register.filter("period_name", words.period_name)


@register.filter
def p_value(value: float | None) -> str:
    """A p value to three decimals; what is smaller is said to be smaller."""
    if value is None:
        return "—"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
