"""
The foreman of killed clerks: processes that take cases in and answer them, each with a
ledger of what it sent and what came back, and the account of it.
"""

import json
import os
import secrets
import signal
import sys
from collections import Counter
from pathlib import Path

from tests.faults import foreman  # sets Django up

from django.core.management import call_command  # isort: skip
from django.db import connection  # isort: skip
from django.utils.timezone import now  # isort: skip

from gapless.control.cases import answering, baton
from gapless.control.cases.actions import write
from gapless.control.cases.choices import Channel, Kind, OfferState, Step
from gapless.control.cases.grading import ship_table
from gapless.control.cases.models import Case, Entry, Offer
from gapless.control.cases.opening import Customer, Matter, take_in
from gapless.core.audit.actions import seal_finished
from gapless.core.audit.models import Event
from gapless.core.audit.queries import verify
from gapless.core.clocks.drafting import ship_builtin
from gapless.core.clocks.models import Clock
from gapless.core.notices.models import Notice
from gapless.people.org.actions import add_person, create_unit
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, Unit
from gapless.people.org.queries import today
from gapless.people.org.rules import Period, PersonFacts, UnitFacts

WHOLE = [Step.RECEIVED, Step.SAID, Step.ANSWERED]


def prepare() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    ship_builtin(now=now())
    ship_table(now=now())
    by = {"by": None, "now": now()}
    hall = create_unit(None, UnitFacts(name="Hall", code="H"), **by)
    period = Period(today(now()))
    for name, role in (("li", Role.AGENT), ("wang", Role.UNIT_MANAGER)):
        add_person(PersonFacts(name, name), role, hall, period=period, **by)


def clerks(ledgers: list[str]) -> list[int]:
    return [_fork(_clerk, ledger) for ledger in ledgers]


def rivals(ledgers: list[str]) -> list[int]:
    """Each tries to end every offer there is, in the same order."""
    return [_fork(_rival, ledger) for ledger in ledgers]


def _fork(work, ledger: str) -> int:  # type: ignore[no-untyped-def]
    connection.close()  # a connection must not be shared with a fork
    pid = os.fork()
    if pid:
        return pid
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the pipe is the foreman's
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        with Path(ledger).open("a", encoding="utf-8", buffering=1) as notes:
            work(notes, ledger)
    finally:
        os._exit(0)


def _clerk(notes, ledger: str) -> None:  # type: ignore[no-untyped-def]
    """Sends again what the one before never heard of, and then goes on."""
    told = Counter(line.split()[1] for line in Path(ledger).read_text().splitlines())
    again = [key for key, times in told.items() if times == 1]
    hall, li = Unit.objects.get(), Person.objects.get(username="li")
    while True:
        key = again.pop() if again else secrets.token_hex(8)
        if key not in told:
            notes.write(f"sent {key}\n")
        _handle(key, hall, li)
        notes.write(f"done {key}\n")


def _handle(key: str, hall: Unit, li: Person) -> None:
    matter = Matter(Kind.COMPLAINT, Channel.PHONE, hall, f"Matter {key}")
    customer = Customer(phone="+8600000000000")
    at = now()
    case = take_in(matter, customer, key=key, opened_at=at, owner=li, by=li, now=at)
    write(case, Step.SAID, words="?", key=f"{key} said", by=None, now=now())
    sent = {"key": f"{key} answered", "seen": case.version, "by": li, "now": now()}
    answering.answer(case, text="We are sorry.", **sent)


def offer(count: int) -> None:
    hall, li = Unit.objects.get(), Person.objects.get(username="li")
    for number in range(count):
        matter = Matter(Kind.COMPLAINT, Channel.PHONE, hall, f"Race {number}")
        at = now()
        facts = {"opened_at": at, "owner": li, "by": li, "now": at}
        case = take_in(matter, Customer(phone="+860"), key=f"race {number}", **facts)
        to = Person.objects.get(username="wang")
        baton.offer(case, to=to, reason="Yours.", key="o", seen=1, by=li, now=at)


def _rival(notes, _ledger: str) -> None:  # type: ignore[no-untyped-def]
    wang, place = Person.objects.get(username="wang"), os.getpid() % 2
    for made in Offer.objects.order_by("pk").select_related("case"):
        try:
            if place:
                baton.take_on(made, by=wang, now=now())
            else:
                baton.refuse(made, why="No.", by=wang, now=now())
        except baton.AlreadyEnded:
            continue
        notes.write(f"won {made.pk}\n")


def wait(pid: int) -> int:
    return os.waitpid(pid, 0)[1]


def tally(ledgers: list[str]) -> dict[str, object]:
    """Hold the database to what the clerks wrote down."""
    seal_finished()
    lines = [line for path in ledgers for line in Path(path).read_text().splitlines()]
    sent = {line.split()[1] for line in lines if line.startswith("sent")}
    done = {line.split()[1] for line in lines if line.startswith("done")}
    cases = {case.key: case for case in Case.objects.all()}
    steps = {key: _steps(case) for key, case in cases.items()}
    opened = Event.objects.filter(type="case.opened").count()
    entries = Event.objects.filter(type="case.step").count()
    return {
        "done": len(done),
        "lost": sum(steps.get(key) != WHOLE for key in done),
        "torn": sum(each != WHOLE[: len(each)] for each in steps.values()),
        "phantom": len(cases.keys() - sent),
        "half": sum(
            case.promised_at is None
            or Clock.objects.filter(matter=case.matter_id).count() != 2
            or case.version != len(steps[key])
            for key, case in cases.items()
        ),
        "untrailed": abs(opened - len(cases))
        + abs(entries - Entry.objects.exclude(step=Step.RECEIVED).count()),
        "untold": Entry.objects.filter(step=Step.SAID).count()
        - Notice.objects.filter(kind="case.customer_said").count(),
        "trail": verify(now=now()).ok,
    }


def races(ledgers: list[str]) -> dict[str, object]:
    won = Counter(
        int(line.split()[1])
        for path in ledgers
        for line in Path(path).read_text().splitlines()
    )
    ended = Entry.objects.filter(step__in=(Step.TAKEN, Step.REFUSED))
    return {
        "twice": sum(times - 1 for times in won.values()),
        "ended": ended.count(),
        "open": Offer.objects.filter(state=OfferState.OPEN).count(),
        "winners": len({path for path in ledgers if Path(path).read_text()}),
        "odd": Case.objects.filter(transfers__gt=1).count(),
    }


def _steps(case: Case) -> list[str]:
    found = Entry.objects.filter(case=case).order_by("pk")
    return list(found.values_list("step", flat=True))


if __name__ == "__main__":
    commands = {
        act.__name__: act for act in (prepare, clerks, rivals, offer, wait, tally, races)
    }
    assert foreman.COMMANDS
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(commands[order.pop("do")](**order)), flush=True)  # noqa: T201
