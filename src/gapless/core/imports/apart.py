"""
Parsing in a process of its own: what a damaged or hostile file does to a parser, it does to
that process alone, which may take no more than its share and is then ended.

Calamine reads all of an XLS file at once, and pyreadstat is C that a flipped bit can bring
down. ``parsing`` is our end, ``confined`` theirs; a line of JSON says a row.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .tables import Problem, UnreadableFile

MEMORY = 2**30
SECONDS = 60
LARGEST = 2**28
"""Bytes of address space, seconds of processor time, and bytes of a file."""

_END = "end"


@contextmanager
def parsing(
    module: str, path: Path, *args: str, problem: Problem
) -> Iterator[Iterator[Any]]:
    """
    What a module says about a file, thing by thing; its process ends with us.

    :raises UnreadableFile: with this problem, when it does not come to an end.
    """
    size = path.stat().st_size
    if size > LARGEST:
        params = {"bytes": size, "limit": LARGEST}
        raise UnreadableFile(Problem("too_large", problem.file, params=params))
    # Nothing of our environment is its business; one thread is enough.
    environment = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "PATH": os.defpath}
    with subprocess.Popen(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-I", "-m", module, str(path), *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        try:
            yield _said(process, problem)
        finally:
            process.kill()


def _said(process: subprocess.Popen[bytes], problem: Problem) -> Iterator[Any]:
    for line in process.stdout or ():
        thing = json.loads(line)
        if thing == _END:
            return
        yield thing
    raise UnreadableFile(problem)


def confined(things: Iterator[object]) -> None:
    """Say these things within the limits, and that they are all."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for thing in things:
        sys.stdout.write(json.dumps(thing) + "\n")
    sys.stdout.write(json.dumps(_END) + "\n")
