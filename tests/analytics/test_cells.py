"""The laws of cells: packing loses nothing, adding is adding, taking out is subtraction."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gapless.analytics.cells import Key, Schema, add_packed, pack, total, unpack

SIZE = 12
SCHEMA = Schema({"answers": (), "pair/a": (2, 3), "points/x": (5,)})
vectors = arrays(np.int64, SIZE, elements=st.integers(-(2**62), 2**62) | st.just(0))
small = arrays(np.int64, SIZE, elements=st.integers(-(2**40), 2**40) | st.just(0))


@given(vectors)
def test_what_is_packed_comes_back_whole(vector):
    assert np.array_equal(unpack(pack(vector), SIZE), vector)


@given(st.lists(small, max_size=5))
def test_a_roll_up_is_the_sum_of_its_cells(cells):
    expected = np.sum(cells, axis=0, dtype=np.int64) if cells else SCHEMA.zero()
    assert np.array_equal(total(map(pack, cells), SCHEMA), expected)


@given(small, small)
def test_adding_and_taking_out_again_leaves_what_was_there(there, passing):
    vector = there.copy()
    add_packed(pack(passing), vector)
    add_packed(pack(-passing), vector)
    assert np.array_equal(vector, there)


def test_nothing_packs_to_nothing():
    assert pack(SCHEMA.zero()) == b""
    assert not unpack(b"", SIZE).any()


def test_a_block_is_a_view_in_its_own_shape():
    cell = SCHEMA.zero()
    SCHEMA.block(cell, "pair/a")[1, 2] = 7
    assert SCHEMA.block(cell, "answers").shape == ()
    assert cell.tolist() == [0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0]


def test_a_block_that_the_version_does_not_have_is_an_error():
    with pytest.raises(KeyError):
        SCHEMA.block(SCHEMA.zero(), "pair/b")


@pytest.mark.parametrize("cut", [1, 5, 11, 13])
def test_bytes_of_another_length_are_no_cell(cut):
    packed = pack(np.arange(SIZE, dtype=np.int64))
    with pytest.raises(ValueError, match="no packed cell"):
        unpack(packed[:-cut], SIZE)


def test_a_cell_of_a_longer_schema_is_refused():
    with pytest.raises(ValueError, match="has no place 11"):
        unpack(pack(np.ones(SIZE, np.int64)), SIZE - 1)


def test_keys_sort_alike_everywhere_so_that_folds_lock_in_one_order():
    keys = [
        Key(2, date(2026, 1, 1), "unknown"),
        Key(1, date(2026, 2, 1), "census"),
        Key(1, date(2026, 1, 1), "unknown+flagged"),
        Key(1, date(2026, 1, 1), "unknown"),
    ]
    assert sorted(keys) == [keys[3], keys[2], keys[1], keys[0]]
