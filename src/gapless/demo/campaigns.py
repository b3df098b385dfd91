"""
What customers say in the demo's campaigns, as its forms would send it. Pure.

The same truth as everywhere (``pattern``): a hall that is bad in the gap table is bad
here. Equal seeds give equal answers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np

from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.rules import ItemDraft, Option, SectionDraft, VersionDraft
from gapless.core.text import LanguageMap

from . import pattern as planted
from .company import Company, Hall
from .generator import ladder
from .pattern import Group, Pattern, Place

REASON = "reason"
SCALE = (1, 7)  # of what is planted
COMMENTS = 0.22
PRAISES = 0.10
CONTENT = 6  # a mean from here on is praised, if anything is written
PARTIAL, LEFT, UNDERWAY = 0.05, 0.05, 0.03
"""Who answers most of it, who leaves early for good, and who is still at it."""
HASTY, AGAIN = 0.03, 0.02  # too fast to have read; from a device that was here today
USUAL_SECONDS = 62
LANGUAGES = ("zh-hans", "zh-hant", "en")
SPEAK = (0.94, 0.03, 0.03)
OPEN_FROM, OPEN_FOR = 9, 10  # hours of a day in which people answer


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """One campaign of ``campaigns.toml``."""

    name: LanguageMap
    purpose: str
    within: str
    units: tuple[str, ...]
    starts: int
    ends: int
    state: str
    answers: int
    collectors: tuple[str, ...]
    kiosk: str = ""
    target: int | None = None
    margin: float | None = None
    servqual: bool = False


@dataclass(frozen=True)
class Campaigns:
    """Everything that stands in ``campaigns.toml``."""

    data: Mapping[str, Any]

    @cached_property
    def plans(self) -> tuple[CampaignPlan, ...]:
        return tuple(
            CampaignPlan(**each | {n: tuple(each[n]) for n in ("units", "collectors")})
            for each in self.data["campaigns"]
        )

    @property
    def options(self) -> list[Mapping[str, Any]]:
        options: list[Mapping[str, Any]] = self.data["form"][REASON]["options"]
        return options

    def form(self, pulse: VersionDraft, recommend: ItemDraft) -> VersionDraft:
        """The ready-made pulse, with a question why somebody came, and recommendation."""
        said = self.data["form"][REASON]
        reason = ItemDraft(
            code=REASON,
            kind=ItemKind.SINGLE,
            text=said["text"],
            options=tuple(Option(o["code"], o["text"]) for o in self.options),
            not_applicable=False,
            required=True,
        )
        visit, whole = pulse.sections
        comment = next(i for i in whole.items if i.kind is ItemKind.TEXT)
        judged = (*(i for i in whole.items if i is not comment), recommend)
        # Only what is required can be left out, and make an answer a partial one.
        visit = replace(visit, items=tuple(replace(i, required=True) for i in visit.items))
        judged = tuple(replace(item, required=True) for item in judged)
        return VersionDraft(
            pulse.expectation_type,
            pulse.dimensions,
            (
                SectionDraft(title=said["title"], items=(reason,)),
                visit,
                SectionDraft(title=whole.title, items=(*judged, comment)),
            ),
        )


def read() -> Campaigns:
    source = files("gapless.demo") / "campaigns.toml"
    return Campaigns(tomllib.loads(source.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person who came to the questionnaire, and how far they got."""

    hall: str
    at: datetime
    fields: Mapping[str, list[str]]
    underway: bool  # at this moment; whoever left has closed the page for good
    language: str
    seconds: int
    again: bool  # from a device that answered about this hall a moment ago
    collector: int  # a number to choose among those of the campaign


