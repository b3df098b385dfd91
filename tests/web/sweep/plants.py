"""
What every place of the company holds: one thing of each kind, full of the place's
canary. A new area adds a function here, and its kinds to things.py.
"""

from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from gapless.core.audit.actions import record
from gapless.core.calendar.actions import add_closure, load_year, set_hours
from gapless.core.calendar.choices import Region
from gapless.core.calendar.models import Closure
from gapless.core.calendar.queries import HolidayYear
from gapless.core.calendar.rules import Shift, SpecialDay
from gapless.core.clocks.drafting import ship_builtin as ship_limits
from gapless.core.clocks.models import ClockPolicy
from gapless.core.evidence.choices import CollectionMode
from gapless.core.files.actions import store
from gapless.core.imports.actions import bring_in
from gapless.core.instruments.actions import NewAnswer, record_answers
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.notices.actions import notify
from gapless.core.notices.channels import ChannelFacts, add_channel
from gapless.core.notices.choices import ChannelKind
from gapless.core.notices.choosing import renew_feed
from gapless.core.notices.feeds import feed_token
from gapless.core.notices.models import Notice
from gapless.evaluation.campaigns.actions import (
    add_collector,
    plan_campaign,
    set_quota,
    take_step,
)
from gapless.evaluation.campaigns.choices import (
    CollectorKind,
    FollowUpState,
    InvitationState,
    ResponseState,
    State,
)
from gapless.evaluation.campaigns.contact_lists import receive_list
from gapless.evaluation.campaigns.contacts import (
    ContactFacts,
    add_contact,
    opt_out,
    opt_out_token,
)
from gapless.evaluation.campaigns.models import Campaign, FollowUp, Invitation, Response
from gapless.evaluation.campaigns.rules import CampaignFacts
from gapless.evaluation.campaigns.tokens import token_of
from gapless.evaluation.gaps.actions import note_event
from gapless.evaluation.surveys.actions import ship_servqual
from gapless.evaluation.surveys.designing import open_form_draft
from gapless.people.org.bringing import receive_file
from gapless.people.org.choices import About, Role
from gapless.people.org.models import Person, RoleAssignment, Unit
from gapless.people.work.models import HandOver, Snooze
from gapless.requirements.characteristics.models import Characteristic
from tests.conftest import LONG_AGO, NINE_AM, unit

from .casework import plant_case, plant_case_rules, plant_links, plant_open_house
from .clocks import plant_clock
from .company import Plant


def plant_details(it: Unit, words: str) -> dict[str, Any]:
    Unit.objects.filter(pk=it.pk).update(
        address=f"{words} Road",
        customers_per_month=int(words[2:6], 16),
        phone=f"{words} 100",
        supervision_phone=f"{words} 200",
    )
    set_hours(it, {1: (Shift(540, 1050),)}, by=None, now=NINE_AM)
    # The days of a closure close the halls below, too; its reason stays where it was made.
    closure = Closure.objects.filter(unit=it).first() or add_closure(
        it,
        from_on=NINE_AM.date(),
        until_on=NINE_AM.date() + timedelta(days=2),
        reason=f"{words} moves",
        by=None,
        now=NINE_AM,
    )
    Closure.objects.filter(pk=closure.pk).update(reason=f"{words} moves")
    return {"closure": closure.pk}


def plant_person(it: Unit, words: str) -> dict[str, Any]:
    someone = Person.objects.create(
        username=f"li.{words}",
        name=f"Li {words}",
        email=f"li@{words}.example.com",
        joined_at=NINE_AM,
    )
    assignment = RoleAssignment.objects.create(
        person=someone, role=Role.AGENT, unit=it, starts_on=LONG_AGO
    )
    return {"person": someone.pk, "assignment": assignment.pk}


def plant_event(it: Unit, words: str) -> dict[str, Any]:
    event = record(
        "unit.edited", subject=it, by=None, at=NINE_AM, unit=it, reason=f"Because {words}."
    )
    return {"event": event.pk}


def plant_device(it: Unit, words: str) -> dict[str, Any]:
    owner = Person.objects.get(username=f"li.{words}")
    device = Authenticator.objects.create(
        user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": words, "credential": {}}
    )
    return {"device": device.pk}


def plant_notices(it: Unit, words: str) -> dict[str, Any]:
    """One told to an agent of the place, a calendar without deadlines, and a channel."""
    reader = Person.objects.get(username=f"li.{words}")
    notify(
        [reader.pk],
        "clock.breached",
        key=words,
        facts={"title": words, "policy": words, "unit": words, "due_at": ""},
        url=f"/units/{it.pk}/",
        now=NINE_AM,
    )
    # Whoever holds the token sees the deadlines, whoever that is; so there are none.
    nobody = Person.objects.create(username=f"feed.{words}", name="Yu", joined_at=NINE_AM)
    facts = ChannelFacts(
        kind=ChannelKind.WEBHOOK,
        name=words,
        address=f"https://{words.lower()}.example/",
        secret="",
        groups=("time_limit",),
        language="en",
    )
    return {
        "notice": Notice.objects.get(key=words).pk,
        "feed": feed_token(renew_feed(nobody.pk, now=NINE_AM)),
        "channel": add_channel(it, facts, by=reader, now=NINE_AM).pk,
    }


