"""Putting something else in the place of sections, items and conditions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from .rules import CHOICES, Condition, ItemDraft, SectionDraft, VersionDraft


def every_section(
    draft: VersionDraft, change: Callable[[int, SectionDraft], SectionDraft]
) -> VersionDraft:
    sections = tuple(change(place, old) for place, old in enumerate(draft.sections))
    return replace(draft, sections=sections)


def every_item(
    draft: VersionDraft, change: Callable[[ItemDraft], ItemDraft]
) -> VersionDraft:
    return every_section(
        draft, lambda _, old: replace(old, items=tuple(map(change, old.items)))
    )


def without(draft: VersionDraft, codes: Collection[str]) -> VersionDraft:
    return every_section(
        draft,
        lambda _, old: replace(
            old, items=tuple(item for item in old.items if item.code not in codes)
        ),
    )


def every_condition(
    draft: VersionDraft, change: Callable[[Condition], Condition | None]
) -> VersionDraft:
    def changed(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
        return tuple(new for old in conditions if (new := change(old)) is not None)

    draft = every_item(draft, lambda old: replace(old, show_if=changed(old.show_if)))
    return every_section(draft, lambda _, old: replace(old, show_if=changed(old.show_if)))


def forgetting(draft: VersionDraft, codes: Collection[str]) -> VersionDraft:
    """Without the conditions that look at these items."""
    return every_condition(draft, lambda each: None if each.item in codes else each)


def following(
    condition: Condition, before: ItemDraft, after: ItemDraft
) -> Condition | None:
    """A condition on an item that was edited: it means the option it meant before."""
    if condition.item != before.code:
        return condition
    value = condition.value
    if before.kind in CHOICES and after.kind in CHOICES and value < len(before.options):
        places = {option.code: place for place, option in enumerate(after.options)}
        meant = before.options[value].code
        if meant not in places:
            return None
        value = places[meant]
    return replace(condition, item=after.code, value=value)
