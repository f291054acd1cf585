"""
Selects become record batches of an agreed schema, over both databases.
"""

import pyarrow as pa
import pytest
from sqlalchemy import select, update

from patron.core.store.bulk.sqlite import BATCH_ROWS

ROWS = [
    {"id": 1, "amount": 2**63 - 1, "share": 0.1, "code": "o'x\\ 型号"},
    {"id": 2, "amount": None, "share": None, "code": None},
    {"id": 3, "amount": -(2**63) + 1, "share": -2.0, "code": ""},
]


def test_what_is_written_is_read(measures):
    assert 3 == measures.write(measures.batch(ROWS[:1]), measures.batch(ROWS[1:]))
    assert ROWS == measures.read()


def test_an_empty_table_has_no_rows(measures):
    assert 0 == measures.write()
    assert [] == measures.read()


def test_columns_may_begin_with_many_missing_values(measures):
    """The type of a column is that of the schema, not that of the first rows."""
    last = {"id": BATCH_ROWS + 10, "amount": 5, "share": 0.5, "code": "x"}
    measures.write(measures.many(BATCH_ROWS + 9, empty=True), measures.batch([last]))

    assert last == measures.read()[-1]


def test_parameters_and_lists_of_values_reach_the_database(measures):
    measures.write(measures.batch(ROWS))
    columns = measures.table.c

    assert ROWS[:1] == measures.read(select(measures.table).where(columns.id.in_([1, 3]), columns.code == "o'x\\ 型号"))


def test_the_state_is_that_of_the_beginning(measures):
    """What others commit while the rows are read is not among them."""
    measures.write(measures.many(3 * BATCH_ROWS))
    with measures.reading() as batches:
        first = next(batches)
        with measures.database.writing() as other:
            other.execute(update(measures.table).values(amount=0))
        found = pa.Table.from_batches([first, *batches])

    assert 3 * BATCH_ROWS == found.num_rows
    assert [5] == found["amount"].unique().to_pylist()


def test_rows_in_bulk_have_no_order(measures):
    with pytest.raises(ValueError, match="no order"):
        measures.read(select(measures.table).order_by(measures.table.c.id))


def test_the_schema_names_the_columns_of_the_query(measures):
    with pytest.raises(ValueError, match="schema"):
        measures.read(select(measures.table.c.id, measures.table.c.code))


def test_a_column_is_of_a_kind_that_both_databases_keep(measures):
    with pytest.raises(TypeError, match="int64, double or string"):
        measures.read(select(measures.table.c.id), pa.schema([("id", pa.int32())]))
