"""
What only PostgreSQL does in bulk.
"""

import pyarrow as pa
import pytest
from sqlalchemy import select, update

from patron.core.access import LOCAL_ADMINISTRATOR, Policy
from patron.core.nouns import Vocabulary
from patron.core.store import Database, Reader, StoreError
from patron.core.store.bulk import read_columns


@pytest.fixture(name="there")
def _there(cluster, tmp_path, make_measures):
    database = Database.at(cluster.new_database(), tmp_path)
    yield make_measures(database)
    database.close()


def test_a_bulk_read_sees_what_its_reader_sees(there):
    """Both look at one state, although they are two connections and somebody wrote between them."""
    there.write(there.many(3))
    with there.database.reading() as connection:
        assert 5 == connection.execute(select(there.table.c.amount).limit(1)).scalar_one()
        with there.database.writing() as other:
            other.execute(update(there.table).values(amount=0))
        reader = Reader(connection, actor=LOCAL_ADMINISTRATOR, policy=Policy(), vocabulary=Vocabulary())
        with read_columns(reader, select(there.table), there.schema) as batches:
            assert [5, 5, 5] == pa.Table.from_batches(batches)["amount"].to_pylist()


def test_other_types_than_expected_are_refused(there):
    with pytest.raises(StoreError) as refused:
        there.read(select(there.table.c.id, there.table.c.code), pa.schema([("id", pa.int64()), ("code", pa.int64())]))

    assert "bulk.wrong_types" == refused.value.key


def test_a_database_that_is_gone_is_told(there, monkeypatch):
    monkeypatch.setattr(there.database.engine, "url", there.database.url.set(database="nobody_home"))

    with pytest.raises(StoreError, match="nobody_home"):
        there.read()
