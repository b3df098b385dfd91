"""The importance map as rows, as a picture and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from gapless.core.files.exports import Cell
from gapless.evaluation.gaps.importance import Asked, Importance, Placed, Spot
from gapless.evaluation.gaps.report import Level
from gapless.web.pictures_importance import Map, Size
from gapless.web.pictures_importance import Spot as Dot
from gapless.web.templatetags.numbers import interval, points, share
from gapless_stats.importance import Quadrant
from gapless_stats.intervals import Mean

from . import importance_words as words
from .pages import limits

if TYPE_CHECKING:
    from gapless.evaluation.gaps.report import Target

    from .context import Context

LIKELY = 0.05
"""Below this probability of "concentrate here" nobody needs to be told of it."""

NAMED = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One item or dimension of the table."""

    spot: Spot
    placed: Placed
    name: str
    address: str

    @property
    def quadrant(self) -> Quadrant:
        return self.spot.point.quadrant

    @property
    def sure(self) -> bool:
        return self.spot.point.sure

    @property
    def concentrate(self) -> float:
        """The probability that it is important and weak."""
        return self.spot.point.probability[Quadrant.CONCENTRATE]

    @property
    def to_work_on(self) -> bool:
        return self.sure and self.quadrant is Quadrant.CONCENTRATE

    @property
    def bar(self) -> float:
        """Of that probability, in hundredths."""
        return round(100 * self.concentrate, 1)

    @property
    def probability(self) -> float:
        return self.spot.point.probability[self.quadrant]

    @property
    def dimensional(self) -> bool:
        return self.spot.target.level is Level.DIMENSION

    @property
    def n(self) -> int:
        """Beside the performance; on how many shares rest is said once for all."""
        return self.spot.performance.n if self.placed.derived else self.spot.n

    @property
    def words(self) -> str:
        return words.quadrant(self.quadrant)

    @property
    def importance(self) -> tuple[str, str]:
        written = _as_share if self.placed.derived else _written
        return written(self.spot.importance)

    @property
    def performance(self) -> tuple[str, str]:
        return _written(self.spot.performance)


def _written(mean: Mean) -> tuple[str, str]:
    limits = mean.interval
    return points(mean.mean), interval(limits.low, limits.high) if limits else ""


def _as_share(mean: Mean) -> tuple[str, str]:
    limits = mean.interval
    within = interval(100 * limits.low, 100 * limits.high, 1) if limits else ""
    return share(mean.mean), within


def rows_of(placed: Placed, names: dict[str, str], context: Context) -> list[Row]:
    """What is likeliest to be important and weak stands first."""
    found = [
        Row(
            spot,
            placed,
            names.get(str(spot.target)) or spot.target.code,
            part_at(context, placed.asked, spot.target)
            if placed.derived
            else evidence_at(context, spot.target),
        )
        for spot in placed.spots
    ]
    return sorted(found, key=_order)


def evidence_at(context: Context, target: Target) -> str:
    """The drawer of a number of the gap table."""
    return f"{context.address('gaps:evidence')}&{urlencode({'of': str(target)})}"


def part_at(context: Context, asked: Asked, target: Target) -> str:
    """The drawer of a share."""
    said = urlencode({**asked.as_written, "of": str(target)})
    return f"{context.address('gaps:importance_part')}&{said}"


def _order(row: Row) -> tuple[float, float]:
    """By probability as it is written; among equals by priority."""
    return -round(row.concentrate, 2), -(row.spot.point.priority or 0.0)


def likeliest(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.concentrate >= LIKELY][:NAMED]


def picture(placed: Placed, names: dict[str, str], size: Size) -> Map | None:
    if placed.whole is None:
        return None
    dots = [
        Dot(
            names.get(str(spot.target)) or spot.target.code,
            spot.point.importance,
            spot.point.performance,
            spot.point.ellipse,
            spot.point.quadrant,
            spot.point.sure,
        )
        for spot in placed.spots
    ]
    corners = {each: words.quadrant(each) for each in Quadrant}
    whole = placed.whole
    unit = 100 if placed.derived else 1
    return Map(dots, whole.importance, whole.performance, corners, size, unit)


def header(asked: Asked) -> list[str]:
    derived = asked.importance is Importance.DERIVED
    return [
        _("Level"),
        _("Code"),
        _("Name"),
        _("Importance by"),
        _("n"),
        _("Importance"),
        _("Importance from"),
        _("Importance to"),
        _("Performance by"),
        _("n of performance"),
        _("Performance"),
        _("Performance from"),
        _("Performance to"),
        _("Importance at the crosshair"),
        _("Performance at the crosshair"),
        _("Quadrant"),
        *(
            _("Probability: %(quadrant)s") % {"quadrant": words.quadrant(each)}
            for each in Quadrant
        ),
        _("Priority"),
        *(words.derived_columns() if derived else ()),
    ]


def file_rows(rows: list[Row]) -> Iterator[tuple[Cell, ...]]:
    """Unrounded; what may not be shown has no row."""
    for row in rows:
        spot, whole, asked = row.spot, row.placed.whole, row.placed.asked
        yield (
            spot.target.level.value,
            spot.target.code,
            row.name,
            words.option(asked.importance),
            *_numbers(spot.importance),
            words.option(asked.performance),
            *_numbers(spot.performance),
            whole.importance if whole else None,
            whole.performance if whole else None,
            row.words if row.sure else _("Cannot tell yet"),
            *(spot.point.probability[each] for each in Quadrant),
            spot.point.priority,
            *_of_shares(row),
        )


def _numbers(mean: Mean) -> tuple[Cell, ...]:
    return mean.n, mean.mean, *limits(mean.interval)


def _of_shares(row: Row) -> tuple[Cell, ...]:
    """What ``derived_columns`` names; nothing where importance is stated."""
    derived = row.placed.derived
    if derived is None or derived.found is None:
        return ()
    found = derived.found.drivers
    place = [part.target for part in derived.parts].index(row.spot.target)
    of_row = (found.correlations, found.weights, found.inflation)
    whole = (found.r_squared, *limits(derived.found.spread.r_squared))
    return (derived.outcome, *whole, *(float(each[place]) for each in of_row))
