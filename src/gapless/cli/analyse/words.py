"""What things are called in the report, and why something could not be computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.utils.translation import gettext as _

from gapless_stats import errors

P = ParamSpec("P")
T = TypeVar("T")


def kinds() -> dict[str, str]:
    """What a column is, as map files name it."""
    return {
        "expectation": _("Expectation"),
        "perception": _("Perception"),
        "importance": _("Importance"),
        "satisfaction": _("Satisfaction"),
        "functional": _("With the feature"),
        "dysfunctional": _("Without the feature"),
        "overall": _("Overall judgement"),
        "nps": _("Likelihood to recommend (NPS)"),
        "sample_weight": _("Weight of the answer"),
    }


def reasons() -> dict[type[errors.Refused], str]:
    """Why each refusal of the statistics library happens, and what would help."""
    return {
        errors.TooFew: _(
            "%(subject)s: there are too few items or complete answers; collect more, or"
            " leave out items that hardly anybody answered."
        ),
        errors.TooMany: _(
            "%(subject)s: there are too many items for an exact answer; give them"
            " dimensions in the map."
        ),
        errors.NoVariance: _(
            "%(subject)s: everybody gave the same answer, so there is nothing to compare."
        ),
        errors.Collinear: _(
            "%(subject)s: some columns together say exactly what another says; leave one"
            " of them out."
        ),
        errors.OutOfRange: _(
            "%(subject)s: an answer lies outside the range that the method allows; check"
            " the scale and the missing codes."
        ),
        errors.WrongShape: _(
            "%(subject)s: the columns do not belong together; check the map."
        ),
        errors.NotIdentified: _(
            "%(subject)s: the model asks for more than the answers hold; a dimension needs"
            " at least two items, and a dimension alone at least four."
        ),
        errors.NotPositiveDefinite: _(
            "%(subject)s: some items repeat one another exactly, or there are fewer"
            " complete answers than items; leave out the repetitions."
        ),
        errors.NotConverged: _(
            "%(subject)s: the search did not end, mostly because the dimensions do not fit"
            " the answers; try other dimensions."
        ),
        errors.Disconnected: _(
            "%(subject)s: some answers have nothing in common with the rest."
        ),
    }


class Refusals:
    """Computes what can be computed, and keeps a sentence on what cannot."""

    def __init__(self) -> None:
        self._sentences: list[str] = []

    def attempt(
        self, subject: str, compute: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """What ``compute`` finds; None where it refuses."""
        try:
            return compute(*args, **kwargs)
        except errors.Refused as why:
            reason = next(told for kind, told in reasons().items() if isinstance(why, kind))
            self.add(reason % {"subject": subject})
            return None

    def add(self, sentence: str) -> None:
        if sentence not in self._sentences:
            self._sentences.append(sentence)

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(self._sentences)


def of(kind: str, dimension: str) -> str:
    """A dimension as one kind of question asked about it."""
    return _("%(kind)s, %(dimension)s") % {"kind": kind, "dimension": dimension}
