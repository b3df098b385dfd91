"""What questions found, against values by hand and published ones."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless.analytics.answers import (
    NOT_APPLICABLE,
    UNANSWERED,
    Kind,
    Layout,
    Question,
    score,
    written,
)
from gapless.analytics.folding import fold, schema_of
from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.rules import ItemDraft, Option
from gapless.evaluation.campaigns.results import (
    figure,
    headline,
    hidden,
    may_leave_out,
    publish,
    results,
    top_from,
)


def found(kind, answers, *, low=1, high=7, **said):
    """The result of one item, over answers that give it byte by byte."""
    options = tuple(Option(f"o{at}", {}) for at in range(said.pop("options", 0)))
    dimension = "all" if kind in ("pair", "score", "zone", "weight") else ""
    item = ItemDraft(
        "q", ItemKind(kind), {}, dimension, low=low, high=high, options=options, **said
    )
    question = Question(
        "q",
        Kind(kind),
        dimension=dimension,
        low=low,
        high=high,
        reverse=item.reverse,
        options=len(options),
    )
    layout = Layout((question,))
    rows = [
        dict(enumerate(each)) if isinstance(each, tuple) else {0: each} for each in answers
    ]
    values = written(layout, [{("q", at): v for at, v in row.items()} for row in rows])
    cell = fold(layout, schema_of(layout), score(layout, values))
    return results(layout, {"q": item}, cell).item("q")


def test_the_net_promoter_score_of_the_manual():
    """domain.md App. D: 19 promoters, 9 passives, 8 detractors."""
    nps = found("nps", [9, 10] * 9 + [10] + [7, 8, 8] * 3 + [0, 6] * 4, low=0, high=10).nps

    assert (nps.promoters, nps.passives, nps.detractors) == (19, 9, 8)
    assert (nps.interval.low, nps.interval.high) == pytest.approx(
        (0.028784, 0.535318), abs=5e-7
    )


def test_the_satisfied_share_is_the_two_highest_points_of_five():
    """81 of 263 as in domain.md 3.1, here 40 fours and 41 fives."""
    result = found(
        "overall",
        [4] * 40 + [5] * 41 + [3] * 100 + [1] * 82,
        high=5,
        measure="satisfaction",
    )

    assert result.top.at_least == 4
    assert result.top.share.count == 81
    assert result.top.share.interval.low == pytest.approx(0.255289, abs=5e-7)
    assert result.top.share.interval.high == pytest.approx(0.366210, abs=5e-7)


@pytest.mark.parametrize(
    ("measure", "low", "high", "at_least"),
    [
        ("satisfaction", 1, 5, 4),
        ("satisfaction", 1, 4, 3),
        ("satisfaction", 1, 3, 3),
        ("satisfaction", 0, 1, 1),
        ("satisfaction", 0, 10, 9),
        ("effort", 1, 7, 5),
        ("effort", 1, 5, 4),
        ("effort", 1, 4, 3),
    ],
)
def test_from_which_point_on_an_answer_is_a_good_one(measure, low, high, at_least):
    assert top_from(measure, low, high) == at_least


def test_effort_is_a_mean_with_the_share_who_found_it_easy():
    result = found("overall", [7, 6, 5, 4, 3, 5, 6, 7, 2, 5], measure="effort")

    assert result.mean.mean == 5.0
    assert result.mean.sd == pytest.approx(math.sqrt(24 / 9))
    assert (result.top.at_least, result.top.share.share) == (5, 0.7)
    # t(9; 97.5 %) = 2.262157, from a table.
    reach = 2.262157 * math.sqrt(24 / 9) / math.sqrt(10)
    assert result.mean.interval.high == pytest.approx(5 + reach, abs=1e-6)


def test_reverse_keyed_answers_are_turned():
    result = found("score", [1, 1, 2], reverse=True)

    assert [share.count for share in result.shares] == [0, 0, 0, 0, 0, 1, 2]
    assert result.mean.mean == pytest.approx(20 / 3)


def test_a_pair_tells_both_sides_and_the_gap():
    result = found("pair", [(6, 4), (7, 6), (6, 6), (5, 5), (6, 3)])

    assert result.pair.expectation.mean == 6.0
    assert result.pair.perception.mean == 4.8
    # docs/concepts/intervals-and-tests.md works this one by hand.
    assert result.pair.gap.gap == pytest.approx(-1.2)
    assert result.pair.gap.interval.low == pytest.approx(-2.819, abs=5e-4)


def test_a_single_choice_is_shares_that_sum_to_one():
    result = found("single", [0, 0, 1, 2, 2, 2], low=0, high=2, options=3)

    assert [share.count for share in result.shares] == [2, 1, 3]
    assert sum(share.share for share in result.shares) == pytest.approx(1)
    assert result.mean is None


def test_a_multiple_choice_is_shares_of_people():
    result = found(
        "multiple",
        [(1, 1, 0), (1, 0, 0), (1, 1, 1), (0, 0, 0), (UNANSWERED,) * 3],
        options=3,
    )

    assert result.n == 4
    assert [share.share for share in result.shares] == [0.75, 0.5, 0.25]
    expected = stats.binomtest(3, 4).proportion_ci(method="wilson")
    assert result.shares[0].interval.low == pytest.approx(expected.low, abs=1e-12)


def test_a_number_counts_in_its_last_decimal_place():
    result = found("number", [105, 95, 100, 120, 80], decimals=1)

    assert result.mean.mean == 10.0
    # (0.5² + 0.5² + 0 + 2² + 2²) / 4 = 2.125
    assert result.mean.sd == pytest.approx(math.sqrt(2.125))


def test_a_date_has_a_mean_day():
    days = [(date(2026, 3, day) - date(1970, 1, 1)).days for day in (1, 3, 5)]
    result = found("date", days)

    assert result.mean.mean == (date(2026, 3, 3) - date(1970, 1, 1)).days
    assert result.mean.sd == 2.0


def test_importance_points_have_a_mean():
    assert found("weight", [20, 40, 30], low=0, high=100).mean.mean == 30.0


def test_the_zone_of_tolerance():
    """(least, desired, perceived) of five; the last desires less than the least."""
    triples = [(4, 7, 3), (4, 7, 5), (4, 8, 8), (5, 7, 9), (6, 5, 5)]
    zone = found("zone", triples, high=9).zone

    assert (zone.below.count, zone.inside.count, zone.above.count) == (1, 1, 2)
    assert (zone.n, zone.inconsistent) == (4, 1)
    assert zone.adequacy.mean == pytest.approx((-1 + 1 + 4 + 4) / 4)
    assert zone.superiority.mean == pytest.approx((-4 - 2 + 0 + 2) / 4)
    assert zone.width.mean == pytest.approx((3 + 3 + 4 + 2) / 4)
    expected = stats.binomtest(2, 4).proportion_ci(method="wilson")
    assert zone.above.interval.high == pytest.approx(expected.high, abs=1e-12)


def test_what_does_not_apply_is_apart_from_what_was_not_answered():
    result = found("score", [5] * 7 + [NOT_APPLICABLE] * 3 + [UNANSWERED] * 5)

    assert (result.n, result.not_applicable) == (7, 3)
    assert result.not_applicable_share == pytest.approx(0.3)
    assert result.not_experienced
    assert not found("score", [5] * 8 + [NOT_APPLICABLE] * 2).not_experienced


def test_nobody_has_no_numbers_and_nothing_breaks():
    for kind in Kind:
        if kind in (Kind.TEXT, Kind.ATTRIBUTE, Kind.CASE_WEIGHT):
            continue
        low, high = (0, 10) if kind is Kind.NPS else (1, 7)
        options = 3 if kind in (Kind.SINGLE, Kind.MULTIPLE) else 0
        result = found(kind.value, [], low=low, high=high, options=options)
        assert (result.n, result.shares, result.nps, result.zone) == (0, (), None, None)


# --- What may be shown ----------------------------------------------------------------


LAYOUT = Layout((Question("a", Kind.OVERALL), Question("b", Kind.OVERALL)))
TWO = {code: ItemDraft(code, ItemKind.OVERALL, {}) for code in ("a", "b")}


def cell_of(both, only_a):
    values = written(LAYOUT, [{("a", 0): 4, ("b", 0): 5}] * both + [{("a", 0): 4}] * only_a)
    return fold(LAYOUT, schema_of(LAYOUT), score(LAYOUT, values))


def test_a_question_below_the_threshold_says_nothing():
    shown = publish(results(LAYOUT, TWO, cell_of(9, 5)), threshold=10)

    assert shown.item("a").mean.mean == 4.0
    assert shown.item("b").withheld
    assert (shown.item("b").mean, shown.item("b").shares) == (None, ())
    assert figure(shown.item("b")) == (None, None)


def test_below_the_threshold_nothing_at_all_is_said():
    shown = publish(results(LAYOUT, TWO, cell_of(9, 0)), threshold=10)

    assert all(item.withheld for item in shown.items)
    assert shown.flagged == {}


def test_flagged_answers_may_be_left_out_when_that_gives_nobody_away():
    assert may_leave_out(results(LAYOUT, TWO, cell_of(10, 0)), threshold=10)
    assert may_leave_out(results(LAYOUT, TWO, cell_of(0, 10)), threshold=10)
    assert not may_leave_out(results(LAYOUT, TWO, cell_of(9, 0)), threshold=10)
    assert not may_leave_out(results(LAYOUT, TWO, cell_of(5, 8)), threshold=10)


def test_beside_one_hidden_unit_its_neighbour_is_hidden_too():
    assert hidden({"east": 4, "west": 30, "north": 12}, threshold=10) == {"east", "north"}
    assert hidden({"east": 4, "west": 7, "north": 12}, threshold=10) == {"east", "west"}
    assert hidden({"east": 2, "west": 3, "north": 12}, threshold=10) == {
        "east",
        "west",
        "north",
    }
    assert hidden({"east": 10, "west": 0}, threshold=10) == frozenset()


@given(st.dictionaries(st.integers(), st.integers(0, 40), max_size=12))
def test_what_is_hidden_is_never_one_unit_nor_too_few(counts):
    taken = hidden(counts, threshold=10)
    total = sum(counts[unit] for unit in taken)

    assert {unit for unit, n in counts.items() if 0 < n < 10} <= taken
    everybody = {unit for unit, n in counts.items() if n}
    assert not taken or taken == everybody or (len(taken) > 1 and total >= 10)


def test_satisfaction_stands_for_the_whole_else_the_next_best():
    nps = ItemDraft("nps", ItemKind.NPS, {}, low=0, high=10)
    sat = ItemDraft("sat", ItemKind.OVERALL, {}, measure="satisfaction")
    words = ItemDraft("words", ItemKind.TEXT, {})

    assert headline([nps, sat]) is sat
    assert headline([words, nps]) is nps
    assert headline([words]) is None
