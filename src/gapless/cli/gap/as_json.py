"""The gap table as one JSON object, unrounded."""

from __future__ import annotations

import json
from typing import Any

from gapless_stats.gaps import Gap

from .report import DimensionResult, ItemResult, Report


def as_json(report: Report, *, ascii_only: bool = False) -> str:
    """One line of JSON; what could not be computed is null."""
    content = {
        "rows": report.rows,
        "items": [_item(each) for each in report.items],
        "dimensions": [_dimension(each) for each in report.dimensions],
        "overall": _overall(report.overall),
        "overall_by_item": _overall(report.overall_by_item),
        "overall_weighted": _overall(report.overall_weighted),
        "flags": {
            "straight_lining": report.flagged.straight_lining,
            "all_equal": report.flagged.all_equal,
            "expectation_ceiling": report.flagged.expectation_ceiling,
        },
    }
    return json.dumps(content, ensure_ascii=ascii_only, allow_nan=False) + "\n"


def _item(item: ItemResult) -> dict[str, Any]:
    return {
        "item": item.name,
        "dimension": item.dimension,
        **_sides(item),
        **_spread(item.gap),
        "p_value": item.gap.p_value if item.gap else None,
    }


def _dimension(dimension: DimensionResult) -> dict[str, Any]:
    alphas = {
        "alpha_expectation": dimension.alpha_expectation,
        "alpha_perception": dimension.alpha_perception,
        "alpha_gap": dimension.alpha_gap,
    }
    return {
        "dimension": dimension.name,
        **_sides(dimension),
        **_spread(dimension.gap),
        **{name: alpha.value if alpha else None for name, alpha in alphas.items()},
    }


def _overall(gap: Gap | None) -> dict[str, Any] | None:
    return {"n": gap.n, **_spread(gap)} if gap else None


def _sides(result: ItemResult | DimensionResult) -> dict[str, Any]:
    """Over the pairs behind the gap; without expectations, over all perceptions."""
    gap, perception = result.gap, result.perception
    return {
        "n": gap.n if gap else perception.n,
        "expectation": gap.expectation if gap else None,
        "perception": gap.perception if gap else perception.mean,
    }


def _spread(gap: Gap | None) -> dict[str, Any]:
    interval = gap.interval if gap else None
    return {
        "gap": gap.gap if gap else None,
        "sd": gap.sd if gap else None,
        "ci_low": interval.low if interval else None,
        "ci_high": interval.high if interval else None,
    }
