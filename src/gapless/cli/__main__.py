"""
`gapless`: our commands on Django's command line.

`gapless gap`, `gapless analyse` and `gapless replay` read a file and need no installation,
so they run before Django starts.
"""

import os
import sys
from importlib import import_module

OURS = {
    "init": "make a new installation: database, first administrator",
    "serve": "start the server and a worker",
    "worker": "run the jobs that wait",
    "import": "bring in a file of answers",
    "gap": "the gap table of a file, without a database",
    "analyse": "every method that a file allows, as a report, without a database",
    "replay": "what other time limits would have meant for a file, without a database",
    "demo": "load, scale or remove the demo company",
    "doctor": "check that every number is what its records make",
    "audit": "verify, show and seal the audit trail",
    "backup": "everything of this installation in one file",
    "restore": "put a backup back, or see in a drill that it could be",
}

# They read a file, and need neither an installation nor Django.
READERS = ("gap", "analyse", "replay")


def main() -> None:
    try:
        run(sys.argv[1:])
    except BrokenPipeError:
        # Whoever reads the pipe (`| head`) has seen enough; Python would complain once
        # more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(arguments: list[str]) -> None:
    if not arguments or arguments in (["--help"], ["-h"], ["help"]):
        sys.exit(overview())
    if arguments[0] in READERS:
        # Loaded only when it is asked for, so that none waits for what another needs.
        command = import_module(f"gapless.cli.{arguments[0]}.command")
        sys.exit(command.main(arguments[1:]))
    django(arguments)


def overview() -> int:
    print("usage: gapless COMMAND [options]\n")
    for name, purpose in OURS.items():
        print(f"  {name:8} {purpose}")
    print("\n`gapless COMMAND --help` says more.")
    print("Exit codes: 0 done, 1 not all well, 2 bad usage.")
    return 0


def django(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapless.settings")
    from django.core.management import (  # noqa: PLC0415  only commands that need Django load it
        execute_from_command_line,
    )

    execute_from_command_line(["gapless", *arguments])


if __name__ == "__main__":
    main()
