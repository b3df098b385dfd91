"""What measures are called, how their numbers are written, which of them are offered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gapless.analytics.summaries import Measure, MeasureKind
from gapless.core.instruments.queries import layout_of
from gapless.core.text import said
from gapless.web.templatetags.numbers import interval, points, signed
from gapless_stats.intervals import Interval

if TYPE_CHECKING:
    from gapless.core.instruments.models import FormVersion


def names_in(version: FormVersion) -> dict[str, str]:
    """What dimensions and items are called in the reader's language, by target."""
    dimensions = {f"dimension:{d.code}": said(d.name) for d in version.dimensions.all()}
    items = {f"item:{item.code}": said(item.text) for item in version.items.all()}
    return dimensions | items


def name_of(measure: Measure, names: dict[str, str]) -> str:
    fixed = {
        "overall": _("Overall, dimensions alike"),
        "by_item": _("Overall, items alike"),
        "weighted": _("Overall, by customers' weights"),
    }
    target = measure.target
    return fixed.get(target) or names.get(target) or target.partition(":")[2]


def has_gaps(measures: Iterable[Measure]) -> bool:
    return any(measure.kind is MeasureKind.GAP for measure in measures)


def offered(measures: Sequence[Measure], *, perceived: bool) -> list[Measure]:
    """One measure for each target: the gap, or perception where that is asked for."""
    found: dict[str, Measure] = {}
    for measure in measures:
        gap = measure.kind is MeasureKind.GAP
        if measure.target not in found or gap is not perceived:
            found[measure.target] = measure
    return sorted(found.values(), key=lambda measure: _LEVELS[_level(measure)])


_LEVELS = {"overall": 0, "weighted": 1, "by_item": 2, "dimension": 3, "item": 4}


def _level(measure: Measure) -> str:
    return measure.target.partition(":")[0]


def decimals(measure: Measure) -> int:
    """Scale points have two; a net score, which counts hundredths, has one."""
    return 1 if measure.kind is MeasureKind.NET else 2


def written(measure: Measure, value: float | None) -> str:
    if measure.kind is MeasureKind.NET:
        return signed(value, decimals(measure))
    return points(value, decimals(measure))


def limits(measure: Measure, found: Interval | None) -> str:
    if found is None:
        return ""
    return interval(found.low, found.high, decimals(measure))


def difference(measure: Measure, value: float, found: Interval) -> str:
    """A difference with its interval, signed: +0.06 [+0.01, +0.11]."""
    places = decimals(measure)
    low, high = signed(found.low, places), signed(found.high, places)
    return f"{signed(value, places)} [{low}, {high}]"


def in_gap_table(version: FormVersion, measure: Measure) -> bool:
    """Whether the gap table has a row for it, and so an evidence drawer."""
    rated = {question.code for question in layout_of(version).rated}
    return not measure.item or measure.item in rated
