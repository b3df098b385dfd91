"""The map, the zone and the health of a form, from cells, as far as they may be shown."""

import csv

import numpy as np
import pytest

from gapless.analytics.answers import Kind, Layout, Question, score, written
from gapless.analytics.folding import fold, schema_of
from gapless.evaluation.gaps.health import health
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
from gapless.evaluation.gaps.report import report
from gapless.evaluation.gaps.rules import publish
from gapless.evaluation.gaps.zone import Place, zones
from gapless_stats.health import Verdict
from gapless_stats.importance import Quadrant

BY_EXPECTATION = Asked(Importance.EXPECTATION)


def everything(_target, _n):
    return True


def cell_of(layout, answers):
    return fold(layout, schema_of(layout), score(layout, written(layout, answers)))


def mapped(layout, answers, asked=BY_EXPECTATION, may_show=everything):
    cell = cell_of(layout, answers)
    return placed(layout, schema_of(layout), cell, asked, may_show)


def pairs(*codes, dimension="d", high=7):
    return tuple(Question(code, Kind.PAIR, dimension, high=high) for code in codes)


def answered(**items):
    return {(code, side): v for code, both in items.items() for side, v in enumerate(both)}


FOUR = [
    answered(a=(7, 3), b=(5, 6)),
    answered(a=(6, 2), b=(4, 5)),
    answered(a=(7, 3), b=(4, 4)),
    answered(a=(6, 2), b=(5, 6)),
]


def test_the_map_of_four_answers_is_that_of_the_concept_page():
    found = mapped(Layout(pairs("a", "b")), FOUR)

    assert (found.whole.importance, found.whole.performance) == (5.5, 3.875)
    assert [spot.point.quadrant for spot in found.spots] == [
        Quadrant.CONCENTRATE,
        Quadrant.OVERKILL,
    ]
    assert found.spots[0].importance.mean == 6.5


def test_what_may_not_be_shown_is_not_felt_in_the_crosshair():
    layout = Layout(pairs("a", "b", "c"))
    answers = [each | answered(c=(1, 1)) for each in FOUR]
    without = mapped(layout, answers, may_show=lambda target, _n: target.code != "c")

    assert without.whole == mapped(Layout(pairs("a", "b")), FOUR).whole
    assert (len(without.spots), without.withheld) == (2, 1)


def test_a_gap_is_left_of_the_upright_line_exactly_when_it_is_one():
    asked = Asked(Importance.EXPECTATION, Performance.GAP, Cross.ZERO)
    found = mapped(Layout(pairs("a", "b")), FOUR, asked)

    assert found.whole.performance == 0
    assert [spot.performance.mean for spot in found.spots] == [-4.0, 0.75]
    assert found.spots[0].point.quadrant is Quadrant.CONCENTRATE


def test_items_of_another_scale_and_without_answers_are_counted_not_mixed():
    layout = Layout((*pairs("a", "b", "silent"), *pairs("x", high=5)))
    found = mapped(layout, FOUR)

    assert [spot.target.code for spot in found.spots] == ["a", "b"]
    assert (found.elsewhere, found.silent) == (1, 1)


@pytest.mark.parametrize("answers", [[], FOUR[:1], [answered(a=(7, 3))] * 9])
def test_without_two_spots_there_is_no_map(answers):
    found = mapped(Layout(pairs("a", "b")), answers)
    assert found.whole is None
    assert found.spots == ()


WEIGHED = Layout(
    (
        *pairs("a", dimension="d"),
        *pairs("b", dimension="e"),
        Question("wd", Kind.WEIGHT, "d"),
        Question("we", Kind.WEIGHT, "e"),
    )
)


def test_stated_importance_is_of_dimensions_by_their_points():
    points = [(70, 30), (60, 40), (80, 20), (70, 30)]
    answers = [
        each | {("wd", 0): d, ("we", 0): e}
        for each, (d, e) in zip(FOUR, points, strict=True)
    ]
    found = mapped(WEIGHED, answers, Asked(Importance.POINTS))

    assert importances(WEIGHED) == (Importance.EXPECTATION, Importance.POINTS)
    assert [spot.importance.mean for spot in found.spots] == [70.0, 30.0]
    assert [spot.performance.mean for spot in found.spots] == [2.5, 5.25]
    middle = Asked(Importance.POINTS, Performance.PERCEPTION, Cross.MIDDLE)
    assert mapped(WEIGHED, answers, middle).whole.importance == 50


def test_only_what_the_form_asks_is_offered():
    alone = Layout(tuple(Question(code, Kind.SCORE, code) for code in "ab"))
    weights = tuple(Question(f"w{code}", Kind.WEIGHT, code) for code in "ab")
    assert importances(alone) == ()
    weighed = Layout((*alone.questions, *weights))
    assert importances(weighed) == (Importance.POINTS,)
    assert performances(weighed, Importance.POINTS) == (Performance.PERCEPTION,)
    assert crosses(Performance.GAP)[0] is Cross.ZERO


