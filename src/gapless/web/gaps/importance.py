"""The importance–performance map: what is important and weak, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gapless.core.files.exports import csv_response, xlsx_response
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
from .context import Context, context_of, page_of
from .measures import names_in
from .views import nothing_of, shell_of

if TYPE_CHECKING:
    from gapless.analytics.answers import Layout

REMEMBERED = "importance"


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
        return urlencode({**self.context.chosen, **_pairs(self.asked)})


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
    remembered = request.session.get(REMEMBERED, {})
    said = {
        name: request.GET.get(name, remembered.get(name, ""))
        for name in ("by", "against", "cross")
    }
    by = importances(layout)
    if not by:
        return None
    if said != {"by": "", "against": "", "cross": "", **remembered}:
        request.session[REMEMBERED] = {name: each[:12] for name, each in said.items()}
    importance = Importance(_chosen(said["by"], by))
    performance = Performance(_chosen(said["against"], performances(layout, importance)))
    cross = Cross(_chosen(said["cross"], crosses(performance)))
    return Asked(importance, performance, cross)


def _chosen(said: str, offered: tuple[str, ...]) -> str:
    return said if said in offered else offered[0]


def _pairs(asked: Asked) -> dict[str, str]:
    """As an address writes it."""
    return {
        "by": asked.importance.value,
        "against": asked.performance.value,
        "cross": asked.cross.value,
    }


@policy(Policy.SEE_NUMBERS)
@require_safe
def index(request: Request) -> HttpResponse:
    context = context_of(request)
    if context is None:
        return render(request, "gaps/empty.html", nothing_of(request))
    found = found_for(request, context)
    shown: dict[str, Any] = {**shell_of(context), "found": found}
    if found:
        shown |= {"choices": _choices(found), "dimensional": _dimensional(found)}
        shown |= _drawn(found) if found.placed.whole else {}
    return render(request, "gaps/importance.html", shown)


def _dimensional(found: Found) -> bool:
    return found.asked.importance is Importance.POINTS


def _choices(found: Found) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """What else the map could show: a title, and each choice with its value."""
    asked, layout = found.asked, found.layout
    offered: list[tuple[str, str, tuple[str, ...], str]] = [
        (
            "by",
            words.choice("by"),
            importances(layout),
            asked.importance,
        ),
        (
            "against",
            words.choice("against"),
            performances(layout, asked.importance),
            asked.performance,
        ),
        ("cross", words.choice("cross"), crosses(asked.performance), asked.cross),
    ]
    return [
        (
            title,
            [
                (words.option(each), _address(found, name, each), each == current)
                for each in every
            ],
        )
        for name, title, every, current in offered
        if len(every) > 1
    ]


def _address(found: Found, name: str, value: str) -> str:
    said = {**_pairs(found.asked), name: str(value)}
    return f"{found.context.address('gaps:importance')}&{urlencode(said)}"


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
        "axes": words.axes(found.asked),
        "verdict": words.verdict(lines),
        "beside": words.beside(found.placed, lines),
        "note": words.note(found.asked),
    }


# --- Files ----------------------------------------------------------------------------


@policy(Policy.SEE_NUMBERS)
@require_safe
def table_csv(request: Request) -> HttpResponse:
    name, found = _exported(request)
    return csv_response(f"{name}.csv", rows.header(), rows.file_rows(found))


@policy(Policy.SEE_NUMBERS)
@require_safe
def table_xlsx(request: Request) -> HttpResponse:
    name, found = _exported(request)
    return xlsx_response(f"{name}.xlsx", rows.header(), rows.file_rows(found))


def _exported(request: Request) -> tuple[str, list[rows.Row]]:
    context = context_of(request)
    found = found_for(request, context) if context else None
    if context is None or found is None:
        raise Http404
    without = "" if context.with_flagged else "-without-flagged"
    name = f"importance-{context.unit.code}-{context.period}{without}"
    return name, rows.rows_of(found.placed, found.names, context)
