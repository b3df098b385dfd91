"""Something told, and what the worker does in a minute."""

from datetime import datetime

from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.working import run_next
from gapless.core.notices.actions import notify
from gapless.core.notices.sending import SEND, run_sending
from tests.conftest import NINE_AM


def tell(person, key="a", *, urgent=True, unit=None, now: datetime = NINE_AM) -> None:
    facts = {"number": 17, "campaign": "Spring", "unit": "East hall"}
    notify(
        [person.pk] if person else [],
        "follow_up.opened",
        key=key,
        facts=facts | {"due_at": "2026-03-03T01:00:00+00:00"},
        url="/follow-ups/17/",
        urgent=urgent,
        unit=unit,
        now=now,
    )


def run(now: datetime = NINE_AM) -> None:
    """What the worker does in a minute."""
    enqueue(SEND, {}, now=now)
    job = run_next({SEND: run_sending}, clock=lambda: now)
    assert job is not None
    job.refresh_from_db()
    assert job.state == "done", job.error
