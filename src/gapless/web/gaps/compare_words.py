"""Whole sentences about a comparison: what can be concluded, and what cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from gapless.evaluation.gaps.compare import Compared, Comparison
from gapless.web.templatetags.numbers import count, points
from gapless_stats.comparison import Conclusion

from . import measures

NAMED = 3
Q_LIMIT = 0.05

WORDS = {
    Conclusion.BETTER: gettext_lazy("Better"),
    Conclusion.BETTER_PERHAPS: gettext_lazy("Better, perhaps by little"),
    Conclusion.SAME: gettext_lazy("No relevant difference"),
    Conclusion.WORSE_PERHAPS: gettext_lazy("Worse, perhaps by little"),
    Conclusion.WORSE: gettext_lazy("Worse"),
    Conclusion.CANNOT_TELL: gettext_lazy("Cannot tell yet"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What both sides are called, and what is measured."""

    this: str
    other: str
    of: dict[str, str]

    def row(self, row: Compared) -> str:
        return measures.name_of(row.measure, self.of)


def rest(unit: str) -> str:
    """What is left of a unit without the one it is compared with."""
    return _("the rest of %(unit)s") % {"unit": unit}


def can_be_concluded(found: Comparison, names: Names) -> str:
    """The sentence a manager could say aloud, of the first row that is shown."""
    lead = next((row for row in found.rows if row.difference), None)
    if lead is None or lead.difference is None or lead.conclusion is None:
        return _("Nothing can be concluded: too few answers stand on one side or both.")
    told = {
        "this": names.this,
        "other": names.other,
        "what": names.row(lead),
        "delta": points(found.relevant),
        "difference": measures.difference(
            lead.measure, lead.difference.difference, lead.difference.interval
        ),
    }
    return _sentence(lead.conclusion) % told


def _sentence(conclusion: Conclusion) -> str:
    return {
        Conclusion.BETTER: _(
            "%(this)s is better than %(other)s, by %(difference)s (%(what)s)."
        ),
        Conclusion.BETTER_PERHAPS: _(
            "%(this)s is better than %(other)s, though perhaps by less than %(delta)s:"
            " %(difference)s (%(what)s)."
        ),
        Conclusion.SAME: _(
            "%(this)s and %(other)s do not differ by more than %(delta)s: %(difference)s"
            " (%(what)s)."
        ),
        Conclusion.WORSE_PERHAPS: _(
            "%(this)s is worse than %(other)s, though perhaps by less than %(delta)s:"
            " %(difference)s (%(what)s)."
        ),
        Conclusion.WORSE: _(
            "%(this)s is worse than %(other)s, by %(difference)s (%(what)s)."
        ),
        Conclusion.CANNOT_TELL: _(
            "Whether %(this)s and %(other)s differ cannot be told yet: %(difference)s"
            " (%(what)s)."
        ),
    }[conclusion]


def better_in(found: Comparison, names: Names) -> str:
    """Which single rows are better by enough to matter."""
    rows = [names.row(row) for row in _parts(found, Conclusion.BETTER)]
    if not rows:
        return ""
    return _("Better by enough to matter: %(names)s.") % {"names": _named(rows)}


def worse_in(found: Comparison, names: Names) -> str:
    rows = [names.row(row) for row in _parts(found, Conclusion.WORSE)]
    if not rows:
        return ""
    return _("Worse by enough to matter: %(names)s.") % {"names": _named(rows)}


def _parts(found: Comparison, conclusion: Conclusion) -> list[Compared]:
    """The rows below the overall figures, the widest difference first."""
    rows = [row for row in found.with_conclusion(conclusion) if ":" in row.measure.target]
    return sorted(
        rows, key=lambda row: -abs(row.difference.difference) if row.difference else 0
    )


def cannot_be_concluded(found: Comparison, names: Names) -> str:
    """What the intervals leave open, and about how much would settle the nearest."""
    open_rows = found.with_conclusion(Conclusion.CANNOT_TELL)
    if not open_rows:
        return _(
            "It cannot be concluded from this why they differ, nor what would change it."
        )
    nearest = min(open_rows, key=lambda row: row.needed)
    return ngettext(
        "It cannot be told yet whether they differ in %(names)s; about %(needed)s more"
        " answer would settle %(nearest)s.",
        "It cannot be told yet whether they differ in %(names)s; about %(needed)s more"
        " answers would settle %(nearest)s.",
        nearest.needed,
    ) % {
        "names": _named([names.row(row) for row in open_rows]),
        "needed": count(nearest.needed),
        "nearest": names.row(nearest),
    }


def by_chance(found: Comparison) -> str:
    """How many differences would not stand, were it not for the number of rows."""
    told = [row for row in found.rows if row.conclusion not in (None, *_NOT_DIFFERENT)]
    weak = sum(row.q_value is not None and row.q_value > Q_LIMIT for row in told)
    if not weak:
        return ""
    return ngettext(
        "%(count)s of these differences may be chance: with %(m)s rows compared, its q is"
        " above 0.05.",
        "%(count)s of these differences may be chance: with %(m)s rows compared, their q is"
        " above 0.05.",
        weak,
    ) % {"count": count(weak), "m": count(found.tested)}


_NOT_DIFFERENT = (Conclusion.SAME, Conclusion.CANNOT_TELL)


def _named(names: Sequence[str]) -> str:
    if len(names) <= NAMED:
        return pgettext("between the members of a list", ", ").join(names)
    more = len(names) - NAMED
    return ngettext(
        "%(names)s and %(more)s more row", "%(names)s and %(more)s more rows", more
    ) % {
        "names": pgettext("between the members of a list", ", ").join(names[:NAMED]),
        "more": count(more),
    }
