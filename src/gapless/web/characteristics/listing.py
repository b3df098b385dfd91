"""What the list of characteristics shows, on the page and as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from gapless.core.text import LANGUAGES
from gapless.requirements.characteristics import queries
from gapless.requirements.characteristics.choices import State

if TYPE_CHECKING:
    from gapless.people.org.rules import Viewer
    from gapless.requirements.characteristics.models import (
        CharacteristicQuerySet,
        Dimension,
        DimensionSet,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; a value that nobody could have chosen counts as not asked."""

    sets: list[DimensionSet]
    dimension_set: DimensionSet | None
    dimensions: list[Dimension]
    dimension: Dimension | None
    state: str
    words: str

    @property
    def narrowed(self) -> list[str]:
        """What narrows the list, in words, to be named where nothing is left."""
        state = State(self.state).label if self.state else ""
        return [str(by) for by in (self.words, self.dimension, state) if by]


def asked(viewer: Viewer, query: Mapping[str, str]) -> Asked:
    sets = list(queries.visible_dimension_sets(viewer))
    chosen = next(
        (s for s in sets if s.code == query.get("set")), sets[0] if sets else None
    )
    dimensions = list(queries.visible_dimensions(viewer).filter(dimension_set=chosen))
    state = query.get("state", "")
    return Asked(
        sets=sets,
        dimension_set=chosen,
        dimensions=dimensions,
        dimension=next((d for d in dimensions if d.code == query.get("dimension")), None),
        state=state if state in State.values else "",
        words=query.get("q", "").strip(),
    )


def found(viewer: Viewer, listing: Asked) -> CharacteristicQuerySet:
    characteristics = queries.visible_characteristics(viewer)
    if listing.dimension_set:
        characteristics = characteristics.placed_in(listing.dimension_set)
    if listing.dimension:
        characteristics = characteristics.lying_in(listing.dimension)
    if listing.state:
        characteristics = characteristics.in_state(listing.state)
    if listing.words:
        characteristics = characteristics.matching(listing.words)
    return characteristics


def header(listing: Asked) -> list[str]:
    names = [
        _("Name (%(language)s)") % {"language": get_language_info(language)["name_local"]}
        for language in LANGUAGES
    ]
    return [_("Code"), *names, *map(str, listing.sets), _("State"), _("Built in")]


def rows(viewer: Viewer, listing: Asked) -> list[list[str]]:
    """One row for each characteristic, with its dimension in every set."""
    dimensions = {d.pk: str(d) for d in queries.visible_dimensions(viewer)}
    chosen = found(viewer, listing)
    lies = [{c.pk: c.place for c in chosen.placed_in(s)} for s in listing.sets]
    return [
        [
            characteristic.code,
            *(characteristic.name.get(language, "") for language in LANGUAGES),
            *(dimensions.get(place[characteristic.pk] or 0, "") for place in lies),
            characteristic.get_state_display(),
            _("yes") if characteristic.built_in else _("no"),
        ]
        for characteristic in chosen
    ]
