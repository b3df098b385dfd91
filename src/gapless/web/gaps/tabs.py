"""The pages about the same numbers, side by side above each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapless.analytics.answers import Kind

from .context import Context

PAGES: tuple[tuple[str, Promise, Kind | None], ...] = (
    ("index", _("Gaps"), None),
    ("heatmap", _("Heat map"), None),
    ("trend", _("Trend"), None),
    ("compare", _("Compare"), None),
    ("importance", _("Importance"), None),
    ("zone", _("Zone of tolerance"), Kind.ZONE),
    ("distribution", _("Distribution"), None),
    ("health", _("Health of the form"), None),
)
"""By the name of the address; the last says what a form must ask for the page to be."""


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    title: Promise
    url: str


def tabs_of(context: Context) -> Iterator[Tab]:
    for name, title, needed in PAGES:
        if needed is None or needed in context.kinds:
            yield Tab(name, title, context.address(f"gaps:{name}"))
