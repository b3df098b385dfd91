"""
The answers of one form version: what their bytes mean, and what is found at intake.

``score`` runs once, when an answer comes in; what it finds is stored with the answer.
Numpy in, integer arrays out, so the same kernel runs anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gapless_stats import flags as careless
from gapless_stats import scores

UNANSWERED = -128
NOT_APPLICABLE = -127
LOWEST, HIGHEST = -100, 127  # what an answer byte can say

UNUSABLE = np.iinfo(np.int32).min
"""Stands where a respondent answered too little for a composite."""

POINTS = 100
"""What the importance points of one answer add up to."""

FLAGS = ("straight_lining", "all_equal", "expectation_ceiling")
"""What the answers themselves show: the lowest bits of an answer's flags, in this order."""

CIRCUMSTANCES = ("speeding", "repeated")
"""What is known of how they were given: the bits above. Whoever takes them in says so."""

NUMBER_WIDTH = 4
NUMBER_LIMIT = 1_000_000
"""The largest number, either way, counted in its last decimal place: squares add up."""

WEIGHT_UNIT = 1_000_000
WEIGHT_LIMIT = 1_000 * WEIGHT_UNIT
"""A case weight is kept in millionths, and is above 0 and at most 1,000."""

NO_NUMBER = int.from_bytes(NUMBER_WIDTH * b"\x80", "little", signed=True)
"""What four unanswered bytes read as."""

NO_SUCH_NUMBER = int.from_bytes(NUMBER_WIDTH * b"\x81", "little", signed=True)
"""To be written for a number or date that does not apply: each of its bytes says so."""

Bytes = NDArray[np.int8]
Composites = NDArray[np.int32]
Mask = NDArray[np.bool_]


class Kind(StrEnum):
    PAIR = "pair"  # expectation and perception, one byte each
    SCORE = "score"  # perception alone
    WEIGHT = "weight"  # points out of 100 for one dimension
    OVERALL = "overall"  # satisfaction, effort and the like
    EXPECTATION = "expectation"  # expectation alone, of a wave that asks nothing else
    ZONE = "zone"  # the least accepted, what is desired, what was perceived: three bytes
    NPS = "nps"  # likelihood to recommend, 0 to 10
    SINGLE = "single"  # the index of the option chosen
    MULTIPLE = "multiple"  # a byte for each option: 1 chosen, 0 not
    NUMBER = "number"  # four bytes, in the last decimal place
    DATE = "date"  # four bytes: days since 1970-01-01
    CASE_WEIGHT = "case_weight"  # four bytes: how many people stand behind, in millionths
    TEXT = "text"  # no byte: kept beside the answer
    ATTRIBUTE = "attribute"


COUNTED = (Kind.SCORE, Kind.OVERALL, Kind.EXPECTATION, Kind.ZONE, Kind.NPS, Kind.SINGLE)
"""The kinds whose one answer on a scale is counted in a histogram; of a zone, what was
perceived."""

WIDE = (Kind.NUMBER, Kind.DATE)
"""The kinds whose answer is one number over four bytes, summed with its squares."""

FOUR_BYTES = (*WIDE, Kind.CASE_WEIGHT)

_WIDTH = {
    Kind.PAIR: 2,
    Kind.ZONE: 3,
    Kind.NUMBER: NUMBER_WIDTH,
    Kind.DATE: NUMBER_WIDTH,
    Kind.CASE_WEIGHT: NUMBER_WIDTH,
    Kind.TEXT: 0,
    Kind.ATTRIBUTE: 0,
}


