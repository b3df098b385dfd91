"""Files of public holidays: whatever comes in becomes lines that somebody can mend."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gapless.core.calendar.reading import NoICal, text_of_ical
from gapless.core.imports.encodings import encoding_of
from gapless.core.imports.tables import UnreadableFile
from gapless.core.imports.words import sentence_of

from .words import left_out

if TYPE_CHECKING:
    from typing import Any

    from django.core.files.uploadedfile import UploadedFile

LARGEST = 1_000_000


class NotTaken(Exception):
    """The file cannot be read at all; says why, and what to do, in a sentence."""


def lines_of(file: UploadedFile[Any], year: int | None) -> tuple[str, str]:
    """
    What a CSV or iCal file holds, as lines of text, and a remark on what was left out:
    of an iCal file, the events of other years.

    :raises NotTaken: it is neither, or too large.
    """
    if (file.size or 0) > LARGEST:
        raise NotTaken(
            _("The file is larger than a megabyte. Leave only the days of one year in it.")
        )
    content = file.read()
    name = file.name or ""
    if b"BEGIN:VCALENDAR" in content[:1000] or name.lower().endswith(".ics"):
        try:
            text, others = text_of_ical(content, year)
        except NoICal as error:
            raise NotTaken(
                _("This is no iCal file. Export it once more, or write the days below.")
            ) from error
        return text, left_out(others) if others else ""
    return _decoded(content, name), ""


def _decoded(content: bytes, name: str) -> str:
    with NamedTemporaryFile() as kept:
        kept.write(content)
        kept.flush()
        try:
            encoding = encoding_of(Path(kept.name), name=name)
        except UnreadableFile as error:
            sentences = " ".join(sentence_of(problem) for problem in error.problems)
            raise NotTaken(sentences) from error
    text = content.decode(encoding, errors="replace")
    return text.lstrip("\ufeff").replace("\0", "").replace("\r\n", "\n")
