"""Files that somebody brings in, and the steps that lead to their answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile

from gapless.core.files.actions import store
from gapless.core.imports.actions import bring_in, map_columns
from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.mapping import Column, FileMap, Scale
from gapless.core.imports.models import Import
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.jobs.models import Job
from gapless.core.jobs.working import run_next
from gapless.evaluation.surveys.actions import Beginning, start_import
from gapless.loop import JOBS
from tests.conftest import NINE_AM

ENGLISH = Beginning(language="en")
K = ColumnKind

TWO_PAIRS = FileMap(
    columns=(
        Column("id", K.RESPONDENT),
        Column("hall", K.UNIT),
        Column("day", K.TIME),
        Column("e1", K.EXPECTATION, item="1", dimension="tangibles"),
        Column("p1", K.PERCEPTION, item="1", dimension="tangibles"),
        Column("e2", K.EXPECTATION, item="2", dimension="reliability"),
        Column("p2", K.PERCEPTION, item="2", dimension="reliability"),
    ),
    scales={ItemKind.PAIR: Scale(1, 7)},
    missing=("NA",),
    expectation=ExpectationType.IDEAL,
    form="halls",
    form_name="Halls",
)
HEADER = "id,hall,day,e1,p1,e2,p2"


def lines(n: int, *, hall: str = "EAST-HALL", first: int = 1) -> str:
    """A file of n sound rows."""
    rows = (
        f"{i},{hall},2026-0{1 + i % 2}-10,7,{1 + i % 7},{2 + i % 6},{1 + (i * i) % 7}"
        for i in range(first, first + n)
    )
    return "\n".join([HEADER, *rows]) + "\n"


def without_ids(file_map: FileMap) -> FileMap:
    first, *others = file_map.columns
    return replace(file_map, columns=(replace(first, kind=K.IGNORE), *others))


Bring = Callable[..., Import]


@pytest.fixture
def bring(cast) -> Bring:
    """A file, brought in and mapped by Qian, the analyst of the city."""

    def bring(
        content: str | bytes, file_map: FileMap = TWO_PAIRS, name: str = "a.csv"
    ) -> Import:
        data = content.encode() if isinstance(content, str) else content
        file = store(ContentFile(data, name=name), by=cast.qian, now=NINE_AM)
        import_ = bring_in(file, name=name, within=cast.city, by=cast.qian, now=NINE_AM)
        map_columns(import_, file_map, ready=True, by=cast.qian, now=NINE_AM)
        return import_

    return bring


def work(at: datetime = NINE_AM + timedelta(minutes=1)) -> None:
    """Do every job that is due, as a worker would."""
    while run_next(JOBS, clock=lambda: at):
        pass


def through(import_: Import, cast, beginning: Beginning = ENGLISH) -> Import:
    """Start an import and let a worker finish it."""
    start_import(import_, beginning, by=cast.qian, now=NINE_AM)
    work()
    assert not Job.objects.filter(state="failed").exists()
    import_.refresh_from_db()
    return import_


def account(import_: Import) -> dict[str, int]:
    names = ("rows", "added", "already_there", "joined", "filtered", "rejected")
    return {name: getattr(import_, name) for name in names if getattr(import_, name)}