@dataclass(frozen=True)
class Visits:
    """Who comes to one campaign: so many, between two moments, about these halls."""

    company: Company
    campaigns: Campaigns
    form: VersionDraft
    halls: Sequence[Hall]
    begins: datetime
    until: datetime  # when it is loaded, or the campaign's end
    goes_on: bool  # so that somebody may be in the middle of it
    rng: np.random.Generator

    def drawn(self, n: int) -> list[Visitor]:
        """In the order in which they came."""
        traffic = np.array([hall.customers for hall in self.halls], np.float64)
        chosen = self.rng.choice(len(self.halls), size=n, p=traffic / traffic.sum())
        moments = sorted(self._moments(n))
        places = {place.code: place for place in self.company.places}
        return [
            self._visitor(places[self.halls[hall].code], at)
            for hall, at in zip(chosen.tolist(), moments, strict=True)
        ]

    def _moments(self, n: int) -> Iterator[datetime]:
        days = max(1, (self.until.date() - self.begins.date()).days)
        day = self.begins.replace(hour=OPEN_FROM, minute=0, second=0, microsecond=0)
        for which, when in self.rng.random((n, 2)).tolist():
            after = timedelta(days=int(which * days), seconds=int(when * OPEN_FOR * 3600))
            yield min(max(day + after, self.begins), self.until - timedelta(minutes=1))

    def _visitor(self, place: Place, at: datetime) -> Visitor:
        fields = self._fields(place, at)
        partial, left, underway, hasty, again = self.rng.random(5).tolist()
        busy = self.goes_on and underway < UNDERWAY
        stops = left < LEFT or busy
        if stops or partial < PARTIAL:
            kept = 2 if stops else 1 + len(fields) * 2 // 3
            fields = dict(list(fields.items())[:kept])
        pace = float(self.rng.lognormal(0, 0.35))
        return Visitor(
            hall=place.code,
            at=at,
            fields=fields,
            underway=busy,
            language=str(self.rng.choice(LANGUAGES, p=SPEAK)),
            seconds=9 if hasty < HASTY else max(20, int(USUAL_SECONDS * pace)),
            again=again < AGAIN,
            collector=int(self.rng.integers(1 << 16)),
        )

    def _fields(self, place: Place, at: datetime) -> dict[str, list[str]]:
        """A filled-in form; how content somebody is runs through all of it."""
        group = Group(place, at.date().replace(day=1), self_selected=True)
        pattern = Pattern(at.date().replace(day=1))
        means = {code: pattern.perception(code, group) for code in planted.ITEMS}
        mood = float(self.rng.standard_normal())
        fields: dict[str, list[str]] = {}
        perceived: dict[str, int] = {}
        for item in self.form.items:
            if item.kind is ItemKind.TEXT:
                continue
            if item.kind is ItemKind.SINGLE:
                shares = [option["share"] for option in self.campaigns.options]
                fields[f"q.{item.code}"] = [str(self.rng.choice(len(shares), p=shares))]
                continue
            mean = means.get(item.code, sum(means.values()) / len(means))
            point = self._point(item, mean, mood)
            fields[f"q.{item.code}"] = [str(point)]
            if item.code in planted.ITEMS:
                perceived[item.code] = point
        if words := self._words(perceived):
            fields["q.comment"] = [words]
        return fields

    def _point(self, item: ItemDraft, mean: float, mood: float) -> int:
        rungs = ladder(
            np.array([mean]),
            points=item.high - item.low,
            concentration=planted.PERCEPTION_CONCENTRATION,
        )[0]
        halo = planted.OVERALL_HALO if item.dimension == "" else planted.PERCEPTION_HALO
        own = float(self.rng.standard_normal())
        leaning = halo * mood + (1 - halo * halo) ** 0.5 * own
        return item.low + int((leaning > rungs).sum())

    def _words(self, perceived: Mapping[str, int]) -> str:
        which, when, number = self.rng.random(3).tolist()
        worst = min(perceived, key=perceived.__getitem__)
        if sum(perceived.values()) >= CONTENT * len(perceived):
            praise: list[str] = self.campaigns.data["praise"]
            return praise[int(which * len(praise))] if when < PRAISES else ""
        if when >= COMMENTS:
            return ""
        if number < 0.05:
            return str(self.campaigns.data["with_a_number"])
        said = self.company.comments[worst]
        return said[int(which * len(said))]
