"""
Answers go out: a customer withdraws one, staff exclude or erase one. Whatever was counted
is subtracted, and its quotas have room again.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from gapless.core.audit.actions import record
from gapless.core.instruments.actions import exclude_answer, remove_answers, restore_answer
from gapless.people.org.models import Person

from .choices import FollowUpState, ResponseState
from .models import FollowUp, Quota, Response
from .rules import COUNTING, WITHDRAWABLE
from .tokens import receipt_hash


class NoSuchReceipt(Exception):
    """No answer has this receipt."""


class TooLate(Exception):
    """The answer was handed in more than thirty days ago."""


class NotCounted(Exception):
    """The answer counts nowhere, so it cannot be excluded, or not twice."""


class NotExcluded(Exception):
    """Only what was excluded can count again."""


class QuotaFull(Exception):
    """Others have taken the place of the answer since it was excluded."""


@transaction.atomic
def withdraw(code: str, *, now: datetime) -> None:
    """
    Take an answer back for the customer who holds its receipt. Doing it twice changes
    nothing.

    :raises NoSuchReceipt: when there is none such.
    :raises TooLate: after thirty days.
    """
    response = _held(receipt=receipt_hash(code))
    if response is None:
        raise NoSuchReceipt
    if response.state in (ResponseState.WITHDRAWN, ResponseState.ERASED):
        return
    if response.finished_at and now > response.finished_at + WITHDRAWABLE:
        raise TooLate(response)
    _take_out(response, ResponseState.WITHDRAWN, now)
    record(
        "answer.withdrawn",
        subject=response,
        by=None,
        at=now,
        unit=response.unit,
        campaign=response.campaign_id,
    )


@transaction.atomic
def erase_response(response: Response, *, reason: str, by: Person, now: datetime) -> None:
    """Delete what was said, for good. Doing it twice changes nothing."""
    held = _held(pk=response.pk)
    if held is None or held.state == ResponseState.ERASED:
        return
    _take_out(held, ResponseState.ERASED, now)
    record(
        "answer.erased",
        subject=held,
        by=by,
        at=now,
        unit=held.unit,
        reason=reason,
        campaign=held.campaign_id,
    )
    response.refresh_from_db()


@transaction.atomic
def exclude_response(response: Response, *, reason: str, by: Person, now: datetime) -> None:
    """
    Keep an answer, and let it count nowhere.

    :raises NotCounted: when it does not count already.
    """
    held = _held(pk=response.pk)
    if held is None or not _counts(held) or held.answer_id is None:
        raise NotCounted(response)
    _free_quotas(held)
    exclude_answer(held.campaign.version, held.answer_id)
    Response.objects.filter(pk=held.pk).update(excluded_at=now, exclusion=reason[:200])
    record(
        "answer.excluded",
        subject=held,
        by=by,
        at=now,
        unit=held.unit,
        reason=reason,
        campaign=held.campaign_id,
    )
    response.refresh_from_db()


@transaction.atomic
def restore_response(response: Response, *, by: Person, now: datetime) -> None:
    """
    Let an excluded answer count again.

    :raises NotExcluded: when it is not excluded.
    :raises QuotaFull: when a quota that it fits has filled up meanwhile.
    """
    held = _held(pk=response.pk)
    if held is None or held.excluded_at is None or held.answer_id is None:
        raise NotExcluded(response)
    for quota_id in _quotas_of(held):
        room = Quota.objects.filter(pk=quota_id, filled__lt=F("limit"))
        if not room.update(filled=F("filled") + 1):
            raise QuotaFull(response)
    restore_answer(held.campaign.version, held.answer_id)
    Response.objects.filter(pk=held.pk).update(excluded_at=None, exclusion="")
    record(
        "answer.restored",
        subject=held,
        by=by,
        at=now,
        unit=held.unit,
        campaign=held.campaign_id,
    )
    response.refresh_from_db()


def _held(**which: object) -> Response | None:
    return Response.objects.select_for_update().filter(**which).order_by("pk").first()


def _counts(response: Response) -> bool:
    return response.state in COUNTING and response.excluded_at is None


def _quotas_of(response: Response) -> list[int]:
    return list(response.quotas.order_by("pk").values_list("pk", flat=True))


def _free_quotas(response: Response) -> None:
    for quota_id in _quotas_of(response):
        taken = Quota.objects.filter(pk=quota_id, filled__gt=0)
        taken.update(filled=F("filled") - 1)


def _take_out(response: Response, to: ResponseState, now: datetime) -> None:
    """Out of its quotas and cells; what was said goes, and who it may have been."""
    if _counts(response):
        _free_quotas(response)
    if response.answer_id is not None:
        remove_answers(response.campaign.version, [response.answer_id])
    Response.objects.filter(pk=response.pk).update(
        state=to,
        answer=None,
        fields={},
        fingerprint="",
        device="",
        network="",
        withdrawn_at=now if to == ResponseState.WITHDRAWN else response.withdrawn_at,
    )
    own = FollowUp.objects.filter(response=response)
    own.update(value=None)
    own.filter(~Q(state=FollowUpState.DONE)).update(state=FollowUpState.DONE, closed_at=now)
