"""`gapless demo`: the demo company comes, gets new passwords, or goes again."""

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gapless.demo import actions, queries
from gapless.demo.queries import LogIn
from gapless.people.org.actions import CodeTaken, LoginNameTaken

ANSWERS = 24_000
MOST_HALLS = 20_000
SEED = 20_260  # any other number gives another company of the same kind


class Command(BaseCommand):
    help = (
        "Load the demo company, a made-up telecom operator of 60 halls with two years of"
        " answers, and print its log-ins."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = (
            "It is a tree of its own beside yours, marked as simulated on every page; "
            "--remove takes out all that it brought. While it loads, nobody else can "
            "write. Exit codes: 0 done, 1 refused, 2 bad usage."
        )
        parser.add_argument(
            "--answers",
            type=some,
            default=ANSWERS,
            metavar="N",
            help="how many answers (24000 unless given)",
        )
        parser.add_argument(
            "--halls",
            type=some_halls,
            default=0,
            metavar="N",
            help="at least so many halls (48 unless given), to try it at scale",
        )
        parser.add_argument(
            "--seed",
            type=int,
            default=SEED,
            metavar="S",
            help="equal seeds give equal answers",
        )
        parser.add_argument(
            "--until",
            type=month,
            metavar="YYYY-MM",
            help="the month after the last answers (this month unless given)",
        )
        self.add_alternatives(parser)
        parser.add_argument("--yes", action="store_true", help="remove without asking")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def add_alternatives(self, parser: ArgumentParser) -> None:
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument(
            "--if-empty", action="store_true", help="load only if nothing is there yet"
        )
        instead.add_argument(
            "--passwords", action="store_true", help="make new passwords and print them"
        )
        instead.add_argument(
            "--remove", action="store_true", help="remove the demo company"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self.remove(options)
        elif options["passwords"]:
            self.passwords(options)
        elif options["if_empty"] and (why := not_wanted()):
            self.say(why, {"loaded": False}, options)
        else:
            self.load(options)

    def load(self, options: dict[str, Any]) -> None:
        until = options["until"] or localdate().replace(day=1)
        wish = actions.Wish(options["answers"], options["seed"], until, options["halls"])
        try:
            done = actions.load_demo(wish, now=now(), progress=self.progress(wish.answers))
        except (actions.AlreadyLoaded, CodeTaken, LoginNameTaken) as refusal:
            raise CommandError(told(refusal)) from refusal
        words = _(
            "The demo company is loaded: %(units)d units, %(people)d people, "
            "%(answers)d answers, all of them simulated."
        ) % {"units": done.units, "people": done.people, "answers": done.answers}
        self.say(words, {"loaded": True} | asdict(done), options)
        self.list(done.log_ins, options)

    def passwords(self, options: dict[str, Any]) -> None:
        try:
            log_ins = actions.give_passwords(now=now())
        except actions.NotLoaded:
            raise CommandError(not_there()) from None
        log_ins_told = {"log_ins": [asdict(log_in) for log_in in log_ins]}
        self.say(
            _("These passwords are new; the old ones are void."), log_ins_told, options
        )
        self.list(log_ins, options)

    def remove(self, options: dict[str, Any]) -> None:
        if queries.loaded() is None:
            raise CommandError(not_there())
        if not (options["yes"] or confirmed()):
            raise CommandError(_("Nothing was removed. Add --yes to remove it unasked."))
        try:
            done = actions.remove_demo(now=now())
        except (actions.NotLoaded, actions.InUse) as refusal:
            raise CommandError(told(refusal)) from refusal
        words = _(
            "The demo company is removed: %(units)d units, %(people)d people, "
            "%(answers)d answers. The audit trail keeps what was done in it."
        ) % {"units": done.units, "people": done.people, "answers": done.answers}
        self.say(words, {"removed": True} | asdict(done), options)

    def say(self, words: str, data: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            words = json.dumps(data, ensure_ascii=False)
        self.stdout.write(words)

    def list(self, log_ins: Iterable[LogIn], options: dict[str, Any]) -> None:
        if options["json"]:
            return
        self.stdout.write(_("Sign in as one of these; the passwords are not kept:"))
        for who in log_ins:
            self.stdout.write(
                f"  {who.username:<14} {who.password:<19} {who.role} · {who.unit}"
            )

    def progress(self, total: int) -> actions.Progress:
        """A line that counts, for people who watch."""

        def show(done: int) -> None:
            if sys.stderr.isatty():
                words = ngettext(
                    "%(done)d of %(total)d answer is in.",
                    "%(done)d of %(total)d answers are in.",
                    total,
                ) % {"done": done, "total": total}
                self.stderr.write(f"\r{words}", ending="\n" if done == total else "")

        return show


def not_wanted() -> str:
    """Why `--if-empty` leaves things as they are; nothing if it need not."""
    if queries.loaded():
        names = " ".join(person.username for person in queries.who_can_sign_in())
        return _(
            "The demo company is there. Sign in as one of %(names)s: the passwords were "
            "printed when it was loaded, and “gapless demo --passwords” makes new ones."
        ) % {"names": names}
    if queries.was_removed():
        return _("The demo company was removed; “gapless demo” loads it again.")
    if not queries.is_empty():
        return _("The demo company was not loaded: this installation is in use.")
    return ""


def told(refusal: Exception) -> str:
    """Why nothing was done, and what to do about it."""
    match refusal:
        case CodeTaken():
            return _(
                "The demo needs the unit code %(code)s, which another unit has. Give that "
                "unit another code and load the demo again."
            ) % {"code": refusal}
        case LoginNameTaken():
            return _(
                "The demo needs the log-in name %(name)s, which somebody has. Rename that "
                "person and load the demo again."
            ) % {"name": refusal}
        case actions.InUse():
            found = ", ".join(f"{name} {count}" for name, count in refusal.found.items())
            return _(
                "The demo company was not removed, because this is not its own and hangs "
                "on it: %(found)s. Move or remove that first."
            ) % {"found": found}
        case actions.AlreadyLoaded():
            return _(
                "The demo company is already there; “gapless demo --remove” removes it."
            )
    return not_there()


def not_there() -> str:
    return _("There is no demo company here; “gapless demo” loads it.")


def confirmed() -> bool:
    if not sys.stdin.isatty():
        return False
    question = _("Remove the demo company with its people and all their answers? [y/N]")
    return input(f"{question} ").strip().lower() in ("y", "yes")


def some(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise ArgumentTypeError(
            _("“%(text)s” is no number of answers, such as 24000.") % {"text": text}
        )
    return int(text)


def some_halls(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= MOST_HALLS:
        raise ArgumentTypeError(
            _("“%(text)s” is no number of halls, such as 2000; %(most)d is the most.")
            % {"text": text, "most": MOST_HALLS}
        )
    return int(text)


def month(text: str) -> date:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
    if not found or not 1902 <= int(found[1]) <= 9000:
        raise ArgumentTypeError(
            _("“%(text)s” is no month, such as 2026-09.") % {"text": text}
        )
    return date(int(found[1]), int(found[2]), 1)
