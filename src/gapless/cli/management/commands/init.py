"""`gapless init`: an installation from nothing. Safe to repeat: what exists stays."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.timezone import now
from django.utils.translation import gettext as _

from gapless.control.cases.shipping import ship_builtin as ship_case_rules
from gapless.core.audit.actions import record
from gapless.core.calendar.actions import set_week, ship_years
from gapless.core.calendar.queries import region_of
from gapless.core.calendar.rules import USUAL_WEEK
from gapless.core.clocks.drafting import ship_builtin as ship_limits
from gapless.core.instruments.actions import rebuild_cells
from gapless.core.instruments.queries import versions_to_fold_anew
from gapless.evaluation.surveys.actions import ship_servqual
from gapless.people.org import actions, queries
from gapless.people.org.choices import Role, UnitKind
from gapless.people.org.rules import Period, PersonFacts, UnitFacts
from gapless.requirements.characteristics.actions import ship_builtin

BAD_INPUT = 2


class Command(BaseCommand):
    help = (
        "Set up an installation: folder, key, database, the built-in characteristics, the"
        " organisation and its first administrator. Run it again after an upgrade; what"
        " exists is left as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--organisation", metavar="NAME", help="name of the organisation"
        )
        parser.add_argument(
            "--username",
            default="admin",
            help="log-in name of the first administrator (admin unless given)",
        )
        parser.add_argument("--name", help="name of the first administrator")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = _read_password() if options["password_stdin"] else ""
        self.make_folder()
        self.make_key()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        self.say(_("Database: up to date."))
        self.collect_static()
        shipped = ship_builtin(now=now())
        self.say(_("Built-in characteristics: %(count)d new.") % {"count": len(shipped)})
        ship_servqual(now=now())
        limits = ship_limits(now=now())
        self.say(_("Time limits: %(count)d new.") % {"count": len(limits)})
        categories = ship_case_rules(now=now())
        self.say(_("Categories of cases: %(count)d new.") % {"count": len(categories)})
        years = ship_years(now=now())
        self.say(_("Years of public holidays: %(count)d new.") % {"count": len(years)})
        self.fold_anew()
        self.make_organisation(options, password)

    def fold_anew(self) -> None:
        """Cells of an older version of this program are made anew from their answers."""
        for version in versions_to_fold_anew():
            rebuild_cells(version, by=None, now=now())
            self.say(_("%(version)s: numbers made anew.") % {"version": version})

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)

    def make_folder(self) -> None:
        try:
            settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(
                _("The folder %(path)s cannot be made. Set GAPLESS_DATA to one you own.")
                % {"path": settings.DATA_DIR},
                returncode=BAD_INPUT,
            ) from error
        self.say(_("Folder: %(path)s") % {"path": settings.DATA_DIR})

    def make_key(self) -> None:
        """Keep the key of this very process, so that what it signs stays valid."""
        if os.environ.get("GAPLESS_SECRET_KEY"):
            self.say(_("Key: taken from GAPLESS_SECRET_KEY."))
            return
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(settings.SECRET_KEY_FILE, flags, 0o600), "w") as file:
                file.write(settings.SECRET_KEY)
        except FileExistsError:
            self.say(_("Key: exists."))
        else:
            self.say(_("Key: made; only you can read it."))

    def collect_static(self) -> None:
        built = Path(settings.PACKAGE) / "web" / "static" / "gapless" / "app.css"
        if built.exists():
            call_command("collectstatic", interactive=False, verbosity=0)
            self.say(_("Pages: ready."))
        else:
            self.say(_("Pages: not built yet. Run `make setup` in the source folder."))

    def make_organisation(self, options: dict[str, Any], password: str) -> None:
        root = queries.organisation()
        if root is not None:
            self.say(
                _("Organisation: %(name)s exists; nothing was changed.") % {"name": root}
            )
            return
        facts = PersonFacts(
            username=options["username"], name=options["name"] or _("Administrator")
        )
        given = password or get_random_string(16)
        try:
            _establish(options["organisation"] or _("Our organisation"), facts, given)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=BAD_INPUT) from error
        self.say(_("Administrator: %(username)s") % {"username": facts.username})
        if not password:
            self.say(_("Password, shown only now: %(password)s") % {"password": given})
        self.say(
            _("Next: `gapless serve`, then log in at %(url)s")
            % {"url": settings.PUBLIC_URL}
        )


@transaction.atomic
def _establish(organisation: str, facts: PersonFacts, password: str) -> None:
    """The root of the tree and whoever administers it, or neither."""
    at = now()
    unit = actions.create_unit(
        None,
        UnitFacts(
            name=organisation,
            code="ORG",
            kind=UnitKind.COMPANY,
            time_zone=settings.TIME_ZONE,
        ),
        by=None,
        now=at,
    )
    set_week(
        unit,
        USUAL_WEEK,
        region=region_of(unit.time_zone),
        closed_on_holidays=True,
        seen=0,
        by=None,
        now=at,
    )
    person = actions.add_person(
        facts,
        Role.ADMINISTRATOR,
        unit,
        period=Period(queries.today(at)),
        by=None,
        now=at,
    )
    validate_password(password, person)
    actions.set_password(person, password, by=None, now=at)
    record("installation.made", subject=unit, by=None, at=at, unit=unit)


def _read_password() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandError(
            _("Standard input holds no password. Pipe one line into the command."),
            returncode=BAD_INPUT,
        )
    return password
