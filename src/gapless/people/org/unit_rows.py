"""
The rows of a file of units: what each of them would do to the tree as it stands.

Pure but for what it is given: the page that shows what would happen and the job that does
it go through the same plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gapless.core.calendar.rules import Shifts
from gapless.core.files.exports import as_typed

from .choices import Outcome
from .file_columns import (
    HOURS,
    Columns,
    UnitHolds,
    code_of,
    customers_of,
    hours_of,
    kind_of,
    phone_of,
    said,
    short,
    time_zone_of,
)
from .file_rows import (
    Change,
    Planned,
    Reader,
    Source,
    Wrong,
    cells_of,
    column_of,
    readable,
    rejected,
)
from .rules import STEP, UnitFacts

Hours = dict[int, Shifts]  # weekday (1 is Monday) → when the unit works

# A path has 255 characters.
MOST_LEVELS = 255 // STEP

TEXTS: Mapping[UnitHolds, Reader] = {
    UnitHolds.NAME: short(120, "name_too_long"),
    UnitHolds.ADDRESS: short(200, "address_too_long"),
    UnitHolds.PHONE: phone_of,
    UnitHolds.SUPERVISION: phone_of,
}
CHOSEN: Mapping[UnitHolds, Reader] = {
    UnitHolds.KIND: kind_of,
    UnitHolds.TIME_ZONE: time_zone_of,
    UnitHolds.CUSTOMERS: customers_of,
}
READERS: Mapping[UnitHolds, Reader] = {
    **TEXTS,
    **CHOSEN,
    UnitHolds.PARENT: as_typed,
    **dict.fromkeys(HOURS, hours_of),
}


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit within reach, as it stands."""

    pk: int
    facts: UnitFacts
    parent: str  # the code of the unit above; "" above the top of the reach
    hours: Hours
    below: int = 0  # how many units hang below it


class Tree:
    """The units within reach by code, and where new ones without a parent go."""

    def __init__(self, units: Iterable[KnownUnit], top: str) -> None:
        self.units = {unit.facts.code: unit for unit in units}
        self.top = top
        self._alike: dict[str, list[str]] = {}
        for code in self.units:
            self._alike.setdefault(code.casefold(), []).append(code)

    def named(self, typed: str) -> str | None:
        """The code that somebody meant, whatever its capitals; None: no unit of theirs."""
        for code in (typed, as_typed(typed)):
            if code in self.units:
                return code
        alike = self._alike.get(as_typed(typed).casefold(), [])
        return alike[0] if len(alike) == 1 else None


@dataclass(frozen=True, slots=True)
class UnitRow(Planned):
    """What one row would do. ``said`` holds facts by their names, of those that change."""

    said: Mapping[str, Any] = field(default_factory=dict)
    hours: Hours | None = None  # the whole week, if it changes
    parent: str = ""  # the code of the unit above from now on
    known: KnownUnit | None = None
    depth: int = 0


@dataclass(slots=True)
class _Draft:
    """A row whose cells can be read; its place is looked for next."""

    row: Source
    code: str
    cells: dict[str, str]
    read: dict[str, Any]
    known: KnownUnit | None
    parent: str = ""


Drafts = dict[str, _Draft]


def planned(rows: Iterable[Source], columns: Columns, tree: Tree) -> list[UnitRow]:
    """Every row's outcome, in the order of the file."""
    done: list[UnitRow] = []
    drafts: Drafts = {}
    folded: dict[str, str] = {}
    for row in rows:
        found = _read(row, columns, tree)
        if isinstance(found, UnitRow):
            done.append(found)
            folded.setdefault(found.key.casefold(), found.key)
        elif first := drafts.get(folded.get(found.code.casefold(), "")):
            params = (("first", first.row.line),)
            wrong = Wrong(column_of(columns, UnitHolds.CODE), "code_twice", params)
            done.append(rejected(UnitRow, row, found.code, [wrong]))
        else:
            drafts[found.code] = found
            folded[found.code.casefold()] = found.code
    done = [_with_parent_looked_for(row, folded, columns, tree) for row in done]
    done += _without_a_place(drafts, folded, columns, tree)
    done += (_compared(draft, drafts, tree) for draft in drafts.values())
    return sorted(done, key=lambda row: row.line)


def in_order(rows: Iterable[UnitRow]) -> list[UnitRow]:
    """
    From the top down. Then whoever is hung under a unit finds it in its final place, so
    that no move is ever under a unit of its own, whatever the order of the file.
    """
    return sorted(rows, key=lambda row: (row.depth, row.line))


def _read(row: Source, columns: Columns, tree: Tree) -> _Draft | UnitRow:
    if row.problem:
        return rejected(UnitRow, row, "", [row.problem])
    cells, wrong = cells_of(row, columns)
    code = _code(cells.get(UnitHolds.CODE, ""), columns, tree)
    read: dict[str, Any] = {}
    for holds, reader in READERS.items():
        if cell := cells.get(holds, ""):
            read[holds] = readable(reader, cell, holds, columns)
    wrong += (value for value in read.values() if isinstance(value, Wrong))
    if isinstance(code, Wrong):
        wrong.insert(0, code)
    elif code not in tree.units and UnitHolds.NAME not in read:
        wrong.append(Wrong(column_of(columns, UnitHolds.NAME), "no_name"))
    if wrong or isinstance(code, Wrong):
        key = cells.get(UnitHolds.CODE, "")
        parent = read.get(UnitHolds.PARENT, "")
        return replace(rejected(UnitRow, row, key, wrong), parent=parent)
    return _Draft(row, code, cells, read, tree.units.get(code))


