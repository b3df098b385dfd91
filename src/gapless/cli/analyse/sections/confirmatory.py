"""Whether the answers bear the dimensions out: confirmatory factor analysis."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gapless.cli.analyse.content import (
    Block,
    Cell,
    Column,
    Picture,
    Section,
    Style,
    Table,
    columns,
    rows,
)
from gapless.cli.analyse.sections.factors import Fitted
from gapless.cli.analyse.svg import Bar, bars
from gapless.cli.analyse.words import kinds
from gapless.cli.analyse.written import written

MOST_HINTS = 10
HIGH = 0.5  # a loading; below it less than a quarter of the item is the factor
Z = 1.959964
SOURCES = (
    "Jöreskog 1969, Psychometrika 34:183",
    "Hu and Bentler 1999, Structural Equation Modeling 6:1",
    "Sörbom 1989, Psychometrika 54:371",
)


def section(models: Sequence[Fitted], refusals: Sequence[str]) -> Section:
    title = _("Confirmatory factor analysis")
    if not models:
        lead = _(
            "A factor model needs dimensions of two items or more in expectation,"
            " perception or satisfaction; give the items dimensions in the map."
        )
        return Section("cfa", title, (lead,), (), tuple(refusals))
    blocks: list[Block] = [_indices(models)]
    for each in models:
        blocks += [_drawn(each), _loadings(each)]
        if len(each.dimensions) > 1:
            blocks.append(_correlations(each))
    blocks.append(_hints(models))
    lead = _(
        "Each dimension is a factor behind its items. Guides to a good fit: CFI and TLI"
        " from 0.95, RMSEA up to 0.06, SRMR up to 0.08; they are guides, not limits."
    )
    told = (*refusals, *(_negative(each) for each in models if each.fit.negative))
    return Section("cfa", title, (lead,), tuple(blocks), told, SOURCES)


def _negative(each: Fitted) -> str:
    """What Heywood found: a variance below 0."""
    return _(
        "Factor model of %(kind)s: variances of %(names)s come out negative, so the model"
        " does not suit the answers; its other numbers say little."
    ) % {
        "kind": kinds()[each.kind],
        "names": ", ".join(map(each.named, each.fit.negative)),
    }


def _indices(models: Sequence[Fitted]) -> Table:
    heads = columns(
        ("kind", _("Kind")),
        ("n", "n", Style.COUNT),
        ("chi_square", "χ²", Style.POINTS),
        ("df", _("Degrees of freedom"), Style.COUNT),
        ("p", _("p value"), Style.CHANCE),
        ("cfi", "CFI", Style.FINE),
        ("tli", "TLI", Style.FINE),
        ("rmsea", "RMSEA", Style.FINE),
        ("rmsea_interval", _("90% interval"), Style.FINE),
        ("srmr", "SRMR", Style.FINE),
        ("aic", "AIC", Style.POINTS),
        ("bic", "BIC", Style.POINTS),
    )
    found = []
    for each in models:
        of = each.fit.indices
        found.append(
            (
                *(kinds()[each.kind], each.fit.n, of.chi_square, of.df, of.p_value),
                *(of.cfi, of.tli, of.rmsea, of.rmsea_interval, each.fit.srmr),
                *(each.fit.aic, each.fit.bic),
            )
        )
    return Table("fit", _("Fit"), heads, rows(found))


def _loadings(each: Fitted) -> Table:
    heads = columns(
        ("dimension", _("Dimension")),
        ("item", _("Item")),
        ("loading", _("Loading"), Style.FINE),
        ("error", _("Standard error"), Style.FINE),
        ("z", "z", Style.POINTS),
        ("p", _("p value"), Style.CHANCE),
        ("standardised", _("Standardised loading"), Style.FINE),
        ("r_squared", "R²", Style.FINE),
    )
    explained = each.fit.solution.r_squared
    found: list[tuple[Cell, ...]] = [
        (
            *(each.named(one.left), each.named(one.right)),
            *(one.value, one.error, one.z, one.p_value, one.standardised),
            float(explained[int(one.right[1:])]),
        )
        for one in each.fit.parameters
        if one.operator == "=~"
    ]
    title = _("Loadings: %(kind)s") % {"kind": kinds()[each.kind]}
    note = _(
        "Loadings are for factors of variance 1; a standardised one is from 0.5 on high."
    )
    return Table(f"loadings_{each.kind}", title, heads, rows(found), note)


def _drawn(each: Fitted) -> Picture:
    title = _("Standardised loadings: %(kind)s") % {"kind": kinds()[each.kind]}
    drawn = []
    for one in each.fit.parameters:
        if one.operator == "=~":
            unit = one.standardised / one.value if one.value else 0.0
            reach = Z * abs(one.error * unit)
            drawn.append(
                Bar(
                    f"{each.named(one.right)} · {each.named(one.left)}",
                    one.standardised,
                    one.standardised - reach,
                    one.standardised + reach,
                    written(one.standardised, Style.FINE),
                    "even" if one.standardised >= HIGH else "short",
                )
            )
    return Picture(title, bars(drawn, label=title))


def _correlations(each: Fitted) -> Table:
    heads = (
        Column("dimension", _("Dimension")),
        *(Column(name, name, Style.FINE) for name in each.dimensions),
    )
    matrix = each.fit.solution.factor_correlation
    found = [
        (
            name,
            *(
                float(matrix[at, other]) if other <= at else ""
                for other in range(len(matrix))
            ),
        )
        for at, name in enumerate(each.dimensions)
    ]
    title = _("Correlations of the factors: %(kind)s") % {"kind": kinds()[each.kind]}
    return Table(f"correlations_{each.kind}", title, heads, rows(found))


def _hints(models: Sequence[Fitted]) -> Table:
    heads = columns(
        ("kind", _("Kind")),
        ("hint", _("Would also")),
        ("index", _("χ² falls by"), Style.POINTS),
        ("change", _("Expected value"), Style.FINE),
        ("standardised", _("Standardised"), Style.FINE),
    )
    found = [
        (
            kinds()[each.kind],
            _told(each, hint.left, hint.operator, hint.right),
            hint.index,
            hint.change,
            hint.standardised,
        )
        for each in models
        for hint in sorted(each.hints, key=lambda one: -one.index)[:MOST_HINTS]
    ]
    note = _(
        "Where the model fits worst. Change a model only for a reason that lies in the"
        " questions, and test it on other answers."
    )
    return Table("hints", _("Modification hints"), heads, rows(found), note)


def _told(each: Fitted, left: str, operator: str, right: str) -> str:
    params = {"one": each.named(left), "other": each.named(right)}
    if operator == "=~":
        return _("%(one)s shows in item %(other)s") % params
    return _("items %(one)s and %(other)s share something else") % params
