"""Reads of jobs. A job is shown with the record it works on, to whoever may see that."""

from datetime import datetime

from django.db.models import QuerySet

from .choices import State
from .models import Job


def job_of(key: str) -> Job | None:
    """The job asked for under a key."""
    return Job.objects.filter(key=key).first()


def jobs_failed_since(moment: datetime) -> QuerySet[Job]:
    """Jobs that gave up. For `gapless doctor`."""
    return Job.objects.filter(state=State.FAILED, finished_at__gte=moment).order_by("pk")
