"""The versions of the severity table: how a line is stored, and which one is in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from . import rules
from .choices import Fact, Kind, Severity
from .models import SeverityTable


def rows_of(stored: Iterable[Mapping[str, Any]]) -> tuple[rules.Row, ...]:
    """
    The lines as the rules read them.

    :raises ValueError: a line names what does not exist.
    """
    return tuple(
        rules.Row(
            Severity(row["severity"]),
            frozenset(Fact(code) for code in row["facts"]),
            frozenset(Kind(code) for code in row["kinds"]),
        )
        for row in stored
    )


def stored(rows: Sequence[rules.Row]) -> list[dict[str, Any]]:
    """The same lines always give the same column."""
    return [
        {
            "severity": row.severity.value,
            "facts": sorted(fact.value for fact in row.facts),
            "kinds": sorted(kind.value for kind in row.kinds),
        }
        for row in rows
    ]


def table_in_force() -> SeverityTable:
    """:raises SeverityTable.DoesNotExist: nothing was shipped yet (`gapless init`)."""
    return SeverityTable.objects.earliest("-number")


def ship_table(*, now: datetime) -> SeverityTable:
    """The shipped defaults as version 1. Safe to repeat: what exists stays as it is."""
    table, _is_new = SeverityTable.objects.get_or_create(
        number=1, defaults={"rows": stored(rules.SHIPPED), "published_at": now}
    )
    return table
