"""
What cases are about: the tree of categories, and the verbs on it. It belongs to the whole
organisation; a code is given once, and a category that cases lie in is retired, not lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet

from gapless.core.audit.actions import record
from gapless.people.org.models import Person
from gapless.people.org.rules import Policy, Viewer
from gapless.requirements.characteristics.models import Characteristic
from gapless.requirements.characteristics.rules import worded

from .choices import FailureType
from .models import Category
from .rules import GAPS


class CodeTaken(Exception):
    """Another category has this code; a code is never given twice."""


class ChangedMeanwhile(Exception):
    """Somebody else edited the category after this person opened it."""


class ParentRetired(Exception):
    """What it is part of is retired: nobody would find it."""


class HasParts(Exception):
    """Categories in use are part of it; they are retired first."""


class NotNow(Exception):
    """It is retired already, or in use already."""


@dataclass(frozen=True, slots=True)
class Points:
    """Where a category points. Without a gap of its own it is that of the failure."""

    characteristic: Characteristic | None = None
    failure_type: FailureType | None = None
    gap: int | None = None

    @property
    def comes_from(self) -> int | None:
        return self.gap or (GAPS[self.failure_type] if self.failure_type else None)

    @property
    def columns(self) -> dict[str, object]:
        return {
            "characteristic": self.characteristic,
            "failure_type": self.failure_type or "",
            "gap": self.comes_from,
        }


@transaction.atomic
def add_category(
    *,
    code: str,
    name: Mapping[str, str],
    parent: Category | None,
    points: Points,
    by: Person,
    now: datetime,
) -> Category:
    """
    Add a category of the organisation's own, last among those beside it.

    :raises CodeTaken: when the code is in use, also by a retired one.
    :raises ParentRetired: when what it is to be part of is retired.
    """
    if parent:
        _in_use(parent)
    last = Category.objects.filter(parent=parent).aggregate(last=Max("position"))["last"]
    try:
        with transaction.atomic():
            category = Category.objects.create(
                code=code,
                name=worded(name),
                parent=parent,
                position=0 if last is None else last + 1,
                **points.columns,
            )
    except IntegrityError as error:
        raise CodeTaken(code) from error
    record(
        "case_category.added",
        subject=category,
        by=by,
        at=now,
        code=code,
        name=category.name,
    )
    return category


@transaction.atomic
def edit_category(
    category: Category,
    *,
    name: Mapping[str, str],
    points: Points,
    seen: int,
    by: Person,
    now: datetime,
) -> None:
    """
    Call it something else, or point it at something else. Cases keep their category, and
    count from then on where it points now.

    :param seen: the version that was on the page when the person began to edit.
    :raises ChangedMeanwhile: when that version is no longer the latest.
    """
    before = _told(category)
    same = Category.objects.filter(pk=category.pk, version=seen)
    if not same.update(version=F("version") + 1, name=worded(name), **points.columns):
        raise ChangedMeanwhile(category)
    category.refresh_from_db()
    record(
        "case_category.edited",
        subject=category,
        by=by,
        at=now,
        code=category.code,
        before=before,
        after=_told(category),
    )


@transaction.atomic
def retire_category(category: Category, *, by: Person, now: datetime) -> None:
    """
    Offer it no longer; the cases in it stay there.

    :raises HasParts: when categories in use are part of it.
    :raises NotNow: when it is retired already.
    """
    # Whoever adds a part to it waits here, and finds it retired.
    held = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    if held.parts.filter(retired_at=None).exists():
        raise HasParts(category)
    if not Category.objects.filter(pk=held.pk, retired_at=None).update(retired_at=now):
        raise NotNow(category)
    record("case_category.retired", subject=held, by=by, at=now, code=held.code)


@transaction.atomic
def restore_category(category: Category, *, by: Person, now: datetime) -> None:
    """
    Offer it again.

    :raises ParentRetired: when what it is part of is retired.
    :raises NotNow: when it is in use.
    """
    if category.parent:
        _in_use(category.parent)
    retired = Category.objects.filter(pk=category.pk, retired_at__isnull=False)
    if not retired.update(retired_at=None):
        raise NotNow(category)
    record("case_category.restored", subject=category, by=by, at=now, code=category.code)


def _in_use(category: Category) -> None:
    held = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    if held.retired_at:
        raise ParentRetired(category)


def _told(category: Category) -> dict[str, object]:
    about = category.characteristic
    return {
        "name": category.name,
        "characteristic": about.code if about else "",
        "failure_type": category.failure_type,
        "gap": category.gap,
    }


# --- Reads: it belongs to the whole organisation --------------------------------------


def visible_categories(viewer: Viewer) -> QuerySet[Category]:
    """All of them, retired ones too, for whoever has to do with cases anywhere."""
    if not viewer.holds(Policy.TAKE_CASES):
        return Category.objects.none()
    return Category.objects.select_related("parent", "characteristic")


@dataclass(frozen=True, slots=True)
class Branch:
    """A category, how deep it lies, what it is part of, and whether it has parts in use."""

    category: Category
    above: tuple[Category, ...]
    is_leaf: bool

    @property
    def depth(self) -> int:
        return len(self.above)


def tree() -> list[Branch]:
    """Every category, each followed by its parts, retired ones too; in two queries."""
    found = Category.objects.select_related("characteristic__dimension").order_by(
        "position", "pk"
    )
    parts: dict[int | None, list[Category]] = {}
    for category in found:
        parts.setdefault(category.parent_id, []).append(category)
    return list(_below(None, (), parts))


def _below(
    top: int | None, above: tuple[Category, ...], parts: Mapping[int | None, list[Category]]
) -> Iterator[Branch]:
    for category in parts.get(top, ()):
        below = parts.get(category.pk, ())
        is_leaf = not any(part.retired_at is None for part in below)
        yield Branch(category, above, is_leaf)
        yield from _below(category.pk, (*above, category), parts)


def leaves(branches: Iterable[Branch]) -> Iterator[Branch]:
    """What a case may be put into: in use, and not divided any further."""
    return (each for each in branches if each.is_leaf and not each.category.retired_at)


def offered(branches: Iterable[Branch]) -> QuerySet[Category]:
    """The categories of these branches, for a form to choose among."""
    return Category.objects.filter(pk__in=[each.category.pk for each in branches])
