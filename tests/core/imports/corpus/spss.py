"""SPSS system files of numbers, by the format's public description (PSPP manual)."""

import random
import struct
from collections.abc import Iterator

from .cases import Case

MISSING = -1.7976931348623157e308


def _padded(text: bytes, size: int) -> bytes:
    return text.ljust(-(-len(text) // size) * size)


def _value_labels(place: int, labels: dict[float, str]) -> bytes:
    content = struct.pack("<ii", 3, len(labels))
    for value, text in labels.items():
        said = bytes([len(text.encode())]) + text.encode()
        content += struct.pack("<d", value) + _padded(said, 8)
    return content + struct.pack("<iii", 4, 1, place + 1)


def sav_of(names, rows, *, dates=(), labels=None, values=None) -> bytes:
    """``labels``: of variables; ``values``: the labels of a variable's values."""
    header = struct.pack(
        "<4s60siiiiid9s8s64s3x",
        *(b"$FL2", b"@(#) SPSS DATA FILE".ljust(60), 2, len(names), 0, 0, len(rows)),
        *(100.0, b"02 Mar 26", b"09:30:00", b" " * 64),
    )
    shape = {False: 5 << 16 | 8 << 8, True: 20 << 16 | 11 << 8}
    variables = b""
    for name in names:
        label = (labels or {}).get(name, "").encode()
        about = (2, 0, int(bool(label)), 0, *[shape[name in dates]] * 2)
        variables += struct.pack("<6i8s", *about, name.encode().ljust(8))
        if label:
            variables += struct.pack("<i", len(label)) + _padded(label, 4)
    for name, meanings in (values or {}).items():
        variables += _value_labels(names.index(name), meanings)
    utf_8 = struct.pack("<iiii", 7, 20, 1, 5) + b"UTF-8"
    cells = [MISSING if value is None else value for row in rows for value in row]
    data = struct.pack(f"<ii{len(cells)}d", 999, 0, *cells)
    return header + variables + utf_8 + data


def files(rng: random.Random) -> Iterator[Case]:
    """Sound ones, and the same cut off or with flipped bits."""
    for number in range(9):
        names = [f"Q{place}" for place in range(1, rng.randint(3, 8))]
        rows = [
            [rng.choice([1, 2, 3, 4, 5, None]) for _ in names]
            for _ in range(rng.randint(1, 20))
        ]
        values = {"Q1": {1: "bad", 5: "good"}} if number % 2 else None
        content = sav_of(names, rows, labels={"Q2": "满意度"}, values=values)
        yield Case("sav", "answers.sav", content, rows=len(rows))
        yield Case("sav cut", "answers.sav", content[: rng.randrange(len(content))])
        changed = bytearray(content)
        for _ in range(rng.randint(1, 6)):
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        yield Case("sav flipped", "answers.sav", bytes(changed))
