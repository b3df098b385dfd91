"""From a cell to what a campaign's questions found. Pure: of the layout and a vector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

import numpy as np

from gapless.analytics.answers import CIRCUMSTANCES, FLAGS, Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.folding import ZONES, schema_of
from gapless.analytics.grouping import read_moments
from gapless.analytics.summaries import DETRACTOR, PROMOTER
from gapless.core.instruments.choices import ItemKind, Measure
from gapless.core.instruments.rules import ItemDraft, VersionDraft
from gapless_stats.gaps import Gap, gap_of_pairs
from gapless_stats.intervals import (
    Interval,
    Mean,
    NetScore,
    mean_of_sums,
    net_score,
    wilson,
)
from gapless_stats.moments import Moments, Sums
from gapless_stats.tables import Histogram, PairTable

NOT_EXPERIENCED = 0.2
"""From this share on, an item asks for what customers do not meet (domain.md 2.4)."""

Unit = TypeVar("Unit")


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those who answered gave one answer, with Wilson's interval."""

    of: int  # the point of the scale, or the place of the option
    count: int
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Top:
    """The share at ``at_least`` and above: satisfied, or finding it easy."""

    at_least: int
    share: Share


@dataclass(frozen=True, slots=True)
class Pair:
    """What was expected and perceived, each over everybody who said so, and the gap."""

    expectation: Mean
    perception: Mean
    gap: Gap


@dataclass(frozen=True, slots=True)
class Zone:
    """
    Where perceptions lie in the zone of tolerance (domain.md 2.3), over those who said all
    three and desire no less than the least they accept.
    """

    below: Share
    inside: Share
    above: Share
    adequacy: Mean  # MSA: perceived minus least accepted
    superiority: Mean  # MSS: perceived minus desired
    width: Mean  # desired minus least accepted
    inconsistent: int

    @property
    def n(self) -> int:
        return self.adequacy.n


@dataclass(frozen=True, slots=True)
class Result:
    """What one question found. What does not fit its kind is absent."""

    code: str
    kind: Kind
    n: int  # how many answers the numbers rest on
    low: int = 0
    high: int = 0
    not_applicable: int = 0
    shares: tuple[Share, ...] = ()
    mean: Mean | None = None
    top: Top | None = None
    nps: NetScore | None = None
    pair: Pair | None = None
    zone: Zone | None = None
    withheld: bool = False

    @property
    def not_applicable_share(self) -> float | None:
        """Of those who answered at all, how many said that it does not apply."""
        said = self.n + self.not_applicable
        return self.not_applicable / said if said else None

    @property
    def not_experienced(self) -> bool:
        share = self.not_applicable_share
        return share is not None and share > NOT_EXPERIENCED


@dataclass(frozen=True, slots=True)
class Results:
    answers: int
    flagged: dict[str, int]
    items: tuple[Result, ...]

    def item(self, code: str) -> Result | None:
        return next((item for item in self.items if item.code == code), None)


def results(layout: Layout, items: Mapping[str, ItemDraft], cell: Vector) -> Results:
    """What every question of a cell found, unrounded, without display threshold."""
    schema = schema_of(layout)
    flags = np.concatenate(
        (schema.block(cell, "flags"), schema.block(cell, "circumstances"))
    )
    without = schema.block(cell, "not_applicable").tolist()
    return Results(
        answers=int(schema.block(cell, "answers")),
        flagged=dict(zip((*FLAGS, *CIRCUMSTANCES), flags.tolist(), strict=True)),
        items=tuple(
            replace(_result(schema, cell, question, items[question.code]), not_applicable=n)
            for question, n in zip(layout.questions, without, strict=True)
            if question.width and question.kind is not Kind.CASE_WEIGHT
        ),
    )


