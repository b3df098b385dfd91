"""The page on which each column of a file gets its kind, as fields and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.flaws import Flaw, flaws
from gapless.core.imports.mapping import (
    CHOICES,
    ITEMS,
    Column,
    written,
    written_options,
)
from gapless.core.imports.profiles import Profile
from gapless.core.imports.words import sentence_of_flaw

from .column_form import UNDECIDED, ColumnForm

# Next to which field of its column a flaw is told.
_BESIDE = {
    "kind_twice": "kind",
    "two_dimensions": "dimension",
    "dimension_too_long": "dimension",
    "weight_without_dimension": "dimension",
    "unknown_weight_dimension": "dimension",
    "weight_twice": "dimension",
    "two_scales": "scale",
    "too_few_options": "options",
    "too_many_options": "options",
    "option_twice": "options",
    "groups_twice": "groups",
}

SHOWN = {
    "all": _("All"),
    "used": _("Used"),
    "undecided": _("To be decided"),
    "left": _("Left out"),
    "wrong": _("To correct"),
}
"""Which columns the page can be narrowed to."""

PAIRED_UP = (
    ColumnKind.EXPECTATION,
    ColumnKind.PERCEPTION,
    ColumnKind.LEAST,
    ColumnKind.DESIRED,
)
"""Sides of one item: somebody must say which item, its own name says nothing."""


@dataclass
class Line:
    """One column on the page: what it holds, and its fields."""

    profile: Profile
    form: ColumnForm
    label: str = ""  # what an SPSS file calls it
    personal: bool = False
    hidden: bool = False

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def state(self) -> str:
        kind = self.form["kind"].value()
        if kind == UNDECIDED:
            return "undecided"
        return "left" if kind == ColumnKind.IGNORE else "used"

    @property
    def said_more(self) -> str:
        """What is said of it beyond what its row shows, in short."""
        names = ("scale", "not_applicable", "missing", "separator", "option")
        return " · ".join(str(said) for name in names if (said := self.form[name].value()))


@dataclass
class ColumnsPage:
    lines: list[Line]
    whole: list[str] = field(default_factory=list)  # what is wrong, but with no one column
    checked: bool = False
    show: str = "all"
    words: str = ""

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if self.checked and line.form.errors]

    @property
    def personal(self) -> list[str]:
        return [line.name for line in self.lines if line.personal]

    @cached_property
    def choices(self) -> list[tuple[str, object, int]]:
        """What the page can be narrowed to: value, words, and how many columns."""
        counted = Counter(line.state for line in self.lines)
        counted |= {"all": len(self.lines), "wrong": len(self.wrong)}
        always = ("all", "used")
        return [(v, w, counted[v]) for v, w in SHOWN.items() if counted[v] or v in always]

    def narrow(self, show: str, words: str) -> None:
        """Hide what was not asked for. Hidden columns keep what was said of them."""
        self.show = show if show in SHOWN else "all"
        self.words = words.strip()
        wrong = {line.name for line in self.wrong}
        for line in self.lines:
            states = {"all", line.state, "wrong" if line.name in wrong else "all"}
            named = self.words.casefold() in _findable(line)
            line.hidden = not (named and self.show in states)

    @property
    def nothing_shown(self) -> bool:
        return all(line.hidden for line in self.lines)


def _findable(line: Line) -> str:
    return " ".join((line.name, line.label, *line.profile.samples)).casefold()


def prefix_of(place: int) -> str:
    return f"c{place}"


def fields_of(columns: Sequence[Column], undecided: frozenset[str]) -> dict[str, str]:
    """Columns as a browser would post them; ``undecided`` names those left open."""
    data: dict[str, str] = {}
    for place, column in enumerate(columns):
        choice = column.kind in CHOICES
        said = {
            "kind": UNDECIDED if column.name in undecided else column.kind.value,
            "item": column.item,
            "text": column.text,
            "dimension": column.dimension,
            "reverse": "on" if column.reverse else "",
            "scale": str(column.scale) if column.scale else "",
            "coding": "" if choice else written(column.coding).replace("\n", "; "),
            "missing": ", ".join(column.missing),
            "not_applicable": ", ".join(column.not_applicable),
            "options": written_options(column) if choice else "",
            "separator": column.separator,
            "option": column.option,
            "groups": "on" if column.groups else "",
            "decimals": str(column.decimals or ""),
        }
        data |= {f"{prefix_of(place)}-{name}": value for name, value in said.items()}
    return data


def page_of(
    found: Sequence[Profile],
    data: Mapping[str, str],
    *,
    labels: Mapping[str, str],
    personal: frozenset[str],
) -> ColumnsPage:
    return ColumnsPage(
        [
            Line(
                profile,
                ColumnForm(data, prefix=prefix_of(place)),
                label=labels.get(profile.name, ""),
                personal=profile.name in personal,
            )
            for place, profile in enumerate(found)
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
    kind = ColumnKind(said["kind"] or ColumnKind.IGNORE)
    if kind not in ITEMS:
        return Column(line.name, kind)
    choice = kind in CHOICES
    options, cells = said["options"]
    alone = "" if kind in PAIRED_UP else line.name[:40]
    return Column(
        name=line.name,
        kind=kind,
        item=said["item"].strip() or alone,
        text=said["text"].strip() or line.label or line.name,
        dimension=_dimension(said["dimension"].strip(), codes),
        reverse=said["reverse"],
        coding=cells if choice else said["coding"],
        scale=said["scale"],
        missing=said["missing"],
        not_applicable=said["not_applicable"],
        options=options if choice else (),
        separator=said["separator"] if kind is ColumnKind.MULTIPLE else "",
        option=said["option"].strip() if kind is ColumnKind.MULTIPLE else "",
        groups=said["groups"] and kind is ColumnKind.SINGLE,
        decimals=said["decimals"] or 0,
    )


def _dimension(said: str, codes: Mapping[str, str]) -> str:
    return codes.get(said.casefold(), said)


def _tell(page: ColumnsPage, line: Line | None, flaw: Flaw) -> None:
    if line is None:
        page.whole.append(sentence_of_flaw(flaw))
    else:
        line.form.add_error(_BESIDE.get(flaw.code, "item"), sentence_of_flaw(flaw))


FILLED = ("kind", "dimension", "scale", "missing", "not_applicable")
"""What can be said of many columns at once."""


def filled(data: MultiValueDict[str, str], header: Sequence[str]) -> dict[str, str]:
    """The fields after "fill in several at once": what was said, in every chosen column."""
    kept: dict[str, str] = {name: str(said) for name, said in data.items()}
    for place in sorted({*_named(data.get("fill_names", ""), header), *_range(data)}):
        for name in FILLED:
            if said := data.get(f"fill_{name}", ""):
                kept[f"{prefix_of(place)}-{name}"] = said
    return kept


def _named(patterns: str, header: Sequence[str]) -> Iterator[int]:
    """The columns that some pattern names: e*, Q? or a whole name."""
    wanted = patterns.replace(",", " ").casefold().split()
    for place, name in enumerate(header):
        if any(fnmatchcase(name.casefold(), pattern) for pattern in wanted):
            yield place


def _range(data: Mapping[str, str]) -> range:
    """From one column to another, both included."""
    first, last = data.get("fill_from", ""), data.get("fill_to", "")
    if not (first.isdecimal() and last.isdecimal()):
        return range(0)
    return range(min(int(first), int(last)), max(int(first), int(last)) + 1)
