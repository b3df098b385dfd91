from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.control.cases.categories import Points, visible_categories
from gapless.control.cases.choices import FailureType
from gapless.core.text import LANGUAGES
from gapless.requirements.characteristics.choices import State
from gapless.requirements.characteristics.queries import visible_characteristics
from gapless.web.characteristics.forms import NameForm, field_of

if TYPE_CHECKING:
    from gapless.control.cases.models import Category
    from gapless.people.org.rules import Viewer

GAPS = (
    ("", gettext_lazy("As the kind of failure says")),
    (1, gettext_lazy("Gap 1: what customers expect is not known")),
    (2, gettext_lazy("Gap 2: the standard misses what they expect")),
    (3, gettext_lazy("Gap 3: the standard is not kept")),
    (4, gettext_lazy("Gap 4: more was promised than is done")),
    (5, gettext_lazy("Gap 5: it feels otherwise than expected")),
)


class PointsForm(NameForm):
    """What it is called, and where it points."""

    failure_type = forms.ChoiceField(
        label=gettext_lazy("Kind of failure"),
        required=False,
        choices=[
            ("", gettext_lazy("Not always a failure")),
            *FailureType.choices,
        ],
    )
    gap = forms.TypedChoiceField(
        label=gettext_lazy("Gap that it comes from"),
        required=False,
        choices=GAPS,
        coerce=int,
        empty_value=None,
    )

    def __init__(
        self, viewer: Viewer, *args: Any, kept: Category | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = visible_characteristics(viewer).exclude(state=State.RETIRED)
        if kept and kept.characteristic_id:  # a retired one may stay where it is
            offered |= visible_characteristics(viewer).filter(pk=kept.characteristic_id)
        self.fields["characteristic"] = forms.ModelChoiceField(
            offered,
            label=_("Characteristic"),
            required=False,
            empty_label=_("None"),
            help_text=_("What the customer would have wanted."),
        )

    @property
    def points(self) -> Points:
        typed = self.cleaned_data
        failure = typed["failure_type"]
        return Points(
            characteristic=typed["characteristic"],
            failure_type=FailureType(failure) if failure else None,
            gap=typed["gap"],
        )


class NewCategoryForm(PointsForm):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=30,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9._-]+$",
                gettext_lazy(
                    "A code has letters, digits, dots and dashes, such as QUEUE-2."
                ),
            )
        ],
        help_text=gettext_lazy(
            "Short and lasting: it stands in exports and never changes."
        ),
        error_messages={"required": gettext_lazy("Give a code, for example QUEUE-2.")},
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(viewer, *args, **kwargs)
        self.fields["parent"] = forms.ModelChoiceField(
            visible_categories(viewer).filter(retired_at=None),
            label=_("Part of"),
            required=False,
            empty_label=_("Nothing: it stands at the top"),
        )
        self.order_fields(
            [
                "code",
                *map(field_of, LANGUAGES),
                "parent",
                "characteristic",
                "failure_type",
                "gap",
            ]
        )

    @property
    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "code": typed["code"],
            "name": self.name,
            "parent": typed["parent"],
            "points": self.points,
        }


class CategoryForm(PointsForm):
    # The version that the person saw; an edit made meanwhile is not overwritten unseen.
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, viewer: Viewer, category: Category, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(viewer, *args, kept=category, **kwargs)
        self.order_fields(
            [*map(field_of, LANGUAGES), "characteristic", "failure_type", "gap"]
        )

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "points": self.points,
            "seen": self.cleaned_data["version"],
        }


def stands_of(category: Category) -> dict[str, Any]:
    """The category as the form has it."""
    names = {field_of(code): category.name.get(code, "") for code in LANGUAGES}
    return names | {
        "characteristic": category.characteristic,
        "failure_type": category.failure_type,
        "gap": category.gap,
        "version": category.version,
    }
