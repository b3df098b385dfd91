import pytest

from gapless.control.cases.models import Case
from tests.conftest import Cast
from tests.control.cases import taking


@pytest.fixture
def case(cast: Cast) -> Case:
    """An ordinary complaint that Li took in at the East hall."""
    taking.ship()
    return taking.taken_in(cast.east, cast.li)


@pytest.fixture
def serious(cast: Cast) -> Case:
    """A serious one: its answer is read by a second person."""
    taking.ship()
    facts = frozenset({taking.Fact.LOSS})
    return taking.taken_in(cast.east, cast.li, facts=facts, key="serious")
