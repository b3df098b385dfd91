"""The foreman of backups: takes them where customers answer, looks at them elsewhere."""

import json
import sys
from pathlib import Path

from tests.faults import answering_foreman  # sets Django up

from django.core.management import call_command  # isort: skip
from django.utils.timezone import now  # isort: skip

from gapless.cli.backup.restoring import Allowed, restore
from gapless.cli.backup.taking import take


def silent(_done: int) -> None:
    """Progress that nobody watches."""


def prepare() -> None:
    call_command("migrate", verbosity=0)


def back_up(path: str) -> int:
    return take(Path(path), now=now(), progress=silent).manifest.rows


def look_at(path: str, ledger: str) -> dict[str, object]:
    """Put a backup back in place of the last one, and hold it to what clients were told."""
    allowed = Allowed(replace=True, other_keys=True)
    with Path(path).open("rb") as file:
        restore(file, allowed, now=now(), progress=silent)
    return answering_foreman.tally(ledger)


if __name__ == "__main__":
    commands = {act.__name__: act for act in (prepare, back_up, look_at)}
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(commands[order.pop("do")](**order)), flush=True)  # noqa: T201
