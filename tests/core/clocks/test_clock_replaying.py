"""The bulk form says of every case what reading its clock says."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gapless.core.clocks.choices import Kind
from gapless.core.clocks.replaying import Past, changed, replay
from gapless.core.clocks.rules import PAUSED, RESUMED, Happening, PausePolicy, Policy, read
from gapless.core.clocks.verdicts import Verdict, verdict_of
from tests.core.clocks.strategies import calendars, limits, moments, starts

NO_TIME = timedelta()


@st.composite
def pasts(draw) -> Past:
    """A case, perhaps paused once, perhaps never stopped."""
    started_at = draw(starts)
    later = sorted(draw(st.lists(moments, min_size=2, max_size=2, unique=True)))
    paused = draw(st.booleans()) and later[0] >= started_at
    stopped_at = draw(st.none() | moments.filter(lambda at: at >= started_at))
    return Past(started_at, stopped_at, ((later[0], later[1]),) if paused else ())


def story(past: Past) -> list[Happening]:
    told = [Happening(past.started_at, "received")]
    for starts_at, ends_at in past.pauses:
        told += [Happening(starts_at, PAUSED, "why"), Happening(ends_at, RESUMED)]
    if past.stopped_at:
        told.append(Happening(past.stopped_at, "answered"))
    return told


@settings(max_examples=200, deadline=None)
@given(st.lists(pasts(), max_size=5), calendars(), limits, moments)
def test_a_replay_says_what_each_clock_says(past, calendar, limit, as_of):
    policy = Policy(
        code="law",
        kind=Kind.PROMISE,
        limit=limit,
        starts_on=frozenset({"received"}),
        stops_on=frozenset({"answered"}),
        pauses=(PausePolicy("why"),),
    )

    found = replay(past, limit, calendar, as_of=as_of)

    readings = [read(policy, calendar, story(each), as_of) for each in past]
    assert list(found.verdicts) == [verdict_of(each) for each in readings]
    assert found == replay(past, limit, calendar, as_of=as_of)


def test_what_changed_is_counted_by_from_what_to_what():
    on_time, late, running = Verdict.ON_TIME, Verdict.LATE, Verdict.OPEN

    found = changed([on_time, on_time, late, running], [late, on_time, on_time, running])

    assert found == {(on_time, late): 1, (late, on_time): 1}
