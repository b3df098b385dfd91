"""Derived importance, from cells, as far as it may be shown."""

import csv

import numpy as np
import pytest

from gapless.analytics.answers import Kind, Layout, Question, score, written
from gapless.analytics.folding import fold, schema_of
from gapless.evaluation.gaps.derived import Refusal, derived
from gapless.evaluation.gaps.importance import (
    Asked,
    Cross,
    Importance,
    Performance,
    crosses,
    importances,
    performances,
    placed,
)
from gapless_stats.importance import Quadrant

BY_SATISFACTION = Asked(Importance.DERIVED, outcome="sat")
SAT = Question("sat", Kind.OVERALL, low=1, high=10)
DIMENSIONAL = Layout((*(Question(f"{d}1", Kind.SCORE, d) for d in "abc"), SAT))


def everything(_target, _n):
    return True


def all_but(*codes):
    return lambda target, _n: target.code not in codes


def at_least(threshold):
    return lambda _target, n: not 0 < n < threshold


def cell_of(layout, answers):
    return fold(layout, schema_of(layout), score(layout, written(layout, answers)))


def mapped(layout, answers, may_show=everything, asked=BY_SATISFACTION):
    return placed(layout, schema_of(layout), cell_of(layout, answers), asked, may_show)


def found_in(layout, answers, may_show=everything):
    cell = cell_of(layout, answers)
    return derived(layout, schema_of(layout), cell, "sat", may_show)


def said(n=200, *, seed=1, codes=("a1", "b1", "c1"), pull=(0.9, 0.4, 0.0)):
    """Satisfaction that goes with the first most, with the last not at all."""
    rng = np.random.default_rng(seed)
    rated = rng.integers(1, 8, (n, len(codes)))
    felt = rated @ np.array(pull[: len(codes)]) + rng.normal(0, 1, n)
    sat = np.clip(np.round(felt), 1, 10).astype(int)
    return [
        {(code, 0): int(value) for code, value in zip(codes, row, strict=True)}
        | {("sat", 0): int(overall)}
        for row, overall in zip(rated, sat, strict=True)
    ]


def test_what_satisfaction_goes_with_most_is_most_important():
    found = mapped(DIMENSIONAL, said())
    shares = [spot.importance for spot in found.spots]

    assert [str(spot.target) for spot in found.spots] == [f"dimension:{d}" for d in "abc"]
    assert shares[0].mean > shares[1].mean > shares[2].mean
    assert shares[0].interval.low > shares[1].interval.high
    r_squared = found.derived.found.drivers.r_squared
    assert sum(share.mean for share in shares) == pytest.approx(r_squared)
    assert found.whole.importance == pytest.approx(r_squared / 3)
    assert {spot.n for spot in found.spots} == {200}


def test_performance_is_what_the_other_pages_say_it_is():
    """Also of those who left the judgement out."""
    without = [{("a1", 0): 7, ("b1", 0): 7, ("c1", 0): 7}] * 100
    found = mapped(DIMENSIONAL, said() + without)
    mean = (sum(answer["a1", 0] for answer in said()) + 700) / 300

    assert found.spots[0].performance.mean == pytest.approx(mean)
    assert (found.spots[0].performance.n, found.derived.n) == (300, 200)


def test_items_are_mapped_where_there_are_no_dimensions():
    layout = Layout((*(Question(code, Kind.PAIR) for code in ("p", "q")), SAT))
    answers = [
        {("p", 0): 7, ("q", 0): 7, ("p", 1): a["a1", 0], ("q", 1): a["b1", 0]}
        | {("sat", 0): a["sat", 0]}
        for a in said()
    ]
    found = mapped(layout, answers)

    assert [str(spot.target) for spot in found.spots] == ["item:p", "item:q"]
    assert found.spots[0].importance.mean > found.spots[1].importance.mean


def test_an_item_on_another_scale_is_left_out():
    layout = Layout(
        (
            *(Question(code, Kind.SCORE) for code in ("a1", "b1")),
            Question("c1", Kind.SCORE, high=9),
            SAT,
        )
    )
    found = mapped(layout, said())
    assert (len(found.spots), found.elsewhere) == (2, 1)


def test_what_may_not_be_shown_is_left_out_before_anything_is_computed():
    hidden = found_in(DIMENSIONAL, said(), all_but("b"))
    never = Layout((Question("a1", Kind.SCORE, "a"), Question("c1", Kind.SCORE, "c"), SAT))
    alone = [{key: v for key, v in answer.items() if key[0] != "b1"} for answer in said()]

    assert hidden.withheld == 1
    assert np.allclose(
        hidden.found.drivers.shares, found_in(never, alone).found.drivers.shares
    )


