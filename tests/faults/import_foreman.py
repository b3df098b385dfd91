"""The foreman of killed imports: the product's own handlers, batches of 20 rows."""

import json
import sys
from datetime import UTC, datetime

from tests.faults import foreman  # sets Django up

from django.core.files.base import ContentFile  # isort: skip
from django.core.management import call_command  # isort: skip
from django.utils.timezone import now  # isort: skip

from gapless.core.audit.actions import seal_finished
from gapless.core.audit.queries import verify
from gapless.core.evidence.choices import CollectionMode
from gapless.core.files.actions import store
from gapless.core.imports import queries
from gapless.core.imports.actions import bring_in, map_columns
from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.mapping import Column, FileMap, Scale
from gapless.core.imports.mending import marked, mended_map
from gapless.core.imports.models import Import, RejectedRow
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.instruments.queries import wrong_cells
from gapless.core.jobs.models import Job
from gapless.evaluation.surveys import actions
from gapless.evaluation.surveys.actions import Beginning, remove_import, start_import
from gapless.loop import JOBS
from gapless.people.org.actions import create_unit
from gapless.people.org.models import Unit
from gapless.people.org.rules import UnitFacts

ITEMS = [f"{i}" for i in range(1, 7)]
PAIRS = tuple(
    Column(f"{side}{item}", kind, item=item, dimension="d" if int(item) < 5 else "")
    for item in ITEMS
    for side, kind in (("e", K.EXPECTATION), ("p", K.PERCEPTION))
)
FILE_MAP = FileMap(
    columns=(Column("hall", K.UNIT), *PAIRS),
    scales={ItemKind.PAIR: Scale(1, 7)},
    where=(("e6", "7"),),
    time="2026-01-10",
    mode=CollectionMode.ON_EVENT,
    expectation=ExpectationType.IDEAL,
    form="killed",
    form_name="Killed",
)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def prepare(batch: int = 20) -> None:
    call_command("migrate", verbosity=0)
    # Many batches, so that kills fall between and within them.
    queries.BATCH = actions.BATCH = batch
    root = create_unit(None, UnitFacts(name="City", code="C"), by=None, now=LONG_AGO)
    for code in ("east", "west"):
        create_unit(root, UnitFacts(name=code, code=code), by=None, now=LONG_AGO)


def bring(first: int, rows: int) -> int:
    """Begin an import: some rows are equal, one in five is filtered out, some rejected."""
    lines = [",".join(column.name for column in FILE_MAP.columns)]
    for n in range(first, first + rows):
        hall = ("east", "west", "nowhere")[min(n % 7, 2) if n % 7 < 3 else n % 2]
        points = [str(1 + (n // 2 * (k + 3)) % 7) for k in range(len(PAIRS))]
        points[-2] = "7" if n % 5 else "6"
        lines.append(",".join([hall, *points]))
    unit = Unit.objects.get(code="C")
    return begin("\n".join(lines), FILE_MAP, unit)


def begin(content: str, file_map: FileMap, unit: Unit, mends: Import | None = None) -> int:
    named = ContentFile(content.encode(), name="killed.csv")
    file = store(named, by=None, now=now())
    import_ = bring_in(
        file, name="killed.csv", within=unit, by=None, now=now(), mends=mends
    )
    map_columns(import_, file_map, ready=True, by=None, now=now())
    start_import(import_, Beginning("en"), by=None, now=now())
    return import_.pk


WIDE = FileMap(
    columns=(
        Column("hall", K.UNIT),
        Column("day", K.TIME),
        *(Column(f"q{i}", K.SCORE, item=f"q{i}", dimension=f"d{i % 5}") for i in range(22)),
    ),
    scales={ItemKind.SCORE: Scale(1, 7)},
    where=(),
    form="wide",
    form_name="Wide",
)


def bring_wide(rows: int) -> int:
    """24 columns; of 100 rows, one names an unknown hall and one is off the scale."""
    lines = [",".join(column.name for column in WIDE.columns)]
    for n in range(rows):
        hall = "nowhere" if n % 100 == 7 else ("east", "west")[n % 2]
        points = [str(1 + (n * (k + 3) + n // 7) % 7) for k in range(22)]
        points[0] = "9" if n % 100 == 55 else points[0]
        lines.append(f"{hall},2026-01-{1 + n % 28:02} 10:{n % 60:02}," + ",".join(points))
    return begin("\n".join(lines), WIDE, Unit.objects.get(code="C"))


def mend(number: int, kept: int) -> int:
    """Its rejected rows, mended but every ``kept``-th, in the order of the download."""
    original = Import.objects.get(pk=number)
    table = queries.table_of(original)
    wrong = set(original.rejected_rows.values_list("line", flat=True))
    lines = [",".join([*marked(number, ["Line", "Column"]), *table.header])]
    for row in table.rows:
        if row.line in wrong:
            _hall, day, first, *others = row.cells
            sound = ["east", day, first.replace("9", "7"), *others]
            mended = sound if len(lines) % kept else row.cells
            lines.append(",".join([str(row.line), "", *mended]))
    file_map = mended_map(original.file_map, table.header, original=table)
    return begin("\n".join(lines), file_map, original.within, mends=original)


def take_back(number: int) -> None:
    remove_import(Import.objects.get(pk=number), by=None, reason="a test", now=now())


def tally() -> dict[str, object]:
    seal_finished()
    imports = Import.objects.order_by("pk")
    answers = Answer.objects.values_list("key", flat=True)
    return {
        "accounts": [
            [i.rows, i.added, i.already_there, i.filtered, i.rejected] for i in imports
        ],
        "states": sorted({i.state for i in imports}),
        "told": RejectedRow.objects.count(),
        "mended": RejectedRow.objects.exclude(key="").count(),
        "answers": answers.count(),
        "keys": answers.distinct().count(),
        "wrong": sum(len(list(wrong_cells(v))) for v in FormVersion.objects.all()),
        "trail": verify(now=now()).ok,
        "fences": max(Job.objects.values_list("fence", flat=True)),
    }


if __name__ == "__main__":
    foreman.HANDLERS = JOBS
    commands = foreman.COMMANDS | {
        act.__name__: act for act in (prepare, bring, bring_wide, mend, take_back, tally)
    }
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(commands[order.pop("do")](**order)), flush=True)  # noqa: T201
