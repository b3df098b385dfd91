"""The page on which each column of a file gets its kind, as fields and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from django import forms
from django.utils.translation import gettext_lazy as _

from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.mapping import (
    BadCoding,
    BadScale,
    Coding,
    Column,
    Flaw,
    Scale,
    flaws,
    parse_coding,
    parse_scale,
    written,
)
from gapless.core.imports.words import sentence_of_flaw

# Next to which field of its column a flaw is told.
_BESIDE = {
    "kind_twice": "kind",
    "two_dimensions": "dimension",
    "dimension_too_long": "dimension",
    "weight_without_dimension": "dimension",
    "unknown_weight_dimension": "dimension",
    "weight_twice": "dimension",
    "two_scales": "scale",
}


class ColumnForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ColumnKind.choices)
    item = forms.CharField(label=_("Item"), required=False)
    text = forms.CharField(label=_("Wording"), required=False, max_length=300)
    dimension = forms.CharField(label=_("Dimension"), required=False)
    reverse = forms.BooleanField(label=_("Reverse-keyed"), required=False)
    scale = forms.CharField(label=_("Own scale"), required=False)
    coding = forms.CharField(label=_("Own coding"), required=False)

    def clean_scale(self) -> Scale | None:
        said = self.cleaned_data["scale"]
        try:
            return parse_scale(said) if said else None
        except BadScale:
            raise forms.ValidationError(
                _("“%(said)s” is no scale. Write the lowest and highest point, as in 1-7."),
                params={"said": said},
            ) from None

    def clean_coding(self) -> Coding:
        try:
            return parse_coding(self.cleaned_data["coding"])
        except BadCoding as error:
            raise forms.ValidationError(
                _("“%(line)s” is no coding. Write it like: agree = 5; disagree = 1."),
                params={"line": error.args[0]},
            ) from None


@dataclass
class Line:
    """One column on the page: its name, its first cells, its fields."""

    name: str
    sample: list[str]
    form: ColumnForm


@dataclass
class ColumnsPage:
    lines: list[Line]
    whole: list[str] = field(default_factory=list)  # what is wrong, but with no one column
    checked: bool = False

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if self.checked and line.form.errors]


def prefix_of(place: int) -> str:
    return f"c{place}"


def fields_of(columns: Sequence[Column]) -> dict[str, str]:
    """Columns as a browser would post them."""
    data: dict[str, str] = {}
    for place, column in enumerate(columns):
        said = {
            "kind": column.kind.value,
            "item": column.item,
            "text": column.text,
            "dimension": column.dimension,
            "reverse": "on" if column.reverse else "",
            "scale": str(column.scale) if column.scale else "",
            "coding": written(column.coding).replace("\n", "; "),
        }
        data |= {f"{prefix_of(place)}-{name}": value for name, value in said.items()}
    return data


def page_of(
    header: Sequence[str], samples: Sequence[list[str]], data: Mapping[str, str]
) -> ColumnsPage:
    return ColumnsPage(
        [
            Line(name, sample, ColumnForm(data, prefix=prefix_of(place)))
            for place, (name, sample) in enumerate(zip(header, samples, strict=True))
        ]
    )


def columns_of(page: ColumnsPage, codes: Mapping[str, str]) -> tuple[Column, ...] | None:
    """
    What the page says, or nothing while something is wrong; the page then says what.

    :param codes: by name in any language, the dimensions that the organisation knows.
    """
    page.checked = True
    if page.wrong:
        return None
    columns = tuple(_column(line, codes) for line in page.lines)
    by_name = {line.name: line for line in page.lines}
    for flaw in flaws(columns):
        _tell(page, by_name.get(flaw.column), flaw)
    return None if page.whole or page.wrong else columns


def _column(line: Line, codes: Mapping[str, str]) -> Column:
    said = line.form.cleaned_data
    kind = ColumnKind(said["kind"])
    if kind is ColumnKind.IGNORE:
        return Column(line.name)
    dimension = said["dimension"].strip()
    return Column(
        name=line.name,
        kind=kind,
        item=said["item"].strip(),
        text=said["text"].strip(),
        dimension=codes.get(dimension.casefold(), dimension),
        reverse=said["reverse"],
        coding=said["coding"],
        scale=said["scale"],
    )


def _tell(page: ColumnsPage, line: Line | None, flaw: Flaw) -> None:
    if line is None:
        page.whole.append(sentence_of_flaw(flaw))
    else:
        line.form.add_error(_BESIDE.get(flaw.code, "item"), sentence_of_flaw(flaw))


def filled(data: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """The fields after "fill in several at once": what was said, in every named column."""
    kept = dict(data.items())
    for place in _named(data.get("fill_names", ""), header):
        for name in ("kind", "dimension", "scale"):
            if said := data.get(f"fill_{name}", ""):
                kept[f"{prefix_of(place)}-{name}"] = said
    return kept


def _named(patterns: str, header: Sequence[str]) -> Iterator[int]:
    """The columns that some pattern names: e*, Q? or a whole name."""
    wanted = patterns.replace(",", " ").split()
    for place, name in enumerate(header):
        if any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in wanted):
            yield place
