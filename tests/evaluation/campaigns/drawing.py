"""What the tests of invitations do again and again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from gapless.core.jobs.models import Job
from gapless.core.jobs.rules import LEASE
from gapless.core.jobs.working import Run, Stop, claim, run_next
from gapless.evaluation.campaigns import inviting
from gapless.evaluation.campaigns.models import Campaign, Contact
from gapless.loop import JOBS
from tests.conftest import NINE_AM, Cast

Add = Callable[..., Contact]


def everybody(campaign: Campaign, size: int | None = None, seed: int = 1) -> inviting.Draw:
    units = frozenset(unit for unit, _name, _n in inviting.frame_by_unit(campaign))
    return inviting.Draw(units, size, seed)


def invite(campaign: Campaign, cast: Cast, **said: Any) -> inviting.Plan:
    now = said.pop("now", NINE_AM)
    return inviting.invite(campaign, everybody(campaign, **said), by=cast.chen, now=now)


def work(at: datetime = NINE_AM) -> None:
    """Carry out what is due at that moment."""
    while run_next(JOBS, clock=lambda: at):
        pass


def the_job(kind: str = inviting.INVITE) -> Job:
    return Job.objects.filter(kind=kind).latest("pk")


def begin(kind: str = inviting.INVITE, at: datetime = NINE_AM) -> Run:
    """Claim a job as a worker does."""
    job = claim([kind], at, lease=LEASE)
    assert job is not None
    return Run(job, clock=lambda: at, lease=LEASE, stop=Stop())
