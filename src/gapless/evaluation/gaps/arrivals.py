"""What came in last: single answers for those who may read them, else numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gapless.analytics.summaries import Measure
from gapless.core.instruments.models import Answer
from gapless.people.org.models import Unit, under
from gapless.people.org.rules import Policy, Viewer

from .comparable import columns_in
from .estimates import Estimate, estimate_of
from .tables import UnitsTable

UNITS = 6  # with the most answers
ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Arrived:
    """How much one unit brought, and what it says as a whole if that may be shown."""

    unit: Unit
    answers: int
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Arrivals:
    measure: Measure | None  # what the estimates are of
    units: tuple[Arrived, ...]
    more: int  # units with answers that are not named here
    withheld: int


def arrivals_in(table: UnitsTable, units: Sequence[Unit]) -> Arrivals:
    """What these units of a table brought, the most first, as far as it may be shown."""
    wanted = {unit.pk for unit in units}
    rows = [at for at, unit in enumerate(table.units) if unit.pk in wanted]
    places = columns_in(table.measures, items=False)[:1]
    shown = [at for at in rows if table.answers[at] > 0]
    shown.sort(key=lambda at: -table.answers[at])
    return Arrivals(
        table.measures[places[0]] if places else None,
        tuple(_arrived(table, at, places) for at in shown[:UNITS]),
        more=max(len(shown) - UNITS, 0),
        withheld=sum(int(table.answers[at]) < 0 for at in rows),
    )


def _arrived(table: UnitsTable, at: int, places: Sequence[int]) -> Arrived:
    estimates = [
        estimate_of(table.measures[place], table.sums_at(at, place))
        for place in places
        if not table.hidden[at, place]
    ]
    answers = int(table.answers[at])
    return Arrived(table.units[at], answers, estimates[0] if estimates else None)


def last_answers(viewer: Viewer, unit: Unit) -> Sequence[Answer]:
    """The newest single answers of a subtree; none for whoever sees numbers only."""
    if not viewer.holds_at(Policy.SEE_ANSWERS, unit.path):
        return ()
    # Of one unit its index is the way; of many the newest records, until enough are theirs.
    about = under("unit__path", [unit.path])
    answers = Answer.objects.filter(counted=True)
    answers = answers.filter(about) if unit.numchild else answers.filter(unit=unit)
    answers = answers.select_related("unit", "version__form", "response")
    return list(answers.order_by("-pk")[:ANSWERS])
