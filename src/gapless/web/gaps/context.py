"""Which numbers a page is about: unit, period and form version, from its address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from gapless.analytics.answers import Kind
from gapless.analytics.periods import ALL_TIME, Grain, Period, periods_of
from gapless.core.evidence.choices import CollectionMode
from gapless.evaluation.gaps.queries import (
    GapPage,
    gap_page,
    kinds_in,
    months_for,
    strata_for,
    versions_for,
)
from gapless.evaluation.gaps.selection import Selection
from gapless.people.org.queries import tops, visible_units
from gapless.people.org.rules import Policy
from gapless.web.http import Request, require

from .narrowing import Narrowing, narrowings

if TYPE_CHECKING:
    from datetime import date

    from gapless.core.instruments.models import FormVersion
    from gapless.people.org.models import Unit


REMEMBERED = "gaps"
"""Where a session keeps the choice made last."""

LONGEST = 40
"""Characters of one choice of how a page is drawn: the code of an item, at most."""

CHOICES = ("unit", "version", "period", "alone", "flagged", "mode", "within", "group")


@dataclass(frozen=True, slots=True)
class Context:
    """A choice that its viewer may make, and everything else it could have been."""

    selection: Selection
    months: tuple[date, ...]
    versions: tuple[FormVersion, ...]  # those with evidence of this unit
    narrowings: tuple[Narrowing, ...] = ()

    @property
    def kinds(self) -> frozenset[Kind]:
        """What its form asks."""
        return kinds_in(self.selection.version)

    @property
    def narrowed(self) -> str:
        """Which part of the answers is taken, in words; nothing where it is all."""
        return " · ".join(each.taken for each in self.narrowings if each.taken)

    @property
    def unit(self) -> Unit:
        return self.selection.unit

    @property
    def version(self) -> FormVersion:
        return self.selection.version

    @property
    def period(self) -> Period:
        return self.selection.period

    @property
    def with_flagged(self) -> bool:
        return self.selection.with_flagged

    @property
    def chosen(self) -> dict[str, str]:
        """The choice as an address writes it."""
        chosen = self.selection
        choice = {
            "unit": str(chosen.unit.pk),
            "version": str(chosen.version.pk),
            "period": str(chosen.period),
            "alone": "yes" if chosen.alone else "",
            "flagged": "" if chosen.with_flagged else "without",
            "mode": chosen.mode.value if chosen.mode else "",
            "within": chosen.within,
            "group": chosen.group,
        }
        return {name: value for name, value in choice.items() if value}

    @property
    def query(self) -> str:
        """The query string of every link that keeps the choice."""
        return urlencode(self.chosen)

    def address(self, url_name: str, *asked: tuple[str, str], **changes: Any) -> str:
        """
        A page about the same numbers, but for ``changes`` of the selection; ``asked`` is
        what else it is asked.
        """
        other = replace(self, selection=replace(self.selection, **changes))
        return f"{reverse(url_name)}?{urlencode([*other.chosen.items(), *asked])}"

    def periods(self) -> dict[Grain, list[Period]]:
        """The periods that hold answers, newest first, by grain; all time last."""
        grains = (Grain.YEAR, Grain.QUARTER, Grain.MONTH)
        return {grain: periods_of(self.months, grain) for grain in grains} | {
            Grain.ALL: [ALL_TIME]
        }


def context_of(request: Request) -> Context | None:
    """
    The choice that the address makes; where it makes none, the one made last; completed
    by the newest evidence within reach.

    None where there is no evidence within reach at all.

    :raises Http404: for a unit, version or period that does not exist for this viewer.
    :raises PermissionDenied: for a unit in sight whose numbers are not the viewer's.
    """
    asked = _asked(request)
    if not asked.keys() & {"unit", "version", "period"}:
        try:
            return _context(request, _remembered(request) | asked)
        except (Http404, PermissionDenied):
            # What was looked at last is gone, or is no longer theirs.
            request.session.pop(REMEMBERED, None)
    return _context(request, asked)


def _asked(request: Request) -> dict[str, str]:
    return {name: request.GET[name] for name in CHOICES if request.GET.get(name)}


def _remembered(request: Request) -> dict[str, str]:
    found: dict[str, str] = request.session.get(REMEMBERED, {})
    return found


def _context(request: Request, asked: Mapping[str, str]) -> Context | None:
    unit = _unit(request, asked.get("unit"))
    if unit is None:
        return None
    versions = list(versions_for(request.viewer, unit=unit))
    version = _version(request, asked.get("version"))
    version = version or _answered_last(request, unit, versions)
    if version is None:
        return None
    months = tuple(months_for(request.viewer, unit=unit, version=version))
    selection = Selection(
        unit,
        _period(asked.get("period"), months),
        version,
        alone=asked.get("alone") == "yes",
        with_flagged=asked.get("flagged") != "without",
        mode=_mode(asked.get("mode")),
        within=_name(asked.get("within")),
        group=_name(asked.get("group")),
    )
    strata = strata_for(request.viewer, unit=unit, version=version)
    narrow = narrowings(request.viewer, selection, strata)
    offered = {choice.selection for each in narrow for choice in each.choices}
    if selection.within and selection not in offered:
        raise Http404  # a campaign out of reach is like one that does not exist
    context = Context(selection, months, tuple(versions), narrow)
    if request.session.get(REMEMBERED) != context.chosen:
        request.session[REMEMBERED] = context.chosen
    return context


def context_or_404(request: Request) -> Context:
    """:raises Http404: also where there is no evidence within reach."""
    context = context_of(request)
    if context is None:
        raise Http404
    return context


def drawn_as(request: Request, page: str, usual: Mapping[str, str]) -> dict[str, str]:
    """How a page is to be drawn: by its address, else as it was drawn last, else usual."""
    remembered = request.session.get(page, {})
    said = {
        name: request.GET.get(name, remembered.get(name, value))[:LONGEST]
        for name, value in usual.items()
    }
    if said != {**usual, **remembered}:
        request.session[page] = said
    return said


def pairs_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything that the page that is open was asked."""
    return [(name, value) for name, values in request.GET.lists() for value in values]


