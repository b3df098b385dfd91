"""The importance–performance map: what is important and weak, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gapless.analytics.drivers import outcomes
from gapless.evaluation.gaps.importance import (
    Asked,
    Cross,
    Importance,
    Performance,
    Placed,
    crosses,
    importances,
    performances,
    placed,
)
from gapless.people.org.rules import Policy
from gapless.web import pictures_importance as pictures
from gapless.web.http import Request, policy

from . import importance_rows as rows
from . import importance_words as words
from .context import Context, context_or_404, drawn_as, page_of
from .importance_part import part_in
from .measures import names_in
from .pages import Table, file_name, files, gap_page, shell_of

if TYPE_CHECKING:
    from gapless.analytics.answers import Layout

USUAL = {"by": "", "against": "", "cross": "", "judgement": ""}


@dataclass(frozen=True)
class Found:
    """A choice and its map."""

    context: Context
    placed: Placed
    layout: Layout
    names: dict[str, str]

    @property
    def asked(self) -> Asked:
        return self.placed.asked

    @property
    def kept(self) -> str:
        """The query string of every link that keeps what the map is about."""
        return urlencode({**self.context.chosen, **self.asked.as_written})

    def address(self, **changes: str) -> str:
        """The map of the same numbers, drawn otherwise."""
        said = {**self.asked.as_written, **changes}
        return f"{self.context.address('gaps:importance')}&{urlencode(said)}"


def found_for(request: Request, context: Context) -> Found | None:
    """The map asked for; None where the form does not say what matters."""
    page = page_of(request, context)
    asked = asked_of(request, page.layout)
    if asked is None:
        return None
    found = placed(page.layout, page.schema, page.cell, asked, page.may_show)
    return Found(context, found, page.layout, names_in(context.version))


def asked_of(request: Request, layout: Layout) -> Asked | None:
    """From the address, else as it was last; what the form cannot give is not offered."""
    by = importances(layout)
    if not by:
        return None
    said = drawn_as(request, "importance", USUAL)
    importance = Importance(_chosen(said["by"], by))
    performance = Performance(_chosen(said["against"], performances(layout, importance)))
    cross = Cross(_chosen(said["cross"], crosses(performance)))
    if importance is not Importance.DERIVED:
        return Asked(importance, performance, cross)
    judgements = tuple(question.code for question in outcomes(layout))
    return Asked(importance, performance, cross, _chosen(said["judgement"], judgements))


def _chosen(said: str, offered: tuple[str, ...]) -> str:
    return said if said in offered else offered[0]


@gap_page("gaps/importance.html")
def index(request: Request, context: Context) -> dict[str, Any]:
    found = found_for(request, context)
    if found is None:
        return {}
    shown = {
        "found": found,
        "choices": _choices(found),
        "judgements": _judgements(found),
        "refused": words.refusal(found.placed, found.names),
    }
    return {**shown, **_drawn(found)} if found.placed.whole else shown


def _choices(found: Found) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """What else the map could show: a title, and each choice with its value."""
    asked, layout = found.asked, found.layout
    offered: list[tuple[str, tuple[str, ...], str]] = [
        ("by", importances(layout), asked.importance),
        ("against", performances(layout, asked.importance), asked.performance),
        ("cross", crosses(asked.performance), asked.cross),
    ]
    return [
        (
            words.choice(name),
            [
                (words.option(each), found.address(**{name: str(each)}), each == current)
                for each in every
            ],
        )
        for name, every, current in offered
        if len(every) > 1
    ]


def _judgements(found: Found) -> list[tuple[str, str, bool]]:
    """The overall judgements that importance may be derived from, where it is."""
    if found.asked.importance is not Importance.DERIVED:
        return []
    return [
        (
            words.judgement(found.names, question.code),
            found.address(judgement=question.code),
            question.code == found.asked.outcome,
        )
        for question in outcomes(found.layout)
    ]


def _drawn(found: Found) -> dict[str, Any]:
    lines = rows.rows_of(found.placed, found.names, found.context)
    wide, narrow = (
        rows.picture(found.placed, found.names, size)
        for size in (pictures.WIDE, pictures.NARROW)
    )
    return {
        "rows": lines,
        "likeliest": rows.likeliest(lines),
        "wide": wide,
        "narrow": narrow,
        "derived": found.placed.derived,
        "axes": words.axes(found.asked, found.names),
        "verdict": words.verdict(lines),
        "beside": words.beside(found.placed, lines, found.names),
        "note": words.note(found.placed),
    }


@policy(Policy.SEE_NUMBERS)
@require_safe
def part(request: Request) -> HttpResponse:
    """What lies behind one share of derived importance."""
    if "of" not in request.GET:
        return redirect("gaps:importance")
    context = context_or_404(request)
    found = found_for(request, context)
    shown = found and part_in(found.placed, found.names, request.GET["of"])
    if not found or not shown:
        raise Http404
    template = "gaps/importance_part.html"
    return render(
        request,
        f"{template}#drawer" if request.htmx else template,
        {
            **shell_of(context),
            "part": shown,
            "evidence": rows.evidence_at(context, shown.target),
            "back": f"{reverse('gaps:importance')}?{found.kept}",
        },
    )


# --- Files ----------------------------------------------------------------------------


def _table(request: Request, context: Context) -> Table:
    found = found_for(request, context)
    if found is None:
        raise Http404
    lines = rows.rows_of(found.placed, found.names, context)
    name = file_name(context, "importance", context.period)
    return Table(name, rows.header(found.asked), rows.file_rows(lines))


table_csv, table_xlsx = files(_table)