def _result(schema: Schema, cell: Vector, question: Question, item: ItemDraft) -> Result:
    if question.kind is Kind.PAIR:
        return _pair(schema, cell, question)
    if question.kind is Kind.MULTIPLE:
        return _multiple(schema, cell, question)
    if question.kind in (Kind.NUMBER, Kind.DATE):
        decimals = item.decimals if question.kind is Kind.NUMBER else 0
        block = schema.block(cell, f"number/{question.code}")
        return _measured(question, block, scale=10**decimals)
    if question.kind is Kind.WEIGHT:
        return _measured(question, schema.block(cell, f"points/{question.dimension}"))
    found = _scaled(question, _histogram(schema, cell, question), str(item.measure))
    if question.kind is Kind.ZONE:
        return replace(found, zone=_zone(schema, cell, question))
    return found


def _histogram(schema: Schema, cell: Vector, question: Question) -> Histogram:
    counts = schema.block(cell, f"histogram/{question.code}")
    return Histogram(question.low, question.high, counts[:-1], int(counts[-1]))


def _scaled(question: Question, given: Histogram, measure: str = "") -> Result:
    found = Result(
        question.code,
        question.kind,
        given.n,
        low=question.low,
        high=question.high,
        shares=_shares(given),
    )
    if question.kind is Kind.SINGLE:
        return found
    if question.kind is Kind.NPS:
        return replace(found, mean=mean_of_sums(given.sums()), nps=_nps(given))
    return replace(found, mean=mean_of_sums(given.sums()), top=_top(given, measure))


def _shares(given: Histogram) -> tuple[Share, ...]:
    counted = zip(given.values.tolist(), given.counts.tolist(), strict=True)
    return tuple(_share(of, count, given.n) for of, count in counted) if given.n else ()


def _share(of: int, count: int, n: int) -> Share:
    return Share(of, count, count / n, wilson(count, n))


def _top(given: Histogram, measure: str) -> Top | None:
    if not given.n or measure not in Measure.values:
        return None
    at_least = top_from(measure, given.low, given.high)
    return Top(at_least, _share(at_least, _at_least(given, at_least), given.n))


def top_from(measure: str, low: int, high: int) -> int:
    """
    From which point on somebody counts as satisfied, or as finding it easy. Satisfaction:
    the two highest points, of three and fewer the highest; effort: above the middle of the
    scale, which on seven points is 5 (domain.md 3.2, CSAT_TB and CES).
    """
    if measure == Measure.EFFORT:
        return (low + high) // 2 + 1
    return high - 1 if high - low >= 3 else high


def _at_least(given: Histogram, point: int) -> int:
    return int(given.counts[given.values >= point].sum())


def _nps(given: Histogram) -> NetScore | None:
    if not given.n:
        return None
    detractors = given.n - _at_least(given, DETRACTOR + 1)
    return net_score(_at_least(given, PROMOTER), detractors, given.n)


def _pair(schema: Schema, cell: Vector, question: Question) -> Result:
    counts = schema.block(cell, f"pair/{question.code}")
    table = PairTable(question.low, question.high, counts)
    perceived = table.perception_histogram
    expected = mean_of_sums(table.expectation_histogram.sums())
    found = _scaled(question, perceived)
    perception = found.mean or mean_of_sums(perceived.sums())
    return replace(found, pair=Pair(expected, perception, gap_of_pairs(table)))


def _multiple(schema: Schema, cell: Vector, question: Question) -> Result:
    *chosen, n = schema.block(cell, f"chosen/{question.code}").tolist()
    shares = (_share(of, count, n) for of, count in enumerate(chosen)) if n else ()
    return Result(question.code, question.kind, n, shares=tuple(shares))


def _measured(question: Question, block: Vector, *, scale: int = 1) -> Result:
    mean = _mean(read_moments(block, 1), 0, scale)
    return Result(question.code, question.kind, mean.n, mean=mean)


def _mean(moments: Moments, place: int, scale: int = 1) -> Mean:
    total, squares = int(moments.total[place]), int(moments.cross[place, place])
    return mean_of_sums(Sums(moments.n, total, squares, scale))


_MARGINS = np.array([[-1, 0, 1], [0, -1, 1], [-1, 1, 0]], np.int64)
"""Of (least, desired, perceived): adequacy, superiority, width of the zone."""


