"""
What the buttons of the designer do. A button is called ``do`` and says a verb and what
it is about, such as ``up 4``: items by their number in the form, sections by their place.
Whoever presses has seen the revision that is edited, so numbers mean what they meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gapless.core.instruments import designing
from gapless.core.instruments.choices import Operation
from gapless.core.instruments.rules import ItemDraft, VersionDraft

from .kinds import OFFERS, POINTS, TABLE, begun

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spot:
    """What stands open in the middle of the designer; by default nothing does."""

    item: str = ""
    section: int | None = None
    whole: bool = False
    add_to: int | None = None  # the section that gets a new item


@dataclass(frozen=True, slots=True)
class Done:
    """The draft after an operation, its name in the history, and what is open next."""

    content: VersionDraft
    what: Operation
    spot: Spot


class NoSuchOperation(Exception):
    """No button of the designer says this."""


class NothingSaid(Exception):
    """A table needs its question and at least two rows."""


def done(content: VersionDraft, do: str, typed: Typed) -> Done:
    """
    :raises NoSuchOperation: when no button says this.
    :raises NoDimensions: when points have nothing to be divided among.
    :raises NothingSaid: when a table is added without its words.
    """
    verb, *said = do.split()
    try:
        if verb == "new":
            return _new(content, said[0], int(said[1]), typed)
        return _VERBS[verb](content, *map(int, said))
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise NoSuchOperation(do) from error
    except designing.NoSuchSection as error:
        raise NoSuchOperation(do) from error


def _item(content: VersionDraft, number: int) -> ItemDraft:
    if number < 0:
        raise IndexError(number)
    return content.items[number]


def _move(content: VersionDraft, number: int, section: int, place: int) -> Done:
    code = _item(content, number).code
    moved = designing.move_item(content, code, section, place)
    return Done(moved, Operation.MOVE_ITEM, Spot(item=code))


def _step(content: VersionDraft, number: int, by: int) -> Done:
    """One place up or down; past the end of its section, into the next one."""
    section, place = designing.place_of(content, _item(content, number).code)
    to = place + by
    if to < 0:
        section, to = section - 1, len(content.sections[section - 1].items)
    elif to >= len(content.sections[section].items):
        section, to = section + 1, 0
    if not 0 <= section < len(content.sections):
        raise IndexError(section)
    return _move(content, number, section, to)


def _copy(content: VersionDraft, number: int) -> Done:
    made = designing.duplicate_item(content, _item(content, number).code)
    return Done(made, Operation.DUPLICATE_ITEM, Spot(item=made.items[number + 1].code))


def _remove(content: VersionDraft, number: int) -> Done:
    left = designing.remove_item(content, _item(content, number).code)
    near = left.items[min(number, len(left.items) - 1)].code if left.items else ""
    return Done(left, Operation.REMOVE_ITEM, Spot(item=near))


def _add_section(content: VersionDraft) -> Done:
    last = Spot(section=len(content.sections))
    return Done(designing.add_section(content), Operation.ADD_SECTION, last)


def _move_section(content: VersionDraft, section: int, to: int) -> Done:
    if not 0 <= to < len(content.sections):
        raise IndexError(to)
    moved = designing.move_section(content, section, to)
    return Done(moved, Operation.MOVE_SECTION, Spot(section=to))


def _remove_section(content: VersionDraft, section: int) -> Done:
    left = designing.remove_section(content, section)
    return Done(left, Operation.REMOVE_SECTION, Spot())


def _move_option(content: VersionDraft, number: int, place: int, to: int) -> Done:
    item = _item(content, number)
    options = list(item.options)
    if not 0 <= to < len(options):
        raise IndexError(to)
    options.insert(to, options.pop(place))
    return _with(content, replace(item, options=tuple(options)))


def _remove_option(content: VersionDraft, number: int, place: int) -> Done:
    item = _item(content, number)
    options = list(item.options)
    options.pop(place)
    return _with(content, replace(item, options=tuple(options)))


def _with(content: VersionDraft, item: ItemDraft) -> Done:
    edited = designing.edit_item(content, item.code, item)
    return Done(edited, Operation.EDIT_ITEM, Spot(item=item.code))


def _new(content: VersionDraft, key: str, section: int, typed: Typed) -> Done:
    if key == POINTS:
        added = designing.add_allocation(content, section)
        known = {item.code for item in content.items}
        first = next(item.code for item in added.items if item.code not in known)
        return Done(added, Operation.ADD_ALLOCATION, Spot(item=first))
    if key == TABLE:
        return _table(content, section, typed)
    item = begun(content, OFFERS[key])
    added = designing.insert_item(content, section, item)
    return Done(added, Operation.ADD_ITEM, Spot(item=item.code))


def _table(content: VersionDraft, section: int, typed: Typed) -> Done:
    said = {name: words.replace("\0", "") for name, words in typed.items()}
    language, question = said["language"], said.get("table_question", "").strip()
    rows = [row.strip() for row in said.get("table_rows", "").splitlines() if row.strip()]
    if not question or len(rows) < 2:
        raise NothingSaid
    first = begun(content, OFFERS["score"])
    for row in rows:
        code = designing.next_code(content)
        item = replace(first, code=code, text={language: row}, matrix={language: question})
        content = designing.insert_item(content, section, item)
    return Done(content, Operation.ADD_ITEM, Spot(item=first.code))


_VERBS: dict[str, Callable[..., Done]] = {
    "up": lambda content, number: _step(content, number, -1),
    "down": lambda content, number: _step(content, number, 1),
    "place": _move,
    "copy": _copy,
    "remove": _remove,
    "section-add": _add_section,
    "section-up": lambda content, place: _move_section(content, place, place - 1),
    "section-down": lambda content, place: _move_section(content, place, place + 1),
    "section-remove": _remove_section,
    "option-up": lambda content, number, place: _move_option(
        content, number, place, place - 1
    ),
    "option-down": lambda content, number, place: _move_option(
        content, number, place, place + 1
    ),
    "option-remove": _remove_option,
}
