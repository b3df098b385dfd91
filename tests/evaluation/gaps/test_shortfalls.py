"""Which shortfalls are the widest, and how surely."""

import pytest

from gapless.evaluation.gaps.shortfalls import among_widest
from gapless_stats.gaps import Gap


def gap(value, n=400, sd=1.0):
    return Gap(n, 6.0, 6.0 + value, value, sd, *([None] * 7))


def test_three_far_below_the_others_are_surely_the_widest():
    found = among_widest([gap(-3), gap(-0.2), gap(-2.8), gap(-0.3), gap(-2.9)], 3)

    assert [round(each, 2) for each in found] == [1, 0, 1, 0, 1]


def test_of_equals_each_is_as_probable_and_together_they_are_all():
    found = among_widest([gap(-1)] * 6, 3)

    assert found == [pytest.approx(0.5, abs=0.05)] * 6
    assert sum(found) == pytest.approx(3)


def test_few_answers_make_it_less_sure():
    sure = among_widest([gap(-1.3), gap(-1), gap(-1.1), gap(-0.9)], 1)[0]
    unsure = among_widest([gap(-1.3, n=12), *[gap(-g, n=12) for g in (1, 1.1, 0.9)]], 1)[0]

    assert sure > 0.9 > unsure


def test_what_is_withheld_has_no_probability_and_too_few_have_none():
    hidden = Gap(4, *([None] * 11))

    found = among_widest([gap(-3), hidden, gap(-1), gap(-1), gap(-1), None], 3)
    assert found[1] is found[5] is None
    assert found[0] > 0.99
    assert among_widest([gap(-1), gap(-2), gap(-3)], 3) == [None, None, None]
