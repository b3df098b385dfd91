"""What a case would be, before it is one: its grade, and what would be promised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from gapless.core.calendar.choices import Region
from gapless.core.calendar.queries import calendar_of, standard_calendar
from gapless.core.clocks.models import ClockPolicy
from gapless.core.clocks.queries import Told, in_force, policy_in
from gapless.core.clocks.rules import Happening
from gapless.people.org.models import Unit
from gapless.people.org.rules import Viewer

from . import rules
from .choices import Fact, Kind, Severity
from .grading import rows_of
from .limits import REGISTERED
from .models import Case, CaseQuerySet, SeverityTable
from .queries import visible_cases


@dataclass(frozen=True, slots=True)
class Foreseen:
    severity: Severity
    because: tuple[Fact, ...]
    promised_at: datetime | None


def graded() -> bool:
    """Whether there is a table that says how grave a case is."""
    return SeverityTable.objects.exists()


def foreseen(
    kind: Kind, facts: Collection[Fact], unit: Unit, *, opened_at: datetime
) -> Foreseen | None:
    """How grave it would be, and by when answered; None: no table decides yet."""
    table = SeverityTable.objects.order_by("-number").first()
    if table is None:
        return None
    judged = rules.severity_of(rows_of(table.rows), kind, facts)
    promised_at = _promised(judged.severity, unit, opened_at)
    return Foreseen(judged.severity, judged.because, promised_at)


def _promised(severity: Severity, unit: Unit, opened_at: datetime) -> datetime | None:
    """As `limits.promised` says of the case once it is there."""
    policy = ClockPolicy.objects.filter(code=f"S{severity.value}-ANSWER").first()
    version = in_force(policy) if policy else None
    if version is None:
        return None
    region = version.region
    calendar = standard_calendar(Region(region)) if region else calendar_of(unit.pk)
    told = Told(
        policy_in(version), calendar, (Happening(opened_at, REGISTERED),), extensions=()
    )
    return told.as_of(opened_at).due_at


def cases_with(viewer: Viewer, keys: Collection[str]) -> CaseQuerySet:
    """
    What this customer came with before, newest first, as far as the viewer sees it.

    :param keys: of the customer's addresses, as `core.addresses` makes them.
    """
    found: CaseQuerySet = visible_cases(viewer).of_customer(keys)
    return found.select_related("owner", "unit").order_by("-opened_at", "-pk")


def sent_under(viewer: Viewer, key: str) -> Case | None:
    """The case that this very form became, if it was sent before."""
    return visible_cases(viewer).filter(key=key).first()
