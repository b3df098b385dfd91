"""What happened to a matter, and what its clock made of it, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gapless.core.clocks import queries
from gapless.core.clocks.choices import Why
from gapless.core.clocks.effects import EffectKind
from gapless.web.templatetags.numbers import duration

from . import words

if TYPE_CHECKING:
    from gapless.core.clocks.models import Clock, ClockEffect, Happening
    from gapless.core.clocks.models import Extension as Asked
    from gapless.core.clocks.rules import Reading


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    title: str
    who: str = ""
    note: str = ""
    tone: str = ""  # "by-hand" for what a person did, "short" where a limit passed


def story(clock: Clock, reading: Reading) -> list[Moment]:
    ignored = {
        (each.happening.at, each.happening.kind): each.why for each in reading.ignored
    }
    found = [
        _happened(each, ignored.get((each.at, each.kind)))
        for each in queries.happenings_of(clock)
    ]
    found += [_effect(each) for each in clock.effects.all()]
    for extension in clock.extensions.select_related("asked_by", "decided_by"):
        found += _extension(extension)
    return sorted(found, key=lambda moment: moment.at)


def _happened(happening: Happening, ignored: Why | None) -> Moment:
    notes = [words.reason(happening.reason)] if happening.reason else []
    if happening.holder:
        notes.append(
            _("In the hands of %(holder)s from here on.") % {"holder": happening.holder}
        )
    if not happening.human:
        notes.append(_("Sent by a machine."))
    if ignored:
        notes.append(str(ignored.label))
    who = happening.noted_by.name if happening.noted_by else ""
    return Moment(
        happening.at, words.happening(happening.kind), who, " ".join(notes), "by-hand"
    )


def _effect(effect: ClockEffect) -> Moment:
    told = _told(effect)
    if effect.kind == EffectKind.BREACH:
        return Moment(effect.at, _("The limit passed"), note=told, tone="short")
    if effect.kind == EffectKind.WARNING:
        share = f"{float(100 * Fraction(effect.about)):g}%"
        title = _("%(share)s of the limit was used") % {"share": share}
        return Moment(effect.at, title, note=told)
    title = _("It went up to: %(role)s") % {"role": words.role(effect.about)}
    return Moment(effect.at, title, note=told, tone="short")


def _told(effect: ClockEffect) -> str:
    if effect.told_at is None:
        return _("Notices go out with the next sweep.")
    if not effect.told:
        return _("Nobody was told: something graver was, or nobody is there to tell.")
    return _("People told: %(count)d.") % {"count": effect.told}


def _extension(extension: Asked) -> Iterator[Moment]:
    asked = _("A later limit was asked for")
    yield Moment(
        extension.asked_at, asked, extension.asked_by.name, extension.reason, "by-hand"
    )
    if extension.decided_at and extension.decided_by:
        title = _("It was granted") if extension.approved else _("It was refused")
        who = extension.decided_by.name
        yield Moment(extension.decided_at, title, who, extension.answer, "by-hand")


@dataclass(frozen=True, slots=True)
class Held:
    holder: str
    length: str


def held(whole: queries.Whole) -> Iterator[Held]:
    """In whose hands it was, and how long; whoever had it longest first."""
    for holder, length in sorted(whole.held.items(), key=lambda each: -each[1]):
        yield Held(holder or _("Nobody by name"), duration(length))
