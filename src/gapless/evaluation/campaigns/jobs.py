"""
What happens by itself, every minute: campaigns begin and end, what lies idle is closed,
how long people usually take is counted, and overdue follow-ups are told. Late is
harmless; twice is once.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.db.models import Q, QuerySet

from gapless.core.jobs.working import Run

from .actions import NoSuchStep, NotReady, take_step
from .choices import ResponseState, State
from .models import Campaign, Collector, Response
from .rules import COUNTING, GRACE, IDLE, usual_seconds
from .settling import close_response
from .telling import tell_overdue

UPKEEP = "campaigns.upkeep"
BATCH = 200
PACE_OF = 1_000  # the newest responses whose median is taken


def run_upkeep(run: Run) -> None:
    """The job of every minute."""
    turn_states(now=run.now())
    for closed in close_idle(now=run.now()):
        if closed % BATCH == 0:
            run.check()
    count_pace()
    with run.step():
        tell_overdue(now=run.now())


def turn_states(*, now: datetime) -> None:
    """Approved campaigns go into the field when they start, and are closed at their end."""
    starting = Campaign.objects.in_state(State.APPROVED).filter(starts_at__lte=now)
    for campaign in starting.order_by("pk"):
        with suppress(NoSuchStep, NotReady):  # somebody was quicker, or it cannot begin
            take_step(campaign, State.FIELDING, by=None, now=now)
    ending = Campaign.objects.in_state(State.FIELDING).filter(ends_at__lte=now)
    for campaign in ending.order_by("pk"):
        with suppress(NoSuchStep):
            take_step(campaign, State.CLOSED, by=None, now=now)


def left_lying(now: datetime) -> QuerySet[Response]:
    """What nobody goes on with: idle for a day, or its campaign has ended."""
    over = Q(campaign__ends_at__lte=now - GRACE) | Q(campaign__closed_at__lte=now - GRACE)
    waiting = Response.objects.filter(state=ResponseState.OPEN)
    return waiting.filter(Q(saved_at__lte=now - IDLE) | over)


def close_idle(*, now: datetime) -> Iterator[int]:
    """Close what lies idle, one at a time; how many it were so far."""
    closed = last = 0
    while some := list(
        left_lying(now)
        .filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        for last in some:
            close_response(last, now=now)
            closed += 1
            yield closed


def count_pace() -> None:
    """What is usual for a form on a kind of collector, while campaigns are in the field."""
    open_ = Collector.objects.filter(
        campaign__state=State.FIELDING, revoked_at=None
    ).order_by()
    for version, kind in open_.values_list("campaign__version", "kind").distinct():
        alike = Collector.objects.filter(campaign__version=version, kind=kind)
        finished = Response.objects.filter(
            collector__in=alike, state__in=COUNTING, seconds__isnull=False
        )
        taken = finished.order_by("-finished_at").values_list("seconds", flat=True)
        usual = usual_seconds([seconds for seconds in taken[:PACE_OF] if seconds])
        alike.exclude(usual_seconds=usual).update(usual_seconds=usual)