@dataclass(frozen=True, slots=True)
class Question:
    """One item, as the version froze it. ``dimension`` is empty where it has none."""

    code: str
    kind: Kind
    dimension: str = ""
    low: int = 1
    high: int = 7
    reverse: bool = False
    options: int = 0  # of a choice; a single choice has the scale 0 to options - 1

    @property
    def width(self) -> int:
        """How many bytes of an answer this item takes."""
        if self.kind is Kind.MULTIPLE:
            return self.options
        return _WIDTH.get(self.kind, 1)

    @property
    def perceived_at(self) -> int:
        """Which of the item's bytes says what was perceived."""
        return {Kind.PAIR: 1, Kind.ZONE: 2}.get(self.kind, 0)


@dataclass(frozen=True)
class Layout:
    """What the bytes of an answer mean: the questions of a form version, in order."""

    questions: tuple[Question, ...]
    grouped_by: str = ""  # the single choice whose options keep their evidence apart

    @cached_property
    def columns(self) -> dict[str, int]:
        """The first byte of each question that has any."""
        places, end = {}, 0
        for question in self.questions:
            if question.width:
                places[question.code] = end
            end += question.width
        return places

    @cached_property
    def width(self) -> int:
        return sum(question.width for question in self.questions)

    def of(self, *kinds: Kind) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.kind in kinds)

    @cached_property
    def rated(self) -> tuple[Question, ...]:
        """The items that say how service is perceived: pairs, zones, perceptions alone."""
        return self.of(Kind.PAIR, Kind.SCORE, Kind.ZONE)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of the rated items, in form order."""
        return tuple(dict.fromkeys(q.dimension for q in self.rated if q.dimension))

    @cached_property
    def paired_dimensions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(q.dimension for q in self.of(Kind.PAIR) if q.dimension))

    @cached_property
    def weighted(self) -> bool:
        """Whether customers divide points among all the dimensions that have pairs."""
        named = {q.dimension for q in self.of(Kind.WEIGHT)}
        return bool(named) and named >= set(self.paired_dimensions)

    @cached_property
    def gap_names(self) -> tuple[str, ...]:
        """The composites that are gaps: each stored as expectation, perception, gap."""
        if not self.of(Kind.PAIR):
            return ()
        whole = ("overall",) if self.paired_dimensions else ()
        by_weight = ("weighted",) if self.weighted and whole else ()
        return (
            *(f"dimension/{d}" for d in self.paired_dimensions),
            *whole,
            "by_item",
            *by_weight,
        )

    @cached_property
    def performance_names(self) -> tuple[str, ...]:
        """The composites of perception alone (SERVPERF)."""
        whole = ("overall",) if self.dimensions else ()
        return (*(f"dimension/{d}" for d in self.dimensions), *whole, "by_item")

    @cached_property
    def composites(self) -> int:
        """How many integers the composites of one answer take."""
        return 3 * len(self.gap_names) + len(self.performance_names)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Stored answers of one version: what ``fold`` needs of them."""

    values: Bytes  # (n, layout.width)
    composites: Composites  # (n, layout.composites)
    flags: NDArray[np.uint8]  # (n,) one bit for each of FLAGS

    def only(self, chosen: NDArray[np.intp]) -> Batch:
        return Batch(self.values[chosen], self.composites[chosen], self.flags[chosen])


def written(layout: Layout, answers: Sequence[Mapping[tuple[str, int], int]]) -> Bytes:
    """
    Answers as bytes, a row each: (n, layout.width). What an answer does not name is
    unanswered. A key is an item's code and which of its bytes is meant: the side of a pair
    or zone, the option of a multiple choice; a number or date stands whole under byte 0.

    :raises ValueError: when an item has no such byte, or a value fits into none.
    """
    values = np.full((len(answers), layout.width), UNANSWERED, np.int8)
    known = {q.code: q for q in layout.questions}
    for row, answer in enumerate(answers):
        for (code, side), value in answer.items():
            first = layout.columns[code]
            if not _fits(known[code], side, value):
                raise ValueError(f"{value} at {side} is no answer to {code}")
            if known[code].kind in FOUR_BYTES:
                number = np.array([value], "<i4").view(np.int8)
                values[row, first : first + NUMBER_WIDTH] = number
            else:
                values[row, first + side] = value
    return values


