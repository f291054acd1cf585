"""
Scores written back into the database: whole, exact, and the last three runs of them.
"""

from decimal import Decimal

import attrs
import numpy as np
import pytest
from sqlalchemy import inspect

from patron.core.access import DeniedError
from patron.core.nouns import User
from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring import keeping
from patron.core.scoring.keeping import keep_scores, may_keep
from patron.core.scoring.result import Scores
from patron.core.store import ConflictError, StoreError
from patron.core.store.scores import runs_of, scores_of
from patron.testing.application import NOW
from patron.testing.samples import sample_run


@pytest.fixture(name="session")
def _session(patron):
    with patron.session() as opened:
        yield opened


def scores(customers=5, mark=0):
    """Return scores with a column of each kind; the second customer has no values but a rank."""
    numbers = np.arange(customers)
    missing = numbers == 1
    columns = {
        "rank": Column(numbers + 1, Kind.COUNT),
        "monetary": Column(numbers * 12_345 + mark, Kind.MONEY, missing),
        "last_purchase": Column(numbers + 20_000, Kind.DATE, missing),
        "recency": Column(numbers - 3, Kind.DAYS, missing),
        "share": Column(numbers / 7, Kind.SHARE, missing),
        "decile": Column((numbers % 10 + 1).astype(np.uint8), Kind.SCORE, missing),
        "abc": Column((numbers % 3).astype(np.uint8), Kind.LABEL, missing, ("A", "B", "C")),
    }
    table = FeatureTable(numbers + 100, columns, NOW.date())
    run = attrs.evolve(sample_run(), customers=customers, by="monetary", model="value")
    return Scores(run=run, customers=table, order=numbers)


def seen(session, customer):
    with session.read() as reader:
        return scores_of(reader, customer)


def test_every_kind_of_value_comes_back_exactly(session):
    run = keep_scores(session, scores())
    found = seen(session, 103)

    assert found.run == run
    assert {
        "rank": 4,
        "monetary": Decimal("3.7035"),
        "last_purchase": NOW.date().fromisoformat("2024-10-07"),
        "recency": 0,
        "share": 3 / 7,
        "decile": 4,
        "abc": "A",
    } == found.values
    assert {2, None} == set(seen(session, 101).values.values())


def test_a_run_says_why_its_scores_are_what_they_are(session):
    run = keep_scores(session, scores(20))
    decile = next(column for column in run.columns if column.name == "decile")

    assert ("rank", "monetary") == decile.by
    assert {"rank": (1, 11), "monetary": ("0.00", "12.345")} == decile.bounds["1"]


def test_many_chunks_are_one_run(session, monkeypatch):
    monkeypatch.setattr(keeping, "CHUNK_ROWS", 7)
    keep_scores(session, scores(50))

    assert [Decimal(number) * 12_345 / 10_000 for number in range(40, 50)] == [
        seen(session, 100 + number).values["monetary"] for number in range(40, 50)
    ]


def test_the_last_three_runs_are_kept(session):
    codes = [keep_scores(session, scores(mark=mark)).code for mark in range(5)]
    with session.read() as reader:
        assert codes[:1:-1] == [run.code for run in runs_of(reader)]
        assert 3 == sum(name.startswith("scores_") for name in inspect(reader.connection).get_table_names())


@pytest.mark.parametrize("step", ["begin", "write_columns", "complete", "publish"])
def test_what_breaks_off_leaves_the_run_before(session, monkeypatch, step):
    """Wherever it is, an interrupt included: readers see the old run, and nothing else is left."""
    before = keep_scores(session, scores(mark=1))

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(keeping, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        keep_scores(session, scores(mark=2))

    assert before == seen(session, 102).run
    with session.read() as reader:
        assert [before] == list(runs_of(reader))


def test_two_that_write_at_once_do_not_mix(session, monkeypatch):
    """The one that began last wins; the other is told so."""
    write = keeping.write_columns

    def overtaken(*arguments):
        monkeypatch.setattr(keeping, "write_columns", write)
        keep_scores(session, scores(mark=7))
        return write(*arguments)

    monkeypatch.setattr(keeping, "write_columns", overtaken)
    with pytest.raises(ConflictError) as refused:
        keep_scores(session, scores(mark=8))

    assert "score_run.superseded" == refused.value.key
    assert Decimal("0.0007") == seen(session, 100).values["monetary"]


def test_rows_that_got_lost_are_noticed(session, monkeypatch):
    monkeypatch.setattr(keeping, "chunks_of", lambda *_: iter(()))
    with pytest.raises(StoreError) as refused:
        keep_scores(session, scores())

    assert "score_run.incomplete" == refused.value.key


def test_only_who_may_create_scores_keeps_them(patron, session):
    with session.write() as work:
        work.add(User(login="wang", name="王芳", roles=("director",)))
        work.commit()
    assert may_keep(session)

    with patron.session("wang") as theirs:
        assert not may_keep(theirs)
        with pytest.raises(DeniedError):
            keep_scores(theirs, scores())
