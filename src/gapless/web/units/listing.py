"""Which units the list shows, on the page and as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gapless.people.org import queries
from gapless.people.org.choices import UnitKind

if TYPE_CHECKING:
    from gapless.people.org.models import Unit, UnitQuerySet
    from gapless.people.org.rules import Viewer

# How the list can be sorted; the place in the tree decides between equals.
SORTS = ("path", "name", "code", "kind", "customers_per_month")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; a value that nobody could have chosen counts as not asked."""

    words: str
    kind: str
    under: Unit | None
    sort: str

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.kind or self.under)


def asked(viewer: Viewer, query: Mapping[str, str]) -> Asked:
    kind, sort, under = (query.get(name, "") for name in ("kind", "sort", "under"))
    return Asked(
        words=query.get("q", "").strip(),
        kind=kind if kind in UnitKind.values else "",
        under=queries.visible_units(viewer).filter(code=under).first() if under else None,
        sort=sort if sort.removeprefix("-") in SORTS else "path",
    )


def found(viewer: Viewer, listing: Asked) -> UnitQuerySet:
    units = queries.visible_units(viewer)
    if listing.words:
        units = units.matching(listing.words)
    if listing.kind:
        units = units.filter(kind=listing.kind)
    if listing.under:
        units = units.within([listing.under.path])
    ordered: UnitQuerySet = units.order_by(listing.sort, "path")
    return ordered
