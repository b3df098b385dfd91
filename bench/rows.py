"""The numbers of one heat map, from the roll-ups and from the answers themselves."""

import json
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapless.settings")
django.setup()

import numpy as np  # noqa: E402  after django.setup

from gapless.analytics.folding import schema_of  # noqa: E402
from gapless.analytics.periods import Grain, periods_of  # noqa: E402
from gapless.core.evidence.choices import Source  # noqa: E402
from gapless.core.evidence.queries import heads_of_units, months_of  # noqa: E402
from gapless.core.instruments.models import Answer, FormVersion  # noqa: E402
from gapless.core.instruments.queries import layout_of  # noqa: E402
from gapless.people.org.models import Unit  # noqa: E402

version = FormVersion.objects.filter(form__code="servqual").latest("number")
layout = layout_of(version)
root = Unit.objects.filter(depth=1, simulated=True).get()
halls = list(Unit.objects.filter(path__startswith=root.path, depth=4))
quarter = periods_of(months_of(Source.SURVEY, version.pk, root), Grain.QUARTER)[1]


def from_roll_ups() -> float:
    began = time.perf_counter()
    head = schema_of(layout).head
    found = heads_of_units(Source.SURVEY, version.pk, halls, [quarter], head)
    sums = np.zeros((len(halls), head), np.int64)
    np.add.at(sums, found.rows, found.values)
    return time.perf_counter() - began


def from_answers() -> tuple[float, int]:
    """Every answer of the quarter, its composites summed by hall with numpy."""
    began = time.perf_counter()
    rows = list(
        Answer.objects.filter(
            version=version, month__gte=quarter.start, month__lt=quarter.end
        ).values_list("unit_id", "composites")
    )
    units = np.array([unit for unit, _ in rows])
    stored = np.frombuffer(b"".join(bytes(each) for _, each in rows), "<i4")
    wide = stored.reshape(len(rows), -1).astype(np.int64)
    order = np.argsort(units, kind="stable")
    _, starts = np.unique(units[order], return_index=True)
    for power in (wide, wide * wide):
        np.add.reduceat(power[order], starts, axis=0)
    return time.perf_counter() - began, len(rows)


ours = sorted(from_roll_ups() for _ in range(5))[2]
theirs = sorted(from_answers() for _ in range(3))[1]
print(json.dumps({"from_roll_ups": ours, "from_answers": theirs[0], "answers": theirs[1]}))
