"""What was read: columns, what is missing, and signs of careless answering."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gapless.cli.analyse.content import Cell, Section, Style, Table, columns, rows
from gapless.cli.analyse.data import Asked, Battery, Data
from gapless.cli.analyse.words import Refusals, kinds
from gapless.cli.analyse.written import written
from gapless_stats import flags, health
from gapless_stats.health import Finding, Verdict
from gapless_stats.intervals import mean_of_sums
from gapless_stats.moments import Sums


def section(data: Data) -> Section:
    refusals = Refusals()
    signs = _signs(data)
    blocks = [*([_flags(signs)] if signs else []), _columns(data)]
    if not any(len(each.columns) >= flags.SHORTEST_BLOCK for each in _blocks(data)):
        refusals.add(
            _(
                "Straight-lining: it shows in a block of ten items or more, and there is"
                " none."
            )
        )
    lead = ngettext("%(count)s row was read.", "%(count)s rows were read.", data.rows) % {
        "count": written(data.rows, Style.COUNT)
    }
    return Section(
        "data",
        _("Data"),
        (lead, _("Every number below says over how many answers it was computed.")),
        tuple(blocks),
        refusals.sentences,
        (
            "Johnson 2005, J. Research in Personality 39:103",
            "Peter, Churchill and Brown 1993, J. Consumer Research 19:655",
        ),
    )


def _columns(data: Data) -> Table:
    return Table(
        "columns",
        _("Columns"),
        columns(
            ("column", _("Column")),
            ("kind", _("Kind")),
            ("item", _("Item")),
            ("dimension", _("Dimension")),
            ("answered", _("Answered"), Style.COUNT),
            ("missing", _("Not answered"), Style.COUNT),
            ("mean", _("Mean"), Style.POINTS),
            ("sd", _("Standard deviation"), Style.POINTS),
            ("low", _("Lowest"), Style.COUNT),
            ("high", _("Highest"), Style.COUNT),
        ),
        rows([_column(each, data) for each in data.columns]),
    )


def _column(asked: Asked, data: Data) -> list[Cell]:
    known, entry = asked.known, asked.entry
    mean = mean_of_sums(Sums.of(known))
    ends = (int(known.min()), int(known.max())) if len(known) else (None, None)
    return [
        entry.column,
        kinds()[entry.kind],
        entry.item,
        entry.dimension,
        len(known),
        data.rows - len(known),
        mean.mean,
        mean.sd,
        *ends,
    ]


def _blocks(data: Data) -> list[Battery]:
    """Those of the gap where there are some, so that `gapless gap` counts the same."""
    batteries = data.batteries
    pairs = [
        each for kind, each in batteries.items() if kind in ("expectation", "perception")
    ]
    return pairs or list(batteries.values())


def _signs(data: Data) -> list[tuple[str, Finding]]:
    """Signs of careless answering that these blocks can show."""
    blocks, found = [each.block for each in _blocks(data)], []
    if not data.rows:
        return []
    if any(block.answers.shape[1] >= flags.SHORTEST_BLOCK for block in blocks):
        straight, equal = flags.straight_lining(blocks), flags.all_equal(blocks)
        for name, mask in (
            (_("Straight-lining"), straight),
            (_("The same answer throughout"), equal),
        ):
            share = health.straight_lining_share(int(mask.sum()), data.rows)
            found.append((name, share))
    expectation = data.batteries.get("expectation")
    scale = data.gaps.scale if data.gaps else None
    if expectation and scale:
        ceiling = flags.expectation_ceiling(expectation.block, top=scale.high)
        share = health.ceiling_share(int(ceiling.sum()), data.rows)
        found.append((_("Expectations at the top of the scale"), share))
    return found


def _flags(signs: list[tuple[str, Finding]]) -> Table:
    heads = columns(
        ("sign", _("Sign")),
        ("count", _("Respondents"), Style.COUNT),
        ("n", "n", Style.COUNT),
        ("share", _("Share"), Style.SHARE),
        ("interval", _("95% interval"), Style.SHARE),
        ("limit", _("Limit"), Style.SHARE),
        ("verdict", _("Verdict")),
    )
    cells = [
        (
            *(name, round(found.value * found.n), found.n, found.value),
            *(found.interval, found.limit, _verdict(found)),
        )
        for name, found in signs
    ]
    note = _(
        "Straight-lining is one answer to all but two items of a block of ten or more."
        " Flagged answers are counted here and kept in every number below."
    )
    return Table("flags", _("Signs of careless answering"), heads, rows(cells), note)


def _verdict(found: Finding) -> str:
    fine = found.verdict is Verdict.FINE
    return _("below the limit") if fine else _("above the limit")
