"""
Answers drawn from the pattern, a month at a time, as arrays. Pure.

Equal seeds give equal answers: the bit generator is fixed, each month has a stream of its
own, and nothing depends on the order in which a processor sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from gapless.analytics.answers import NOT_APPLICABLE, UNANSWERED, Kind, Layout

from . import pattern as planted
from .company import Company, Hall
from .pattern import ITEMS, Group, Pattern

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bytes = NDArray[np.int8]
Mask = NDArray[np.bool_]

BUSIER_IN_SEASON = 1.15  # months with longer queues bring more answers, too


@dataclass(frozen=True, slots=True, eq=False)
class Month:
    """The answers of one month, ordered by group. Rows belong together."""

    first: date
    groups: tuple[Group, ...]
    group: Integers  # (n,) index into groups
    answered_at: list[datetime]  # by the clock on the hall's wall
    values: Bytes  # (n, layout.width)
    comments: dict[int, str]  # row → sentence


@dataclass(frozen=True)
class Survey:
    """What is drawn: whose customers, from which truth, on which form, how many."""

    company: Company
    pattern: Pattern
    layout: Layout
    answers: int
    seed: int

    def months(self) -> Iterator[Month]:
        """Oldest first; only one of them need be in memory at a time."""
        for place, counts in enumerate(self._counts()):
            if counts.any():
                yield self._month(place, counts)

    def _counts(self) -> Integers:
        """How many customers answer: (months, halls), in proportion to their traffic."""
        traffic = np.array([hall.customers for hall in self.company.halls], np.float64)
        busy = np.array(
            [
                BUSIER_IN_SEASON if month.month in planted.SEASON else 1.0
                for month in self.pattern.months
            ]
        )
        share = (busy[:, None] * traffic).ravel()
        drawn = self._stream(0).multinomial(self.answers, share / share.sum())
        return drawn.reshape(len(busy), len(traffic))

    def _stream(self, *place: int) -> np.random.Generator:
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=place))
        )

    def _month(self, place: int, counts: Integers) -> Month:
        first = self.pattern.months[place]
        rng = self._stream(1, place)
        groups, sizes = self._groups(first, counts, rng)
        group = np.repeat(np.arange(len(groups)), sizes)
        sheet = Sheet(self.layout, self.pattern, groups, group, rng)
        values = sheet.filled_in()
        return Month(
            first,
            groups,
            group,
            self._moments(first, groups, group, rng),
            values,
            self._comments(values, rng),
        )

    def _groups(
        self, first: date, counts: Integers, rng: np.random.Generator
    ) -> tuple[tuple[Group, ...], Integers]:
        groups, sizes = [], []
        for place, count in zip(self.company.places, counts.tolist(), strict=True):
            share = planted.SELF_SELECTED_SHARE if place.has_poster else 0.0
            themselves = int(rng.binomial(count, share))
            for self_selected, size in ((False, count - themselves), (True, themselves)):
                if size:
                    groups.append(Group(place, first, self_selected))
                    sizes.append(size)
        return tuple(groups), np.array(sizes, np.int64)

    def _moments(
        self,
        first: date,
        groups: tuple[Group, ...],
        group: Integers,
        rng: np.random.Generator,
    ) -> list[datetime]:
        """Some minute while the hall is open."""
        days = [_open_days(first, self.company.halls[g.place.ordinal]) for g in groups]
        which, when = rng.random(len(group)), rng.random(len(group))
        found = []
        for row, g in enumerate(group.tolist()):
            day = days[g][int(which[row] * len(days[g]))]
            hours = self.company.halls[groups[g].place.ordinal].hours
            opens = datetime.combine(day, hours.opens)
            open_for = datetime.combine(day, hours.closes) - opens
            found.append(opens + timedelta(seconds=int(when[row] * open_for.seconds)))
        return found

    def _comments(self, values: Bytes, rng: np.random.Generator) -> dict[int, str]:
        """What a few write about the item that let them down most."""
        items = [q.code for q in self.layout.of(Kind.PAIR)]
        columns = np.array([self.layout.columns[code] + 1 for code in items])
        writers = np.flatnonzero(rng.random(len(values)) < planted.COMMENTS)
        perceived = values[writers][:, columns]
        worst = np.where(perceived < 1, 127, perceived).argmin(axis=1)
        choice = rng.random(len(writers))
        found = {}
        for row, item, at in zip(writers.tolist(), worst.tolist(), choice, strict=True):
            if said := self.company.comments.get(items[item]):
                found[row] = said[int(at * len(said))]
        return found


def _open_days(first: date, hall: Hall) -> list[date]:
    days = [first + timedelta(days=n) for n in range(31)]
    return [d for d in days if d.month == first.month and d.isoweekday() in hall.hours.days]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The questionnaires of one month while they are being filled in."""

    layout: Layout
    pattern: Pattern
    groups: tuple[Group, ...]
    group: Integers
    rng: np.random.Generator

    def filled_in(self) -> Bytes:
        n = len(self.group)
        values = np.full((n, self.layout.width), UNANSWERED, np.int8)
        mood, content = self._moods()
        self._pairs(values, mood, content)
        self._skip(values)
        self._points(values)
        self._overall(values, content)
        return values

    def _moods(self) -> tuple[Floats, Floats]:
        """The halo: one number per customer behind expectations, one behind perceptions."""
        mood, own = self.rng.standard_normal((2, len(self.group)))
        together = planted.MOODS_TOGETHER
        return mood, together * mood + _rest(together) * own

    def _pairs(self, values: Bytes, mood: Floats, content: Floats) -> None:
        pairs = self.layout.of(Kind.PAIR)
        at = np.array([self.layout.columns[q.code] for q in pairs])
        names = self.layout.paired_dimensions
        dimension = np.array([names.index(q.dimension) for q in pairs])
        who = self.rng.random(len(values))
        straight = who < planted.STRAIGHT_LINERS
        ceiling = ~straight & (who < planted.STRAIGHT_LINERS + planted.CEILING)
        expected = self._steps(
            self._leaning(planted.EXPECTATION_HALO, mood, dimension),
            [[ITEMS[q.code].expectation for q in pairs] for _ in self.groups],
            planted.EXPECTATION_CONCENTRATION,
        )
        perceived = self._steps(
            self._leaning(planted.PERCEPTION_HALO, content, dimension),
            [[self.pattern.perception(q.code, g) for q in pairs] for g in self.groups],
            planted.PERCEPTION_CONCENTRATION,
        )
        for side, steps in enumerate((expected, perceived)):
            values[:, at + side] = 1 + self._with_straight_lines(steps, straight)
        values[np.ix_(ceiling, at)] = 7

    def _leaning(self, halo: float, mood: Floats, dimension: Integers) -> Floats:
        """How each answer leans, (n, items): by mood, view of its dimension, and chance."""
        n, items = len(mood), len(dimension)
        share = planted.DIMENSION_SHARE
        view = self.rng.standard_normal((n, int(dimension.max()) + 1))[:, dimension]
        own = self.rng.standard_normal((n, items))
        return halo * mood[:, None] + share * view + _rest(halo, share) * own

    def _steps(self, leaning: Floats, means: list[list[float]], spread: int) -> Integers:
        """Steps above the bottom of the scale: how many thresholds the leaning passes."""
        rungs = ladder(np.array(means), points=6, concentration=spread)
        steps = np.zeros(leaning.shape, np.int64)
        for rung in range(rungs.shape[-1]):
            steps += leaning > rungs[self.group, :, rung]
        return steps

    def _with_straight_lines(self, steps: Integers, straight: Mask) -> Integers:
        # Who ticks one column all the way down chooses it as for some item of the form,
        # so that the mean over the items stays the truth.
        n, items = steps.shape
        model = self.rng.integers(0, items, n)
        chosen = steps[np.arange(n), model]
        return np.where(straight[:, None], chosen[:, None], steps)

    def _skip(self, values: Bytes) -> None:
        """Blanks, "does not apply", and those who stop before the end."""
        pairs = self.layout.of(Kind.PAIR)
        n = len(values)
        stops = self.rng.random(n) < planted.BREAK_OFF
        last = np.where(stops, self.rng.integers(0, len(pairs), n), len(pairs))
        for place, question in enumerate(pairs):
            expectation = self.layout.columns[question.code]
            perception = expectation + 1
            blank = self.rng.random((2, n)) < planted.SKIPPED
            unknown = self.rng.random(n) < planted.NOT_EXPERIENCED.get(question.code, 0.0)
            values[unknown, perception] = NOT_APPLICABLE
            values[blank[0], expectation] = UNANSWERED
            values[blank[1] | (place >= last), perception] = UNANSWERED

    def _points(self, values: Bytes) -> None:
        """100 points in portions of five; some share equally, miscount, or leave it out."""
        boxes = self.layout.of(Kind.WEIGHT)
        wanted = np.array([planted.POINTS[box.dimension] for box in boxes]) / 100
        n = len(values)
        points = 5 * self.rng.multinomial(20, wanted, size=n)
        who = self.rng.random(n)
        equal = who < planted.EQUAL_POINTS
        points[equal] = 100 // len(boxes)
        high = planted.EQUAL_POINTS + planted.MISCOUNTED_POINTS
        points[~equal & (who < high), 0] += 5
        low = high + planted.WRONG_POINTS
        wrong = (who >= high) & (who < low)
        points[wrong] = points[wrong] * 4 // 5
        points[who >= 1 - planted.NO_POINTS] = UNANSWERED
        columns = [self.layout.columns[box.code] for box in boxes]
        values[:, columns] = points

    def _overall(self, values: Bytes, content: Floats) -> None:
        """Judgements of the whole, which follow the mean perception of the group."""
        means = [
            [sum(self.pattern.perception(code, g) for code in ITEMS) / len(ITEMS)]
            for g in self.groups
        ]
        halo = planted.OVERALL_HALO
        for question in self.layout.of(Kind.OVERALL):
            rungs = ladder(
                np.array(means),
                points=question.high - question.low,
                concentration=planted.PERCEPTION_CONCENTRATION,
            )
            own = self.rng.standard_normal(len(values))
            leaning = halo * content + _rest(halo) * own
            steps = (leaning[:, None] > rungs[self.group, 0]).sum(axis=1)
            values[:, self.layout.columns[question.code]] = question.low + steps


def ladder(means: Floats, *, points: int, concentration: int) -> Floats:
    """
    Thresholds on a standard normal that give answers of exactly these means.

    A mean on the scale from 1 to 7 becomes the beta-binomial distribution of 0 to
    ``points`` steps with the same relative mean: no answer leaves the scale, and no mean
    is bent by its ends. Shape: that of ``means``, and ``points`` thresholds.
    """
    alpha = concentration * (means - 1) / 6
    beta = concentration - alpha
    chance = np.ones((*means.shape, points + 1))
    for steps in range(points + 1):
        ways = 1.0
        for step in range(steps):
            chance[..., steps] *= alpha + step
            ways = ways * (points - step) / (step + 1)
        for step in range(points - steps):
            chance[..., steps] *= beta + step
        chance[..., steps] *= ways
    reached = np.cumsum(chance, axis=-1)
    # Rounded, so that the last digit of a machine's logarithm decides no answer.
    thresholds: Floats = np.round(ndtri(reached[..., :-1] / reached[..., -1:]), 9)
    return thresholds


def _rest(*shares: float) -> float:
    """The share that keeps the variance at 1 beside the others."""
    return float((1 - sum(share * share for share in shares)) ** 0.5)
