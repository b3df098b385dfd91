import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from gapless.core.audit.rules import (
    GENESIS,
    Link,
    canonical,
    digest,
    event_id,
    made_at,
    plain,
    walk,
)

values = st.dictionaries(
    st.text(max_size=5), st.text(max_size=5) | st.integers() | st.none(), max_size=5
)


def chain(events: list[bytes]) -> list[Link]:
    links, head = [], GENESIS
    for seq, event in enumerate(events, start=1):
        stamp = b"{}"
        links.append(
            Link(seq, head, digest(head, stamp, event), UUID(int=seq), stamp, event)
        )
        head = links[-1].hash
    return links


@given(values)
def test_the_order_of_keys_does_not_matter(facts):
    assert canonical(facts) == canonical(dict(reversed(facts.items())))


@given(values, values)
def test_different_facts_are_spelled_differently(one, other):
    assert (canonical(one) == canonical(other)) == (one == other)


def test_a_moment_is_spelled_in_utc_with_microseconds():
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2026, 3, 2, 17, 0, tzinfo=shanghai)

    assert json.loads(canonical({"at": moment})) == {
        "at": "2026-03-02T09:00:00.000000+00:00"
    }


@given(st.lists(st.binary(max_size=4), max_size=8))
def test_a_chain_is_whole_to_its_end(events):
    links = chain(events)

    walked = walk(links)

    assert walked.broken is None
    assert (walked.count, walked.head) == (len(links), links[-1].hash if links else GENESIS)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=8), st.data())
def test_a_chain_without_one_link_breaks_there(events, data):
    links = chain(events)
    gone = data.draw(st.integers(0, len(links) - 1))
    del links[gone]

    walked = walk(links)

    # Without its last link a chain is a shorter chain: that is what anchors are for.
    assert walked.count == gone
    assert walked.broken == (links[gone] if gone < len(links) else None)


def test_ids_sort_by_the_time_they_were_made():
    before = datetime.now(UTC)
    ids = [event_id() for _ in range(100)]

    assert len(set(ids)) == 100
    assert [id_.version for id_ in ids] == [7] * 100
    assert all(abs(made_at(id_) - before) < timedelta(minutes=1) for id_ in ids)


def test_a_number_with_nothing_behind_the_point_is_whole():
    assert (plain("1e22"), plain("1.0"), plain("0.5")) == (10**22, 1, 0.5)
    assert isinstance(plain("1.0"), int)
