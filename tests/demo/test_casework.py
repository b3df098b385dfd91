"""The demo's cases: every state there is, and nobody is told of what is past."""

from datetime import timedelta

import pytest

from gapless.control.cases.choices import OfferState, State, Step
from gapless.control.cases.models import Case, Draft, Entry, Offer
from gapless.core.clocks.models import ClockEffect
from gapless.core.notices.models import Notice
from tests.demo.conftest import LOADED_AT

pytestmark = pytest.mark.django_db


def test_cases_are_in_every_state(demo) -> None:
    assert Case.objects.count() == 41
    assert set(Case.objects.values_list("state", flat=True)) == set(State)
    happened = set(Entry.objects.values_list("step", flat=True))
    assert set(Step) - happened <= {Step.RECUSED, Step.RATED, Step.ASSESSED}


def test_every_way_of_a_hand_over_is_there(demo) -> None:
    ended = set(Offer.objects.values_list("state", flat=True))
    assert ended == set(OfferState) - {OfferState.WITHDRAWN}
    assert not Offer.objects.filter(state=OfferState.OPEN, due_at__lte=LOADED_AT)
    assert Draft.objects.filter(decided_at=None).count() == 2


def test_nothing_lies_in_the_future_and_nobody_is_told_of_the_past(demo) -> None:
    assert not Entry.objects.filter(at__gt=LOADED_AT)
    ours = ClockEffect.objects.filter(clock__matter__subject_type="cases.case")
    assert ours.exists()
    assert not ours.filter(told_at=None)
    old = Notice.objects.filter(
        kind__startswith="case.", created_at__lt=LOADED_AT - timedelta(days=2)
    )
    assert not old.filter(read_at=None)
