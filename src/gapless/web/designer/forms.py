"""The other forms of the designer: a new questionnaire, a section, the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.instruments.choices import ExpectationType
from gapless.core.instruments.rules import DimensionDraft, VersionDraft
from gapless.core.text import LANGUAGES, LanguageMap, said

from .conditions import ConditionFields
from .items import Around, with_words

OWN_DIMENSIONS = 3
FORM_CODE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
    gettext_lazy("Use letters, digits, hyphens and underscores, for example hall-2026."),
)


def field_of(language: str) -> str:
    return f"name_{language.replace('-', '_')}"


class NewForm(forms.Form):
    """What a questionnaire is called, and what it begins with."""

    begin_with = forms.ChoiceField(label=gettext_lazy("Begin with"), required=False)
    name_zh_hans = forms.CharField(
        label=gettext_lazy("Name in Simplified Chinese"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the name in Simplified Chinese.")},
    )
    name_zh_hant = forms.CharField(
        label=gettext_lazy("Name in Traditional Chinese"), max_length=200, required=False
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=200, required=False
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        validators=[FORM_CODE],
        help_text=gettext_lazy("Short and lasting: files and exports name the form by it."),
        error_messages={"required": gettext_lazy("Give a code, for example hall-2026.")},
    )

    def __init__(self, offered: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begin_with"].choices = [  # type: ignore[attr-defined]
            (code, code) for code in ("", *offered)
        ]

    @property
    def name(self) -> LanguageMap:
        typed = {lang: self.cleaned_data[field_of(lang)] for lang in LANGUAGES}
        return {language: words for language, words in typed.items() if words}


class SectionForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Stands above the items; may be left empty."),
    )
    introduction = forms.CharField(
        label=gettext_lazy("Introduction"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    randomised = forms.BooleanField(
        label=gettext_lazy("Ask the items in a new random order each time"),
        required=False,
        help_text=gettext_lazy(
            "So that no item always comes first or last. Tables stay together."
        ),
    )

    def __init__(self, place: int, around: Around, data: Any = None) -> None:
        before = around.draft.sections[place]
        initial = {
            "title": before.title.get(around.language, ""),
            "introduction": before.introduction.get(around.language, ""),
            "randomised": before.randomised,
        }
        super().__init__(data, initial=initial)
        self.place, self.before, self.around = place, before, around
        for name in ("title", "introduction"):
            attrs = self.fields[name].widget.attrs
            attrs["lang"] = around.language
            if not initial[name]:
                attrs["placeholder"] = said(getattr(before, name))
        earlier = [item for s in around.draft.sections[:place] for item in s.items]
        self.conditions = ConditionFields(self, before.show_if, earlier)

    def clean(self) -> dict[str, Any]:
        self.conditions.check()
        return self.cleaned_data

    @property
    def facts(self) -> dict[str, Any]:
        told, language = self.cleaned_data, self.around.language
        return {
            "title": with_words(self.before.title, language, told["title"]),
            "introduction": with_words(
                self.before.introduction, language, told["introduction"]
            ),
            "randomised": told["randomised"],
        }


class WholeForm(forms.Form):
    """What holds for the whole form: the meaning of expectation, and its dimensions."""

    expectation_type = forms.ChoiceField(
        label=gettext_lazy("Meaning of expectation"),
        choices=ExpectationType.choices,
        help_text=gettext_lazy(
            "What “expected” means changes the number, so gaps of different meanings are "
            "never put into one trend."
        ),
    )

    def __init__(
        self, draft: VersionDraft, known: Mapping[str, LanguageMap], data: Any = None
    ) -> None:
        super().__init__(data, initial={"expectation_type": draft.expectation_type})
        self.draft = draft
        self.names = dict(known) | {d.code: d.name for d in draft.dimensions}
        self.fields["dimensions"] = forms.MultipleChoiceField(
            label=_("Dimensions"),
            choices=[(code, said(name) or code) for code, name in self.names.items()],
            initial=[d.code for d in draft.dimensions],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Items belong to them, and scores are given for each."),
        )
        self.fields["own"] = forms.CharField(
            label=_("A dimension of your own"),
            max_length=120,
            required=False,
            help_text=_("Its name; it belongs to this form alone."),
        )

    @property
    def dimensions(self) -> tuple[DimensionDraft, ...]:
        """Those that were there keep their order; new ones follow."""
        chosen: list[str] = self.cleaned_data["dimensions"]
        before = [d.code for d in self.draft.dimensions if d.code in chosen]
        order = [*before, *(code for code in self.names if code in chosen)]
        kept = [DimensionDraft(code, self.names[code]) for code in dict.fromkeys(order)]
        own = self.cleaned_data["own"].strip()
        if own:
            kept.append(DimensionDraft(self._free_code(), {LANGUAGES[0]: own}))
        return tuple(kept)

    def _free_code(self) -> str:
        numbers = range(1, len(self.names) + 2)
        return next(c for n in numbers if (c := f"own-{n}") not in self.names)
