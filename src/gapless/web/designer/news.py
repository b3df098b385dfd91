"""What a draft changes against the version before it, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.instruments.choices import ExpectationType
from gapless.core.instruments.comparing import (
    Because,
    Change,
    Changes,
    Line,
    LineKind,
    Reason,
)
from gapless.core.instruments.rules import ItemDraft, VersionDraft
from gapless.core.text import said

from .conditions import titled

CHANGES = {
    Change.KIND: gettext_lazy("asked in another way"),
    Change.SCALE: gettext_lazy("another scale"),
    Change.REVERSE: gettext_lazy("turned round (reverse-keyed)"),
    Change.WORDING: gettext_lazy("other words"),
    Change.TRANSLATION: gettext_lazy("languages added or taken out"),
    Change.OPTIONS: gettext_lazy("other options"),
    Change.DIMENSION: gettext_lazy("another dimension"),
    Change.CONDITION: gettext_lazy("shown under another condition"),
    Change.REQUIRED: gettext_lazy("required or no longer required"),
    Change.NOT_APPLICABLE: gettext_lazy("“does not apply” allowed or no longer allowed"),
    Change.LIMITS: gettext_lazy("other limits of the number"),
    Change.MEASURE: gettext_lazy("counts as another standard figure"),
    Change.ABOUT: gettext_lazy("another characteristic"),
    Change.MOVED: gettext_lazy("another place in the form"),
}
REASONS = {
    Reason.REMOVED: gettext_lazy("“%(item)s” is asked no more."),
    Reason.LEFT: gettext_lazy("“%(item)s” belongs to another dimension now."),
    Reason.JOINED: gettext_lazy("“%(item)s” now counts in this dimension too."),
    Reason.KIND: gettext_lazy("“%(item)s” is asked in another way."),
    Reason.SCALE: gettext_lazy("“%(item)s” has another scale."),
    Reason.REVERSE: gettext_lazy("“%(item)s” is turned round."),
    Reason.WORDING: gettext_lazy("“%(item)s” is put in other words."),
    Reason.OPTIONS: gettext_lazy("“%(item)s” offers other options."),
    Reason.CONDITION: gettext_lazy("“%(item)s” is asked of other people than before."),
    Reason.EXPECTATION: gettext_lazy("“Expected” means something else now."),
    Reason.DIMENSIONS: gettext_lazy("It is made of other dimensions than before."),
}


@dataclass(frozen=True, slots=True)
class Changed:
    item: ItemDraft
    title: str
    what: list[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A trend line that ends, and why."""

    name: str
    kind: str
    why: list[str]


@dataclass(frozen=True, slots=True)
class News:
    """What the page of changes says."""

    added: list[ItemDraft]
    removed: list[str]
    changed: list[Changed]
    others: list[str]
    broken: list[Broken]
    kept: int  # lines that go on
    nothing: bool


def told(changes: Changes, old: VersionDraft, new: VersionDraft) -> News:
    return News(
        added=list(changes.added),
        removed=[titled(item) for item in changes.removed],
        changed=[
            Changed(c.after, titled(c.after), [str(CHANGES[what]) for what in c.what])
            for c in changes.changed
        ],
        others=_others(changes, old, new),
        broken=[_broken(line, old, new) for line in changes.breaks],
        kept=len(changes.lines) - len(changes.breaks),
        nothing=changes.nothing,
    )


def _others(changes: Changes, old: VersionDraft, new: VersionDraft) -> list[str]:
    found = [
        _("The dimension “%(name)s” is new.") % {"name": _dimension(new, code)}
        for code in changes.dimensions_added
    ]
    found += [
        _("The dimension “%(name)s” is taken out.") % {"name": _dimension(old, code)}
        for code in changes.dimensions_removed
    ]
    if changes.sections_differ:
        found.append(_("Sections differ: their titles, introductions, order or number."))
    if changes.expectation:
        before, after = (ExpectationType(meaning).label for meaning in changes.expectation)
        words = _("“Expected” meant “%(before)s” and now means “%(after)s”.")
        found.append(words % {"before": before, "after": after})
    return found


def _broken(line: Line, old: VersionDraft, new: VersionDraft) -> Broken:
    item = old.item(line.code)
    name, kind = {
        LineKind.ITEM: (titled(item) if item else line.code, _("Item")),
        LineKind.DIMENSION: (_dimension(old, line.code), _("Dimension")),
        LineKind.OVERALL: (_("Overall"), _("Mean of the dimensions")),
        LineKind.WEIGHTS: (_("Importance points"), _("Points of the dimensions")),
    }[line.kind]
    # One sentence for each reason, however many items give it twice.
    why = dict.fromkeys(_because(each, old, new) for each in line.broken)
    return Broken(name, kind, list(why))


def _because(because: Because, old: VersionDraft, new: VersionDraft) -> str:
    item = old.item(because.item) or new.item(because.item)
    return str(REASONS[because.reason]) % {"item": titled(item) if item else ""}


def _dimension(draft: VersionDraft, code: str) -> str:
    found = next((d for d in draft.dimensions if d.code == code), None)
    return (said(found.name) or code) if found else code