def _fits(question: Question, side: int, value: int) -> bool:
    if question.kind is Kind.CASE_WEIGHT:
        return side == 0 and (value == NO_NUMBER or 0 < value <= WEIGHT_LIMIT)
    if question.kind in WIDE:
        absent = value in (NO_NUMBER, NO_SUCH_NUMBER)
        return side == 0 and (absent or abs(value) <= NUMBER_LIMIT)
    return 0 <= side < question.width and UNANSWERED <= value <= HIGHEST


def numbers(layout: Layout, values: Bytes, question: Question) -> NDArray[np.int64]:
    """The stored numbers or days of one item, (n,); ``NO_NUMBER`` where there is none."""
    found = four_bytes(layout, values, question)
    return np.where(np.abs(found) <= NUMBER_LIMIT, found, NO_NUMBER)


def four_bytes(layout: Layout, values: Bytes, question: Question) -> NDArray[np.int64]:
    """What is stored for an item that takes four bytes, (n,), whatever it says."""
    first = layout.columns[question.code]
    stored = np.ascontiguousarray(values[:, first : first + NUMBER_WIDTH])
    found: NDArray[np.int64] = stored.view("<i4")[:, 0].astype(np.int64)
    return found


def not_applicable(layout: Layout, values: Bytes, question: Question) -> Mask:
    """Who said that an item does not apply to them, (n,); a text cannot say so."""
    if not question.width:
        return np.zeros(len(values), np.bool_)
    first = layout.columns[question.code] + question.perceived_at
    wide = NUMBER_WIDTH if question.kind in FOUR_BYTES else 1
    said: Mask = (values[:, first : first + wide] == NOT_APPLICABLE).all(axis=1)
    return said


def score(layout: Layout, values: Bytes, *, partial: Mask | None = None) -> Batch:
    """
    Composites (in 1/27720 of a scale point) and flags of new answers (domain.md 2.4).

    :param values: (n, layout.width) as answered; reverse-keyed items are turned here.
    :param partial: (n,) who answered too little for more than the items themselves.
    """
    n = len(values)
    found = list(_composites(layout, values))
    # One rounding of them all, one below the other: for a single answer, the number of
    # steps is what takes the time.
    every = scores.Composite(
        np.concatenate([each.numerator for each in found]),
        np.concatenate([each.denominator for each in found]),
        np.concatenate([each.usable for each in found]),
    )
    stored = np.full(layout.composites * n, UNUSABLE, np.int32)
    stored[every.usable] = every.rounded()
    stored = np.ascontiguousarray(stored.reshape(layout.composites, n).T)
    if partial is not None:
        stored[partial] = UNUSABLE
    return Batch(values, stored, _flags(layout, values))


def _composites(layout: Layout, values: Bytes) -> Iterator[scores.Composite]:
    """The composites in the order in which they are stored; of a gap, three in one."""
    if layout.gap_names:
        yield from _gap_composites(layout, values)
    rated = layout.rated
    perceived = keyed(layout, values, rated, side=1)
    asked = _dimension_index(rated, layout.dimensions)
    parts = scores.dimension_composites(*perceived, asked)
    yield from parts
    if parts:
        yield scores.overall(parts)
    yield scores.overall_by_item(*perceived)


def _gap_composites(layout: Layout, values: Bytes) -> Iterator[scores.Composite]:
    """Expectation, perception and gap of everybody, one below the other: (3 n,)."""
    pairs = layout.of(Kind.PAIR)
    expected, expectation_answered = keyed(layout, values, pairs, side=0)
    perceived, perception_answered = keyed(layout, values, pairs, side=1)
    both = np.tile(expectation_answered & perception_answered, (3, 1))
    sides = np.vstack((expected, perceived, scores.differences(expected, perceived)))
    asked = _dimension_index(pairs, layout.paired_dimensions)
    parts = scores.dimension_composites(sides, both, asked)
    yield from parts
    if parts:
        yield scores.overall(parts)
    yield scores.overall_by_item(sides, both)
    if layout.weighted and parts:
        points = np.tile(_points(layout, values), (3, 1))
        # A weighted dimension without pairs holds its points, and has no gap to offer.
        alone = [_unusable(len(points))] * (points.shape[1] - len(parts))
        yield scores.overall_weighted([*parts, *alone], points)


