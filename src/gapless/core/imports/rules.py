"""The life of an import, and its account of every row. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from .choices import State
from .rows import Accepted, Filtered, Outcome, Rejected, also_rejected
from .tables import Problem

BATCH = 2_000
"""Rows that go in together, all or none; what a killed worker has to do again at most."""

_OPEN = frozenset({State.UPLOADED, State.MAPPED})

# A file whose mapping is edited starts its account anew; what it brought in before stays
# in, and is found already there.
STEPS: dict[State, frozenset[State]] = {
    State.UPLOADED: _OPEN,
    State.MAPPED: _OPEN | {State.RUNNING},
    State.RUNNING: frozenset({State.DONE, State.CANCELLED, State.FAILED}),
    State.DONE: frozenset({State.REMOVING}),
    State.CANCELLED: _OPEN | {State.REMOVING},
    State.FAILED: _OPEN | {State.REMOVING},
    State.REMOVING: frozenset({State.REMOVED}),
    State.REMOVED: _OPEN,
}

BUSY = frozenset({State.RUNNING, State.REMOVING})
"""A job is at work."""


def before(state: State) -> list[State]:
    """The states from which an import may come to this one."""
    return [start for start, ends in STEPS.items() if state in ends]


def may_become(state: State, after: State) -> bool:
    return after in STEPS[state]


@dataclass(frozen=True, slots=True)
class Sorted:
    """The outcomes of some rows, each in one of three heaps; those passed in none."""

    accepted: tuple[Accepted, ...]
    filtered: tuple[Filtered, ...]
    rejected: tuple[Rejected, ...]
    # Of mended rows: their lines, and those of the first file's rejected rows.
    mends: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, outcomes: Iterable[Outcome], mends: Mapping[int, int] | None = None
    ) -> Sorted:
        every = tuple(outcomes)
        return cls(
            tuple(o for o in every if isinstance(o, Accepted)),
            tuple(o for o in every if isinstance(o, Filtered)),
            tuple(o for o in every if isinstance(o, Rejected)),
            mends or {},
        )

    def refusing(self, keys: Collection[str], problem: Problem) -> Sorted:
        """The same rows, but those with these keys rejected: no answer can be theirs."""
        refused = [row for row in self.accepted if row.key in keys]
        return replace(
            self,
            accepted=tuple(row for row in self.accepted if row.key not in keys),
            rejected=(
                *self.rejected,
                *(Rejected(r.line, (replace(problem, line=r.line),)) for r in refused),
                *(
                    Rejected(line, (also_rejected(problem, r.line, line),))
                    for r in refused
                    for line in r.others
                ),
            ),
        )

    @property
    def mended(self) -> Iterator[tuple[int, str]]:
        """The rejected rows of a first file that are accepted, and their answers' keys."""
        for row in self.accepted:
            for line in (row.line, *row.others):
                if line in self.mends:
                    yield self.mends[line], row.key

    @property
    def rows(self) -> int:
        """How many rows of the file they are."""
        alone = len(self.accepted) + len(self.filtered) + len(self.rejected)
        return alone + self.joined

    @property
    def joined(self) -> int:
        """The rows of a long file that tell an answer for which another row stands."""
        return sum(len(row.others) for row in self.accepted)
