"""What several tests of scoring need."""

from decimal import Context, Decimal

import numpy as np
import pyarrow as pa
import pytest

from patron.core.scoring.source import SourceBatch


def _batch_of(**columns):
    arrays = {name: values if isinstance(values, pa.Array) else pa.array(values) for name, values in columns.items()}
    return SourceBatch(file="test.csv", first_row=0, rows=len(next(iter(arrays.values()))), columns=arrays)


def _values_of(column):
    values, scale = column.exact(np.arange(len(column)))
    exact = [Decimal(value).scaleb(-scale, context=Context(prec=1000)) for value in values]
    return list(zip(column.status.tolist(), exact, strict=True))


@pytest.fixture(scope="session")
def batch_of():
    """Return a function that makes a batch of the given columns."""
    return _batch_of


@pytest.fixture(scope="session")
def values_of():
    """Return a function that gives status and exact value of every row of a decimal column."""
    return _values_of
