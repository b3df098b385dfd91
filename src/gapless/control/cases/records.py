"""What hangs on a case, found only by whoever may see the case."""

from __future__ import annotations

from django.db.models import QuerySet

from gapless.people.org.rules import Policy, Viewer

from .models import Attachment, Case, Concern, Draft, NotFiled, Offer
from .queries import visible_cases
from .rules import Standing


def standing_of(viewer: Viewer, case: Case, offered: Offer | None) -> Standing:
    """
    What the viewer is to a case that they see.

    :param offered: the open hand-over of the case, if there is one.
    """
    me = viewer.person_id
    return Standing(
        holds=case.holder_id == me,
        owns=case.owner_id == me,
        decides=viewer.holds_at(Policy.DECIDE_CASES, case.unit.path),
        asked=offered is not None and offered.to_id == me,
    )


def offers_to(viewer: Viewer) -> QuerySet[Offer]:
    """What was handed over to the viewer, answered or not."""
    about = Concern.objects.filter(person=viewer.person_id).values("case")
    mine = Offer.objects.filter(to=viewer.person_id).exclude(case__in=about)
    return mine.select_related("case__unit", "by", "to")


def drafts_of(viewer: Viewer) -> QuerySet[Draft]:
    cases = visible_cases(viewer).values("pk")
    return Draft.objects.filter(case__in=cases).select_related("case__unit", "by")


def not_filings_of(viewer: Viewer) -> QuerySet[NotFiled]:
    cases = visible_cases(viewer).values("pk")
    return NotFiled.objects.filter(case__in=cases).select_related("case__unit", "by")


def attachments_of(viewer: Viewer) -> QuerySet[Attachment]:
    cases = visible_cases(viewer).values("pk")
    found = Attachment.objects.filter(entry__case__in=cases)
    return found.select_related("entry", "file")
