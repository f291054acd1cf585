"""
Score runs as people ask for them: listed, shown, and explained for one customer.
"""

from datetime import date

import attrs
import numpy as np
import pytest

from patron.core.access import DeniedError
from patron.core.nouns import Customer, User
from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.keeping import keep_scores
from patron.core.scoring.result import Scores
from patron.core.scoring.runs import explain, list_runs, show_run
from patron.core.store import NotFoundError
from patron.testing.samples import sample_run


def scores(*money):
    """Return scores of customers 1, 2, … by their net sales, in two groups."""
    values = np.array(money) * 10_000
    order = np.argsort(-values, kind="stable")
    rank = np.empty(len(values), np.int64)
    rank[order] = np.arange(1, len(values) + 1)
    columns = {
        "monetary": Column(values, Kind.MONEY),
        "rank": Column(rank, Kind.COUNT),
        "decile": Column((2 * (rank - 1) // len(values) + 1).astype(np.uint8), Kind.SCORE),
    }
    run = attrs.evolve(sample_run(), customers=len(values), by="monetary")
    return Scores(run=run, customers=FeatureTable(np.arange(1, len(values) + 1), columns, date(2026, 1, 1)), order=order)


@pytest.fixture(name="session")
def _session(patron):
    with patron.session() as opened:
        with opened.write() as work:
            wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",)))
            owned = [Customer(name=name, owner_user_id=wang.id if name < "C" else None) for name in "ABCD"]
            work.add_many(owned)
            work.commit()
        yield opened


def test_a_score_is_explained_by_what_decides_it(session):
    """The customer's own values, and between which values those lie who have the same score."""
    keep_scores(session, scores(40, 30, 20, 10))
    (found,) = explain(session, 3).scores

    assert ("decile", 2) == (found.name, found.value)
    told = [(cause.name, str(cause.value), str(cause.least), str(cause.greatest)) for cause in found.causes]
    assert [("rank", "3", "3", "4"), ("monetary", "20.00", "10.00", "20.00")] == told
    assert {"1", "2"} == set(found.bounds)


def test_a_score_is_compared_with_that_of_the_run_before(session):
    first = keep_scores(session, scores(40, 30, 20, 10))
    keep_scores(session, scores(40, 30, 50, 10))
    found = explain(session, 3)

    assert first.code == found.before.code
    assert (1, 2) == (found.scores[0].value, found.scores[0].before)
    assert [(1, 3), (50, 20)] == [(cause.value, cause.before) for cause in found.scores[0].causes]


def test_an_older_run_can_be_explained_too(session):
    first = keep_scores(session, scores(40, 30, 20, 10))
    keep_scores(session, scores(40, 30, 50, 10))
    found = explain(session, 3, first.code)

    assert (2, None, None) == (found.scores[0].value, found.scores[0].before, found.before)


def test_a_customer_without_scores_is_told(session):
    keep_scores(session, scores(40, 30, 20))
    with pytest.raises(NotFoundError) as refused:
        explain(session, 4)
    assert "score_run.not_scored" == refused.value.key

    with pytest.raises(NotFoundError) as refused:
        explain(session, 5)
    assert "store.not_found" == refused.value.key


def test_a_sales_rep_asks_about_customers_of_their_own(patron, session):
    keep_scores(session, scores(40, 30, 20, 10))
    with patron.session("wang") as theirs:
        assert "A" == explain(theirs, 1).name
        assert 1 == len(list_runs(theirs))
        with pytest.raises(NotFoundError):
            explain(theirs, 3)
        with pytest.raises(DeniedError):
            show_run(theirs)


def test_what_a_run_says_of_everybody_is_for_who_may_see_everybody(patron, session):
    """A rep learns why their own customer has a score, and nothing of between whom the customer stands."""
    keep_scores(session, scores(40, 30, 20, 10))
    with session.write() as work:
        work.add(User(login="ma", name="马", roles=("marketing",)))
        work.commit()
    with patron.session("ma") as theirs:
        (told,) = explain(theirs, 1).scores
        (run,) = list_runs(theirs)
    with patron.session("wang") as theirs:
        found = explain(theirs, 1)
        runs = (found.run, *list_runs(theirs))

    assert (told.causes[1].least, told.causes[1].greatest) == ("30.00", "40.00")
    assert run.facts
    assert any(column.bounds for column in run.columns)
    (own,) = found.scores
    assert [("rank", 1, None, None), ("monetary", 40, None, None)] == [
        (cause.name, cause.value, cause.least, cause.greatest) for cause in own.causes
    ]
    assert {} == own.bounds
    assert [""] * 2 == [one.facts for one in runs]
    assert not any(column.bounds for one in runs for column in one.columns)


def test_a_run_shows_what_scoring_said(session):
    kept = keep_scores(session, scores(40, 30, 20, 10))
    stored, run = show_run(session)

    assert kept == stored
    assert attrs.evolve(sample_run(), customers=4, by="monetary") == run


def test_without_a_run_there_is_nothing_to_show(session):
    with pytest.raises(NotFoundError) as refused:
        show_run(session)

    assert "score_run.none" == refused.value.key
    assert () == list_runs(session)
