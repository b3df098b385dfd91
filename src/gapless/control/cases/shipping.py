"""What ships with the area: the severity table and the categories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from gapless.core.audit.actions import record
from gapless.requirements.characteristics.models import Characteristic

from . import builtin
from .grading import ship_table
from .models import Category


@transaction.atomic
def ship_builtin(*, now: datetime) -> list[str]:
    """
    Bring in what ships with the product, after the characteristics it points at; the codes
    of the categories that were new. Safe to repeat: what exists stays as it is.
    """
    ship_table(now=now)
    wanted = dict(Characteristic.objects.values_list("code", "pk"))
    shipped: list[str] = []
    for position, top in enumerate(builtin.read()):
        parent = _ship(top, None, position, wanted, shipped)
        for place, part in enumerate(top.parts):
            _ship(part, parent, place, wanted, shipped)
    if shipped:
        first = Category.objects.get(code=shipped[0])
        record("case_category.shipped", subject=first, by=None, at=now, codes=shipped)
    return shipped


def _ship(
    built: builtin.BuiltInCategory,
    parent: Category | None,
    position: int,
    wanted: Mapping[str, int],
    shipped: list[str],
) -> Category:
    category, is_new = Category.objects.get_or_create(
        code=built.code,
        defaults={
            "name": dict(built.name),
            "parent": parent,
            "characteristic_id": wanted.get(built.characteristic),
            "failure_type": built.failure or "",
            "gap": built.gap,
            "built_in": True,
            "position": position,
        },
    )
    if is_new:
        shipped.append(built.code)
    return category
