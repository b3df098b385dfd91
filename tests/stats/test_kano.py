import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gapless_stats.errors import OutOfRange, TooFew, WrongShape
from gapless_stats.kano import (
    Category,
    categories,
    category_of,
    fong,
    kano,
    kano_of_answers,
)
from tests.stats.conftest import columns_of, rows_of

LETTERS = dict(zip("MOAIRQ", Category, strict=True))
answers = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=60)
tables = arrays.arrays(np.int64, (5, 5), elements=st.integers(0, 40))


def of_letters(**counts):
    """A table with so many of each category."""
    cells = {"Q": (0, 0), "A": (0, 1), "O": (0, 4), "M": (1, 4), "I": (2, 2), "R": (4, 0)}
    table = np.zeros((5, 5), int)
    for letter, count in counts.items():
        table[cells[letter]] = count
    return table


@pytest.fixture
def features(shared_data):
    """The answers to 29 features of kiosks, by the customers whom the authors kept."""
    rows = rows_of(shared_data / "kiosk_servqual" / "responses.csv")
    kept = [row for row in rows if row["kept_by_authors"] == "1"]
    return {
        item: columns_of(kept, [f"kano{item}_f", f"kano{item}_d"]) for item in range(1, 30)
    }


@pytest.mark.real_data
@pytest.mark.reference("kiosk.kano")
def test_the_classes_of_29_features_of_kiosks(features, agrees):
    found = {item: kano_of_answers(*both.T) for item, both in features.items()}
    classes = {
        letter: [item for item, each in found.items() if each.category is LETTERS[letter]]
        for letter in "AOMI"
    }

    assert {each.n for each in found.values()} == {194}
    agrees("kiosk.kano", classes)


@pytest.mark.real_data
@pytest.mark.reference("kiosk.kano.5")
def test_a_feature_that_is_almost_attractive(features, agrees):
    found = kano_of_answers(*features[5].T)
    counts = [found.counts[LETTERS[letter]] for letter in "AOMIRQ"]

    agrees("kiosk.kano.5", [*counts, found.better, found.worse])
    assert found.mixed
    assert not found.fong.distinct


@pytest.mark.real_data
@pytest.mark.reference("kiosk.kano.10")
def test_a_feature_that_delights(features, agrees):
    found = kano_of_answers(*features[10].T)
    counts = [found.counts[LETTERS[letter]] for letter in "AOMIRQ"]

    agrees("kiosk.kano.10", [*counts, found.better, found.worse])
    assert not found.mixed
    assert found.fong.distinct


def test_the_evaluation_table_is_the_published_one():
    """Berger et al. 1993, read cell by cell."""
    read = [[category_of(f, d) for d in range(1, 6)] for f in range(1, 6)]
    letters = {category: letter for letter, category in LETTERS.items()}

    assert ["".join(letters[each] for each in row) for row in read] == [
        "QAAAO",
        "RIIIM",
        "RIIIM",
        "RIIIM",
        "RRRRQ",
    ]


@pytest.mark.parametrize(
    ("counts", "category"),
    [
        ({"M": 5, "O": 5, "A": 5, "I": 5}, Category.MUST_BE),
        ({"O": 5, "A": 5, "I": 5}, Category.ONE_DIMENSIONAL),
        ({"A": 5, "I": 5}, Category.ATTRACTIVE),
        ({"A": 5, "I": 6}, Category.INDIFFERENT),
        ({"A": 1, "R": 6, "Q": 6}, Category.REVERSE),
    ],
)
def test_ties_go_to_whom_it_matters_most(counts, category):
    assert kano(of_letters(**counts)).category is category


def test_strengths_and_wording():
    found = kano(of_letters(A=40, O=30, M=10, I=5, R=3, Q=12))

    assert found.category_strength == pytest.approx(0.10)
    assert found.total_strength == pytest.approx(0.80)
    assert found.misunderstood
    assert found.better == pytest.approx(70 / 85)
    assert found.worse == pytest.approx(-40 / 85)


@given(answers)
def test_a_table_says_what_its_answers_say(pairs):
    functional, dysfunctional = np.array(pairs).T
    counted = dict.fromkeys(Category, 0)
    table = np.zeros((5, 5), int)
    for f, d in pairs:
        counted[category_of(f, d)] += 1
        table[f - 1, d - 1] += 1

    assert categories(table) == counted
    if sum(list(counted.values())[:4]):
        assert kano_of_answers(functional, dysfunctional) == kano(table)


@given(tables, tables)
def test_tables_of_two_halls_add(east, west):
    both, one, other = (categories(each) for each in (east + west, east, west))

    assert both == {each: one[each] + other[each] for each in Category}


@given(tables.filter(lambda table: categories(table)[Category.MUST_BE]))
def test_better_and_worse_lie_in_their_intervals(table):
    found = kano(table)

    assert 0 <= found.better_interval.low <= found.better <= found.better_interval.high <= 1
    assert -1 <= found.worse_interval.low <= found.worse <= found.worse_interval.high <= 0
    assert found.n == table.sum()
    assert found.fong.lead >= 0


@given(st.integers(1, 500), st.integers(0, 500))
def test_a_clearer_lead_never_becomes_less_distinct(second, more):
    counts = {Category.MUST_BE: second + more, Category.INDIFFERENT: second}
    further = {Category.MUST_BE: second + more + 1, Category.INDIFFERENT: second}

    assert fong(further).distinct >= fong(counts).distinct


def test_what_cannot_be_judged_is_refused_by_name():
    with pytest.raises(TooFew):
        kano(of_letters(R=4, Q=3))
    with pytest.raises(WrongShape):
        kano(np.zeros((4, 5), int))
    with pytest.raises(OutOfRange):
        kano(-of_letters(A=4))
    with pytest.raises(OutOfRange):
        kano_of_answers([1, 6], [2, 2])
    with pytest.raises(WrongShape):
        kano_of_answers([1, 2], [2])
    with pytest.raises(OutOfRange):
        kano(of_letters(A=4), level=1.0)
    with pytest.raises(TooFew):
        fong({})
