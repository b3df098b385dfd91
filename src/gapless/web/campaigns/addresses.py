"""Addresses as people outside type and scan them, and their pictures as QR codes."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.urls import reverse

QUIET = 4  # modules of white around a code (ISO/IEC 18004)


def absolute(path: str) -> str:
    """The whole address of a page, as a phone needs it."""
    return f"{settings.PUBLIC_URL}{path}"


def door(token: str) -> str:
    """Where somebody who has this token begins to answer."""
    return absolute(reverse("answering:enter", args=[token]))


def only_on_this_machine() -> bool:
    """Whether addresses lead to the machine they are opened on, and no phone gets in."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code as one path of unit squares, on a square this wide."""

    width: int
    path: str


def qr_code(text: str) -> QrCode:
    # A sheet in a hall gets scratched: a quarter of the code may be unreadable.
    code = segno.make(text, error="q", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=QUIET)]
    runs = [run for y, row in enumerate(rows) for run in _runs(row, y)]
    return QrCode(width=len(rows), path="".join(runs))


def _runs(row: list[int], y: int) -> list[str]:
    """The dark stretches of a row, each as a rectangle one high."""
    drawn, start = [], None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            drawn.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            start = None
    return drawn
