"""Which numbers a page is about: unit, period and form version, from its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from gapless.analytics.periods import ALL_TIME, Grain, Period, periods_of
from gapless.evaluation.gaps.queries import GapPage, gap_page, months_for, versions_for
from gapless.people.org.queries import units_for, visible_units
from gapless.people.org.rules import Policy
from gapless.web.http import Request

if TYPE_CHECKING:
    from datetime import date

    from gapless.core.instruments.models import FormVersion
    from gapless.people.org.models import Unit


@dataclass(frozen=True, slots=True)
class Context:
    """A choice that its viewer may make, and everything else it could have been."""

    unit: Unit
    version: FormVersion
    period: Period
    months: tuple[date, ...]
    with_flagged: bool = True

    @property
    def chosen(self) -> dict[str, str]:
        """The choice as an address writes it."""
        choice = {
            "unit": str(self.unit.pk),
            "version": str(self.version.pk),
            "period": str(self.period),
        }
        return choice if self.with_flagged else choice | {"flagged": "without"}

    @property
    def query(self) -> str:
        """The query string of every link that keeps the choice."""
        return urlencode(self.chosen)

    def address(self, url_name: str, **changes: Any) -> str:
        """A page about the same numbers, but for ``changes``."""
        return f"{reverse(url_name)}?{replace(self, **changes).query}"

    def periods(self) -> dict[Grain, list[Period]]:
        """The periods that hold answers, newest first, by grain; all time last."""
        grains = (Grain.YEAR, Grain.QUARTER, Grain.MONTH)
        return {grain: periods_of(self.months, grain) for grain in grains} | {
            Grain.ALL: [ALL_TIME]
        }


def context_of(request: Request) -> Context | None:
    """
    The choice that the address makes, completed by the newest evidence within reach.

    None where there is no evidence within reach at all.

    :raises Http404: for a unit, version or period that does not exist for this viewer.
    :raises PermissionDenied: for a unit in sight whose numbers are not the viewer's.
    """
    unit = _unit(request)
    versions = versions_for(request.viewer)
    if asked := request.GET.get("version"):
        version = get_object_or_404(versions, pk=asked) if asked.isdecimal() else None
        if version is None:
            raise Http404
    else:
        version = versions.first()
    if unit is None or version is None:
        return None
    months = tuple(months_for(request.viewer, unit=unit, version=version))
    return Context(
        unit,
        version,
        _period(request, months),
        months,
        request.GET.get("flagged") != "without",
    )


def page_of(request: Request, context: Context) -> GapPage:
    return gap_page(
        request.viewer,
        unit=context.unit,
        period=context.period,
        version=context.version,
        with_flagged=context.with_flagged,
    )


def _unit(request: Request) -> Unit | None:
    allowed = units_for(request.viewer, Policy.SEE_NUMBERS)
    asked = request.GET.get("unit")
    if not asked:
        first: Unit | None = allowed.first()
        return first
    if not asked.isdecimal():
        raise Http404
    unit: Unit = get_object_or_404(visible_units(request.viewer), pk=asked)
    if not request.viewer.holds_at(Policy.SEE_NUMBERS, unit.path):
        raise PermissionDenied(Policy.SEE_NUMBERS.value)
    return unit


def _period(request: Request, months: tuple[date, ...]) -> Period:
    if asked := request.GET.get("period"):
        try:
            return Period.parse(asked)
        except ValueError:
            raise Http404 from None
    return Period.containing(months[-1], Grain.QUARTER) if months else ALL_TIME
