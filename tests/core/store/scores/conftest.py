"""
Runs of three customers, and a way through their life.
"""

import pyarrow as pa
import pytest

from patron.core.store.bulk import write_columns
from patron.core.store.scores import ScoreColumn, StoredRun, begin, complete, publish, score_table
from patron.testing.application import NOW

COLUMNS = (
    ScoreColumn(name="rank", kind="count"),
    ScoreColumn(name="monetary", kind="money"),
    ScoreColumn(name="abc", kind="label"),
)
SCHEMA = pa.schema([("customer_id", pa.int64()), ("rank", pa.int64()), ("monetary", pa.int64()), ("abc", pa.string())])


class Runs:
    """Makes runs in the database of a session, every column of customer 1, 2 and 3 told apart by a number."""

    def __init__(self, session):
        self.session = session

    def begin(self, model="value", customers=3):
        run = StoredRun(
            model=model,
            version="1",
            as_of=NOW.date(),
            digest="0" * 64,
            customers=customers,
            columns=COLUMNS,
            facts="{}",
        )
        with self.session.write() as work:
            number = begin(work, run)
            work.commit()
        return number

    def write(self, number, mark, customers=(1, 2, 3)):
        database = self.session.records.database
        table = score_table(number, COLUMNS, database.engine.dialect)
        rows = [{"customer_id": one, "rank": one, "monetary": mark * 10_000, "abc": None} for one in customers]
        write_columns(database, table, SCHEMA, [pa.RecordBatch.from_pylist(rows, SCHEMA)])

    def step(self, function, *arguments):
        with self.session.write() as work:
            result = function(work, *arguments)
            work.commit()
        return result

    def make(self, mark, model="value"):
        number = self.begin(model)
        self.write(number, mark)
        self.step(complete, number)
        return self.step(publish, number)


@pytest.fixture
def session(patron):
    """Return a session of the local administrator."""
    with patron.session() as opened:
        yield opened


@pytest.fixture
def runs(session):
    """Return the maker of runs."""
    return Runs(session)
