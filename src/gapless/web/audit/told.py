"""An event in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gapless.core.audit.catalogue import EVENTS, FACTS, REFUSALS
from gapless.core.audit.choices import Severity
from gapless.core.text import LANGUAGES, said
from gapless.people.org.rules import Policy
from gapless.people.org.trail import subject_names
from gapless.web.navigation import entries

if TYPE_CHECKING:
    from gapless.core.audit.models import Event, SecurityEvent
    from gapless.people.org.rules import Viewer

# Where a record has a page, and what that page asks of whoever opens it.
PAGES = {
    "org.unit": ("units:detail", Policy.SEE_UNITS),
    "org.person": ("people:detail", Policy.EDIT_ORGANISATION),
    "characteristics.characteristic": ("characteristics:detail", Policy.SEE_UNITS),
    "instruments.formversion": ("questionnaires:detail", Policy.SEE_FORMS),
    "imports.import": ("imports:detail", Policy.IMPORT),
    "campaigns.campaign": ("campaigns:detail", Policy.SEE_CAMPAIGNS),
}
PAGE_REFUSED = "door.refused"
TONES = {Severity.INFO: "plain", Severity.NOTICE: "plain", Severity.WARNING: "short"}


@dataclass(frozen=True, slots=True)
class Change:
    """What one field was, and what it became."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """One event, ready to be shown."""

    event: Event
    what: str
    severity: Severity
    who: str
    subject: str
    url: str
    changes: tuple[Change, ...]
    facts: tuple[tuple[str, str], ...]

    @property
    def tone(self) -> str:
        return TONES[self.severity]


def told_all(events: Iterable[Event], viewer: Viewer) -> list[Told]:
    """Events in order, each subject by the name it has today."""
    listed = list(events)
    names = subject_names(viewer, listed)
    return [
        told(event, viewer, names.get((event.subject_type, event.subject_id), ""))
        for event in listed
    ]


def told(event: Event, viewer: Viewer, name: str = "") -> Told:
    kind, model = EVENTS.get(event.type), _model(event.subject_type)
    pairs, others = _pairs(event.facts)
    noun = str(model._meta.verbose_name) if model else event.subject_type
    return Told(
        event=event,
        what=said(kind.label) if kind else event.type,
        severity=kind.severity if kind else Severity.INFO,
        who=_who(event),
        subject=" ".join(filter(None, (noun, event.subject_id, name))),
        url=_url(event, viewer),
        changes=tuple(
            Change(
                _named(name, model) if name else "",
                _worded(old, name, model),
                _worded(new, name, model),
            )
            for name, (old, new) in pairs.items()
            if old != new
        ),
        facts=tuple(
            (_named(name, model), _worded(value, name, model))
            for name, value in others.items()
        ),
    )


def told_refusal(refusal: SecurityEvent) -> dict[str, object]:
    label = REFUSALS.get(refusal.type)
    return {
        "at": refusal.at,
        "what": said(label) if label else refusal.type,
        "who": _name(refusal) if refusal.actor_id else _("Nobody known"),
        "detail": _page(refusal.detail) if refusal.type == PAGE_REFUSED else refusal.detail,
        "network": refusal.network,
    }


def _page(door: str) -> str:
    """A page by its place in the menu, and by the name of its door."""
    area = door.partition(":")[0]
    titles = (
        entry.title for entry in entries() if entry.url_name.partition(":")[0] == area
    )
    title = next(titles, "")
    return f"{title} · {door}" if title else door


def _who(event: Event) -> str:
    return _name(event) if event.actor_id else _("The system")


def _name(act: Event | SecurityEvent) -> str:
    # A person who is gone leaves a number behind, and no row to join.
    if act.actor is None:
        return _("Person %(number)d, no longer known") % {"number": act.actor_id}
    return act.actor.name


def _url(event: Event, viewer: Viewer) -> str:
    name, needed = PAGES.get(event.subject_type, ("", Policy.ANYONE))
    gone = event.type.endswith(".deleted")
    if not name or gone or not viewer.holds(needed):
        return ""
    return reverse(name, args=[event.subject_id])


def _pairs(facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """
    What an event says of changes, field → old and new value, and what else it says. Some
    tell ``changed`` fields with both values, some (of people) the fields alone, and some
    what was ``before`` and ``after``: one value, or several by field.
    """
    others = dict(facts)
    pairs: dict[str, Any] = {}
    if isinstance(facts.get("changed"), dict):
        pairs |= others.pop("changed")
    if "before" in facts or "after" in facts:
        before, after = others.pop("before", None), others.pop("after", None)
        if _is_map_of_fields(before) and _is_map_of_fields(after):
            names = dict.fromkeys((*before, *after))
            pairs |= {name: (before.get(name), after.get(name)) for name in names}
        else:
            pairs[""] = (before, after)
    return pairs, others


def _is_map_of_fields(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and not _is_language_map(value)


def _is_language_map(value: Mapping[str, object]) -> bool:
    return bool(value) and value.keys() <= set(LANGUAGES)


def _named(fact: str, model: type[Model] | None) -> str:
    if fact in FACTS:
        return said(FACTS[fact])
    field = _field(fact, model)
    return str(field.verbose_name) if field else fact


def _worded(value: Any, fact: str, model: type[Model] | None) -> str:
    """A JSON value as people read it; a choice of the record's field by its name."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        if fact == "changed":  # the names of fields, told without their values
            return _between().join(_named(one, model) for one in value)
        return _between().join(_worded(one, fact, model) for one in value)
    if isinstance(value, dict):
        if _is_language_map(value):
            return said(value)
        return _between().join(
            f"{_named(key, model)}: {_worded(one, key, model)}"
            for key, one in value.items()
        )
    field = _field(fact, model)
    choices = dict(field.flatchoices) if field else {}
    return str(choices.get(value, value))


def _between() -> str:
    return pgettext("between the members of a list", ", ")


def _field(name: str, model: type[Model] | None) -> Any:
    if model is None:
        return None
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if field.concrete else None


def _model(label: str) -> type[Model] | None:
    """The model of an event's record; None for one that the product no longer has."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None
