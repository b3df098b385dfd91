"""
The demo's campaigns in the database, through the verbs of those who run them.

What is spared against everybody's intake is a transaction for each answer: they are
scored, folded and counted by the same kernel, all of a campaign at once. Nothing is ever
sent: whoever was invited has the mail already, and nobody is reminded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import numpy as np

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.actions import (
    NewAnswer,
    draft_version,
    make_form,
    publish_version,
    record_answers,
)
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.instruments.queries import draft_of
from gapless.core.instruments.reading import Said, perceived, read
from gapless.evaluation.campaigns import rules, tokens
from gapless.evaluation.campaigns.actions import (
    add_collector,
    finish_follow_up,
    plan_campaign,
    set_quota,
    take_follow_up,
    take_step,
)
from gapless.evaluation.campaigns.choices import (
    CollectorKind,
    InvitationState,
    ResponseState,
    State,
)
from gapless.evaluation.campaigns.contacts import ContactFacts, add_contact, opt_out
from gapless.evaluation.campaigns.intake import device_hash
from gapless.evaluation.campaigns.inviting import Draw, invite
from gapless.evaluation.campaigns.models import (
    Campaign,
    Collector,
    FollowUp,
    Invitation,
    Quota,
    Response,
)
from gapless.evaluation.campaigns.queries import units_of
from gapless.evaluation.surveys.designing import link_items
from gapless.evaluation.surveys.readymade import ready_made
from gapless.people.org.models import Person, Unit

from .campaigns import REASON, CampaignPlan, Campaigns, Visitor, Visits
from .company import Company
from .founding import Units
from .recording import BATCH

FOLLOW_UP_ITEM, FOLLOW_UP_AT_MOST = "satisfaction", 2
ROOM = 3  # of each quota, beyond what has come in
_STATES = {
    "draft": (),
    "fielding": (State.APPROVED, State.FIELDING),
    "closed": (State.APPROVED, State.FIELDING, State.CLOSED),
}


@dataclass(frozen=True, slots=True)
class Founder:
    """Who makes the campaigns, of what, and when."""

    company: Company
    campaigns: Campaigns
    units: Units
    by: Person
    seed: int
    now: datetime

    def found(self, servqual: FormVersion) -> int:
        """Make all of them; return how many answers they hold."""
        visit = self._form(before=servqual)
        self._contacts()
        return sum(
            self._campaign(place, plan, servqual if plan.servqual else visit)
            for place, plan in enumerate(self.campaigns.plans)
        )

    def _form(self, *, before: FormVersion) -> FormVersion:
        """Older than SERVQUAL and than the first campaign: pages begin with the newest."""
        first = self.now + timedelta(days=min(p.starts for p in self.campaigns.plans) - 3)
        moment = min(first, (before.published_at or first) - timedelta(minutes=1))
        forms = {form.code: form.draft for form in ready_made()}
        recommend = forms["csat-nps-ces"].item("recommend")
        if recommend is None:
            raise LookupError("recommend")
        content = self.campaigns.form(forms["pulse"], recommend)
        said = self.campaigns.data["form"]
        form = make_form(
            code=said["code"], name=said["name"], by=self.by, now=moment, simulated=True
        )
        version = draft_version(form, content, by=self.by, now=moment)
        link_items(version, content, by=self.by, now=moment)
        publish_version(version, by=self.by, now=moment)
        return version

    def _contacts(self) -> None:
        """Made-up customers of the first city; some cannot be asked, some do not want."""
        halls = self.company.cities[0].halls
        names = self.company.family, self.company.given
        at = self.now - timedelta(days=80)
        for number in range(self.campaigns.data["contacts"]):
            family, given = (
                names[part][(7 * number + part) % len(names[part])].split()[0]
                for part in (0, 1)
            )
            facts = ContactFacts(
                name=family + given,
                # Addresses and numbers that belong to nobody.
                email=f"customer{number:02}@jiangzhou.example" if number % 9 else "",
                phone=f"1380000{number:04}" if number % 2 == 0 or number % 9 == 0 else "",
                language="zh-hans",
            )
            unit = self.units[halls[number % len(halls)].code]
            contact = add_contact(facts, unit, by=self.by, now=at)
            if number % 17 == 5:
                opt_out(contact, by=None, now=at)

    def _campaign(self, place: int, plan: CampaignPlan, version: FormVersion) -> int:
        campaign = self._planned(plan, version)
        planned = self.now + timedelta(days=min(plan.starts, 0) - 2)
        ways = [self._way(campaign, plan, kind, planned) for kind in plan.collectors]
        invited = CollectorKind.INVITATION in plan.collectors
        if invited:
            self._invite(campaign, planned)
        visitors = self._visitors(place, plan, campaign, version)
        drawn = [(who, read(draft_of(version), who.fields)) for who in visitors]
        quotas = self._quotas(campaign, drawn, planned) if invited else ()
        for step in _STATES[plan.state]:
            at = {State.APPROVED: planned, State.FIELDING: campaign.starts_at}
            take_step(campaign, step, by=self.by, now=at.get(step, campaign.ends_at))
        if not drawn:
            return 0
        Entry(self, campaign, version, ways, quotas).take(drawn)
        return Answer.objects.filter(within=campaign.stratum).count()

    def _planned(self, plan: CampaignPlan, version: FormVersion) -> Campaign:
        units = [self.units[code] for code in plan.units]
        here = self.now.astimezone(ZoneInfo(self.units[plan.within].time_zone))
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        asks = not plan.servqual
        facts = rules.CampaignFacts(
            name=plan.name,
            purpose=plan.purpose,
            version=version,
            within=self.units[plan.within],
            starts_at=midnight + timedelta(days=plan.starts),
            ends_at=midnight + timedelta(days=plan.ends),
            notice=self.campaigns.data["notice"],
            thanks=self.campaigns.data["thanks"],
            target=plan.target,
            margin=plan.margin,
            reminders=0,
            follow_up_item=FOLLOW_UP_ITEM if asks else "",
            follow_up_at_most=FOLLOW_UP_AT_MOST if asks else None,
        )
        at = self.now + timedelta(days=min(plan.starts, 0) - 3)
        return plan_campaign(facts, units, by=self.by, now=at, simulated=True)

    def _way(
        self, campaign: Campaign, plan: CampaignPlan, kind: str, now: datetime
    ) -> Collector:
        kiosk = kind == CollectorKind.KIOSK
        return add_collector(
            campaign,
            CollectorKind(kind),
            unit=self.units[plan.kiosk] if kiosk else None,
            pin=self.campaigns.data["kiosk_pin"] if kiosk else "",
            by=self.by,
            now=now,
        )

    def _invite(self, campaign: Campaign, now: datetime) -> None:
        """Everybody on the list, before the campaign is in the field: nothing is sent."""
        draw = Draw(frozenset(unit.pk for unit in units_of(campaign)), None, self.seed)
        invite(campaign, draw, by=self.by, now=now)
        waiting = campaign.invitations.filter(state=InvitationState.WAITING)
        waiting.update(state=InvitationState.SENT, sent_at=campaign.starts_at)

    def _visitors(
        self, place: int, plan: CampaignPlan, campaign: Campaign, version: FormVersion
    ) -> list[Visitor]:
        tops = tuple(self.units[code].path for code in plan.units)
        stream = np.random.SeedSequence(self.seed, spawn_key=(2, place))
        visits = Visits(
            self.company,
            self.campaigns,
            draft_of(version),
            [h for h in self.company.halls if self.units[h.code].path.startswith(tops)],
            campaign.starts_at,
            min(campaign.ends_at, self.now),
            campaign.ends_at > self.now,
            np.random.Generator(np.random.PCG64(stream)),
        )
        return visits.drawn(plan.answers) if plan.answers else []

    def _quotas(
        self, campaign: Campaign, drawn: Iterable[tuple[Visitor, Said]], now: datetime
    ) -> tuple[Quota, ...]:
        """One for the busiest hall, one for a reason: both nearly full."""
        drawn = list(drawn)
        hall = self.units[self.company.cities[0].halls[0].code]
        option = len(self.campaigns.options) - 1
        of_hall = sum(who.hall == hall.code for who, _ in drawn)
        of_reason = sum(said.values.get((REASON, 0)) == option for _, said in drawn)
        limited = set_quota(campaign, limit=of_hall + ROOM, unit=hall, by=self.by, now=now)
        reason = set_quota(
            campaign,
            limit=of_reason + ROOM,
            item=REASON,
            option=option,
            by=self.by,
            now=now,
        )
        return limited, reason


@dataclass(frozen=True, slots=True)
class Entry:
    """The answers of one campaign on their way in."""

    founder: Founder
    campaign: Campaign
    version: FormVersion
    ways: Sequence[Collector]
    quotas: Sequence[Quota]

    def take(self, drawn: Sequence[tuple[Visitor, Said]]) -> None:
        invitations = iter(self._answered_invitations())
        rows = [
            self._row(number, who, said, invitations)
            for number, (who, said) in zip(count(), drawn, strict=False)
        ]
        counted = [
            (response, self._answer(response, said, who))
            for response, (who, said) in zip(rows, drawn, strict=True)
            if response.state in rules.COUNTING
        ]
        record_answers(
            self.version,
            [answer for _, answer in counted],
            batch=BATCH,
            now=self.founder.now,
        )
        known = dict(
            Answer.objects.filter(within=self.campaign.stratum).values_list("key", "pk")
        )
        for response, _ in counted:
            response.answer_id = known[response.key]
        Response.objects.bulk_create(rows)
        self._fill(counted)
        self._follow_up(counted)

    def _answered_invitations(self) -> list[Invitation]:
        """A third of those who were written to answered."""
        sent = self.campaign.invitations.filter(state=InvitationState.SENT)
        return list(sent.select_related("unit").order_by("pk"))[::3]

    def _row(
        self, number: int, who: Visitor, said: Said, invitations: Iterable[Invitation]
    ) -> Response:
        unit: Unit = self.founder.units[who.hall]
        way = self._way(who, unit)
        key = f"demo-{self.campaign.pk}-{number:05}"
        invitation = None
        if way.kind == CollectorKind.INVITATION:
            invitation = next(iter(invitations), None)
            if invitation is None:
                way = self.ways[0]
            else:
                unit, key = invitation.unit, tokens.invitation_key(invitation)
        began = who.at
        if who.underway:
            began = self.founder.now - timedelta(minutes=2 + number % 50)
        ended = began + timedelta(seconds=who.seconds)
        state = (
            ResponseState.OPEN
            if who.underway
            else rules.ending(draft_of(self.version), said)
        )
        done = state != ResponseState.OPEN
        return Response(
            campaign=self.campaign,
            collector=way,
            unit=unit,
            invitation=invitation,
            key=key,
            state=state,
            language=who.language,
            fields={} if state in rules.COUNTING else dict(who.fields),
            opened_at=began,
            started_at=began,
            saved_at=ended,
            finished_at=ended if done else None,
            seconds=who.seconds,
            fewest_seconds=rules.fewest_seconds(len(said.asked), None),
            device=device_hash(f"demo {key}"),
            notice_version=self.campaign.notice_version,
            receipt=tokens.receipt_hash(tokens.receipt_code(key)) if done else "",
            entered_by=self.founder.by if way.kind == CollectorKind.PHONE else None,
        )

    def _way(self, who: Visitor, unit: Unit) -> Collector:
        """Most scan the code on the wall; the kiosk stands in one hall."""
        open_here = [way for way in self.ways if way.unit_id in (None, unit.pk)]
        scanned = [way for way in open_here if way.kind == CollectorKind.QR]
        if scanned and who.collector % 2:
            return scanned[0]
        return open_here[who.collector // 2 % len(open_here)]

    def _answer(self, response: Response, said: Said, who: Visitor) -> NewAnswer:
        odd = {"repeated"} if who.again else set()
        if response.fewest_seconds and who.seconds < response.fewest_seconds:
            odd.add("speeding")
        return NewAnswer(
            key=response.key,
            unit=response.unit,
            answered_at=response.saved_at,
            mode=CollectionMode(response.collector.mode),
            values=said.values,
            texts=said.texts,
            partial=response.state == ResponseState.PARTIAL,
            circumstances=frozenset(odd),
            within=self.campaign.stratum,
        )

    def _fill(self, counted: Sequence[tuple[Response, NewAnswer]]) -> None:
        through = Response.quotas.through
        for quota in self.quotas:
            path = quota.unit.path if quota.unit else ""
            share = rules.Share(path, quota.item, quota.option)
            fitting = [r for r, a in counted if share.fits(r.unit.path, a.values)]
            through.objects.bulk_create(
                through(response_id=response.pk, quota_id=quota.pk) for response in fitting
            )
            Quota.objects.filter(pk=quota.pk).update(filled=len(fitting))

    def _follow_up(self, counted: Sequence[tuple[Response, NewAnswer]]) -> None:
        """Bad answers were seen to, but for those of the last days."""
        hours = timedelta(hours=self.campaign.follow_up_hours)
        draft, rows = draft_of(self.version), []
        for response, answer in counted:
            given = perceived(draft, FOLLOW_UP_ITEM, answer.values)
            if given is None or given > FOLLOW_UP_AT_MOST:
                continue
            rows.append(
                FollowUp(
                    response=response,
                    campaign=self.campaign,
                    unit=response.unit,
                    value=given,
                    opened_at=response.saved_at,
                    due_at=response.saved_at + hours,
                )
            )
        FollowUp.objects.bulk_create(rows)
        for place, follow_up in enumerate(sorted(rows, key=lambda row: row.opened_at)):
            self._see_to(follow_up, place)

    def _see_to(self, follow_up: FollowUp, place: int) -> None:
        founder, at = self.founder, follow_up.opened_at + timedelta(hours=3)
        recent = founder.now - follow_up.opened_at < timedelta(days=2)
        if place % 8 == 7 or recent or at > founder.now:
            return
        take_follow_up(follow_up, by=founder.by, now=at)
        if place % 5 == 4:
            return
        outcomes: list[str] = founder.campaigns.data["outcomes"]
        finish_follow_up(
            follow_up,
            outcome=outcomes[place % len(outcomes)],
            resolved=place % 3 != 2,
            by=founder.by,
            now=at + timedelta(hours=4),
        )