_OF_ONE_VIEW = ("page", "of", "printed")


def own_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """What it was asked beside the numbers: its lines, its item, its order."""
    left_out = (*CHOICES, *_OF_ONE_VIEW)
    return [(name, value) for name, value in pairs_of(request) if name not in left_out]


def page_of(request: Request, context: Context) -> GapPage:
    return gap_page(request.viewer, context.selection)


def _mode(asked: str | None) -> CollectionMode | None:
    try:
        return CollectionMode(asked) if asked else None
    except ValueError:
        raise Http404 from None


_NAME = re.compile(r"[a-z0-9-]{1,12}")


def _name(asked: str | None) -> str:
    if asked and not _NAME.fullmatch(asked):
        raise Http404
    return asked or ""


def _unit(request: Request, asked: str | None) -> Unit | None:
    if not asked:
        highest = list(tops(request.viewer, Policy.SEE_NUMBERS))
        measured = (
            top for top in highest if versions_for(request.viewer, unit=top).exists()
        )
        return next(measured, highest[0] if highest else None)
    return unit_asked(request, asked)


def unit_asked(request: Request, asked: str) -> Unit:
    """A unit whose numbers are the viewer's; raises as ``context_of`` does."""
    unit: Unit = get_object_or_404(visible_units(request.viewer), pk=_number(asked))
    require(request.viewer, Policy.SEE_NUMBERS, unit.path)
    return unit


def _version(request: Request, asked: str | None) -> FormVersion | None:
    if not asked:
        return None
    return get_object_or_404(versions_for(request.viewer), pk=_number(asked))


def _answered_last(
    request: Request, unit: Unit, versions: list[FormVersion]
) -> FormVersion | None:
    """
    Not the form published last: whoever imports an old file still finds the new one. Of
    those answered within a year of the newest answer, one that measures gaps goes first.
    """
    if len(versions) < 2:
        return versions[0] if versions else None
    last = {
        version: months_for(request.viewer, unit=unit, version=version)[-1:]
        for version in versions
    }
    newest = max(last.values())

    def rank(version: FormVersion) -> tuple[bool, list[date]]:
        recent = [day.year * 12 + day.month for day in (*last[version], *newest)]
        fresh = len(recent) == 2 and recent[1] - recent[0] <= 12
        return fresh and Kind.PAIR in kinds_in(version), last[version]

    return max(versions, key=rank)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)


def period_asked(asked: str) -> Period:
    """:raises Http404: where that is none."""
    try:
        return Period.parse(asked)
    except ValueError:
        raise Http404 from None


def _period(asked: str | None, months: tuple[date, ...]) -> Period:
    if asked:
        return period_asked(asked)
    return Period.containing(months[-1], Grain.QUARTER) if months else ALL_TIME
