"""Years of public holidays: looking at one, loading one, taking one along as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapless.core.calendar import actions, reading
from gapless.core.calendar.choices import ZONES, Region
from gapless.core.calendar.queries import (
    HolidayYear,
    all_tables,
    tables_of,
    versions_of,
)
from gapless.core.files.exports import csv_response, download
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from .forms import HolidaysForm, holidays_stand
from .uploads import NotTaken, lines_of
from .year import stretches_of

if TYPE_CHECKING:
    from gapless.core.calendar.models import HolidayTable

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.SEE_UNITS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    table = get_object_or_404(all_tables(), pk=pk)
    shown = {
        "table": table,
        "stretches": stretches_of(table.special_days),
        "versions": versions_of(Region(table.region), table.year),
        "may_edit": request.viewer.holds(Policy.EDIT_CALENDARS),
    }
    return render(request, "calendars/holidays.html", shown)


@policy(Policy.EDIT_CALENDARS)
@form_page
def new(request: Request) -> HttpResponse:
    region, year = request.GET.get("region", ""), request.GET.get("year", "")
    initial = {
        "version": 0,
        "region": region if region in ZONES else Region.CN,
        "year": year if year.isdecimal() and len(year) == 4 else localdate().year + 1,
        "checked_on": localdate(),
    }
    return _load(request, initial, "calendars/new_holidays.html", {})


@policy(Policy.EDIT_CALENDARS)
@form_page
def revised(request: Request, pk: int) -> HttpResponse:
    """A new version of a year: begun from any version, it follows the one that stands."""
    table = get_object_or_404(all_tables(), pk=pk)
    standing = tables_of(Region(table.region)).filter(year=table.year).get()
    facts = HolidayYear.of(table)
    initial = holidays_stand(facts, standing.number, today=localdate())
    return _load(request, initial, "calendars/new_holidays.html", {"table": table})


@policy(Policy.SEE_UNITS)
@require_safe
def as_csv(request: Request, pk: int) -> HttpResponse:
    table = get_object_or_404(all_tables(), pk=pk)
    rows = reading.rows_of(table.special_days)
    return csv_response(_filename(table, "csv"), list(reading.HEADER), rows)


@policy(Policy.SEE_UNITS)
@require_safe
def as_ics(request: Request, pk: int) -> HttpResponse:
    table = get_object_or_404(all_tables(), pk=pk)
    content = reading.as_ical(
        table.special_days,
        key=f"{table.region}-{table.year}",
        language=get_language() or "",
        stamped_at=table.created_at,
    )
    return download(content, _filename(table, "ics"), "text/calendar; charset=utf-8")


def _filename(table: HolidayTable, ending: str) -> str:
    return f"holidays-{table.region}-{table.year}-v{table.number}.{ending}"


def _load(
    request: Request, initial: dict[str, Any], template: str, shown: dict[str, Any]
) -> HttpResponse:
    form = HolidaysForm(request.POST or None, request.FILES or None, initial=initial)
    if "table" in shown:
        form.fields["region"].disabled = form.fields["year"].disabled = True
    status = 200
    if form.is_bound:
        # Also where another field is wrong: what was sent is kept.
        form.full_clean()
        _take_file(request, form)
        form.check_days()
    # A file is looked at before it is loaded: what was read stands in the form then.
    if form.is_valid() and "file" not in request.FILES:
        try:
            table = actions.load_year(
                form.facts,
                seen=form.cleaned_data["version"] or 0,
                by=request.user,
                now=now(),
            )
        except actions.ChangedMeanwhile:
            status = 409
            _say_what_stands(form)
        else:
            messages.success(
                request, _("The year is loaded. Time limits are computed anew.")
            )
            return redirect("calendars:holidays", table.pk)
    return render(request, template, {**shown, "form": form}, status=status)


def _take_file(request: Request, form: HolidaysForm) -> None:
    """Put what a file holds in place of the lines, where it can be seen and mended."""
    file = form.cleaned_data.get("file")
    if file is None:
        return
    try:
        lines, remark = lines_of(file, form.cleaned_data.get("year"))
    except NotTaken as error:
        form.add_error("file", str(error))
        return
    form.cleaned_data["days"] = lines
    typed = form.data.copy()  # type: ignore[attr-defined]
    typed["days"] = lines
    form.data = typed
    if remark:
        messages.info(request, remark)
    messages.info(
        request, _("These are the days of the file. Look at them, then load the year.")
    )


def _say_what_stands(form: HolidaysForm) -> None:
    said = form.cleaned_data
    stands = tables_of(Region(said["region"])).filter(year=said["year"]).first()
    typed = form.data.copy()  # type: ignore[attr-defined]
    typed["version"] = str(stands.number if stands else 0)
    form.data = typed
    form.add_error(
        None,
        _(
            "The year has another version by now. Compare it with your lines; loading once"
            " more puts yours in its place."
        ),
    )
