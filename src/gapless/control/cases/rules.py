"""
What may happen to a case, when, and by whom. Pure: no database, no clock, no settings.

The procedures are those of domain.md 5.5 and 5.6 (S003-70, -97…-101). Where the sources
name no number, the number here is our default and the pages say so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gapless.core.clocks.policies import PAUSED, RESUMED

from .choices import Fact, FailureType, Kind, Severity, State, Step

# domain.md 5.5: whoever is handed a case takes it on within 30 minutes of business time.
TAKE_ON_WITHIN = timedelta(minutes=30)
# domain.md 5.5: after two hands the manager decides, and nobody passes it on.
MOST_TRANSFERS = 2
# domain.md 5.6: within 30 days a case is the same one again, and counts as a repeat.
REOPEN_WITHIN = timedelta(days=30)
# Our default: a customer who says nothing for a week is content with the answer.
SILENCE = timedelta(days=7)
# Our default: within a week a second person looks at what was not filed.
REVIEW_WITHIN = timedelta(days=7)
# Our default: of what grade an answer is read by a second person before it goes out.
APPROVED = frozenset({Severity.GRAVE, Severity.SERIOUS})
# How a customer rates the handling: 1 is very poor, 5 is very good.
RATINGS = range(1, 6)

OPEN = frozenset(State) - {State.CLOSED, State.NOT_FILED, State.MERGED}
# What is investigated before it is answered, and learnt from before it is closed.
LOOKED_INTO = frozenset({Kind.COMPLAINT, Kind.FAULT})
IN_HAND = frozenset({State.RECEIVED, State.HANDLING, State.WAITING})


# --- The course of a case -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """
    One line of the transition table.

    :param before: in which states it may happen.
    :param after: in which state the case is then; None: where it was.
    :param heard: what the clocks hear of it.
    :param decides: only whoever decides on cases there, not whoever handles it.
    """

    before: frozenset[State]
    after: State | None = None
    heard: tuple[str, ...] = ()
    decides: bool = False


# What ends every limit: whoever is answered was contacted.
SETTLED = ("contacted", "answered")

MOVES: Mapping[Step, Move] = {
    Step.ASSESSED: Move(IN_HAND, State.HANDLING),
    # Any word of the customer, on any channel, ends the waiting (features.md 3.5 d).
    Step.SAID: Move(frozenset(State), heard=("customer_message",)),
    Step.TOLD: Move(OPEN, heard=("contacted",)),
    Step.NOTED: Move(frozenset(State)),
    Step.MANAGER_KNOWS: Move(OPEN, decides=True),
    Step.ASKED: Move(
        frozenset({State.RECEIVED, State.HANDLING}),
        State.WAITING,
        heard=("contacted", PAUSED),
    ),
    Step.OFFERED: Move(IN_HAND),
    Step.TAKEN: Move(IN_HAND),
    Step.REFUSED: Move(IN_HAND),
    Step.BOUNCED: Move(IN_HAND),
    Step.ASSIGNED: Move(OPEN, decides=True),
    Step.RECUSED: Move(frozenset(State), decides=True),
    Step.RATED: Move(frozenset({State.ANSWERED, State.CONFIRMED, State.CLOSED})),
    Step.FOUND: Move(IN_HAND, State.HANDLING),
    Step.PROPOSED: Move(IN_HAND, State.PROPOSED),
    Step.SENT_BACK: Move(frozenset({State.PROPOSED}), State.HANDLING, decides=True),
    Step.ANSWERED: Move(IN_HAND | {State.PROPOSED}, State.ANSWERED, heard=SETTLED),
    Step.CONFIRMED: Move(frozenset({State.ANSWERED}), State.CONFIRMED),
    Step.CLOSED: Move(frozenset({State.ANSWERED, State.CONFIRMED}), State.CLOSED),
    Step.REOPENED: Move(
        frozenset({State.ANSWERED, State.CONFIRMED, State.CLOSED, State.NOT_FILED}),
        State.HANDLING,
        heard=("reopened",),
    ),
    Step.NOT_FILED: Move(IN_HAND, State.NOT_FILED, heard=SETTLED),
    Step.REVIEWED: Move(frozenset({State.NOT_FILED}), decides=True),
    Step.MERGED: Move(IN_HAND, State.MERGED, heard=SETTLED),
    Step.JOINED: Move(OPEN),
}


def may_happen(step: Step, state: State) -> bool:
    """Whether the table lets it happen to a case in this state."""
    return step in MOVES and state in MOVES[step].before


def state_after(step: Step, state: State) -> State:
    """
    Where it leads.

    :raises KeyError: it never happens to a case that exists.
    """
    if state == State.WAITING and step in (Step.SAID, Step.ASSESSED):
        # To grade it anew ends no waiting: only the customer does, or work that goes on.
        return State.HANDLING if step == Step.SAID else state
    return MOVES[step].after or state


def heard(step: Step, state: State, severity: Severity) -> tuple[str, ...]:
    """
    What the clocks hear of it when it happens in this state.

    Work that goes on ends the waiting for the customer. And whoever decides on a grave
    case knows of it; one that is over needs nobody to know any more.
    """
    kinds = MOVES[step].heard
    if severity == Severity.GRAVE and (MOVES[step].decides or kinds == SETTLED):
        kinds = ("manager_told", *kinds)
    if state == State.WAITING and state_after(step, state) != State.WAITING:
        kinds = (*kinds, RESUMED)
    return kinds


# --- Who does it ----------------------------------------------------------------------

# Whoever answers to the customer says and hears what they say, whoever works on it.
_WITH_THE_CUSTOMER = frozenset(
    {Step.SAID, Step.TOLD, Step.NOTED, Step.CONFIRMED, Step.CLOSED, Step.REOPENED}
)
_BY_THE_ASKED = frozenset({Step.TAKEN, Step.REFUSED})
# Of themselves, with another step, or by the customer: no colleague does them.
_BY_NOBODY = frozenset({Step.RECEIVED, Step.BOUNCED, Step.JOINED, Step.RATED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to a case."""

    holds: bool = False
    owns: bool = False
    decides: bool = False
    asked: bool = False  # to take it on

    @property
    def sees_customer(self) -> bool:
        """Whether they need to know who the customer is."""
        return self.holds or self.owns or self.decides


