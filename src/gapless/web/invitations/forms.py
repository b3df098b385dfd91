from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from gapless.evaluation.campaigns.inviting import Draw
from gapless.web.templatetags.numbers import count

SEEDS = 1_000_000


class DrawForm(forms.Form):
    """Whom to draw: from which units, how many, and by which numbers of chance."""

    units = forms.MultipleChoiceField(
        label=_("From these units"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one unit.")},
    )
    size = forms.IntegerField(
        label=_("How many"),
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        help_text=_("A random sample of so many; leave it empty to take everybody."),
        error_messages={
            kind: _("Give a whole number from 1 upwards, or nothing.")
            for kind in ("invalid", "min_value", "max_value")
        },
    )
    seed = forms.IntegerField(
        label=_("Start of the random numbers"),
        min_value=0,
        max_value=2_000_000_000,
        help_text=_(
            "The same start draws the same people from the same list. It is kept in the"
            " audit trail, so that the draw can be checked."
        ),
    )

    def __init__(
        self, units: Sequence[tuple[int, str, int]], *args: Any, **kwargs: Any
    ) -> None:
        start = {
            "units": [unit for unit, _n, _c in units],
            "seed": int(now().timestamp()) % SEEDS,
        }
        kwargs["initial"] = start
        super().__init__(*args, **kwargs)
        choices = [(unit, f"{name} ({count(n)})") for unit, name, n in units]
        self.fields["units"].choices = choices  # type: ignore[attr-defined]

    @property
    def draw(self) -> Draw:
        said = self.cleaned_data
        return Draw(frozenset(map(int, said["units"])), said["size"], said["seed"])
