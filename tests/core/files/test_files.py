import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.timezone import now

from gapless.core.audit.models import Event
from gapless.core.files import blobs
from gapless.core.files.actions import remove, remove_orphans, store
from gapless.core.files.models import StoredFile
from gapless.core.files.queries import missing_files, open_file
from gapless.core.files.rules import XLSX, cleaned, sniff
from tests.conftest import Cast

pytestmark = pytest.mark.usefixtures("own_folder")

CONTENT = b"hall,reliability\nEast,5\n"


def upload(content: bytes = CONTENT, name: str = "answers.csv") -> ContentFile:
    return ContentFile(content, name=name)


def keep(content: bytes = CONTENT) -> StoredFile:
    return store(upload(content), by=None, now=now())


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


def long_ago(file: StoredFile) -> None:
    """As if the content had been brought two days ago."""
    past = (now() - timedelta(days=2)).timestamp()
    os.utime(blobs.path_of(file.sha256), (past, past))


def test_a_file_comes_back_as_it_was(cast: Cast, own_folder: Path) -> None:
    file = store(upload(), by=cast.qian, now=now(), unit=cast.city)

    with open_file(StoredFile.objects.get()) as content:
        assert content.read() == CONTENT
    assert (file.size, file.name, file.content_type) == (24, "answers.csv", "text/plain")
    assert file.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert on_disk(own_folder) == [
        own_folder / file.sha256[:2] / file.sha256[2:4] / file.sha256
    ]


def test_the_trail_has_its_size_and_sum_and_not_its_name(cast: Cast) -> None:
    file = store(upload(), by=cast.qian, now=now(), unit=cast.city)

    event = Event.objects.get(type="file.stored")
    assert event.facts == {"size": 24, "sha256": file.sha256}
    assert (event.actor, event.unit_path) == (cast.qian, cast.city.path)


def test_equal_content_is_kept_once(db: None, own_folder: Path) -> None:
    keep(), keep()

    assert StoredFile.objects.count() == 2
    assert len(on_disk(own_folder)) == 1


def test_too_much_or_nothing_leaves_nothing(db: None, own_folder: Path, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(blobs.TooLarge):
        keep()
    with pytest.raises(blobs.Empty):
        keep(b"")

    assert on_disk(own_folder) == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_content_stays_until_its_last_row_goes(own_folder: Path) -> None:
    one, other = keep(), keep()
    long_ago(one)

    remove(one, by=None, now=now())
    assert len(on_disk(own_folder)) == 1
    remove(other, by=None, now=now())
    assert on_disk(own_folder) == []


@pytest.mark.django_db(transaction=True)
def test_a_removal_that_is_rolled_back_removes_nothing(own_folder: Path) -> None:
    file = keep()
    long_ago(file)
    with transaction.atomic():
        remove(file, by=None, now=now())
        transaction.set_rollback(True)

    assert len(on_disk(own_folder)) == 1
    assert list(missing_files()) == []


def test_content_without_a_row_is_swept_after_a_day(db: None, own_folder: Path) -> None:
    kept, fresh, old = keep(), keep(b"fresh"), keep(b"old")
    long_ago(kept)
    long_ago(old)
    StoredFile.objects.exclude(pk=kept.pk).delete()

    assert remove_orphans(now=now()) == 1
    assert set(on_disk(own_folder)) == {blobs.path_of(f.sha256) for f in (kept, fresh)}


def test_content_that_is_brought_again_is_spared(db: None) -> None:
    """Its row may be on the way: written, but in a transaction that is still open."""
    file = keep()
    long_ago(file)
    StoredFile.objects.all().delete()
    blobs.put([CONTENT], limit=100)

    assert remove_orphans(now=now()) == 0
    assert blobs.path_of(file.sha256).exists()


def test_what_a_writer_left_when_it_died_is_swept(db: None, own_folder: Path) -> None:
    keep()
    left = own_folder / "incoming" / "half"
    left.write_bytes(b"ha")
    past = (now() - timedelta(days=2)).timestamp()
    os.utime(left, (past, past))

    remove_orphans(now=now())

    assert not left.exists()


def test_a_row_without_its_content_is_reported(db: None) -> None:
    file = keep()
    blobs.path_of(file.sha256).unlink()

    assert list(missing_files()) == [file]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("answers.csv", "answers.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\li\\答卷.xlsx", "答卷.xlsx"),
        ("a\0b\r\n.csv", "ab.csv"),
        ("harmless\u202excod.exe", "harmlessxcod.exe"),
        (" .hidden. ", "hidden"),
        ("", "?"),
        ("/", "?"),
        ("a" * 300 + ".csv", "a" * 116 + ".csv"),
        ("a." + "b" * 300, "a." + "b" * 118),
    ],
)
def test_names_are_cleaned(given: str, shown: str) -> None:
    assert cleaned(given) == shown


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"a,b\n1,2\n", "text/plain"),
        ("满意,5".encode("gb18030"), "text/plain"),
        ("满意,5".encode("utf-16"), "text/plain"),
        ("满".encode()[:2], "text/plain"),  # the head ends within a character
        (b"PK\x03\x04....[Content_Types].xml", XLSX),
        (b"PK\x03\x04....photo.png", "application/zip"),
        (b"$FL2@(#) SPSS DATA FILE", "application/x-spss-sav"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\x00\x01\x02", "application/octet-stream"),
    ],
)
def test_content_says_itself_what_it_is(head: bytes, content_type: str) -> None:
    assert sniff(head) == content_type
