import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _

from gapless.cli.backup.taking import Taken, take
from gapless.cli.backup.words import REFUSALS, code_of, sentence_of


class Command(BaseCommand):
    help = (
        "Write everything of this installation, but its keys and settings, into one file: "
        "a snapshot, while the server runs on. It is read back and compared before it gets "
        "its name. Exit code 0: it is whole; 1: refused, or content of some kept file was "
        "gone already; 2: bad usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = (
            "Whoever has the file has every answer: keep it as you keep the database, and "
            "on another machine. SQLite and PostgreSQL take each other's backups."
        )
        parser.add_argument(
            "target",
            type=Path,
            metavar="FILE",
            help="what to write; in a folder, a name with the time is made",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = take(options["target"], now=now(), progress=self._progress)
        except REFUSALS as refusal:
            raise CommandError(sentence_of(refusal), returncode=code_of(refusal)) from None
        self._tell(taken)
        if taken.manifest.missing:
            sys.exit(1)

    def _progress(self, done: int) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r" + _("Rows: %(count)d") % {"count": done}, ending="")

    def _tell(self, taken: Taken) -> None:
        if self.stderr.isatty():
            self.stderr.write("")
        manifest = taken.manifest
        self.stdout.write(
            _("%(file)s: %(rows)d rows, %(files)d files, %(size)d bytes.")
            % {
                "file": taken.path,
                "rows": manifest.rows,
                "files": len(manifest.files),
                "size": taken.size,
            }
        )
        self.stdout.write(f"SHA-256: {taken.sha256}")
        trail = {"count": manifest.trail.count, "head": manifest.trail.head}
        self.stdout.write(_("Audit trail: %(count)d events, head %(head)s") % trail)
        for missing in manifest.missing:
            self.stderr.write(
                _("The content of a kept file is gone or changed: %(sha256)s.")
                % {"sha256": missing}
            )
