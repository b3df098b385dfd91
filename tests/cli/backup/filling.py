"""An installation in which every table has a row, whatever tables there will be."""

import uuid
from datetime import UTC, date, datetime, time
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db.models import AutoField, Field, JSONField, Model, Value
from django.utils.timezone import now

from gapless.core.audit.actions import seal_finished
from gapless.core.files.actions import store
from gapless.core.instruments.models import DraftEdit
from gapless.demo.actions import load_demo
from gapless.evaluation.surveys.actions import ship_servqual
from gapless.people.org.actions import create_unit
from gapless.people.org.rules import UnitFacts
from gapless.requirements.characteristics.actions import ship_builtin
from tests.demo.conftest import SMALL, silent

# What a careless copy changes: quotes, escapes, planes of Unicode, microseconds, zeros,
# numbers that are a float here and an integer there, null within JSON.
TRAPS: dict[str, Any] = {
    "BinaryField": bytes(range(256)),
    "BooleanField": True,
    "CharField": "满意 \\N \t'\"😀",
    "DateField": date(1902, 2, 28),
    "DateTimeField": datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC),
    "FloatField": 0.1 + 0.2,
    "JSONField": {"b": [None, True, 0.1, 1e22, 2.0, 2**62], "a": {"词": '"\\', "": []}},
    "TextField": "一行\r\n第二行\n\\.\n" + "长" * 3_000,
    "TimeField": time(23, 59, 59, 1),
    "UUIDField": uuid.UUID(int=1),
}

# Where the table itself would refuse a row of nothing but traps.
FITTING: dict[str, dict[str, Any]] = {
    "calendar.Closure": {"until_on": date(1902, 3, 1)},
    "clocks.Extension": {"approved": None, "decided_by_id": None, "decided_at": None},
    "notices.Delivery": {"channel_id": None},
    "notices.Notice": {"channel_id": None},
    "work.Snooze": {"until": datetime(2000, 1, 1, tzinfo=UTC)},
}


def fill() -> None:
    """The demo, and a row of everything that the demo does not have."""
    at = now()
    ship_builtin(now=at)
    ship_servqual(now=at)
    create_unit(None, UnitFacts("江州通信", "ORG"), by=None, now=at)
    load_demo(SMALL, now=at, progress=silent)
    store(ContentFile(b"E1,P1\n7,6\n" * 9_000, "halls.csv"), by=None, now=at)
    store(ContentFile(bytes(range(256)), "noise.bin"), by=None, now=at)
    seal_finished()
    for model in apps.get_models(include_auto_created=True):
        some(model)
    edit = DraftEdit.objects.get()
    null = Value(None, JSONField())  # JSON's own, not the database's
    DraftEdit.objects.create(draft=edit.draft, step=edit.step + 1, content=null)


def some(model: type[Model]) -> Model:
    """A row of the table: one that is there, or one made of traps."""
    there = model._base_manager.order_by("pk").first()
    if there is not None:
        return there
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, AutoField)]
    values = {field.attname: value_of(field) for field in fields}
    made = model(**values | FITTING.get(model._meta.label, {}))
    model._base_manager.bulk_create([made])
    return model._base_manager.get()


def value_of(field: "Field[Any, Any]") -> object:
    if field.is_relation:
        same = field.related_model is field.model
        return (
            None if same else getattr(some(field.related_model), field.target_field.attname)
        )
    if field.choices:
        return field.flatchoices[0][0]
    value = TRAPS.get(field.get_internal_type(), 0)
    return value[: field.max_length] if field.max_length else value
