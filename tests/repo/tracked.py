"""The files of the repository: committed, or about to be."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    wanted = [path for path in paths if not endings or path.name.endswith(endings)]
    return sorted(path for path in wanted if path.is_file())


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))
