"""Durations of any column type: exact where they are whole, else the nearest float."""

import math
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from patron.core.scoring.source import SourceBatch
from patron.core.scoring.status import BAD, MISSING, OK
from patron.plugins.mining.survival.durations import read_durations


def read(array):
    batch = SourceBatch(file="f", first_row=0, rows=len(array), columns={"d": array})
    values, status = read_durations(batch, "d")
    return values.tolist(), status.tolist()


@pytest.mark.parametrize(
    "array",
    [
        pa.array([3, None, -2]),
        pa.array([3.0, math.nan, -2.0]),
        pa.array([3, None, -2], pa.float32()),
        pa.array(["3", " ", "-2.0"]),
        pa.array([Decimal("3.00"), None, Decimal("-2.00")]),
        pa.array(["3", None, "-2"]).dictionary_encode(),
    ],
    ids=lambda array: str(array.type),
)
def test_every_type_says_the_same(array):
    assert ([3, 0, -2], [OK, MISSING, OK]) == read(array)


def test_what_is_no_duration_is_bad():
    assert ([0, 0, 0], [BAD, BAD, BAD]) == read(pa.array(["soon", "1e400", "1e15"]))
    assert ([0, 0], [BAD, BAD]) == read(pa.array([math.inf, 1e15]))
    assert ([0], [BAD]) == read(pa.array([True]))


def test_fractions_are_the_floats_that_are_written():
    """Digits beyond what a float holds are rounded once."""
    texts = ["0.1", "3.2525667351129364", "123456789012345.678901234567890", "2.5"]
    values, status = read(pa.array(texts))
    assert [float(text) for text in texts] == values
    assert [OK] * 4 == status
    assert np.float64(0.1) == read(pa.array([0.1], pa.float32()))[0][0]
