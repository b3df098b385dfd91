"""Published numbers, what they were computed from, and how ours are held against them."""

import csv
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def reference(shared_data):
    values = json.loads((shared_data / "reference_values.json").read_text("utf-8"))
    return {each["id"]: each for each in values}


@dataclass(frozen=True)
class Comparison:
    """One entry of the reference values beside what we compute."""

    name: str
    expected: list[float]
    got: list[float]
    tolerances: list[float]

    @property
    def ok(self) -> bool:
        return len(self.expected) == len(self.got) and all(
            math.isfinite(ours) and abs(ours - theirs) <= tolerance
            for ours, theirs, tolerance in zip(
                self.got, self.expected, self.tolerances, strict=True
            )
        )

    def __str__(self) -> str:
        expected, got = (_written(each) for each in (self.expected, self.got))
        tolerance = _written(sorted(set(self.tolerances)))
        state = "ok" if self.ok else "off"
        return f"{self.name} {state} expected {expected} got {got} tolerance {tolerance}"


@pytest.fixture
def agrees(
    reference: dict[str, Any], record_property: Callable[[str, object], None]
) -> Callable[[str, object], None]:
    """
    Hold what we compute against a reference entry, number by number in the order of its
    ``value``. What was compared is noted for `make reference`.
    """

    def check(name: str, got: object) -> None:
        entry = reference[name]
        expected = list(_flat(entry["value"]))
        found = Comparison(name, expected, list(_flat(got)), list(_tolerances(entry)))
        record_property(f"reference:{name}", str(found))
        assert found.ok, str(found)

    return check


def _tolerances(entry: dict[str, Any]) -> Iterator[float]:
    """One for all numbers, or one for each part of the value."""
    value, tolerance = entry["value"], entry["tol"]
    if not isinstance(tolerance, list):
        yield from (tolerance for _ in _flat(value))
        return
    for part, own in zip(value, tolerance, strict=True):
        yield from (own for _ in _flat(part))


def _flat(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = [value[name] for name in sorted(value)]
    if isinstance(value, list | tuple | np.ndarray):
        for each in value:
            yield from _flat(each)
    else:
        yield float(value)


def _written(numbers: list[float]) -> str:
    return ", ".join(f"{each:.10g}" for each in numbers)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def columns_of(rows, names):
    return np.array([[int(float(row[name])) for name in names] for row in rows])
