"""Whether the items have factors in common at all, and how many."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gapless.cli.analyse.content import (
    Block,
    Picture,
    Section,
    Style,
    Table,
    columns,
    rows,
)
from gapless.cli.analyse.data import Battery, Data
from gapless.cli.analyse.sections.factors import MODELLED
from gapless.cli.analyse.svg import scree
from gapless.cli.analyse.words import Refusals, kinds
from gapless_stats.factors.adequacy import (
    Adequacy,
    NumberOfFactors,
    Sphericity,
    kmo,
    parallel_analysis,
    sphericity,
)
from gapless_stats.factors.samples import Sample
from gapless_stats.moments import Moments

SOURCES = (
    "Kaiser and Rice 1974, Educational and Psychological Measurement 34:111",
    "Bartlett 1951, Biometrika 38:337",
    "Horn 1965, Psychometrika 30:179",
    "Glorfeld 1995, Educational and Psychological Measurement 55:377",
)
Found = tuple[str, Adequacy, Sphericity, NumberOfFactors]


def section(data: Data) -> Section:
    title, refusals = _("How many dimensions"), Refusals()
    found: list[Found] = []
    for kind in MODELLED:
        battery = data.batteries.get(kind)
        if battery is None:
            continue
        name = kinds()[kind]
        subject = _("Number of dimensions of %(kind)s") % {"kind": name}
        measured = refusals.attempt(subject, _measured, battery)
        if measured:
            found.append((name, *measured))
    if not found:
        lead = _("There is no block of items in which to look for dimensions.")
        return Section("adequacy", title, (lead,), (), refusals.sentences)
    lead = _(
        "From 0.8 on the Kaiser-Meyer-Olkin measure (KMO) is good, below 0.5 items have too"
        " little in common. Parallel analysis keeps the dimensions that chance does not"
        " explain."
    )
    blocks: list[Block] = [_table(found), *map(_picture, found)]
    return Section("adequacy", title, (lead,), tuple(blocks), refusals.sentences, SOURCES)


def _measured(battery: Battery) -> tuple[Adequacy, Sphericity, NumberOfFactors]:
    sample = Sample.of(Moments.of(battery.complete(range(len(battery.columns)))))
    return kmo(sample), sphericity(sample), parallel_analysis(sample)


def _table(found: list[Found]) -> Table:
    heads = columns(
        ("kind", _("Kind")),
        ("items", _("Items"), Style.COUNT),
        ("n", "n", Style.COUNT),
        ("kmo", "KMO", Style.FINE),
        ("bartlett", _("Bartlett's χ²"), Style.POINTS),
        ("df", _("Degrees of freedom"), Style.COUNT),
        ("p", _("p value"), Style.CHANCE),
        ("factors", _("Dimensions by parallel analysis"), Style.COUNT),
    )
    cells = [
        (
            *(name, len(measure.items), measure.n, measure.overall),
            *(test.chi_square, test.df, test.p_value, number.factors),
        )
        for name, measure, test, number in found
    ]
    note = _("Over whoever answered every item, those without a dimension included.")
    return Table("adequacy", _("Adequacy"), heads, rows(cells), note)


def _picture(found: Found) -> Picture:
    name, _kmo, _test, number = found
    title = ngettext(
        "%(kind)s: %(count)d dimension stands out from chance.",
        "%(kind)s: %(count)d dimensions stand out from chance.",
        number.factors,
    ) % {"kind": name, "count": number.factors}
    drawn = scree(
        number.eigenvalues.tolist(),
        number.chance.tolist(),
        (_("eigenvalue"), _("by chance")),
        label=title,
    )
    return Picture(title, drawn)
