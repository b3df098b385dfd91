from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gapless.core.calendar.choices import ZONES, Region, Weekday
from gapless.core.calendar.queries import HolidayYear, Ways
from gapless.core.calendar.reading import Read, as_text, read_days
from gapless.core.calendar.rules import (
    MINUTES_A_DAY,
    Shift,
    Shifts,
    ShiftsOverlap,
    Week,
    in_order,
)

from .words import told

SHIFTS_SHOWN = 2
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
LARGEST_TEXT = 100_000


def _time_field(label: str) -> forms.TimeField:
    # In the table of the week, the headings say what the label says to a screen reader.
    control = forms.TimeInput({"type": "time", "aria-label": label}, format="%H:%M")
    return forms.TimeField(
        label=label,
        required=False,
        widget=control,
        error_messages={"invalid": _("Give a time of day, for example 09:00.")},
    )


def _names(day: int, nth: int) -> tuple[str, str]:
    after = "" if nth == 1 else f"_{nth}"
    return f"opens_{day}{after}", f"closes_{day}{after}"


def week_stands(ways: Ways) -> dict[str, Any]:
    """How a unit works now, as the form has it."""
    stands: dict[str, Any] = {
        "version": ways.seen,
        "region": ways.region,
        "closed_on_holidays": ways.closed_on_holidays,
    }
    for day, shifts in enumerate(ways.week, start=1):
        for nth, shift in enumerate(shifts, start=1):
            opens, closes = _names(day, nth)
            stands |= {opens: _clock(shift.opens), closes: _clock(shift.closes)}
    return stands


def _clock(minutes: int) -> time:
    # The field has no 24:00; closing at 00:00 says the same.
    return time(*divmod(minutes % MINUTES_A_DAY, 60))


class WeekForm(forms.Form):
    """Shifts for each weekday, all empty: closed; and whose public holidays are kept."""

    # The version that the person saw; an edit made meanwhile is not overwritten unseen.
    version = forms.IntegerField(widget=forms.HiddenInput)
    region = forms.ChoiceField(
        label=_("Public holidays"),
        choices=Region.choices,
        help_text=_("Whose holidays and make-up working days count here."),
    )
    closed_on_holidays = forms.BooleanField(
        label=_("Closed on public holidays, open on make-up working days"),
        required=False,
        help_text=_("Without the tick the ordinary week holds on every day of the year."),
    )

    def __init__(self, most: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = range(1, max(SHIFTS_SHOWN, most) + 1)
        for day in Weekday:
            for nth in self.columns:
                opens, closes = _names(day, nth)
                words = {"day": day.label, "nth": nth}
                said_opens, said_closes = (
                    (_("%(day)s, opens at"), _("%(day)s, closes at"))
                    if nth == 1
                    else (_("%(day)s, opens again at"), _("%(day)s, closes again at"))
                )
                self.fields[opens] = _time_field(said_opens % words)
                self.fields[closes] = _time_field(said_closes % words)

    def clean(self) -> dict[str, Any]:
        self.shifts = {day: self._shifts_of(day) for day in Weekday}
        return self.cleaned_data

    def _shifts_of(self, day: int) -> Shifts:
        shifts: list[Shift] = []
        for nth in self.columns:
            opens, closes = _names(day, nth)
            if opens in self.errors or closes in self.errors:
                continue
            from_, until = self.cleaned_data.get(opens), self.cleaned_data.get(closes)
            if (from_ is None) != (until is None):
                self.add_error(
                    opens if from_ is None else closes,
                    gettext("Give both times, or neither when it is closed."),
                )
            elif from_ is not None and until is not None:
                shifts += self._shift(closes, from_, until)
        try:
            return in_order(shifts)
        except ShiftsOverlap:
            last = _names(day, 2)[0]
            self.add_error(last, gettext("The two stretches overlap; check the times."))
            return ()

    def _shift(self, closes: str, from_: time, until: time) -> list[Shift]:
        begins, ends = (at.hour * 60 + at.minute for at in (from_, until))
        ends = ends or MINUTES_A_DAY
        if ends > begins:
            return [Shift(begins, ends)]
        self.add_error(closes, gettext("Closing comes after opening; check both times."))
        return []

    @property
    def week(self) -> Week:
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
            self.shifts[day] for day in Weekday
        )
        return monday, tuesday, wednesday, thursday, friday, saturday, sunday

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "week": self.week,
            "region": Region(self.cleaned_data["region"]),
            "closed_on_holidays": self.cleaned_data["closed_on_holidays"],
            "seen": self.cleaned_data["version"],
        }

    @property
    def days(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        return [
            (
                str(day.label),
                [(self[opens], self[closes]) for opens, closes in self._pairs(day)],
            )
            for day in Weekday
        ]

    def _pairs(self, day: int) -> list[tuple[str, str]]:
        return [_names(day, nth) for nth in self.columns]


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


def _day_field(
    label: Any, help_text: Any = "", *, required: bool = True
) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Write year, month and day, for example 2026-03-02."),
        },
    )


