"""
What an XLSX archive holds, looked through piece by piece before anything parses it.

Nothing is taken on trust: every part is unpacked to its end, whatever size it claims, and
the rectangle of a sheet is measured from its cells and not from its own word for it
(reliability.md U4).
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from .headers import Span
from .tables import Limits, Problem, UnreadableFile, letters

MEMBERS = 200
UNPACKED = 2**28
RATIO = 100
"""What a workbook may unpack to before it is taken for a bomb; 92 MB are 130,000 × 24."""

CELLS = 6_000_000
"""Calamine holds the rectangle around all used cells: 24 bytes for each, used or not."""

CHARACTERS = 2**28
"""A text that many cells share is copied into each of them."""

FAILED = 200_000
MERGED = 20_000

PIECE = 2**20
LARGEST_PART = 2**24  # of those that are parsed as XML here

Errors = dict[int, dict[int, str]]
"""What a cell whose formula failed shows, by row and column from 0."""

_TAG = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLAIN = re.compile(rb'<c r="([A-Z]{1,3})[0-9]')  # as nearly everybody writes a cell
_COLUMN = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})[0-9]{1,7}["']""")
_ROW = re.compile(rb"""r=["'][A-Z]{0,3}([0-9]{1,7})["']""")
_SHARED = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']s["'])[^>]*>\s*<(?:\w+:)?v>([0-9]{1,9})<"""
)
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*?\bref=["']([A-Z]{1,3})([0-9]{1,7}):"""
    rb"""([A-Z]{1,3})([0-9]{1,7})["']"""
)
_FAILED_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["']"""
    rb"""[^>]*>(?:<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>))?"""
    rb"""<(?:\w+:)?v>([^<]*)<"""
)
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet of a workbook, and where it lies in the archive."""

    name: str
    member: str
    hidden: bool


@dataclass(slots=True)
class Looked:
    """What a sheet holds besides its cells."""

    errors: Errors = field(default_factory=dict)
    merged: list[Span] = field(default_factory=list)
    regular: bool = True  # every cell says where it stands


def refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    """:raises UnreadableFile: when the parts claim to unpack to more than is sane."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    twice = len({member.filename for member in members}) < len(members)
    known = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    strange = any(member.compress_type not in known for member in members)
    too_much = unpacked > UNPACKED or unpacked > RATIO * packed
    if len(members) > MEMBERS or too_much or twice or strange:
        raise UnreadableFile(Problem("swollen_workbook", name))


def pieces(archive: zipfile.ZipFile, member: str, name: str) -> Iterator[bytes]:
    """
    A part, in pieces that end with a row, or with a tag where there are no rows.

    :raises UnreadableFile: when it is larger than the archive says.
    """
    about = archive.getinfo(member)
    claimed, found = about.file_size, 0
    # Read on behind the claimed end: a parser that believes the stream would do so too.
    about.file_size = UNPACKED + 1
    rest = b""
    try:
        with archive.open(about) as part:
            while piece := part.read(PIECE):
                found += len(piece)
                if found > claimed or len(rest) > LARGEST_PART:
                    raise UnreadableFile(Problem("swollen_workbook", name))
                rest += piece
                end = rest.rfind(b"row>") + 4
                if end < 4:
                    continue
                yield rest[:end]
                rest = rest[end:]
    finally:
        about.file_size = claimed
    yield rest


def parsed(archive: zipfile.ZipFile, member: str, name: str) -> ElementTree.Element:
    """A small part as XML, which may declare no entities."""
    if archive.getinfo(member).file_size > LARGEST_PART:
        raise UnreadableFile(Problem("swollen_workbook", name))
    xml = b"".join(pieces(archive, member, name))
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml:
        raise zipfile.BadZipFile("a workbook declares no entities")
    return ElementTree.fromstring(xml)  # noqa: S314  # no entities: checked above


