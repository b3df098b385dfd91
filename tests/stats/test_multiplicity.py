import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.multiplicity import benjamini_hochberg, benjamini_yekutieli, holm

probabilities = st.lists(st.floats(0, 1), max_size=30)
FIVE = [0.01, 0.04, 0.03, 0.005, 0.55]


def test_adjusted_p_values_as_in_the_domain_manual():
    """domain.md 4.11 and appendix D."""
    adjusted = benjamini_hochberg(FIVE)

    assert adjusted == pytest.approx([0.025, 0.05, 0.05, 0.025, 0.55], abs=1e-15)


def test_holm_as_r_adjusts():
    """p.adjust(c(.01, .04, .03, .005, .55), "holm") in R."""
    assert holm(FIVE) == pytest.approx([0.04, 0.09, 0.09, 0.025, 0.55])


@pytest.mark.parametrize("adjust", [benjamini_hochberg, benjamini_yekutieli, holm])
@given(p_values=probabilities)
def test_adjusting_keeps_the_order_and_only_raises(adjust, p_values):
    adjusted = adjust(p_values)
    order = np.argsort(p_values)

    assert (adjusted >= np.array(p_values) - 1e-15).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[order]) >= 0).all()


@given(probabilities.filter(bool))
def test_adjusting_agrees_with_scipy(p_values):
    for adjust, method in ((benjamini_hochberg, "bh"), (benjamini_yekutieli, "by")):
        expected = stats.false_discovery_control(p_values, method=method)

        assert adjust(p_values) == pytest.approx(expected, rel=1e-12)


@given(probabilities)
def test_the_more_is_promised_the_stricter(p_values):
    adjusted = benjamini_hochberg(p_values)

    assert (holm(p_values) >= adjusted - 1e-12).all()
    assert (benjamini_yekutieli(p_values) >= adjusted - 1e-12).all()


@pytest.mark.parametrize("adjust", [benjamini_hochberg, benjamini_yekutieli, holm])
@pytest.mark.parametrize("wrong", [None, float("nan"), -0.1, 1.1])
def test_what_is_no_p_value_is_refused(adjust, wrong):
    with pytest.raises(ValueError, match="p value"):
        adjust([0.5, wrong])
