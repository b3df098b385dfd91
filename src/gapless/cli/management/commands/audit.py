import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now
from django.utils.translation import gettext as _

from gapless.core.audit import queries
from gapless.core.audit.actions import seal_finished


class Command(BaseCommand):
    help = "Verify the audit trail, say how it stands, or seal what has been recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
        verify = parts.add_parser(
            "verify",
            help="follow the whole chain; exit code 0 if it is whole, 1 if not",
            description="Follow the chain of seals over all events. Exit code 0: it is "
            "whole; 1: it is not, and the first fault is named; 2: wrong usage. Events cut "
            "off at the end, and a whole database put back to an earlier day, are not seen "
            "from inside: keep the count and the head of an earlier day elsewhere.",
        )
        verify.add_argument("--json", action="store_true", help="print one JSON object")
        parts.add_parser("status", help="how many events are sealed, how many wait")
        parts.add_parser("seal", help="seal now what the worker would seal in a second")

    def handle(self, *args: Any, **options: Any) -> None:
        seal_finished()
        if options["part"] == "verify":
            self._verify(as_json=options["json"])
        elif options["part"] == "status":
            self._status()

    def _verify(self, *, as_json: bool) -> None:
        verdict = queries.verify(now=now())
        self.stdout.write(_as_json(verdict) if as_json else _as_sentences(verdict))
        if not verdict.ok:
            sys.exit(1)

    def _status(self) -> None:
        status = queries.status(now=now())
        lines = (
            (_("Sealed events"), status.sealed),
            (_("Events waiting for their seal"), status.unsealed),
            (_("Head of the chain"), status.head),
            (_("Seals written while the clock stood back"), status.clock_regressions),
            (_("Refused attempts in the last 24 hours"), status.refused_lately),
        )
        for title, value in lines:
            self.stdout.write(f"{title}: {value}")


def _as_json(verdict: queries.Verdict) -> str:
    fault = verdict.fault
    return json.dumps(
        {
            "ok": verdict.ok,
            "count": verdict.count,
            "head": verdict.head,
            "fault": fault
            and {"kind": fault.kind.value, "seq": fault.seq, "event": fault.event_id},
        }
    )


def _as_sentences(verdict: queries.Verdict) -> str:
    fault = verdict.fault
    if fault is None:
        whole = _("The chain is whole: %(count)d events, head %(head)s.")
        beyond = _(
            "Events cut off at its end would not be missed here: keep this head elsewhere."
        )
        return whole % {"count": verdict.count, "head": verdict.head} + "\n" + beyond
    where = _("Whole up to number %(count)d; first fault at event %(event)s.")
    place = {"count": verdict.count, "event": fault.event_id or "–"}
    return f"{fault.kind.label}\n{where % place}"
