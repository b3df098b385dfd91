"""The open questions of a file as fields: one choice each, and a point for each word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.imports.cells import Wrong
from gapless.core.imports.choices import DateOrder
from gapless.core.imports.confirming import About, Choice, Question
from gapless.core.imports.dates import stated
from gapless.core.imports.mapping import Coding

NAMED = 8
"""How many columns a question names; the rest it counts."""

UNANSWERED = gettext_lazy("Choose what it means; nothing is guessed.")

HEADINGS = {
    About.CODE: gettext_lazy("What does this cell mean?"),
    About.WORDS: gettext_lazy("Which point of the scale is each word?"),
    About.DATE_ORDER: gettext_lazy("How are these dates to be read?"),
    About.NO_DATE: gettext_lazy("Is this a date?"),
    About.OPTIONS: gettext_lazy("Are these the options?"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the page."""

    question: Question

    @property
    def heading(self) -> str | Promise:
        return HEADINGS[self.question.about]

    @property
    def cells(self) -> tuple[tuple[str, int], ...]:
        return self.question.cells

    @property
    def suggested(self) -> bool:
        return bool(self.question.suggestion)

    @property
    def columns(self) -> str:
        """The columns that it is about, the first by name."""
        named, more = self.question.columns[:NAMED], len(self.question.columns) - NAMED
        names = ", ".join(named)
        if more <= 0:
            return names
        return _("%(names)s and %(more)d more") % {"names": names, "more": more}

    def fields(self) -> dict[str, forms.Field]:
        question = self.question
        found: dict[str, forms.Field] = {
            question.key: forms.ChoiceField(
                label=str(self.heading),
                choices=list(self._choices()),
                initial=question.suggestion,
                widget=forms.RadioSelect,
                error_messages={"required": UNANSWERED},
            )
        }
        if question.about is About.WORDS:
            points = dict(question.coding)
            for place, (word, _rows) in enumerate(question.cells):
                found[f"{question.key}-{place}"] = forms.IntegerField(
                    label=word,
                    initial=points.get(word),
                    required=False,
                    min_value=-100,
                    max_value=127,
                )
        return found

    def _choices(self) -> Iterator[tuple[str, str | Promise]]:
        for choice in self.question.choices:
            if self.question.about is About.DATE_ORDER:
                yield choice, self._read_as(choice)
            else:
                yield choice, Choice(choice).label

    def _read_as(self, order: str) -> str:
        """An order of dates, with what the first dates are in it."""
        days = []
        for cell, _rows in self.question.cells[:2]:
            try:
                days.append((cell, date_format(stated(cell, order), "DATE_FORMAT")))
            except Wrong:
                days.append((cell, _("no date")))
        read = "; ".join(_("%(cell)s is %(day)s") % {"cell": c, "day": d} for c, d in days)
        blanks = {"order": DateOrder(order).label, "read": read}
        return _("%(order)s: %(read)s") % blanks

    def lacks_points(self, said: Mapping[str, Any]) -> bool:
        """Whether words are to have points, and none has one."""
        chosen = said.get(self.question.key) == Choice.CODING
        return chosen and not self.answer(said)[1]

    def answer(self, said: Mapping[str, Any]) -> tuple[str, Coding]:
        """What somebody chose, and the points that they gave to words."""
        key = self.question.key
        points = (
            (word, said.get(f"{key}-{place}"))
            for place, (word, _rows) in enumerate(self.question.cells)
        )
        given = tuple((word, point) for word, point in points if point is not None)
        return said[key], given