def plant_answers(it: Unit, words: str) -> dict[str, Any]:
    """Enough to be shown; how many, and how good, differs from place to place."""
    version = FormVersion.objects.get(form__code="servqual")
    pairs = list(version.items.filter(kind="pair"))
    seed = int(words[2:6], 16)
    answers = [
        NewAnswer(
            key=f"{words} {nth}",
            unit=it,
            answered_at=NINE_AM,
            mode=CollectionMode.ON_EVENT,
            values={
                (item.code, side): 1 + (seed + nth * (place + 2) + side) % 7
                for place, item in enumerate(pairs)
                for side in (0, 1)
            },
            texts={"comment": words},
        )
        for nth in range(12 + seed % 7)
    ]
    record_answers(version, answers, batch=words, now=NINE_AM)
    return {}


def plant_import(it: Unit, words: str) -> dict[str, Any]:
    """A file that came in for the unit, with its columns still to be named."""
    table = f"unit,comment,q1\n{it.code},{words},5\n".encode()
    by = Person.objects.get(username=f"li.{words}")
    file = store(ContentFile(table, name=f"{words}.csv"), by=by, now=NINE_AM, unit=it)
    import_ = bring_in(file, name=f"{words}.csv", within=it, by=by, now=NINE_AM)
    return {"import": import_.pk, "file": file.pk}


def plant_org_files(it: Unit, words: str) -> dict[str, Any]:
    """A file of units and one of people that wait for somebody to look at them."""
    by = Person.objects.get(username=f"li.{words}")
    units = f"code,name,parent\n{words},{words},{it.code}\nNONE-{words},,{words}\n"
    people = f"log-in,name,role,unit\n{words},{words},agent,{it.code}\n{words}-2,,,\n"
    made = {
        kind: receive_file(
            SimpleUploadedFile(f"{words}.csv", rows.encode()), about, it, by=by, now=NINE_AM
        )
        for kind, about, rows in (
            ("file of units", About.UNITS, units),
            ("file of people", About.PEOPLE, people),
        )
    }
    return {kind: file.pk for kind, file in made.items()}


def plant_campaign(it: Unit, words: str) -> dict[str, Any]:
    """
    A campaign in the field that asks about one desk of the place alone: if it asked about
    all below, whoever works there would rightly see it.
    """
    asked = unit(f"Desk {words}", it)
    facts = CampaignFacts(
        name={"en": f"Campaign {words}"},
        purpose=f"To know {words}",
        version=FormVersion.objects.get(form__code="servqual"),
        within=it,
        starts_at=NINE_AM,
        ends_at=NINE_AM + timedelta(days=3_650),
        target=int(words[2:6], 16),
        notice={"en": f"{words} asks you."},
    )
    campaign = plan_campaign(facts, [asked], by=None, now=NINE_AM)
    limit = 1 + int(words[2:6], 16)
    by = Person.objects.get(username=f"li.{words}")
    quota = set_quota(campaign, unit=asked, limit=limit, by=by, now=NINE_AM)
    take_step(campaign, State.APPROVED, by=None, now=NINE_AM)
    take_step(campaign, State.FIELDING, by=None, now=NINE_AM)
    collector = add_collector(
        campaign, CollectorKind.QR, name=f"Code {words}", by=None, now=NINE_AM
    )
    return {
        "campaign": campaign.pk,
        "collector": collector.pk,
        "quota": quota.pk,
        "asked": asked.pk,
        "door": token_of(collector, asked),
    }


def plant_contact(it: Unit, words: str) -> dict[str, Any]:
    """Somebody on the list of the place, who was drawn; and a list that waits."""
    by = Person.objects.get(username=f"li.{words}")
    facts = ContactFacts(f"Customer {words}", f"customer@{words}.example.com", "", "en")
    contact = add_contact(facts, it, by=by, now=NINE_AM)
    # The link of the mail serves whoever holds it; the sweep holds those of all places.
    tired = add_contact(ContactFacts(email=f"tired@{words}.cn"), it, by=by, now=NINE_AM)
    opt_out(tired, by=None, now=NINE_AM)
    campaign = Campaign.objects.get(name={"en": f"Campaign {words}"})
    asked = campaign.units.get()
    invitation = Invitation.objects.create(
        campaign=campaign,
        collector=add_collector(campaign, CollectorKind.INVITATION, by=by, now=NINE_AM),
        contact=contact,
        unit=asked,
        made_at=NINE_AM,
        sent_at=NINE_AM,
        state=InvitationState.SENT,
    )
    rows = f"name,e-mail,note\n{words},{words}@example.com,{words}\n".encode()
    upload = SimpleUploadedFile(f"{words}.csv", rows)
    received = receive_list(upload, it, by=by, now=NINE_AM)
    return {
        "contact": contact.pk,
        "opt-out": opt_out_token(tired),
        "contact list": received.pk,
        "invitation": invitation.pk,
    }