class ClosureForm(forms.Form):
    from_on = _day_field(_("First day closed"))
    until_on = _day_field(
        _("First day open again"), _("The closure ends at the beginning of this day.")
    )
    reason = forms.CharField(
        label=_("Why is it closed?"),
        max_length=200,
        help_text=_("For example: moving to the new hall."),
        error_messages={"required": _("Say in a few words why it is closed.")},
    )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        from_on, until_on = said.get("from_on"), said.get("until_on")
        if from_on and until_on and until_on <= from_on:
            self.add_error(
                "until_on", gettext("It opens again after it has closed; check both days.")
            )
        return said


class HolidaysForm(forms.Form):
    """A year's table: where it was published, and its days as lines of text."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    region = forms.ChoiceField(
        label=_("Whose holidays"), choices=[(region, region.label) for region in ZONES]
    )
    year = forms.IntegerField(
        label=_("Year"),
        min_value=EARLIEST_YEAR,
        max_value=LATEST_YEAR,
        error_messages={
            "required": _("Give the year, for example 2027."),
            "invalid": _("Give the year in figures, for example 2027."),
        },
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("The notice that says so, with its number."),
        error_messages={"required": _("Say which notice publishes these days.")},
    )
    address = forms.CharField(
        label=_("Address of the notice"), max_length=500, required=False
    )
    published_on = _day_field(_("Published on"), required=False)
    checked_on = _day_field(
        _("Checked on"), _("When somebody compared these days with the notice.")
    )
    file = forms.FileField(
        label=_("CSV or iCal file"),
        required=False,
        help_text=_("What it holds takes the place of the lines below, to be looked at."),
    )
    days = forms.CharField(
        label=_("Days"),
        required=False,
        max_length=LARGEST_TEXT,
        strip=False,
        widget=forms.Textarea(
            {"rows": 14, "spellcheck": "false", "wrap": "off", "class": "lines"}
        ),
        help_text=_(
            "One line for each stretch: first day, last day, holiday or working, and its"
            " name in simplified Chinese, traditional Chinese and English."
        ),
    )

    read: Read

    def check_days(self) -> None:
        """Read the lines; what is wrong with one is said with its line and column."""
        if not {"days", "year"} <= self.cleaned_data.keys():
            return
        self.read = read_days(self.cleaned_data["days"], self.cleaned_data["year"])
        for flaw in self.read.flaws[:20]:
            self.add_error("days", told(flaw))
        if not self.read.days and not self.read.flaws:
            self.add_error(
                "days",
                gettext(
                    "No day is listed. Write at least one line, or choose a file that has"
                    " days in this year."
                ),
            )

    @property
    def facts(self) -> HolidayYear:
        said = self.cleaned_data
        return HolidayYear(
            Region(said["region"]),
            said["year"],
            self.read.days,
            said["source"],
            said["checked_on"],
            said["address"],
            said["published_on"],
        )


def holidays_stand(year: HolidayYear, version: int, *, today: date) -> dict[str, Any]:
    """A table as the form has it, checked today."""
    return {
        "version": version,
        "region": year.region,
        "year": year.year,
        "source": year.source,
        "address": year.address,
        "published_on": year.published_on,
        "checked_on": today,
        "days": as_text(year.days),
    }