def theirs(step: Step, standing: Standing) -> bool:
    """Whether it is theirs to do, in whatever state the case is."""
    if step in _BY_NOBODY:
        return False
    if step in _BY_THE_ASKED:
        return standing.asked
    if step == Step.OFFERED:
        return standing.holds
    if MOVES[step].decides:
        return standing.decides
    owner = standing.owns and step in _WITH_THE_CUSTOMER
    return standing.holds or standing.decides or owner


def may(step: Step, state: State, standing: Standing) -> bool:
    """Whether they may do it to a case in this state."""
    return may_happen(step, state) and theirs(step, standing)


# --- How grave it is ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """
    A line of the decision table: if any of these holds, it is at least so grave.

    :param kinds: of which kinds of matter; empty: of any.
    :param facts: one of these is ticked; empty: whatever is ticked.
    """

    severity: Severity
    facts: frozenset[Fact] = frozenset()
    kinds: frozenset[Kind] = frozenset()

    def applies(self, kind: Kind, facts: Collection[Fact]) -> bool:
        of_this_kind = not self.kinds or kind in self.kinds
        return of_this_kind and (not self.facts or not self.facts.isdisjoint(facts))


@dataclass(frozen=True, slots=True)
class Judged:
    """The severity, and the facts of the line that decided it."""

    severity: Severity
    because: tuple[Fact, ...]


# domain.md 5.6, the defaults for S003-99.
SHIPPED: tuple[Row, ...] = (
    Row(
        Severity.GRAVE,
        frozenset(
            {
                Fact.SAFETY,
                Fact.LEGAL,
                Fact.MEDIA,
                Fact.GROUP,
                Fact.PRIVACY,
                Fact.DISCRIMINATION,
            }
        ),
    ),
    Row(Severity.SERIOUS, frozenset({Fact.LOSS, Fact.REPEAT, Fact.THREAT})),
    Row(Severity.ORDINARY, frozenset({Fact.FAILURE})),
    Row(Severity.ORDINARY, kinds=frozenset({Kind.COMPLAINT, Kind.FAULT, Kind.LEAVING})),
    Row(Severity.LIGHT),
)


def severity_of(table: Sequence[Row], kind: Kind, facts: Collection[Fact]) -> Judged:
    """
    The first line that applies decides.

    :raises LookupError: no line applies; a table ends with one that always does.
    """
    for row in table:
        if row.applies(kind, facts):
            ticked = tuple(fact for fact in Fact if fact in row.facts and fact in facts)
            return Judged(row.severity, ticked)
    raise LookupError("the table has no last line")


def limits_of(severity: Severity) -> tuple[str, ...]:
    """The codes of the time limits that a case of this grade runs under."""
    return tuple(f"S{severity.value}-{what}" for what in LIMITS[severity])


LIMITS: Mapping[Severity, tuple[str, ...]] = {
    Severity.GRAVE: ("NOTIFY", "CONTACT", "ANSWER"),
    Severity.SERIOUS: ("CONTACT", "ANSWER"),
    Severity.ORDINARY: ("CONTACT", "ANSWER"),
    Severity.LIGHT: ("ANSWER",),
}

# S004-24: a failure points at the gap that it comes from.
GAPS: Mapping[FailureType, int] = {
    FailureType.BELOW_STANDARD: 3,
    FailureType.PROMISE: 4,
    FailureType.STAFF: 3,
    FailureType.EXPECTATION: 1,
}


# --- The baton ------------------------------------------------------------------------


def may_hand_over(transfers: int) -> bool:
    """
    Whether whoever holds it may still offer it to somebody.

    :param transfers: how often it was taken on by another one since it was opened.
    """
    return transfers < MOST_TRANSFERS


def needs_approval(severity: Severity) -> bool:
    """Whether a second person reads the answer before it goes out."""
    return severity in APPROVED


def silent_since(answered_at: datetime, *, now: datetime) -> bool:
    """Whether the customer has had the answer for long enough to have contradicted it."""
    return now >= answered_at + SILENCE


def is_settled(state: State, answered_at: datetime | None, *, now: datetime) -> bool:
    """Whether the customer confirmed the answer, or kept silent for long enough."""
    if state == State.CONFIRMED:
        return True
    return answered_at is not None and silent_since(answered_at, now=now)


def may_reopen(ended_at: datetime | None, *, now: datetime) -> bool:
    """Whether it is still the same case; later the customer opens another one."""
    return ended_at is None or now < ended_at + REOPEN_WITHIN


def title_of(number: int, opened_year: int, opened_month: int) -> str:
    """What a case is called on paper and on the telephone: 2610-00417."""
    return f"{opened_year % 100:02d}{opened_month:02d}-{number:05d}"


def number_in(typed: str) -> int | None:
    """The number that somebody typed or read out: 2610-00417, 00417 or 417."""
    digits = typed.strip().rpartition("-")[2]
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 16):
        return None
    return int(digits)
