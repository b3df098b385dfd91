"""What happened to a matter, and what its clock made of it, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gapless.core.clocks import queries
from gapless.core.clocks.effects import EffectKind
from gapless.core.clocks.policies import PAUSED
from gapless.web.templatetags.numbers import duration

from . import words

if TYPE_CHECKING:
    from gapless.core.clocks.models import Clock, ClockEffect, Happening
    from gapless.core.clocks.models import Extension as Asked


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    title: str
    who: str = ""
    note: str = ""
    tone: str = ""  # "by-hand" for what a person did, "short" where a limit passed


def story(clock: Clock, whole: queries.Whole) -> list[Moment]:
    ignored = {
        (each.happening.at, each.happening.kind): str(each.why.label)
        for each in whole.reading.ignored
    }
    late = {(each.starts_at, each.reason) for each in whole.late_pauses}
    found = []
    for each in queries.happenings_of(clock):
        remark = ignored.get((each.at, each.kind), "")
        if each.kind == PAUSED and (each.at, each.reason) in late:
            remark = remark or _("In the last tenth of its limit.")
        found.append(_happened(each, remark))
    found += [_effect(each) for each in clock.effects.all()]
    for extension in clock.extensions.select_related("asked_by", "decided_by"):
        found += _extension(extension)
    return sorted(found, key=lambda moment: moment.at)


def signals(whole: queries.Whole) -> list[str]:
    """What is worth a question to whoever had it in hand; no fault by itself."""
    return [
        _("Paused at %(at)s, in the last tenth of its limit: %(reason)s")
        % {
            "at": f"{localtime(each.starts_at):%Y-%m-%d %H:%M}",
            "reason": words.reason(each.reason),
        }
        for each in whole.late_pauses
    ]


def _happened(happening: Happening, remark: str) -> Moment:
    notes = [words.reason(happening.reason)] if happening.reason else []
    if happening.holder:
        notes.append(
            _("In the hands of %(holder)s from here on.") % {"holder": happening.holder}
        )
    if not happening.human:
        notes.append(_("Sent by a machine."))
    if remark:
        notes.append(remark)
    who = happening.noted_by.name if happening.noted_by else ""
    return Moment(
        happening.at, words.happening(happening.kind), who, " · ".join(notes), "by-hand"
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
