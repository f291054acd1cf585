"""
Scores as readers see them, within their rights.
"""

from decimal import Decimal

import pytest

from patron.core.access import DeniedError
from patron.core.nouns import Customer, User
from patron.core.store import NotFoundError
from patron.core.store.scores import find_run, published_run, runs_of, scores_of


@pytest.fixture(name="wang")
def _wang(patron, session, runs):
    """Return a session of a sales rep who owns customer 1 of three, all of them scored."""
    with session.write() as work:
        wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",)))
        work.add(User(login="zhao", name="赵", roles=("service",)))
        work.add_many([Customer(name="A", owner_user_id=wang.id), Customer(name="B"), Customer(name="C")])
        work.commit()
    runs.make(1)
    with patron.session("wang") as opened:
        yield opened


def test_a_customer_has_the_scores_of_the_published_run(session, runs):
    runs.make(1)
    made = runs.make(2)
    with session.read() as reader:
        found = scores_of(reader, 3)

    assert {"rank": 3, "monetary": Decimal(2), "abc": None} == found.values
    assert made.code == found.run.code
    assert found.run.current


def test_a_customer_who_was_not_scored_has_none(session, runs):
    runs.make(1)
    with session.read() as reader:
        assert scores_of(reader, 4) is None


def test_scores_are_seen_with_the_customer_only(wang):
    """A sales rep sees the scores of customers of their own."""
    with wang.read() as reader:
        assert scores_of(reader, 1) is not None
        assert scores_of(reader, 2) is None


def test_who_may_see_no_scores_is_refused(patron, wang):
    with patron.session("zhao") as theirs, theirs.read() as reader:
        for question in (lambda: scores_of(reader, 1), lambda: runs_of(reader), lambda: published_run(reader)):
            with pytest.raises(DeniedError):
                question()


def test_what_speaks_of_all_customers_needs_the_right_to_all(wang, session):
    with wang.read() as reader, pytest.raises(DeniedError):
        find_run(reader, whole=True)
    with session.read() as reader:
        assert find_run(reader, whole=True).current


def test_runs_are_listed_newest_first(session, runs):
    made = [runs.make(mark).number for mark in (1, 2)]
    number = runs.begin()
    with session.read() as reader:
        listed = runs_of(reader)

    assert [number, *reversed(made)] == [run.number for run in listed]
    assert [False, True, False] == [run.current for run in listed]
    assert [None, False, False] == [run.published_at and run.published_at > run.started_at for run in listed]


def test_a_run_is_found_by_its_code(session, runs):
    first, second = runs.make(1), runs.make(2)
    with session.read() as reader:
        assert first.number == find_run(reader, first.code).number
        assert second.number == find_run(reader).number


def test_a_run_that_is_not_there_is_told_with_those_that_are(session, runs):
    with session.read() as reader, pytest.raises(NotFoundError) as refused:
        find_run(reader)
    assert "score_run.none" == refused.value.key
    made = runs.make(1)
    unfinished = runs.begin()
    with session.read() as reader, pytest.raises(NotFoundError, match=made.code):
        find_run(reader, f"value-{unfinished}")
