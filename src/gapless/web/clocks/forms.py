from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.timezone import make_aware
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gapless.core.calendar.choices import Region
from gapless.core.clocks.choices import Kind, Unit
from gapless.core.clocks.drafting import Said
from gapless.core.text import LANGUAGES, LanguageMap, said
from gapless.people.org.choices import Role

from .words import HAPPENINGS, REASONS

if TYPE_CHECKING:
    from gapless.core.clocks.models import PolicyVersion
    from gapless.people.org.models import UnitQuerySet

TODAY = "today"  # no version: only the calendars are others
STEPS = 3  # of the escalation that a form offers
HOUR = 60  # minutes
CODE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
    gettext_lazy("A code has letters, digits, points and dashes, for example S3-ANSWER."),
)
SAYS = {
    "starts_on": (
        gettext_lazy("Starts when all of this has happened"),
        gettext_lazy("Say what starts the clock."),
    ),
    "stops_on": (
        gettext_lazy("Stops when one of this happens"),
        gettext_lazy("Say what stops the clock."),
    ),
}
FIRST = ("amount", "unit", "region", "starts_on", "stops_on")
REGIONS = [("", gettext_lazy("The unit's own calendar"))] + [
    (region.value, region.label) for region in Region if region is not Region.NONE
]
NAMES = {
    "zh-hans": gettext_lazy("Name in Simplified Chinese"),
    "zh-hant": gettext_lazy("Name in Traditional Chinese"),
    "en": gettext_lazy("Name in English"),
}


def _name_field(language: str) -> str:
    return f"name_{language.replace('-', '_')}"


class TermsForm(forms.Form):
    """What a version says. Choices that a stored version has and we do not know stay."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    amount = forms.IntegerField(
        label=gettext_lazy("Time allowed"),
        min_value=1,
        error_messages={
            "required": gettext_lazy("Say how long it may take, for example 2."),
            "min_value": gettext_lazy("A limit is at least 1."),
        },
    )
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=Unit.choices)
    region = forms.ChoiceField(
        label=gettext_lazy("Whose working days"),
        choices=REGIONS,
        required=False,
        help_text=gettext_lazy(
            "The unit's own shifts and closures, or the office days of a region, as many"
            " regulations mean them."
        ),
    )
    warn_at = forms.CharField(
        label=gettext_lazy("Warn when so much of the limit is used (%)"),
        required=False,
        initial="50, 80",
        help_text=gettext_lazy("Percentages with commas between them."),
    )
    source = forms.CharField(
        label=gettext_lazy("Where the limit comes from"), max_length=300, required=False
    )
    assumed = forms.BooleanField(
        label=gettext_lazy("Only assumed: nobody has prescribed it"), required=False
    )

    def __init__(
        self, *args: Any, stands: PolicyVersion | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._terms: Mapping[str, Any] = stands.terms if stands else {}
        self._source: LanguageMap = stands.source if stands else {}
        for language in LANGUAGES:
            self.fields[_name_field(language)] = forms.CharField(
                label=NAMES[language], max_length=200, required=False
            )
        self._offer("starts_on", leave_out=("paused", "resumed", "answered", "closed"))
        self._offer("stops_on", leave_out=("paused", "resumed", "registered", "reopened"))
        self._add_pauses()
        self._add_steps()
        self.order_fields([*map(_name_field, LANGUAGES), *FIRST])

    def _offer(self, name: str, leave_out: Iterable[str]) -> None:
        known = [kind for kind in HAPPENINGS if kind not in leave_out]
        own = [kind for kind in self._terms.get(name, ()) if kind not in known]
        offered = [(kind, HAPPENINGS.get(kind, kind)) for kind in (*known, *own)]
        label, missing = SAYS[name]
        self.fields[name] = forms.MultipleChoiceField(
            label=label,
            choices=offered,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": missing},
        )

    def _add_pauses(self) -> None:
        for code, label in REASONS.items():
            self.fields[f"pause_{code}"] = forms.BooleanField(
                label=_("May be paused: %(reason)s") % {"reason": label}, required=False
            )
            self.fields[f"cap_{code}"] = forms.IntegerField(
                label=_("For at most so many hours: %(reason)s") % {"reason": label},
                min_value=1,
                required=False,
                help_text=_("Left empty, for as long as it takes."),
            )

    def _add_steps(self) -> None:
        for step in range(1, STEPS + 1):
            self.fields[f"role_{step}"] = forms.ChoiceField(
                label=_("Escalation %(step)d: who is told") % {"step": step},
                choices=[("", _("Nobody")), *Role.choices],
                required=False,
            )
            self.fields[f"after_{step}"] = forms.IntegerField(
                label=_("Escalation %(step)d: hours after the limit") % {"step": step},
                min_value=0,
                required=False,
            )

    # --- What it says -----------------------------------------------------------------

    def clean_warn_at(self) -> list[str]:
        typed = self.cleaned_data["warn_at"].replace("，", ",").replace("%", "")
        shares = [part.strip() for part in typed.split(",") if part.strip()]
        if not all(
            part.isascii() and part.isdigit() and 0 < int(part) < 100 for part in shares
        ):
            raise forms.ValidationError(
                _("Write whole percentages between 1 and 99, for example 50, 80.")
            )
        return [f"{int(part)}/100" for part in shares]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not any(given.get(_name_field(language)) for language in LANGUAGES):
            raise forms.ValidationError(_("Give the name in at least one language."))
        both = set(given.get("starts_on", ())) & set(given.get("stops_on", ()))
        if both:
            self.add_error(
                "stops_on", _("What starts the clock cannot stop it, too; choose another.")
            )
        return given

    @property
    def name(self) -> LanguageMap:
        return {code: self.cleaned_data[_name_field(code)] for code in LANGUAGES}

    @property
    def said(self) -> Said:
        given = self.cleaned_data
        terms = dict(self._terms) | {
            "limit": {"amount": given["amount"], "unit": given["unit"]},
            "starts_on": given["starts_on"],
            "stops_on": given["stops_on"],
            "pauses": self._pauses,
            "resumes_on": self._terms.get("resumes_on", ["customer_message"]),
            "reopens_on": self._terms.get("reopens_on", ["reopened"]),
            "warn_at": given["warn_at"],
            "escalation": self._escalation,
        }
        return Said(terms, given["region"], self._sources, assumed=given["assumed"])

    @property
    def _pauses(self) -> list[dict[str, Any]]:
        given = self.cleaned_data
        unknown = [p for p in self._terms.get("pauses", ()) if p["reason"] not in REASONS]
        return unknown + [
            {"reason": code, "cap": (given[f"cap_{code}"] or 0) * HOUR or None}
            for code in REASONS
            if given[f"pause_{code}"]
        ]

    @property
    def _escalation(self) -> list[dict[str, Any]]:
        given = self.cleaned_data
        return [
            {"after": (given[f"after_{step}"] or 0) * HOUR, "role": given[f"role_{step}"]}
            for step in range(1, STEPS + 1)
            if given[f"role_{step}"]
        ]

    @property
    def _sources(self) -> LanguageMap:
        words = self.cleaned_data["source"].strip()
        if words == said(self._source):
            return self._source
        return {get_language() or "en": words}


def as_it_stands(version: PolicyVersion) -> dict[str, Any]:
    """A version as the form has it."""
    terms = version.terms
    name = version.policy.name
    stands: dict[str, Any] = {_name_field(code): name.get(code, "") for code in LANGUAGES}
    stands |= {
        "version": version.edits,
        "amount": terms["limit"]["amount"],
        "unit": terms["limit"]["unit"],
        "region": version.region,
        "starts_on": terms["starts_on"],
        "stops_on": terms["stops_on"],
        "warn_at": ", ".join(_percent(share) for share in terms["warn_at"]),
        "source": said(version.source),
        "assumed": version.assumed,
    }
    for pause in terms["pauses"]:
        stands[f"pause_{pause['reason']}"] = True
        stands[f"cap_{pause['reason']}"] = pause["cap"] // HOUR if pause["cap"] else None
    for step, each in enumerate(terms["escalation"][:STEPS], start=1):
        stands[f"role_{step}"] = each["role"]
        stands[f"after_{step}"] = each["after"] // HOUR
    return stands


def _percent(share: str) -> str:
    over, under = share.split("/")
    return f"{100 * int(over) / int(under):g}"


class NewForm(TermsForm):
    """A time limit of the organisation's own."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        validators=[CODE],
        help_text=gettext_lazy(
            "Short and lasting: it stands in exports and never changes."
        ),
        error_messages={"required": gettext_lazy("Give a code, for example VIP-2.")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["code", *map(_name_field, LANGUAGES), "kind", *FIRST])


