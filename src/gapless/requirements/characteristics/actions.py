"""Verbs: ship, add, reword, place, and the steps of a characteristic's life."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from gapless.core.audit.actions import record
from gapless.core.instruments.models import FormVersion, Item
from gapless.people.org.models import Person

from . import builtin, rules
from .choices import State
from .models import (
    Characteristic,
    Dimension,
    DimensionSet,
    ItemCharacteristic,
    Placement,
)

Dimensions = Mapping[tuple[str, str], Dimension]  # by code of the set and of its own


class CodeTaken(Exception):
    """Another characteristic has this code; a code is never given twice."""


class ChangedMeanwhile(Exception):
    """Somebody else edited the characteristic after this person opened it."""


class NoSuchStep(Exception):
    """The characteristic is not in a state from which this step leads on."""


class DimensionOfAnotherSet(Exception):
    """The first place is in the leading set, every other place in a set of its own."""


class VersionPublished(Exception):
    """What the items of a published version ask about is settled."""


class CharacteristicRetired(Exception):
    """A retired characteristic is not for new items; restore it or choose another."""


@transaction.atomic
def ship_builtin(*, now: datetime) -> list[str]:
    """
    Bring in what ships with the product; return the codes that are new or reworded. Safe
    to repeat: what an organisation edited stays as it is, and so does a characteristic of
    its own that has the code of a built-in one.
    """
    shipped = builtin.read()
    for position, dimension_set in enumerate(shipped.sets):
        _ship_set(dimension_set, position)
    dimensions = {
        (dimension.dimension_set.code, dimension.code): dimension
        for dimension in Dimension.objects.select_related("dimension_set")
    }
    changed = [
        built.code
        for position, built in enumerate(shipped.characteristics)
        if _ship_characteristic(built, position, dimensions, now)
    ]
    if changed:
        leading = DimensionSet.objects.get(leading=True)
        record("characteristics.shipped", subject=leading, by=None, at=now, codes=changed)
    return changed


def _ship_set(built: builtin.BuiltInSet, position: int) -> None:
    dimension_set, _ = DimensionSet.objects.update_or_create(
        code=built.code,
        defaults={
            "name": dict(built.name),
            "leading": built.leading,
            "built_in": True,
            "position": position,
        },
    )
    homes = {d.code: d for d in Dimension.objects.filter(dimension_set__leading=True)}
    for place, dimension in enumerate(built.dimensions):
        Dimension.objects.update_or_create(
            dimension_set=dimension_set,
            code=dimension.code,
            defaults={
                "name": dict(dimension.name),
                "description": dict(dimension.description),
                "home": homes[dimension.home] if dimension.home else None,
                "position": place,
            },
        )


def _ship_characteristic(
    built: builtin.BuiltInCharacteristic,
    position: int,
    dimensions: Dimensions,
    now: datetime,
) -> bool:
    """Whether this changed what the database says."""
    leading = next(s for (s, _), d in dimensions.items() if d.dimension_set.leading)
    values = {
        "name": dict(built.name),
        "dimension": dimensions[leading, built.dimension],
        "position": position,
    }
    characteristic, is_new = Characteristic.objects.get_or_create(
        code=built.code, defaults={**values, "built_in": True, "created_at": now}
    )
    # The filter decides, not the object in hand: somebody may be editing just now.
    untouched = Characteristic.objects.filter(
        pk=characteristic.pk, built_in=True, version=1
    ).update(**values)
    if untouched:
        _put(characteristic, [dimensions[place] for place in built.elsewhere.items()])
    return is_new or bool(untouched and characteristic.name != values["name"])


@transaction.atomic
def add_characteristic(
    *,
    code: str,
    name: Mapping[str, str],
    dimension: Dimension,
    state: State,
    by: Person,
    now: datetime,
) -> Characteristic:
    """
    Add a characteristic of the organisation's own, last in its dimension.

    :raises CodeTaken: when the code is in use, also by a retired one.
    :raises DimensionOfAnotherSet: when the dimension is not of the leading set.
    """
    _check_leading(dimension)
    last = dimension.characteristics.aggregate(last=Max("position"))["last"]
    try:
        with transaction.atomic():
            characteristic = Characteristic.objects.create(
                code=code,
                name=rules.worded(name),
                dimension=dimension,
                state=state,
                position=0 if last is None else last + 1,
                created_at=now,
            )
    except IntegrityError as error:
        raise CodeTaken(code) from error
    record(
        "characteristic.added",
        subject=characteristic,
        by=by,
        at=now,
        code=code,
        name=characteristic.name,
        dimension=dimension.code,
        state=state,
    )
    return characteristic


@transaction.atomic
def reword_characteristic(
    characteristic: Characteristic,
    *,
    name: Mapping[str, str],
    seen: int,
    by: Person,
    now: datetime,
) -> None:
    """
    Say it better. The code stays, and published forms keep the words they froze.

    :param seen: the version that was on the page when the person began to edit.
    :raises ChangedMeanwhile: when that version is no longer the latest.
    """
    before, after = characteristic.name, rules.worded(name)
    _edit(characteristic, seen, name=after)
    record(
        "characteristic.reworded",
        subject=characteristic,
        by=by,
        at=now,
        code=characteristic.code,
        before=before,
        after=after,
    )


@transaction.atomic
def place_characteristic(
    characteristic: Characteristic,
    *,
    dimension: Dimension,
    elsewhere: Iterable[Dimension],
    seen: int,
    by: Person,
    now: datetime,
) -> None:
    """
    Move it to a dimension of the leading set, and say where it lies in the other sets;
    in a set that is not mentioned, the mapping between the sets decides.

    :raises ChangedMeanwhile: when somebody else edited it since ``seen``.
    :raises DimensionOfAnotherSet: when a dimension is not of the set it stands for.
    """
    _check_leading(dimension)
    places = list(elsewhere)
    before = characteristic.dimension.code
    _edit(characteristic, seen, dimension=dimension)
    _put(characteristic, places)
    record(
        "characteristic.placed",
        subject=characteristic,
        by=by,
        at=now,
        code=characteristic.code,
        before=before,
        after=dimension.code,
        elsewhere={place.dimension_set.code: place.code for place in places},
    )


@transaction.atomic
def take_step(
    characteristic: Characteristic, *, to: State, by: Person, now: datetime
) -> None:
    """
    Adopt, retire or restore. A retired one is not offered to new forms; whatever uses it
    keeps it.

    :raises NoSuchStep: when its state, perhaps changed meanwhile, does not lead there.
    """
    before = State(characteristic.state)
    if (before, to) not in rules.STEPS:
        raise NoSuchStep(before, to)
    same = Characteristic.objects.filter(pk=characteristic.pk).in_state(before)
    if not same.update(state=to):
        raise NoSuchStep(before, to)
    record(
        rules.STEPS[before, to],
        subject=characteristic,
        by=by,
        at=now,
        code=characteristic.code,
    )


@transaction.atomic
def link_item(
    item: Item, *, characteristic: Characteristic, by: Person | None, now: datetime
) -> None:
    """
    Say what an item of a draft asks about, in place of what was said before.

    :raises VersionPublished: when the item's version is published.
    :raises CharacteristicRetired: when the characteristic is retired.
    """
    if characteristic.state == State.RETIRED:
        raise CharacteristicRetired(characteristic.code)
    # The row lock makes publishing wait until the link is written, or the other way round.
    draft = FormVersion.objects.select_for_update().filter(published_at=None)
    if draft.filter(pk=item.version_id).first() is None:
        raise VersionPublished(item.code)
    ItemCharacteristic.objects.update_or_create(
        item=item, defaults={"characteristic": characteristic}
    )
    record(
        "item.linked",
        subject=item,
        by=by,
        at=now,
        item=item.code,
        characteristic=characteristic.code,
    )


def _check_leading(dimension: Dimension) -> None:
    if not dimension.dimension_set.leading:
        raise DimensionOfAnotherSet(dimension.code)


def _edit(characteristic: Characteristic, seen: int, **values: object) -> None:
    same = Characteristic.objects.filter(pk=characteristic.pk, version=seen)
    if not same.update(version=F("version") + 1, **values):
        raise ChangedMeanwhile(characteristic.code)


def _put(characteristic: Characteristic, places: Iterable[Dimension]) -> None:
    """Let these be the only places it is said to have outside the leading set."""
    Placement.objects.filter(characteristic=characteristic).delete()
    for dimension in places:
        if dimension.dimension_set.leading:
            raise DimensionOfAnotherSet(dimension.code)
        Placement.objects.create(
            characteristic=characteristic,
            dimension_set=dimension.dimension_set,
            dimension=dimension,
        )
