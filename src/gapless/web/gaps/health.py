"""The health of the form: whether it measures well here, and what follows if not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from gapless.core.files.exports import Cell
from gapless.core.instruments.choices import Flag
from gapless.evaluation.gaps.health import DimensionHealth, Health, health
from gapless.web.http import Request
from gapless_stats.health import Finding, Verdict

from . import health_words as words
from .context import Context, page_of
from .importance_rows import evidence_at
from .measures import names_in
from .pages import Table, file_name, files, gap_page, limits

if TYPE_CHECKING:
    from gapless.evaluation.gaps.report import Target


@dataclass(frozen=True, slots=True)
class Told:
    """One finding, its verdict as a shape and a word, and what to do about it."""

    name: str
    address: str
    finding: Finding
    few: bool = False  # one or two people: the number itself is not shown

    @property
    def word(self) -> str:
        return words.verdict(self.finding.verdict)

    @property
    def glyph(self) -> str:
        return words.glyph(self.finding.verdict)

    @property
    def advice(self) -> str:
        return words.advice(self.finding.verdict)

    @property
    def unsure(self) -> bool:
        """Whether a few more answers may turn the verdict round."""
        return self.finding.interval is not None and not self.finding.sure


@dataclass(frozen=True, slots=True)
class DimensionRow:
    found: DimensionHealth
    name: str
    address: str

    @property
    def told(self) -> list[Told | None]:
        """Alpha of expectation, perception and gap, then the reliability of the gap."""
        found = {side.value: finding for side, finding in self.found.alphas}
        every = [found.get(side) for side in ("expectation", "perception", "gap")]
        every.append(self.found.difference)
        return [Told(self.name, self.address, f) if f else None for f in every]

    @property
    def advice(self) -> list[str]:
        """What to do, each sentence once."""
        verdicts = dict.fromkeys(f.verdict for f in self.found.findings)
        return [words.advice(v) for v in verdicts if v is not Verdict.FINE]


@dataclass(frozen=True)
class Found:
    """The health of the chosen form where it was chosen."""

    context: Context
    health: Health
    names: dict[str, str]
    answered: bool

    @property
    def dimensions(self) -> list[DimensionRow]:
        return [
            DimensionRow(
                each, self._name(each.target), evidence_at(self.context, each.target)
            )
            for each in self.health.dimensions
            if each.findings
        ]

    @property
    def paired(self) -> bool:
        """Whether there is an expectation beside perception."""
        return any(len(each.alphas) > 1 for each in self.health.dimensions)

    @property
    def flags(self) -> list[Told]:
        return [
            Told(str(Flag(each.flag).label), "", each.finding) for each in self.health.flags
        ]

    @property
    def items(self) -> list[Told]:
        """Those of whom anybody says that they do not apply, the largest share first."""
        return [
            Told(self._name(e.target), self._spread(e.target), e.finding, e.few)
            for e in self.health.items
            if e.finding.value
        ]

    @property
    def untouched(self) -> int:
        """How many items apply to everybody."""
        return sum(not each.finding.value for each in self.health.items)

    def _name(self, target: Target) -> str:
        return self.names.get(str(target)) or target.code

    def _spread(self, target: Target) -> str:
        """How the item was answered; not every one has a row in the gap table."""
        return self.context.address("gaps:distribution", ("item", target.code))


def found_for(request: Request, context: Context) -> Found:
    page = page_of(request, context)
    found = health(page.layout, page.schema, page.cell, page.report, page.may_show)
    return Found(context, found, names_in(context.version), bool(page.answers))


@gap_page("gaps/health.html")
def index(request: Request, context: Context) -> dict[str, Any]:
    found = found_for(request, context)
    if not found.health.findings:
        return {"found": found}
    summary = words.summary(found.health.findings)
    leading = words.leading(found.health.dimensions, found.names)
    return {"found": found, "sentences": [each for each in (leading, summary) if each]}


# --- Files ----------------------------------------------------------------------------


def _table(request: Request, context: Context) -> Table:
    name = file_name(context, "health", context.period)
    return Table(name, _header(), _file_rows(found_for(request, context)))


table_csv, table_xlsx = files(_table)


def _header() -> list[str]:
    return [
        _("Finding"),
        _("Name"),
        _("n"),
        _("Value"),
        _("Interval from"),
        _("Interval to"),
        _("Limit"),
        _("Verdict"),
        _("Certain"),
    ]


def _file_rows(found: Found) -> Iterator[tuple[Cell, ...]]:
    for row in found.dimensions:
        for kind, told in zip(words.measured(), row.told, strict=True):
            if told:
                yield _line(kind, told)
    for told in found.flags:
        yield _line(_("Careless answers"), told)
    for told in found.items:
        yield _line(_("Does not apply"), told)


def _line(kind: str, told: Told) -> tuple[Cell, ...]:
    """A number of one or two people is an empty cell, as on the page."""
    finding = told.finding
    return (
        kind,
        told.name,
        finding.n,
        None if told.few else finding.value,
        *limits(None if told.few else finding.interval),
        finding.limit,
        told.word,
        _("yes") if finding.sure else _("no"),
    )