def _zone(schema: Schema, cell: Vector, question: Question) -> Zone | None:
    counts = schema.block(cell, f"zone/{question.code}").tolist()
    found = dict(zip(ZONES, counts, strict=True))
    triples = read_moments(schema.block(cell, f"tolerance/{question.code}"), 3)
    if not triples.n:
        return None
    margins = triples.through(_MARGINS)
    below, inside, above = (_share(at, counts[at], triples.n) for at in range(3))
    adequacy, superiority, width = (_mean(margins, place) for place in range(3))
    return Zone(below, inside, above, adequacy, superiority, width, found["inconsistent"])


# --- What may be shown ----------------------------------------------------------------


def publish(found: Results, *, threshold: int) -> Results:
    """
    The results as they may be shown: a question with fewer answers than ``threshold``
    keeps its code and says that it is withheld, and nothing else.
    """
    enough = found.answers >= threshold
    return replace(
        found,
        flagged=found.flagged if enough else {},
        items=tuple(_publish(item, threshold, enough=enough) for item in found.items),
    )


def _publish(item: Result, threshold: int, *, enough: bool) -> Result:
    if not enough or 0 < item.n < threshold:
        return Result(item.code, item.kind, item.n, withheld=True)
    return replace(
        item,
        pair=_publish_pair(item.pair, threshold),
        zone=item.zone if item.zone and item.zone.n >= threshold else None,
    )


def _publish_pair(pair: Pair | None, threshold: int) -> Pair | None:
    if pair is None:
        return None
    gap = pair.gap if pair.gap.n >= threshold else Gap(pair.gap.n, *([None] * 11))
    known = pair.expectation
    expectation = known if known.n >= threshold else Mean(known.n, None, None, None)
    return Pair(expectation, pair.perception, gap)


def may_leave_out(left_out: Results, *, threshold: int) -> bool:
    """
    Whether results without these answers may stand beside results with them: what differs
    rests, number by number, on nobody or on enough answers.
    """
    return all(n == 0 or n >= threshold for n in _counts(left_out))


def _counts(found: Results) -> Iterator[int]:
    yield found.answers
    for item in found.items:
        yield item.n
        if item.pair:
            yield item.pair.gap.n
            yield item.pair.expectation.n
        if item.zone:
            yield item.zone.n


def hidden(counts: Mapping[Unit, int], *, threshold: int) -> frozenset[Unit]:
    """
    Whose numbers are withheld beside a shown total: those with fewer answers than
    ``threshold``; and the next smallest until all that is hidden together has that many,
    as what is missing from a total can be subtracted.
    """
    smallest_first = sorted((n, place) for place, n in enumerate(counts.values()) if n)
    keys, taken, total = list(counts), set[Unit](), 0
    for n, place in smallest_first:
        if n >= threshold and (not taken or (total >= threshold and len(taken) > 1)):
            break
        taken.add(keys[place])
        total += n
    return frozenset(taken)


# --- Which question stands for the whole ----------------------------------------------


def headline(items: Iterable[ItemDraft]) -> ItemDraft | None:
    """The question whose answer says how good it was: satisfaction, else the next best."""
    known: Sequence[ItemDraft] = list(items)
    satisfied = (item for item in known if item.measure == Measure.SATISFACTION)
    ranked = (Kind.NPS, Kind.OVERALL, Kind.SCORE, Kind.PAIR, Kind.ZONE)
    others = (item for kind in ranked for item in known if item.kind.value == kind.value)
    return next(chain(satisfied, others), None)


def written_in(draft: VersionDraft) -> tuple[str, ...]:
    """The codes of the items that are answered in words."""
    return tuple(item.code for item in draft.items if item.kind == ItemKind.TEXT)


def figure(found: Result | None) -> tuple[float | None, Interval | None]:
    """The one number of a headline question: the net score, the top share, or the mean."""
    if found is None or found.withheld or not found.n:
        return None, None
    if found.nps:
        return found.nps.score, found.nps.interval
    if found.top:
        return found.top.share.share, found.top.share.interval
    mean = found.mean or Mean(0, None, None, None)
    return mean.mean, mean.interval
