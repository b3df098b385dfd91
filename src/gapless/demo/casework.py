"""
The demo's cases: what customers of four halls came with in the last two months, in all
states there are, each written through the verbs that write everybody's, with the moment of
then. `casework.toml` tells what; the stories below tell how it went.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from gapless.control.cases import actions, answering, baton, rules, ruling_out
from gapless.control.cases.choices import (
    Channel,
    Fact,
    Kind,
    NotFiling,
    Purpose,
    Severity,
    Step,
    Verdict,
)
from gapless.control.cases.models import Case, Category, Offer
from gapless.control.cases.opening import Customer, Matter, take_in
from gapless.control.cases.shipping import ship_builtin
from gapless.core.clocks.models import Clock, ClockEffect
from gapless.core.clocks.models import Matter as ClockMatter
from gapless.core.clocks.settling import settle
from gapless.core.notices.models import Notice
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, RoleAssignment, Unit

SUBJECT = "cases.case"
HALLS = ("JZ-0101", "JZ-0102", "JZ-0103", "JZ-0104")
# Nobody's number: no area code begins with a nought.
PHONE = "+86000{:08}"
READ_AFTER = timedelta(days=2)


def found_cases(units: Mapping[str, Unit], lead: Person, *, now: datetime) -> int:
    """Take them all in, and let happen what happened; nobody is told of what is past."""
    ship_builtin(now=now)
    source = files("gapless.demo") / "casework.toml"
    words = tomllib.loads(source.read_text(encoding="utf-8"))
    told = words["cases"]
    halls = [Hall(units[code], lead) for code in HALLS]
    categories = {category.code: category for category in Category.objects.all()}
    for number, facts in enumerate(told, start=1):
        hall = halls[facts["hall"]]
        category = categories.get(facts.get("category", ""))
        Story(number, facts, words["said"], hall, category, now).tell()
    clocks = Clock.objects.filter(matter__subject_type=SUBJECT, stopped_at=None)
    settle(list(clocks.select_related("matter")), now=now)
    ClockEffect.objects.filter(clock__matter__subject_type=SUBJECT).update(told_at=now)
    Notice.objects.filter(kind__startswith="case.", created_at__lt=now - READ_AFTER).update(
        read_at=now
    )
    return len(told)


def remove_cases(units: Sequence[int]) -> None:
    """Take them out again, with all that was added to them."""
    ours = Case.objects.filter(unit__in=units)
    while ours.exists():  # first those that no other was merged into
        ours.filter(merged=None).delete()
    ClockMatter.objects.filter(unit__in=units, subject_type=SUBJECT).delete()


class Hall:
    """A hall and its people: two at the desks, who runs it, and who decides above."""

    def __init__(self, unit: Unit, lead: Person) -> None:
        held = RoleAssignment.objects.filter(unit=unit).select_related("person")
        staff = held.order_by("pk")
        clerks = [each.person for each in staff if each.role == Role.AGENT]
        self.unit, self.lead = unit, lead
        self.first, self.second = clerks[0], clerks[-1]
        self.manager = next(each.person for each in staff if each.role == Role.UNIT_MANAGER)


class Story:
    """One case, from when it was taken in; hours are counted from then."""

    def __init__(
        self,
        number: int,
        told: Mapping[str, Any],
        said: Mapping[str, str],
        hall: Hall,
        category: Category | None,
        now: datetime,
    ) -> None:
        self.number, self.told, self.said = number, told, said
        self.hall, self.now = hall, now
        self.category = category
        self.opened_at = now - timedelta(days=told["age"])
        self.case = self._taken_in("")

    def tell(self) -> None:
        if self.case.severity == Severity.GRAVE:
            self._note(Step.MANAGER_KNOWS, 0.3, "", by=self.hall.manager)
        stories: dict[str, Callable[[], None]] = {
            "fresh": lambda: None,
            "told": self._told,
            "handling": self._looked_into,
            "waiting": self._waiting,
            "offered": self._offered_just_now,
            "handed": self._handed,
            "refused": self._refused,
            "bounced": self._bounced,
            "appointed": self._appointed,
            "grave": self._closed,
            "draft": self._draft,
            "sent_back": self._sent_back,
            "answered": self._answered,
            "confirmed": self._confirmed,
            "closed": self._closed,
            "settled": self._settled,
            "silent": self._silent,
            "late": self._late,
            "reopened": self._reopened,
            "not_filed": self._not_filed,
            "reviewed": self._reviewed,
            "merged": self._merged,
        }
        stories[self.told["story"]]()

    # --- How they went -----------------------------------------------------------------

    def _told(self) -> None:
        self._note(Step.TOLD, 1.5, self.said["told"])

    def _looked_into(self) -> None:
        self._told()
        self._note(Step.NOTED, 3, self.said["noted"])
        self._found(5)

    def _waiting(self) -> None:
        self._do(actions.ask_customer, 2, words=self.told["ask"])

    def _offered_just_now(self) -> None:
        since = (self.now - self.opened_at) / timedelta(hours=1)
        self._offer(since - 0.1, self.said["you_know_it"])

    def _handed(self) -> None:
        self._told()
        offered = self._offer(2, self.said["you_know_it"])
        baton.take_on(offered, by=offered.to, now=self._at(2.3))
        self._closed()

    def _refused(self) -> None:
        offered = self._offer(2, self.said["it_was_you"])
        why = self.said["was_away"]
        baton.refuse(offered, why=why, by=offered.to, now=self._at(2.2))
        self._closed()

    def _bounced(self) -> None:
        offered = self._offer(2, self.said["you_know_it"])
        baton.bounce(offered, now=offered.due_at)
        hours = (offered.due_at - self.opened_at) / timedelta(hours=1)
        self._closed(after=hours)

    def _appointed(self) -> None:
        self._refused_only()
        hall = self.hall
        self._do(
            baton.assign,
            6,
            by=hall.manager,
            to=hall.second,
            reason=self.said["stays_with_us"],
        )
        self._closed(after=4)

    def _refused_only(self) -> None:
        offered = self._offer(3, self.said["for_fitters"])
        baton.refuse(offered, why=self.said["no_paper"], by=offered.to, now=self._at(4))

    def _draft(self) -> None:
        self._looked_into()
        self._do(answering.propose, 20, text=self.told["answer"])

    def _sent_back(self) -> None:
        self._looked_into()
        draft = self._do(answering.propose, 20, text=self.told["answer"])
        remark = self.said["say_why"]
        answering.send_back(draft, remark=remark, by=self.hall.manager, now=self._at(22))
        self._do(answering.propose, 30, text=self.told["second"])

    def _answered(self, *, after: float = 0) -> None:
        if self.case.kind in (Kind.COMPLAINT, Kind.FAULT) or "found" in self.told:
            self._found(after + 5)
        self._answer(after + 20, self.told["answer"])

    def _confirmed(self, *, after: float = 0) -> None:
        self._answered(after=after)
        self._do(answering.confirm, after + 28, words=self.said["thanks"], by=None)

    def _closed(self, *, after: float = 0) -> None:
        self._confirmed(after=after)
        self._close(after + 30)

    def _settled(self) -> None:
        self._answer(0.1, self.told["answer"])
        self._do(answering.confirm, 0.1, words="", by=None)
        self._close(0.1)

    def _silent(self) -> None:
        self._answered()
        self._close(20 + 24 * 7.5)

    def _late(self) -> None:
        self._note(Step.SAID, 50, self.said["still_waiting"], by=None)
        self._closed(after=65)

    def _reopened(self) -> None:
        self._answered()
        self._do(answering.reopen, 44, words=self.told["again"], by=None)
        self._answer(50, self.told["second"])
        self._do(answering.confirm, 70, words=self.said["works_now"], by=None)
        self._close(72)

    def _not_filed(self) -> None:
        why = NotFiling(self.told["why"])
        self._do(ruling_out.not_file, 3, why=why, reason=self.told["reason"])

    def _reviewed(self) -> None:
        self._not_filed()
        (decision,) = self.case.not_filings.all()
        by, now = self.hall.manager, self._at(26)
        ruling_out.review(decision, upheld=True, remark=self.said["agreed"], by=by, now=now)

    def _merged(self) -> None:
        again = self._taken_in("again")
        again.refresh_from_db()
        ruling_out.merge(
            again,
            self.case,
            reason=self.said["same_matter"],
            key=self._key(),
            seen=again.version,
            by=self.hall.manager,
            now=self._at(3),
        )
        self._note(Step.TOLD, 4, self.said["joined"])

    # --- What they are made of ---------------------------------------------------------

    def _taken_in(self, again: str) -> Case:
        told, hall, number = self.told, self.hall, self.number
        purpose = Purpose(told["purpose"]) if "purpose" in told else None
        matter = Matter(
            kind=Kind(told["kind"]),
            channel=Channel(told.get("channel", "hall")),
            unit=hall.unit,
            title=told["title"],
            words=told["words"],
            purpose=purpose,
            category=self.category,
            facts=frozenset(Fact(code) for code in told.get("facts", ())),
        )
        families, titles = self.said["families"], (self.said["mr"], self.said["ms"])
        name = families[number % len(families)] + titles[number % 2]
        owner = hall.second if again else hall.first
        opened_at = self._at(1.5) if again else self.opened_at
        return take_in(
            matter,
            Customer(name=name, phone=PHONE.format(number % 33)),
            key=f"demo:{number}:{again}",
            opened_at=opened_at,
            owner=owner,
            by=owner,
            now=opened_at,
        )

    def _at(self, hours: float) -> datetime:
        return min(self.opened_at + timedelta(hours=hours), self.now)

    def _key(self) -> str:
        return f"demo:{self.case.version}"

    def _do(self, verb: Callable[..., Any], hours: float, **facts: Any) -> Any:
        """As a page does it: by whoever has the case, who has seen it as it stands."""
        self.case.refresh_from_db()
        facts = {"by": self.case.holder} | facts
        seen, now = self.case.version, self._at(hours)
        return verb(self.case, key=self._key(), seen=seen, now=now, **facts)

    def _note(self, step: Step, hours: float, words: str, **by: Person | None) -> None:
        self.case.refresh_from_db()
        who = by.get("by", self.case.holder) if by else self.case.holder
        now = self._at(hours)
        actions.write(self.case, step, words=words, key=self._key(), by=who, now=now)

    def _offer(self, hours: float, reason: str) -> Offer:
        to = self.hall.second if self.hall.second != self.hall.first else self.hall.manager
        made: Offer = self._do(baton.offer, hours, to=to, reason=reason)
        return made

    def _found(self, hours: float) -> None:
        verdict = Verdict.JUSTIFIED if self.number % 3 else Verdict.PARTLY
        facts = self.told.get("found", self.said["checked"])
        self._do(answering.find_out, hours, verdict=verdict, facts=facts)

    def _answer(self, hours: float, text: str) -> None:
        if not rules.needs_approval(Severity(self.case.severity)):
            self._do(answering.answer, hours, text=text)
            return
        draft = self._do(answering.propose, hours - 2, text=text)
        others = (self.hall.manager, self.hall.lead)
        by = next(each for each in others if each.pk != draft.by_id)
        answering.approve(draft, by=by, now=self._at(hours))

    def _close(self, hours: float) -> None:
        self._do(
            answering.close,
            hours,
            category=self.category,
            cause=self.told.get("cause", ""),
            measure=self.told.get("measure", ""),
        )
