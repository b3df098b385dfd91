"""The form in which one item is edited, in one language at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.designing import (
    CODE_FORMAT,
    FEWEST_POINTS,
    FEWEST_ZONE_POINTS,
    MOST_POINTS,
    place_of,
)
from gapless.core.instruments.rules import (
    CHOICES,
    MOST_OPTIONS,
    ItemDraft,
    Option,
    VersionDraft,
)
from gapless.core.instruments.wording import ITEM_TEXTS
from gapless.core.text import LanguageMap, said

from .conditions import ConditionFields
from .kinds import GROUPS, OFFERS, POINTS, TABLE, as_offer, offer_of

_SCALED = (
    ItemKind.SCORE,
    ItemKind.PAIR,
    ItemKind.ZONE,
    ItemKind.EXPECTATION,
    ItemKind.OVERALL,
)
_MEASURING = (*_SCALED, ItemKind.NPS)
_TABLED = (ItemKind.SCORE, ItemKind.EXPECTATION, ItemKind.OVERALL, ItemKind.SINGLE)
_WHOLE = gettext_lazy("Give a whole number, for example 15, or nothing.")


def with_words(before: LanguageMap, language: str, words: str) -> dict[str, str]:
    """The same text with these words in one language; no words: none in it."""
    kept = {key: text for key, text in before.items() if key != language}
    words = words.replace("\r\n", "\n").strip()
    return kept | ({language: words} if words else {})


@dataclass(frozen=True, slots=True)
class Around:
    """What an item is edited in: its draft, the language, what there is to ask about."""

    draft: VersionDraft
    language: str
    # code → name; only those that new forms may ask about.
    characteristics: Mapping[str, str]

    def earlier(self, code: str) -> list[ItemDraft]:
        codes = [item.code for item in self.draft.items]
        return list(self.draft.items[: codes.index(code)])


@dataclass(frozen=True, slots=True)
class OptionRow:
    place: int  # None that exists: the empty one behind the last
    code: str
    field: forms.BoundField
    elsewhere: str  # how it reads in another language, while this one has no words
    last: bool


class ItemForm(forms.Form):
    """Only the fields that the item's kind has."""

    def __init__(self, item: ItemDraft, around: Around, data: Any = None) -> None:
        super().__init__(data)
        self.before, self.around = item, around
        self._add_words()
        if item.kind in _SCALED:
            self._add_scale()
        if item.kind in CHOICES:
            self._add_options(data)
        if item.kind is ItemKind.NUMBER:
            self._add_limits()
        self._add_place()
        self.conditions = ConditionFields(self, item.show_if, around.earlier(item.code))

    # --- Fields -----------------------------------------------------------------------

    def _add_words(self) -> None:
        if self.before.kind is not ItemKind.WEIGHT:
            self.fields["kind"] = forms.ChoiceField(
                label=_("How it is asked"), choices=_kinds(), initial=offer_of(self.before)
            )
        if self.before.kind is ItemKind.ATTRIBUTE:
            del self.fields["kind"]
        if self.before.kind in _TABLED:
            self._text("matrix", _("Question above the table"), required=False)
            self.fields["matrix"].help_text = _(
                "Neighbours that share it stand in one table below it."
            )
        self._text("text", _("What is asked"), long=True)
        self.fields["text"].error_messages["required"] = _(
            "Say what is asked, for example: the staff listened to me."
        )
        if self.before.kind is ItemKind.PAIR:
            self.fields["text"].label = _("What it is about")
            self.fields["text"].help_text = _("Tables and charts call the item so.")
            self._text("expectation_text", _("Expected"), long=True, required=False)
            self._text("perception_text", _("Experienced"), long=True, required=False)
            self.fields["expectation_text"].help_text = _(
                "The whole sentence, for example: an excellent hall is clean."
            )

    def _text(self, name: str, label: str, *, long: bool = False, **more: Any) -> None:
        widget = forms.Textarea({"rows": 2}) if long else forms.TextInput()
        widget.attrs["lang"] = self.around.language
        text: LanguageMap = getattr(self.before, name)
        here = text.get(self.around.language, "")
        if not here and said(text):
            widget.attrs["placeholder"] = said(text)
        self.fields[name] = forms.CharField(
            label=label, max_length=600, initial=here, widget=widget, **more
        )

    def _add_scale(self) -> None:
        fewest = FEWEST_ZONE_POINTS if self.before.kind is ItemKind.ZONE else FEWEST_POINTS
        points = self.before.high - self.before.low + 1
        usual = {*range(fewest, MOST_POINTS + 1), points}
        self.fields["points"] = forms.TypedChoiceField(
            label=_("Points of the scale"),
            coerce=int,
            choices=[(n, str(n)) for n in sorted(usual)],
            initial=points,
        )
        starts = {0, 1, self.before.low}
        self.fields["low"] = forms.TypedChoiceField(
            label=_("It begins at"),
            coerce=int,
            choices=[(n, str(n)) for n in sorted(starts)],
            initial=self.before.low,
        )
        self._text("low_label", _("Word at the lowest point"), required=False)
        self._text("high_label", _("Word at the highest point"), required=False)

    def _add_options(self, data: Any) -> None:
        for option in self.before.options:
            self._option(option.code, option.text)
        self._option(_free_code(self.before.options), {})

    def _option(self, code: str, text: LanguageMap) -> None:
        here = text.get(self.around.language, "")
        label = _("Option %(code)s") % {"code": code}
        widget = forms.TextInput({"lang": self.around.language, "aria-label": label})
        if not here:
            widget.attrs["placeholder"] = said(text) or _("Add an option")
        self.fields[f"option_{code}"] = forms.CharField(
            label=label, max_length=300, initial=here, required=False, widget=widget
        )

    def _add_limits(self) -> None:
        limits = {
            "minimum": _("Smallest number"),
            "maximum": _("Largest number"),
        }
        for name, label in limits.items():
            self.fields[name] = forms.IntegerField(
                label=label,
                initial=getattr(self.before, name),
                required=False,
                error_messages={"invalid": _WHOLE},
            )
        self.fields["decimals"] = forms.TypedChoiceField(
            label=_("Decimal places"),
            coerce=int,
            choices=[(n, str(n)) for n in range(4)],
            initial=self.before.decimals,
        )

    def _add_place(self) -> None:
        draft = self.around.draft
        if self.before.kind in _MEASURING and draft.dimensions:
            names = [(d.code, said(d.name) or d.code) for d in draft.dimensions]
            self.fields["dimension"] = forms.ChoiceField(
                label=_("Dimension"),
                choices=[("", _("Outside every dimension")), *names],
                initial=self.before.dimension,
                required=False,
            )
        if self.before.kind is not ItemKind.WEIGHT:
            self.fields["about"] = forms.CharField(
                label=_("Characteristic it measures"),
                initial=self.before.about,
                required=False,
                help_text=_(
                    "Type a part of its code or name. Numbers of several forms about one "
                    "characteristic can then be compared."
                ),
                widget=forms.TextInput({"list": "characteristics", "autocomplete": "off"}),
            )
        if self.before.kind in _SCALED:
            self._switch("reverse", _("A high point is bad (reverse-keyed)"))
        self._switch("not_applicable", _("May be answered “does not apply”"))
        self._switch("required", _("Must be answered before going on"))
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            initial=self.before.code,
            max_length=40,
            help_text=_(
                "Files and charts name the item by it. Trends across versions follow the "
                "code: keep it."
            ),
        )

    def _switch(self, name: str, label: str) -> None:
        self.fields[name] = forms.BooleanField(
            label=label, initial=getattr(self.before, name), required=False
        )

    # --- What was said ----------------------------------------------------------------

    def clean_about(self) -> str:
        typed: str = self.cleaned_data["about"].strip()
        known = self.around.characteristics
        if not typed or typed == self.before.about:
            return typed
        by_code = {code.casefold(): code for code in known}
        by_name = {name.casefold(): code for code, name in known.items()}
        code = by_code.get(typed.casefold()) or by_name.get(typed.casefold())
        if code is None:
            raise forms.ValidationError(
                _("No characteristic in use is called “%(typed)s”; choose one of the list.")
                % {"typed": typed}
            )
        return code

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code == self.before.code:
            return code
        if not CODE_FORMAT.fullmatch(code):
            raise forms.ValidationError(
                _("A code has letters, digits, hyphens and underscores, for example q7.")
            )
        if self.around.draft.item(code):
            raise forms.ValidationError(
                _("Another item has this code; choose another one.")
            )
        return code

    def clean(self) -> dict[str, Any]:
        self.conditions.check()
        low, high = self.cleaned_data.get("minimum"), self.cleaned_data.get("maximum")
        if low is not None and high is not None and low >= high:
            self.add_error("maximum", _("The largest number is above the smallest."))
        return self.cleaned_data

    @property
    def item(self) -> ItemDraft:
        """The item as it was typed."""
        told = self.cleaned_data
        changes: dict[str, Any] = {
            name: self._worded(name) for name in ITEM_TEXTS if name in told
        }
        for name in ("dimension", "about", "reverse", "not_applicable", "required"):
            if name in told:
                changes[name] = told[name]
        for name in ("code", "minimum", "maximum", "decimals"):
            if name in told:
                changes[name] = told[name]
        if "points" in told:
            changes |= {"low": told["low"], "high": told["low"] + told["points"] - 1}
        if self.before.kind in CHOICES:
            changes["options"] = tuple(self._options())
        changes["show_if"] = self.conditions.conditions
        item = replace(self.before, **changes)
        wanted = told.get("kind", "")
        changed = wanted and wanted != offer_of(self.before)
        return as_offer(item, OFFERS[wanted]) if changed else item

    def _worded(self, name: str) -> dict[str, str]:
        before: LanguageMap = getattr(self.before, name)
        return with_words(before, self.around.language, self.cleaned_data[name])

    def _options(self) -> list[Option]:
        """An option without words in any language is none."""
        texts = {option.code: option.text for option in self.before.options}
        texts[_free_code(self.before.options)] = {}
        made = [
            Option(
                code,
                with_words(
                    text, self.around.language, self.cleaned_data.get(f"option_{code}", "")
                ),
            )
            for code, text in texts.items()
        ]
        return [option for option in made if option.text or option in self.before.options]

    # --- What the page shows ----------------------------------------------------------

    @property
    def options(self) -> list[OptionRow]:
        if self.before.kind not in CHOICES:
            return []
        texts = [(option.code, option.text) for option in self.before.options]
        if len(texts) < MOST_OPTIONS:
            texts.append((_free_code(self.before.options), {}))
        return [
            OptionRow(
                place,
                code,
                self[f"option_{code}"],
                "" if text.get(self.around.language) else said(text),
                last=place == len(self.before.options) - 1,
            )
            for place, (code, text) in enumerate(texts)
        ]

    @property
    def characteristic(self) -> str:
        """The name of what it asks about, to stand beside the code."""
        return self.around.characteristics.get(self.before.about, "")

    @property
    def section(self) -> int:
        return place_of(self.around.draft, self.before.code)[0]


def _kinds() -> list[tuple[str, Sequence[tuple[str, str]]]]:
    return [
        (
            str(title),
            [(o.key, str(o.title)) for o in offers if o.key not in (TABLE, POINTS)],
        )
        for title, offers in GROUPS
        if offers[0].key != POINTS
    ]


def _free_code(options: Sequence[Option]) -> str:
    """The code of the option that would come next: a, b, … z, then o27, o28, …"""
    taken = {option.code for option in options}
    letters = (chr(ord("a") + place) for place in range(26))
    free = [letter for letter in letters if letter not in taken]
    numbered = (f"o{n}" for n in range(27, 27 + MOST_OPTIONS))
    return free[0] if free else next(code for code in numbered if code not in taken)
