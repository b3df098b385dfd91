"""The trend page: one measure or several over time, and what happened meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from gapless.analytics.periods import Grain
from gapless.analytics.summaries import Measure
from gapless.evaluation.gaps.events import marks_of, visible_events
from gapless.evaluation.gaps.trends import Months, Trends, trends, versions_with
from gapless.people.org.rules import Policy
from gapless.web import pictures_trend as pictures
from gapless.web.http import Request

from . import measures, trend_rows, trend_words
from .context import Context, drawn_as
from .event_forms import EventForm
from .pages import Table, file_name, files, gap_page

LINES_AT_MOST = 4
GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)


@dataclass(frozen=True, slots=True)
class Asked:
    """How the trend is to be drawn: from its address, else as it was drawn last."""

    by: str
    kind: str  # "perception", or nothing for the gap
    of: tuple[str, ...]

    @property
    def grain(self) -> Grain | None:
        return Grain(self.by) if self.by else None

    @property
    def perceived(self) -> bool:
        return self.kind == "perception"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        said = [("by", self.by), ("kind", self.kind)]
        return [(name, value) for name, value in said if value]


def asked_of(request: Request) -> Asked:
    said = drawn_as(request, "trend", {"by": "", "kind": ""})
    return Asked(
        said["by"] if said["by"] in {grain.value for grain in GRAINS} else "",
        "perception" if said["kind"] == "perception" else "",
        tuple(dict.fromkeys(request.GET.getlist("line")))[:LINES_AT_MOST],
    )


@dataclass(frozen=True)
class Found:
    """A choice, its trends, and the measures that are drawn."""

    context: Context
    asked: Asked
    months: Months
    trends: Trends
    names: dict[str, str]

    @property
    def offered(self) -> list[Measure]:
        return measures.offered(self.trends.measures, perceived=self.asked.perceived)

    @property
    def chosen(self) -> list[Measure]:
        """What is asked for and exists; else the first of all."""
        by_target = {measure.target: measure for measure in self.offered}
        wanted = [by_target[each] for each in self.asked.of if each in by_target]
        return wanted or self.offered[:1]

    def address(self, of: list[str] | None = None, **changes: str) -> str:
        """The same page, drawn otherwise."""
        said = [(n, v) for n, v in self.asked.pairs if n not in changes]
        said += [(name, value) for name, value in changes.items() if value]
        targets = [m.target for m in self.chosen] if of is None else of
        said += [("line", target) for target in targets]
        return self.context.address("gaps:trend", *said)


def found_for(request: Request, context: Context) -> Found | None:
    """The trends asked for; None where the form has nothing that could be followed."""
    asked = asked_of(request)
    months = versions_with(request.viewer, context.selection)
    found = trends(request.viewer, context.selection, months, grain=asked.grain)
    if found is None or not found.measures:
        return None
    names = measures.names_in(context.version)
    return Found(context, asked, months, found, names)


@gap_page("gaps/trend.html")
def index(request: Request, context: Context) -> dict[str, Any]:
    found = found_for(request, context)
    if found is None:
        return {}
    return {"found": found, **_drawn(request, found), **_choices(found)}


def _drawn(request: Request, found: Found) -> dict[str, Any]:
    lines = trend_rows.lines_of(found.trends, found.chosen, found.names)
    lead, unit = lines[0].trend, found.context.unit
    marks = marks_of(request.viewer, unit, found.months, now=now())
    own = visible_events(request.viewer).filter(unit__path__in=[unit.path])
    editable = frozenset(own.values_list("pk", flat=True))
    happened = trend_rows.happened(marks, found.trends.periods, editable)
    flags = [each.drawn for each in happened]
    may_note = request.viewer.holds_at(Policy.NOTE_EVENTS, unit.path)
    return {
        "lines": lines,
        "lead": lead,
        "wide": trend_rows.picture(lines, flags, pictures.WIDE),
        "narrow": trend_rows.picture(lines, flags, pictures.NARROW),
        "smalls": trend_rows.smalls_of(list(_dimensions(found))),
        "rows": trend_rows.rows_of(lines, found.context),
        "latest": trend_rows.latest(lines[0], found.context),
        "happened": happened,
        "sentences": _sentences(lead),
        "form": EventForm(initial={"unit": unit.pk}) if may_note else None,
    }


def _sentences(trend: Any) -> list[str]:
    """What can be concluded, and what must be said beside."""
    if trend.last is None:
        return [_("In no period are there enough answers to show anything.")]
    said = [trend_words.change(trend, each) for each in trend.changes]
    said.append(trend_words.still_running(trend.last.period, localdate()))
    said.append(trend_words.gaps_in_line(trend))
    return [sentence for sentence in said if sentence]


def _dimensions(found: Found) -> list[tuple[trend_rows.Line, str]]:
    dimensions = [m for m in found.offered if m.target.startswith("dimension:")]
    return [
        (
            trend_rows.Line(measures.name_of(m, found.names), found.trends.trend(m)),
            found.address(of=[m.target]),
        )
        for m in dimensions
    ]


def _choices(found: Found) -> dict[str, Any]:
    """The same page drawn otherwise, as links."""
    chosen = [measure.target for measure in found.chosen]
    named = [(m.target, measures.name_of(m, found.names)) for m in found.offered]
    may_add = len(chosen) < min(LINES_AT_MOST, len(named))
    return {
        "grains": [(g.value, found.address(by=g.value)) for g in GRAINS],
        "kinds": [(kind, found.address(kind=kind)) for kind in ("gap", "perception")]
        if measures.has_gaps(found.trends.measures)
        else [],
        "instead": [(t in chosen, name, found.address(of=[t])) for t, name in named],
        "also": [
            (name, found.address(of=[*chosen, t])) for t, name in named if t not in chosen
        ]
        if may_add
        else [],
        "without": [
            (measures.name_of(m, found.names), found.address(of=_less(chosen, m.target)))
            for m in found.chosen
        ]
        if len(chosen) > 1
        else [],
        "kept": found.address().partition("?")[2],
    }


def _less(targets: list[str], one: str) -> list[str]:
    return [target for target in targets if target != one]


# --- Files ----------------------------------------------------------------------------


def _table(request: Request, context: Context) -> Table:
    found = found_for(request, context)
    if found is None:
        raise Http404
    header = (
        _("Period"),
        _("From"),
        _("Code"),
        _("Name"),
        _("Kind"),
        _("Version apart"),
        _("n"),
        _("Value"),
        _("Interval from"),
        _("Interval to"),
        _("State"),
    )
    name = file_name(context, "trend", found.trends.grain.value)
    return Table(name, header, trend_rows.file_rows(found.trends, found.names))


table_csv, table_xlsx = files(_table)
