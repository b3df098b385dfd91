"""
Many answers into the database at once.

Plain SQL, prepared once: putting an INSERT of hundreds of rows together takes Django longer
than scoring, folding and storing them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from .models import Answer

_INSERT = """
INSERT INTO instruments_answer (
    version_id, unit_id, answered_at, month, mode, "values", composites, flags, flag_rules,
    texts, "key", batch, counted, partial, within, recorded_at
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def store(answers: Iterable[Answer]) -> None:
    """Insert new answers. Their own numbers are not read back."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, [_row(answer) for answer in answers])


def _row(answer: Answer) -> Sequence[Any]:
    ops = connection.ops
    return (
        answer.version_id,
        answer.unit_id,
        ops.adapt_datetimefield_value(answer.answered_at),
        ops.adapt_datefield_value(answer.month),
        str(answer.mode),
        answer.values,
        answer.composites,
        answer.flags,
        answer.flag_rules,
        ops.adapt_json_value(answer.texts, None),
        answer.key,
        answer.batch,
        answer.counted,
        answer.partial,
        answer.within,
        ops.adapt_datetimefield_value(answer.recorded_at),
    )
