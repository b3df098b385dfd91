"""Delimited texts: encodings × delimiters × line ends × quoting, and every damage."""

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .cases import KOREAN, SIMPLIFIED, TRADITIONAL, WESTERN, Case, Script, answers

SCRIPTS: dict[str, Script] = {
    "utf-8": SIMPLIFIED,
    "utf-8-sig": TRADITIONAL,
    "gb18030": SIMPLIFIED,
    "gbk": SIMPLIFIED,
    "big5": TRADITIONAL,
    "cp950": TRADITIONAL,
    "utf-16": SIMPLIFIED,
    "utf-16-le": SIMPLIFIED,
    "utf-16-be": TRADITIONAL,
    "cp949": KOREAN,
    "cp1252": WESTERN,
    "latin-1": WESTERN,
}
DELIMITERS = (",", ";", "\t", "|", "，", "；", "｜")
DAMAGED_IN = ("utf-8", "gb18030", "big5", "utf-16", "cp1252")
SPOIL = "QQQQ"
"""Becomes bytes that are no text."""

NO_TEXT = {"utf-16": b"\x00\xd8A\x00", "cp1252": b"\x81"}


def written(rows, delimiter=",", *, every=False, end="\n") -> list[str]:
    """Each row as its line."""
    lines = []
    for row in rows:
        out = io.StringIO(newline="")
        quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
        csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerow(
            row
        )
        lines.append(out.getvalue())
    return lines


def encoded(lines, encoding) -> bytes:
    content = "".join(lines).encode(encoding)
    bare = encoding if encoding != "utf-16" else "utf-16-le"
    return content.replace(SPOIL.encode(bare), NO_TEXT.get(encoding, b"\xff\xff"))


def sound(rng: random.Random) -> Iterator[Case]:
    """Every encoding with every delimiter it knows: not a cell may change."""
    for encoding, script in SCRIPTS.items():
        for delimiter in DELIMITERS:
            try:
                delimiter.encode(encoding)
            except UnicodeEncodeError:
                continue
            for end in ("\n", "\r\n", "\r"):
                for every in (False, True):
                    rows = answers(rng, script, rng.randint(6, 25))
                    lines = written([script.header, *rows], delimiter, every=every, end=end)
                    yield Case(
                        f"sound {encoding} {delimiter!r} {end!r} {every}",
                        "answers.csv",
                        encoded(lines, encoding),
                        rows=len(rows),
                        wrong=0,
                        cells=tuple(map(tuple, [script.header, *rows])),
                    )


@dataclass
class Sheet:
    """Rows that are to be damaged before and after they are written."""

    rng: random.Random
    script: Script
    rows: list[list[str]]
    delimiter: str
    lines: list[str]
    at: int

    def wrong_cell(self, place, cell):
        self.rows[self.at][place] = cell
        return self.rewrite()

    def rewrite(self):
        self.lines = written([self.script.header, *self.rows], self.delimiter)

    def replace_line(self, text, *, after=0):
        self.lines[self.at + 1 + after] = text + "\n"

    def bare(self, row, comment):
        return self.delimiter.join([*self.rows[row][:7], comment])


def _short(s):
    s.replace_line(s.delimiter.join(s.rows[s.at][:5]))


def _long(s):
    s.replace_line(s.delimiter.join([*s.rows[s.at][:7], "x", "y", "z"]))


def _after_quote(s):
    s.replace_line(s.bare(s.at, '"good" but slow'))


def _open_quote(s):
    s.replace_line(s.bare(s.at, '"good, but'))


def _inner_quotes(s):
    s.replace_line(s.bare(s.at, '"he said "no" and left"'))


def _runaway(s):
    s.replace_line(s.bare(s.at, '"begun'))
    s.replace_line(s.bare(s.at + 1, "between"), after=1)
    s.replace_line(s.bare(s.at + 2, 'ended"'), after=2)


def _stray_quote(s):
    s.replace_line(s.bare(s.at, '5" pipe'))


def _blank_lines(s):
    s.lines.insert(s.at + 1, "\n")
    s.lines += ["\n", "\n"]


def _blank_rows(s):
    s.lines.insert(s.at + 1, s.delimiter * 7 + "\n")
    s.lines.append(s.delimiter * 7 + "\n")


def _several_lines(s):
    s.wrong_cell(7, 'one\n\ntwo "three"\n')


def _decimal_comma(s):
    s.wrong_cell(4, "6,5")


def _titles(s):
    s.lines[:0] = [s.script.title + "\n", "2026\n", "\n"]


def _padded_title(s):
    s.lines.insert(0, s.script.title + s.delimiter * 7 + "\n")


def _groups(s):
    s.lines[0] = s.delimiter.join([*s.script.header[:3], "A", "", "B", "", ""]) + "\n"
    s.lines.insert(1, s.delimiter.join(["", "", "", *s.script.header[3:]]) + "\n")


def _nameless(s):
    s.lines[0] = s.delimiter.join([*s.script.header[:6], "", ""]) + "\n"


def _named_twice(s):
    s.lines[0] = s.delimiter.join([*s.script.header[:6], "e1", "e1"]) + "\n"


def _trailing(s):
    s.lines = [line.rstrip("\n") + s.delimiter * 2 + "\n" for line in s.lines]


def _no_end(s):
    s.lines[-1] = s.lines[-1].rstrip("\n")


