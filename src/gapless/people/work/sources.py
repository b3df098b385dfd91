"""
What an area says of its work. It hands in rows, not entries: they are searched, counted
and cut where they lie, and only those that a page shows are told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from gapless.people.org.rules import Policy, Viewer

from .rules import Entry


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of work of an area, as the viewer meets it."""

    area: str
    name: str | Promise
    rows: QuerySet[Any]  # all of it that is open, whoever has it
    seen: Q  # what of these the viewer may open
    mine: Q  # what of those has the viewer's name on it, or waits for such as the viewer
    tell: Callable[[Any], Entry]
    words: tuple[str, ...]  # the fields that a search looks through
    due: str = "due_at"
    person: str = "owner"
    unit: str = "unit__path"
    # Whoever holds it at the unit may be handed such work.
    taken_by: Policy | None = None
    # Done by the viewer, and when: what it takes to say how yesterday went.
    done: QuerySet[Any] | None = None
    done_at: str = ""


Work = Callable[[Viewer, datetime], Iterable[Source]]
"""An area's function in its `queries.py`; `loop.py` lists them."""

HandingOver = Callable[..., None]
"""
``(number, *, before, to, by, now)``: an area's verb that gives a record to a colleague, as
long as it is still with whom it was, and else raises `NoLongerThere`. `loop.py` says which
area has one.
"""


class NoLongerThere(Exception):
    """It is done, or with somebody else by now: whoever hands it over came too late."""
