"""Which of the answers a gap page takes: how people were chosen, a campaign, a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gapless.core.evidence.choices import CollectionMode
from gapless.core.evidence.rules import NO_GROUP, Stratum
from gapless.core.text import said
from gapless.evaluation.campaigns.queries import campaign_names

if TYPE_CHECKING:
    from gapless.core.instruments.models import FormVersion
    from gapless.evaluation.gaps.selection import Selection
    from gapless.people.org.rules import Viewer


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    selection: Selection
    current: bool


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One way of taking a part of the answers, and the parts there are."""

    title: str
    choices: tuple[Choice, ...]

    @property
    def taken(self) -> str:
        """The part that is taken; nothing where it is all of them."""
        others = self.choices[1:]
        return next((choice.label for choice in others if choice.current), "")


def narrowings(
    viewer: Viewer, selection: Selection, strata: Iterable[Stratum]
) -> tuple[Narrowing, ...]:
    """What there is to choose from; a way with a single part is none."""
    strata = list(strata)
    campaigns = campaign_names(viewer, {s.within for s in strata if s.within})
    options = _options(selection.version)
    found = (
        _narrowing(
            _("How people were chosen"),
            [(str(CollectionMode(mode).label), {"mode": mode}) for mode in _modes(strata)],
            selection,
            everything={"mode": None},
        ),
        _narrowing(
            _("Campaign"),
            [(name, {"within": within}) for within, name in campaigns.items()],
            selection,
            everything={"within": ""},
            fewest=1,
        ),
        _narrowing(
            _("Group"),
            [(options.get(g, _("Not stated")), {"group": g}) for g in _groups(strata)],
            selection,
            everything={"group": ""},
        ),
        _narrowing(
            _("Flagged answers"),
            [(_("Left out"), {"with_flagged": False})],
            selection,
            everything={"with_flagged": True},
            fewest=1 if any(s.flagged for s in strata) else 2,
        ),
    )
    return tuple(each for each in found if each)


def _narrowing(
    title: str,
    parts: list[tuple[str, dict[str, object]]],
    selection: Selection,
    *,
    everything: dict[str, object],
    fewest: int = 2,
) -> Narrowing | None:
    if len(parts) < fewest:
        return None
    every = [(_("All"), everything), *parts]
    return Narrowing(
        title,
        tuple(
            Choice(label, there, there == selection)
            for label, change in every
            for there in [replace(selection, **change)]  # type: ignore[arg-type]
        ),
    )


def _modes(strata: Iterable[Stratum]) -> list[CollectionMode]:
    present = {stratum.mode for stratum in strata}
    return [mode for mode in CollectionMode if mode in present]


def _groups(strata: Iterable[Stratum]) -> list[str]:
    present = {stratum.group for stratum in strata if stratum.group}
    return sorted(present, key=lambda g: (g == NO_GROUP, int(g) if g.isdecimal() else 0))


def _options(version: FormVersion) -> dict[str, str]:
    """What the options of the grouping item are called, by their place."""
    return dict(_option_names(version))


def _option_names(version: FormVersion) -> Iterator[tuple[str, str]]:
    for item in version.items.all():
        if item.code == version.grouped_by:
            for place, option in enumerate(item.options):
                yield str(place), said(option["text"])
