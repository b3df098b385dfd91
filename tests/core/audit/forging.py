"""A trail to forge: events as the product writes them, and a way past the guards."""

from collections.abc import Callable

from django.db import connection, transaction

from gapless.core.audit.actions import record, seal_finished
from gapless.core.audit.queries import Verdict, verify
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM


def write_trail(length: int) -> None:
    """Events in transactions of their own, sealed."""
    for number in range(length):
        with transaction.atomic():
            record(
                "unit.created", subject=Unit(pk=number), by=None, at=NINE_AM, code=number
            )
    seal_finished()


def verdict_after(forgery: Callable[[], object]) -> Verdict:
    """What `verify` finds after a forgery, which is then taken back."""
    with transaction.atomic():
        forgery()
        found = verify(now=NINE_AM)
        transaction.set_rollback(True)
    return found


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
