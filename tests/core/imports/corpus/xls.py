"""
XLS workbooks, byte by byte: BIFF8 records in a compound file, as Microsoft's open
specifications [MS-XLS] and [MS-CFB] describe them; no more than the tests need.
"""

import struct

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
SECTOR = 512
PLAIN, DAY = 0, 1
"""Which of the two formats a cell has."""


def record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def text_of(text, size="<H"):
    return struct.pack(size, len(text)) + b"\x01" + text.encode("utf-16-le")


def cell_of(row, column, value):
    """Numbers and text; a pair is a number and its format."""
    value, form = value if isinstance(value, tuple) else (value, PLAIN)
    place = struct.pack("<HHH", row, column, form)
    if isinstance(value, str):
        return record(0x0204, place + text_of(value))
    return record(0x0203, place + struct.pack("<d", value))


def sheet_of(rows, *, merged=(), far=None):
    stream = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if value is not None:
                stream += cell_of(row, column, value)
    if far:
        stream += cell_of(*far, 1)
    if merged:
        spans = b"".join(struct.pack("<HHHH", a, c, b, d) for a, b, c, d in merged)
        stream += record(0x00E5, struct.pack("<H", len(merged)) + spans)
    return stream + record(0x000A)


def workbook_of(sheets):
    """The stream of a workbook; ``sheets``: name, whether hidden, and the sheet's own."""
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    start += record(0x0042, struct.pack("<H", 1200))
    for form in (0, 14):  # general, and a date
        start += record(0x00E0, struct.pack("<HHH", 0, form, 0) + bytes(14))
    names = [text_of(name, "<B") for name, _, _ in sheets]
    offset = len(start) + sum(4 + 6 + len(name) for name in names) + 4
    for name, (_, hidden, stream) in zip(names, sheets, strict=True):
        start += record(0x0085, struct.pack("<IBB", offset, int(hidden), 0) + name)
        offset += len(stream)
    return start + record(0x000A) + b"".join(stream for _, _, stream in sheets)


def compound_of(stream):
    """A compound file that holds this one stream."""
    stream = stream.ljust(4096, b"\0")  # shorter ones would lie in a mini stream
    size = len(stream)
    sectors = -(-size // SECTOR)
    fats = 1
    while fats * 128 < sectors + 1 + fats:
        fats += 1
    table = (
        [FAT] * fats + [END] + [fats + 2 + place for place in range(sectors - 1)] + [END]
    )
    table += [FREE] * (fats * 128 - len(table))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fats, fats, 0, 4096, END, 0, END, 0)
    header += struct.pack(
        "<109I", *(place if place < fats else FREE for place in range(109))
    )
    return b"".join(
        [
            header,
            struct.pack(f"<{len(table)}I", *table),
            _entry("Root Entry", 5, END, 0, child=1),
            _entry("Workbook", 2, fats + 1, size),
            bytes(2 * 128),
            stream.ljust(sectors * SECTOR, b"\0"),
        ]
    )


def _entry(name, kind, start, size, *, child=FREE):
    written = (name + "\0").encode("utf-16-le")
    return (
        written.ljust(64, b"\0")
        + struct.pack("<HBB", len(written), kind, 1)
        + struct.pack("<III", FREE, FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def xls_of(rows, *, merged=(), far=None, hidden=()):
    sheets = [(name, True, sheet_of([["x"], [1]])) for name in hidden]
    sheets.append(("答卷", False, sheet_of(rows, merged=merged, far=far)))
    return compound_of(workbook_of(sheets))
