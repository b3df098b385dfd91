"""
Everything that can be checked without running a test: `make check`.

All checks run, also after one has failed; the exit code says whether all passed.
"""

import os
import secrets
import subprocess
import tempfile
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Check:
    title: str
    command: str
    environment: dict[str, str] = field(default_factory=dict)


# An installation as it stands in production: https and a secret of its own.
PRODUCTION = {
    "GAPLESS_URL": "https://gapless.example.com",
    "GAPLESS_SECRET_KEY": secrets.token_urlsafe(60),
}
CHECKS = (
    Check("Style", "ruff check ."),
    Check("Format", "ruff format --check ."),
    Check("Types", "mypy"),
    Check("Types of the tools", "mypy --follow-imports silent tools"),
    Check("Import contracts", "lint-imports"),
    Check("Templates", "djlint --lint --quiet src/gapless/web/templates"),
    Check("Migrations", "gapless makemigrations --check --dry-run"),
    Check("Settings", "gapless check --deploy --fail-level WARNING", PRODUCTION),
    Check("Words", "python tools/messages.py --check"),
)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="gapless-check-") as folder:
        failed = [check.title for check in CHECKS if not passes(check, folder)]
    if failed:
        print(f"\nFailed: {', '.join(failed)}.")
    return 1 if failed else 0


def passes(check: Check, folder: str) -> bool:
    """Run one check, away from the developer's installation; show why it fails."""
    command = check.command.split()
    result = subprocess.run(
        [f".venv/bin/{command[0]}", *command[1:]],
        check=False,
        env={**os.environ, "GAPLESS_DATA": folder, **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    passed = result.returncode == 0
    print(f"{'ok    ' if passed else 'FAILED'}  {check.title}: {check.command}", flush=True)
    if not passed:
        print(result.stdout, flush=True)
    return passed


if __name__ == "__main__":
    raise SystemExit(main())
