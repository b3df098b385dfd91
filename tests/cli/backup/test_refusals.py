"""What is no whole backup of ours is refused by a sentence, and nothing is changed."""

import gzip
import io
import json
import tarfile
from io import StringIO
from random import Random

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils.timezone import now

from gapless.cli.backup import archive, taking
from gapless.cli.backup.taking import take
from gapless.core.audit.actions import record
from gapless.core.audit.models import Event
from gapless.core.files import blobs
from gapless.core.files.actions import store
from gapless.core.files.models import StoredFile
from gapless.people.org.actions import create_unit
from gapless.people.org.models import Unit
from gapless.people.org.rules import UnitFacts
from tests.demo.conftest import silent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(own_folder, tmp_path):
    """A small installation's."""
    create_unit(None, UnitFacts("江州通信", "ORG"), by=None, now=now())
    store(ContentFile(Random(7).randbytes(3_000), "noise"), by=None, now=now())  # noqa: S311
    return take(tmp_path / "it.tar.gz", now=now(), progress=silent).path


def command(name, *arguments):
    out = StringIO()
    call_command(name, *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def refused(name, *arguments):
    """Why a command refuses, and its exit code."""
    with pytest.raises(CommandError) as why:
        command(name, *arguments)
    return str(why.value), why.value.returncode


def refused_restore(path, *options):
    """The same of a restore that would be allowed to replace everything."""
    before = list(Event.objects.values_list("pk", flat=True)), list(Unit.objects.all())
    why = refused("restore", path, "--replace", *options)
    assert before == (
        list(Event.objects.values_list("pk", flat=True)),
        list(Unit.objects.all()),
    )
    return why


def rewritten(path, change):
    """The same backup with other parts: ``change`` makes them of a name and its bytes."""
    with tarfile.open(path) as tar:
        parts = [(part.name, tar.extractfile(part).read()) for part in tar]
    with path.open("wb") as file, archive.writing(file) as tar:
        for name, content in parts:
            if (new := change(name, content)) is not None:
                archive.add(tar, name, new)


def saying(**other):
    """A manifest that says something else."""

    def change(name, content):
        if name != archive.MANIFEST:
            return content
        return json.dumps(json.loads(content) | other).encode()

    return change


def test_a_backup_that_was_changed_anywhere_is_refused(backup):
    whole, chance = backup.read_bytes(), Random(35)  # noqa: S311
    right = archive.checked(io.BytesIO(whole))
    everywhere = {*range(40), *range(len(whole) - 40, len(whole))}
    everywhere |= {chance.randrange(len(whole)) for _ in range(200)}
    harmless = 0
    for place in sorted(everywhere):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        try:
            found = archive.checked(io.BytesIO(flipped))
        except (archive.Damaged, archive.NotABackup):
            continue
        assert found == right, place
        harmless += 1

    # A few bits behind the last packed byte say nothing.
    assert harmless <= 1


def test_a_backup_that_was_cut_anywhere_is_refused(backup):
    whole = backup.read_bytes()
    for length in (*range(0, len(whole), 97), len(whole) - 1):
        with pytest.raises((archive.Damaged, archive.NotABackup)):
            archive.checked(io.BytesIO(whole[:length]))


def test_a_damaged_backup_is_refused_by_a_sentence(backup):
    whole = backup.read_bytes()
    backup.write_bytes(whole[:-200])
    sentence, code = refused_restore(backup)
    assert sentence.startswith("The backup is damaged or cut off (")
    assert code == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"E1,P1\n7,6\n", gzip.compress(b"no tar")],
    # By name: compressed bytes hold the second, and two processes collect the same tests.
    ids=["nothing", "a table", "compressed"],
)
def test_another_file_is_refused_by_a_sentence(backup, content):
    backup.write_bytes(content)
    sentence, code = refused_restore(backup)
    assert "backup" in sentence
    assert code == 2


def test_a_file_that_is_not_there_is_said(backup):
    sentence, code = refused("restore", backup.with_name("gone.tar.gz"))
    assert sentence.endswith("gone.tar.gz: there is no such file or folder.")
    assert code == 2


@pytest.mark.parametrize("kind", [archive.FILES, archive.TABLES, archive.MANIFEST])
def test_a_missing_part_is_missed(backup, kind):
    seen = []

    def without_the_first(name, content):
        seen.append(name)
        first = name.startswith(kind) and not any(n.startswith(kind) for n in seen[:-1])
        return None if first else content

    rewritten(backup, without_the_first)
    sentence, code = refused_restore(backup)
    assert f"({kind}" in sentence
    assert code == 2


def test_a_row_that_was_changed_is_found_although_the_file_is_whole(backup):
    def elsewhere(name, content):
        return content.replace(b'"ORG"', b'"GRO"') if "org.Unit" in name else content

    rewritten(backup, elsewhere)
    sentence, _ = refused_restore(backup)
    assert "(tables/org.Unit/000000.jsonl)" in sentence


def test_other_tables_are_refused_with_the_version_to_install(backup):
    rewritten(backup, saying(gapless="9.9", migrations=["org.0099_later"]))
    sentence, code = refused_restore(backup)
    assert "Gapless 9.9" in sentence
    assert "org.0099_later" in sentence
    assert code == 2


