"""Whole sentences about the importance map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gapless.evaluation.gaps.importance import (
    Asked,
    Cross,
    Importance,
    Performance,
    Placed,
)
from gapless.web.templatetags.numbers import count, probability
from gapless_stats.importance import Quadrant

if TYPE_CHECKING:
    from .importance_rows import Row

_QUADRANTS = {
    Quadrant.CONCENTRATE: gettext_lazy("Concentrate here"),
    Quadrant.KEEP_UP: gettext_lazy("Keep it up"),
    Quadrant.LOW_PRIORITY: gettext_lazy("Low priority"),
    Quadrant.OVERKILL: gettext_lazy("Possibly too much"),
}

_OPTIONS = {
    Importance.EXPECTATION: gettext_lazy("Expectation"),
    Importance.POINTS: gettext_lazy("Customers’ points"),
    Performance.PERCEPTION: gettext_lazy("Perception"),
    Performance.GAP: gettext_lazy("Gap"),
    Cross.MEANS: gettext_lazy("At the means"),
    Cross.MIDDLE: gettext_lazy("Middle of the scale"),
    Cross.ZERO: gettext_lazy("At no gap"),
}

_CHOICES = {
    "by": gettext_lazy("Importance"),
    "against": gettext_lazy("Performance"),
    "cross": gettext_lazy("Where the axes cross"),
}

POSSIBLE = 0.2
"""From this probability on an item is named although it is not certain."""


def quadrant(found: Quadrant) -> str:
    return str(_QUADRANTS[found])


def option(each: str) -> str:
    return next(str(words) for key, words in _OPTIONS.items() if key == each)


def choice(name: str) -> str:
    return str(_CHOICES[name])


def axes(asked: Asked) -> tuple[str, str]:
    """What stands beside the picture: upwards, and to the right."""
    upwards = {
        Importance.EXPECTATION: _("Expected: the higher, the more it matters"),
        Importance.POINTS: _("Points out of 100: the higher, the more it matters"),
    }
    across = {
        Performance.PERCEPTION: _("Perceived: the further right, the better"),
        Performance.GAP: _("Gap: left of 0 service falls short"),
    }
    return upwards[asked.importance], across[asked.performance]


def verdict(rows: Sequence[Row]) -> str:
    """What to work on first, as surely as it can be said; rows as they are ordered."""
    if rows and rows[0].to_work_on:
        sentence = _(
            "Work first on “%(name)s”: that it is important and weak has a probability of"
            " %(chance)s."
        )
    elif rows and rows[0].concentrate >= POSSIBLE:
        sentence = _(
            "Nothing is certainly both important and weak. The likeliest is “%(name)s”,"
            " with a probability of %(chance)s."
        )
    else:
        return _("Nothing is both important and weak.")
    return sentence % {
        "name": rows[0].name,
        "chance": probability(rows[0].concentrate),
    }


def beside(placed: Placed, rows: Sequence[Row]) -> list[str]:
    """How much of the map is certain, and what is not on it."""
    certain = sum(row.sure for row in rows)
    first = sum(row.to_work_on for row in rows)
    said = [
        _("Certain places on the map: %(certain)s of %(all)s. To work on first: %(first)s.")
        % {"all": count(len(rows)), "certain": count(certain), "first": count(first)}
    ]
    left_out = (
        (placed.withheld, _withheld(placed.withheld)),
        (placed.silent, _silent(placed.silent)),
        (placed.elsewhere, _elsewhere(placed.elsewhere)),
    )
    return said + [sentence for how_many, sentence in left_out if how_many]


def _withheld(n: int) -> str:
    return ngettext(
        "%(n)s is left out: it has too few answers to be shown.",
        "%(n)s are left out: they have too few answers to be shown.",
        n,
    ) % {"n": count(n)}


def _silent(n: int) -> str:
    return ngettext(
        "%(n)s is left out: nobody answered it here.",
        "%(n)s are left out: nobody answered them here.",
        n,
    ) % {"n": count(n)}


def _elsewhere(n: int) -> str:
    return ngettext(
        "%(n)s is left out: it is asked on another scale than the others.",
        "%(n)s are left out: they are asked on another scale than the others.",
        n,
    ) % {"n": count(n)}


def note(asked: Asked) -> list[str]:
    """How it was computed, at the foot of the page."""
    said = [
        _(
            "An ellipse holds the true place 95 times in 100. A place is certain when its"
            " quadrant has a probability of 0.8 or more."
        )
    ]
    if asked.importance is Importance.POINTS:
        said.append(
            _(
                "Points and scores are summed apart, so they are taken as independent of"
                " each other."
            )
        )
    if asked.cross is not Cross.MIDDLE:
        said.append(
            _(
                "A mean where the axes cross is taken as if it stood, which makes the"
                " ellipses somewhat too large."
            )
        )
    return said
