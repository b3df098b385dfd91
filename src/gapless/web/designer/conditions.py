"""Skip logic as a person reads it, and as she chooses it in a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.instruments.choices import Comparison, ItemKind
from gapless.core.instruments.rules import SCALED, Condition, ItemDraft, VersionDraft
from gapless.core.text import said

DECIDING = (*SCALED, ItemKind.SINGLE, ItemKind.MULTIPLE)
CHOSEN = [each for each in Comparison.choices if each[0] != Comparison.INCLUDES]
SENTENCES = {
    Comparison.IS: gettext_lazy("Shown only if the answer to “%(item)s” is “%(answer)s”."),
    Comparison.IS_NOT: gettext_lazy(
        "Shown only if “%(item)s” is answered, and not with “%(answer)s”."
    ),
    Comparison.AT_LEAST: gettext_lazy(
        "Shown only if the answer to “%(item)s” is %(answer)s or more."
    ),
    Comparison.AT_MOST: gettext_lazy(
        "Shown only if the answer to “%(item)s” is %(answer)s or less."
    ),
    Comparison.INCLUDES: gettext_lazy(
        "Shown only if “%(answer)s” is among the answers to “%(item)s”."
    ),
}


def titled(item: ItemDraft) -> str:
    """What an item is called: its words, or its code while it has none."""
    return said(item.text) or item.code


def answer_words(item: ItemDraft, value: int) -> str:
    """An answer by its words, where it has any: “开户”, “7 非常同意”, “3”."""
    if item.options:
        known = 0 <= value < len(item.options)
        option = item.options[value] if known else None
        return (said(option.text) or str(value + 1)) if option else "?"
    label = {item.low: said(item.low_label), item.high: said(item.high_label)}
    return f"{value} {label.get(value, '')}".strip()


def sentences(draft: VersionDraft, conditions: Iterable[Condition]) -> list[str]:
    """One sentence for each condition; all of them must hold."""
    return [sentence(draft, condition) for condition in conditions]


def sentence(draft: VersionDraft, condition: Condition) -> str:
    item = draft.item(condition.item)
    if item is None:
        return _("Shown only if an item that is no longer here was answered.")
    return str(SENTENCES[condition.comparison]) % {
        "item": titled(item),
        "answer": answer_words(item, condition.value),
    }


def deciding(earlier: Iterable[ItemDraft]) -> list[ItemDraft]:
    """The items whose answers can decide something."""
    return [item for item in earlier if item.kind in DECIDING]


def _values(item: ItemDraft) -> range:
    return range(len(item.options)) if item.options else range(item.low, item.high + 1)


@dataclass(frozen=True, slots=True)
class Row:
    """The three controls of one condition."""

    item: forms.BoundField
    comparison: forms.BoundField
    answer: forms.BoundField

    @property
    def errors(self) -> list[str]:
        return [
            str(error)
            for field in (self.item, self.comparison, self.answer)
            for error in field.errors
        ]


class ConditionFields:
    """
    Rows of controls that a form carries: one for each condition and an empty one. The
    answers of every item stand in one list, grouped by item, so that the page works
    without a script; with one, only those of the chosen item are offered.
    """

    def __init__(
        self,
        form: forms.Form,
        conditions: tuple[Condition, ...],
        earlier: Iterable[ItemDraft],
    ) -> None:
        self.form = form
        self.items = {item.code: item for item in deciding(earlier)}
        # A condition on what cannot decide stays out: saving would only fail again.
        kept = [each for each in conditions if each.item in self.items]
        self.count = len(kept) + 1 if self.items else 0
        for place in range(self.count):
            self._add(place, kept[place] if place < len(kept) else None)

    def _add(self, place: int, condition: Condition | None) -> None:
        values = [
            (
                titled(item),
                [(f"{value} {code}", answer_words(item, value)) for value in _values(item)],
            )
            for code, item in self.items.items()
        ]
        names = [(code, titled(item)) for code, item in self.items.items()]
        said_now = {
            "item": condition.item if condition else "",
            "comparison": _plain(condition.comparison) if condition else Comparison.IS,
            "answer": f"{condition.value} {condition.item}" if condition else "",
        }
        labels: dict[str, tuple[str, Any]] = {
            "item": (_("Earlier item"), [("", _("Always shown")), *names]),
            "comparison": (_("Comparison"), CHOSEN),
            "answer": (_("Answer"), [("", _("Choose an answer")), *values]),
        }
        for name, (label, choices) in labels.items():
            self.form.fields[f"if_{place}_{name}"] = forms.ChoiceField(
                label=label,
                choices=choices,
                initial=said_now[name],
                required=False,
                widget=forms.Select({"aria-label": label, f"data-if-{name}": ""}),
            )

    @property
    def rows(self) -> list[Row]:
        return [
            Row(*(self.form[f"if_{place}_{name}"] for name in _PARTS))
            for place in range(self.count)
        ]

    def check(self) -> None:
        """An answer is chosen, and it is one to the item that was chosen."""
        for place in range(self.count):
            item, _comparison, answer = self._said(place)
            if item and not answer:
                words = _("Choose the answer that decides.")
                self.form.add_error(f"if_{place}_answer", words)
            elif item and answer.partition(" ")[2] != item:
                words = _("This answer belongs to another item; choose one of this item.")
                self.form.add_error(f"if_{place}_answer", words)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(self._chosen())

    def _chosen(self) -> Iterator[Condition]:
        for place in range(self.count):
            code, comparison, answer = self._said(place)
            if not code:
                continue
            several = self.items[code].kind is ItemKind.MULTIPLE
            value = int(answer.partition(" ")[0])
            how = Comparison.INCLUDES if several else Comparison(comparison)
            yield Condition(code, how, value)

    def _said(self, place: int) -> list[Any]:
        said_now = self.form.cleaned_data
        return [said_now.get(f"if_{place}_{name}") or _USUAL[name] for name in _PARTS]


_PARTS = ("item", "comparison", "answer")
_USUAL = {"item": "", "comparison": Comparison.IS, "answer": ""}


def _plain(comparison: Comparison) -> Comparison:
    """To the person, “includes” is “is”: which of the two follows from the item."""
    return Comparison.IS if comparison is Comparison.INCLUDES else comparison
