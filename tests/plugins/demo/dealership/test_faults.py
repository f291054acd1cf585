"""Mistakes: as many as planned, where planned, and nothing else touched."""

import pyarrow as pa
import pytest

from patron.plugins.demo.dealership.faults import FAULTS, Fault, spoil

TABLE = pa.table({"key": [f"k{number}" for number in range(10)], "value": ["sound"] * 10})
TWO = (Fault(after=0.0, cells={"key": "x1", "value": "bad"}), Fault(after=0.5, cells={"key": "x2"}))


def test_mistakes_stand_between_the_sound_rows():
    spoilt = spoil(TABLE, TWO).to_pylist()

    assert ["k0", "x1", "k1", "k2", "k3", "k4", "k5", "x2", "k6", "k7", "k8", "k9"] == [row["key"] for row in spoilt]
    assert ["x1"] == [row["key"] for row in spoilt if row["value"] == "bad"]


def test_no_rows_no_mistakes():
    assert 0 == len(spoil(TABLE.slice(0, 0), TWO))


@pytest.mark.parametrize("faults", FAULTS.values())
def test_every_mistake_has_a_row_of_its_own(faults):
    """A row in error never takes the key of a sound one."""
    assert all("X" in next(iter(fault.cells.values())) for fault in faults)
    assert all(0 <= fault.after < 1 for fault in faults)
