"""Number grammar: a true minus, an interval in brackets, no guessing about NaN."""

from django import template

register = template.Library()
