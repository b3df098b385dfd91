from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from gapless.control.cases.choices import Fact, Kind, Purpose, ReplyBy
from gapless.control.cases.customer import FACTS, KINDS, Report
from gapless.control.cases.opening import Customer
from gapless.control.cases.rules import RATINGS
from gapless.core.addresses import BadEmail, BadPhone, email_of, phone_of
from gapless.core.text import LANGUAGES
from gapless.web.cases.uploads import PHOTOS, FilesField

MOST_WORDS = 4_000
KIND_SAID: dict[Kind, Promise] = {
    Kind.COMPLAINT: gettext_lazy("Something went wrong: a complaint"),
    Kind.FAULT: gettext_lazy("Something does not work"),
    Kind.INQUIRY: gettext_lazy("A question"),
    Kind.SUGGESTION: gettext_lazy("A suggestion"),
    Kind.PRAISE: gettext_lazy("Some praise"),
}
FACT_SAID: dict[Fact, Promise] = {
    Fact.SAFETY: gettext_lazy("Somebody was hurt or in danger"),
    Fact.LOSS: gettext_lazy("I lost money"),
    Fact.REPEAT: gettext_lazy("It happened to me before"),
}
REPLIES = (ReplyBy.PHONE, ReplyBy.MESSAGE, ReplyBy.MAIL, ReplyBy.NONE)
REPLY_SAID: dict[ReplyBy, Promise] = {
    ReplyBy.PHONE: gettext_lazy("Call me"),
    ReplyBy.MESSAGE: gettext_lazy("Send me a text message"),
    ReplyBy.MAIL: gettext_lazy("Write me an e-mail"),
    ReplyBy.NONE: gettext_lazy("No need to; I look here myself"),
}
RATING_SAID: dict[int, Promise] = {
    1: gettext_lazy("very poor"),
    2: gettext_lazy("poor"),
    3: gettext_lazy("fair"),
    4: gettext_lazy("good"),
    5: gettext_lazy("very good"),
}
TOO_LONG = {
    "max_length": _("This is longer than %(limit_value)d characters. Shorten it a little.")
}


class ReportForm(forms.Form):
    """What somebody reports from a phone. Field names stand in the kept draft as well."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(kind.value, KIND_SAID[kind]) for kind in KINDS],
        error_messages={"required": _("Choose what it is.")},
    )
    title = forms.CharField(
        label=_("In a few words"),
        max_length=60,
        help_text=_("Without names. For example: waited an hour at the counter."),
        error_messages={"required": _("Say in a few words what it is about.")} | TOO_LONG,
    )
    words = forms.CharField(
        label=_("What happened?"),
        max_length=MOST_WORDS,
        required=False,
        help_text=_("When it was, what was said, what you would have expected."),
        error_messages=TOO_LONG,
    )
    facts = forms.MultipleChoiceField(
        label=_("Is any of this true?"),
        choices=[(fact.value, FACT_SAID[fact]) for fact in FACTS],
        required=False,
    )
    purpose = forms.ChoiceField(
        label=_("What would you like to come of it?"),
        choices=[("", _("No particular wish")), *Purpose.choices],
        required=False,
    )
    photos = FilesField(kinds=PHOTOS, label=_("Photos"))
    reply_by = forms.ChoiceField(
        label=_("How shall we answer?"),
        choices=[(way.value, REPLY_SAID[way]) for way in REPLIES],
        error_messages={"required": _("Choose how we shall answer.")},
    )
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    name = forms.CharField(label=_("Your name"), max_length=80, required=False)
    # Programs fill in everything that they find.
    website = forms.CharField(required=False)
    key = forms.CharField(max_length=50, required=False)
    language = forms.CharField(max_length=10, required=False)

    def clean_phone(self) -> str:
        try:
            return phone_of(self.cleaned_data["phone"])
        except BadPhone:
            raise forms.ValidationError(
                gettext(
                    "Nobody can be called there. Write the number, such as 13800138000."
                )
            ) from None

    def clean_email(self) -> str:
        try:
            return email_of(self.cleaned_data["email"])
        except BadEmail:
            raise forms.ValidationError(
                gettext("No mail gets there. Write the address, such as gao@example.com.")
            ) from None

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(gettext("Leave this empty; it is for programs."))
        return ""

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        wanted = said.get("reply_by")
        if wanted in (ReplyBy.PHONE, ReplyBy.MESSAGE) and said.get("phone") == "":
            self.add_error("phone", gettext("Give a telephone number, or another way."))
        if wanted == ReplyBy.MAIL and said.get("email") == "":
            self.add_error("email", gettext("Give an e-mail address, or another way."))
        return said

    @property
    def report(self) -> Report:
        said = self.cleaned_data
        return Report(
            kind=Kind(said["kind"]),
            title=said["title"],
            words=said["words"],
            purpose=Purpose(said["purpose"]) if said["purpose"] else None,
            facts=frozenset(Fact(code) for code in said["facts"]),
        )

    def customer(self, language: str) -> Customer:
        said = self.cleaned_data
        return Customer(
            name=said["name"],
            phone=said["phone"],
            email=said["email"],
            language=language if language in LANGUAGES else LANGUAGES[0],
            reply_by=ReplyBy(said["reply_by"]),
        )


class WordsForm(forms.Form):
    """Something to add to a case."""

    words = forms.CharField(
        label=_("What would you like to add?"),
        max_length=MOST_WORDS,
        required=False,
        error_messages=TOO_LONG,
    )
    photos = FilesField(kinds=PHOTOS, label=_("Photos"))

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not self.errors and not said["words"] and not said["photos"]:
            self.add_error("words", gettext("Write something, or choose a photo."))
        return said


class AgainForm(forms.Form):
    """Why it is not settled."""

    words = forms.CharField(
        label=_("What is not settled?"),
        max_length=MOST_WORDS,
        error_messages={"required": _("Say what is not settled yet.")} | TOO_LONG,
    )


class RatingForm(forms.Form):
    points = forms.TypedChoiceField(
        label=_("How well did we handle it?"),
        choices=[(points, RATING_SAID[points]) for points in RATINGS],
        coerce=int,
        error_messages={
            kind: _("Choose one of the five.") for kind in ("required", "invalid_choice")
        },
    )
