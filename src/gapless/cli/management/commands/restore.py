import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _

from gapless.cli.backup.restoring import Allowed, restore
from gapless.cli.backup.taking import Progress
from gapless.cli.backup.words import REFUSALS, code_of, sentence_of
from gapless.cli.doctor import findings

# What a doctor looks at and a restore did not bring: how this server is set up, and jobs
# that had given up already.
BEFORE_THE_BACKUP = {"database", "jobs"}


class Command(BaseCommand):
    help = (
        "Put a backup back: all of it or nothing. It is read and compared with its hashes, "
        "put in, read back out of the database, and looked at as by `gapless doctor`. Exit "
        "code 0: it is in, and all is well; 1: it was refused, or the doctor found "
        "something; 2: the file is damaged, or none of ours."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = (
            "Before it, put secret_key and contacts.key of the old installation into the "
            "new data folder; after it, run `gapless init` and start the server. "
            "Everybody signs in anew."
        )
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--verify-only",
            action="store_true",
            help="a drill: into a temporary installation that goes again, nothing here is "
            "touched (TMPDIR says where; it takes the room of the database and the files)",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="even if this installation is in use: what it holds is gone then",
        )
        parser.add_argument(
            "--other-keys",
            action="store_true",
            help="even if the keys of the old installation are lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        if options["verify_only"]:
            code = drill(options["file"])
        else:
            self._restore(options)
            code = self._look()
        if code:
            sys.exit(code)
        if options["verify_only"]:
            took = {"seconds": round(time.monotonic() - started)}
            self.stdout.write(_("The drill went well and took %(seconds)d seconds.") % took)

    def _restore(self, options: dict[str, Any]) -> None:
        allowed = Allowed(options["replace"], options["other_keys"])
        try:
            with options["file"].open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                found = restore(file, allowed, now=now(), progress=self._progress(size))
        except REFUSALS as refusal:
            raise CommandError(sentence_of(refusal), returncode=code_of(refusal)) from None
        self.stdout.write(
            _("Restored: %(rows)d rows and %(files)d files of %(time)s.")
            % {"rows": found.rows, "files": len(found.files), "time": found.taken_at}
        )

    def _progress(self, size: int) -> Progress:
        def show(done: int) -> None:
            if self.stderr.isatty():
                self.stderr.write(f"\r{100 * done // size} %", ending="")

        return show

    def _look(self) -> int:
        found = [f for f in findings(repair=False) if f.name not in BEFORE_THE_BACKUP]
        for finding in found:
            mark = _("well") if finding.ok else _("WRONG")
            self.stdout.write(f"[{mark}] {finding.looked_at}")
            for sentence in finding.wrong:
                self.stdout.write(f"    {sentence}")
        return 0 if all(finding.ok for finding in found) else 1


def drill(file: Path) -> int:
    """Restore into an installation of its own, by the same command; its exit code."""
    with TemporaryDirectory(prefix="gapless-drill-") as folder:
        place = {
            "GAPLESS_DATA": folder,
            "GAPLESS_SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'gapless.sqlite3'}",
        }
        command = [sys.executable, "-m", "gapless.cli", "restore", str(file.resolve())]
        done = subprocess.run([*command, "--other-keys"], env=os.environ | place)  # noqa: S603
        return done.returncode
