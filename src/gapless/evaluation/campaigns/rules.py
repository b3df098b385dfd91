"""What a campaign is, which way it goes, and what is made of an answer. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.reading import Said, needed
from gapless.core.instruments.rules import (
    COMPLETE,
    USABLE,
    ItemDraft,
    Values,
    VersionDraft,
    share_answered,
)
from gapless.core.text import LanguageMap

from .choices import CollectorKind, ResponseState, State

if TYPE_CHECKING:
    from gapless.core.instruments.models import FormVersion
    from gapless.people.org.models import Unit

STEPS = {
    State.DRAFT: (State.APPROVED,),
    State.APPROVED: (State.FIELDING, State.DRAFT),
    State.FIELDING: (State.CLOSED,),
    State.CLOSED: (State.ARCHIVED,),
    State.ARCHIVED: (),
}
"""Where a campaign may go from each state."""

IDLE = timedelta(hours=24)
"""Nothing said for so long: the answer is closed as it stands (domain.md 2.4)."""

GRACE = timedelta(minutes=10)
"""Whoever had begun before the end of a campaign may still hand in for so long after it."""

WITHDRAWABLE = timedelta(days=30)
"""How long after handing in a receipt takes an answer back; stated on the pages."""

SAME_DEVICE = timedelta(hours=24)
"""The same device about the same unit within this time is flagged (domain.md 2.4)."""

SECONDS_PER_ITEM = 2
USUAL_SHARE = 3  # faster than a third of the usual time is speeding (domain.md 2.4)
USUAL_FROM = 20  # so many responses make a median

UNWATCHED = frozenset({CollectorKind.KIOSK, CollectorKind.PHONE})
"""Where one device is used by many people, so that it coming again says nothing."""

FINISHED = frozenset(set(ResponseState) - {ResponseState.OPEN})
COUNTING = frozenset({ResponseState.COMPLETE, ResponseState.PARTIAL})


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """What somebody says about a campaign; its units are said beside it."""

    name: LanguageMap
    version: FormVersion
    within: Unit
    starts_at: datetime
    ends_at: datetime
    notice: LanguageMap
    purpose: str = ""
    sampling: CollectionMode = CollectionMode.ON_EVENT
    target: int | None = None
    margin: float | None = None
    population: int | None = None
    thanks: LanguageMap = field(default_factory=dict)
    pause_days: int = 90
    reminders: int = 1
    reminder_days: int = 5
    follow_up_item: str = ""
    follow_up_at_most: int | None = None
    follow_up_hours: int = 24


def usual_mode(kind: CollectorKind, sampling: CollectionMode) -> CollectionMode:
    """How those who come this way were chosen, unless somebody says otherwise."""
    by_list = kind in (CollectorKind.INVITATION, CollectorKind.PHONE)
    return sampling if by_list else CollectionMode.SELF_SELECTED


def watched_item(draft: VersionDraft, code: str) -> ItemDraft | None:
    """The item whose bad answers open follow-ups, if it is one that can be bad."""
    item = draft.item(code)
    return item if item and item.kind in FOLLOWABLE else None


FOLLOWABLE = ("pair", "score", "zone", "overall", "nps")


# --- From opening to being done -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """When a campaign takes answers: its state, its dates, and when it was closed."""

    state: State
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime | None

    @property
    def end(self) -> datetime:
        return min(self.ends_at, self.closed_at or self.ends_at)

    def takes(self, now: datetime) -> bool:
        return self.state == State.FIELDING and self.starts_at <= now < self.end

    def lets_finish(self, opened_at: datetime, now: datetime) -> bool:
        """Whether an answer begun then is still taken, up to ten minutes after the end."""
        if self.takes(now):
            return True
        ran = self.state in (State.FIELDING, State.CLOSED)
        return ran and self.starts_at <= opened_at < self.end <= now < self.end + GRACE


def ending(draft: VersionDraft, said: Said) -> ResponseState:
    """What an answer is worth once nothing more comes (domain.md 2.4)."""
    share = share_answered(needed(draft, said), said.answered)
    if share >= COMPLETE:
        return ResponseState.COMPLETE
    return ResponseState.PARTIAL if share >= USABLE else ResponseState.BROKEN_OFF


def fingerprint(carrying: Mapping[str, Sequence[str]]) -> str:
    """One number for what was handed in: the same words, in any order, give the same."""
    words = sorted((name, list(values)) for name, values in carrying.items())
    return hashlib.sha256(json.dumps(words, separators=(",", ":")).encode()).hexdigest()


def fewest_seconds(items: int, usual: int | None) -> int:
    """Whoever took less time than this to answer so many items did not read them."""
    shortest = SECONDS_PER_ITEM * items
    return max(shortest, -(-usual // USUAL_SHARE)) if usual else shortest


def usual_seconds(taken: Sequence[int]) -> int | None:
    """The lower median of finished responses; None while there are too few."""
    if len(taken) < USUAL_FROM:
        return None
    return sorted(taken)[(len(taken) - 1) // 2]


@dataclass(frozen=True, slots=True)
class Share:
    """Whom a quota is about: a unit's subtree, an option of a single choice, or both."""

    path: str = ""
    item: str = ""
    option: int | None = None

    def fits(self, path: str, values: Values) -> bool:
        if not path.startswith(self.path):
            return False
        return not self.item or values.get((self.item, 0)) == self.option


# --- What keeps a campaign from going on ----------------------------------------------


def unready(
    facts: CampaignFacts, draft: VersionDraft, *, units: int, now: datetime
) -> Iterator[str]:
    """Why a campaign cannot be approved: codes that the doors put into words."""
    if not any(words.strip() for words in facts.notice.values()):
        yield "no_notice"
    if not any(words.strip() for words in facts.name.values()):
        yield "no_name"
    if facts.version.published_at is None:
        yield "unpublished"
    if not units:
        yield "no_units"
    if facts.ends_at <= now:
        yield "over"
    if facts.follow_up_item and not watched_item(draft, facts.follow_up_item):
        yield "no_such_item"
    if facts.follow_up_item and facts.follow_up_at_most is None:
        yield "no_threshold"