def _with_parent_looked_for(
    row: UnitRow, folded: Mapping[str, str], columns: Columns, tree: Tree
) -> UnitRow:
    """All that is wrong with a row is said at once, also when it has no place to go."""
    if not row.parent or tree.named(row.parent) or row.parent.casefold() in folded:
        return row
    column = column_of(columns, UnitHolds.PARENT)
    return replace(row, wrong=(*row.wrong, Wrong(column, "unknown_parent")))


def _code(typed: str, columns: Columns, tree: Tree) -> str | Wrong:
    if not typed:
        return Wrong(column_of(columns, UnitHolds.CODE), "no_code")
    known = tree.named(typed)
    code: str | Wrong = known or readable(code_of, typed, UnitHolds.CODE, columns)
    return code


# --- Places ---------------------------------------------------------------------------


def _without_a_place(
    drafts: Drafts, folded: Mapping[str, str], columns: Columns, tree: Tree
) -> Iterator[UnitRow]:
    """Set everybody's parent; take out of the drafts, and hand back, who can have none."""
    column = column_of(columns, UnitHolds.PARENT)
    lost = [(draft, _hang(draft, folded, tree)) for draft in drafts.values()]
    while True:
        out = [(draft, code) for draft, code in lost if code]
        for draft, code in out:
            del drafts[draft.code]
            yield rejected(UnitRow, draft.row, draft.code, [Wrong(column, code)])
        lost = [(draft, _lost(draft, drafts, tree)) for draft in drafts.values()]
        if not any(code for _draft, code in lost):
            return


def _hang(draft: _Draft, folded: Mapping[str, str], tree: Tree) -> str:
    """Set the draft's parent; why not, as a code, if it cannot have it."""
    typed = draft.read.get(UnitHolds.PARENT, "")
    if not typed:
        draft.parent = draft.known.parent if draft.known else tree.top
        return ""
    parent = tree.named(typed) or folded.get(typed.casefold())
    if parent is None:
        return "unknown_parent"
    if draft.code == tree.top:
        return "top_stays"
    draft.parent = parent
    return ""


def _lost(draft: _Draft, drafts: Drafts, tree: Tree) -> str:
    """Why the way up from here never ends at the top, as a code; "" when it does."""
    passed = [draft.code]
    while passed[-1] != tree.top:
        at = passed[-1]
        if at not in drafts and at not in tree.units:
            # Only if it is its own parent that stays out, not one further up.
            return "parent_rejected" if at == draft.parent else ""
        above = drafts[at].parent if at in drafts else tree.units[at].parent
        if above == draft.code:
            return "cycle"
        if above in passed:
            return ""  # it hangs below a circle, which is taken out first
        if len(passed) > MOST_LEVELS:
            return "too_deep"
        passed.append(above)
    return ""


def _depth(draft: _Draft, drafts: Drafts, tree: Tree) -> int:
    depth, at = 0, draft.code
    while at != tree.top:
        at = drafts[at].parent if at in drafts else tree.units[at].parent
        depth += 1
    return depth


# --- What changes ---------------------------------------------------------------------


def _compared(draft: _Draft, drafts: Drafts, tree: Tree) -> UnitRow:
    row = UnitRow(
        draft.row.line,
        draft.code,
        Outcome.CREATED,
        parent=draft.parent,
        known=draft.known,
        depth=_depth(draft, drafts, tree),
    )
    place = _called(draft.parent, drafts, tree)
    if not draft.known:
        return _new(replace(row, changes=(Change(UnitHolds.PARENT, None, place),)), draft)
    if draft.parent == draft.known.parent:
        return _altered(row, draft, draft.known)
    before = _called(draft.known.parent, {}, tree)
    move = Change(UnitHolds.PARENT, before, place)
    return _altered(replace(row, changes=(move,)), draft, draft.known)


def _called(code: str, drafts: Drafts, tree: Tree) -> str:
    """A unit's name and code, as they will be."""
    names: list[str] = [drafts[code].read[UnitHolds.NAME]] if _renamed(code, drafts) else []
    names += [tree.units[code].facts.name] if code in tree.units else []
    return f"{names[0]} ({code})" if names else code


def _renamed(code: str, drafts: Drafts) -> bool:
    return code in drafts and UnitHolds.NAME in drafts[code].read


def _new(row: UnitRow, draft: _Draft) -> UnitRow:
    facts = {
        str(holds): draft.read[holds] for holds in (*TEXTS, *CHOSEN) if holds in draft.read
    }
    week: Hours = {
        day: draft.read[holds] for holds, day in HOURS.items() if holds in draft.read
    }
    # Days that the file leaves out are closed; without any the unit works as the one above.
    return replace(row, name=facts["name"], said=facts, hours=week or None)


def _altered(row: UnitRow, draft: _Draft, known: KnownUnit) -> UnitRow:
    says: dict[UnitHolds, Any] = {
        holds: said(draft.cells[holds], getattr(known.facts, holds))
        for holds in TEXTS
        if holds in draft.read
    }
    says |= {holds: draft.read[holds] for holds in CHOSEN if holds in draft.read}
    facts = [
        Change(holds, stands, value)
        for holds, value in says.items()
        if value != (stands := getattr(known.facts, holds))
    ]
    week = [
        Change(holds, stands, draft.read[holds])
        for holds, day in HOURS.items()
        if holds in draft.read and draft.read[holds] != (stands := known.hours.get(day, ()))
    ]
    hours: dict[int, Any] = {**known.hours} | {
        HOURS[UnitHolds(day.holds)]: day.after for day in week
    }
    changes = (*row.changes, *facts, *week)
    stays = Outcome.CHANGED if changes else Outcome.UNCHANGED
    return replace(
        row,
        name=known.facts.name,
        outcome=Outcome.MOVED if row.changes else stays,
        changes=changes,
        said={change.holds: change.after for change in facts},
        hours={day: shifts for day, shifts in hours.items() if shifts} if week else None,
    )
