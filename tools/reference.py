"""
The parts of the reference pages that are read off the code.

    tools/reference.py            write them anew, between the two marks of each page
    tools/reference.py --check    say which pages are out of date; exit code 1 if any is
"""

import io
import os
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout, suppress
from pathlib import Path

import django
import methods
from django.core.management import get_commands, load_command_class
from django.utils import translation

from gapless.cli.__main__ import OURS
from gapless.cli.analyse import command as analyse
from gapless.cli.gap import command as gap
from gapless.cli.replay import command as replay
from gapless.core.audit.catalogue import EVENTS, GROUPS, REFUSALS
from gapless.people.org.choices import Role
from gapless.people.org.rules import HOLDERS

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
BEGIN = "<!-- written by tools/reference.py -->\n"
END = "<!-- until here -->\n"
WIDTH = "88"
# They run without Django.
PLAIN = {"gap": gap.main, "analyse": analyse.main, "replay": replay.main}
# What Django gives every command; our readers need none of it.
DJANGOS = {
    *("--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
    *("--no-color", "--force-color", "--skip-checks"),
}


def commands() -> str:
    """Every command of ours with its help, in the order of `gapless --help`."""
    os.environ["COLUMNS"] = WIDTH
    here = {name for name, app in get_commands().items() if app == "gapless.cli"}
    with translation.override("en"):
        told = [
            (name, "\n".join(map(_fenced, _helps(name))))
            for name in OURS
            if name in here | set(PLAIN)
        ]
    return "\n".join(f"## gapless {name}\n\n{helps}" for name, helps in told)


def _helps(name: str) -> Iterator[str]:
    """The help of a command, then that of each of its parts."""
    if name in PLAIN:
        yield _printed(lambda: PLAIN[name](["--help"]))
        return
    parser = load_command_class("gapless.cli", name).create_parser("gapless", name)
    parts: list[ArgumentParser] = []
    for action in parser._actions:  # noqa: SLF001  argparse has no public way to them
        if DJANGOS.intersection(action.option_strings):
            action.help = SUPPRESS
        if isinstance(action.choices, dict):
            parts += action.choices.values()
    yield from (each.format_help() for each in (parser, *parts))


def _printed(run: Callable[[], object]) -> str:
    text = io.StringIO()
    with redirect_stdout(text), suppress(SystemExit):
        run()
    return text.getvalue()


def _fenced(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


def events() -> str:
    """The catalogue of the audit trail, group by group, then the refusals."""
    parts = []
    for group, title in GROUPS.items():
        rows = [
            (f"`{name}`", *_said(kind.label), kind.severity.value, _yes(kind.needs_reason))
            for name, kind in EVENTS.items()
            if kind.group == group
        ]
        header = ("type", "en", "简体", "繁體", "severity", "reason")
        parts.append(f"## {title['en']}\n\n{_table(header, rows)}")
    refused = [(f"`{name}`", *_said(label)) for name, label in REFUSALS.items()]
    parts.append(f"## Refused\n\n{_table(('type', 'en', '简体', '繁體'), refused)}")
    return "\n".join(parts)


def _said(label: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(label[language] for language in ("en", "zh-hans", "zh-hant"))


def policies() -> str:
    """Which role holds which policy."""
    with translation.override("en"):
        header = ("policy", *(str(role.label) for role in Role))
    rows = [
        (policy.value, *(_yes(role in holders) for role in Role))
        for policy, holders in HOLDERS.items()
    ]
    return _table(header, rows)


def _yes(holds: bool) -> str:  # noqa: FBT001  a cell of a table
    return "yes" if holds else ""


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


SECTIONS: Mapping[str, Callable[[], str]] = {
    "cli.md": commands,
    "audit-events.md": events,
    "authorization.md": policies,
    "statistics.md": methods.statistics,
}


def written(name: str) -> str:
    """A page with what stands between its marks written anew."""
    text = (REFERENCE / name).read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{SECTIONS[name]()}\n{END}{after}"


def stale() -> list[str]:
    """The pages that say something else than the code."""
    return [n for n in SECTIONS if (REFERENCE / n).read_text("utf-8") != written(n)]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapless.settings")
    django.setup()
    pages = stale()
    if "--check" in sys.argv[1:]:
        for name in pages:
            print(f"docs/reference/{name} is out of date: run tools/reference.py.")
        return 1 if pages else 0
    for name in pages:
        (REFERENCE / name).write_text(written(name), "utf-8")
        print(f"Written: docs/reference/{name}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
