"""How every form is drawn: label above, hint between, message below."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

_CHOICES = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


class Field(forms.BoundField):
    """A field whose control wears the product's looks, whichever form it comes from."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if not widget.is_hidden:
            own = widget.attrs.get("class", "")
            attrs["class"] = f"{_look(widget)} {own}".strip()
        return attrs

    @property
    def is_choice(self) -> bool:
        """One tick box, whose label stands beside it and not above."""
        return isinstance(self.field.widget, forms.CheckboxInput)


def _look(widget: forms.Widget) -> str:
    if isinstance(widget, _CHOICES):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class Renderer(TemplatesSetting):
    bound_field_class = Field
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
