"""Whole sentences about the importance map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gapless.evaluation.gaps.derived import Derived, Found, Refusal
from gapless.evaluation.gaps.importance import (
    Asked,
    Cross,
    Importance,
    Performance,
    Placed,
)
from gapless.web.templatetags.numbers import count, interval, probability, share
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
    Importance.DERIVED: gettext_lazy("Derived"),
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


def axes(asked: Asked, names: dict[str, str]) -> tuple[str, str]:
    """What stands beside the picture: upwards, and to the right."""
    goes_with = _(
        "Share of R² in percent: the higher, the more “%(judgement)s” goes with it"
    )
    upwards = {
        Importance.EXPECTATION: _("Expected: the higher, the more it matters"),
        Importance.POINTS: _("Points out of 100: the higher, the more it matters"),
        Importance.DERIVED: goes_with % {"judgement": judgement(names, asked.outcome)},
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


def beside(placed: Placed, rows: Sequence[Row], names: dict[str, str]) -> list[str]:
    """What the map rests on, how much of it is certain, and what is not on it."""
    certain = sum(row.sure for row in rows)
    first = sum(row.to_work_on for row in rows)
    said = [
        _("Certain places on the map: %(certain)s of %(all)s. To work on first: %(first)s.")
        % {"all": count(len(rows)), "certain": count(certain), "first": count(first)}
    ]
    derived = placed.derived
    if derived and derived.found:
        said = [*_goes_with(derived, derived.found, names), *said]
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


def note(placed: Placed) -> list[str]:
    """How it was computed, at the foot of the page."""
    asked, derived = placed.asked, placed.derived
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
    if derived and derived.found:
        said.append(
            _(
                "Importance is each one’s share of R² (LMG). How far it could be off is"
                " read from %(draws)s drawn samples, which takes answers as normal."
            )
            % {"draws": count(derived.found.spread.draws)}
        )
    if asked.cross is not Cross.MIDDLE:
        said.append(
            _(
                "A mean where the axes cross is taken as if it stood, which makes the"
                " ellipses somewhat too large."
            )
        )
    return said


# --- Derived importance ---------------------------------------------------------------


def _goes_with(derived: Derived, found: Found, names: dict[str, str]) -> list[str]:
    whole = found.spread.r_squared
    said = [
        _(
            "Together they go with %(share)s %(interval)s of the differences in"
            " “%(judgement)s”, n %(n)s. These are associations among answers: that raising"
            " one would raise the other is not in them."
        )
        % {
            "share": share(found.drivers.r_squared),
            "interval": interval(100 * whole.low, 100 * whole.high, 1),
            "judgement": judgement(names, derived.outcome),
            "n": count(derived.n),
        }
    ]
    if found.unsteady:
        said.append(
            _(
                "Some of them say nearly the same (inflation of variance above 5): read the"
                " shares, not the weights."
            )
        )
    return said


_REFUSALS = {
    Refusal.NOBODY: gettext_lazy(
        "Nobody answered “%(judgement)s” here, so there is nothing that anything could go"
        " with. Choose another period or unit above."
    ),
    Refusal.APART: gettext_lazy(
        "No answer here has both “%(judgement)s” and everything it may go with. Choose"
        " another period or unit above. Answers that came in before this map existed count"
        " once whoever runs this installation has run “gapless init”."
    ),
    Refusal.HIDDEN: gettext_lazy(
        "Too few answers have both “%(judgement)s” and everything it may go with, so"
        " nothing is shown and nobody can be recognised. A longer period has more."
    ),
    Refusal.TOO_FEW: gettext_lazy(
        "It takes %(needed)s answers that have both “%(judgement)s” and everything it may"
        " go with; here are %(n)s. A longer period, or the unit above, has more."
    ),
    Refusal.NO_VARIANCE: gettext_lazy(
        "“%(judgement)s”, or something it may go with, was answered alike by everybody,"
        " and what does not differ goes with nothing. Choose a longer period, or the unit"
        " above."
    ),
    Refusal.COLLINEAR: gettext_lazy(
        "Some of what “%(judgement)s” may go with says exactly what others say, so their"
        " shares cannot be told apart. Choose a longer period, or the unit above."
    ),
}


def refusal(placed: Placed, names: dict[str, str]) -> str:
    """Why nothing could be derived, and what to do; nothing where it could."""
    derived = placed.derived
    if derived is None or derived.refusal is None:
        return ""
    if derived.refusal is Refusal.NOBODY and not derived.parts:
        return ""  # nor is there anything else to be said of this period
    return str(_REFUSALS[derived.refusal]) % {
        "judgement": judgement(names, derived.outcome),
        "needed": count(derived.needed),
        "n": count(derived.n),
    }


def judgement(names: dict[str, str], code: str) -> str:
    """What an overall judgement is called."""
    return names.get(f"item:{code}") or code


def derived_columns() -> tuple[str, ...]:
    """What a file says beside a share."""
    return (
        _("Overall judgement"),
        _("R² of all together"),
        _("R² from"),
        _("R² to"),
        _("Correlation"),
        _("Standardised weight"),
        _("Inflation of variance"),
    )
