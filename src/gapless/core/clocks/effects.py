"""
What a clock brings about by itself: warnings, the passing of its limit, escalations. Pure:
which there are by now is read off the clock, and each has a name under which it is done
once, however often it is read.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .rules import Reading


class EffectKind(TextChoices):
    WARNING = "warning", _("Warning")
    BREACH = "breach", _("Limit passed")
    ESCALATION = "escalation", _("Escalation")


class Effect(NamedTuple):
    """
    :param mark: which of its kind, and after how many extensions: a later limit warns anew.
    :param about: the share that was used, or the role that hears of it.
    """

    kind: EffectKind
    mark: str
    about: str
    at: datetime


def effects(reading: Reading, *, extended: int) -> list[Effect]:
    """All that the clock has brought about so far, in the order of their moments."""
    found = [
        Effect(EffectKind.WARNING, f"{share}/{extended}", str(share), at)
        for share, at in reading.warnings
    ]
    if reading.breached_at:
        found.append(Effect(EffectKind.BREACH, f"{extended}", "", reading.breached_at))
    found += [
        Effect(EffectKind.ESCALATION, f"{step}/{extended}", role, at)
        for step, (role, at) in enumerate(reading.escalations)
    ]
    return sorted(found, key=lambda effect: effect.at)


def worth_telling(kinds: Iterable[str], *, stopped: bool) -> list[bool]:
    """
    Which of the effects of one clock that wait, in their order, still tell somebody
    something: the last warning unless the limit has passed meanwhile, and of what was
    stopped only that it was late. A sweep that comes late does not say all at once.
    """
    kinds = list(kinds)
    passed = EffectKind.BREACH in kinds
    last = max((n for n, k in enumerate(kinds) if k == EffectKind.WARNING), default=-1)
    return [
        kind == EffectKind.BREACH
        or (kind == EffectKind.ESCALATION and not stopped)
        or (kind == EffectKind.WARNING and n == last and not passed and not stopped)
        for n, kind in enumerate(kinds)
    ]


GRAVITY = (EffectKind.WARNING, EffectKind.BREACH, EffectKind.ESCALATION)
"""From the least grave to the gravest; of two escalations the later one went higher."""


def each_once(wanted: Sequence[tuple[str, AbstractSet[int]]]) -> list[set[int]]:
    """
    Who hears of which, when several things are told of one clock at once, in their order:
    each person of the gravest that concerns them, and of that alone.

    >>> each_once([("breach", {1, 2}), ("escalation", {2}), ("escalation", {2, 3})])
    [{1}, set(), {2, 3}]
    """
    heard: set[int] = set()
    found: list[set[int]] = [set() for _ in wanted]
    gravest_first = sorted(
        range(len(wanted)),
        key=lambda place: (GRAVITY.index(EffectKind(wanted[place][0])), place),
        reverse=True,
    )
    for place in gravest_first:
        found[place] = set(wanted[place][1]) - heard
        heard |= found[place]
    return found
