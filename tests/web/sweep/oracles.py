"""
What must hold of every answer. Pure: each oracle looks at what was asked, by whom, and
at the answer, and says in words what is wrong.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from gapless.people.org.rules import Policy, Viewer

from .company import Actor, Company
from .knock import Answer, Knock
from .rows import Key, foreign_keys

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NOT_FOR_THIS_METHOD = 405
EVENTS = "audit.event"
TRAIL = frozenset({EVENTS, "audit.seal"})
TRAIL_TABLES = frozenset({"audit_event", "audit_seal"})
# Written by our own doors without an event of the audit trail, and why.
WITHOUT_EVENT: dict[str, str] = {
    "instruments.draft": "the trail says when a draft is begun and published",
    "instruments.draftedit": "every edit is kept where it can be undone",
}
# Events of what leaves no trace in the database: a copy that was taken, a mail.
WITHOUT_WRITE = frozenset({"answers.exported", "audit.exported", "person.invited"})


class Due(StrEnum):
    """What the table of policies says that an answer must be."""

    LOG_IN = "a way to the log-in page"
    REFUSED = "403"
    MISSING = "404"
    OPEN = "an answer"


@dataclass(frozen=True)
class Finding:
    oracle: str
    door: str
    actor: str
    target: str
    ask: str
    words: str

    def __str__(self) -> str:
        where = f"{self.actor} at {self.door} [{self.target}] {self.ask}"
        return f"{self.oracle}: {where}: {self.words}"


def due(
    viewer: Viewer | None,
    policy: Policy,
    things: Iterable[tuple[Policy | None, str | None]],
) -> Due:
    """``things``: what makes each visible, and its place's path; None: no such thing."""
    if viewer is None:
        if policy is not Policy.ANYONE:
            return Due.LOG_IN
        viewer = Viewer(0, ())
    elif not viewer.holds(policy):
        return Due.REFUSED
    for seen_by, path in things:
        if path is None or seen_by is None or not holds_at(viewer, seen_by, path):
            return Due.MISSING
        if not holds_at(viewer, policy, path):
            return Due.REFUSED
    return Due.OPEN


def holds_at(viewer: Viewer, policy: Policy, path: str) -> bool:
    if policy in (Policy.ANYONE, Policy.SIGNED_IN):
        return True
    return viewer.holds_at(policy, path) if path else viewer.holds(policy)


def status(answer: Answer, expected: Due) -> Iterator[str]:
    """The answer is the one that the policy table asks for."""
    got = answer.status
    there = answer.headers.get("location", "") + answer.headers.get("hx-redirect", "")
    sent_to_log_in = got == 401 or "/login/" in there
    fits = {
        Due.LOG_IN: sent_to_log_in,
        Due.REFUSED: got in (403, NOT_FOR_THIS_METHOD),
        Due.MISSING: got in (404, NOT_FOR_THIS_METHOD),
        Due.OPEN: got not in (401, 403, 404) and not sent_to_log_in,
    }[expected]
    if not fits:
        yield f"{expected} was due, got {got} {there}".strip()


def status_of_library(answer: Answer, expected: Due) -> Iterator[str]:
    """A library's page has its own manners; only who is not signed in must be sent away."""
    return status(answer, expected) if expected is Due.LOG_IN else iter(())


def no_error(answer: Answer) -> Iterator[str]:
    if answer.status >= 500:
        yield f"{answer.status} {answer.error}"


def canaries(company: Company, actor: Actor, ask: Knock, answer: Answer) -> Iterator[str]:
    """No word of a foreign place, in the body or in a header."""
    said, typed = answer.anything(), f"{ask.url} {ask.data}"
    for place in sorted(actor.foreign):
        for word in company.canaries([place]):
            if word in said and word not in typed:
                yield f"says something of {place}: …{around(said, word)}…"


def around(said: str, word: str) -> str:
    at = said.index(word)
    return " ".join(said[max(0, at - 60) : at + 40].split())


def private(actor: Actor, answer: Answer) -> Iterator[str]:
    """Nothing personal may lie in a shared cache."""
    personal = actor.viewer is not None or answer.cookies
    kept = answer.headers.get("cache-control", "")
    if personal and not {"no-store", "private"} & set(kept.replace(",", " ").split()):
        yield f"Cache-Control is {kept!r}"


def purity(ask: Knock, answer: Answer) -> Iterator[str]:
    """A safe method writes nothing; a link preview must not answer a survey."""
    if ask.method in SAFE and answer.written:
        yield f"writes to {', '.join(sorted(answer.written))}"


def audited(answer: Answer) -> Iterator[str]:
    """An event is in the trail if and only if something was written."""
    changed = answer.change.tables() - TRAIL - WITHOUT_EVENT.keys()
    events = {row["type"] for (t, _), row in answer.change.added.items() if t == EVENTS}
    if changed and not events:
        yield f"changes {', '.join(sorted(changed))} without an event"
    if events - WITHOUT_WRITE and not answer.written - TRAIL_TABLES:
        yield f"records {', '.join(sorted(events))}, but writes nothing"


def refused_quietly(expected: Due, answer: Answer) -> Iterator[str]:
    """Who is turned away changes nothing."""
    if expected is not Due.OPEN and answer.change:
        tables = ", ".join(sorted(answer.change.tables()))
        yield f"{expected} was due, yet it changes {tables}"


def step_up(answer: Answer) -> Iterator[str]:
    if "/reauthenticate/" not in answer.headers.get("location", ""):
        yield f"{answer.status} without a password given just now"


def foreign_untouched(company: Company, actor: Actor, answer: Answer) -> Iterator[str]:
    """No foreign row changes, and no new or changed row points at a foreign one."""
    happened = answer.change
    for key in (*happened.altered, *happened.removed):
        if company.owner.get(key) in actor.foreign:
            yield f"changes {key} of {company.owner[key]}"
    for key, row in (*happened.added.items(), *happened.altered.items()):
        for target in references(key, row):
            if company.owner.get(target) in actor.foreign:
                yield f"{key} now points at {target} of {company.owner[target]}"


def references(key: Key, row: dict[str, object]) -> Iterator[Key]:
    for each in foreign_keys(key[0]):
        if row.get(each.attname) is not None:
            yield each.related_model._meta.label_lower, row[each.attname]


def differences(first: Answer, second: Answer) -> Iterator[str]:
    """Where two answers can be told apart: the first place, in words."""
    if first.status != second.status:
        yield f"{first.status} here, {second.status} there"
        return
    for name in sorted(first.headers.keys() | second.headers.keys()):
        one, other = first.headers.get(name), second.headers.get(name)
        if one != other:
            yield f"{name}: {one!r} here, {other!r} there"
    if first.body != second.body:
        both = zip(first.body, second.body, strict=False)
        at = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
        here, there = (
            " ".join(answer.body[max(0, at - 50) : at + 50].split())
            for answer in (first, second)
        )
        yield f"…{here}… here, …{there}… there"
