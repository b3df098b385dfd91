"""
The guards that keep the trail append-only, in the database itself.

Django's SQLite remakes a table for most changes of a model and drops its triggers
without a word: every later migration that touches `Event` or `Seal` ends with
``migrations.RunPython(install, remove)``. `tests/core/audit/test_triggers.py` looks.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("audit_event", "audit_seal")
KEYS = {"audit_event": "id", "audit_seal": "seq"}

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$"""


def _guards(vendor: str, table: str) -> dict[str, str]:
    """The triggers of one table: name → definition."""
    if vendor == "postgresql":
        refuse = "EXECUTE FUNCTION audit_refuse()"
        return {
            f"{table}_keep": f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE "
            f"ON {table} FOR EACH ROW {refuse}",
            f"{table}_keep_all": f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE "
            f"ON {table} FOR EACH STATEMENT {refuse}",
        }
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    key = KEYS[table]
    known = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608  our own names
    return {
        f"{table}_no_update": f"CREATE TRIGGER {table}_no_update BEFORE UPDATE "
        f"ON {table} {refuse}",
        f"{table}_no_delete": f"CREATE TRIGGER {table}_no_delete BEFORE DELETE "
        f"ON {table} {refuse}",
        # REPLACE deletes the old row without asking the trigger above.
        f"{table}_no_replace": f"CREATE TRIGGER {table}_no_replace BEFORE INSERT "
        f"ON {table} WHEN {known} {refuse}",
    }


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the guards up, for a migration."""
    put_up(schema_editor.connection)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the guards down, for the way back of a migration."""
    take_down(schema_editor.connection)


def put_up(database: BaseDatabaseWrapper) -> None:
    take_down(database)
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for table in TABLES:
            for definition in _guards(database.vendor, table).values():
                cursor.execute(definition)


def take_down(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        for table in TABLES:
            on = f" ON {table}" if database.vendor == "postgresql" else ""
            for name in _guards(database.vendor, table):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing() -> list[str]:
    """The guards that should stand and do not."""
    listed = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(listed[connection.vendor])
        standing = {name for (name,) in cursor.fetchall()}
    wanted = (name for table in TABLES for name in _guards(connection.vendor, table))
    return [name for name in wanted if name not in standing]


@contextmanager
def lifted() -> Iterator[None]:
    """Without the guards, for a test that flushes the database or forges the trail."""
    with transaction.atomic():
        take_down(connection)
    try:
        yield
    finally:
        with transaction.atomic():
            put_up(connection)
