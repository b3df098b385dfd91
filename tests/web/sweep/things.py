"""
What stands in the blanks of an address. A blank without an entry fails the sweep, so a
new view cannot be forgotten: add its kind here, and plant one of the kind at every place
(PLANTS in plants.py).
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gapless.people.org.rules import Policy

from .company import PLACES, Company
from .doors import Door

MISSING = 999_999_999
MISSING_UUID = UUID(int=0)


@dataclass(frozen=True)
class Kind:
    """A kind of thing that addresses name."""

    name: str  # as the plants call it
    # Whoever holds this at the thing's place sees it; None: only the person it belongs to.
    seen_by: Policy | None
    missing: Any = MISSING
    shared: bool = False  # of the whole organisation, at no place


# The route up to the blank → what is meant. `{route: Kind}` of the planted leaks is in
# leaky_urls.py.
FACTORIES: dict[str, Kind] = {
    "units/<int:pk>": Kind("unit", Policy.SEE_UNITS),
    "people/<int:pk>": Kind("person", Policy.EDIT_ORGANISATION),
    "calendars/units/<int:pk>": Kind("unit", Policy.SEE_UNITS),
    "calendars/closures/<int:pk>": Kind("closure", Policy.SEE_UNITS),
    "calendars/holidays/<int:pk>": Kind("holidays", Policy.SEE_UNITS, shared=True),
    "units/files/<int:pk>": Kind("file of units", Policy.EDIT_ORGANISATION),
    "people/files/<int:pk>": Kind("file of people", Policy.EDIT_ORGANISATION),
    "people/<int:pk>/roles/<int:held>": Kind("assignment", Policy.EDIT_ORGANISATION),
    "characteristics/<int:pk>": Kind("characteristic", Policy.SEE_UNITS, shared=True),
    "questionnaires/design/<int:pk>": Kind("form", Policy.EDIT_FORMS, shared=True),
    "questionnaires/<int:pk>": Kind("questionnaire", Policy.SEE_FORMS, shared=True),
    "audit/<uuid:pk>": Kind("event", Policy.READ_AUDIT, MISSING_UUID),
    "imports/<int:pk>": Kind("import", Policy.IMPORT),
    "campaigns/<int:pk>": Kind("campaign", Policy.SEE_CAMPAIGNS),
    "campaigns/<int:pk>/quotas/<int:quota>": Kind("quota", Policy.SEE_CAMPAIGNS),
    "campaigns/<int:pk>/collectors/<int:collector>": Kind(
        "collector", Policy.SEE_CAMPAIGNS
    ),
    "campaigns/<int:pk>/collectors/<int:collector>/codes/<int:unit>": Kind(
        "asked", Policy.SEE_CAMPAIGNS
    ),
    "campaigns/<int:pk>/results/answers/<int:response>": Kind(
        "response", Policy.SEE_ANSWERS
    ),
    "gaps/events/<int:pk>": Kind("noted", Policy.NOTE_EVENTS),
    "contacts/<int:pk>": Kind("contact", Policy.SEE_CONTACTS),
    "contacts/lists/<int:pk>": Kind("contact list", Policy.SEE_CONTACTS),
    "stop/<str:token>": Kind("opt-out", Policy.ANYONE, "0-0"),
    "phone/<int:pk>": Kind("campaign", Policy.ENTER_ANSWERS),
    "follow-ups/<int:pk>": Kind("follow-up", Policy.FOLLOW_UP),
    "work/<str:key>": Kind("work", None, "follow_up-999999999"),
    "work/snoozes/<int:pk>": Kind("snooze", None),
    "work/hand-overs/<int:pk>": Kind("hand-over", None),
    # Somebody's own; the token of a feed opens it to whoever holds it.
    "notices/<int:pk>": Kind("notice", None),
    "notices/feed/<str:token>": Kind("feed", Policy.ANYONE, "0-0"),
    "notices/channels/<int:pk>": Kind("channel", Policy.EDIT_CHANNELS),
    "notices/words/<str:kind>": Kind(
        "wording", Policy.EDIT_CHANNELS, "nothing", shared=True
    ),
    "clocks/<int:pk>": Kind("clock", Policy.SEE_CLOCKS),
    "clocks/<int:pk>/extensions/<int:extension>": Kind("extension", Policy.SEE_CLOCKS),
    "time-limits/<int:pk>": Kind("time limit", Policy.SEE_CLOCKS, shared=True),
    "time-limits/<int:pk>/replays/<int:replay>": Kind("replay", Policy.SEE_CLOCKS),
    "cases/<int:pk>": Kind("case", Policy.SEE_CASES),
    "cases/<int:pk>/files/<int:attachment>": Kind("case file", Policy.SEE_CASES),
    # Of whoever is to take it on.
    "cases/<int:pk>/offers/<int:offer>": Kind("case offer", None),
    "cases/<int:pk>/drafts/<int:draft>": Kind("case draft", Policy.SEE_CASES),
    "cases/<int:pk>/reviews/<int:decision>": Kind("matter not filed", Policy.SEE_CASES),
    "cases/categories/<int:pk>": Kind("case category", Policy.EDIT_CASE_RULES, shared=True),
    "cases/filters/<int:pk>": Kind("saved filter", None),
    # The door of customers: whoever holds a token may open it, whoever that is.
    "s/<str:token>": Kind("door", Policy.ANYONE, "nothing"),
    "r/<str:token>": Kind("report door", Policy.ANYONE, "nothing"),
    "c/<str:token>": Kind("case link", Policy.ANYONE, "nothing"),
    "cases/qr/<str:code>": Kind("report sheet", Policy.TAKE_CASES, "nowhere"),
    # Of the libraries: a link in a mail, which opens once, and a person's own device.
    r"^password/reset/key/(?P<uidb36>": Kind("reset", Policy.ANYONE, "1", shared=True),
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>": Kind(
        "reset", Policy.ANYONE, "1", shared=True
    ),
    "2fa/webauthn/keys/<int:pk>": Kind("device", None),
}


@dataclass(frozen=True)
class Target:
    """One choice of things for the blanks of a door."""

    places: tuple[str | None, ...]  # per blank; None: no such thing, "": of no place
    values: dict[str, Any] = field(hash=False)

    @property
    def mixed(self) -> bool:
        return len({place for place in self.places if place}) > 1

    def __str__(self) -> str:
        return ", ".join(place if place else "missing" for place in self.places) or "-"


# Own, below, beside, above and far away, as seen from the East hall.
_SEEN_FROM_EAST = ("east", "counter", "west", "city", "far hall")


def kinds(door: Door, factories: dict[str, Kind]) -> list[Kind]:
    return [factories[door.key(blank)] for blank in door.blanks]


def targets(door: Door, company: Company, factories: dict[str, Kind]) -> list[Target]:
    wanted = kinds(door, factories)
    if not wanted:
        return [Target((), {})]
    count = len(wanted)
    choices: list[tuple[str | None, ...]] = [(place,) * count for place in _SEEN_FROM_EAST]
    if count > 1:
        choices += [
            ("east",) * (count - 1) + ("west",),
            ("west",) + ("east",) * (count - 1),
        ]
        choices += [("east",) * (count - 1) + (None,)]
    choices += [(None,) * count]
    made = [_target(door, company, wanted, choice) for choice in choices]
    return list({str(target.values): target for target in made}.values())


def _target(
    door: Door, company: Company, wanted: list[Kind], choice: tuple[str | None, ...]
) -> Target:
    places = tuple(
        "" if kind.shared and place else place
        for kind, place in zip(wanted, choice, strict=True)
    )
    values = [
        _value(company, kind, place) for kind, place in zip(wanted, places, strict=True)
    ]
    return Target(places, dict(zip(door.blanks, values, strict=True)))


def _value(company: Company, kind: Kind, place: str | None) -> Any:
    if place is None:
        return kind.missing
    return company.planted[kind.name][place]


def some(company: Company, places: frozenset[str]) -> dict[str, Any]:
    """One thing of each kind at the first of these places: what a forger would send."""
    order = [place for place in ("west", "east", *PLACES) if place in places]
    return {
        kind: at[order[0]] for kind, at in company.planted.items() if order and "" not in at
    }