class ReplayForm(forms.Form):
    """Over which period, and under what."""

    starts_on = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until (exclusive)"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        units: UnitQuerySet,
        versions: Iterable[PolicyVersion],
        data: Mapping[str, Any] | None = None,
        *,
        today: date,
    ) -> None:
        self._versions = {str(version.pk): version for version in versions}
        quarter = {
            "version": next(iter(self._versions), TODAY),
            "starts_on": today - timedelta(days=90),
            "ends_on": today,
        }
        super().__init__(data, initial=quarter)
        self.fields["version"] = forms.ChoiceField(
            label=_("As if this had held"),
            choices=[
                *((pk, _version(each)) for pk, each in self._versions.items()),
                (TODAY, _("Each under its own version, with the calendars of today")),
            ],
        )
        self.fields["unit"] = forms.ModelChoiceField(
            units, label=_("Unit, with all below"), empty_label=None
        )
        self.order_fields(["version", "unit", "starts_on", "ends_on"])

    def clean(self) -> dict[str, Any]:
        first, last = (self.cleaned_data.get(name) for name in ("starts_on", "ends_on"))
        if first and last and last <= first:
            self.add_error(
                "ends_on", _("The period ends after it begins; choose a later day.")
            )
        return self.cleaned_data

    @property
    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "version": self._versions.get(given["version"]),
            "unit": given["unit"],
            "starts_at": _midnight(given["starts_on"]),
            "ends_at": _midnight(given["ends_on"]),
        }


def _version(version: PolicyVersion) -> str:
    if version.published_at:
        return _("Version %(number)s") % {"number": version.number}
    return _("Draft of version %(number)s") % {"number": version.number}


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


class ExtensionForm(forms.Form):
    until = forms.DateTimeField(
        label=gettext_lazy("New limit"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": gettext_lazy("Say until when.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=1_000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={
            "required": gettext_lazy("Say why more time is needed; leave names out.")
        },
    )


class DecisionForm(forms.Form):
    approved = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Needed when you refuse."),
    )
