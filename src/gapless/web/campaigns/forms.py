from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.timezone import get_current_timezone, localdate, make_aware
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.queries import published_versions
from gapless.core.text import LANGUAGES, LanguageMap
from gapless.evaluation.campaigns.rules import CampaignFacts
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy, Viewer, outermost
from gapless.web.people.forms import DateInput

from .plan_fields import (
    QuestionnaireField,
    SampleForm,
    WithinField,
    WordsField,
    field_of,
    follow_up_field,
    told_fields,
    watchable_items,
    whole_field,
)

if TYPE_CHECKING:
    from gapless.core.instruments.models import FormVersion
    from gapless.evaluation.campaigns.models import Campaign
    from gapless.people.org.models import Unit

ONE_DAY = timedelta(days=1)
TOLD = ("name", "notice", "thanks")  # language maps: one field for each language


class PlanForm(SampleForm):
    """All that is said about a campaign before it begins."""

    name_zh_hans = forms.CharField(
        label=_("Name in Simplified Chinese"),
        max_length=120,
        help_text=_("Customers see it at the top of the page and on the sheet."),
        error_messages={"required": _("Give the name that customers will see.")},
    )
    name_zh_hant = forms.CharField(
        label=_("Name in Traditional Chinese"), max_length=120, required=False
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    purpose = WordsField(
        label=_("Purpose"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What will be decided with the answers. Only staff read it."),
    )
    starts_on = forms.DateField(
        label=_("First day"),
        widget=DateInput,
        error_messages={
            "required": _("Give the first day on which answers are taken."),
            "invalid": _("Give a date, for example 2026-03-02."),
        },
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=DateInput,
        help_text=_("Answers are taken until this day is over."),
        error_messages={
            "required": _("Give the last day on which answers are taken."),
            "invalid": _("Give a date, for example 2026-03-02."),
        },
    )
    sampling = forms.ChoiceField(
        label=_("How people on the list are chosen"),
        choices=CollectionMode.choices,
        initial=CollectionMode.ON_EVENT,
        help_text=_(
            "Of invitations and telephone calls. Whoever finds a link or a code chose "
            "themselves, and is counted apart."
        ),
    )
    pause_days = whole_field(
        _("Days between two invitations"),
        0,
        3_650,
        initial=90,
        help_text=_("Nobody is asked again sooner, whichever campaign asked last."),
    )
    reminders = forms.TypedChoiceField(
        label=_("Reminders"),
        coerce=int,
        choices=[(0, _("No reminder")), (1, _("One reminder")), (2, _("Two reminders"))],
        initial=1,
    )
    reminder_days = whole_field(_("Days until a reminder"), 1, 60, initial=5)
    follow_up_at_most = whole_field(_("At or below"), -100, 127, required=False)
    follow_up_hours = whole_field(
        _("Hours to follow up"),
        1,
        720,
        initial=24,
        help_text=_("By then somebody has to have seen to it."),
    )
    # The edit that the person saw; one made meanwhile is not overwritten unseen.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, viewer: Viewer, *args: Any, campaign: Campaign | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.units_in_reach = units_for(viewer, Policy.RUN_CAMPAIGNS)
        self.fields |= told_fields()
        self.fields["questionnaire"] = QuestionnaireField(
            published_versions().order_by("form__code", "-number"),
            label=_("Questionnaire"),
            empty_label=_("Choose a questionnaire"),
            help_text=_("Only published versions, which never change, can be asked."),
            error_messages={"required": _("Choose what is to be asked.")},
        )
        self.fields["within"] = WithinField(
            self.units_in_reach,
            label=_("Whose campaign is it?"),
            empty_label=None,
            help_text=_("Whoever runs campaigns there may change and close it."),
        )
        self.fields["units"] = forms.ModelMultipleChoiceField(
            self.units_in_reach,
            label=_("Only about some units"),
            required=False,
            help_text=_("A unit brings all below it. Nothing ticked: about all of them."),
        )
        self.watchable = watchable_items(self._questionnaire())
        self.fields["follow_up_item"] = follow_up_field(self.watchable)

    def _questionnaire(self) -> FormVersion | None:
        """The questionnaire that is chosen at this moment, typed or as it stands."""
        chosen = self["questionnaire"].value()
        if not str(chosen or "").isdecimal():
            return None
        found: FormVersion | None = published_versions().filter(pk=chosen).first()
        return found

    @property
    def questionnaires(self) -> bool:
        field: Any = self.fields["questionnaire"]
        return bool(field.queryset.exists())

    @property
    def names(self) -> list[forms.BoundField]:
        return [self[field_of("name", language)] for language in LANGUAGES]

    @property
    def notices(self) -> list[forms.BoundField]:
        return [self[field_of("notice", language)] for language in LANGUAGES]

    @property
    def thanks(self) -> list[forms.BoundField]:
        return [self[field_of("thanks", language)] for language in LANGUAGES]

    @property
    def unit_choices(self) -> Iterator[UnitChoice]:
        ticked = {str(pk) for pk in self["units"].value() or ()}
        top = None
        for unit in self.units_in_reach:
            top = unit.depth if top is None else min(top, unit.depth)
            yield UnitChoice(unit, unit.depth - top, ticked=str(unit.pk) in ticked)

    def clean_ends_on(self) -> date | None:
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data["ends_on"]
        if starts and ends and ends < starts:
            raise forms.ValidationError(
                _("The last day comes before the first; give a later one.")
            )
        return ends  # type: ignore[no-any-return]

    def clean_units(self) -> list[Unit]:
        return list(self.cleaned_data["units"])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        self._check_units(said)
        self._check_follow_up(said)
        return said

    def _check_units(self, said: dict[str, Any]) -> None:
        within = said.get("within")
        outside = [
            unit
            for unit in said.get("units") or ()
            if within and not unit.path.startswith(within.path)
        ]
        if outside:
            sentence = gettext("%(unit)s does not lie below %(within)s; choose others.")
            named = {"unit": outside[0].name, "within": within.name if within else ""}
            self.add_error("units", sentence % named)

    def _check_follow_up(self, said: dict[str, Any]) -> None:
        item = self.watchable.get(said.get("follow_up_item", ""))
        at_most = said.get("follow_up_at_most")
        if item is None or "follow_up_at_most" in self.errors:
            return
        if at_most is None or not item.low <= at_most < item.high:
            sentence = gettext("Give a point of its scale, from %(low)s to %(high)s.")
            points = {"low": item.low, "high": item.high - 1}
            self.add_error("follow_up_at_most", sentence % points)

    @property
    def units(self) -> list[Unit]:
        """The tops of what it is about: a unit under another one adds nothing."""
        ticked = {unit.path: unit for unit in self.cleaned_data["units"]}
        tops = [ticked[path] for path in outermost(ticked)]
        return tops or [self.cleaned_data["within"]]

    @property
    def facts(self) -> CampaignFacts:
        said = self.cleaned_data
        watched = said["follow_up_item"]
        starts_at, ends_at = self._period(said["starts_on"], said["ends_on"])
        told: dict[str, Any] = {name: self._told(name) for name in TOLD}
        return CampaignFacts(
            version=said["questionnaire"],
            starts_at=starts_at,
            ends_at=ends_at,
            sampling=CollectionMode(said["sampling"]),
            follow_up_item=watched,
            follow_up_at_most=said["follow_up_at_most"] if watched else None,
            **told,
            **{name: said[name] for name in _AS_TYPED},
        )

    def _told(self, name: str) -> LanguageMap:
        typed = {
            language: self.cleaned_data[field_of(name, language)] for language in LANGUAGES
        }
        return {language: words for language, words in typed.items() if words}

    def _period(self, first: date, last: date) -> tuple[datetime, datetime]:
        """From the first midnight to the one after the last day, as the reader's clock."""
        starts_at, ends_at = midnight(first), midnight(last + ONE_DAY)
        if self.campaign is None:
            return starts_at, ends_at
        # What a reader in another time zone left as it was stays what it was.
        before = period_of(self.campaign)
        if first == before["starts_on"]:
            starts_at = self.campaign.starts_at
        if last == before["ends_on"]:
            ends_at = self.campaign.ends_at
        return starts_at, ends_at


_AS_TYPED = (
    *("purpose", "within", "target", "margin", "population"),
    *("pause_days", "reminders", "reminder_days", "follow_up_hours"),
)


@dataclass(frozen=True, slots=True)
class UnitChoice:
    unit: Unit
    level: int  # below the highest one in reach
    ticked: bool


def midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min), get_current_timezone())


def period_of(campaign: Campaign) -> dict[str, date]:
    """First and last day, by the reader's own calendar."""
    last = campaign.ends_at - timedelta(microseconds=1)
    return {"starts_on": localdate(campaign.starts_at), "ends_on": localdate(last)}


def stands(campaign: Campaign) -> dict[str, Any]:
    """What is said of the campaign now, as the form has it."""
    maps = {
        field_of(name, language): getattr(campaign, name).get(language, "")
        for name in TOLD
        for language in LANGUAGES
    }
    units = [unit for unit in campaign.units.all() if unit.pk != campaign.within_id]
    return (
        {name: getattr(campaign, name) for name in _AS_TYPED}
        | {
            "sampling": campaign.sampling,
            "questionnaire": campaign.version,
            "units": units,
            "follow_up_item": campaign.follow_up_item,
            "follow_up_at_most": campaign.follow_up_at_most,
            "version": campaign.edits,
        }
        | maps
        | period_of(campaign)
    )
