"""My deadlines as a calendar: for programs that know the address and cannot sign in."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from gapless.core.notices.choosing import open_feed
from gapless.core.notices.feeds import read_feed
from gapless.loop import WORK
from gapless.people.org.queries import viewer_of
from gapless.people.org.rules import Policy, Viewer
from gapless.people.work.choices import Whose
from gapless.people.work.queries import Wanted, entries_of, lines, sources_for
from gapless.people.work.rules import Entry
from gapless.web.answering import limits
from gapless.web.http import policy

MOST = 1_000
REFRESH = timedelta(hours=1)


@policy(Policy.ANYONE)
@require_safe
def deadlines(request: HttpRequest, token: str) -> HttpResponse:
    number = read_feed(token)
    feed = open_feed(number) if number is not None else None
    if feed is None:
        return _nothing_here(request)
    person, at = feed.person, now()
    viewer = viewer_of(person, now=at)
    with (
        translation.override(person.language),
        timezone.override(ZoneInfo(person.time_zone)),
    ):
        content = _calendar(_entries(viewer, at), at).to_ical()
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="gapless.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def _nothing_here(request: HttpRequest) -> HttpResponse:
    """Only failures are counted: a whole office may read its calendars from one address."""
    if not limits.failed_too_often(request, "feed"):
        raise Http404
    response = HttpResponse(status=429)
    response["Retry-After"] = str(limits.seconds_left())
    return response


def _entries(viewer: Viewer, at: datetime) -> list[Entry]:
    """All with my name and a date, also what I put off: its deadline stands."""
    sources = sources_for(WORK, viewer, at)
    mine = [
        line
        for whose in (Whose.MINE, Whose.PUT_OFF)
        for line in lines(viewer, sources, Wanted(whose), at)[:MOST]
    ]
    return entries_of(sources, mine)


def _calendar(entries: list[Entry], at: datetime) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Gapless//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("My deadlines in Gapless"))
    calendar.add("refresh-interval;value=duration", f"PT{REFRESH.seconds // 3600}H")
    for entry in entries:
        calendar.add_component(_event(entry, at))
    return calendar


def _event(entry: Entry, at: datetime) -> Event:
    """A deadline is a moment: an event without a length, and the same one next time."""
    event = Event()
    event.add("uid", f"{entry.key}@{settings.ALLOWED_HOSTS[0]}")
    event.add("dtstamp", at)
    event.add("dtstart", entry.due_at)
    title = _("%(title)s (provisional)") if entry.provisional else "%(title)s"
    event.add("summary", title % {"title": entry.title})
    event.add("location", entry.where)
    event.add("description", entry.why)
    event.add("url", f"{settings.PUBLIC_URL}{entry.url}")
    event.add("status", "TENTATIVE" if entry.provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # it takes up no time
    return event
