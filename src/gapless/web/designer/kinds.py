"""What can be asked, in the words of somebody who is no expert of questionnaires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapless.core.instruments.choices import ItemKind, Measure
from gapless.core.instruments.designing import fresh, new_item
from gapless.core.instruments.rules import CHOICES, SCALED, ItemDraft, VersionDraft
from gapless.evaluation.surveys.readymade import ready_made

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Offer:
    """One way of asking; ``facts`` is how an item of it begins."""

    key: str
    title: Words
    hint: Words
    kind: ItemKind
    facts: Mapping[str, Any]


def _offer(
    key: str, title: Words, hint: Words, kind: ItemKind | None = None, **facts: Any
) -> Offer:
    return Offer(key, title, hint, kind or ItemKind(key), facts)


TABLE, POINTS = "table", "weight"
"""Offers that make several items at once."""

GROUPS: tuple[tuple[Words, tuple[Offer, ...]], ...] = (
    (
        _("How it was"),
        (
            _offer("score", _("Rating"), _("One statement, rated from low to high.")),
            _offer(
                TABLE,
                _("Table of ratings"),
                _("Several statements below one question, all on one scale."),
                ItemKind.SCORE,
            ),
            _offer(
                "pair",
                _("Expected and experienced"),
                _("One statement rated twice; the difference is the gap."),
            ),
            _offer(
                "zone",
                _("Zone of tolerance"),
                _("The least that is acceptable, what is desired, and how it was."),
                high=9,
            ),
            _offer(
                "expectation",
                _("Expected only"),
                _("For a yearly wave that asks for expectations by themselves."),
            ),
        ),
    ),
    (
        _("All in all"),
        (
            _offer(
                "csat",
                _("Satisfaction (CSAT)"),
                _("How satisfied all in all, on five points."),
                ItemKind.OVERALL,
                measure=Measure.SATISFACTION,
                low=1,
                high=5,
            ),
            _offer(
                "nps",
                _("Recommendation (NPS)"),
                _("How likely to recommend, from 0 to 10."),
                low=0,
                high=10,
            ),
            _offer(
                "ces",
                _("Effort (CES)"),
                _("How easy it was, on seven points."),
                ItemKind.OVERALL,
                measure=Measure.EFFORT,
                low=1,
                high=7,
            ),
            _offer(
                "overall",
                _("Another judgement"),
                _("An overall judgement that is no standard figure."),
            ),
        ),
    ),
    (
        _("Choices"),
        (
            _offer("single", _("One of several"), _("Exactly one answer is chosen.")),
            _offer("multiple", _("Any of several"), _("As many answers as apply.")),
        ),
    ),
    (
        _("Facts and words"),
        (
            _offer("number", _("A number"), _("Minutes, visits, an amount.")),
            _offer("date", _("A date"), _("A day of the calendar.")),
            _offer("text", _("Free text"), _("A comment in the customer's own words.")),
        ),
    ),
    (
        _("What matters"),
        (
            _offer(
                POINTS,
                _("100 points among the dimensions"),
                _("Shows how important each dimension is; one line for each."),
            ),
        ),
    ),
)
OFFERS = {offer.key: offer for _title, offers in GROUPS for offer in offers}


def begun(draft: VersionDraft, offer: Offer) -> ItemDraft:
    """
    An item as it begins. A standard figure is asked in the words of our ready-made
    forms; any other item takes only the words at the ends of its scale from there.
    """
    item = replace(new_item(draft, offer.kind), **offer.facts)
    like = next((each for each in _standard() if offer_of(each) == offer.key), None)
    if like is None:
        return item
    if offer.key in ("csat", "ces", "nps"):
        return replace(like, code=item.code, show_if=(), required=item.required, about="")
    if item.low_label or (like.low, like.high) != (item.low, item.high):
        return item
    return replace(item, low_label=like.low_label, high_label=like.high_label)


def _standard() -> Iterator[ItemDraft]:
    return (item for ready in ready_made() for item in ready.draft.items)


def offer_of(item: ItemDraft) -> str:
    """The key under which this item would be offered."""
    if item.kind is not ItemKind.OVERALL:
        return item.kind.value
    return {Measure.SATISFACTION.value: "csat", Measure.EFFORT.value: "ces"}.get(
        str(item.measure), "overall"
    )


def as_offer(item: ItemDraft, offer: Offer) -> ItemDraft:
    """The same question asked in another way: words and place stay."""
    like = new_item(fresh(), offer.kind)
    facts: dict[str, Any] = {"kind": offer.kind, "measure": ""}
    if item.kind is ItemKind.NPS or item.kind not in SCALED:
        facts |= {"low": like.low, "high": like.high}
    if offer.kind in CHOICES and not item.options:
        facts |= {"options": like.options}
    elif offer.kind not in CHOICES:
        facts |= {"options": ()}
    return replace(item, **facts | dict(offer.facts))