def test_a_later_format_is_refused(backup):
    rewritten(backup, saying(format=2))
    assert refused_restore(backup)[0].startswith("A newer Gapless wrote this backup")


def test_other_keys_are_named_and_may_be_accepted(backup):
    rewritten(backup, saying(keys={"secret_key": "0" * 16, "contacts.key": ""}))
    sentence, code = refused_restore(backup)
    assert "day of the backup: secret_key. " in sentence
    assert code == 1
    assert "[well]" in command("restore", backup, "--replace", "--other-keys")


def test_what_the_database_does_not_take_changes_nothing(backup):
    """A manifest and parts that fit each other and are not what was taken."""

    def change(name, content):
        if name == archive.MANIFEST:
            said = json.loads(content)
            for table in said["tables"]:
                if table["model"] == "files.StoredFile":
                    table["rows"] = 0
                    table["parts"] = []
            return json.dumps(said).encode()
        return None if "StoredFile" in name else content

    rewritten(backup, change)
    sentence, code = refused_restore(backup)
    assert "(files.StoredFile)" in sentence
    assert code == 1
    assert StoredFile.objects.count() == 1


def test_an_installation_in_use_is_not_overwritten_unasked(backup):
    sentence, code = refused("restore", backup)
    assert "--replace" in sentence
    assert code == 1
    assert "[well]" in command("restore", backup, "--replace")
    assert Event.objects.latest("pk").type == "backup.restored"


def test_what_init_made_gives_way_unasked(backup):
    with transaction.atomic():
        record("installation.made", subject=Unit.objects.get(), by=None, at=now())

    assert "[well]" in command("restore", backup)


def test_nothing_is_overwritten(backup):
    whole = backup.read_bytes()
    sentence, code = refused("backup", backup)
    assert "overwrites nothing" in sentence
    assert code == 2
    assert backup.read_bytes() == whole


def test_whoever_was_first_with_a_name_keeps_it(backup, monkeypatch):
    """Another backup, or anybody, takes the name while this one is being written."""
    name = backup.with_name("both.tar.gz")
    monkeypatch.setattr(taking, "_check", lambda: name.write_text("mine"))

    sentence, _ = refused("backup", name)

    assert "overwrites nothing" in sentence
    assert name.read_text() == "mine"
    assert sorted(path.name for path in name.parent.glob("*tar.gz*")) == [
        "both.tar.gz",
        "it.tar.gz",
    ]


def test_a_disk_that_gives_other_bytes_back_keeps_no_backup(backup, monkeypatch):
    def wipe(file):
        file.seek(200)
        file.write(bytes(50))
        file.flush()

    monkeypatch.setattr(archive, "forget_cached", wipe)
    name = backup.with_name("bad.tar.gz")

    sentence, code = refused("backup", name)

    assert sentence.startswith("The disk does not give back")
    assert code == 1
    assert list(name.parent.glob("*bad*")) == []


def test_a_folder_gets_a_name_with_the_time_and_nobody_else_may_read(backup):
    folder = backup.parent / "backups"
    folder.mkdir()

    told = command("backup", folder)

    (path,) = folder.iterdir()
    assert path.name.startswith("gapless-20")
    assert path.stat().st_mode & 0o077 == 0
    assert f"{path}: " in told
    event = Event.objects.latest("pk")
    assert (event.type, event.facts["size"]) == ("backup.taken", path.stat().st_size)
    assert event.facts["sha256"] in told


def test_content_that_is_gone_is_said_and_the_rest_is_kept(backup):
    (file,) = StoredFile.objects.all()
    blobs.path_of(file.sha256).write_bytes(b"something else")
    name = backup.with_name("rest.tar.gz")
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("backup", str(name), stdout=out, stderr=out)

    assert ended.value.code == 1
    assert file.sha256 in out.getvalue()
    with name.open("rb") as written:
        assert archive.checked(written).missing == [file.sha256]


def test_without_an_installation_there_is_nothing_to_take(own_folder, tmp_path):
    sentence, code = refused("backup", tmp_path / "it.tar.gz")
    assert "`gapless init`" in sentence
    assert code == 1


def test_a_folder_that_is_not_there_is_said(backup):
    sentence, code = refused("backup", backup.parent / "nowhere" / "it.tar.gz")
    assert "there is no such file or folder" in sentence
    assert code == 2


def test_a_drill_goes_well_and_leaves_nothing(backup, capfd):
    before = Event.objects.count()
    told = command("restore", backup, "--verify-only")

    assert "The drill went well" in told
    assert capfd.readouterr().out.count("\n[") >= 5  # what the doctor looked at
    assert Event.objects.count() == before


def test_a_drill_with_a_damaged_backup_fails(backup, capfd):
    backup.write_bytes(backup.read_bytes()[:-9])
    with pytest.raises(SystemExit) as ended:
        command("restore", backup, "--verify-only")

    assert ended.value.code == 2
    said = capfd.readouterr().err
    assert said.strip()
    assert "Traceback" not in said
