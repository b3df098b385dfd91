"""What people usually write in files: names of columns, words of scales, dates."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files


# Without slots, so that what follows from it is kept.
@dataclass(frozen=True)
class Hints:
    names: Mapping[str, tuple[str, ...]]
    sides: Mapping[str, tuple[str, ...]]
    scales: tuple[tuple[str, ...], ...]
    missing: tuple[str, ...]
    maybe_missing: tuple[str, ...]
    not_applicable: tuple[str, ...]
    chosen: Mapping[str, int]  # cell of a column that is one option → 1 or 0
    months: Mapping[str, int]
    afternoon: Mapping[str, bool]
    date_words: frozenset[str]  # that stand in dates and say nothing
    no_dates: tuple[str, ...]
    sources: Mapping[str, Mapping[str, str]]  # product → its column → kind
    skipped: tuple[str, ...]
    typed: tuple[str, ...]
    response: tuple[str, ...]
    personal: tuple[str, ...]
    totals: frozenset[str]
    averages: frozenset[str]
    notes: frozenset[str]

    @cached_property
    def below(self) -> frozenset[str]:
        """What may begin a row that is no answer."""
        return self.totals | self.averages | self.notes


@cache
def hints() -> Hints:
    data = tomllib.loads(
        (files("gapless.core.imports") / "hints.toml").read_text(encoding="utf-8")
    )
    dates = data["dates"]
    return Hints(
        names=_lists(data["names"]),
        sides=_lists(data["sides"]),
        scales=tuple(tuple(scale["words"]) for scale in data["scales"]),
        missing=tuple(data["missing"]["codes"]),
        maybe_missing=tuple(data["missing"]["maybe"]),
        not_applicable=tuple(data["not_applicable"]["codes"]),
        chosen=dict.fromkeys(data["chosen"]["yes"], 1)
        | dict.fromkeys(data["chosen"]["no"], 0),
        months={
            word: number
            for number, words in enumerate(dates["months"], 1)
            for word in words
        },
        afternoon=dict.fromkeys(dates["morning"], False)
        | dict.fromkeys(dates["afternoon"], True),
        date_words=frozenset(dates["words"]),
        no_dates=tuple(dates["none"]),
        sources=data["sources"],
        skipped=tuple(data["exports"]["skipped"]),
        typed=tuple(data["exports"]["typed"]),
        response=tuple(data["exports"]["response"]),
        personal=tuple(data["personal"]["names"]),
        totals=frozenset(data["below"]["totals"]),
        averages=frozenset(data["below"]["averages"]),
        notes=frozenset(data["below"]["notes"]),
    )


def _lists(data: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in data.items()}
