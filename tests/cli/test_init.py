"""`gapless init` as an administrator meets it: a process of its own, an empty folder."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

Run = subprocess.CompletedProcess[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new" / "installation"


def gapless(folder: Path, *arguments: str, typed: str = "", **environment: str) -> Run:
    inherited = {k: v for k, v in os.environ.items() if k != "GAPLESS_SECRET_KEY"}
    return subprocess.run(
        [sys.executable, "-m", "gapless.cli", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        env=inherited
        | {
            "GAPLESS_DATA": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'gapless.sqlite3'}",
            "PYTHONPATH": "src",
        }
        | environment,
    )


def shell(folder: Path, code: str) -> str:
    done = gapless(folder, "shell", "--no-imports", "-v", "0", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_from_nothing_to_a_first_log_in_and_again_nothing_changes(folder):
    first = gapless(folder, "init", "--organisation", "江州通信", "--username", "ma")
    assert first.returncode == 0, first.stderr
    key = folder / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    passwords = re.findall(r"\b[A-Za-z0-9]{16}\b", first.stdout)
    assert len(passwords) == 1
    state = (
        "from gapless.people.org.models import *; p = Person.objects.get();"
        "print(p.username, p.check_password('%s'), p.assignments.get(), Unit.objects.get())"
    )
    known = shell(folder, state % passwords[0])
    assert re.match(r"ma True .+, 江州通信 江州通信$", known)

    kept = key.read_text()
    again = gapless(folder, "init", "--organisation", "Other", "--username", "else")
    assert again.returncode == 0
    assert "江州通信" in again.stdout
    assert passwords[0] not in again.stdout
    assert key.read_text() == kept
    assert shell(folder, state % passwords[0]) == known


def test_a_password_is_read_and_never_shown(folder):
    done = gapless(folder, "init", "--password-stdin", typed="a lake in the evening\n")
    assert done.returncode == 0, done.stderr
    assert "a lake" not in done.stdout
    assert (
        shell(
            folder,
            "from gapless.people.org.models import *;"
            "print(Person.objects.get().check_password('a lake in the evening'))",
        )
        == "True"
    )


@pytest.mark.parametrize("typed", ["", "\n", "short\n", "12345678901\n"])
def test_a_password_that_is_none_or_weak_sets_nobody_up(folder, typed):
    done = gapless(folder, "init", "--password-stdin", typed=typed)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    fixed = gapless(folder, "init", "--password-stdin", typed="a lake in the evening\n")
    assert fixed.returncode == 0


def test_a_folder_that_cannot_be_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = gapless(tmp_path / "file" / "below", "init")
    assert done.returncode == 2
    assert "GAPLESS_DATA" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_says_what_it_does(folder):
    done = gapless(folder, "init", "--help")
    assert done.returncode == 0
    assert "--password-stdin" in done.stdout
    assert not folder.exists()
