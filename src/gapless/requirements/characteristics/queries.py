"""Reads of characteristics. They belong to the whole organisation; all roles read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from gapless.people.org.rules import Policy, Viewer

from .choices import State
from .models import (
    Characteristic,
    CharacteristicQuerySet,
    Dimension,
    DimensionSet,
    ItemCharacteristic,
)


@dataclass(frozen=True, slots=True)
class Group:
    """The characteristics of one dimension; without one, those not placed in the set."""

    dimension: Dimension | None
    characteristics: list[Characteristic]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a characteristic lies in a set: as said for it, by the mapping, or nowhere."""

    dimension_set: DimensionSet
    dimension: Dimension | None
    stated: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a leading dimension meets one of another set."""

    at_home: bool  # the mapping puts the one under the other
    characteristics: list[Characteristic]


@dataclass(frozen=True, slots=True)
class Row:
    dimension: Dimension
    cells: list[Cell]
    unplaced: list[Characteristic]


@dataclass(frozen=True, slots=True)
class Matrix:
    """How a set maps onto the leading set, and which characteristics lie where."""

    dimension_set: DimensionSet
    columns: list[Dimension]
    rows: list[Row]


def visible_characteristics(viewer: Viewer) -> CharacteristicQuerySet:
    if not viewer.holds(Policy.SEE_UNITS):
        return Characteristic.objects.none()
    return Characteristic.objects.select_related("dimension")


def visible_dimension_sets(viewer: Viewer) -> QuerySet[DimensionSet]:
    """The leading set first."""
    if not viewer.holds(Policy.SEE_UNITS):
        return DimensionSet.objects.none()
    return DimensionSet.objects.order_by("-leading", "position")


def visible_dimensions(viewer: Viewer) -> QuerySet[Dimension]:
    return Dimension.objects.filter(
        dimension_set__in=visible_dimension_sets(viewer)
    ).select_related("dimension_set", "home")


def grouped(
    placed: Iterable[Characteristic], dimensions: Iterable[Dimension]
) -> list[Group]:
    """Characteristics that are in the order of a set, as groups of its dimensions."""
    known = {dimension.pk: dimension for dimension in dimensions}
    groups: list[Group] = []
    for characteristic in placed:
        dimension = known.get(characteristic.place or 0)
        if not groups or groups[-1].dimension != dimension:
            groups.append(Group(dimension, []))
        groups[-1].characteristics.append(characteristic)
    return groups


def places(viewer: Viewer, characteristic: Characteristic) -> list[Place]:
    """Where it lies in every set but the leading one."""
    stated = dict(characteristic.placements.values_list("dimension_set", "dimension"))
    dimensions = {dimension.pk: dimension for dimension in visible_dimensions(viewer)}
    found = []
    for dimension_set in visible_dimension_sets(viewer).filter(leading=False):
        lies = Characteristic.objects.filter(pk=characteristic.pk).placed_in(dimension_set)
        place = lies.get().place
        found.append(
            Place(
                dimension_set,
                dimensions[place] if place else None,
                stated=dimension_set.pk in stated,
            )
        )
    return found


def matrix(viewer: Viewer, dimension_set: DimensionSet) -> Matrix:
    dimensions = visible_dimensions(viewer)
    columns = list(dimensions.filter(dimension_set=dimension_set))
    lying: dict[tuple[int, int | None], list[Characteristic]] = {}
    present = visible_characteristics(viewer).exclude(state=State.RETIRED)
    for found in present.placed_in(dimension_set):
        lying.setdefault((found.dimension_id, found.place), []).append(found)
    rows = [
        Row(
            leading,
            [
                Cell(column.home_id == leading.pk, lying.get((leading.pk, column.pk), []))
                for column in columns
            ],
            lying.get((leading.pk, None), []),
        )
        for leading in dimensions.filter(dimension_set__leading=True)
    ]
    return Matrix(dimension_set, columns, rows)


def uses(viewer: Viewer, characteristic: Characteristic) -> QuerySet[ItemCharacteristic]:
    """The items that ask about it, for those who may see forms."""
    links = characteristic.item_links.select_related("item__version__form")
    if not viewer.holds(Policy.SEE_FORMS):
        return links.none()
    return links.order_by("item__version__form", "-item__version__number", "item__position")
