"""
A page rendered once and filled for each request, compressed or not. Pure.

What is the same for everybody is compressed once; only what stands in the slots is
compressed for a request. A gzip body is one deflate stream, and after a full flush the
next piece may have been compressed by somebody else.
"""

import re
import struct
import zlib
from collections.abc import Mapping

_SLOT = re.compile("\0([a-z_]+)\0")
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def slot(name: str) -> str:
    """What a template writes where a value comes in: no text that anybody types has it."""
    return f"\0{name}\0"


def _deflated(content: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


class Spliced:
    def __init__(self, page: str) -> None:
        texts = _SLOT.split(page)
        self.slots = tuple(texts[1::2])
        self._fixed = [text.encode() for text in texts[::2]]
        self._packed = [_deflated(text, 9) for text in self._fixed]

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The page. The values are HTML: whoever fills it has escaped them."""
        parts = [self._fixed[0]]
        for name, fixed in zip(self.slots, self._fixed[1:], strict=True):
            parts += [values[name].encode(), fixed]
        return b"".join(parts)

    def gzipped(self, values: Mapping[str, str]) -> bytes:
        """The page as a gzip body."""
        parts = [_HEAD, self._packed[0]]
        for name, packed in zip(self.slots, self._packed[1:], strict=True):
            parts += [_deflated(values[name].encode(), 6), packed]
        plain = self.filled(values)
        end = struct.pack("<LL", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
        return b"".join([*parts, b"\x03\x00", end])
