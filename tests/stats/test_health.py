import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.errors import TooFew
from gapless_stats.health import (
    Verdict,
    alpha_finding,
    ceiling_share,
    difference_finding,
    not_applicable_share,
    straight_lining_share,
)
from gapless_stats.reliability import Alpha


@pytest.mark.parametrize(
    ("share", "limit", "beyond"),
    [
        (not_applicable_share, 20, Verdict.REVIEW_ITEM),
        (ceiling_share, 50, Verdict.ASK_TOLERANCE),
        (straight_lining_share, 10, Verdict.COMPARE_WITHOUT_FLAGGED),
    ],
)
def test_a_share_speaks_up_only_above_its_limit(share, limit, beyond):
    assert share(limit, 100).verdict is Verdict.FINE
    assert share(limit + 1, 100).verdict is beyond
    assert share(0, 100).verdict is Verdict.FINE


def test_a_verdict_is_sure_when_the_whole_interval_agrees():
    assert not not_applicable_share(25, 100).sure
    assert not_applicable_share(250, 1000).sure
    assert not_applicable_share(2, 100).sure


@pytest.mark.parametrize(
    ("alpha", "verdict"),
    [
        (0.92, Verdict.FINE),
        (0.8, Verdict.FINE),
        (0.79, Verdict.GROUPS_ONLY),
        (0.7, Verdict.GROUPS_ONLY),
        (0.69, Verdict.REVIEW_DIMENSION),
        (-0.2, Verdict.REVIEW_DIMENSION),
    ],
)
def test_how_far_alpha_carries(alpha, verdict):
    found = alpha_finding(Alpha(alpha, items=4, n=300))

    assert found.verdict is verdict
    assert found.interval.low < alpha < found.interval.high


@given(st.floats(-1, 1))
def test_an_unreliable_difference_leaves_the_headline(reliability):
    found = difference_finding(reliability, 194)
    expected = Verdict.FINE if reliability >= 0.7 else Verdict.SWITCH_TO_PERCEPTION

    assert found.verdict is expected
    assert not found.sure


def test_nobody_has_no_findings():
    for share in (not_applicable_share, ceiling_share, straight_lining_share):
        with pytest.raises(TooFew):
            share(0, 0)
    with pytest.raises(ValueError, match="not a share"):
        ceiling_share(3, 2)
    with pytest.raises(TooFew):
        difference_finding(0.5, 1)
    with pytest.raises(ValueError, match="at most 1"):
        difference_finding(1.1, 10)
    with pytest.raises(ValueError, match="level"):
        alpha_finding(Alpha(0.7, items=4, n=30), level=2)
