"""What the tests need from the machine itself, and how to get it there."""

import os
import shutil
import subprocess

import postgres


def missing() -> list[str]:
    """The Debian packages that the tests need and this machine lacks."""
    present = {
        "postgresql-15": postgres.binaries() is not None,
        "chromium": shutil.which("chromium") is not None,
        "fonts-noto-cjk": _has_chinese_font(),
    }
    return [package for package, there in present.items() if not there]


def prepare() -> None:
    """Install what is missing where that is possible, else say what to install and end."""
    packages = missing()
    if not packages:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SystemExit(
            "The tests need packages that this machine lacks: run "
            f"`sudo apt-get install {' '.join(packages)}`, then `make test` again."
        )
    print(f"Installing {', '.join(packages)} …", flush=True)
    _apt_get("update")
    _apt_get("install", "--yes", "--no-install-recommends", *packages)


def _has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=True)
    return bool(fonts.stdout.strip())


def _apt_get(*words: str) -> None:
    subprocess.run(
        ["apt-get", "-qq", *words],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
