"""The demo's clocks: in whose hands they were, and nothing told of what is past."""

from datetime import timedelta

import pytest

from gapless.core.clocks import sweeping
from gapless.core.clocks.holders import NOBODY
from gapless.core.clocks.models import ClockEffect, Matter
from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.working import run_next
from gapless.core.notices.models import Notice
from gapless.demo.timing import MATTERS, SUBJECT
from gapless.loop import JOBS
from gapless.people.org.models import Person
from tests.demo.conftest import LOADED_AT

pytestmark = pytest.mark.django_db


def test_whoever_takes_it_in_and_on_is_named(demo: object, db: None) -> None:
    names = set(Person.objects.values_list("name", flat=True))
    matters = Matter.objects.filter(subject_type=SUBJECT)

    assert matters.count() == MATTERS
    for matter in matters:
        holders = list(matter.happenings.exclude(holder=NOBODY).values_list("holder"))
        assert holders
        assert {holder for (holder,) in holders} <= names
    taken_on = matters.filter(happenings__kind="handed_over").distinct()
    assert 5 <= taken_on.count() <= MATTERS / 3


def test_the_first_minute_tells_nobody_of_what_is_past(demo: object, db: None) -> None:
    before = ClockEffect.objects.filter(clock__matter__subject_type=SUBJECT)
    assert before.exists()
    assert not before.filter(told_at=None).exists()

    soon = LOADED_AT + timedelta(minutes=1)
    enqueue(sweeping.SWEEP, {}, now=soon)
    run_next({sweeping.SWEEP: JOBS[sweeping.SWEEP]}, clock=lambda: soon)

    told = Notice.objects.filter(kind__startswith="clock.", created_at=soon)
    demo_clocks = [f"/clocks/{pk}/" for pk in before.values_list("clock", flat=True)]
    assert not told.filter(url__in=demo_clocks).exists()
