"""The form on which a case is taken in: what has to be said first, the rest below."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.control.cases.categories import Branch, leaves, offered, tree
from gapless.control.cases.choices import Channel, Fact, Kind, Purpose, ReplyBy
from gapless.control.cases.opening import Customer, Matter
from gapless.control.cases.queries import takers
from gapless.core.addresses import BadEmail, BadPhone, email_of, phone_of
from gapless.people.org.queries import today, units_for
from gapless.people.org.rules import Policy

from .uploads import PAPERS, FilesField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gapless.control.cases.models import Case
    from gapless.core.files.models import StoredFile
    from gapless.people.org.models import Unit
    from gapless.people.org.rules import Viewer

NO_WAY = gettext_lazy(
    "There is no address for this answer. Ask for a telephone or an e-mail, or choose “In"
    " person” or “No reply wanted”."
)
SAYS_NOTHING = gettext_lazy("Say in a few words what it is about.")
SETTLED_HOW = gettext_lazy("Say in a few words what settled it.")


def new_key() -> str:
    """Of one form: sent twice, it is one case."""
    return secrets.token_hex(16)


class TakingInForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=Kind,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the customer comes with.")},
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How it reached us"), choices=Channel, initial=Channel.HALL
    )
    title = forms.CharField(
        label=gettext_lazy("The matter in a few words"),
        max_length=120,
        help_text=gettext_lazy(
            "Stands in lists and notices: leave names and numbers of customers out."
        ),
        error_messages={"required": SAYS_NOTHING},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    words = forms.CharField(
        label=gettext_lazy("In the customer’s words"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 4}),
    )
    name = forms.CharField(
        label=gettext_lazy("Customer’s name"),
        required=False,
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        widget=forms.TextInput({"type": "email", "autocomplete": "off"}),
    )
    reply_by = forms.ChoiceField(
        label=gettext_lazy("How the customer wants the answer"),
        required=False,
        choices=[("", gettext_lazy("By telephone, or else by e-mail")), *ReplyBy.choices],
    )
    facts = forms.MultipleChoiceField(
        label=gettext_lazy("What is true of it?"),
        required=False,
        choices=Fact,
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("What the customer wants"),
        required=False,
        choices=[("", gettext_lazy("Not said")), *Purpose.choices],
    )
    occurred_on = forms.DateField(
        label=gettext_lazy("When it happened"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Give a day, for example 2026-03-02.")},
    )
    opened_at = forms.DateTimeField(
        label=gettext_lazy("When it reached us, if not just now"),
        required=False,
        help_text=gettext_lazy("Of a letter, say: time is counted from then on."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "invalid": gettext_lazy("Give day and time, for example 2026-03-02 14:30.")
        },
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the receipt"), choices=settings.LANGUAGES
    )
    papers = FilesField(
        label=gettext_lazy("Photos and papers"),
        kinds=PAPERS,
        help_text=gettext_lazy("Up to five files: JPEG, PNG or PDF."),
    )
    settled = forms.BooleanField(
        label=gettext_lazy("It is settled already, while the customer is here"),
        required=False,
    )
    answer = forms.CharField(
        label=gettext_lazy("What you said or did"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, viewer: Viewer, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.me = now, viewer.person_id
        units = units_for(viewer, Policy.TAKE_CASES)
        self.fields["unit"] = forms.ModelChoiceField(
            units,
            label=_("Unit"),
            to_field_name="code",
            empty_label=None,
            error_messages={"required": _("Choose the unit the customer came to.")},
        )
        self.fields["category"] = category_field()
        self.fields["concerned"] = forms.ModelChoiceField(
            takers(viewer, on=today(now)),
            label=_("A colleague it is about"),
            required=False,
            empty_label=_("Nobody"),
            help_text=_("Whoever it is about will neither see nor handle it."),
        )
        self.fields["papers"].widget.attrs["hx-preserve"] = "true"

    # --- What was typed ---

    def clean_phone(self) -> str:
        try:
            return phone_of(self.cleaned_data["phone"])
        except BadPhone:
            raise forms.ValidationError(
                _("Nobody can be called there; write it like 138 0013 8000.")
            ) from None

    def clean_email(self) -> str:
        try:
            return email_of(self.cleaned_data["email"])
        except BadEmail:
            raise forms.ValidationError(
                _("No mail arrives there; write it like name@example.com.")
            ) from None

    def clean_occurred_on(self) -> Any:
        day = self.cleaned_data["occurred_on"]
        if day and day > localdate(self.now):
            raise forms.ValidationError(
                _("That day is still to come; give an earlier one.")
            )
        return day

    def clean_opened_at(self) -> datetime:
        opened_at: datetime = self.cleaned_data["opened_at"] or self.now
        if opened_at > self.now:
            raise forms.ValidationError(
                _("That is still to come; leave it empty for what comes in just now.")
            )
        return opened_at

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if {"phone", "email", "reply_by"} <= typed.keys():
            typed["reply_by"] = reply = self._reply_by()
            if not Customer(
                phone=typed["phone"], email=typed["email"], reply_by=reply
            ).may_be_reached():
                self.add_error("reply_by", str(NO_WAY))
        if typed.get("settled") and not typed.get("answer"):
            self.add_error("answer", str(SETTLED_HOW))
        return typed

    def _reply_by(self) -> ReplyBy:
        typed = self.cleaned_data
        if typed["reply_by"]:
            return ReplyBy(typed["reply_by"])
        if typed["phone"]:
            return ReplyBy.PHONE
        if typed["email"]:
            return ReplyBy.MAIL
        # Settled face to face, nothing is left to be sent.
        return ReplyBy.IN_PERSON if typed.get("settled") else ReplyBy.PHONE

    # --- What it says ---

    @property
    def unit(self) -> Unit:
        unit: Unit = self.cleaned_data["unit"]
        return unit

    def matter(self, files: Sequence[StoredFile]) -> Matter:
        typed = self.cleaned_data
        return Matter(
            kind=Kind(typed["kind"]),
            channel=Channel(typed["channel"]),
            unit=typed["unit"],
            title=typed["title"],
            words=typed["words"],
            purpose=Purpose(typed["purpose"]) if typed["purpose"] else None,
            category=typed["category"],
            occurred_on=typed["occurred_on"],
            facts=frozenset(Fact(code) for code in typed["facts"]),
            concerned=[typed["concerned"]] if typed["concerned"] else [],
            files=files,
        )

    @property
    def customer(self) -> Customer:
        typed = self.cleaned_data
        return Customer(
            name=typed["name"],
            phone=typed["phone"],
            email=typed["email"],
            language=typed["language"],
            reply_by=typed["reply_by"],
        )

    def became(self, case: Case) -> bool:
        """Whether this is what the case says, and not another matter on the same form."""
        typed = self.cleaned_data
        says = [typed[name] for name in ("kind", "title", "words", "phone", "email")]
        return says == [
            case.kind,
            case.title,
            case.words,
            case.customer_phone,
            case.customer_email,
        ]

    def begin_anew(self) -> None:
        """With another key: sent again, it is another case."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["key"] = new_key()
        self.data = data


def category_field() -> forms.Field:
    """The leaves of the tree, under the names of what they are part of."""
    found = list(leaves(tree()))
    field = forms.ModelChoiceField(offered(found), label=_("Category"), required=False)
    field.choices = [("", _("Not yet known")), *_grouped(found)]
    return field


def _grouped(found: list[Branch]) -> list[tuple[str, Any]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for branch in found:
        title = " / ".join(str(each) for each in branch.above)
        groups.setdefault(title, []).append((branch.category.pk, str(branch.category)))
    alone = groups.pop("", [])
    return [*((str(pk), name) for pk, name in alone), *groups.items()]
