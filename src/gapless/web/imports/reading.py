"""How a file is read: what was found in it, and what somebody insists on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapless.core.imports.encodings import OFFERED
from gapless.core.imports.mapping import Long
from gapless.core.imports.tables import Reading

if TYPE_CHECKING:
    from gapless.core.imports.tables import ReadAs

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "gb18030": _("GB18030 (also GBK, GB2312)"),
    "big5hkscs": _("Big5 with Hong Kong characters"),
    "cp950": _("Big5 as Windows writes it"),
    "cp949": _("Korean (CP949)"),
    "cp1252": _("Western European (Windows-1252)"),
    "latin-1": _("Western European (Latin-1)"),
    "shift_jis": _("Japanese (Shift JIS)"),
    "cp1250": _("Central European (Windows-1250)"),
    "cp1251": _("Cyrillic (Windows-1251)"),
}
DELIMITERS = {
    ",": _("Comma"),
    ";": _("Semicolon"),
    "\t": _("Tab"),
    "|": _("Vertical bar"),
}
DECIMALS = {".": _("Point, as in 3.5"), ",": _("Comma, as in 3,5")}
AS_FOUND = ("", _("As found in the file"))
DEEPEST = 1_000
"""A header further down is none."""


class ReadingForm(forms.Form):
    """Everything blank is told from the file itself."""

    header_line = forms.IntegerField(
        label=_("Line with the column names"),
        required=False,
        min_value=1,
        max_value=DEEPEST,
    )
    header_rows = forms.IntegerField(
        label=_("Rows of column names"),
        help_text=_("More than one where headings are merged over several columns."),
        required=False,
        min_value=1,
        max_value=5,
    )

    def __init__(
        self, read_as: ReadAs, insisted: Reading, *args: Any, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", _shown(insisted))
        super().__init__(*args, **kwargs)
        if len(read_as.sheets) > 1:
            sheets = [AS_FOUND, *((name, name) for name in read_as.sheets)]
            self.fields["sheet"] = _choice(_("Sheet"), sheets)
        if read_as.encoding:
            encodings = [(code, ENCODINGS.get(code, code)) for code in OFFERED]
            self.fields["encoding"] = _choice(_("Encoding"), [AS_FOUND, *encodings])
        if read_as.delimiter:
            chars = [AS_FOUND, *DELIMITERS.items()]
            self.fields["delimiter"] = _choice(_("Columns are separated by"), chars)
            points = [AS_FOUND, *DECIMALS.items()]
            self.fields["decimal"] = _choice(_("Decimal sign"), points)
        self.order_fields(["sheet", "encoding", "delimiter", "decimal"])

    @property
    def reading(self) -> Reading:
        """What somebody insists on."""
        return Reading(**{name: said for name, said in self.cleaned_data.items() if said})


def _choice(label: Any, choices: list[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _shown(reading: Reading) -> dict[str, Any]:
    return {name: said or None for name, said in asdict(reading).items()}


class LongForm(forms.Form):
    """Whether a row holds a whole answer, or one answered item of it."""

    item = forms.ChoiceField(label=_("Column that names the item"), required=False)
    value = forms.ChoiceField(label=_("Column that holds the value"), required=False)

    def __init__(
        self, header: tuple[str, ...], long: Long | None, *args: Any, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", asdict(long) if long else None)
        super().__init__(*args, **kwargs)
        columns = [
            ("", _("None: each row is a whole answer")),
            *((name, name) for name in header),
        ]
        for field in self.fields.values():
            field.choices = columns  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        item, value = said.get("item", ""), said.get("value", "")
        if bool(item) != bool(value):
            self.add_error("value" if item else "item", _("Choose both columns, or none."))
        elif item and item == value:
            self.add_error("value", _("Choose two different columns."))
        return said

    @property
    def long(self) -> Long | None:
        item, value = self.cleaned_data["item"], self.cleaned_data["value"]
        return Long(item, value) if item else None


def how_read(read_as: ReadAs) -> Iterator[str]:
    """What was found out about a file, in whole sentences."""
    if read_as.sheet:
        yield _sheet(read_as)
    if read_as.encoding:
        encoding = ENCODINGS.get(read_as.encoding, read_as.encoding)
        yield _("It is text in %(encoding)s.") % {"encoding": encoding}
    if read_as.delimiter:
        sign = DELIMITERS.get(read_as.delimiter, read_as.delimiter)
        yield _("Its columns are separated by this sign: %(sign)s.") % {"sign": sign}
    if read_as.decimal == ",":
        yield str(_("Its numbers have a decimal comma."))
    if read_as.header_rows > 1:
        rows = {
            "first": read_as.header_line,
            "last": read_as.header_line + read_as.header_rows - 1,
        }
        yield _("The names of its columns stand in lines %(first)d to %(last)d.") % rows
    elif read_as.header_line:
        line = {"line": read_as.header_line}
        yield _("The names of its columns stand in line %(line)d.") % line


def _sheet(read_as: ReadAs) -> str:
    blanks = {"sheet": read_as.sheet, "number": len(read_as.sheets)}
    if len(read_as.sheets) < 2:
        return _("Its sheet “%(sheet)s” is read.") % blanks
    said = _("Its sheet “%(sheet)s” is read, which is one of %(number)d sheets.")
    return said % blanks
