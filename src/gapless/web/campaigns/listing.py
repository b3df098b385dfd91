"""What the list of campaigns shows, on the page and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gapless.core.text import said
from gapless.evaluation.campaigns import progress, queries
from gapless.evaluation.campaigns.choices import CollectorKind, State
from gapless.people.org.rules import Policy

from .forms import period_of

if TYPE_CHECKING:
    from datetime import date

    from gapless.core.files.exports import Cell
    from gapless.evaluation.campaigns.models import Campaign, CampaignQuerySet
    from gapless.people.org.rules import Viewer

SORTS = ("starts_at", "ends_at", "state", "version__form__code", "within__path")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; a value that nobody could have chosen counts as not asked."""

    words: str
    state: str
    sort: str

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.state)


@dataclass(frozen=True, slots=True)
class Row:
    campaign: Campaign
    starts_on: date
    ends_on: date
    answers: int  # about the viewer's units
    target: int | None  # of the whole campaign, for those who see all of it
    kinds: tuple[CollectorKind, ...]


def asked(query: Mapping[str, str]) -> Asked:
    state, sort = query.get("state", ""), query.get("sort", "")
    return Asked(
        words=query.get("q", "").replace("\0", "").strip(),
        state=state if state in State.values else "",
        sort=sort if sort.removeprefix("-") in SORTS else "-starts_at",
    )


def found(viewer: Viewer, listing: Asked) -> CampaignQuerySet:
    campaigns = queries.visible_campaigns(viewer)
    if listing.words:
        campaigns = campaigns.matching(listing.words)
    if listing.state:
        campaigns = campaigns.in_state(State(listing.state))
    return campaigns.prefetch_related("collectors").order_by(listing.sort, "-pk")


def rows(viewer: Viewer, campaigns: Iterable[Campaign]) -> Iterator[Row]:
    campaigns = list(campaigns)
    answers = progress.answers_of(viewer, campaigns)
    for campaign in campaigns:
        whole = viewer.holds_at(Policy.SEE_CAMPAIGNS, campaign.within.path)
        open_ = [c.kind for c in campaign.collectors.all() if c.revoked_at is None]
        yield Row(
            campaign,
            **period_of(campaign),
            answers=answers.get(campaign.pk, 0),
            target=campaign.target if whole else None,
            kinds=tuple(kind for kind in CollectorKind if kind in open_),
        )


def header() -> list[str]:
    return [
        _("Campaign"),
        _("State"),
        _("Questionnaire"),
        _("Version"),
        _("Whose campaign"),
        _("First day"),
        _("Last day"),
        _("Answers within your reach"),
        _("Answers wanted"),
        _("Collectors"),
    ]


def table(viewer: Viewer, listing: Asked) -> Iterator[list[Cell]]:
    for row in rows(viewer, found(viewer, listing)):
        campaign = row.campaign
        yield [
            said(campaign.name),
            str(State(campaign.state).label),
            campaign.version.form.code,
            campaign.version.number,
            campaign.within.name,
            row.starts_on,
            row.ends_on,
            row.answers,
            row.target,
            "; ".join(str(kind.label) for kind in row.kinds),
        ]
