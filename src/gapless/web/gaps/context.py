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
from gapless.evaluation.gaps.queries import (
    GapPage,
    gap_page,
    months_for,
    versions_for,
)
from gapless.people.org.queries import tops, visible_units
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
    versions: tuple[FormVersion, ...]  # those with evidence of this unit
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
    if unit is None:
        return None
    versions = list(versions_for(request.viewer, unit=unit))
    version = _version(request) or _answered_last(request, unit, versions)
    if version is None:
        return None
    months = tuple(months_for(request.viewer, unit=unit, version=version))
    with_flagged = request.GET.get("flagged") != "without"
    period = _period(request, months)
    return Context(unit, version, period, months, tuple(versions), with_flagged)


def page_of(request: Request, context: Context) -> GapPage:
    return gap_page(
        request.viewer,
        unit=context.unit,
        period=context.period,
        version=context.version,
        with_flagged=context.with_flagged,
    )


def _unit(request: Request) -> Unit | None:
    asked = request.GET.get("unit")
    if not asked:
        highest = list(tops(request.viewer, Policy.SEE_NUMBERS))
        measured = (
            top for top in highest if versions_for(request.viewer, unit=top).exists()
        )
        return next(measured, highest[0] if highest else None)
    unit: Unit = get_object_or_404(visible_units(request.viewer), pk=_number(asked))
    if not request.viewer.holds_at(Policy.SEE_NUMBERS, unit.path):
        raise PermissionDenied(Policy.SEE_NUMBERS.value)
    return unit


def _version(request: Request) -> FormVersion | None:
    asked = request.GET.get("version")
    if not asked:
        return None
    return get_object_or_404(versions_for(request.viewer), pk=_number(asked))


def _answered_last(
    request: Request, unit: Unit, versions: list[FormVersion]
) -> FormVersion | None:
    """Not the form published last: whoever imports an old file still finds the new one."""
    if len(versions) < 2:
        return versions[0] if versions else None
    return max(
        versions,
        key=lambda version: months_for(request.viewer, unit=unit, version=version)[-1:],
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)


def _period(request: Request, months: tuple[date, ...]) -> Period:
    if asked := request.GET.get("period"):
        try:
            return Period.parse(asked)
        except ValueError:
            raise Http404 from None
    return Period.containing(months[-1], Grain.QUARTER) if months else ALL_TIME