def plant_follow_up(it: Unit, words: str) -> dict[str, Any]:
    """A bad answer about the place, which somebody there has taken in hand."""
    campaign = Campaign.objects.get(name={"en": f"Campaign {words}"})
    asked = campaign.units.get()
    phone = add_collector(campaign, CollectorKind.PHONE, by=None, now=NINE_AM)
    response = Response.objects.create(
        campaign=campaign,
        collector=phone,
        unit=asked,
        key=f"bad {words}",
        state=ResponseState.COMPLETE,
        opened_at=NINE_AM,
        saved_at=NINE_AM,
        finished_at=NINE_AM,
        notice_version=1,
    )
    follow_up = FollowUp.objects.create(
        response=response,
        campaign=campaign,
        unit=asked,
        value=1,
        opened_at=NINE_AM,
        due_at=NINE_AM + timedelta(hours=24),
        state=FollowUpState.TAKEN,
        owner=Person.objects.get(username=f"li.{words}"),
    )
    about = {"area": "follow_up", "number": follow_up.pk}
    snooze = Snooze.objects.create(
        **about,
        person=follow_up.owner,
        reason=f"{words} can wait.",
        made_at=NINE_AM,
        until=NINE_AM + timedelta(days=3_650),
    )
    someone = Person.objects.create(
        username=f"took.{words}", name=f"Took {words}", joined_at=NINE_AM
    )
    handed = HandOver.objects.create(
        **about, by=someone, to=follow_up.owner, note=f"{words} knows.", handed_at=NINE_AM
    )
    return {
        "follow-up": follow_up.pk,
        "work": str(snooze),
        "snooze": snooze.pk,
        "hand-over": handed.pk,
    }


def plant_noted(it: Unit, words: str) -> dict[str, Any]:
    """
    What happened to one desk of the place: noted of the place itself, whoever works below
    would rightly read it on a trend.
    """
    asked = Campaign.objects.get(name={"en": f"Campaign {words}"}).units.get()
    event = note_event(
        asked, happened_on=NINE_AM.date(), words=f"{words} moved", by=None, now=NINE_AM
    )
    return {"noted": event.pk}


def plant_shared() -> dict[str, Any]:
    """What belongs to the whole organisation."""
    version = ship_servqual(now=NINE_AM)
    ship_limits(now=NINE_AM)
    rules = plant_case_rules()
    plant_open_house()
    designer = Person.objects.create(username="designer", name="Xu", joined_at=NINE_AM)
    open_form_draft(version.form, by=designer, now=NINE_AM)
    day = SpecialDay(date(2026, 1, 1), works=False, name={"en": "New Year"})
    year = HolidayYear(Region.HK, 2026, (day,), "The Gazette", date(2026, 1, 2))
    return {
        "characteristic": Characteristic.objects.all()[0].pk,
        "holidays": load_year(year, seen=0, by=None, now=NINE_AM).pk,
        "questionnaire": version.pk,
        **rules,
        "form": version.form_id,
        "time limit": ClockPolicy.objects.get(code="S3-ANSWER").pk,
        "reset": "2",
        "wording": "clock.breached",
    }


def plant_responses(it: Unit, words: str) -> dict[str, Any]:
    """Enough answers to the place's campaign for its results and comments to be shown."""
    campaign = Campaign.objects.get(name={"en": f"Campaign {words}"})
    asked, seed = campaign.units.get(), int(words[2:6], 16)
    collector = campaign.collectors.filter(kind=CollectorKind.QR).get()
    pairs = list(campaign.version.items.filter(kind="pair"))
    keys = [f"said {words} {nth}" for nth in range(12 + seed % 5)]
    answers = [
        NewAnswer(
            key=key,
            unit=asked,
            answered_at=NINE_AM,
            mode=CollectionMode.SELF_SELECTED,
            values={(item.code, 1): 1 + (seed + nth) % 7 for item in pairs},
            texts={"comment": words},
            within=campaign.stratum,
        )
        for nth, key in enumerate(keys)
    ]
    record_answers(campaign.version, answers, batch=campaign.batch, now=NINE_AM)
    responses = Response.objects.bulk_create(
        Response(
            campaign=campaign,
            collector=collector,
            unit=asked,
            key=answer.key,
            state=ResponseState.COMPLETE,
            language="en",
            opened_at=NINE_AM,
            started_at=NINE_AM,
            saved_at=NINE_AM,
            finished_at=NINE_AM,
            notice_version=1,
            answer=answer,
        )
        for answer in Answer.objects.filter(key__in=keys).order_by("pk")
    )
    return {"response": responses[0].pk}


PLANTS: list[Plant] = [
    plant_details,
    plant_person,
    plant_event,
    plant_device,
    plant_notices,
    plant_answers,
    plant_import,
    plant_org_files,
    plant_campaign,
    plant_contact,
    plant_follow_up,
    plant_responses,
    plant_noted,
    plant_clock,
    plant_case,
    plant_links,
]
