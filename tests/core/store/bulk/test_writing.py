"""
Record batches become rows, each batch whole or not at all.
"""

import pytest
from sqlalchemy import text

from patron.core.store import DuplicateError, StoreError

ROWS = [{"id": number, "amount": 5, "share": 0.5, "code": "x"} for number in (1, 2, 3)]


def test_a_batch_is_written_whole_or_not_at_all(measures):
    """Batches before the one that fails are kept, as each is a transaction."""
    with pytest.raises(DuplicateError, match="measures"):
        measures.write(measures.batch(ROWS[:1]), measures.batch(ROWS[1:] + ROWS[:1]))

    assert ROWS[:1] == measures.read()


def test_a_table_that_is_not_there_is_told(measures):
    with measures.database.writing() as connection:
        connection.execute(text("drop table measures"))

    with pytest.raises(StoreError, match="measures"):
        measures.write(measures.batch(ROWS))
