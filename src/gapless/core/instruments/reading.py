"""
What somebody said on a form, from the fields that carry it: one format for the page
without a script, for what a script saves, and for what staff type in. Pure.

``q.<code>`` holds one value: a point, an option's place (of a multiple choice, several),
a number, an ISO date, text; ``na`` where nothing applies. A pair has ``.e`` and ``.p``
instead, a zone ``.a``, ``.d`` and ``.p``.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from gapless.analytics.answers import (
    LOWEST,
    NO_SUCH_NUMBER,
    NOT_APPLICABLE,
    NUMBER_LIMIT,
)

from .choices import ItemKind
from .rules import POINTS, SCALED, WRITTEN, ItemDraft, Values, VersionDraft, asked

Fields = Mapping[str, Sequence[str]]

PREFIX = "q."
SIDES = {ItemKind.PAIR: ("e", "p"), ItemKind.ZONE: ("a", "d", "p")}
DOES_NOT_APPLY = "na"
LONGEST_TEXT = 4_000
FORGIVEN_POINTS = 5
"""How far from 100 the points may add up and still be understood (domain.md 2.2)."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,4}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}([.][0-9]{1,12})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer: a code that the doors put into words."""

    code: str
    item: str


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, and of whom it was asked. What is hidden was not said."""

    values: Values
    texts: Mapping[str, str]
    problems: tuple[Problem, ...]
    answered: frozenset[str]  # in full; "does not apply" is an answer
    asked: frozenset[str]
    normalised: bool = False  # the points did not add up to 100, but nearly


@dataclass(slots=True)
class _Heard:
    """One item's answer on its way through."""

    values: dict[tuple[str, int], int]
    text: str = ""
    problem: str = ""
    answered: bool = False


def names_of(item: ItemDraft) -> tuple[str, ...]:
    """The names of the fields that may carry the answer to an item."""
    whole = f"{PREFIX}{item.code}"
    return (whole, *(f"{whole}.{side}" for side in SIDES.get(item.kind, ())))


def carrying(draft: VersionDraft, fields: Fields) -> dict[str, list[str]]:
    """The fields that carry answers, without the empty ones and whatever else came."""
    return {
        name: said
        for item in draft.items
        for name in names_of(item)
        if name in fields
        and (said := [v.replace("\0", "") for v in fields[name] if v.strip("\0 \t\r\n")])
    }


def read(draft: VersionDraft, fields: Fields) -> Said:
    """
    What these fields say. What skip logic hides is dropped, unknown fields are ignored,
    and what lies outside its scale is a problem and no value.
    """
    heard = {item.code: _hear(item, fields) for item in draft.items}
    every = {at: value for each in heard.values() for at, value in each.values.items()}
    shown = asked(draft, every)
    points = [
        item for item in draft.items if item.kind is ItemKind.WEIGHT and item.code in shown
    ]
    normalised = _share_out(points, heard)
    said = {code: each for code, each in heard.items() if code in shown}
    return Said(
        values={at: value for each in said.values() for at, value in each.values.items()},
        texts={code: each.text for code, each in said.items() if each.text},
        problems=tuple(
            Problem(each.problem, code) for code, each in said.items() if each.problem
        ),
        answered=frozenset(code for code, each in said.items() if each.answered),
        asked=shown,
        normalised=normalised,
    )


def left_out(draft: VersionDraft, said: Said) -> tuple[Problem, ...]:
    """What was asked, is required, and has no answer: a problem at the end only."""
    told = {problem.item for problem in said.problems}
    return tuple(
        Problem("required", item.code)
        for item in draft.items
        if item.required
        and item.code in said.asked
        and item.code not in said.answered
        and item.code not in told
    )


def needed(draft: VersionDraft, said: Said) -> list[ItemDraft]:
    """What completeness is a share of: the required items asked, or all, if none is."""
    shown = [item for item in draft.items if item.code in said.asked]
    return [item for item in shown if item.required] or shown


def perceived(draft: VersionDraft, code: str, values: Values) -> int | None:
    """The point that an item was given; of a pair or zone, what was perceived."""
    item = draft.item(code)
    if item is None:
        return None
    given = values.get((code, len(SIDES.get(item.kind, (1,))) - 1))
    return given if given is not None and given >= LOWEST else None


def _hear(item: ItemDraft, fields: Fields) -> _Heard:
    first = names_of(item)[0]
    given = _given(fields, first)
    if DOES_NOT_APPLY in given and item.kind not in WRITTEN:
        return _inapplicable(item)
    if item.kind in SIDES:
        sides = [_last(_given(fields, name)) for name in names_of(item)[1:]]
        return _on_scale(item, sides)
    if item.kind in SCALED or item.kind is ItemKind.WEIGHT:
        return _on_scale(item, [_last(given)])
    if item.kind in WRITTEN:
        return _written(fields.get(first, ()))
    if item.kind is ItemKind.MULTIPLE:
        return _chosen(item, given)
    text = _last(given)
    if item.kind is ItemKind.SINGLE:
        return _one_chosen(item, text)
    return _number(item, text) if item.kind is ItemKind.NUMBER else _day(item, text)


