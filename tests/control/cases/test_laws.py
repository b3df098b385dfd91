"""
Whatever people do to two cases, in any order, also what they may not, and also twice: the
state is where the table says, somebody owns it and has it, and nothing said is unsaid.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapless.control.cases import actions as doing
from gapless.control.cases import answering, baton, rules, ruling_out
from gapless.control.cases.choices import (
    Fact,
    Kind,
    NotFiling,
    OfferState,
    State,
    Step,
    Verdict,
)
from gapless.control.cases.models import Case, Concern, Draft, Entry, NotFiled, Offer
from gapless.control.cases.queries import visible_cases
from gapless.control.cases.steps import ChangedMeanwhile, Concerned, NotNow
from gapless.core.clocks.choices import State as ClockState
from gapless.people.org.models import Person
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import MINUTE, category, clocks_of, ship, taken_in

NAMED = (
    doing.NeedsAnother,
    answering.AlreadyDecided,
    answering.NeedsApproval,
    answering.NotConfirmed,
    answering.NotLearnt,
    answering.OwnDraft,
    baton.AlreadyEnded,
    baton.AlreadyOffered,
    baton.NotTheirs,
    baton.TooManyHands,
    ruling_out.AlreadyReviewed,
    ruling_out.NotTheSame,
    ruling_out.OwnDecision,
    ChangedMeanwhile,
    Concerned,
    NotNow,
)
VERBS = (
    "say",
    "tell",
    "ask",
    "assess",
    "keep_out",
    "offer",
    "take_on",
    "refuse",
    "bounce",
    "assign",
    "find_out",
    "propose",
    "approve",
    "send_back",
    "answer",
    "confirm",
    "close",
    "reopen",
    "not_file",
    "review",
    "merge",
)
PEOPLE = ("li", "wang", "zhao", "chen")
MOVES = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.sampled_from((0, 0, 0, 1)),  # which of the two cases
        st.sampled_from(PEOPLE),  # who acts
        st.sampled_from(PEOPLE),  # on whom
        st.booleans(),  # sends it a second time
    ),
    min_size=8,
    max_size=25,
)
NUMBERS = count()
Sent = dict[str, Any]


class World:
    """Two cases of the East hall, and everything that can be done to them."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.now = cast, NINE_AM
        self.cases = [
            taken_in(
                cast.east,
                cast.li,
                facts=frozenset({fact}) if fact else frozenset(),
                key=f"world {next(NUMBERS)}",
            )
            for fact in (Fact.LOSS, None)
        ]

    def take(self, verb: str, place: int, by: str, whom: str, *, twice: bool) -> None:
        self.now += MINUTE
        case = Case.objects.get(pk=self.cases[place].pk)
        key = f"{next(NUMBERS)}"
        act: Callable[..., None] = getattr(self, verb)
        before = seen_of(case)
        for _ in range(1 + twice):
            with suppress(*NAMED):
                act(
                    Case.objects.get(pk=case.pk),
                    by=getattr(self.cast, by),
                    whom=getattr(self.cast, whom),
                    sent={"key": key, "seen": case.version, "now": self.now},
                )
        hold_to_the_table(case, before)

    def say(self, case: Case, *, sent: Sent, **_: Person) -> None:
        key, now = sent["key"], sent["now"]
        doing.write(case, Step.SAID, words="…", key=key, by=None, now=now)

    def tell(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        key, now = sent["key"], sent["now"]
        doing.write(case, Step.TOLD, words="…", key=key, by=by, now=now)

    def ask(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        doing.ask_customer(case, words="?", by=by, **sent)

    def assess(self, case: Case, *, by: Person, whom: Person, sent: Sent) -> None:
        facts = frozenset({Fact.LOSS} if by == whom else ())
        about = {"kind": Kind.COMPLAINT, "category": None, "words": ""}
        doing.assess(case, facts=facts, by=by, **about, **sent)

    def keep_out(self, case: Case, *, by: Person, whom: Person, sent: Sent) -> None:
        key, now = sent["key"], sent["now"]
        doing.keep_out(case, whom, instead=self.cast.chen, key=key, by=by, now=now)

    def offer(self, case: Case, *, whom: Person, sent: Sent, **_: Person) -> None:
        baton.offer(case, to=whom, reason="Yours.", by=case.holder, **sent)

    def take_on(self, case: Case, *, sent: Sent, **_: Person) -> None:
        for made in Offer.objects.filter(case=case).order_by("-pk")[:1]:
            baton.take_on(made, by=made.to, now=sent["now"])

    def refuse(self, case: Case, *, whom: Person, sent: Sent, **_: Person) -> None:
        for made in Offer.objects.filter(case=case).order_by("-pk")[:1]:
            baton.refuse(made, why="No.", by=whom, now=sent["now"])

    def bounce(self, case: Case, *, sent: Sent, **_: Person) -> None:
        for made in Offer.objects.filter(case=case):
            baton.bounce(made, now=sent["now"])

    def assign(self, case: Case, *, by: Person, whom: Person, sent: Sent) -> None:
        baton.assign(case, to=whom, reason="So.", by=by, **sent)

    def find_out(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        answering.find_out(case, verdict=Verdict.PARTLY, facts="…", by=by, **sent)

    def propose(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        answering.propose(case, text="…", by=by, **sent)

    def approve(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        for draft in Draft.objects.filter(case=case).order_by("-pk")[:1]:
            answering.approve(draft, by=by, now=sent["now"])

    def send_back(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        for draft in Draft.objects.filter(case=case).order_by("-pk")[:1]:
            answering.send_back(draft, remark="No.", by=by, now=sent["now"])

    def answer(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        answering.answer(case, text="…", by=by, **sent)

    def confirm(self, case: Case, *, sent: Sent, **_: Person) -> None:
        answering.confirm(case, words="", by=None, **sent)

    def close(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        learnt = {"category": category(f"C{next(NUMBERS)}"), "cause": "…", "measure": "…"}
        answering.close(case, by=by, **learnt, **sent)

    def reopen(self, case: Case, *, sent: Sent, **_: Person) -> None:
        answering.reopen(case, words="…", by=None, **sent)

    def not_file(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        ruling_out.not_file(case, why=NotFiling.NO_FACTS, reason="…", by=by, **sent)

    def review(self, case: Case, *, by: Person, whom: Person, sent: Sent) -> None:
        for made in NotFiled.objects.filter(case=case).order_by("-pk")[:1]:
            upheld = by != whom
            ruling_out.review(made, upheld=upheld, remark="…", by=by, now=sent["now"])

    def merge(self, case: Case, *, by: Person, sent: Sent, **_: Person) -> None:
        (other,) = (each for each in self.cases if each.pk != case.pk)
        ruling_out.merge(case, other, reason="…", by=by, **sent)


def seen_of(case: Case) -> tuple[State, list[tuple[Any, ...]]]:
    return State(case.state), list(Entry.objects.filter(case=case).values_list())


def hold_to_the_table(case: Case, before: tuple[State, list[tuple[Any, ...]]]) -> None:
    """What was said stands, and every new entry led where the table says."""
    state, entries = before
    case.refresh_from_db()
    now, after = seen_of(case)
    assert after[: len(entries)] == entries
    for step in Entry.objects.filter(case=case).order_by("pk")[len(entries) :]:
        assert rules.may_happen(Step(step.step), state)
        state = rules.state_after(Step(step.step), state)
    assert now == state
    assert case.version == len(after)


def hold_to_the_laws(case: Case, now: datetime) -> None:
    case.refresh_from_db()
    about = set(Concern.objects.filter(case=case).values_list("person", flat=True))
    assert not {case.owner_id, case.holder_id} & about
    assert case.transfers <= rules.MOST_TRANSFERS
    waiting = Offer.objects.filter(case=case, state=OfferState.OPEN)
    assert waiting.count() <= (case.state in rules.IN_HAND)
    assert not {made.to_id for made in waiting} & about
    drafts = Draft.objects.filter(case=case, decided_at=None)
    assert drafts.count() == (case.state == State.PROPOSED)
    unread = NotFiled.objects.filter(case=case, reviewed_at=None)
    assert unread.count() <= (case.state == State.NOT_FILED)
    assert (case.ended_at is None) == (case.state in rules.OPEN)
    for person in Person.objects.filter(pk__in=about):
        assert not visible_cases(viewer_of(person, now=now)).filter(pk=case.pk)
    hold_the_clocks(case, about)


def hold_the_clocks(case: Case, about: set[int]) -> None:
    clocks = clocks_of(case)
    assert set(clocks) == set(rules.limits_of(rules.Severity(case.severity)))
    answer = clocks[f"S{case.severity}-ANSWER"]
    runs = case.state in rules.IN_HAND | {State.PROPOSED}
    assert (answer.stopped_at is None) == runs
    if case.severity == rules.Severity.SERIOUS:  # the one that may be paused
        assert (answer.state == ClockState.PAUSED) == (case.state == State.WAITING)
    assert case.matter is not None
    assert case.matter.owner_id == case.holder_id
    assert about <= {person.pk for person in case.matter.hidden_from.all()}


@pytest.mark.django_db
@given(moves=MOVES)
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_happens(cast: Cast, moves: list[tuple[str, int, str, str, bool]]) -> None:
    ship()
    world = World(cast)
    received = Case.objects.count()
    for verb, place, by, whom, twice in moves:
        world.take(verb, place, by, whom, twice=twice)
        for case in world.cases:
            hold_to_the_laws(case, world.now)
    assert Case.objects.count() == received  # merged or not filed, it stays counted
