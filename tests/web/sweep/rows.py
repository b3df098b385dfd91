"""Every row of the database, and what a request changed in them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

Key = tuple[str, Any]
Row = dict[str, Any]
# Written without being asked: whose session it is, and what was refused.
HOUSEKEEPING = frozenset({"sessions.session", "audit.securityevent"})
HOUSEKEEPING_TABLES = frozenset({"django_session", "audit_securityevent", "cache"})
_WRITE = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.I)


def rows() -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if not model._meta.managed or model._meta.proxy or label in HOUSEKEEPING:
            continue
        for row in model._base_manager.values():
            found[label, row[model._meta.pk.attname]] = row
    return found


def spread_numbers() -> None:
    """
    Let every table count from a million of its own, so that the number of a unit is
    never also that of a person, a version or a page.
    """
    for nth, model in enumerate(apps.get_models(), start=10):
        if isinstance(model._meta.pk, models.AutoField):
            _count_from(model, nth * 1_000_000)


def _count_from(model: type[models.Model], start: int) -> None:
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, column, start]
            )
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, start])


@dataclass(frozen=True)
class Change:
    """What one request did to the database."""

    added: dict[Key, Row] = field(default_factory=dict)
    altered: dict[Key, Row] = field(
        default_factory=dict
    )  # the columns that differ, as they are now
    removed: frozenset[Key] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.altered or self.removed)

    def tables(self) -> set[str]:
        return {label for label, _ in (*self.added, *self.altered, *self.removed)}


def change(before: dict[Key, Row], after: dict[Key, Row]) -> Change:
    return Change(
        added={key: after[key] for key in after.keys() - before.keys()},
        altered={
            key: {c: v for c, v in after[key].items() if v != before[key][c]}
            for key in after.keys() & before.keys()
            if after[key] != before[key]
        },
        removed=frozenset(before.keys() - after.keys()),
    )


@contextmanager
def writes() -> Iterator[set[str]]:
    """The tables that statements inside this block write to, by table name."""
    seen: set[str] = set()

    def watch(execute: Any, sql: Any, *rest: Any) -> Any:
        if match := _WRITE.match(str(sql)):
            seen.add(match[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield seen


def foreign_keys(label: str) -> list[models.ForeignKey[Any, Any]]:
    fields = apps.get_model(label)._meta.concrete_fields
    return [each for each in fields if isinstance(each, models.ForeignKey)]