def _given(fields: Fields, name: str) -> list[str]:
    """What a field holds: full-width digits are digits, and blanks are nothing."""
    values = (unicodedata.normalize("NFKC", value) for value in fields.get(name, ()))
    return [plain for value in values if (plain := value.replace("\0", "").strip())]


def _last(given: Sequence[str]) -> str:
    return given[-1] if given else ""


def _inapplicable(item: ItemDraft) -> _Heard:
    if not item.not_applicable:
        return _Heard({}, problem="must_apply")
    if item.kind is ItemKind.WEIGHT:
        return _Heard({})  # points are shared out among all of the group
    if item.kind in (ItemKind.NUMBER, ItemKind.DATE):
        return _Heard({(item.code, 0): NO_SUCH_NUMBER}, answered=True)
    width = len(SIDES.get(item.kind, (1,)))
    if item.kind is ItemKind.MULTIPLE:
        width = len(item.options)
    return _Heard(
        {(item.code, side): NOT_APPLICABLE for side in range(width)}, answered=True
    )


def _on_scale(item: ItemDraft, sides: Sequence[str]) -> _Heard:
    low, high = (0, POINTS) if item.kind is ItemKind.WEIGHT else (item.low, item.high)
    values: dict[tuple[str, int], int] = {}
    for side, text in enumerate(sides):
        if not text:
            continue
        if not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
            return _Heard({}, problem="off_scale")
        values[item.code, side] = int(text)
    return _Heard(values, answered=len(values) == len(sides))


def _written(given: Sequence[str]) -> _Heard:
    texts = [value.replace("\0", "").replace("\r\n", "\n").strip() for value in given]
    text = _last([text for text in texts if text])
    problem = "too_long" if len(text) > LONGEST_TEXT else ""
    return _Heard({}, text=text[:LONGEST_TEXT], problem=problem, answered=bool(text))


def _places(item: ItemDraft, given: Iterable[str]) -> set[int] | None:
    """The options meant; None when one of them is none."""
    if not all(_WHOLE.fullmatch(value) for value in given):
        return None
    places = {int(value) for value in given}
    return places if places <= set(range(len(item.options))) else None


def _chosen(item: ItemDraft, given: Sequence[str]) -> _Heard:
    places = _places(item, given)
    if places is None:
        return _Heard({}, problem="no_such_option")
    if not places:
        return _Heard({})
    every = range(len(item.options))
    return _Heard({(item.code, at): int(at in places) for at in every}, answered=True)


def _one_chosen(item: ItemDraft, text: str) -> _Heard:
    places = _places(item, [text] if text else [])
    if places is None:
        return _Heard({}, problem="no_such_option")
    return _Heard({(item.code, 0): max(places)} if places else {}, answered=bool(places))


def _number(item: ItemDraft, text: str) -> _Heard:
    if not text:
        return _Heard({})
    if not _NUMBER.fullmatch(text):
        return _Heard({}, problem="not_a_number")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _Heard({}, problem="not_a_number")
    scaled = number.scaleb(item.decimals)
    if scaled != int(scaled):
        return _Heard({}, problem="too_many_decimals")
    below = item.minimum is not None and number < item.minimum
    above = item.maximum is not None and number > item.maximum
    if below or above or abs(scaled) > NUMBER_LIMIT:
        return _Heard({}, problem="off_scale")
    return _Heard({(item.code, 0): int(scaled)}, answered=True)


def _day(item: ItemDraft, text: str) -> _Heard:
    if not text:
        return _Heard({})
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        return _Heard({}, problem="not_a_date")
    days = day.toordinal() - _EPOCH
    if abs(days) > NUMBER_LIMIT:
        return _Heard({}, problem="off_scale")
    return _Heard({(item.code, 0): days}, answered=True)


def _share_out(items: Sequence[ItemDraft], heard: Mapping[str, _Heard]) -> bool:
    """
    Make the points of the group add up to 100, if they nearly do; otherwise none of them
    count (domain.md 2.2). A blank box beside filled ones is 0. Whether they were changed.
    """
    given = {item.code: heard[item.code].values.get((item.code, 0)) for item in items}
    if all(points is None for points in given.values()):
        return False
    points = {code: value or 0 for code, value in given.items()}
    total = sum(points.values())
    if abs(total - POINTS) > FORGIVEN_POINTS:
        for code in points:
            heard[code].values, heard[code].answered = {}, False
            heard[code].problem = heard[code].problem or "points_off"
        return False
    for code, share in apportioned(points).items():
        heard[code].values, heard[code].answered = {(code, 0): share}, True
    return total != POINTS


def apportioned(points: Mapping[str, int]) -> dict[str, int]:
    """Whole numbers in these proportions that add up to 100: largest remainders first."""
    total = sum(points.values())
    shares = {code: divmod(value * POINTS, total) for code, value in points.items()}
    missing = POINTS - sum(whole for whole, _ in shares.values())
    # Of equal remainders, the one that stands first.
    first = sorted(shares, key=lambda code: -shares[code][1])[:missing]
    return {code: whole + (code in first) for code, (whole, _) in shares.items()}
