"""A share with its interval, and the days of a campaign: geometry alone, in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gapless.evaluation.campaigns.reporting import Day
from gapless_stats.intervals import Interval

LONGEST = 92
"""So many days are drawn at most: a quarter; earlier ones are in the table by month."""


def _px(value: float) -> float:
    return round(value, 1) + 0.0


@dataclass(frozen=True, slots=True)
class ShareBar:
    """From 0 to 1 over the width; the interval as a whisker on top."""

    share: float
    interval: Interval

    width = 240
    height = 18

    @property
    def end(self) -> float:
        return max(_px(self.share * self.width), 1.0 if self.share else 0.0)

    @property
    def whisker(self) -> str:
        left, right = (_px(x * self.width) for x in (self.interval.low, self.interval.high))
        return f"M{left:g} 9H{right:g}M{left:g} 6v6M{right:g} 6v6"


@dataclass(frozen=True, slots=True)
class DayBar:
    day: date
    opened: int
    finished: int
    x: float
    opened_height: float
    finished_height: float

    @property
    def opened_y(self) -> float:
        return _px(Days.floor - self.opened_height)

    @property
    def finished_y(self) -> float:
        return _px(Days.floor - self.finished_height)


@dataclass(frozen=True, slots=True)
class Days:
    """How many opened and how many finished on each day, one column a day."""

    days: Sequence[Day]

    floor = 84
    height = 104
    stride = 12

    @property
    def drawn(self) -> tuple[Day, ...]:
        """The last days, those without anybody too."""
        if not self.days:
            return ()
        known = {each.day: each for each in self.days}
        last = self.days[-1].day
        first = max(self.days[0].day, last - timedelta(days=LONGEST - 1))
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(known.get(day, Day(day, 0, 0)) for day in days)

    @property
    def bars(self) -> tuple[DayBar, ...]:
        tallest = max((max(d.opened, d.finished) for d in self.drawn), default=1) or 1
        return tuple(
            DayBar(
                each.day,
                each.opened,
                each.finished,
                2 + at * self.stride,
                self._tall(each.opened, tallest),
                self._tall(each.finished, tallest),
            )
            for at, each in enumerate(self.drawn)
        )

    @property
    def newest(self) -> list[Day]:
        """The days with anybody, newest first."""
        return [each for each in reversed(self.drawn) if each.opened or each.finished]

    @property
    def end(self) -> int:
        """Where the last column ends."""
        return len(self.drawn) * self.stride

    @property
    def width(self) -> int:
        return max(len(self.drawn) * self.stride + 4, 240)

    @property
    def first(self) -> date | None:
        return self.drawn[0].day if self.days else None

    @property
    def last(self) -> date | None:
        return self.drawn[-1].day if self.days else None

    def _tall(self, count: int, tallest: int) -> float:
        return max(_px((self.floor - 6) * count / tallest), 1.5) if count else 0.0