def tabs_of(archive: zipfile.ZipFile, name: str) -> list[Tab]:
    """The sheets of a workbook in the order of its tabs, without its charts."""
    targets = {
        relation.attrib["Id"]: relation.attrib["Target"]
        for relation in parsed(archive, "xl/_rels/workbook.xml.rels", name)
        if relation.attrib.get("Type", "").endswith("/worksheet")
    }
    tabs = []
    for element in parsed(archive, "xl/workbook.xml", name).iter():
        if element.tag.endswith("}sheet"):
            # The prefix of this id differs between the transitional and the strict format.
            ids = [v for k, v in element.attrib.items() if k.endswith("}id")]
            if target := targets.get(ids[0]):
                member = target[1:] if target.startswith("/") else f"xl/{target}"
                hidden = element.attrib.get("state", "visible") != "visible"
                tabs.append(Tab(element.attrib["name"], member, hidden))
    if not tabs:
        raise zipfile.BadZipFile("a workbook has a sheet")
    return tabs


def look_through(
    archive: zipfile.ZipFile, member: str, *, name: str, limits: Limits
) -> Looked:
    """
    Look through a sheet before it is parsed.

    :raises UnreadableFile: when it reaches too far, or would swell.
    """
    looked = Looked()
    widest = deepest = failed = tags = placed = 0
    for piece in pieces(archive, member, name):
        columns = _PLAIN.findall(piece)
        here = len(columns)
        # Only where nothing else looks like a cell need no other be sought.
        if here != piece.count(b"<c") or b":c" in piece:
            here = len(_TAG.findall(piece))
        if here != len(columns):
            columns = _COLUMN.findall(piece)
        tags, placed = tags + here, placed + len(columns)
        widest = max([widest, *map(_place, set(columns))])
        deepest = max([deepest, *map(int, set(_ROW.findall(piece)))])
        far = deepest > limits.rows + 1 or widest >= limits.columns
        if far or deepest * (widest + 1) > CELLS:
            raise UnreadableFile(Problem("far_cell", name, deepest, letters(widest)))
        failed += _note_failed(piece, looked.errors)
        looked.merged += [] if len(looked.merged) > MERGED else _spans(piece)
        if failed > FAILED:
            params = {"limit": FAILED}
            raise UnreadableFile(Problem("failed_formulas", name, params=params))
    looked.regular = tags == placed
    if swells(archive, member, tags, name):
        raise UnreadableFile(Problem("swollen_workbook", name))
    return looked


def _note_failed(piece: bytes, errors: Errors) -> int:
    if b't="e"' not in piece and b"t='e'" not in piece:
        return 0
    failed = _FAILED_CELL.findall(piece)
    for column, row, shown in failed:
        errors.setdefault(int(row) - 1, {})[_place(column)] = shown.decode()
    return len(failed)


def _spans(piece: bytes) -> list[Span]:
    if b"mergeCell" not in piece:
        return []
    return [
        (int(top) - 1, _place(left), int(bottom) - 1, _place(right))
        for left, top, right, bottom in _MERGED.findall(piece)
    ]


def swells(archive: zipfile.ZipFile, member: str, cells: int, name: str) -> bool:
    """Whether the texts that cells share would fill memory when each has its own."""
    strings = "xl/sharedStrings.xml"
    if strings not in archive.namelist():
        return False
    lengths: list[int] = []
    rest = b""
    for piece in pieces(archive, strings, name):
        *whole, rest = _STRING.split(rest + piece)
        lengths += map(len, whole)
    lengths = [*lengths, len(rest)][1:]
    if max(lengths, default=0) * cells <= CHARACTERS:
        return False
    shared: Counter[bytes] = Counter()
    for piece in pieces(archive, member, name):
        shared.update(_SHARED.findall(piece))
    known = [(int(place), count) for place, count in shared.items()]
    return (
        sum(n * lengths[place] for place, n in known if place < len(lengths)) > CHARACTERS
    )


def _place(column: bytes) -> int:
    place = 0
    for letter in column:
        place = place * 26 + letter - ord("A") + 1
    return place - 1
