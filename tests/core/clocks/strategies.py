"""Places, limits and stories of clocks for the laws."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from gapless.core.calendar.rules import Calendar, Shift, Shifts
from gapless.core.clocks.choices import Kind, Unit
from gapless.core.clocks.rules import (
    PAUSED,
    RESUMED,
    Extension,
    Happening,
    Limit,
    PausePolicy,
    Policy,
    Step,
)

# Within reach of it: both changes to summer time, in Berlin and in New York.
START = datetime(2026, 3, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ZONES = ["Asia/Shanghai", "Asia/Hong_Kong", "Europe/Berlin", "America/New_York"]

moments = st.integers(0, 25 * 24 * 60).map(lambda minutes: START + minutes * MINUTE)
starts = st.integers(0, 12 * 60).map(lambda minutes: START + minutes * MINUTE)
# Half of the looks, and of what happens, fall where most clocks still run.
looks = moments | st.integers(0, 36 * 60).map(lambda n: START + n * MINUTE)
lengths = st.integers(1, 5 * 24 * 60).map(lambda minutes: minutes * MINUTE)


@st.composite
def shifts(draw, *, at_least: int = 0) -> Shifts:
    edges = draw(
        st.lists(st.integers(0, 48), unique=True, min_size=2 * at_least, max_size=4).map(
            sorted
        )
    )
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Shift(30 * opens, 30 * closes) for opens, closes in pairs)


@st.composite
def calendars(draw) -> Calendar:
    """Some days closed, some special; at least Wednesday is worked."""
    week = tuple(draw(shifts(at_least=int(day == 2))) for day in range(7))
    days = st.dates(date(2026, 3, 4), date(2026, 5, 10))
    special = draw(st.dictionaries(days, shifts(), max_size=12))
    return Calendar(ZoneInfo(draw(st.sampled_from(ZONES))), week, special)


limits = st.builds(
    Limit,
    st.integers(1, 12),
    st.sampled_from([Unit.HOUR, Unit.DAY, Unit.BUSINESS_HOUR, Unit.WORKING_DAY]),
) | st.just(Limit(1, Unit.MONTH))


@st.composite
def policies(draw) -> Policy:
    caps = st.sampled_from([None, HOUR, 4 * HOUR, 24 * HOUR, 48 * HOUR])
    return Policy(
        code="law",
        kind=Kind.PROMISE,
        limit=draw(limits),
        starts_on=frozenset({"received"}),
        stops_on=frozenset({"answered"}),
        pauses=(
            PausePolicy("customer", draw(caps)),
            PausePolicy("supplier", draw(caps)),
        ),
        resumes_on=frozenset({"message"}),
        reopens_on=frozenset({"reopened", "message"}),
        warn_at=(Fraction(1, 3), Fraction(1, 2), Fraction(4, 5)),
        escalation=(Step(HOUR, "manager"), Step(timedelta(), "owner")),
    )


happenings = st.builds(
    Happening,
    looks,
    st.sampled_from(["answered", "reopened", "message", PAUSED, PAUSED, PAUSED, RESUMED]),
    st.sampled_from(["customer", "customer", "supplier", "supplier", "", "lunch"]),
    st.sampled_from(["", "Li", "Wang"]),
    st.booleans(),
)
stories = st.tuples(
    st.lists(happenings, max_size=3) | st.lists(happenings, max_size=12),
    starts.map(lambda at: Happening(at, "received")),
).map(lambda told: [*told[0], told[1]])
extensions = st.lists(
    st.builds(
        lambda at, more: Extension(at, "Li", "parts on order", limit=more), moments, limits
    )
    | st.builds(
        lambda at, until: Extension(at, "Li", "parts on order", until=until),
        moments,
        moments,
    ),
    max_size=3,
)
