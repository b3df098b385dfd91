from hypothesis import given
from hypothesis import strategies as st

from gapless.people.org.choices import Role
from gapless.people.org.queries import units_for, viewer_of, visible_units
from gapless.people.org.rules import HOLDERS, Grant, Policy, Viewer, outermost
from tests.conftest import NINE_AM

paths = st.lists(st.text("01", min_size=1, max_size=6))


@given(paths, st.text("01", min_size=1, max_size=8))
def test_leaving_out_inner_paths_changes_no_answer(tops, path):
    assert any(path.startswith(t) for t in tops) == any(
        path.startswith(t) for t in outermost(tops)
    )


@given(paths)
def test_no_kept_path_lies_under_another(tops):
    kept = outermost(tops)
    assert not any(a != b and a.startswith(b) for a in kept for b in kept)


def test_an_administrator_reads_no_numbers():
    ma = Viewer(1, (Grant(Role.ADMINISTRATOR, "0001"),))
    assert ma.holds(Policy.EDIT_ORGANISATION)
    assert not ma.holds(Policy.SEE_NUMBERS)


def test_every_policy_that_needs_a_role_has_holders():
    assert set(HOLDERS) | {Policy.ANYONE, Policy.SIGNED_IN} == set(Policy)


def test_wang_sees_the_east_and_chen_the_city(cast):
    wang, chen = (viewer_of(p, now=NINE_AM) for p in (cast.wang, cast.chen))
    assert list(visible_units(wang)) == [cast.east]
    assert list(visible_units(chen)) == [cast.city, cast.east, cast.west]
    assert list(units_for(wang, Policy.IMPORT)) == []
