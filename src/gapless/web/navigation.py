"""The menu is the loop: one rail of stages, and a last line that turns back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext_lazy as _

from gapless.core.notices.queries import unread_of
from gapless.loop import WORK
from gapless.people.org.queries import shows_simulated, viewer_of
from gapless.people.org.rules import Policy, Viewer
from gapless.people.work.queries import pressing, sources_for
from gapless.people.work.rules import Bounds

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    title: Words
    url_name: str
    policy: Policy
    icon: str = ""
    key: str = ""  # "g", then this letter, goes there

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True, slots=True)
class Stage:
    title: Words
    entries: tuple[Entry, ...]


TOP = (
    Entry(_("Gap model"), "home", Policy.SIGNED_IN, icon="model", key="h"),
    Entry(_("My work"), "work:index", Policy.SIGNED_IN, icon="list", key="w"),
)
KEPT_FOR = 20  # seconds
LOOP: tuple[Stage, ...] = (
    Stage(
        _("Requirements"),
        (
            Entry(
                _("Characteristics"),
                "characteristics:index",
                Policy.SEE_UNITS,
            ),
        ),
    ),
    Stage(
        _("Control"),
        (
            Entry(_("Cases"), "cases:index", Policy.TAKE_CASES, key="e"),
            Entry(_("Clocks"), "clocks:index", Policy.SEE_CLOCKS, key="k"),
            Entry(_("Time limits"), "limits:index", Policy.SEE_CLOCKS),
        ),
    ),
    Stage(
        _("Evaluation"),
        (
            Entry(_("Gaps in detail"), "gaps:index", Policy.SEE_NUMBERS, key="d"),
            Entry(_("Questionnaires"), "questionnaires:index", Policy.SEE_FORMS, key="q"),
            Entry(_("Campaigns"), "campaigns:index", Policy.SEE_CAMPAIGNS, key="c"),
            Entry(_("Contacts"), "contacts:index", Policy.SEE_CONTACTS),
            Entry(_("Telephone entry"), "phone:index", Policy.ENTER_ANSWERS),
            Entry(_("Follow-ups"), "follow_ups:index", Policy.FOLLOW_UP, key="f"),
            Entry(_("Imports"), "imports:index", Policy.IMPORT, key="i"),
        ),
    ),
)
# Units, people, records: what the loop stands on.
HOUSE: tuple[Entry, ...] = (
    Entry(_("Units"), "units:index", Policy.SEE_UNITS, icon="hall", key="u"),
    Entry(_("Calendars"), "calendars:index", Policy.SEE_UNITS, icon="calendar"),
    Entry(_("People"), "people:index", Policy.EDIT_ORGANISATION, icon="people", key="p"),
    Entry(_("Channels"), "notices:channels", Policy.EDIT_CHANNELS, icon="bell"),
    Entry(_("Audit trail"), "audit:index", Policy.READ_AUDIT, icon="shield", key="a"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as this page shows it."""

    title: Words
    url: str
    icon: str
    key: str
    current: bool


@dataclass(frozen=True, slots=True)
class OpenStage:
    """A stage that this person may enter; only the one around the page stands open."""

    title: Words
    entries: tuple[Shown, ...]

    @property
    def url(self) -> str:
        return self.entries[0].url

    @property
    def open(self) -> bool:
        return any(entry.current for entry in self.entries)


def shell(request: HttpRequest) -> dict[str, Any]:
    if not request.user.is_authenticated:
        return {}
    # No door was reached at an address that leads nowhere; the menu is needed there too.
    viewer = getattr(request, "viewer", None) or viewer_of(request.user, now=now())
    here = _nearest(request.path)
    stages = (OpenStage(s.title, tuple(_shown(s.entries, viewer, here))) for s in LOOP)
    return {
        "nav_top": tuple(_shown(TOP, viewer, here)),
        # Counted where the rail is drawn, not for a fragment of the page.
        "nav_pressing": lambda: pressing_work(viewer, fresh=here == TOP[1].url),
        "nav_unread": lambda: unread_of(viewer.person_id),
        "nav_loop": tuple(stage for stage in stages if stage.entries),
        "nav_house": tuple(_shown(HOUSE, viewer, here)),
        # A page about one unit says it of that unit; any other of all that is in reach.
        "simulated": SimpleLazyObject(lambda: shows_simulated(viewer)),
    }


def pressing_work(viewer: Viewer, *, fresh: bool) -> int:
    """
    How much of the viewer's work is overdue or due today, for the rail of every page. On
    the pages of work it is counted; elsewhere it may be some seconds old.
    """
    reach = crc32(repr(viewer.grants).encode())  # who gains or loses a role is told anew
    key = f"work.pressing:{viewer.person_id}:{reach}"
    found: int | None = None if fresh else cache.get(key)
    if found is None:
        at = now()
        sources = sources_for(WORK, viewer, at)
        found = pressing(viewer, sources, Bounds.of(at, get_current_timezone()))
        cache.set(key, found, KEPT_FOR)
    return found


def _shown(entries: Iterable[Entry], viewer: Viewer, here: str) -> Iterator[Shown]:
    for entry in entries:
        if viewer.holds(entry.policy):
            url = entry.url
            yield Shown(entry.title, url, entry.icon, entry.key, current=url == here)


def entries() -> tuple[Entry, ...]:
    """Every entry below the top, in the order of the menu."""
    return (*(entry for stage in LOOP for entry in stage.entries), *HOUSE)


def _nearest(path: str) -> str:
    """The entry around this page: the longest address that its own begins with."""
    urls = [entry.url for entry in (*TOP[1:], *entries())]  # every address begins as home
    within = [url for url in urls if path.startswith(url)]
    return max(within, key=len, default=path)
