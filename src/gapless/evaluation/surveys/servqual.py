"""The ready-made SERVQUAL questionnaire, over the built-in characteristics."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from gapless.core.imports.mapping import POINTS
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.instruments.rules import (
    DimensionDraft,
    ItemDraft,
    SectionDraft,
    VersionDraft,
)
from gapless.core.text import LanguageMap
from gapless.requirements.characteristics.builtin import (
    BuiltInCharacteristic,
    BuiltInDimension,
)
from gapless.requirements.characteristics.builtin import read as built_in

Words = Mapping[str, Any]


@cache
def words() -> Words:
    """What stands in ``servqual.toml``."""
    source = files("gapless.evaluation.surveys") / "servqual.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def draft() -> VersionDraft:
    """22 pairs in five dimensions, 100 points among the five, two overall items, a text."""
    said, shipped = words(), built_in()
    leading = next(each for each in shipped.sets if each.leading)
    overall = [
        ItemDraft(code=code, kind=ItemKind.OVERALL, **about)
        for code, about in said["overall"].items()
        if code != "title"
    ]
    comment = ItemDraft(code="comment", kind=ItemKind.TEXT, **said["comment"])
    return VersionDraft(
        expectation_type=ExpectationType.IDEAL,
        dimensions=tuple(DimensionDraft(d.code, d.name) for d in leading.dimensions),
        sections=(
            SectionDraft(
                title=said["pairs"]["title"],
                introduction=said["pairs"]["introduction"],
                items=tuple(_pair(said["pairs"], c) for c in shipped.characteristics),
            ),
            SectionDraft(
                title=said["weights"]["title"],
                introduction=said["weights"]["introduction"],
                items=weights(),
            ),
            SectionDraft(title=said["overall"]["title"], items=(*overall, comment)),
        ),
    )


def weights() -> tuple[ItemDraft, ...]:
    """100 points among the leading dimensions."""
    leading = next(each for each in built_in().sets if each.leading)
    return tuple(_weight(dimension) for dimension in leading.dimensions)


def framed(name: LanguageMap) -> tuple[LanguageMap, LanguageMap]:
    """A characteristic as it is put when expectation and when perception is asked."""
    said = words()["pairs"]
    return _framed(said["expectation"], name), _framed(said["perception"], name)


def _pair(said: Words, about: BuiltInCharacteristic) -> ItemDraft:
    expected, perceived = framed(about.name)
    return ItemDraft(
        code=about.code,
        kind=ItemKind.PAIR,
        text=about.name,
        dimension=about.dimension,
        expectation_text=expected,
        perception_text=perceived,
        low_label=said["low_label"],
        high_label=said["high_label"],
        about=about.code,
    )


def _framed(frames: LanguageMap, name: LanguageMap) -> LanguageMap:
    return {language: frame.format(name[language]) for language, frame in frames.items()}


def _weight(dimension: BuiltInDimension) -> ItemDraft:
    return ItemDraft(
        code=f"points-{dimension.code}",
        kind=ItemKind.WEIGHT,
        text=dimension.name,
        dimension=dimension.code,
        low=POINTS.low,
        high=POINTS.high,
    )
