"""
The foreman of the notice storm: the product's own sending, mails as files, and a lease
on a message that a test can wait for.
"""

import json
import re
import sys
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

from tests.faults import foreman  # sets Django up

from django.conf import settings  # isort: skip
from django.core.mail.backends.filebased import EmailBackend  # isort: skip
from django.core.management import call_command  # isort: skip
from django.utils.timezone import now  # isort: skip

from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.models import Job
from gapless.core.notices import sending
from gapless.core.notices.actions import notify
from gapless.core.notices.messages import letter_of
from gapless.core.notices.models import Delivery, Notice
from gapless.people.org.models import Person

LEASE = 1.0  # seconds; must outlast every mail that is written by a worker that lives
PEOPLE = 10
FACTS = {"number": 1, "campaign": "c", "unit": "u", "due_at": ""}


class Slow(EmailBackend):
    """A mail server that takes a moment, so that kills fall before, in and after it."""

    def send_messages(self, messages: list) -> int:
        time.sleep(0.004)
        sent = super().send_messages(messages)
        time.sleep(0.004)
        return sent


def prepare() -> None:
    call_command("migrate", verbosity=0)
    sending.LEASE = timedelta(seconds=LEASE)
    Path(settings.EMAIL_FILE_PATH).mkdir(exist_ok=True)
    for n in range(PEOPLE):
        Person.objects.create(
            username=f"p{n}",
            name=f"P{n}",
            email=f"p{n}@example.com",
            language="en",
            joined_at=now(),
        )


def storm(first: int, keys: int) -> int:
    """So many things told to everybody, one of them twice; how many notices there are."""
    people = list(Person.objects.values_list("pk", flat=True))
    for n in (*range(first, first + keys), first):
        notify(
            people, "follow_up.opened", key=f"k{n}", facts=FACTS, url="/", urgent=True,
            now=now(),
        )  # fmt: skip
    return Notice.objects.count()


def ask() -> int:
    return enqueue(sending.SEND, {}, now=now()).pk


def due() -> int:
    waiting = Delivery.objects.filter(state="waiting").count()
    return waiting + Notice.objects.going_out().count()


def tally() -> dict[str, object]:
    """Every mail that was written, against every notice that was told."""
    written: Counter[str] = Counter()
    carried: dict[str, int] = {}
    for path in Path(settings.EMAIL_FILE_PATH).iterdir():
        for part in path.read_bytes().split(b"-" * 79 + b"\n"):
            if not part.strip():
                continue
            mail = message_from_bytes(part.strip())
            if not mail["Message-ID"] or mail.get_payload() == "":
                continue  # its worker died while it wrote: no server took this
            subject = str(make_header(decode_header(mail["Subject"])))
            many = re.match(r"(\d+) notices", subject)
            written[mail["Message-ID"]] += 1
            carried[mail["Message-ID"]] = int(many[1]) if many else 1
    ids = {
        letter_of(each, list(each.notices.all())).message_id
        for each in Delivery.objects.select_related("person").filter(state="sent")
    }
    return {
        "notices": Notice.objects.count(),
        "lost": Notice.objects.exclude(delivery__state="sent").count()
        + len(ids - set(written)),
        "carried": sum(carried.values()),
        "messages": Delivery.objects.count(),
        "unknown": len(set(written) - ids),
        "copies": sum(written.values()) - len(written),  # each under the same Message-ID
        "dead": Delivery.objects.dead().count(),
        "jobs": Counter(Job.objects.values_list("state", flat=True)),
    }


foreman.HANDLERS = {sending.SEND: sending.run_sending}
COMMANDS = {act.__name__: act for act in (prepare, storm, ask, due, tally)}
COMMANDS |= {act.__name__: act for act in (foreman.start, foreman.wait)}

if __name__ == "__main__":
    settings.EMAIL_BACKEND = f"{Slow.__module__}.{Slow.__name__}"
    settings.EMAIL_FILE_PATH = str(settings.DATA_DIR / "mails")
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(COMMANDS[order.pop("do")](**order)), flush=True)  # noqa: T201
