"""
What is old goes: notices that were read, and messages that were sent. What nobody has read,
or did not get out, stays until somebody sees to it.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from gapless.core.jobs.working import Run

from .choices import DeliveryState
from .models import Delivery, Notice

PRUNE = "notices.prune"
KEPT = timedelta(days=180)
"""Our own choice: long enough to look up what one was told about half a year's work."""

BATCH = 500


def run_pruning(run: Run) -> None:
    """The job of every day: one pass over what is old, a batch in a transaction."""
    before = run.now() - KEPT
    # Messages after the notices that they carried: they are old once they carry none.
    for wanted in (_old_notices, _old_messages):
        last: int | None = 0
        while last is not None:
            with run.step():
                last = _prune(wanted(before), after=last)


def _old_notices(before: datetime) -> QuerySet[Notice]:
    """Read by the person, or posted in the channel, and not on the way out any more."""
    sent = Q(delivery__state=DeliveryState.SENT, delivery__sent_at__lte=before)
    read = Q(person__isnull=False, read_at__lte=before)
    posted = Q(channel__isnull=False)
    return Notice.objects.filter(read & (sent | Q(delivery=None)) | posted & sent)


def _old_messages(before: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        state=DeliveryState.SENT, sent_at__lte=before, notices=None
    )


def _prune(old: QuerySet[Notice] | QuerySet[Delivery], *, after: int) -> int | None:
    """Delete some of them; the last one's number, or None when there are no more."""
    some = list(
        old.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    old.filter(pk__in=some).delete()
    return some[-1] if some else None
