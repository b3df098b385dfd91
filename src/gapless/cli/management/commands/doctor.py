import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from gapless.cli.doctor import Finding, findings


class Command(BaseCommand):
    help = (
        "Look whether all is well: the cells are what the answers make, files, jobs, the "
        "audit trail, and the settings that keep acknowledged answers safe. Exit code 0: "
        "all is well; 1: something is not, and it is said what."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="make cells anew from the answers where they differ",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        for finding in findings(repair=options["repair"]):
            found.append(finding)
            if not options["json"]:
                self._tell(finding)
        ok = all(finding.ok for finding in found)
        if options["json"]:
            checks = {
                f.name: {"ok": f.ok, "wrong": f.wrong, "repaired": f.repaired}
                for f in found
            }
            self.stdout.write(json.dumps({"ok": ok, "checks": checks}, ensure_ascii=False))
        if not ok:
            sys.exit(1)

    def _tell(self, finding: Finding) -> None:
        mark = _("well") if finding.ok else _("WRONG")
        self.stdout.write(f"[{mark}] {finding.looked_at}")
        for sentence in (*finding.repaired, *finding.wrong):
            self.stdout.write(f"    {sentence}")
