"""Two people edited one record: show both versions, never let the last one win unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which what was typed and what stands now disagree."""

    label: str | Promise
    typed: str
    stands: str


def differences(form: forms.Form, stands: Mapping[str, Any]) -> list[Difference]:
    typed = form.cleaned_data
    return [
        Difference(field.label or name, _shown(field, typed[name]), _shown(field, value))
        for name, value in stands.items()
        if (field := form.fields.get(name))
        and not field.widget.is_hidden
        and typed[name] != value
    ]


def rebase(form: forms.Form, version: int) -> None:
    """Whoever saves now has seen what the other person did, and replaces it knowingly."""
    typed = form.data.copy()  # type: ignore[attr-defined]
    typed["version"] = str(version)
    form.data = typed


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        # What several were chosen for keeps them all.
        several = value if isinstance(value, list) else [value]
        named = [dict(choices).get(one, one) for one in several]
        return ", ".join(str(one) for one in named if one is not None)
    return "" if value is None else str(value)