@pytest.mark.parametrize(
    "may_show", [all_but("sat"), all_but("a", "b"), at_least(201), lambda *_: False]
)
def test_what_is_withheld_says_neither_shares_nor_how_many(may_show):
    found = mapped(DIMENSIONAL, said(), may_show)
    assert found.derived.refusal is Refusal.HIDDEN
    assert (found.spots, found.whole, found.derived.found) == ((), None, None)


def test_how_many_is_not_said_below_the_threshold():
    assert found_in(DIMENSIONAL, said(9), at_least(10)).n == 0
    assert found_in(DIMENSIONAL, said(10), at_least(10)).n == 10


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ([], Refusal.NOBODY),
        ([{("a1", 0): 5, ("b1", 0): 5, ("c1", 0): 5}] * 60, Refusal.NOBODY),
        ([{("a1", 0): 5}, {("sat", 0): 5}] * 30, Refusal.APART),
        (said(49), Refusal.TOO_FEW),
        ([answer | {("sat", 0): 9} for answer in said(60)], Refusal.NO_VARIANCE),
        ([answer | {("a1", 0): 4} for answer in said(60)], Refusal.NO_VARIANCE),
        ([a | {("a1", 0): a["b1", 0]} for a in said(60)], Refusal.COLLINEAR),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(answers, refusal):
    found = mapped(DIMENSIONAL, answers)
    assert found.derived.refusal is refusal
    assert found.whole is None


def test_many_predictors_need_many_answers():
    codes = [f"i{n}" for n in range(16)]
    layout = Layout((*(Question(code, Kind.SCORE) for code in codes), SAT))
    few = found_in(layout, said(159, codes=codes, pull=(0.1,) * 16))
    assert (few.refusal, few.needed) == (Refusal.TOO_FEW, 160)
    assert len(found_in(layout, said(160, codes=codes, pull=(0.1,) * 16)).parts) == 16


def test_what_says_nearly_the_same_makes_weights_unsteady():
    assert not found_in(DIMENSIONAL, said()).found.unsteady
    twins = [
        a | {("b1", 0): min(7, a["a1", 0] + (n % 9 == 0))} for n, a in enumerate(said())
    ]
    assert found_in(DIMENSIONAL, twins).found.unsteady


def test_only_perception_stands_against_what_is_derived():
    assert importances(DIMENSIONAL) == (Importance.DERIVED,)
    assert importances(Layout(DIMENSIONAL.questions[:3])) == ()
    assert performances(DIMENSIONAL, Importance.DERIVED) == (Performance.PERCEPTION,)
    assert crosses(Performance.PERCEPTION) == (Cross.MEANS, Cross.MIDDLE)
    middle = Asked(Importance.DERIVED, cross=Cross.MIDDLE, outcome="sat")
    found = mapped(DIMENSIONAL, said(), asked=middle).whole
    assert (found.performance, found.importance) == (
        4.0,
        mapped(DIMENSIONAL, said()).whole.importance,
    )


DIMENSIONS = ("tangibles", "security", "economy", "convenience", "usefulness", "control")


@pytest.mark.real_data
def test_the_cells_of_a_kiosk_give_the_published_shares(shared_data):
    kiosk = shared_data / "kiosk_servqual"
    with (kiosk / "responses.csv").open(encoding="utf-8-sig") as f:
        rows = [row for row in csv.DictReader(f) if row["kept_by_authors"] == "1"]
    with (kiosk / "items.csv").open(encoding="utf-8-sig") as f:
        items = {
            each["column"]: each["final_dimension"]
            for each in csv.DictReader(f)
            if each["instrument"] == "perception"
        }
    asked = [code for d in DIMENSIONS for code, of in items.items() if of == d]
    # The mean of two judgements goes with the same as their sum does.
    both = Question("sat", Kind.OVERALL, low=2, high=14)
    layout = Layout((*(Question(code, Kind.SCORE, items[code]) for code in asked), both))
    answers = [
        {(code, 0): int(row[code]) for code in asked}
        | {("sat", 0): int(row["overall1"]) + int(row["overall2"])}
        for row in rows
    ]
    found = mapped(layout, answers)

    # By relaimpo, as reference_values.json has it under kiosk.drivers.
    assert [spot.target.code for spot in found.spots] == list(DIMENSIONS)
    assert found.derived.found.drivers.r_squared == pytest.approx(0.386567874, abs=1e-7)
    assert [spot.importance.mean for spot in found.spots] == pytest.approx(
        [0.028620752, 0.085970518, 0.169986922, 0.033340188, 0.032408211, 0.036241284],
        abs=1e-7,
    )
    economy = found.spots[2]
    assert economy.point.quadrant in {Quadrant.CONCENTRATE, Quadrant.KEEP_UP}
    assert economy.importance.interval.low > found.whole.importance
