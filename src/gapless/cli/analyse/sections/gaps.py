"""The customer gap: items, dimensions and overall."""

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
from gapless.cli.analyse.data import Data
from gapless.cli.analyse.svg import Bar, bars
from gapless.cli.analyse.written import written
from gapless.cli.gap.report import DimensionResult, ItemResult, report
from gapless.cli.gap.report import Report as Gaps
from gapless_stats.gaps import Gap

SOURCES = (
    "Parasuraman, Zeithaml and Berry 1988, J. Retailing 64:12",
    "Student 1908, Biometrika 6:1",
    "Benjamini and Hochberg 1995, J. Royal Statistical Society B 57:289",
)
TOLERANCE = 0.1  # design.md: a gap inside it counts as even


def section(data: Data) -> Section:
    title = _("Gaps")
    if data.gaps is None:
        lead = _("The map lists no perception, so there is no gap to compute.")
        return Section("gaps", title, (lead,))
    found = report(data.form, data.gaps)
    if found.overall_by_item is None:
        return Section("gaps", title, (_without_expectation(),), _performance(found))
    return Section("gaps", title, tuple(_lead(found)), tuple(_blocks(found)), (), SOURCES)


def _without_expectation() -> str:
    return _(
        "The map lists no expectation, so there is no gap; perception alone (SERVPERF) is"
        " shown."
    )


def _lead(found: Gaps) -> list[str]:
    lead = [_("A gap is perception minus expectation; a negative one falls short.")]
    known = [each for each in found.dimensions if each.gap and each.gap.gap is not None]
    if known:
        widest = min(known, key=lambda each: _value(each.gap))
        lead.append(
            _("The gap is widest in %(name)s: %(gap)s %(interval)s.")
            % {
                "name": widest.name,
                "gap": written(_value(widest.gap), Style.POINTS),
                "interval": written(
                    widest.gap.interval if widest.gap else None, Style.POINTS
                ),
            }
        )
    return lead


def _value(gap: Gap | None) -> float:
    return gap.gap if gap and gap.gap is not None else 0.0


def _blocks(found: Gaps) -> list[Block]:
    blocks: list[Block] = [_overall(found)]
    if found.dimensions:
        blocks += [
            _picture(_("Gaps by dimension"), found.dimensions),
            _table("dimensions", _("Dimensions"), found.dimensions),
        ]
    return [
        *blocks,
        _picture(_("Gaps by item"), found.items),
        _items(found.items),
    ]


def _picture(title: str, each: Sequence[DimensionResult | ItemResult]) -> Picture:
    drawn = [
        Bar(
            one.name,
            gap.gap,
            gap.interval.low if gap.interval else None,
            gap.interval.high if gap.interval else None,
            written(gap.gap, Style.SIGNED),
            _ink(gap),
        )
        for one in each
        if (gap := one.gap) and gap.gap is not None
    ]
    return Picture(title, bars(drawn, label=title) if drawn else "")


def _ink(gap: Gap) -> str:
    """Coloured only where the interval leaves the tolerance (design.md 2)."""
    if gap.interval and gap.interval.high < -TOLERANCE:
        return "short"
    return "over" if gap.interval and gap.interval.low > TOLERANCE else "even"


def _measures(first: tuple[str, str]) -> list[Column]:
    return list(
        columns(
            first,
            ("n", "n", Style.COUNT),
            ("expectation", _("Expectation"), Style.POINTS),
            ("perception", _("Perception"), Style.POINTS),
            ("gap", _("Gap"), Style.SIGNED),
            ("interval", _("95% interval"), Style.POINTS),
            ("sd", _("Standard deviation"), Style.POINTS),
            ("effect", _("Effect size d"), Style.POINTS),
        )
    )


def _cells(name: str, gap: Gap | None) -> list[Cell]:
    if gap is None:
        return [name, 0, *[None] * 6]
    return [
        name,
        gap.n,
        *(gap.expectation, gap.perception, gap.gap, gap.interval, gap.sd, gap.effect_size),
    ]


def _overall(found: Gaps) -> Table:
    named = [
        (_("Mean over dimensions"), found.overall if found.dimensions else None),
        (_("Mean over items"), found.overall_by_item),
        (_("Weighted by importance points"), found.overall_weighted),
    ]
    each = [_cells(name, gap) for name, gap in named if gap is not None]
    first = ("score", _("Score"))
    return Table("overall", _("Overall"), tuple(_measures(first)), rows(each))


def _table(key: str, title: str, each: Sequence[DimensionResult]) -> Table:
    named = [_cells(one.name, one.gap) for one in each]
    first = ("dimension", _("Dimension"))
    note = _("A respondent counts in a dimension with half of its pairs answered.")
    return Table(key, title, tuple(_measures(first)), rows(named), note)


def _items(each: Sequence[ItemResult]) -> Table:
    first, *more = _measures(("item", _("Item")))
    tested = columns(("p", _("p value"), Style.CHANCE), ("q", _("q value"), Style.CHANCE))
    named = []
    for one in each:
        name, *cells = _cells(one.name, one.gap)
        p_value = one.gap.p_value if one.gap else None
        named.append([name, one.dimension, *cells, p_value, one.q_value])
    heads = (first, Column("dimension", _("Dimension")), *more, *tested)
    note = _(
        "The q value is the p value adjusted for the number of items (Benjamini-Hochberg)."
    )
    return Table("items", _("Items"), heads, rows(named), note)


def _performance(found: Gaps) -> tuple[Block, ...]:
    heads = columns(
        ("name", _("Name")),
        ("n", "n", Style.COUNT),
        ("mean", _("Mean"), Style.POINTS),
        ("interval", _("95% interval"), Style.POINTS),
        ("sd", _("Standard deviation"), Style.POINTS),
    )

    def table(key: str, title: str, each: Sequence[DimensionResult | ItemResult]) -> Table:
        cells = [
            (one.name, mean.n, mean.mean, mean.interval, mean.sd)
            for one in each
            for mean in [one.perception]
        ]
        return Table(key, title, heads, rows(cells))

    return (
        table("dimensions", _("Dimensions"), found.dimensions),
        table("items", _("Items"), found.items),
    )
