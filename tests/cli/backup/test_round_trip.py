"""Everything comes back, on every database: no table, no row, no byte escapes."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils.timezone import now

from gapless.cli.backup import archive, rows
from gapless.cli.backup.restoring import Allowed, restore
from gapless.cli.backup.taking import Taken, take
from gapless.core.audit import triggers
from gapless.core.audit.actions import seal_finished
from gapless.core.audit.queries import verify
from gapless.core.files import blobs
from gapless.core.files.models import StoredFile
from gapless.core.sealed import KEY_FILE
from gapless.people.org.models import Unit
from tests.cli.backup.filling import fill
from tests.demo.conftest import silent
from tests.faults.harness import ROOT, installation

pytestmark = pytest.mark.django_db(transaction=True)

EVERY = apps.get_models(include_auto_created=True)
# The restore itself is noted and sealed.
GROWING = ("audit.Event", "audit.Seal")


@dataclass(frozen=True)
class Whole:
    """An installation with something in every table, and its backup."""

    rows: dict[str, list[tuple[Any, ...]]]
    contents: list[Path]
    taken: Taken


@pytest.fixture
def whole(tmp_path, own_folder):
    fill()
    there = all_rows()
    contents = [blobs.path_of(file.sha256) for file in StoredFile.objects.all()]
    return Whole(there, contents, take(tmp_path / "it.tar.gz", now=now(), progress=silent))


def all_rows():
    """The rows as the program itself reads them: not by the code of backups."""
    return {m._meta.label: rows_of(m) for m in EVERY if m._meta.label not in rows.LEFT_OUT}


def rows_of(model):
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if f"{model._meta.label}.{field.name}" not in rows.LEFT_OUT_COLUMNS
    ]
    found = model._base_manager.order_by("pk").values_list(*names)
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in r) for r in found]


def put_back(path):
    with path.open("rb") as file:
        return restore(file, Allowed(replace=True), now=now(), progress=silent)


def test_every_table_is_in_the_round_trip_or_named_with_a_reason(whole, record_property):
    inside = {table.model for table in whole.taken.manifest.tables if table.rows}
    escaped = {m._meta.label for m in EVERY} - inside - rows.LEFT_OUT.keys()

    record_property("Tables that a backup leaves out without saying so", len(escaped))
    assert escaped == set()
    assert inside & rows.LEFT_OUT.keys() == set()
    known = {model._meta.db_table for model in EVERY} | rows.LEFT_OUT_TABLES.keys()
    assert set(connection.introspection.table_names()) - known == set()
    assert whole.taken.manifest.left_out == {
        **rows.LEFT_OUT,
        **rows.LEFT_OUT_COLUMNS,
        **rows.LEFT_OUT_TABLES,
    }


def test_every_row_and_file_comes_back_as_it_was(whole):
    for path in whole.contents:
        shutil.rmtree(path.parent)
    Unit.objects.update(name="another")

    put_back(whole.taken.path)

    there = all_rows()
    assert there.keys() == whole.rows.keys()
    for label, were in whole.rows.items():
        more = len(there[label]) - len(were)
        assert more in ((0, 1) if label in GROWING else (0,)), label
        assert there[label][: len(were)] == were, label
    assert len(whole.contents) == 2
    assert all(sha256(p.read_bytes()).hexdigest() == p.name for p in whole.contents)


def test_the_trail_is_whole_guarded_and_ends_in_the_restore(whole):
    put_back(whole.taken.path)
    seal_finished()

    assert triggers.missing() == []
    assert verify(now=now()).ok
    last = apps.get_model("audit.Event").objects.latest("pk")
    assert last.type == "backup.restored"
    assert last.facts["rows"] == whole.taken.manifest.rows


def test_a_number_once_given_is_never_given_again(whole):
    newest = Unit.objects.add_root(
        create_kwargs={"name": "short-lived", "code": "X", "created_at": now()}
    )
    newest.delete()
    later = take(whole.taken.path.with_name("later.tar.gz"), now=now(), progress=silent)
    put_back(whole.taken.path)
    put_back(later.path)

    one = Unit.objects.add_root(
        create_kwargs={"name": "the next", "code": "X", "created_at": now()}
    )
    assert one.pk > newest.pk


def gapless(environment, *arguments):
    """A command that ends well, the doctor's look after a restore included."""
    done = subprocess.run(
        [sys.executable, "-m", "gapless.cli", *map(str, arguments)],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def manifest_of(path):
    with tarfile.open(path) as tar:
        return json.loads(tar.extractfile(archive.MANIFEST).read())


def counts(manifest):
    return {
        table["model"]: (table["rows"], table["sha256"], table["last_number"])
        for table in manifest["tables"]
        if table["model"] not in GROWING
    }


def test_a_backup_goes_from_one_database_to_another_and_back(whole, tmp_path):
    """In the run on PostgreSQL: from there to SQLite, and from SQLite back there."""
    path, engines = whole.taken.path, [connection.vendor]
    for name in ("one", "other"):
        data = tmp_path / name
        data.mkdir()
        shutil.copy(settings.DATA_DIR / KEY_FILE, data)
        with installation(data) as environment:
            if name == "one":
                environment.pop("DATABASE_URL", None)
            gapless(environment, "restore", path)
            path = tmp_path / f"{name}.tar.gz"
            gapless(environment, "backup", path)
        found = manifest_of(path)
        engines.append(found["engine"].partition(" ")[0])
        assert counts(found) == counts(manifest_of(whole.taken.path))
        assert found["files"] == manifest_of(whole.taken.path)["files"]

    assert engines == [connection.vendor, "sqlite", connection.vendor]
