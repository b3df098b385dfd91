"""Whether each dimension measures something of its own."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gapless.cli.analyse.content import (
    Block,
    Cell,
    Column,
    Section,
    Style,
    Table,
    columns,
    rows,
)
from gapless.cli.analyse.sections.factors import Fitted
from gapless.cli.analyse.words import Refusals, kinds
from gapless_stats.checks import Floats
from gapless_stats.validity import (
    FornellLarcker,
    Heterotrait,
    convergent_validity,
    fornell_larcker,
    htmt,
    htmt2,
)

SOURCES = (
    "Fornell and Larcker 1981, J. Marketing Research 18:39",
    "Henseler, Ringle and Sarstedt 2015, J. Academy of Marketing Science 43:115",
    "Roemer, Schuberth and Henseler 2021, Industrial Management and Data Systems 121:2637",
)


def section(models: Sequence[Fitted]) -> Section:
    title = _("Validity")
    if not models:
        nothing = _("Validity is judged by a factor model, and there is none; see above.")
        return Section("validity", title, (nothing,))
    refusals = Refusals()
    blocks: list[Block] = [_convergent(models, refusals)]
    for each in models:
        if len(each.dimensions) > 1:
            blocks += _fornell_larcker(each, refusals)
            blocks += _heterotrait(each, refusals)
        else:
            refusals.add(
                _("%(kind)s has one dimension, so it cannot be held apart from others.")
                % {"kind": kinds()[each.kind]}
            )
    lead = (
        _(
            "Items converge where the average variance extracted (AVE) is from 0.5 on and"
            " the composite reliability (CR) from 0.7 on."
        ),
        _(
            "Dimensions are apart where √AVE exceeds every correlation, and the"
            " heterotrait-monotrait ratio stays below 0.85 to 0.90."
        ),
    )
    return Section("validity", title, lead, tuple(blocks), refusals.sentences, SOURCES)


def _convergent(models: Sequence[Fitted], refusals: Refusals) -> Table:
    heads = columns(
        ("kind", _("Kind")),
        ("dimension", _("Dimension")),
        ("n", "n", Style.COUNT),
        ("ave", "AVE", Style.FINE),
        ("cr", "CR", Style.FINE),
        ("maximal", _("Maximal reliability"), Style.FINE),
        ("apart", _("Apart from the others")),
    )
    found: list[tuple[Cell, ...]] = []
    for each in models:
        subject = _("Convergent validity of %(kind)s") % {"kind": kinds()[each.kind]}
        of = refusals.attempt(subject, convergent_validity, each.fit.solution)
        if of is None:
            continue
        apart = _apart(each, refusals)
        found += [
            (
                *(kinds()[each.kind], name, each.fit.n, float(of.extracted[at])),
                *(float(of.composite[at]), float(of.maximal[at]), apart[at]),
            )
            for at, name in enumerate(each.dimensions)
        ]
    return Table("convergent", _("Convergent validity"), heads, rows(found))


def _apart(each: Fitted, refusals: Refusals) -> list[str]:
    """Whether each dimension is; of one dimension that is no question."""
    found = _criterion(each, refusals) if len(each.dimensions) > 1 else None
    if found is None:
        return [""] * len(each.dimensions)
    return [_("yes") if one else _("no") for one in found.holds]


def _criterion(each: Fitted, refusals: Refusals) -> FornellLarcker | None:
    return refusals.attempt(_title(each), fornell_larcker, each.fit.solution)


def _title(each: Fitted) -> str:
    return _("√AVE and correlations: %(kind)s") % {"kind": kinds()[each.kind]}


def _fornell_larcker(each: Fitted, refusals: Refusals) -> list[Table]:
    found = _criterion(each, refusals)
    if found is None:
        return []
    note = _("On the diagonal √AVE, below it the correlations of the factors.")
    return [_lower(each, f"fornell_larcker_{each.kind}", _title(each), found.table, note)]


def _heterotrait(each: Fitted, refusals: Refusals) -> list[Table]:
    kind = kinds()[each.kind]
    found = []
    for key, name, compute in (("htmt", "HTMT", htmt), ("htmt2", "HTMT2", htmt2)):
        subject = _("%(method)s of %(kind)s") % {"method": name, "kind": kind}
        ratio: Heterotrait | None = refusals.attempt(
            subject, compute, each.sample, each.model.factors
        )
        if ratio is not None:
            found.append(_lower(each, f"{key}_{each.kind}", subject, ratio.ratio, ""))
    return found


def _lower(each: Fitted, key: str, title: str, matrix: Floats, note: str) -> Table:
    """A symmetric matrix without its upper half."""
    heads = (
        Column("dimension", _("Dimension")),
        *(Column(name, name, Style.FINE) for name in each.dimensions),
    )
    found = [
        (
            name,
            *(
                float(matrix[at, other]) if other <= at else ""
                for other in range(len(each.dimensions))
            ),
        )
        for at, name in enumerate(each.dimensions)
    ]
    return Table(key, title, heads, rows(found), note)
