"""How a page about the numbers begins, and how its table is taken away as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeAlias

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gapless.core.files.exports import Cell, csv_response, xlsx_response
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from gapless_stats.intervals import Interval

from .context import Context, context_of, context_or_404

Shown: TypeAlias = dict[str, Any]
View: TypeAlias = Callable[[Request], HttpResponse]


def gap_page(
    template: str,
) -> Callable[[Callable[[Request, Context], Shown]], View]:
    """
    A page about the numbers chosen. What is decorated says what the template shows beside
    the choice; where nobody has answered yet, the page says what to do instead.
    """

    def made(shown_of: Callable[[Request, Context], Shown]) -> View:
        @policy(Policy.SEE_NUMBERS)
        @require_safe
        @wraps(shown_of)
        def view(request: Request) -> HttpResponse:
            context = context_of(request)
            if context is None:
                return render(request, "gaps/empty.html", nothing_of(request))
            shown = {**shell_of(context), **shown_of(request, context)}
            return render(request, template, shown)

        return view

    return made


def nothing_of(request: Request) -> Shown:
    """What a page says where nobody has answered yet: who may change that."""
    return {"may_import": request.viewer.holds(Policy.IMPORT)}


def shell_of(context: Context) -> Shown:
    """What the top bar shows of the choice, and whether the numbers are made up."""
    return {"context": context, "simulated": context.unit.simulated}


# --- Files ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a page, unrounded; what is withheld is empty, and its n too."""

    name: str  # of the file, without what it ends in
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def files(table_of: Callable[[Request, Context], Table]) -> tuple[View, View]:
    """The two addresses under which a table is taken away: as CSV and as XLSX."""

    @policy(Policy.SEE_NUMBERS)
    @require_safe
    def table_csv(request: Request) -> HttpResponse:
        table = table_of(request, context_or_404(request))
        return csv_response(f"{table.name}.csv", table.header, table.rows)

    @policy(Policy.SEE_NUMBERS)
    @require_safe
    def table_xlsx(request: Request) -> HttpResponse:
        table = table_of(request, context_or_404(request))
        return xlsx_response(f"{table.name}.xlsx", table.header, table.rows)

    return table_csv, table_xlsx


def file_name(context: Context, page: str, *about: object) -> str:
    """The page, the unit, what it is ``about``; and whether flagged answers are out."""
    without = () if context.with_flagged else ("without-flagged",)
    return "-".join(map(str, (page, context.unit.code, *about, *without)))


def limits(found: Interval | None) -> tuple[float, float] | tuple[None, None]:
    """Two cells: from where to where."""
    return (found.low, found.high) if found else (None, None)