def keyed(
    layout: Layout, values: Bytes, questions: tuple[Question, ...], *, side: int
) -> tuple[NDArray[np.int64], Mask]:
    """
    One side of items on a scale, reverse-keyed items turned, and who answered them. Side 0
    is what a pair expects and the first byte of any other; side 1 is what was perceived.
    """
    columns = [layout.columns[q.code] + (q.perceived_at if side else 0) for q in questions]
    given = values[:, columns].astype(np.int64)
    answered = given >= LOWEST
    turned = np.array([q.low + q.high if q.reverse else 0 for q in questions], np.int64)
    sign = np.array([-1 if q.reverse else 1 for q in questions], np.int64)
    return turned + sign * given, answered


def _points(layout: Layout, values: Bytes) -> NDArray[np.int64]:
    """
    The points of each weighted dimension, (n, dimensions), those with pairs first and in
    form order; a blank box holds 0.
    """
    columns = {q.dimension: layout.columns[q.code] for q in layout.of(Kind.WEIGHT)}
    ordered = dict.fromkeys((*layout.paired_dimensions, *columns))
    points = values[:, [columns[dimension] for dimension in ordered]].astype(np.int64)
    return np.where(points >= 0, points, 0)


def _unusable(n: int) -> scores.Composite:
    return scores.Composite(
        np.zeros(n, np.int64), np.ones(n, np.int64), np.zeros(n, np.bool_)
    )


def _dimension_index(
    questions: tuple[Question, ...], dimensions: tuple[str, ...]
) -> NDArray[np.int64]:
    place = {name: index for index, name in enumerate(dimensions)}
    return np.array([place.get(q.dimension, -1) for q in questions], np.int64)


def _flags(layout: Layout, values: Bytes) -> NDArray[np.uint8]:
    expected = layout.of(Kind.PAIR) or layout.of(Kind.EXPECTATION)
    blocks = list(_blocks(layout, values))
    if not blocks:
        return np.zeros(len(values), np.uint8)
    found = [
        careless.straight_lining(blocks),
        careless.all_equal(blocks),
        _ceiling(layout, values, expected),
    ]
    bits = np.zeros(len(values), np.uint8)
    for place, flagged in enumerate(found):
        if flagged is not None:
            bits |= flagged.astype(np.uint8) << place
    return bits


def _blocks(layout: Layout, values: Bytes) -> Iterator[careless.Block]:
    """What one page asks on one scale: each side of pairs and zones, and what has none."""
    for kind in (Kind.PAIR, Kind.SCORE, Kind.EXPECTATION, Kind.ZONE):
        if asked := layout.of(kind):
            for side in range(asked[0].width):
                yield _block(layout, values, asked, side=side)


def _block(
    layout: Layout, values: Bytes, questions: tuple[Question, ...], *, side: int
) -> careless.Block:
    answers = values[:, [layout.columns[q.code] + side for q in questions]]
    return careless.Block(answers, answers >= LOWEST)


def _ceiling(layout: Layout, values: Bytes, expected: tuple[Question, ...]) -> Mask | None:
    if not expected:
        return None
    block = _block(layout, values, expected, side=0)
    # Each answer's distance from the top of its own scale, so that scales may differ.
    tops = np.array([q.high for q in expected], np.int64)
    return careless.expectation_ceiling(
        careless.Block(block.answers.astype(np.int64) - tops, block.answered), top=0
    )
