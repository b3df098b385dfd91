"""Photos and papers that come with a case: a few, of kinds that any screen shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gapless.core.files.actions import remove, store
from gapless.core.files.rules import HEAD, cleaned, sniff

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from gapless.core.files.models import StoredFile
    from gapless.people.org.models import Person, Unit

MOST = 5  # settings.DATA_UPLOAD_MAX_NUMBER_FILES lets more through, to be told so
PHOTOS = frozenset({"image/jpeg", "image/png"})
PAPERS = PHOTOS | {"application/pdf"}


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """
    Up to five files. What they are, their first bytes say, not their names.

    :param kinds: the content types that are taken.
    """

    def __init__(self, *, kinds: Collection[str], **kwargs: Any) -> None:
        self.kinds = frozenset(kinds)
        widget = FilesInput({"accept": ",".join(sorted(kinds))})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        found = [each for each in data or () if each]
        if len(found) > MOST:
            raise forms.ValidationError(
                ngettext(
                    "At most %(most)d file comes along; leave some out.",
                    "At most %(most)d files come along; leave some out.",
                    MOST,
                )
                % {"most": MOST}
            )
        for upload in found:
            self._check(upload)
        return found

    def _check(self, upload: UploadedFile[bytes]) -> None:
        name = {"file": cleaned(upload.name or "")}
        if not upload.size:
            raise forms.ValidationError(_("“%(file)s” is empty; choose it again.") % name)
        if upload.size > settings.UPLOAD_MAX_BYTES:
            most = {"most": filesizeformat(settings.UPLOAD_MAX_BYTES)}
            raise forms.ValidationError(
                _("“%(file)s” is too large; a file has at most %(most)s.") % (name | most)
            )
        head = upload.read(HEAD)
        upload.seek(0)
        if sniff(head) not in self.kinds:
            raise forms.ValidationError(str(self.what_is_taken) % name)

    @property
    def what_is_taken(self) -> Any:
        if self.kinds <= PHOTOS:
            return gettext_lazy("“%(file)s” is no photo; choose JPEG or PNG files.")
        return gettext_lazy("“%(file)s” cannot be shown; choose JPEG, PNG or PDF files.")


@contextmanager
def keeping(
    uploads: Sequence[UploadedFile[bytes]], unit: Unit, *, by: Person | None, now: datetime
) -> Iterator[list[StoredFile]]:
    """
    The files, safe on disk before the transaction that needs them, as writing takes its
    time. They are let go again when what they came with is refused.
    """
    files = [store(upload, by=by, now=now, unit=unit) for upload in uploads]
    try:
        yield files
    except Exception:
        for file in files:
            remove(file, by=by, now=now, unit=unit)
        raise
