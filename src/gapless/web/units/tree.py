"""The part of the tree that a page shows: the way to one unit, and what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gapless.people.org import queries

if TYPE_CHECKING:
    from gapless.people.org.models import Unit
    from gapless.people.org.rules import Viewer

# A page of one branch: a company of 5,000 halls under one roof must not freeze the tree.
PER_BRANCH = 100


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit; and, when it stands open, what hangs on it."""

    unit: Unit
    below: Level | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """Units side by side, from the ``start``-th on; where the next page of them begins."""

    branches: tuple[Branch, ...]
    start: int = 0
    more_from: int | None = None


def tree(viewer: Viewer, at: Unit | None) -> Level:
    """The tree from the viewer's tops, open as far as ``at``, or one level down."""
    tops = list(queries.tops(viewer))
    way = at.path if at else tops[0].path if len(tops) == 1 else ""
    return Level(tuple(_branch(viewer, top, way) for top in tops))


def level(viewer: Viewer, unit: Unit, start: int = 0, way: str = "") -> Level:
    """What hangs on a unit, from the ``start``-th on."""
    below = queries.children(viewer, unit)[start : start + PER_BRANCH]
    end = start + PER_BRANCH
    return Level(
        tuple(_branch(viewer, child, way) for child in below),
        start=start,
        more_from=end if end < unit.numchild else None,
    )


def _branch(viewer: Viewer, unit: Unit, way: str) -> Branch:
    if not (unit.numchild and way.startswith(unit.path)):
        return Branch(unit)
    before = 0
    if unit.numchild > PER_BRANCH:
        before = queries.children(viewer, unit).filter(path__lt=way).count()
    start = before // PER_BRANCH * PER_BRANCH
    return Branch(unit, level(viewer, unit, start, way))
