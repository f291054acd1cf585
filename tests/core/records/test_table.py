"""The customer table: what is in it stays as it is."""

from datetime import date

import numpy as np
import pytest

from patron.core.records import Column, FactorColumn, FeatureTable, Kind

COUNTS = Column(np.arange(3), Kind.COUNT)


def test_columns_of_a_table_cannot_be_changed():
    """Nor through the mapping that it was made of."""
    columns = {"orders": COUNTS}
    table = FeatureTable(np.arange(3), columns, date(2026, 1, 1))
    columns["more"] = COUNTS

    assert ["orders"] == list(table.columns)
    with pytest.raises(TypeError):
        table.columns["more"] = COUNTS
    with pytest.raises(TypeError):
        del table.with_columns({"more": COUNTS}).columns["more"]


def test_kinds_and_labels_may_be_written_plainly():
    """As text and as a list, and are then the same as those that were promised."""
    column = Column(np.zeros(3, np.uint8), "label", None, ["x", "y"])
    promised = FactorColumn(name="f", kind="label", labels=["x", "y"])

    assert (Kind.LABEL, ("x", "y")) == (column.kind, column.labels) == (promised.kind, promised.labels)


def test_what_is_no_kind_is_refused():
    with pytest.raises(ValueError, match="'counts' is not a valid Kind"):
        Column(np.zeros(3), "counts")


def test_values_are_an_array():
    with pytest.raises(TypeError, match="values is a list, not a NumPy array"):
        Column([1, 2, 3], Kind.COUNT)
