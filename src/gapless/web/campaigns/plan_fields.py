"""The fields of a plan: the words they ask with, and the sentences when they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from gapless.core.instruments.queries import draft_of
from gapless.core.text import LANGUAGES, said
from gapless.evaluation.campaigns.rules import FOLLOWABLE

from . import samples

if TYPE_CHECKING:
    from gapless.core.instruments.models import FormVersion
    from gapless.core.instruments.rules import ItemDraft

Words = str | Promise
MOST = 2_000_000_000  # what a whole number holds in every database
INDENT = "\u3000"


def field_of(name: str, language: str) -> str:
    return f"{name}_{language.replace('-', '_')}"


def _fill(sentence: Words, blanks: dict[str, str]) -> str:
    return str(sentence) % blanks


_filled = lazy(_fill, str)  # in the language of whoever reads it, not of the first import


def whole_field(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    wrong = _("Give a whole number from %(least)s to %(most)s.")
    said_so = _filled(wrong, {"least": f"{least:,}", "most": f"{most:,}"})
    sentences = dict.fromkeys(("invalid", "min_value", "max_value", "required"), said_so)
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, error_messages=sentences, **more
    )


def decimal_field(label: Any, most: float, *, like: str, **more: Any) -> forms.FloatField:
    wrong = _("Give a number above 0, at most %(most)s, for example %(like)s.")
    said_so = _filled(wrong, {"most": f"{most:g}", "like": like})
    sentences = dict.fromkeys(("invalid", "min_value", "max_value", "required"), said_so)
    control = forms.NumberInput({"step": "any", "inputmode": "decimal"})
    return forms.FloatField(
        label=label,
        min_value=0.001,
        max_value=most,
        required=False,
        widget=control,
        error_messages=sentences,
        **more,
    )


class SampleForm(forms.Form):
    """How well the answer is to be known, and how many answers that takes."""

    margin = decimal_field(
        _("Margin of error wanted"),
        10,
        like="0.2",
        help_text=_("In scale points, on either side of the mean."),
    )
    sd = decimal_field(
        _("Spread of the answers (standard deviation)"),
        20,
        like="1.6",
        initial=samples.TYPICAL_SD,
        help_text=_("Assumed, not measured. 1.6 is usual for gaps on seven points."),
    )
    population = whole_field(
        _("Customers in all"),
        1,
        MOST,
        required=False,
        help_text=_("Of the units and the period. Empty: many more than are asked."),
    )
    target = whole_field(
        _("Answers wanted"),
        1,
        MOST,
        required=False,
        help_text=_("Progress is shown against it. It stops nothing; quotas do."),
    )

    @property
    def sample(self) -> samples.Sample | None:
        """What the fields above come to, as they stand or are being typed."""
        told = {name: self._stands(name) for name in ("margin", "sd", "population")}
        return samples.sample(**told)

    def _stands(self, name: str) -> Any:
        if self.is_bound:
            return None if name in self.errors else self.cleaned_data.get(name)
        return self.get_initial_for_field(self.fields[name], name)


class WordsField(forms.CharField):
    """Lines end as they do in the database, whatever the browser sends."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class QuestionnaireField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, version: Any) -> str:
        words = _("%(form)s, version %(number)s")
        return words % {"form": version.form, "number": version.number}


class WithinField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, unit: Any) -> str:
        return f"{INDENT * (unit.depth - 1)}{unit.name}"


def told_fields() -> dict[str, forms.Field]:
    """The privacy notice and the words of thanks, in each language."""
    labels = {
        "zh-hans": _("Simplified Chinese"),
        "zh-hant": _("Traditional Chinese"),
        "en": _("English"),
    }
    fields: dict[str, forms.Field] = {}
    for language, label in labels.items():
        fields[field_of("notice", language)] = WordsField(
            label=label,
            required=language == LANGUAGES[0],
            max_length=8_000,
            widget=forms.Textarea({"rows": 12, "lang": language}),
            error_messages={"required": _("Customers have to be told; write the notice.")},
        )
        fields[field_of("thanks", language)] = WordsField(
            label=label,
            required=False,
            max_length=1_000,
            widget=forms.Textarea({"rows": 2, "lang": language}),
        )
    return fields


def watchable_items(version: FormVersion | None) -> dict[str, ItemDraft]:
    """The items of the version whose bad answers can open a follow-up."""
    items = draft_of(version).items if version else ()
    return {item.code: item for item in items if item.kind in FOLLOWABLE}


def follow_up_field(items: dict[str, ItemDraft]) -> forms.ChoiceField:
    named = [
        (code, f"{code} · {said(item.text)} ({item.low}–{item.high})")
        for code, item in items.items()
    ]
    return forms.ChoiceField(
        label=_("A bad answer to this opens a follow-up"),
        choices=[("", _("No follow-ups")), *named],
        required=False,
        error_messages={
            "invalid_choice": _("The chosen questionnaire does not ask that; choose again.")
        },
    )
