"""reliability.md F7 (a) and (b): many at once, and the database decides."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from gapless.core.audit.actions import seal_finished
from gapless.core.audit.queries import verify
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import wrong_cells
from gapless.evaluation.campaigns.actions import exclude_response, set_quota
from gapless.evaluation.campaigns.choices import ResponseState
from gapless.evaluation.campaigns.intake import KeyReused, finish, save, withdraw
from gapless.evaluation.campaigns.models import Quota, Response
from gapless.evaluation.campaigns.settling import close_response
from gapless.evaluation.campaigns.tokens import receipt_code
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.fielding import handed_in, later

pytestmark = pytest.mark.django_db(transaction=True)
NOON = later(hours=3)


@pytest.fixture
def whole(transactional_db, cast, version, campaign):
    return campaign


def at_once(verbs: list[Callable[[], object]], threads: int) -> list[object]:
    """Do all of them in so many threads that start together; what each came to."""
    start = Barrier(threads)

    def run(mine: list[Callable[[], object]]) -> list[object]:
        start.wait()
        try:
            return [outcome(verb) for verb in mine]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        shares = [verbs[place::threads] for place in range(threads)]
        return [each for share in pool.map(run, shares) for each in share]


def outcome(verb: Callable[[], object]) -> object:
    try:
        return verb()
    except Exception as error:  # noqa: BLE001  the test names what it expects
        return type(error)


def test_fifty_times_the_same_is_one_answer_and_fifty_receipts(whole, cast, version):
    door, one = fielding.door(whole, cast.east), handed_in("one")
    receipts = at_once([lambda: finish(door, one, now=NOON)] * 50, threads=50)
    assert {(r.code, r.state) for r in receipts} == {
        (receipt_code("one"), ResponseState.COMPLETE)
    }
    assert Counter(r.again for r in receipts) == {True: 49, False: 1}
    assert Answer.objects.count() == Response.objects.count() == 1
    assert not list(wrong_cells(version))


def test_of_two_bodies_under_one_key_one_is_refused(whole, cast, version):
    door = fielding.door(whole, cast.east)
    bodies = [handed_in("one", sat=sat) for sat in ("1", "2")]
    ended = at_once([lambda b=b: finish(door, b, now=NOON) for b in bodies * 8], threads=16)
    refused = [each for each in ended if each is KeyReused]
    assert len(refused) == 8
    assert len({each.code for each in ended if each is not KeyReused}) == 1
    assert Answer.objects.count() == 1
    assert not list(wrong_cells(version))


@pytest.mark.parametrize("threads", [8, 16])
def test_a_quota_is_filled_exactly_and_never_exceeded(whole, cast, version, threads):
    by = {"by": cast.chen, "now": NOON}
    set_quota(whole, limit=11, unit=cast.east, **by)
    set_quota(whole, limit=7, item="who", option=1, **by)
    door = fielding.door(whole, cast.east)
    answers = [handed_in(f"k{n}", who=str(n % 2)) for n in range(32)]
    ended = at_once([lambda a=a: finish(door, a, now=NOON) for a in answers], threads)
    states = Counter(receipt.state for receipt in ended)
    assert states == {ResponseState.COMPLETE: 11, ResponseState.OVER_QUOTA: 21}
    filled = dict(Quota.objects.values_list("item", "filled"))
    old = Answer.objects.filter(response__quotas__item="who").count()
    assert filled == {"": 11, "who": old}
    assert old <= 7
    assert not list(wrong_cells(version))
    seal_finished()
    assert verify(now=NOON).ok


def test_everything_at_once_leaves_the_cells_whole(whole, cast, version):
    set_quota(whole, limit=9, unit=cast.east, by=cast.chen, now=NOON)
    doors = [fielding.door(whole, unit) for unit in (cast.east, cast.west)]
    for n in range(24):
        save(doors[n % 2], handed_in(f"k{n}"), now=later(hours=1))
        if n % 3 == 0:
            finish(doors[n % 2], handed_in(f"k{n}"), now=later(hours=1))
    chosen = {response.key: response for response in Response.objects.all()}

    def acts(n: int) -> list[Callable[[], object]]:
        key = f"k{n}"
        return [
            lambda: finish(doors[n % 2], handed_in(key), now=NOON),
            lambda: withdraw(receipt_code(key), now=NOON),
            lambda: exclude_response(chosen[key], reason="x", by=cast.chen, now=NOON),
            lambda: close_response(chosen[key].pk, now=later(days=2)),
        ]

    verbs = [act for n in range(24) for act in acts(n)]
    ended = at_once(verbs, threads=8)
    unexpected = {each for each in ended if isinstance(each, type)}
    assert {each.__name__ for each in unexpected} <= {"NotCounted", "NoSuchReceipt"}
    assert not list(wrong_cells(version))
    quota = Quota.objects.get()
    assert quota.filled == Response.objects.counting().filter(unit=cast.east).count() <= 9
    assert Answer.objects.count() == Response.objects.exclude(answer=None).count()
