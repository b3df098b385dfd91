"""
In which encoding a text is, told by evidence and not by the order of trying.

1. A byte order mark says it.
2. UTF-16 without one: at least one unit in 500 has NUL for one half, always the same
   half, and what it decodes to is usual text.
3. UTF-8, where less than a third of its characters beyond ASCII is damaged, or one in ten
   (of thirty at least) is a sound sequence of three bytes or more; its form is too strict
   to be met by chance. Rows that are damaged, or of another encoding, are rejected.
4. Otherwise every encoding of ``LEGACY`` decodes the lines that are not ASCII, and each
   character that comes out bears witness: one that is common in the language counts 1, one
   of the first level of its standard 0.3, any other ideograph 0.1; kana, Greek, Cyrillic
   and drawn lines count −1, private, unassigned and undecodable ones −2. Western letters
   count where they stand among ASCII letters. The highest mean wins, the earlier of
   ``LEGACY`` in a tie. Without any witness in favour it is GB18030, which holds all of
   Unicode, if that reads without damage; or the file is refused.

GB18030 and BIG5 share their bytes, but what one writes as common characters the other
reads as rare or private ones: 的 is B5C4 in GB, which is no common character of BIG5.
"""

from __future__ import annotations

import codecs
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NoReturn

from .tables import UNDECODABLE, Problem, UnreadableFile

LEGACY = ("gb18030", "big5hkscs", "cp950", "cp949", "cp1252", "latin-1")

OFFERED = ("utf-8", "utf-16-le", "utf-16-be", *LEGACY, "shift_jis", "cp1250", "cp1251")
"""What somebody may insist on."""

ERRORS = "gapless-undecodable"

CHUNK = 2**20
SAMPLE = 2**18
FEW = 100
ENOUGH = 30
CLEAR = 0.9
"""Characters beyond ASCII: fewer may be what they are by chance; and a score."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STRANGE = ("HIRAGANA", "KATAKANA", "GREEK", "CYRILLIC", "BOX DRAWINGS")
_PRIVATE = ("Co", "Cn", "Cs", "Cc")
_WESTERN = re.compile(
    r"(?P<letter>(?<=[A-Za-z])[\u00df-\u00f6\u00f8-\u00ff\u0153\u0161\u017e]{1,2}"
    r"(?![^\x00-\x7f])|(?<![^\W\d_])[\u00df-\u00f6\u00f8-\u00ff](?=[A-Za-z]))"
    r"|(?P<capital>(?<![^\W\d_])[\u00c0-\u00d6\u00d8-\u00de](?=[a-z]))"
    r"|(?P<sign>(?<![^\x00-\x7f])[^\W\d_\x00-\x7f](?![^\x00-\x7f])"
    r"|(?<![^\x00-\x7f])[\u2013-\u2026\u20ac\u00a3\u00a7\u00a9-\u00b7\u00bb](?![^\x00-\x7f]))"
)
_WITNESS = {"letter": 1.0, "capital": 0.7, "sign": 0.3}


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


codecs.register_error(ERRORS, _stand_in)


def encoding_of(path: Path, *, name: str, insisted: str = "") -> str:
    """
    The encoding of a text file.

    :raises UnreadableFile: when nothing speaks for any that is known.
    """
    if insisted:
        return _offered(insisted, name)
    with path.open("rb") as file:
        start = file.read(CHUNK)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start and (encoding := _utf_16(start)):
        return encoding
    if start.count(b"\0") * 10 > max(len(start), FEW):
        raise UnreadableFile(Problem("nul_byte", name, _line_of(path, re.compile(b"\0"))))
    sample = _sample(path)
    if _is_utf_8(sample):
        return "utf-8"
    return _legacy(sample) or _unknown(path, name)


def _legacy(sample: bytes) -> str:
    score, encoding = _by_witnesses(sample)
    if score > 0:
        return encoding
    return "gb18030" if UNDECODABLE not in sample.decode("gb18030", ERRORS) else ""


def _unknown(path: Path, name: str) -> NoReturn:
    line = _line_of(path, re.compile(rb"[\x80-\xff]"))
    raise UnreadableFile(Problem("unknown_encoding", name, line))


def _offered(insisted: str, name: str) -> str:
    if insisted.lower() not in OFFERED:
        params = {"encoding": insisted, "encodings": ", ".join(OFFERED)}
        raise UnreadableFile(Problem("no_such_encoding", name, params=params))
    return insisted.lower()


def _utf_16(start: bytes) -> str:
    start = start[: len(start) // 2 * 2]
    units = len(start) // 2
    first, second = start[0::2].count(0), start[1::2].count(0)
    few, many = sorted((first, second))
    if many * 500 < units or few * 20 > many:
        return ""
    encoding = "utf-16-le" if second > first else "utf-16-be"
    text = start[:SAMPLE].decode(encoding, ERRORS)
    usual = sum((c.isascii() and c != "\0") or c in _common("simplified") for c in text)
    usual += sum(c in _common("traditional") - _common("simplified") for c in text)
    return encoding if usual * 2 >= len(text) and "\0" not in text else ""


def _sample(path: Path) -> bytes:
    """The first lines that are not ASCII, wherever in the file they are."""
    found = bytearray()
    for chunk in _chunks(path):
        if not chunk.isascii():
            every = chunk.splitlines(keepends=True)
            found += b"".join(line for line in every if not line.isascii())
        if len(found) >= SAMPLE:
            # Up to the end of a line, so that no character is cut, unless the line is all.
            return bytes(found[: found.rfind(b"\n", 0, SAMPLE) + 1 or SAMPLE])
    return bytes(found)


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces that end with a line, where lines are not longer than a piece."""
    rest = b""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            whole, newline, rest_of = (rest + piece).rpartition(b"\n")
            rest = rest_of if len(rest_of) < CHUNK and newline else b""
            yield whole + newline or rest_of
    if rest:
        yield rest


