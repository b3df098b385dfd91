"""The gap table for a person at a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from gapless_stats.gaps import Gap
from gapless_stats.intervals import Interval, Mean
from gapless_stats.reliability import Alpha, feldt_interval

from .report import ItemResult, Report

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"

GAP_HEADINGS = ("n", "E", "P", "gap", "95 % interval", "SD", "d")
MEAN_HEADINGS = ("n", "P", "95 % interval", "SD")


def as_text(report: Report, *, file: str) -> str:
    """Aligned tables; no number stands without its n."""
    return "\n".join(_lines(report, file)) + "\n"


def _lines(report: Report, file: str) -> Iterator[str]:
    yield f"{file}: {report.rows} rows{_scale(report)}."
    if report.overall_by_item is None:
        yield (
            "There is no expectation in the map, so there is no gap;"
            " perception alone (SERVPERF) is shown."
        )
    else:
        yield "Gap = perception P − expectation E, in scale points; negative falls short."
        yield ""
        yield from _gaps(report)
    yield ""
    yield from _perceptions(report)
    yield ""
    yield from _alphas(report)
    yield ""
    yield from _flagged(report)


def _scale(report: Report) -> str:
    if report.scale is None:
        return ", without an answer"
    origin = "as given" if report.scale.given else "as the answers span it"
    return f", scale {_whole(report.scale.low)} to {_whole(report.scale.high)} ({origin})"


def _gaps(report: Report) -> Iterator[str]:
    yield from table(
        ("Dimension", *GAP_HEADINGS),
        [(each.name, *_gap_cells(each.gap)) for each in report.dimensions],
    )
    yield ""
    yield from table(
        ("Item", "Dimension", *GAP_HEADINGS, "p", "q (BH)"),
        [
            (each.name, each.dimension or NOTHING, *_gap_cells(each.gap), *_p_cells(each))
            for each in report.items
        ],
        words=2,
    )
    yield ""
    overall = [
        ("dimensions equal", report.overall),
        ("items equal", report.overall_by_item),
        ("own weights", report.overall_weighted),
    ]
    yield from table(
        ("Overall", *GAP_HEADINGS),
        [(name, *_gap_cells(gap)) for name, gap in overall if gap],
    )


def _perceptions(report: Report) -> Iterator[str]:
    rows = [(each.name, *_mean_cells(each.perception)) for each in report.dimensions]
    rows.append(("overall, dimensions equal", *_mean_cells(report.perception)))
    rows.append(("overall, items equal", *_mean_cells(report.perception_by_item)))
    yield from table(("SERVPERF (P alone)", *MEAN_HEADINGS), rows)
    if report.overall_by_item is None:
        yield ""
        yield from table(
            ("Item", "Dimension", *MEAN_HEADINGS),
            [
                (each.name, each.dimension or NOTHING, *_mean_cells(each.perception))
                for each in report.items
            ],
            words=2,
        )


def _alphas(report: Report) -> Iterator[str]:
    sides = ["P"] if report.overall_by_item is None else ["E", "P", f"P {MINUS} E"]
    rows = []
    for each in report.dimensions:
        alphas = {
            "E": each.alpha_expectation,
            "P": each.alpha_perception,
            f"P {MINUS} E": each.alpha_gap,
        }
        n = next((str(alpha.n) for alpha in alphas.values() if alpha), NOTHING)
        rows.append((each.name, n, *(_alpha_cell(alphas[side]) for side in sides)))
    headings = (f"of {side}" for side in sides)
    yield from table(("Cronbach's alpha [95 %, Feldt]", "n", *headings), rows)


def _flagged(report: Report) -> Iterator[str]:
    flagged = report.flagged
    rows = [
        ("straight-lining", str(flagged.straight_lining)),
        ("all equal", str(flagged.all_equal)),
    ]
    if flagged.expectation_ceiling is not None:
        rows.append(("expectations at the ceiling", str(flagged.expectation_ceiling)))
    yield from table(("Flagged, of all rows", "n"), rows)


def _gap_cells(gap: Gap | None) -> tuple[str, ...]:
    if gap is None:
        return (NOTHING,) * len(GAP_HEADINGS)
    return (
        str(gap.n),
        _number(gap.expectation),
        _number(gap.perception),
        _number(gap.gap),
        _interval(gap.interval),
        _number(gap.sd),
        _number(gap.effect_size),
    )


def _p_cells(item: ItemResult) -> tuple[str, str]:
    return _probability(item.gap.p_value if item.gap else None), _probability(item.q_value)


def _mean_cells(mean: Mean) -> tuple[str, ...]:
    return str(mean.n), _number(mean.mean), _interval(mean.interval), _number(mean.sd)


def _alpha_cell(alpha: Alpha | None) -> str:
    if alpha is None:
        return NOTHING
    interval = feldt_interval(alpha.value, n=alpha.n, k=alpha.items)
    return f"{_number(alpha.value)} {_interval(interval)}"


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return NOTHING
    return f"[{_number(interval.low)}, {_number(interval.high)}]"


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:z.2f}".replace("-", MINUS)


def _whole(value: int) -> str:
    return str(value).replace("-", MINUS)


def _probability(value: float | None) -> str:
    if value is None:
        return NOTHING
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1
) -> Iterator[str]:
    """Columns as wide as their widest cell; the first ``words`` of them set left."""
    if not rows:
        return
    widths = [max(map(_width, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - _width(cell))
            cells.append(cell + space if place < words else space + cell)
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return sum(
        0
        if unicodedata.combining(letter)
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )
