"""In whose hands a case was, one after the other, told by its entries. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .choices import Step

_ENDS = frozenset({Step.CLOSED, Step.NOT_FILED, Step.MERGED})


@dataclass(frozen=True, slots=True)
class Happened:
    """As much of an entry as the chain is told by; people by their numbers."""

    step: Step
    at: datetime
    whom: int | None = None
    code: str = ""

    @property
    def gives(self) -> int | None:
        """Into whose hands it goes with this."""
        if self.step in (Step.RECEIVED, Step.TAKEN, Step.ASSIGNED):
            return self.whom
        return self.whom if self.step == Step.RECUSED and self.code == "holder" else None


@dataclass(frozen=True, slots=True)
class Hand:
    """
    Half-open: with its last moment the next one has it.

    :param how: by which step it came.
    """

    holder: int
    how: Step
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


def hands(happened: Iterable[Happened], *, until: datetime) -> tuple[Hand, ...]:
    """
    Who had it, and how long. While a case is over nobody has it; taken up again, it is
    where it was.

    :param happened: in the order of the timeline.
    :param until: now; the last hand ends there unless the case is over.
    """
    found: list[Hand] = []
    open_since: datetime | None = None
    for each in happened:
        last = found[-1] if found else None
        if each.step in _ENDS and last and open_since is not None:
            found[-1] = replace(last, until=each.at)
            open_since = None
        elif each.step == Step.REOPENED and last and open_since is None:
            found.append(Hand(last.holder, each.step, each.at, until))
            open_since = each.at
        elif each.gives is not None and not (last and last.holder == each.gives):
            if last and open_since is not None:
                found[-1] = replace(last, until=each.at)
            found.append(Hand(each.gives, each.step, each.at, until))
            open_since = each.at
    return tuple(found)