@pytest.mark.real_data
def test_the_cells_of_a_kiosk_give_the_published_map(shared_data):
    with (shared_data / "kiosk_servqual" / "responses.csv").open(encoding="utf-8-sig") as f:
        rows = [row for row in csv.DictReader(f) if row["kept_by_authors"] == "1"]
    codes = [f"k{item}" for item in range(1, 25)]
    answers = [
        {
            (code, side): int(row[f"{name}{code[1:]}"])
            for code in codes
            for side, name in enumerate(("imp", "sat"))
        }
        for row in rows
    ]
    found = mapped(Layout(pairs(*codes)), answers)
    concentrate = [
        int(spot.target.code[1:])
        for spot in found.spots
        if spot.point.quadrant is Quadrant.CONCENTRATE
    ]

    # reference_values.json, kiosk.ipa
    assert found.whole.importance == pytest.approx(5.89626289, abs=1e-6)
    assert found.whole.performance == pytest.approx(4.91774055, abs=1e-6)
    assert concentrate == [7, 10, 11, 16, 23]


# --- Zone -----------------------------------------------------------------------------


def zone_of(triples, may_show=everything):
    layout = Layout((Question("z", Kind.ZONE, "d", high=9),))
    answers = [{("z", side): v for side, v in enumerate(each)} for each in triples]
    return zones(layout, schema_of(layout), cell_of(layout, answers), may_show)[0]


@pytest.mark.parametrize(
    ("perceived", "place"),
    [((2, 3), Place.BELOW), ((5, 6), Place.INSIDE), ((8, 9), Place.ABOVE)],
)
def test_the_whole_interval_says_where_an_item_lies(perceived, place):
    assert zone_of([(4, 7, p) for p in perceived] * 20).place is place


def test_on_the_edge_of_the_zone_it_cannot_be_told():
    assert zone_of([(4, 7, 3), (4, 7, 5)] * 20).place is Place.UNSURE
    assert zone_of([]).place is Place.NONE


def test_one_or_two_inconsistent_people_are_no_number():
    assert zone_of([(4, 7, 5)] * 9 + [(7, 4, 5)] * 2).inconsistent is None
    assert zone_of([(4, 7, 5)] * 9 + [(7, 4, 5)] * 3).inconsistent == 3


def test_a_zone_that_may_not_be_shown_is_hidden():
    hidden = zone_of([(4, 7, 5)] * 9, may_show=lambda _target, n: n >= 10)
    assert (hidden.place, hidden.zone) == (Place.HIDDEN, None)


# --- Health ---------------------------------------------------------------------------


def health_of(layout, answers, threshold=10):
    cell = cell_of(layout, answers)
    published = publish(report(layout, cell), threshold=threshold)

    def may_show(_target, n):
        return n >= threshold

    return health(layout, schema_of(layout), cell, published, may_show)


def spread(n, noise):
    """Two pairs: expectations alike, perceptions that agree up to ``noise``."""
    rng = np.random.default_rng(1)
    for _ in range(n):
        base = int(rng.integers(2, 7))
        other = int(np.clip(base + rng.integers(-noise, noise + 1), 1, 7))
        expected = int(rng.integers(4, 8))
        yield answered(a=(expected, base), b=(expected, other))


def test_a_dimension_whose_items_disagree_is_to_be_reviewed():
    sound = health_of(Layout(pairs("a", "b")), list(spread(200, 0)))
    assert {f.verdict for f in sound.dimensions[0].findings} == {Verdict.FINE}
    (loose,) = health_of(Layout(pairs("a", "b")), list(spread(200, 6))).dimensions
    assert dict(loose.alphas)["perception"].verdict is Verdict.REVIEW_DIMENSION
    assert loose.difference.verdict is Verdict.SWITCH_TO_PERCEPTION


def test_an_item_that_does_not_apply_to_many_is_to_be_reviewed():
    layout = Layout(pairs("a", "b"))
    answers = [answered(a=(7, 5), b=(7, 5)) for _ in range(20)]
    for answer in answers[:6]:
        answer[("a", 1)] = -127
    answers[7][("b", 1)] = -127
    first, second = health_of(layout, answers).items

    assert (first.target.code, first.finding.value) == ("a", 6 / 20)
    assert first.finding.verdict is Verdict.REVIEW_ITEM
    assert (second.target.code, second.few) == ("b", True)


def test_a_form_without_expectations_has_no_ceiling():
    layout = Layout(tuple(Question(code, Kind.SCORE, "d") for code in "abcdefghij"))
    answers = [{(code, 0): 7 for code in "abcdefghij"}] * 12
    found = {each.flag: each.finding for each in health_of(layout, answers).flags}

    assert "expectation_ceiling" not in found
    assert found["all_equal"].verdict is Verdict.COMPARE_WITHOUT_FLAGGED


def test_below_the_threshold_there_are_no_findings():
    assert health_of(Layout(pairs("a", "b")), FOUR * 2).findings == ()
