"""A follow-up in the reader's words: the answer behind it, and how much time is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gapless.core.text import said
from gapless.evaluation.campaigns import queries
from gapless.evaluation.campaigns.choices import FollowUpState
from gapless.evaluation.campaigns.redacting import redact
from gapless.people.org.rules import Policy
from gapless.web.deadlines import time_left, tone_of

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Contact, FollowUp
    from gapless.people.org.rules import Viewer


@dataclass(frozen=True, slots=True)
class Row:
    follow_up: FollowUp
    left: str  # "" when it is done
    tone: str
    score: str


@dataclass(frozen=True, slots=True)
class Comment:
    question: str
    words: str


def row(follow_up: FollowUp, *, now: datetime) -> Row:
    left = follow_up.due_at - now
    done = follow_up.state == FollowUpState.DONE
    return Row(
        follow_up=follow_up,
        left="" if done else time_left(left),
        tone="plain" if done else tone_of(left),
        score="—" if follow_up.value is None else str(follow_up.value).replace("-", "−"),
    )


def said_in(follow_up: FollowUp) -> list[Comment]:
    """What the customer wrote, without the numbers that tell who they are."""
    answer = follow_up.response.answer
    texts = answer.texts if answer else {}
    draft = queries.draft_for(follow_up.campaign)
    return [
        Comment(said(item.text), redact(texts[item.code]))
        for item in draft.items
        if texts.get(item.code)
    ]


def question_of(follow_up: FollowUp) -> str:
    """The question that opened it, with the ends of its scale."""
    item = queries.draft_for(follow_up.campaign).item(follow_up.campaign.follow_up_item)
    return said(item.text) if item else ""


def contact_of(viewer: Viewer, follow_up: FollowUp) -> Contact | None:
    """Who it was: for those who may see contacts, and only if they were on a list."""
    invitation = follow_up.response.invitation
    contact = invitation.contact if invitation else None
    may = viewer.holds_at(Policy.SEE_CONTACTS, follow_up.unit.path)
    return contact if may else None
