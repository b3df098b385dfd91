"""Whole sentences about the zone of tolerance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gapless.evaluation.gaps.distribution import FEW
from gapless.evaluation.gaps.zone import Place
from gapless.web.templatetags.numbers import count, interval, points
from gapless_stats.intervals import Mean

if TYPE_CHECKING:
    from .zone import Row

_PLACES = {
    Place.BELOW: gettext_lazy("Below the zone"),
    Place.INSIDE: gettext_lazy("Within the zone"),
    Place.ABOVE: gettext_lazy("Above the zone"),
    Place.UNSURE: gettext_lazy("Cannot tell yet"),
    Place.HIDDEN: gettext_lazy("Withheld"),
    Place.NONE: gettext_lazy("No answers"),
}


def place(found: Place) -> str:
    return str(_PLACES[found])


def verdict(rows: Sequence[Row]) -> str:
    """The worst that can be said for certain, else that nothing bad can."""
    below = [row for row in rows if row.found.place is Place.BELOW]
    if below:
        worst = min(below, key=_adequacy)
        return _(
            "Less than customers accept: “%(name)s”, %(below)s short of it %(limits)s."
        ) % {
            "name": worst.name,
            "below": points(-_adequacy(worst)),
            "limits": _limits(worst),
        }
    if all(row.found.place in (Place.UNSURE, Place.HIDDEN, Place.NONE) for row in rows):
        return _("Whether service is within what customers tolerate cannot be told yet.")
    return _("Nothing is certainly less than customers accept.")


def _adequacy(row: Row) -> float:
    zone = row.found.zone
    return zone.adequacy.mean if zone and zone.adequacy.mean is not None else 0.0


def _limits(row: Row) -> str:
    """How far short, as an interval, so the other way round."""
    found: Mean | None = row.found.zone.adequacy if row.found.zone else None
    if found is None or found.interval is None:
        return ""
    return interval(-found.interval.high, -found.interval.low)


def beside(rows: Sequence[Row]) -> list[str]:
    found = Counter(row.found.place for row in rows)
    said = [
        _(
            "Of %(all)s items, below what is accepted: %(below)s; within the zone:"
            " %(inside)s; at what is desired or above: %(above)s; cannot be told yet:"
            " %(unsure)s."
        )
        % {
            "all": count(len(rows)),
            "below": count(found[Place.BELOW]),
            "inside": count(found[Place.INSIDE]),
            "above": count(found[Place.ABOVE]),
            "unsure": count(found[Place.UNSURE]),
        }
    ]
    if hidden := found[Place.HIDDEN]:
        said.append(
            ngettext(
                "%(n)s is left out: it has too few answers to be shown.",
                "%(n)s are left out: they have too few answers to be shown.",
                hidden,
            )
            % {"n": count(hidden)}
        )
    return said


def inconsistent(n: int | None) -> str:
    """Who desires less than they accept; None: one or two people."""
    if n is None:
        return _("Fewer than %(few)s desire less than they accept and are left out.") % {
            "few": count(FEW)
        }
    if not n:
        return ""
    return ngettext(
        "%(n)s person desires less than they accept and is left out.",
        "%(n)s people desire less than they accept and are left out.",
        n,
    ) % {"n": count(n)}
