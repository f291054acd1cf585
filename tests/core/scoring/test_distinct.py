"""Counting distinct pairs in memory and in files."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.errors import OutputError
from patron.core.scoring.distinct import DistinctPairs
from patron.kernel.aggregate import Pairs
from patron.kernel.keys import Keys

pair = st.tuples(st.integers(0, 300), st.integers(0, 4), st.integers(0, 1))


def pairs(rows: list[tuple[int, int, int]], *, wide: bool) -> Pairs:
    codes, low, high = (np.array([row[place] for row in rows], np.int64) for place in range(3))
    return Pairs(codes.astype(np.uint32), Keys(low.astype(np.uint64), high.astype(np.uint64) if wide else np.empty(0, np.uint64)))


@given(st.lists(st.lists(pair, max_size=30), max_size=6), st.sampled_from([0, 500, 10**9]), st.booleans())
def test_counts_are_those_of_a_set(batches: list[list[tuple[int, int, int]]], limit: int, wide: bool) -> None:
    """Whatever is held, made distinct or spilled, each customer has as many pairs as a set has."""
    with ExitStack() as stack:
        counting = DistinctPairs(stack)
        for batch in batches:
            counting.add(pairs(batch, wide=wide), limit)
        found = counting.counts(301)
    expected = np.zeros(301, np.int64)
    for code, *_ in {row if wide else row[:2] for batch in batches for row in batch}:
        expected[code] += 1
    np.testing.assert_array_equal(found, expected)


def test_spilled_files_go_with_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are made where temporary files belong, and none is left."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with ExitStack() as stack:
        counting = DistinctPairs(stack)
        counting.add(pairs([(code, 1, 0) for code in range(1000)], wide=False), 100)
        assert counting.spilled
        assert list(tmp_path.rglob("*.pairs"))
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_folder_that_takes_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the folder and what can be done."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with ExitStack() as stack, pytest.raises(OutputError, match="TMPDIR"):
        DistinctPairs(stack).add(pairs([(code, 1, 0) for code in range(1000)], wide=False), 100)
