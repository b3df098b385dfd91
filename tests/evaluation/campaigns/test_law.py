"""
Whatever comes in, is sent again, withdrawn, excluded, erased or left lying, in any order:
the cells are what the answers make, and quotas count exactly those that count.
"""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapless.core.instruments.actions import remove_answers
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import wrong_cells
from gapless.evaluation.campaigns.actions import (
    NotCounted,
    NotExcluded,
    QuotaFull,
    erase_response,
    exclude_response,
    restore_response,
    set_quota,
)
from gapless.evaluation.campaigns.choices import ResponseState
from gapless.evaluation.campaigns.intake import (
    Incomplete,
    KeyReused,
    NoSuchReceipt,
    finish,
    save,
    withdraw,
)
from gapless.evaluation.campaigns.jobs import close_idle
from gapless.evaluation.campaigns.models import Quota, Response
from gapless.evaluation.campaigns.rules import COUNTING
from gapless.evaluation.campaigns.tokens import receipt_code
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.fielding import handed_in, later

KEYS = st.sampled_from("abcdef")
SAID = st.fixed_dictionaries(
    {
        "sat": st.sampled_from(["", "2", "8", "na"]),
        "T1_p": st.sampled_from(["", "1", "7"]),
        "who": st.sampled_from(["", "0", "1"]),
    }
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("save"), KEYS, SAID),
        st.tuples(st.just("finish"), KEYS, SAID),
        st.tuples(
            st.sampled_from(["retry", "withdraw", "exclude", "restore", "erase", "idle"]),
            KEYS,
            st.none(),
        ),
    ),
    max_size=25,
)
REFUSALS = (Incomplete, KeyReused, NoSuchReceipt, NotCounted, NotExcluded, QuotaFull)


class World:
    """A campaign, its doors, and everything that can happen to an answer."""

    def __init__(self, cast, campaign) -> None:
        self.cast = cast
        self.doors = {
            key: fielding.door(campaign, cast.east if key < "d" else cast.west)
            for key in "abcdef"
        }
        self.last = {}
        self.now = later(hours=1)

    def take(self, what, key, said) -> None:
        self.now += timedelta(minutes=1)
        with suppress(*REFUSALS):
            getattr(self, what)(key, said)

    def save(self, key, said):
        save(self.doors[key], handed_in(key, **said), now=self.now)

    def finish(self, key, said):
        self.last[key] = handed_in(key, **said)
        receipt = finish(self.doors[key], self.last[key], now=self.now)
        assert receipt.code == receipt_code(key)

    def retry(self, key, _):
        if key in self.last:
            finish(self.doors[key], self.last[key], now=self.now)

    def withdraw(self, key, _):
        withdraw(receipt_code(key), now=self.now)

    def exclude(self, key, _):
        self.to(key, lambda one: exclude_response(one, reason="x", **self.who))

    def restore(self, key, _):
        self.to(key, lambda one: restore_response(one, **self.who))

    def erase(self, key, _):
        self.to(key, lambda one: erase_response(one, reason="x", **self.who))

    def to(self, key, act):
        for response in Response.objects.filter(key=key):
            act(response)

    @property
    def who(self):
        return {"by": self.cast.chen, "now": self.now}

    def idle(self, _key, _said):
        self.now += timedelta(hours=24)
        for _ in close_idle(now=self.now):
            pass


@pytest.fixture
def quotas(cast, campaign):
    by = {"by": cast.chen, "now": later(hours=0)}
    return [
        set_quota(campaign, limit=2, unit=cast.east, **by),
        set_quota(campaign, limit=1, item="who", option=1, **by),
        set_quota(campaign, limit=1, unit=cast.west, item="who", option=0, **by),
    ]


def fits(quota, answer) -> bool:
    layout = [("T1", 2), ("T2", 2), ("who", 1), ("sat", 1)]
    assert [code for code, _ in layout][2] == "who"
    option = int.from_bytes(bytes(answer.values)[4:5], signed=True)
    here = quota.unit is None or quota.unit_id == answer.unit_id
    return here and (not quota.item or option == quota.option)


@given(steps=STEPS)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_cells_and_quotas_hold_whatever_happens(cast, campaign, version, quotas, steps):
    Response.objects.all().delete()
    _clean(version)
    world = World(cast, campaign)
    for step in steps:
        world.take(*step)

    assert not list(wrong_cells(version))
    counted = list(Answer.objects.filter(counted=True).select_related("response"))
    for quota in Quota.objects.select_related("unit"):
        assert quota.filled == sum(fits(quota, answer) for answer in counted)
        assert quota.filled <= quota.limit
    counting = Response.objects.counting()
    assert {answer.response.pk for answer in counted} == set(
        counting.values_list("pk", flat=True)
    )
    for response in Response.objects.all():
        assert (response.answer_id is not None) == (response.state in COUNTING)
        open_ = response.state == ResponseState.OPEN
        assert open_ == (response.finished_at is None) or not response.receipt


def _clean(version) -> None:
    """Every example begins with nothing in."""
    remove_answers(version, Answer.objects.values_list("pk", flat=True))
    Quota.objects.update(filled=0)
