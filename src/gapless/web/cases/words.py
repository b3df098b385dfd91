"""A case in the reader's words: the customer, the timeline, what comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.control.cases.choices import (
    Kind,
    NotFiling,
    ReplyBy,
    Severity,
    State,
    Step,
    Verdict,
)

if TYPE_CHECKING:
    from gapless.control.cases.models import Attachment, Case, Entry
    from gapless.control.cases.rules import Standing

ALL, CUSTOMER, DECISIONS = "all", "customer", "decisions"

SHOWN: dict[str, frozenset[Step]] = {
    ALL: frozenset(Step),
    CUSTOMER: frozenset(
        {
            Step.RECEIVED,
            Step.SAID,
            Step.TOLD,
            Step.ASKED,
            Step.ANSWERED,
            Step.CONFIRMED,
            Step.RATED,
            Step.REOPENED,
        }
    ),
    DECISIONS: frozenset(
        {
            Step.ASSESSED,
            Step.ASSIGNED,
            Step.RECUSED,
            Step.FOUND,
            Step.PROPOSED,
            Step.SENT_BACK,
            Step.ANSWERED,
            Step.NOT_FILED,
            Step.REVIEWED,
            Step.MERGED,
            Step.JOINED,
            Step.CLOSED,
            Step.REOPENED,
        }
    ),
}
# What the customer said, in a bubble; everything else is plain (design.md 5).
SPOKEN = frozenset({Step.RECEIVED, Step.SAID, Step.CONFIRMED, Step.REOPENED})
KEY = SPOKEN | {Step.FOUND, Step.ANSWERED, Step.CLOSED}


# --- The customer ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    phone: str
    email: str
    masked: bool

    @property
    def known(self) -> bool:
        return bool(self.name or self.phone or self.email)


def customer_of(case: Case, standing: Standing) -> Customer:
    """In full for those who handle the case or decide on it, masked for others."""
    name, phone, email = case.customer_name, case.customer_phone, case.customer_email
    if standing.sees_customer:
        return Customer(name, phone, email, masked=False)
    return Customer(_name(name), _phone(phone), _email(email), masked=True)


def _name(name: str) -> str:
    return f"{name[0]}**" if name else ""


def _phone(phone: str) -> str:
    return f"****{phone[-4:]}" if phone else ""


def _email(email: str) -> str:
    before, _at, domain = email.partition("@")
    return f"{before[:1]}***@{domain}" if email else ""


# --- The timeline ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    title: str
    who: str = ""
    words: str = ""
    spoken: bool = False
    tone: str = ""  # "by-hand" for what counts, "short" where a limit passed
    files: tuple[Attachment, ...] = ()
    other: Case | None = None  # as far as the viewer sees it


def story(
    entries: Iterable[Entry], shown: str, seen: Collection[int], breaches: Iterable[Moment]
) -> list[Moment]:
    """
    :param seen: the other cases named there that the viewer sees.
    :param breaches: of the clocks, told with everything.
    """
    steps = SHOWN[shown]
    found = [_moment(each, seen) for each in entries if each.step in steps]
    if shown == ALL:
        found += breaches
    return sorted(found, key=lambda moment: moment.at)


def _moment(entry: Entry, seen: Collection[int]) -> Moment:
    step = Step(entry.step)
    return Moment(
        at=entry.at,
        title=_title(entry, step),
        who=_who(entry, step),
        words=entry.words,
        # What staff say when they take a case up again is no word of the customer.
        spoken=step in SPOKEN and not (step == Step.REOPENED and entry.by_id),
        tone="by-hand" if step in KEY else "",
        files=tuple(entry.attachments.all()),
        other=entry.other if entry.other_id in seen else None,
    )


_WITH_NAME: dict[Step, str | Promise] = {
    Step.OFFERED: gettext_lazy("Handed over to %(name)s"),
    Step.TAKEN: gettext_lazy("%(name)s took it on"),
    Step.REFUSED: gettext_lazy("Hand-over refused; it stays with %(name)s"),
    Step.BOUNCED: gettext_lazy("Nobody took it on in time; it stays with %(name)s"),
    Step.ASSIGNED: gettext_lazy("Assigned to %(name)s"),
    Step.RECUSED: gettext_lazy("Somebody concerned is kept out; %(name)s takes over"),
}


def _title(entry: Entry, step: Step) -> str:
    if step in _WITH_NAME and entry.whom:
        return _WITH_NAME[step] % {"name": entry.whom.name}
    if step == Step.FOUND and entry.code in Verdict.values:
        return _("Investigated: %(verdict)s") % {"verdict": Verdict(entry.code).label}
    if step == Step.NOT_FILED and entry.code in NotFiling.values:
        return _("Not filed: %(why)s") % {"why": NotFiling(entry.code).label}
    if step == Step.ASSESSED and entry.code[1:].isdecimal():
        grade = Severity(int(entry.code[1:])).label
        return _("Assessed: %(severity)s") % {"severity": grade}
    if step == Step.ANSWERED and entry.code in ReplyBy.values:
        how = ReplyBy(entry.code).label
        return _("The customer was answered: %(how)s") % {"how": how}
    if step == Step.RATED:
        return _("The customer rated how it was handled: %(rating)s of 5") % {
            "rating": entry.code
        }
    if step == Step.REVIEWED:
        return str(_REVIEWED.get(entry.code, step.label))
    return str(step.label)


_REVIEWED: dict[str, str | Promise] = {
    "upheld": gettext_lazy("It was right not to file it"),
    "overturned": gettext_lazy("It is filed after all"),
}


def _who(entry: Entry, step: Step) -> str:
    if step == Step.RECEIVED and entry.whom:
        return _("%(name)s is responsible from first contact") % {"name": entry.whom.name}
    if entry.by:
        return entry.by.name
    return _("Customer") if step in SPOKEN else ""


# --- What comes next ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Next:
    """Who has to do what by when."""

    title: str
    who: str = ""
    due_at: datetime | None = None


def after(case: Case, *, to_be_read: bool, due_at: datetime | None) -> Next:
    """
    What whoever has the case does next.

    :param due_at: of its clocks that run, the first limit.
    """
    state, holder = State(case.state), case.holder.name
    if state == State.WAITING:
        title = _("Wait for the customer, and ask again if nothing comes")
        return Next(title, holder, due_at)
    if state == State.RECEIVED:
        return Next(_("Say how grave it is, and tell the customer"), holder, due_at)
    if not case.verdict and case.kind == Kind.COMPLAINT:
        return Next(_("Find out what happened"), holder, due_at)
    if to_be_read:
        title = _("Write the answer, and have it read by whoever decides")
        return Next(title, holder, due_at)
    return Next(_("Answer the customer"), holder, due_at)


def typed(fields: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What somebody typed into a form that does not exist any more."""
    return ((label, value) for label, value in fields if value.strip())