def _serial(s):
    for row in s.rows:
        row[2] = str(s.rng.randint(46_030, 46_080))
    s.rewrite()


def _cell(place: int, cell: str) -> Callable[[Sheet], None]:
    return lambda s: s.wrong_cell(place, cell)


DAMAGES: dict[str, tuple[Callable[[Sheet], None], int]] = {
    "short": (_short, 1),
    "long": (_long, 1),
    "text after a quote": (_after_quote, 1),
    "open quote": (_open_quote, 1),
    "inner quotes": (_inner_quotes, 1),
    "runaway quote": (_runaway, 3),
    "stray quote": (_stray_quote, 0),
    "blank lines": (_blank_lines, 0),
    "blank rows": (_blank_rows, 0),
    "several lines": (_several_lines, 0),
    "nul": (_cell(7, "a\0b"), 1),
    "no text": (_cell(7, f"a{SPOIL}b"), 1),
    "long cell": (_cell(7, "long " * 8_000), 1),
    "formula": (_cell(7, "=1+1"), 0),
    "macro": (_cell(7, "@SUM(A1)"), 0),
    "decimal comma": (_decimal_comma, 1),
    "half a point": (_cell(4, "6.5"), 1),
    "off scale": (_cell(4, "9"), 1),
    "a word": (_cell(4, "viel"), 1),
    "huge number": (_cell(4, "9" * 5_000), 1),
    "no unit": (_cell(1, ""), 1),
    "unknown unit": (_cell(1, "nowhere"), 1),
    "no moment": (_cell(2, "soon"), 1),
    "impossible day": (_cell(2, "2026-02-30"), 1),
    "serial dates": (_serial, 0),
    "titles": (_titles, 0),
    "padded title": (_padded_title, 0),
    "grouped names": (_groups, 0),
    "nameless": (_nameless, 0),
    "named twice": (_named_twice, 0),
    "trailing delimiters": (_trailing, 0),
    "no last line end": (_no_end, 0),
}


def damaged(rng: random.Random) -> Iterator[Case]:
    """One damage at a time: the rows that it spoils are rejected, and no other."""
    for encoding in DAMAGED_IN:
        script = SCRIPTS[encoding]
        for delimiter in (",", ";", "\t", "|"):
            for name, (damage, wrong) in DAMAGES.items():
                rows = answers(rng, script, 18)
                for row in rows:  # so that no cell needs a frame but the damaged
                    row[7] = row[7].replace(",", " ")
                at = rng.randint(3, 14)
                sheet = Sheet(rng, script, rows, delimiter, [], at)
                sheet.rewrite()
                damage(sheet)
                yield Case(
                    f"{name} {encoding} {delimiter!r}",
                    "answers.csv",
                    encoded(sheet.lines, encoding),
                    rows=len(rows),
                    wrong=wrong,
                )


def cut(rng: random.Random) -> Iterator[Case]:
    """Files that end in the middle of a row, or of a character."""
    for encoding, script in SCRIPTS.items():
        for _ in range(15):
            rows = answers(rng, script, 20)
            parts = [encoded([line], encoding) for line in written([script.header, *rows])]
            if encoding == "utf-16":  # one mark is enough
                parts = [parts[0], *(part[2:] for part in parts[1:])]
            kept = rng.randint(12, 18)
            rest = parts[kept + 1][: rng.randint(2, len(parts[kept + 1]) - 4)]
            content = b"".join(parts[: kept + 1]) + rest
            yield Case(f"cut {encoding}", "answers.csv", content, rows=kept + 1)


def flipped(rng: random.Random) -> Iterator[Case]:
    """Bits that turned over: anything may come of it, but nothing breaks."""
    for encoding, script in SCRIPTS.items():
        for number in range(35):
            lines = written([script.header, *answers(rng, script, 20)])
            content = bytearray(encoded(lines, encoding))
            for _ in range(1 + number % 12):
                content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            yield Case(f"flipped {encoding}", "answers.csv", bytes(content))


def noise(rng: random.Random) -> Iterator[Case]:
    """Bytes that nobody wrote."""
    for number in range(120):
        content = rng.randbytes(rng.randint(1, 3_000))
        if number % 3 == 0:
            content = bytes(byte for byte in content if byte)
        if number % 3 == 1:
            content = bytes(byte & 0x7F or 10 for byte in content)
        name = ("answers.csv", "answers.tsv", "answers.xls")[number // 3 % 3]
        yield Case(f"noise {number}", name, content)
    signs = '",;|\t\n\r\0 1aé厅'
    for number in range(120):
        text = "".join(rng.choice(signs) for _ in range(rng.randint(1, 400)))
        yield Case(f"signs {number}", "answers.csv", text.encode())


def mixed(rng: random.Random) -> Iterator[Case]:
    """Rows of two encodings in one file: those of the lesser are rejected."""
    for number in range(30):
        rows = answers(rng, SIMPLIFIED, 30)
        lines = written([SIMPLIFIED.header, *rows])
        strange = {rng.randint(5, 25) for _ in range(1 + number % 4)}
        content = b"".join(
            line.encode("gb18030" if place in strange else "utf-8")
            for place, line in enumerate(lines)
        )
        yield Case(
            f"mixed {number}", "answers.csv", content, rows=len(rows), wrong=len(strange)
        )
