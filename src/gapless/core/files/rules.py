"""What a file is called and what it is, whatever its sender says. Pure."""

import codecs
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 120
# Enough to know every format below, and to tell text from the rest.
HEAD = 8192

SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"$FL2", "application/x-spss-sav"),
    (b"$FL3", "application/x-spss-sav"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-excel"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"\x1f\x8b", "application/gzip"),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENCODINGS = ("utf-8", "gb18030", "big5")
BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def sniff(head: bytes) -> str:
    """The content type by a file's first bytes; what its sender says counts for nothing."""
    for signature, content_type in SIGNATURES:
        if head.startswith(signature):
            return content_type
    if head.startswith(b"PK\x03\x04"):
        workbook = b"[Content_Types].xml" in head or b"xl/" in head
        return XLSX if workbook else "application/zip"
    return "text/plain" if _is_text(head) else "application/octet-stream"


def _is_text(head: bytes) -> bool:
    if head.startswith(BYTE_ORDER_MARKS):
        return True
    return b"\0" not in head and any(_decodes(head, encoding) for encoding in ENCODINGS)


def _decodes(head: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(head)  # not final: the head may end within a character
    except UnicodeDecodeError:
        return False
    return True


def cleaned(name: str) -> str:
    """
    A name fit to be shown: the last part of a path, without what is not printed or turns
    the reading direction round, cut in front of its ending.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printed = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    whole = printed.strip(" .") or "?"
    if len(whole) <= LONGEST_NAME:
        return whole
    ending = PurePosixPath(whole).suffix
    return (
        whole[: LONGEST_NAME - len(ending)] + ending
        if len(ending) <= 12
        else whole[:LONGEST_NAME]
    )
