from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gapless.core.notices.catalogue import GROUPS, Kind
from gapless.core.notices.channels import ChannelFacts, NoBot, check_channel
from gapless.core.notices.choices import ChannelKind, Mail
from gapless.core.notices.choosing import Chosen, Times
from gapless.core.notices.outside import NotOutside
from gapless.core.text import LANGUAGES, LanguageMap, said
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy, Viewer

CLOCK = forms.TimeInput({"type": "time"}, format="%H:%M")
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class ChoicesForm(forms.Form):
    """How each group of notices comes by mail, and at which hours."""

    digest_hour = forms.TypedChoiceField(
        label=_("Daily mail at"), choices=HOURS, coerce=int
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=CLOCK)
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=CLOCK)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, name in GROUPS.items():
            self.fields[f"mail_{group}"] = forms.ChoiceField(
                label=said(name), choices=Mail.choices
            )
            self.fields[f"through_{group}"] = forms.BooleanField(
                label=_("Also in quiet hours"), required=False
            )

    @property
    def groups(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """By mail, and also in quiet hours: two fields for each group."""
        return ((self[f"mail_{group}"], self[f"through_{group}"]) for group in GROUPS)

    @property
    def choices(self) -> Mapping[str, Chosen]:
        said_ = self.cleaned_data
        return {
            group: Chosen(Mail(said_[f"mail_{group}"]), said_[f"through_{group}"])
            for group in GROUPS
        }

    @property
    def times(self) -> Times:
        said_ = self.cleaned_data
        return Times(said_["digest_hour"], said_["quiet_from"], said_["quiet_until"])


def as_chosen(choices: Mapping[str, Chosen], times: Times) -> dict[str, Any]:
    """What holds now, as the form has it."""
    rows = {f"mail_{group}": chosen.mail for group, chosen in choices.items()}
    through = {f"through_{group}": each.through_quiet for group, each in choices.items()}
    hours = {
        "digest_hour": times.digest_hour,
        "quiet_from": times.quiet_from,
        "quiet_until": times.quiet_until,
    }
    return rows | through | hours


class ChannelForm(forms.Form):
    """A place outside where notices are posted."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=ChannelKind.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("As people call it, such as “Duty room of the city”."),
        error_messages={"required": _("Give it a name by which people will know it.")},
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_(
            "What the messenger shows when you add a bot to a group, or where your own"
            " system listens. It is stored encrypted and never shown again."
        ),
        error_messages={"required": _("Give the address; the messenger shows it.")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=120,
        required=False,
        help_text=_("Only for a DingTalk bot that signs: it begins with SEC."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    groups = forms.MultipleChoiceField(
        label=_("Notices of"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one group of notices.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_for(viewer, Policy.EDIT_CHANNELS)
        self.fields["unit"] = forms.ModelChoiceField(
            units,
            label=_("Unit"),
            empty_label=_("Choose a unit"),
            help_text=_("Notices about it and all units below it go there."),
            error_messages={"required": _("Choose the unit whose notices go there.")},
        )
        field = self.fields["groups"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        field.choices = [(code, said(name)) for code, name in GROUPS.items()]

    def clean(self) -> dict[str, Any]:
        said_ = self.cleaned_data
        if "kind" not in said_ or "address" not in said_:
            return said_
        kind = ChannelKind(said_["kind"])
        try:
            check_channel(kind, said_["address"])
        except NoBot:
            sentence = _("This is not the address of a %(messenger)s bot; copy it whole.")
            self.add_error("address", sentence % {"messenger": kind.label})
        except NotOutside:
            self.add_error(
                "address",
                _(
                    "Notices go out by https, to addresses on the Internet, without a name"
                    " and password in them."
                ),
            )
        return said_

    @property
    def facts(self) -> ChannelFacts:
        said_ = self.cleaned_data
        signed = said_["kind"] == ChannelKind.DINGTALK
        return ChannelFacts(
            kind=ChannelKind(said_["kind"]),
            name=said_["name"],
            address=said_["address"],
            secret=said_["secret"] if signed else "",
            groups=tuple(said_["groups"]),
            language=said_["language"],
        )


def field_of(part: str, language: str) -> str:
    return f"{part}_{language.replace('-', '_')}"


class WordsForm(forms.Form):
    """Title and text of one kind in three languages; an empty one is ours."""

    title_zh_hans = forms.CharField(
        label=_("Title in Simplified Chinese"), max_length=200, required=False
    )
    body_zh_hans = forms.CharField(
        label=_("Text in Simplified Chinese"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    title_zh_hant = forms.CharField(
        label=_("Title in Traditional Chinese"), max_length=200, required=False
    )
    body_zh_hant = forms.CharField(
        label=_("Text in Traditional Chinese"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    body_en = forms.CharField(
        label=_("Text in English"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    # The version that the person saw; an edit made meanwhile is not overwritten unseen.
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in LANGUAGES:  # what stands there when the field is left empty
            for part, ours in (("title", kind.title), ("body", kind.body)):
                field = self.fields[field_of(part, each)]
                field.widget.attrs |= {"placeholder": ours[each], "lang": each}

    def part(self, part: str) -> LanguageMap:
        return {each: self.cleaned_data[field_of(part, each)] for each in LANGUAGES}

    @property
    def languages(self) -> Iterator[tuple[str, forms.BoundField, forms.BoundField]]:
        """Title and text, side by side, of each language."""
        for each in LANGUAGES:
            yield each, self[field_of("title", each)], self[field_of("body", each)]
