"""What every place holds of cases: one that somebody there took in, and their view."""

from typing import Any

from django.core.files.base import ContentFile

from gapless.control.cases import actions, answering, baton, ruling_out
from gapless.control.cases.choices import Channel, Kind, NotFiling, ReplyBy, Step
from gapless.control.cases.models import Case, Category
from gapless.control.cases.opening import Customer, Matter, take_in
from gapless.control.cases.saving import save_filter
from gapless.control.cases.shipping import ship_builtin
from gapless.control.cases.tokens import case_token, report_token
from gapless.core.files.actions import store
from gapless.people.org.choices import Role, UnitKind
from gapless.people.org.models import Person, RoleAssignment, Unit
from tests.conftest import LONG_AGO, NINE_AM, unit

LINKED = "of whoever holds the link"


def plant_case_rules() -> dict[str, Any]:
    """What is decided for the whole organisation."""
    ship_builtin(now=NINE_AM)
    return {"case category": Category.objects.all()[0].pk}


def plant_case(it: Unit, words: str) -> dict[str, Any]:
    owner = Person.objects.get(username=f"li.{words}")
    matter = Matter(
        Kind.COMPLAINT,
        Channel.HALL,
        it,
        title=f"Nobody came at {words}",
        words=f"I waited at {words}.",
    )
    customer = Customer(f"Gao {words}", email=f"gao@{words}.cn", reply_by=ReplyBy.MAIL)
    case = take_in(
        matter,
        customer,
        key=f"case {words}",
        opened_at=NINE_AM,
        owner=owner,
        by=owner,
        now=NINE_AM,
    )
    saved = save_filter(words[:40], f"q={words}", by=owner, now=NINE_AM)
    return {"case": case.pk, "saved filter": saved.pk, **_worked_on(case, owner, words)}


def _worked_on(case: Case, owner: Person, words: str) -> dict[str, Any]:
    """Answered in vain, left unfiled, taken up again, and handed over with a photo."""
    other = Person.objects.create(
        username=f"he.{words}", name=f"He {words}", joined_at=NINE_AM
    )
    mine, theirs = {"by": owner, "now": NINE_AM}, {"by": other, "now": NINE_AM}
    text = f"Sorry, {words}."
    draft = answering.propose(case, text=text, key="a", seen=case.version, **mine)
    answering.send_back(draft, remark=f"Not so, {words}.", **theirs)
    case.refresh_from_db()
    why = {"why": NotFiling.NO_FACTS, "reason": f"No facts at {words}"}
    unfiled = ruling_out.not_file(case, **why, key="b", seen=case.version, **mine)
    ruling_out.review(unfiled, upheld=False, remark=f"There are, {words}.", **theirs)
    photo = store(ContentFile(f"%PDF- {words}".encode(), f"{words}.pdf"), **mine)
    said = {"words": f"See {words}", "key": "c", "files": [photo]}
    entry = actions.write(case, Step.SAID, **said, **mine)
    case.refresh_from_db()
    facts = {"to": other, "reason": f"Ask {words}", "key": "d", "seen": case.version}
    offered = baton.offer(case, **facts, **mine)
    return {
        "case draft": draft.pk,
        "matter not filed": unfiled.pk,
        "case file": entry.attachments.get().pk,
        "case offer": offered.pk,
    }


def plant_links(it: Unit, words: str) -> dict[str, Any]:
    """
    Whoever holds the link of a receipt, or stands before a code on the wall, is let in,
    whoever that is: so what lies behind those of every place is the same, and of no place.
    """
    case = Case.objects.get(key=LINKED)
    return {
        "case link": case_token(case),
        "report door": report_token(case.unit),
        "report sheet": it.code,
    }


def plant_open_house() -> None:
    """A hall of its own company, with the case behind the links."""
    house = unit("Open house", kind=UnitKind.COMPANY)
    # The company itself comes after it: this one stands aside, as a demo does.
    Unit.objects.filter(pk=house.pk).update(simulated=True)
    house.refresh_from_db()
    keeper = Person.objects.create(username="keeper", name="Ye", joined_at=NINE_AM)
    RoleAssignment.objects.create(
        person=keeper, role=Role.UNIT_MANAGER, unit=house, starts_on=LONG_AGO
    )
    matter = Matter(Kind.INQUIRY, Channel.WEB, house, title="When is it open?")
    take_in(
        matter,
        Customer(reply_by=ReplyBy.NONE),
        key=LINKED,
        opened_at=NINE_AM,
        owner=keeper,
        by=None,
        now=NINE_AM,
    )
