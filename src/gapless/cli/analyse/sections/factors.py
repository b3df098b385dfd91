"""One confirmatory model for each kind of question: its dimensions are the factors."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gapless.cli.analyse.data import Battery, Data
from gapless.cli.analyse.words import Refusals, kinds
from gapless_stats.factors.confirmatory import Fit, fit
from gapless_stats.factors.hints import Hint, modification_hints
from gapless_stats.factors.model import Model, Scale
from gapless_stats.factors.samples import Sample
from gapless_stats.moments import Moments

MODELLED = ("expectation", "perception", "satisfaction")


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """
    A model of one kind of question, over whoever answered all of its items.

    ``dimensions`` and ``items`` say what its factors f0, f1, … and variables x0, x1, …
    are, so that a dimension may be called as an item is.
    """

    kind: str
    dimensions: tuple[str, ...]
    items: tuple[str, ...]
    sample: Sample
    model: Model
    fit: Fit
    hints: tuple[Hint, ...]

    def named(self, name: str) -> str:
        within = self.dimensions if name.startswith("f") else self.items
        return within[int(name[1:])]


def fitted(data: Data, refusals: Refusals) -> tuple[Fitted, ...]:
    """The models that the columns allow; each refusal is kept."""
    found = []
    for kind in MODELLED:
        battery = data.batteries.get(kind)
        if battery is None:
            continue
        subject = _("Factor model of %(kind)s") % {"kind": kinds()[kind]}
        model = refusals.attempt(subject, _fitted, battery)
        if model:
            found.append(model)
    return tuple(found)


def measured(battery: Battery) -> dict[str, tuple[int, ...]]:
    """The dimensions that a factor can stand for: those of two items or more."""
    return {name: at for name, at in battery.dimensions.items() if len(at) > 1}


def sample_of(battery: Battery) -> tuple[Sample, tuple[str, ...]]:
    """The items of the measured dimensions, and what they are called."""
    places = [place for at in measured(battery).values() for place in at]
    names = [f"x{number}" for number in range(len(places))]
    sample = Sample.of(Moments.of(battery.complete(places)), names)
    return sample, tuple(battery.items[place] for place in places)


def _fitted(battery: Battery) -> Fitted | None:
    dimensions = measured(battery)
    if not dimensions:
        return None
    sample, items = sample_of(battery)
    factors, begin = {}, 0
    for number, places in enumerate(dimensions.values()):
        factors[f"f{number}"] = tuple(sample.names[begin : begin + len(places)])
        begin += len(places)
    model = Model(factors, scale=Scale.UNIT)
    found = fit(model, sample)
    hints = modification_hints(model, sample)
    return Fitted(battery.kind, tuple(dimensions), items, sample, model, found, hints)
