"""What must be true of campaigns at any moment: the doctor's questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q

from gapless.core.instruments.models import Answer

from .models import Quota, Response
from .rules import COUNTING


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be: a code that the doors put into words, and how often."""

    code: str
    count: int


def faults() -> Iterator[Fault]:
    """
    Where responses, answers and quotas contradict each other. Nothing, when all is well;
    the caller holds one snapshot of the database.
    """
    for code, count in (
        ("quota_miscounted", _miscounted_quotas()),
        ("answer_missing", _responses_without_answer()),
        ("response_missing", _answers_without_response()),
        ("counts_otherwise", _counting_otherwise()),
    ):
        if count:
            yield Fault(code, count)


def _miscounted_quotas() -> int:
    counting = Q(response__state__in=COUNTING, response__excluded_at=None)
    filled = Response.quotas.through.objects.filter(counting)
    counts = Counter(filled.values_list("quota", flat=True))
    said = Quota.objects.values_list("pk", "filled")
    return sum(filled != counts[pk] for pk, filled in said)


def _responses_without_answer() -> int:
    """Those that ended as an answer must have one, and no others may."""
    done = Q(state__in=COUNTING)
    without = done & Q(answer=None) | ~done & Q(answer__isnull=False)
    return Response.objects.filter(without).count()


def _answers_without_response() -> int:
    return Answer.objects.exclude(within="").filter(response=None).count()


def _counting_otherwise() -> int:
    """An answer is in the cells exactly while its response is not excluded."""
    excluded = Q(excluded_at__isnull=False)
    differing = excluded & Q(answer__counted=True) | ~excluded & Q(answer__counted=False)
    wrong_place = ~Q(answer__unit=F("unit"))
    own = Response.objects.filter(answer__isnull=False)
    return own.filter(differing | wrong_place).count()
