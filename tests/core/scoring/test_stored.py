"""
The scores of a run read back are the table that scoring made.
"""

from datetime import date

import attrs
import numpy as np
import pytest

from patron.core.errors import InputError
from patron.core.nouns import Customer, User
from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.keeping import keep_scores
from patron.core.scoring.result import Scores
from patron.core.scoring.stored import stored_table
from patron.testing.samples import sample_run

NONE = np.array([False, True, False, False])
COLUMNS = {
    "last_purchase": Column(np.array([20_000, 0, 20_002, 20_003]), Kind.DATE, NONE),
    "monetary": Column(np.array([-10_001, 5, 70_000, 70_000]), Kind.MONEY),
    "margin": Column(np.array([1, 0, 2, 3]), Kind.MONEY, NONE),
    "share": Column(np.array([0.1, 0.2, 0.3, 0.4]), Kind.SHARE, NONE),
    "rank": Column(np.array([3, 0, 1, 2]), Kind.COUNT, NONE),
    "decile": Column(np.array([3, 0, 1, 2], np.int64), Kind.COUNT, NONE),
    "abc": Column(np.array([2, 0, 1, 0], np.uint8), Kind.LABEL, NONE, ("A", "B", "C")),
}


@pytest.fixture(name="session")
def _session(patron):
    with patron.session() as opened:
        yield opened


@pytest.fixture(name="made")
def _made(session):
    """Return scores and the run as which they were kept."""
    customers = FeatureTable(np.arange(1, 5), COLUMNS, date(2026, 1, 1))
    run = attrs.evolve(sample_run(), customers=4, by="monetary")
    scores = Scores(run=run, customers=customers, order=np.array([2, 3, 0]))
    return scores, keep_scores(session, scores)


def test_the_table_is_the_one_that_was_kept(session, made):
    scores, run = made

    assert scores.table().equals(stored_table(session, run), check_metadata=True)


def test_some_columns_are_read_alone(session, made):
    scores, run = made

    assert scores.table(["abc", "customer"]).equals(stored_table(session, run, ["abc", "customer"]), check_metadata=True)


def test_a_column_that_is_not_there_is_told(session, made):
    with pytest.raises(InputError, match="wealth"):
        stored_table(session, made[1], ["wealth"])


def test_the_table_has_the_customers_that_the_actor_may_see(patron, session, made):
    with session.write() as work:
        wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",)))
        work.add_many([Customer(name="A", owner_user_id=wang.id), Customer(name="B")])
        work.commit()

    with patron.session("wang") as theirs:
        assert [1] == stored_table(theirs, made[1])["customer"].to_pylist()
