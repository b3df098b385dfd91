"""Every door of the product, for everybody: reliability.md 2.5."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .company import Company
from .doors import Door, doors
from .oracles import Finding
from .plants import PLANTS
from .sweep import Sweep

pytestmark = [pytest.mark.sweep, pytest.mark.django_db]

MATRIX = Path(__file__).resolve().parents[3] / "var" / "authz-matrix.json"
# Where people hold their roles; "" of those who hold none today.
REACHES = ("city", "east", "west", "east west", "")


@pytest.fixture(scope="module")
def sweep(company: Company, request: pytest.FixtureRequest) -> Sweep:
    return Sweep(company, PLANTS, doors(), full=request.getfixturevalue("full"))


Record = Callable[[str, object], None]


def nothing(sweep: Sweep, findings: Iterator[Finding], record_property: Record) -> None:
    """Assert that a sweep finds nothing, and note how often it asked."""
    before = sweep.asked
    found = list(findings)
    record_property("Requests of the sweep", sweep.asked - before)
    assert not found, "\n".join(str(each) for each in found[:20])


@pytest.mark.parametrize("door", doors(), ids=str)
def test_nobody_gets_past_the_door(
    sweep: Sweep, door: Door, record_property: Record
) -> None:
    nothing(sweep, sweep.findings(door), record_property)


@pytest.mark.parametrize("reach", REACHES)
def test_nothing_foreign_shows_in_any_page(
    sweep: Sweep, reach: str, record_property: Record
) -> None:
    nothing(sweep, sweep.differences(reach), record_property)


def test_every_reach_is_among_those(sweep: Sweep) -> None:
    assert {actor.reach for actor in sweep.actors} == set(REACHES)


def test_the_matrix_is_written_down(sweep: Sweep) -> None:
    """Who gets which answer at which door: var/authz-matrix.json, for whoever audits."""
    matrix = {str(door): sweep.matrix(door) for door in sweep.declared}
    MATRIX.parent.mkdir(exist_ok=True)
    MATRIX.write_text(json.dumps(matrix, indent=1, ensure_ascii=False))
    assert len(matrix) == len(sweep.doors)
