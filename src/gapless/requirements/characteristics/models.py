from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from gapless.core.text import LANGUAGES, said

from .choices import CODE_FORMAT, State
from .rules import missing_languages


class DimensionSet(models.Model):
    """
    One way of dividing service quality. The leading set (SERVQUAL's five) is the one in
    which gaps are computed; other sets are views of the same characteristics.
    """

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.JSONField(_("name"))
    leading = models.BooleanField(_("leading"), default=False)
    built_in = models.BooleanField(_("built in"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("dimension set")
        verbose_name_plural = _("dimension sets")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["leading"],
                condition=Q(leading=True),
                name="one_leading_dimension_set",
            )
        ]

    def __str__(self) -> str:
        return said(self.name)


class Dimension(models.Model):
    """
    One part of a set. Outside the leading set, ``home`` is the leading dimension that
    this one falls in: the mapping between the sets.
    """

    dimension_set = models.ForeignKey(
        DimensionSet, on_delete=models.CASCADE, related_name="dimensions"
    )
    code = models.CharField(_("code"), max_length=30)
    name = models.JSONField(_("name"))
    description = models.JSONField(_("description"), default=dict)
    home = models.ForeignKey(
        "self",
        verbose_name=_("home"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")
        ordering = ["dimension_set__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dimension_set", "code"], name="dimension_code_once_in_set"
            )
        ]

    def __str__(self) -> str:
        return said(self.name)

    @property
    def summary(self) -> str:
        return said(self.description)


def _only_part(dimension_set: DimensionSet, home: OuterRef) -> models.QuerySet[Any, Any]:
    """The dimension of the set that falls in ``home``, if no other one does."""
    parts = Dimension.objects.filter(dimension_set=dimension_set, home=home).order_by()
    counted = parts.values("home").annotate(how_many=Count("pk"), only=Min("pk"))
    return counted.filter(how_many=1).values("only")


class CharacteristicQuerySet(models.QuerySet["Characteristic"]):
    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def matching(self, words: str) -> Self:
        found = Q(code__icontains=words)
        for language in LANGUAGES:
            found |= Q(**{f"name__{language}__icontains": words})
        return self.filter(found)

    def placed_in(self, dimension_set: DimensionSet) -> Self:
        """
        Give each its ``place``, the pk of its dimension in the set or None, and bring
        them into the order of the set; what is not placed yet comes last.
        """
        if dimension_set.leading:
            placed = self.annotate(place=F("dimension"))
        else:
            stated = Placement.objects.filter(
                characteristic=OuterRef("pk"), dimension_set=dimension_set
            )
            mapped = _only_part(dimension_set, home=OuterRef("dimension"))
            placed = self.annotate(
                place=Coalesce(
                    Subquery(stated.values("dimension")),
                    Subquery(mapped),
                    output_field=models.BigIntegerField(),
                )
            )
        position = Dimension.objects.filter(pk=OuterRef("place")).values("position")
        return placed.annotate(place_position=Subquery(position)).order_by(
            F("place_position").asc(nulls_last=True),
            "dimension__position",
            "position",
            "pk",
        )

    def lying_in(self, dimension: Dimension) -> Self:
        placed = self.placed_in(dimension.dimension_set)
        return placed.filter(place=dimension.pk)


class Characteristic(models.Model):
    """
    One thing a customer experiences, such as "the wait is as announced". Its code never
    changes; published forms keep the wording they froze, so rewording touches no history.
    """

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[CODE_FORMAT])
    name = models.JSONField(_("name"))
    dimension = models.ForeignKey(
        Dimension,
        verbose_name=_("dimension"),
        on_delete=models.PROTECT,
        related_name="characteristics",
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    built_in = models.BooleanField(_("built in"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("created at"))
    # Counts the edits. Two people may edit at once, and the second is told; a built-in
    # one at 1 is as it was shipped, and follows the wording of later releases.
    version = models.PositiveIntegerField(_("version"), default=1)

    place: int | None  # only on those that were read with `placed_in`

    objects = CharacteristicQuerySet.as_manager()

    class Meta:
        verbose_name = _("characteristic")
        verbose_name_plural = _("characteristics")
        ordering = ["dimension__position", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        return said(self.name)

    @property
    def missing_languages(self) -> list[str]:
        return missing_languages(self.name)


class Placement(models.Model):
    """Where a characteristic is said to lie in a set other than the leading one."""

    characteristic = models.ForeignKey(
        Characteristic, on_delete=models.CASCADE, related_name="placements"
    )
    # The set of the dimension, written again so that the database can refuse a second.
    dimension_set = models.ForeignKey(
        DimensionSet, on_delete=models.CASCADE, related_name="+"
    )
    dimension = models.ForeignKey(
        Dimension, on_delete=models.PROTECT, related_name="placements"
    )

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.UniqueConstraint(
                fields=["characteristic", "dimension_set"], name="placed_once_in_a_set"
            )
        ]

    def __str__(self) -> str:
        return f"{self.characteristic.code} → {self.dimension}"


class ItemCharacteristic(models.Model):
    """What an item of a form asks about. Settled when its version is published."""

    item = models.OneToOneField(
        "instruments.Item", on_delete=models.CASCADE, related_name="characteristic_link"
    )
    characteristic = models.ForeignKey(
        Characteristic, on_delete=models.PROTECT, related_name="item_links"
    )

    class Meta:
        verbose_name = _("characteristic of an item")
        verbose_name_plural = _("characteristics of items")

    def __str__(self) -> str:
        return f"{self.item} → {self.characteristic.code}"
