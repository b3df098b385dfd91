"""
SPSS system files, as the PSPP developers' guide describes them: every number a double,
texts of up to 32,767 bytes, names and labels in UTF-8. Nothing is compressed.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum

from django.utils.timezone import localtime

Value = float | int | str | date | datetime | None

LONGEST_TEXT = 32_767
_SYSMIS = -1.7976931348623157e308
_HIGHEST, _LOWEST = 1.7976931348623157e308, -1.797693134862315e308
_GREGORIAN = date(1582, 10, 14).toordinal()  # where SPSS begins to count seconds
_DAY = 86_400
# A text of more than 255 bytes stands in segments that look like variables of their own.
_SEGMENT, _COUNTED, _STRIDE = 255, 252, 256
_NAME = 64


class Format(IntEnum):
    """How SPSS shows a variable, by its number in the file."""

    TEXT = 1
    NUMBER = 5
    DATE = 39  # YYYY/MM/DD
    MOMENT = 22  # DD-MMM-YYYY HH:MM:SS


class Measure(IntEnum):
    NOMINAL = 1
    ORDINAL = 2
    SCALE = 3


_WIDTHS = {Format.NUMBER: 8, Format.DATE: 10, Format.MOMENT: 20}


@dataclass(frozen=True, slots=True)
class Variable:
    """One column: its name, what it asks, and what its values mean."""

    name: str
    label: str = ""
    format: Format = Format.NUMBER
    decimals: int = 0
    labels: Mapping[int, str] = field(default_factory=dict)
    missing: Sequence[int] = ()  # at most three
    measure: Measure = Measure.SCALE

    @property
    def is_text(self) -> bool:
        return self.format is Format.TEXT


def write_sav(
    variables: Sequence[Variable], columns: Sequence[Sequence[Value]], *, now: datetime
) -> bytes:
    """
    The file as bytes.

    :param columns: the values of each variable, all of one length; None is missing.
    """
    texts = [
        [_bytes(each) for each in column] if variable.is_text else None
        for variable, column in zip(variables, columns, strict=True)
    ]
    placed = _placed(variables, [_width(column) for column in texts])
    cases = len(columns[0]) if columns else 0
    parts = [
        _header(sum(each.slots for each in placed), cases, now),
        *(_dictionary(each) for each in placed),
        *(_value_labels(each) for each in placed if each.variable.labels),
        *_about(placed),
        struct.pack("<ii", 999, 0),
        *_rows(placed, columns, texts),
    ]
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A variable in its place: its short name and where its data begins."""

    variable: Variable
    name: str  # unique, as the file may hold it
    short: str
    width: int  # of a text in bytes; 0 for a number
    place: int  # of its first slot of eight bytes, from 1

    @property
    def segments(self) -> tuple[int, ...]:
        """The widths that stand in the dictionary: of a number one of 0."""
        if self.width <= _SEGMENT:
            return (self.width,)
        count = -(-self.width // _COUNTED)
        return (_SEGMENT,) * (count - 1) + (self.width - (count - 1) * _COUNTED,)

    @property
    def slots(self) -> int:
        return sum(max(-(-width // 8), 1) for width in self.segments)


def _placed(variables: Sequence[Variable], widths: Sequence[int]) -> list[_Placed]:
    found: list[_Placed] = []
    taken: set[str] = set()
    place = 1
    for at, (variable, width) in enumerate(zip(variables, widths, strict=True)):
        each = _Placed(variable, _free(variable.name, taken), f"V{at:05}_", width, place)
        found.append(each)
        place += each.slots
    return found


def _free(wanted: str, taken: set[str]) -> str:
    """A name that SPSS takes: letters first, no spaces or dashes, nobody else's."""
    plain = re.sub(r"[^\w.@#$]+", "_", wanted).strip("._")
    plain = plain if plain[:1].isalpha() else f"v_{plain}"
    base, number = _cut(plain, _NAME - 6), 1
    name = base
    while name.casefold() in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name.casefold())
    return name


def _cut(text: str, most: int) -> str:
    """As much of a text as fits into so many bytes, no character torn."""
    return text.encode()[:most].decode(errors="ignore")


def _bytes(value: Value) -> bytes:
    return _cut("" if value is None else str(value), LONGEST_TEXT).encode()


def _width(column: Iterable[bytes] | None) -> int:
    return 0 if column is None else max([1, *map(len, column)])


# --- The dictionary -------------------------------------------------------------------


def _padded(content: bytes, multiple: int) -> bytes:
    return content + b" " * (-len(content) % multiple)


def _header(slots: int, cases: int, now: datetime) -> bytes:
    moment = localtime(now)
    return b"".join(
        (
            b"$FL2",
            b"@(#) SPSS DATA FILE Gapless".ljust(60),
            struct.pack("<iiiii", 2, slots, 0, 0, cases),
            struct.pack("<d", 100.0),
            f"{moment:%d} {_month(moment)} {moment:%y%H:%M:%S}".encode(),
            b" " * 64,
            b"\0" * 3,
        )
    )


def _month(moment: datetime) -> str:
    return _MONTHS[3 * moment.month - 3 : 3 * moment.month]  # no locale decides


_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


def _dictionary(placed: _Placed) -> bytes:
    """The variable, one record for each slot, and again for each further segment."""
    records = []
    for at, width in enumerate(placed.segments):
        name = placed.short if at == 0 else f"{placed.short[:6]}{_base36(at)}"
        label = _cut(placed.variable.label, 255).encode() if at == 0 else b""
        records.append(_record(placed.variable, name, width, label))
        records += [_continuation()] * (max(-(-width // 8), 1) - 1)
    return b"".join(records)


def _base36(number: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return digits[number // 36] + digits[number % 36]


def _record(variable: Variable, name: str, width: int, label: bytes) -> bytes:
    missing = () if variable.is_text else tuple(variable.missing)
    shown = (variable.format << 16) | (
        ((width or 1) << 8)
        if variable.is_text
        else (_WIDTHS[variable.format] << 8 | variable.decimals)
    )
    head = struct.pack("<iiiiii", 2, width, bool(label), len(missing), shown, shown)
    parts = [head, name.encode().ljust(8)]
    if label:
        parts.append(struct.pack("<i", len(label)) + _padded(label, 4))
    parts += [struct.pack("<d", value) for value in missing]
    return b"".join(parts)


def _continuation() -> bytes:
    return struct.pack("<iiiiii", 2, -1, 0, 0, 0, 0) + b" " * 8


def _value_labels(placed: _Placed) -> bytes:
    labels = placed.variable.labels
    parts = [struct.pack("<ii", 3, len(labels))]
    for value, label in labels.items():
        words = _cut(label, 120).encode()
        parts.append(struct.pack("<d", value))
        # The length and the words fill whole slots of eight bytes together.
        parts.append(_padded(bytes([len(words)]) + words, 8))
    parts.append(struct.pack("<iii", 4, 1, placed.place))
    return b"".join(parts)


def _about(placed: Sequence[_Placed]) -> Iterator[bytes]:
    yield _extension(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001))
    yield _extension(4, 8, struct.pack("<3d", _SYSMIS, _HIGHEST, _LOWEST))
    yield _extension(11, 4, b"".join(_shown(each) for each in placed))
    names = "\t".join(f"{each.short}={each.name}" for each in placed)
    yield _extension(13, 1, names.encode())
    long = (e for e in placed if len(e.segments) > 1)
    if widths := "".join(f"{e.short}={e.width:05}\0\t" for e in long):
        yield _extension(14, 1, widths.encode())
    yield _extension(20, 1, b"UTF-8")


def _shown(placed: _Placed) -> bytes:
    """Measure, column width and alignment, of each segment."""
    measure, text = placed.variable.measure, placed.variable.is_text
    width = 24 if text else _WIDTHS[placed.variable.format]
    return struct.pack("<3i", measure, width, 0 if text else 1) * len(placed.segments)


def _extension(kind: int, size: int, content: bytes) -> bytes:
    return struct.pack("<4i", 7, kind, size, len(content) // size) + content


# --- The data -------------------------------------------------------------------------


def _rows(
    placed: Sequence[_Placed],
    columns: Sequence[Sequence[Value]],
    texts: Sequence[Sequence[bytes] | None],
) -> Iterator[bytes]:
    for row in range(len(columns[0]) if columns else 0):
        for each, column, text in zip(placed, columns, texts, strict=True):
            if text is None:
                yield struct.pack("<d", _number(column[row]))
            else:
                yield from _segments(each, text[row])


def _segments(placed: _Placed, text: bytes) -> Iterator[bytes]:
    """255 bytes in each segment but the last, whatever the dictionary says they hold."""
    for at, width in enumerate(placed.segments):
        piece = text[at * _SEGMENT : (at + 1) * _SEGMENT]
        yield piece.ljust(max(-(-width // 8), 1) * 8)


def _number(value: Value) -> float:
    match value:
        case None | str():
            return _SYSMIS
        case datetime():
            moment = localtime(value).replace(tzinfo=None)
            midnight = datetime.combine(moment.date(), datetime.min.time())
            seconds = (moment - midnight).total_seconds()
            return (moment.toordinal() - _GREGORIAN) * _DAY + seconds
        case date():
            return (value.toordinal() - _GREGORIAN) * _DAY
        case _:
            return float(value)
