"""Results turn into plain Python and print as somebody would write them down."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

from gapless_stats.intervals import Interval
from gapless_stats.results import Result


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, eq=False)
class Found(Result):
    n: int
    mean: float
    interval: Interval
    shares: object
    named: dict[Colour, float]
    method: ClassVar[str] = "by hand"
    source: ClassVar[str] = "Nobody 2026"


FOUND = Found(
    12,
    1 / 3,
    Interval(0.25, 0.75, 0.95, "t", "Student 1908"),
    (np.array([1.0, 2.5]), np.int64(3)),
    {Colour.RED: 0.5},
)


def test_a_dict_is_plain_and_whole():
    plain = FOUND.as_dict()

    assert json.loads(json.dumps(plain)) == plain
    assert plain["interval"]["low"] == 0.25
    assert plain["interval"]["source"] == "Student 1908"
    assert plain["shares"] == [[1.0, 2.5], 3]
    assert plain["named"] == {"red": 0.5}
    assert (plain["method"], plain["source"]) == ("by hand", "Nobody 2026")


def test_it_prints_a_line_a_field():
    assert str(FOUND).splitlines() == [
        "Found",
        "  n         12",
        "  mean      0.333333",
        "  interval  [0.25, 0.75]",
        "  shares    [[1, 2.5], 3]",
        "  named     red 0.5",
        "  method    by hand",
        "  source    Nobody 2026",
    ]