def _is_utf_8(sample: bytes) -> bool:
    text = sample.decode("utf-8", ERRORS)
    beyond = sum(not character.isascii() for character in text)
    damaged = text.count(UNDECODABLE)
    triples = sum(character >= "\u0800" for character in text) - damaged
    if 0 < beyond < FEW and (damaged or not triples) and _by_witnesses(sample)[0] >= CLEAR:
        return False  # two or three words of GB18030 may pass for UTF-8: 剩 2 小时
    mixed = triples >= ENOUGH and triples * 10 >= beyond
    return not beyond or mixed or damaged * 3 < beyond


def _by_witnesses(sample: bytes) -> tuple[float, str]:
    found = [(_score(sample, encoding), encoding) for encoding in LEGACY]
    best = max(score for score, _ in found)
    return best, next(encoding for score, encoding in found if score == best)


def _score(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, ERRORS)
    beyond = sum(not character.isascii() for character in text)
    if not beyond:
        return 0.0
    if encoding in ("cp1252", "latin-1"):
        return _western(text) / beyond
    script = {"gb18030": "simplified", "cp949": "hangul"}.get(encoding, "traditional")
    worth = _worth_in(script)
    return sum(worth[c] for c in text if not c.isascii()) / beyond


def _western(text: str) -> float:
    score = 0.0
    for match in _WESTERN.finditer(text):
        score += _WITNESS[match.lastgroup or ""] * len(match[0])
    lost = sum(c == UNDECODABLE or "\x80" <= c <= "\x9f" for c in text)
    return score - 2 * lost


class _Worth(dict[str, float]):
    """What each character says for an encoding of this script, worked out once."""

    def __init__(self, script: str) -> None:
        super().__init__()
        self.script = script

    def __missing__(self, character: str) -> float:
        self[character] = worth = self._worth(character)
        return worth

    def _worth(self, character: str) -> float:
        if character in _common(self.script) or character in _common("marks"):
            return 1.0
        if self.script == "simplified" and character in _common("traditional"):
            return 0.7  # GB18030 writes these too
        if unicodedata.category(character) in _PRIVATE:
            return -2.0
        if character in _first_level(self.script):
            return 0.3
        named = unicodedata.name(character, "")
        if named.startswith("CJK UNIFIED"):
            return 0.1
        return (
            -1.0 if named.startswith(("HIRAG", "KATAK", "GREEK", "CYRIL", "BOX")) else 0.0
        )


@cache
def _worth_in(script: str) -> _Worth:
    return _Worth(script)


@cache
def _common(script: str) -> frozenset[str]:
    source = files("gapless.core.imports") / "characters.toml"
    return frozenset(tomllib.loads(source.read_text(encoding="utf-8"))[script])


@cache
def _first_level(script: str) -> frozenset[str]:
    """The ideographs or syllables that the standard itself lists as the usual ones."""
    encoding, first, last = {
        "simplified": ("gb2312", 0xB0, 0xD7),
        "traditional": ("big5", 0xA4, 0xC6),
        "hangul": ("euc_kr", 0xB0, 0xC8),
    }[script]
    pairs = (bytes((a, b)) for a in range(first, last + 1) for b in range(0x40, 0xFF))
    return frozenset("".join(pair.decode(encoding, "ignore") for pair in pairs))


def _line_of(path: Path, wanted: re.Pattern[bytes]) -> int:
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if found := wanted.search(chunk):
                return line + chunk[: found.start()].count(b"\n")
            line += chunk.count(b"\n")
    return line
