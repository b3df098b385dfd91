"""One answer in words: what a stored value says to somebody who reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.analytics.answers import Kind
from gapless.core.instruments.choices import Flag
from gapless.core.instruments.rules import ItemDraft
from gapless.core.text import said
from gapless.evaluation.campaigns.sheets import Column, Given, Missing, Side
from gapless.evaluation.campaigns.single import bands_of
from gapless.web.templatetags.numbers import points

SIDES: dict[Side, str | Promise] = {
    Side.EXPECTATION: gettext_lazy("Expected"),
    Side.PERCEPTION: gettext_lazy("Perceived"),
    Side.LEAST: gettext_lazy("Least accepted"),
    Side.DESIRED: gettext_lazy("Desired"),
}

EXPLAINED: dict[Flag, str | Promise] = {
    Flag.STRAIGHT_LINING: gettext_lazy(
        "In a block of ten questions or more nearly all answers are the same, one after the"
        " other."
    ),
    Flag.ALL_EQUAL: gettext_lazy("Every rating of a block is the same."),
    Flag.EXPECTATION_CEILING: gettext_lazy(
        "Nine in ten expectations stand at the top of the scale."
    ),
    Flag.SPEEDING: gettext_lazy(
        "It took less than two seconds a question, or less than a third of what others"
        " needed."
    ),
    Flag.REPEATED: gettext_lazy(
        "The same device answered about the same unit within 24 hours before."
    ),
}


def told(column: Column, given: Given) -> str:
    """What was answered, with the words that stood at the point or the option."""
    match given:
        case None:
            return ""
        case Missing():
            return _("does not apply")
        case date():
            return date_format(given, "Y-m-d")
        case str():
            return given
    if column.side is Side.OPTION:
        return said(column.item.options[column.option].text) if given == 1 else ""
    label = said(column.labels.get(int(given), {}))
    if column.kind is Kind.SINGLE:
        return label
    decimals = column.item.decimals if column.kind is Kind.NUMBER else 0
    written = points(given, decimals)
    if column.kind in (Kind.NUMBER, Kind.WEIGHT):
        return written
    whole = _("%(point)s of %(low)s to %(high)s") % {
        "point": written,
        "low": points(column.item.low, 0),
        "high": points(column.item.high, 0),
    }
    return f"{whole} · {label}" if label else whole


@dataclass(frozen=True, slots=True)
class Line:
    """A question and what was said to it, the options of a choice together."""

    question: str
    words: str


def told_lines(given: Iterable[tuple[Column, Given]]) -> list[Line]:
    lines: list[Line] = []
    for column, value in given:
        question = said(column.words) or column.item.code
        if column.side in SIDES:
            question = f"{question} · {SIDES[column.side]}"
        words = told(column, value)
        if column.side is Side.OPTION and column.option:
            before = lines.pop().words
            words = " · ".join(filter(None, dict.fromkeys((before, words))))
        lines.append(Line(question, words))
    return lines


def told_bands(item: ItemDraft | None) -> list[tuple[str, str]]:
    """The bands of the headline question, as a filter offers them."""
    if item is None:
        return []
    low, high = bands_of(item)
    names = {
        "low": _("Low: %(low)d to %(high)d") % {"low": item.low, "high": low},
        "high": _("High: %(low)d to %(high)d") % {"low": high, "high": item.high},
    }
    if high - low > 1:
        middle = _("Middle: %(low)d to %(high)d") % {"low": low + 1, "high": high - 1}
        return [("low", names["low"]), ("middle", middle), ("high", names["high"])]
    return list(names.items())
