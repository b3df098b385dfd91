"""
Single answers and comments, for those who may read them: without who gave them, and with
telephone and identity numbers taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

import numpy as np
from django.db.models import Count, F, Q
from django.db.models.fields.json import KeyTextTransform

from gapless.analytics.answers import (
    CIRCUMSTANCES,
    FLAGS,
    LOWEST,
    Bytes,
    Kind,
    Layout,
    Question,
)
from gapless.core.instruments.choices import Flag
from gapless.core.instruments.rules import ItemDraft
from gapless.people.org.rules import Policy, Viewer

from .models import Campaign, Response, ResponseQuerySet
from .queries import visible_responses
from .redacting import redact
from .reporting import Wanted, in_period, threshold, units_in, wrote
from .results import top_from
from .sheets import Column, Given, Side, columns_of, values_in

ORDERS = ("finished_at", "-finished_at", "unit__name", "-unit__name", "seconds", "-seconds")
MOST_FOUND = 5_000  # of a search, the newest; a database takes only so many numbers
_BITS = {Flag(name): 1 << at for at, name in enumerate((*FLAGS, *CIRCUMSTANCES))}


# --- The list of answers --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which answers of a campaign somebody looks for; empty: all of them."""

    state: str = ""
    flag: str = ""  # a Flag, or "any"
    excluded: str = ""  # "yes" or "no"
    collector: int | None = None
    day: date | None = None

    def __bool__(self) -> bool:
        return any((self.state, self.flag, self.excluded, self.collector, self.day))


def listed(
    viewer: Viewer, campaign: Campaign, wanted: Wanted, narrowed: Narrowed
) -> ResponseQuerySet:
    """Every response about the viewer's units, whatever became of it."""
    rows = _readable(viewer, campaign, wanted)
    if wanted.period.start or not wanted.with_flagged:
        rows = in_period(rows, wanted)
    if narrowed.state:
        rows = rows.filter(state=narrowed.state)
    if narrowed.flag:
        rows = _flagged(rows, narrowed.flag)
    if narrowed.excluded:
        rows = rows.filter(excluded_at__isnull=narrowed.excluded == "no")
    if narrowed.collector:
        rows = rows.filter(collector=narrowed.collector)
    if narrowed.day:
        rows = rows.filter(finished_at__date=narrowed.day)
    return rows


def _readable(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> ResponseQuerySet:
    units = units_in(viewer, campaign, wanted, Policy.SEE_ANSWERS).order_by()
    return visible_responses(viewer, campaign).filter(unit__in=units)


def _flagged(rows: ResponseQuerySet, flag: str) -> ResponseQuerySet:
    if flag == "any":
        return rows.filter(answer__flags__gt=0)
    bit = _BITS[Flag(flag)]
    return rows.annotate(raised=F("answer__flags").bitand(bit)).filter(raised__gt=0)


def flags_of(response: Response) -> tuple[Flag, ...]:
    """What was found of the answer when it came in."""
    bits = response.answer.flags if response.answer else 0
    return tuple(flag for flag, bit in _BITS.items() if bits & bit)


# --- One answer in full ---------------------------------------------------------------


def bytes_of(layout: Layout, responses: Iterable[Response]) -> Bytes:
    """The answers of responses that have one, (n, layout.width)."""
    stored = b"".join(bytes(each.answer.values) for each in responses if each.answer)
    return np.frombuffer(stored, np.int8).reshape(-1, layout.width)


def answer_in_full(
    layout: Layout, items: Mapping[str, ItemDraft], response: Response
) -> Iterator[tuple[Column, Given]]:
    """Every column of one answer and what stands in it."""
    if response.answer is None:
        return
    values, texts = bytes_of(layout, [response]), [response.answer.texts]
    for column in columns_of(layout, items):
        yield column, values_in(column, layout, values, texts)[0]


def perceived(question: Question, item: ItemDraft) -> Column:
    """The column of what was perceived, or of the one thing an item asks."""
    several = question.kind in (Kind.PAIR, Kind.ZONE)
    return Column(question, item, Side.PERCEPTION if several else Side.WHOLE)


# --- Comments -------------------------------------------------------------------------


def commented(
    viewer: Viewer, campaign: Campaign, wanted: Wanted, codes: Iterable[str]
) -> ResponseQuerySet:
    """Responses that count and hold words, newest first."""
    rows = in_period(_readable(viewer, campaign, wanted).counting(), wanted)
    any_word = reduce(or_, (wrote(code) for code in codes), Q(pk=None))
    return rows.filter(any_word).order_by("-finished_at", "-pk")


def answers_behind(viewer: Viewer, campaign: Campaign, wanted: Wanted) -> int:
    """How many answers the comments of a slice were written with."""
    return in_period(_readable(viewer, campaign, wanted).counting(), wanted).count()


def containing(
    rows: ResponseQuerySet, codes: Iterable[str], words: str
) -> ResponseQuerySet:
    """
    Responses whose comment contains words, as it may be read: what was taken out is not
    found either.
    """
    codes = list(codes)
    named = {
        f"words_{at}": KeyTextTransform(code, "answer__texts")
        for at, code in enumerate(codes)
    }
    either = reduce(or_, (Q(**{f"{name}__icontains": words}) for name in named), Q())
    likely = rows.annotate(**named).filter(either)
    wanted = words.casefold()
    fitting = [
        pk
        for pk, texts in likely.values_list("pk", "answer__texts")
        if any(wanted in redact(texts.get(code, "")).casefold() for code in codes)
    ]
    return rows.filter(pk__in=fitting[:MOST_FOUND])


def judged(
    rows: ResponseQuerySet, layout: Layout, item: ItemDraft, band: str
) -> ResponseQuerySet:
    """Responses whose headline answer lies in a band: ``low``, ``middle`` or ``high``."""
    question = next(q for q in layout.questions if q.code == item.code)
    place = layout.columns[question.code] + question.perceived_at
    turned = question.low + question.high if question.reverse else None
    fits = band_of(item, band)
    fitting = [
        pk
        for pk, values in rows.values_list("pk", "answer__values")
        if fits(_keyed(np.frombuffer(bytes(values), np.int8)[place], turned))
    ]
    return rows.filter(pk__in=fitting[:MOST_FOUND])


def _keyed(stored: np.int8, turned: int | None) -> int | None:
    given = int(stored)
    if given < LOWEST:
        return None
    return given if turned is None else turned - given


BANDS = ("low", "middle", "high")


def band_of(item: ItemDraft, band: str) -> Callable[[int | None], bool]:
    """Detractors, passives and promoters; of other scales the two ends and what is left."""
    low, high = bands_of(item)
    return {
        "low": lambda given: given is not None and given <= low,
        "middle": lambda given: given is not None and low < given < high,
        "high": lambda given: given is not None and given >= high,
    }[band]


def bands_of(item: ItemDraft) -> tuple[int, int]:
    """Up to which point a judgement is low, and from which it is high."""
    if item.kind.value == Kind.NPS.value:
        return 6, 9
    high = top_from("", item.low, item.high)
    return item.low + item.high - high, high


def with_enough(
    viewer: Viewer, campaign: Campaign, wanted: Wanted, rows: Iterable[Response]
) -> frozenset[int]:
    """The units whose name may stand beside a comment: those with answers enough."""
    counting = in_period(_readable(viewer, campaign, wanted).counting(), wanted)
    counted = counting.filter(unit__in={row.unit_id for row in rows}).order_by()
    by_unit = counted.values_list("unit").annotate(n=Count("pk"))
    return frozenset(unit for unit, n in by_unit if n >= threshold())
