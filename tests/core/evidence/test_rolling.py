"""Roll-ups, with what is waiting, are what the cells add up to: whatever comes when."""

from datetime import UTC, datetime

import numpy as np
import pytest

from gapless.analytics.cells import unpack
from gapless.analytics.folding import schema_of
from gapless.analytics.periods import ALL_TIME, Grain, Period
from gapless.core.evidence.choices import Source
from gapless.core.evidence.models import Addition, Cell, RollUp
from gapless.core.evidence.queries import by_stratum, heads_of_units
from gapless.core.evidence.rolling import add_up
from gapless.core.instruments.actions import rebuild_cells, remove_answers
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import (
    layout_of,
    versions_without_sums,
    wrong_cells,
    wrong_sums,
)
from gapless.people.org.actions import move_unit
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM
from tests.evaluation.gaps.answering import answer, questionnaire

MONTHS = [datetime(2026, month, 10, tzinfo=UTC) for month in (1, 2, 4, 9)]
PERIODS = [
    Period.parse(text)  # one of them twice
    for text in ("2026-01", "2026-04", "2026Q1", "2026", "all", "2026-01")
]


@pytest.fixture
def version(cast):
    return questionnaire()


def some_answers(version, cast, chance, nth):
    unit = (cast.east, cast.west, cast.city)[chance.integers(3)]
    pairs = chance.integers(1, 8, (chance.integers(1, 5), 2)).tolist()
    answer(version, unit, pairs, at=MONTHS[chance.integers(4)], batch=f"b{nth}")


def whole_of(version, unit, period):
    """The obvious way: add the cells of the subtree."""
    schema = schema_of(layout_of(version))
    cells = Cell.objects.of(Source.SURVEY, version.pk).filter(
        unit__path__startswith=unit.path
    )
    return sum(
        (
            unpack(bytes(cell.value), schema.size)
            for cell in cells
            if period.holds(cell.month)
        ),
        schema.zero(),
    )


def check(version):
    schema = schema_of(layout_of(version))
    units = list(Unit.objects.all())
    heads = heads_of_units(Source.SURVEY, version.pk, units, PERIODS, schema.head)
    beside = [(period, unit) for period in PERIODS for unit in units]
    for row, (period, unit) in enumerate(beside):
        right = whole_of(version, unit, period)
        found = heads.values[heads.rows == row].sum(axis=0)
        assert np.array_equal(found, right[: schema.head])
        strata = by_stratum(Source.SURVEY, version.pk, unit, period, schema)
        assert np.array_equal(sum(strata.values(), schema.zero()), right)
    assert not list(wrong_cells(version))
    assert wrong_sums(version) == 0


@pytest.mark.parametrize("seed", range(6))
def test_whatever_comes_when_sums_are_sums(cast, version, seed):
    chance = np.random.default_rng(seed)
    for nth in range(12):
        match chance.integers(6):
            case 0:
                add_up()
            case 1 if Answer.objects.exists():
                known = list(Answer.objects.values_list("pk", flat=True))
                remove_answers(version, known[: chance.integers(1, 4)])
            case 2:
                under = (cast.city, cast.west)[chance.integers(2)]
                cast.east.refresh_from_db()
                move_unit(cast.east, under=under, by=cast.ma, now=NINE_AM)
            case _:
                some_answers(version, cast, chance, nth)
    check(version)
    add_up()
    assert not Addition.objects.exists()
    check(version)


def test_the_doctor_finds_a_roll_up_that_lies_and_makes_it_anew(cast, version):
    some_answers(version, cast, np.random.default_rng(1), 0)
    add_up()
    lie = RollUp.objects.filter(grain=Grain.YEAR.value).first()
    head = np.frombuffer(bytes(lie.head), "<i8") + 1
    RollUp.objects.filter(pk=lie.pk).update(head=head.tobytes())
    assert wrong_sums(version) == 1

    rebuild_cells(version, by=None, now=NINE_AM)

    check(version)


def test_adding_up_twice_adds_nothing(cast, version):
    some_answers(version, cast, np.random.default_rng(2), 0)
    assert add_up() == 1
    assert add_up() == 0
    assert whole_of(version, cast.city, ALL_TIME).any()
    check(version)


def test_cells_from_before_there_were_sums_are_noticed(cast, version):
    some_answers(version, cast, np.random.default_rng(3), 0)
    assert versions_without_sums() == []
    Addition.objects.all().delete()
    assert versions_without_sums() == [version]
    rebuild_cells(version, by=None, now=NINE_AM)
    assert versions_without_sums() == []
    check(version)
