"""
`gapless_stats` beside the libraries people use for the same: `make bench`.

Everybody answers the same question about the same synthetic answers, in turns, five times;
what is compared are medians of one run. Results are held against each other first: nobody
is timed for a wrong answer. The table goes to docs/reference/benchmarks.md, and each goal
ends as a line: `goal <number> <name>: ratio <r> (aim <a>): reached|missed`.
"""

import argparse
import importlib.metadata
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import questions
import questions_of_models
from questions import Question, Setting
from rounds import Ratio, Times, in_turns, ratio

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "benchmarks.md"
PEERS = ("numpy", "scipy", "numba", "pandas", "polars", "duckdb", "pingouin", "semopy")

HEAD = """\
# Benchmarks

<!-- Written by `make bench`; run it again rather than edit it. -->

How long a peer takes for the same answer, divided by how long Gapless takes, in the same
run, in turns, medians of {rounds}; beside it the least and the most of the rounds. Results
are compared before anything is timed. Ratios of one run say something; seconds of two
machines do not.

Everybody has one BLAS thread, and otherwise every core. Made on {day} with {answers}
synthetic answers ({branches}); {machine}; {versions}.
{lavaan}

| goal | question | peer | Gapless, s | peer, s | ratio | least to most | aim | |
|---|---|---|--:|--:|--:|--:|--:|---|
"""


@dataclass(frozen=True)
class Line:
    """What came of one goal."""

    question: Question
    peer: str
    aim: float
    ours: Times
    theirs: Times

    @property
    def ratio(self) -> Ratio:
        return ratio(self.ours, self.theirs)

    @property
    def reached(self) -> bool:
        return self.ratio.median >= self.aim

    @property
    def word(self) -> str:
        return "reached" if self.reached else "missed"

    def said(self) -> str:
        name = f"{self.question.name}, beside {self.peer}"
        return (
            f"goal {self.question.goal} {name}: ratio {self.ratio.median:.2f} "
            f"(aim {self.aim:g}): {self.word}"
        )

    def row(self) -> str:
        found = self.ratio
        estimated = " (of a part, scaled)" if self.theirs.scaled != 1 else ""
        return (
            f"| {self.question.goal} | {self.question.name} | {self.peer}{estimated} "
            f"| {self.ours.median:.3g} | {self.theirs.median:.3g} | **{found.median:.2f}** "
            f"| {found.least:.2f} to {found.most:.2f} | {self.aim:g} | {self.word} |"
        )


def main() -> int:
    wanted = arguments()
    setting = Setting.of(wanted.answers)
    lines: list[Line] = []
    for question in (
        *questions.every(setting, quick=wanted.quick),
        *questions_of_models.every(setting, quick=wanted.quick),
    ):
        for line in put(question, wanted.rounds):
            print(line.said(), flush=True)
            lines.append(line)
    lines.append(started(setting, wanted.rounds))
    print(lines[-1].said())
    print("\n".join(line.row() for line in lines))
    if not wanted.quick:
        PAGE.write_text(page(lines, wanted), "utf-8")
        print(f"Written to {PAGE.name}.")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--answers", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    wanted = parser.parse_args()
    if wanted.quick:
        wanted.answers, wanted.rounds = 1_000_000, 3
    return wanted


def put(question: Question, rounds: int) -> Iterator[Line]:
    """Everybody's times, once everybody has given the same answer."""
    print(f"… {question.name}", file=sys.stderr, flush=True)
    question.check()
    contestants = {"ours": question.ours, **{p.name: p.work for p in question.peers}}
    times = in_turns(contestants, rounds)
    ours = Times(tuple(times["ours"]))
    for peer in question.peers:
        theirs = Times(tuple(times[peer.name]), peer.scaled)
        yield Line(question, peer.name, peer.aim, ours, theirs)


def started(setting: Setting, rounds: int) -> Line:
    """How soon a small file has its gap table, beside the limit of one second."""
    question = questions_of_models.small_file(setting)
    ours = Times(tuple(in_turns({"ours": question.ours}, rounds)["ours"]))
    return Line(question, "a limit of 1 s", 1.0, ours, Times((1.0,) * rounds))


def page(lines: list[Line], wanted: argparse.Namespace) -> str:
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in PEERS)
    lavaan = (
        "" if shutil.which("Rscript") else "lavaan is not among them: R is not installed."
    )
    load, *_ = os.getloadavg()
    head = HEAD.format(
        rounds=wanted.rounds,
        day=time.strftime("%Y-%m-%d"),
        answers=f"{wanted.answers:,}",
        branches="2,000 branches of very unequal size, 44 items of 7 points, 2 % missing",
        machine=f"{os.cpu_count()} cores, {platform.machine()}, load {load:.0f}",
        versions=f"Python {platform.python_version()}, {versions}",
        lavaan=lavaan,
    )
    notes = "\n".join(
        f"- {line.question.name}: {line.question.note}" for line in _once(lines)
    )
    missed = [line for line in lines if not line.reached]
    why = "\n".join(f"- {line.said()}. {line.question.why_missed}" for line in missed)
    return (
        head
        + "\n".join(line.row() for line in lines)
        + f"\n\n## What is asked\n\n{notes}\n"
        + (f"\n## Missed, and why\n\n{why}\n" if missed else "")
    )


def _once(lines: list[Line]) -> list[Line]:
    return list({line.question.name: line for line in lines}.values())


if __name__ == "__main__":
    raise SystemExit(main())
