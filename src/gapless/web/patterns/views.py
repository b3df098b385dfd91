from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gapless.evaluation.gaps.choices import State
from gapless.people.org.choices import Theme
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from gapless.web.navigation import Words
from gapless.web.pictures import Estimate, GapBar, Histogram, Scale, Spark

# Drawn for this page only; no customer said any of it.
GAPS: dict[State, Estimate | None] = {
    State.BIG: (-1.42, -1.55, -1.29),
    State.SHORT: (-0.52, -0.66, -0.38),
    State.EVEN: (-0.02, -0.08, 0.04),
    State.OVER: (0.22, 0.13, 0.31),
    State.UNSURE: (-0.38, -2.61, 0.08),
    State.HIDDEN: None,
    State.NONE: None,
}
RULES = {
    State.BIG: _("The whole interval lies below −1: act on it."),
    State.SHORT: _("The whole interval lies below the tolerance."),
    State.EVEN: _("The whole interval lies inside the tolerance."),
    State.OVER: _("The whole interval lies above the tolerance."),
    State.UNSURE: _("The interval crosses a limit: more answers would settle it."),
    State.HIDDEN: _("Too few answers to show without giving people away."),
    State.NONE: _("No evidence yet: say what is needed, and link to it."),
}
TREND: list[Estimate | None] = [
    (-0.93, -1.01, -0.85),
    (-0.90, -0.98, -0.82),
    (-0.92, -1.00, -0.84),
    None,
    (-0.84, -0.91, -0.77),
    (-0.81, -0.88, -0.74),
    (-0.73, -0.79, -0.67),
]
DIFFERENCES = [9, 41, 182, 446, 692, 671, 402, 158, 49, 12, 4, 2, 1]


@dataclass(frozen=True)
class Row:
    state: State
    rule: Words
    bar: GapBar


@dataclass(frozen=True)
class Work:
    """What the job component asks of a job."""

    title: Words
    done: int
    total: int
    finished: bool = False
    failed: bool = False


class SampleForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Time limit in minutes"),
        help_text=_("Nineteen of twenty customers should be called within it."),
        error_messages={
            "invalid": _(
                "“Quickly” cannot be measured. Give a number of minutes, for example 15."
            )
        },
        # A number field would not show again what was typed.
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    kind = forms.ChoiceField(
        label=_("Who waits"), choices=[("all", _("Everybody")), ("some", _("Priority"))]
    )
    days = forms.MultipleChoiceField(
        label=_("On which days"),
        choices=[("week", _("Weekdays")), ("end", _("Weekend"))],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    announced = forms.BooleanField(label=_("Stands on the wall"), required=False)


@policy(Policy.SIGNED_IN)
@require_safe
def index(request: Request) -> HttpResponse:
    scale = Scale.around(estimate[0] for estimate in GAPS.values() if estimate)
    failed = SampleForm({"minutes": _("quickly"), "kind": "all", "note": "…"})
    pages = Paginator(range(1_284), 25)
    sort = request.GET.get("sort", "gap")
    return render(
        request,
        "patterns/index.html",
        {
            "rows": _rows(scale, sort),
            "themes": [Theme.LIGHT, Theme.DARK],
            "scale": scale,
            "spark": Spark(TREND),
            "histogram": Histogram(DIFFERENCES),
            "form": SampleForm(auto_id="fresh_%s"),
            "failed": failed,
            "page": pages.get_page(request.GET.get("page")),
            "sort": sort,
            "jobs": [
                Work(_("Import of the September answers"), 28_400, 41_873),
                Work(_("Import of the October answers"), 9_120, 40_118, failed=True),
            ],
        },
    )


def _rows(scale: Scale, sort: str) -> list[Row]:
    """One row for each state; those without a number stay last, whichever way round."""
    measured = [(estimate, state) for state, estimate in GAPS.items() if estimate]
    measured.sort(reverse=sort == "-gap")
    order = [state for _estimate, state in measured]
    order += [state for state in GAPS if state not in order]
    return [Row(state, RULES[state], GapBar(state, scale, GAPS[state])) for state in order]
